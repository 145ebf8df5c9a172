"""What a case carries whatever becomes of it (saksmappe): who it concerns, what was found, decided and exempted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from services.council.domain import questions

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from contracts.commands import council as do
    from contracts.events import council as events
    from contracts.events.council import CouncilDecided, Ground, Matter, PoliticalDecision, SealedDecision
    from contracts.events.intake import Visibility
    from contracts.publicity import Exempt
    from services.council.domain.questions import Questions


@dataclass(frozen=True)
class Reopened:
    """When a decided case was taken up anew, and why."""

    day: date
    made: datetime | None
    reasons: str


@dataclass(frozen=True)
class Dossier:
    """What stays with a case whatever becomes of it (saksmappe).

    `parties` are its submitter and those named as such. `questions` of recusal hold through every meeting; `meetings`
    are those that have dealt with it or ended without; `last` is the latest decision in it. `standing` is the id of the
    decision that holds in a reopened case, `holds` that decision; `left` is when a
    reopening was last withdrawn. `exempt` is what is exempt from publicity, last since `exempted`, where
    `public_title` stands for the title. `matter` is what it is about where it is the council's own.
    `sealed_political` keeps what stands as a notice in `political`. `opened` is what it was opened with.
    """

    council: UUID
    case: UUID
    idea: UUID | None
    number: str
    title: str
    visibility: Visibility
    referral: int
    parties: frozenset[str] = frozenset()
    questions: Questions = field(default_factory=dict)
    meetings: frozenset[UUID] = frozenset()
    last: CouncilDecided | None = None
    standing: UUID | None = None
    holds: CouncilDecided | None = None
    left: date | None = None
    reopenings: frozenset[Reopened] = frozenset()
    statements: tuple[events.StatementRecorded, ...] = ()
    political: tuple[PoliticalDecision, ...] = ()
    sealed_political: tuple[SealedDecision, ...] = ()
    exempt: tuple[Exempt, ...] = ()
    exempted: datetime | None = None
    public_title: str | None = None
    matter: Matter | None = None
    opened: events.CaseOpened | None = None

    @property
    def recused(self) -> dict[str, Ground]:
        """Those the body has found recused, and on what ground."""
        return questions.recused(self.questions)

    @property
    def in_question(self) -> dict[str, Ground]:
        """Those of whom the body has yet to decide it."""
        return questions.in_question(self.questions)

    @property
    def kept_out(self) -> frozenset[str]:
        """Those who have no vote in the case: recused, or in question."""
        return questions.kept_out(self.questions)

    def dealt_with(self, meeting: UUID | None, last: CouncilDecided | None) -> Dossier:
        """The dossier after a meeting."""
        return replace(self, meetings=self.meetings | ({meeting} if meeting else set()), last=last)

    def stated(self, meeting: UUID, command: do.RecordStatement) -> bool:
        """Whether the statement is on the record: as it was written, or as what was said then."""
        return any(
            (each.meeting, each.member) == (meeting, command.member)
            and (each.text == command.text or each.stated == command.moment)
            for each in self.statements
        )

    def decided(self, decision: CouncilDecided) -> Dossier:
        """The dossier after a decision that ends the case: no earlier one holds."""
        held = replace(self.dealt_with(decision.meeting, decision), standing=None, holds=None)
        sealed = {each.purpose: each for each in decision.sealed_political}
        for political in decision.political:
            held = held.leaning_on(political, sealed.get(political.purpose))
        return held

    def leaning_on(self, political: PoliticalDecision, sealed: SealedDecision | None) -> Dossier:
        """The dossier with another body's decision in place of any for the same purpose, and what is kept of it."""
        if political in self.political and sealed is None:
            return self  # told again, in the same words
        return replace(
            self,
            political=(*(each for each in self.political if each.purpose != political.purpose), political),
            sealed_political=(
                *(each for each in self.sealed_political if each.purpose != political.purpose),
                *(() if sealed is None else (sealed,)),
            ),
        )

    def left_as_decided(self, day: date) -> Dossier:
        """The dossier once a reopening is withdrawn."""
        return replace(self, last=self.holds, standing=None, holds=None, left=day)

"""What the council service records of a decision in a case (vedtak), and of what comes after it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from contracts.events.case import CaseEvent
from contracts.events.deliberation import (
    FormalDecision,
    FormName,
    Motion,
    Outcome,
    PoliticalDecision,
    RecusalRecord,
    Referral,
    Route,
    SealedDecision,
    Strength,
    VoteRecord,
)
from contracts.events.intake import Source, Visibility
from contracts.message import Instant, Line, PersonId, Prose, Slug
from contracts.publicity import Exempt
from contracts.sealed import Sealed


class CouncilDecided(CaseEvent):
    """The council decided.

    Approved: `form` (R11), `route` and `strength` (R12), the municipality's own `priorities` it rests on (R6), the
    `responsible` the council appointed (R15), `deadline`, `conditions`; `form_name` is what the council called the form
    that day, where it is one of its own that has a name. Referred: `referral` says to whom (R27).
    Formal: `formal` is the decision it follows. `political`: decisions of other bodies that were known then (R54);
    later ones follow as `PoliticalDecisionNoted`. `number` is the case's label, `seats` how many counted; `votes` were
    cast on `motion`, and `tie_broken_by` the chair of the meeting. `present` counts those who voted, if they have
    left since too, and the others who were there with a vote in the case, which leaves out whoever is `recused`;
    `recusals` tells of each question that was answered by then.

    `external`: decided and put on record in another system, by `body` under its `reference`; `origin` is that system
    and the id of its claim, and votes and quorum are that body's own. `corrects` is the id of the earlier
    `CouncilDecided` that this one puts right or turns round; that one stays in history, and this one holds.

    `by_leader`: the leader, or the deputy when nobody led, who decided it alone between meetings: there is no meeting
    and no vote, and `LeaderDecisionReported` says when the council was told.

    `made`: when it was made or registered, for telling a command that comes twice from one that asks anew.

    `report_days`: how many days may go between two status reports of the activity that it starts (R13).

    `exempt`: what of the case is exempt from publicity; a notice with the legal ground then stands in its place, and
    what the council wrote is in `sealed_reasons`, `sealed_conditions` and `sealed_priorities`, and in `sealed_whom` to
    whom it was handed on, in `sealed_formal` and `sealed_political` what other bodies had decided. Of an `external` one
    `sealed_elsewhere` keeps which body decided it, and its reference.
    """

    idea: UUID | None = None
    number: Line
    title: Line
    visibility: Visibility
    meeting: UUID | None = None
    decided: date
    outcome: Outcome
    reasons: Prose
    form: Slug | None = None
    form_name: FormName | None = None
    route: Route | None = None
    strength: Strength | None = None
    priorities: tuple[Line, ...] = ()
    responsible: PersonId | None = None
    responsible_name: Sealed[str] | None = None
    deadline: date | None = None
    conditions: tuple[Line, ...] = ()
    formal: FormalDecision | None = None
    motion: Motion = Motion.SUBSTANCE
    votes: tuple[VoteRecord, ...] = ()
    recused: tuple[PersonId, ...] = ()
    recusals: tuple[RecusalRecord, ...] = ()
    seats: int = Field(ge=0)
    present: int | None = Field(default=None, ge=0)
    chair: PersonId | None = None
    made: Instant | None = None
    unanimous: bool = False
    tie_broken_by: PersonId | None = None
    referral: Referral | None = None
    political: tuple[PoliticalDecision, ...] = ()
    external: bool = False
    body: Line | None = None
    reference: Line | None = None
    origin: Source | None = None
    corrects: UUID | None = None
    exempt: tuple[Exempt, ...] = ()
    sealed_reasons: Sealed[str] | None = None
    sealed_conditions: tuple[Sealed[str], ...] = ()
    sealed_priorities: tuple[Sealed[str], ...] = ()
    sealed_whom: Sealed[str] | None = None
    sealed_formal: SealedDecision | None = None
    sealed_political: tuple[SealedDecision, ...] = ()
    sealed_elsewhere: SealedDecision | None = None
    by_leader: PersonId | None = None
    report_days: int | None = Field(default=None, ge=1)

    @property
    def goes_on(self) -> bool:
        """Whether it starts an activity: it approves, or follows another body's decision (R54) and gives it a form.

        The council's own matters are adopted, and start none.
        """
        return self.outcome is Outcome.APPROVED or (self.outcome is Outcome.FORMAL and self.form is not None)


class LeaderDecisionMade(CaseEvent):
    """The leader decided a case alone, which waits to be reported to the council's next meeting."""

    number: Line
    made: Instant


class LeaderDecisionReported(CaseEvent):
    """What the leader decided alone in the case was reported to a meeting of the council."""

    number: Line
    meeting: UUID
    reported: Instant


class StatementRecorded(CaseEvent):
    """A member's statement for the minutes (protokolltilførsel); `dissent`: they had voted for what was not decided.

    The statement is official text. Where the case's reasons are exempt from publicity it is in `sealed_text`.
    """

    meeting: UUID
    member: PersonId
    stated: Instant
    text: Prose
    dissent: bool
    sealed_text: Sealed[str] | None = None


class PoliticalDecisionNoted(CaseEvent):
    """Another body decided on the case (R54), as was noted after the council's own decision or before it.

    Where the whole case is exempt from publicity, which body and its reference are in `sealed_political`.
    """

    political: PoliticalDecision
    sealed_political: SealedDecision | None = None


class CaseReopened(CaseEvent):
    """A decided case was taken up anew; `decision`, its `CouncilDecided`, holds until the council decides otherwise.

    `made`: when it was done, for telling a command that comes twice from one that asks anew.
    """

    decision: UUID
    reopened: date
    made: Instant | None = None
    reasons: Prose
    sealed_reasons: Sealed[str] | None = None


class ReopeningWithdrawn(CaseEvent):
    """A reopened case was left as it was decided: `decision`, its `CouncilDecided`, holds, and the case is closed."""

    decision: UUID
    withdrawn: date

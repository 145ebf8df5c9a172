"""What a case's history says of one meeting, and who reads it: in full, or what everybody may."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from contracts.events import council as events
from contracts.events.council import Purpose
from contracts.minutes import Withheld
from contracts.publicity import ExemptionGround, Part, ground_of
from services.council.domain import dossier
from services.council.domain.deciding import ENDING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.events.council import Ground, Motion, PoliticalDecision, SealedDecision, Vote
    from contracts.events.minutes import Language
    from contracts.publicity import Exempt
    from services.council.minutes.people import Naming, Open

_TURNS = events.CouncilDecided | events.CaseTabled | events.CaseWithdrawn | events.ReopeningWithdrawn
"""What becomes elsewhere of a case that stands on an agenda."""

NOTICES = {"nb": "Unntatt offentlighet", "nn": "Unnateke offentlegheit"}


def as_withheld(exempt: Sequence[Exempt]) -> tuple[Withheld, ...]:
    """What is exempt, as the minutes say it."""
    return tuple(Withheld(part=one.part, ground=one.ground, citation=one.ground.citation) for one in exempt)


@dataclass(frozen=True)
class Reading:
    """Who reads: in which language, in full or as everybody may, with what gives names and sealed text."""

    language: Language
    public: bool
    name: Naming
    open_: Open

    def withheld(self, part: Part, exempt: Sequence[Exempt]) -> str | None:
        """What stands in place of the part; `None` where it may be read."""
        ground = ground_of(part, exempt) if self.public else None
        return None if ground is None else self.notice(ground)

    def notice(self, ground: ExemptionGround) -> str:
        """What stands where something is exempt."""
        return f"{NOTICES[self.language]} ({ground.citation})"


@dataclass(frozen=True)
class Told:
    """What a case's history says of one meeting.

    `said` ends with the last that happened to the case there; `exempt` and `public_title` are as of today. `settled` is
    the decision that somebody else made in the case while it stood on the meeting's agenda, or was up there; `dropped`
    that its reopening was withdrawn then.
    """

    meeting: UUID
    said: tuple[Any, ...]
    exempt: tuple[Exempt, ...]
    public_title: str | None
    withdrawn: bool
    settled: events.CouncilDecided | None = None
    dropped: events.ReopeningWithdrawn | None = None

    @classmethod
    def of(cls, history: Sequence[Recorded[Any]], meeting: UUID) -> Told:
        """The part of the history, which starts with `CaseOpened`, that the meeting's minutes rest on."""
        said = [recorded.data for recorded in history]
        initial: dossier.State = dossier.Unopened(said[0].council, said[0].case)
        state = reduce(dossier.evolve, said, initial)
        held = dossier.dossier(state)
        there = [at for at, event in enumerate(said) if getattr(event, "meeting", None) == meeting]
        last = there[-1] if there else len(said) - 1
        withdrawn = isinstance(state, dossier.Withdrawn) and not isinstance(
            said[last], events.CaseCarriedOver | events.CouncilDecided
        )
        stood = reduce(dossier.evolve, said[: last + 1], initial)
        turn = next((event for event in said[last + 1 :] if isinstance(event, _TURNS)), None)
        if not isinstance(stood, dossier.Tabled | dossier.TakenUp):
            turn = None  # the meeting was done with it: what was decided later was decided in another, or after it
        return cls(
            meeting,
            tuple(said[: last + 1]),
            held.exempt,
            held.public_title,
            withdrawn or isinstance(turn, events.ReopeningWithdrawn),
            turn if isinstance(turn, events.CouncilDecided) else None,
            turn if isinstance(turn, events.ReopeningWithdrawn) else None,
        )

    @property
    def decision(self) -> events.CouncilDecided | None:
        """What the meeting decided."""
        found = [event for event in self.said if isinstance(event, events.CouncilDecided)]
        return next((event for event in reversed(found) if event.meeting == self.meeting), None)

    @property
    def quorate(self) -> bool | None:
        """Of a case that the meeting left undecided, whether enough were there in the end to decide it."""
        last = self.said[-1]
        left = isinstance(last, events.CaseCarriedOver) and last.meeting == self.meeting
        return last.quorate if left else None

    @property
    def floors(self) -> list[events.CaseTakenUp | events.FloorChanged]:
        """The floors the case had there, in turn."""
        kinds = (events.CaseTakenUp, events.FloorChanged)
        return [event for event in self.said if isinstance(event, kinds) and event.meeting == self.meeting]

    @property
    def title(self) -> str:
        """The title the case had."""
        named = [event for event in self.said if isinstance(event, events.CaseOpened | events.CaseReferredAgain)]
        return str(named[-1].title)

    @property
    def recused(self) -> frozenset[str]:
        """Whose votes do not count: who was found recused, and not found otherwise since."""
        found: dict[tuple[str, Ground], bool] = {
            (event.member, event.ground): isinstance(event, events.MemberRecused)
            for event in self.said
            if isinstance(event, events.RecusalFindingEvent)
        }
        return frozenset(member for (member, _), recused in found.items() if recused)

    @property
    def questions(self) -> list[tuple[events.RecusalRaised, events.RecusalFindingEvent | None]]:
        """The questions of recusal that the meeting had before it, if it had the case up: as last raised, as answered.

        They are those it answered, those it could not settle, and those that an earlier meeting found grounds in.
        """
        asked: dict[tuple[str, Ground], events.RecusalRaised] = {}
        found: dict[tuple[str, Ground], events.RecusalFindingEvent] = {}
        for event in self.said if self.floors else ():
            match event:
                case events.RecusalRaised():
                    asked[event.member, event.ground] = event
                    found.pop((event.member, event.ground), None)
                case events.RecusalFindingEvent():
                    found[event.member, event.ground] = event
        told = ((raised, found.get(question)) for question, raised in asked.items())
        return [
            (raised, finding)
            for raised, finding in told
            if finding is None or finding.meeting == self.meeting or isinstance(finding, events.MemberRecused)
        ]

    @property
    def reopened(self) -> tuple[events.CaseReopened, events.CouncilDecided] | None:
        """Why the case was up once more, and the decision that held until then."""
        reopening: events.CaseReopened | None = None
        held: events.CouncilDecided | None = None
        for event in self.said:
            match event:
                case events.CaseReopened():
                    reopening = event
                case events.ReopeningWithdrawn():
                    reopening = None
                case events.CouncilDecided() if event.meeting == self.meeting:
                    break
                case events.CouncilDecided() if event.outcome in ENDING:
                    reopening, held = None, event
        return None if reopening is None or held is None else (reopening, held)

    @property
    def not_voted(self) -> tuple[str, ...]:
        """Who was there with a vote in the case when it was decided, in a seat for which nobody voted."""
        decision = self.decision
        if decision is None:
            return ()
        before = self.said[: self.said.index(decision)]
        initial: dossier.State = dossier.Unopened(decision.council, decision.case)
        case = reduce(dossier.evolve, before, initial)
        if not isinstance(case, dossier.TakenUp):
            return ()
        voted = {seat for record in decision.votes for seat in (record.member, record.instead_of, record.vacancy)}
        seats = {voter: seat.instead_of or seat.vacancy for voter in case.voters() if (seat := case.in_seat(voter))}
        return tuple(voter for voter in case.voters() if voter not in voted and seats.get(voter, voter) not in voted)

    @property
    def called_in(self) -> dict[str, str]:
        """Who sat there for whom of the recused, by the recused: whose seat it is, and the substitute who sat in it."""
        found = (event for event in self.said if isinstance(event, events.SubstituteCalledIn))
        seats = {event.instead_of: event.substitute for event in found if event.meeting == self.meeting}
        sat = [pair for floor in self.floors for pair in floor.substitutions]
        return seats | {pair.substitute: seats[pair.instead_of] for pair in sat if pair.instead_of in seats}

    def political(self, open_: Open) -> tuple[PoliticalDecision, ...]:
        """The decisions of other bodies that were known when the meeting was done with the case, by purpose (R54)."""
        known: dict[Purpose, PoliticalDecision] = {}
        kept: dict[PoliticalDecision, SealedDecision] = {}
        for event in self.said:
            if isinstance(event, events.PoliticalDecisionNoted):
                known[event.political.purpose] = event.political
                kept |= {event.political: event.sealed_political} if event.sealed_political else {}
            elif isinstance(event, events.CouncilDecided):
                known |= {each.purpose: each for each in event.political}
                sealed = {each.purpose: each for each in event.sealed_political}
                kept |= {each: sealed[each.purpose] for each in event.political if each.purpose in sealed}
        told = (known[purpose] for purpose in Purpose if purpose in known)
        return tuple(
            each.model_copy(update={"body": open_(kept[each].body), "reference": open_(kept[each].reference)})
            if each in kept
            else each
            for each in told
        )

    def votes(self) -> dict[Motion, dict[str, Vote]]:
        """The votes that counted there, by motion: of a decision those it rests on."""
        cast: dict[Motion, dict[str, Vote]] = {}
        for event in self.said:
            if isinstance(event, events.VoteCast) and event.meeting == self.meeting:
                cast.setdefault(event.motion, {})[event.member] = event.vote
        if (decision := self.decision) is not None:
            cast[decision.motion] = {record.member: record.vote for record in decision.votes}
        return {
            motion: {member: vote for member, vote in votes.items() if member not in self.recused}
            for motion, votes in cast.items()
        }

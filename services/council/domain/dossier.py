"""How a case stands: in the queue, tabled, taken up, returned, closed or withdrawn, with its dossier (saksmappe)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.door import NotFound
from contracts.events import council as events
from contracts.events.council import Outcome
from contracts.events.minutes import CaseExempted, CaseOpenedToPublic
from services.council.domain import publicity, refusals
from services.council.domain.folder import Dossier, Reopened
from services.council.domain.questions import Finding, Question
from services.council.domain.roll import Floor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from contracts.events.council import Motion, Substitution, Vote
    from contracts.refusals import Refused
    from contracts.ruleset import RuleSet


@dataclass(frozen=True)
class Unopened:
    """No case yet."""

    council: UUID
    case: UUID


@dataclass(frozen=True)
class Waiting:
    """In the queue (R4)."""

    dossier: Dossier


@dataclass(frozen=True)
class Tabled:
    """On a meeting's agenda (saksliste)."""

    dossier: Dossier
    meeting: UUID


@dataclass(frozen=True)
class TakenUp:
    """Up in a meeting: voted on, on this floor; `called_in` are the substitutes who sit here for the recused."""

    dossier: Dossier
    floor: Floor
    votes: Mapping[tuple[Motion, str], events.VoteCast] = field(default_factory=dict)
    called_in: tuple[Substitution, ...] = ()

    def voters(self) -> tuple[str, ...]:
        """Who is there with a vote in this case: those of the floor and those called in, whom nothing keeps out."""
        there = dict.fromkeys((*self.floor.voters, *(pair.substitute for pair in self.called_in)))
        return tuple(person for person in there if person not in self.dossier.kept_out)

    def cast_on(self, motion: Motion) -> tuple[events.VoteCast, ...]:
        """The votes that count: those of the recused do not, nor of those in question."""
        kept_out = self.dossier.kept_out
        return tuple(cast for cast in self.votes.values() if cast.motion == motion and cast.member not in kept_out)

    def votes_on(self, motion: Motion) -> dict[str, Vote]:
        """The votes that count, by member."""
        return {cast.member: cast.vote for cast in self.cast_on(motion)}

    def in_seat(self, member: str) -> Substitution | None:
        """The seat that somebody votes in, unless it is their own."""
        seats = (*self.called_in, *self.floor.substitutions)
        return next((pair for pair in seats if pair.substitute == member), None)


@dataclass(frozen=True)
class Returned:
    """With the submitter; the same case opens again when the idea is referred again."""

    dossier: Dossier


@dataclass(frozen=True)
class Closed:
    """Decided for good: approved, declined, or decided formally elsewhere."""

    dossier: Dossier


@dataclass(frozen=True)
class Withdrawn:
    """Ended without a decision."""

    dossier: Dossier


State: TypeAlias = Unopened | Waiting | Tabled | TakenUp | Returned | Closed | Withdrawn
Event: TypeAlias = (
    events.CaseOpened
    | events.CaseReferredAgain
    | events.CaseTabled
    | events.CaseStruck
    | events.CaseTakenUp
    | events.FloorChanged
    | events.PartyNamed
    | events.RecusalRaised
    | events.MemberRecused
    | events.RecusalDismissed
    | events.SubstituteCalledIn
    | events.VoteCast
    | events.CouncilDecided
    | events.CaseCarriedOver
    | events.StatementRecorded
    | events.PoliticalDecisionNoted
    | events.CaseReopened
    | events.ReopeningWithdrawn
    | events.CaseWithdrawn
    | CaseExempted
    | CaseOpenedToPublic
)


def dossier(case: State) -> Dossier:
    """What the case carries. Raises `NotFound`."""
    if isinstance(case, Unopened):
        raise NotFound("case", str(case.case))
    return case.dossier


def why_not_up(case: State) -> Refused:
    """Why a case that is not up is neither voted on nor decided."""
    held = dossier(case)
    match case:
        case Closed() | Withdrawn():
            return refusals.CaseClosed(held.number)
        case Returned():
            return refusals.CaseReturned(held.number)
        case _:
            return refusals.NotTakenUp(held.number)


def evolve(case: State, event: Event) -> State:  # noqa: C901, PLR0911, PLR0912 - one line an event
    """The case with the event in it."""
    match case, event:
        case Unopened(), events.CaseOpened():
            return Waiting(
                Dossier(
                    council=event.council,
                    case=event.case,
                    idea=event.idea,
                    number=event.number,
                    title=event.title,
                    visibility=event.visibility,
                    referral=event.referral,
                    parties=frozenset(event.parties) | ({event.person} if event.person else frozenset()),
                    matter=event.matter,
                    opened=event,
                )
            )
        case Unopened(), _:
            raise AssertionError(f"impossible history: {type(event).__name__} of a case that was never opened")
        case _, events.CaseReferredAgain():
            held = replace(case.dossier, title=event.title, visibility=event.visibility, referral=event.referral)
            return Waiting(held) if isinstance(case, Returned) else replace(case, dossier=held)
        case _, events.CaseTabled():
            return Tabled(case.dossier, event.meeting)
        case Tabled(), events.CaseStruck():
            return Waiting(case.dossier)
        case _, events.CaseTakenUp():
            return TakenUp(case.dossier, _floor(event, event.on, event.seats, event.rules, event.since))
        case TakenUp(floor=floor), events.FloorChanged():
            changed = _floor(event, floor.day, floor.seats, floor.rules, floor.since)
            return replace(case, floor=changed, called_in=event.called_in)
        case TakenUp(), events.SubstituteCalledIn():
            return replace(case, called_in=(*case.called_in, event.pair()))
        case TakenUp(), events.VoteCast():
            return replace(case, votes={**case.votes, (event.motion, event.member): event})
        case _, events.PartyNamed():
            return replace(case, dossier=replace(case.dossier, parties=case.dossier.parties | {event.party}))
        case _, events.RecusalRaised():
            known = case.dossier.questions.get((event.member, event.ground), Question())
            return replace(case, dossier=_asked(case.dossier, event, known.again(event.how)))
        case TakenUp(), events.RecusalFindingEvent():
            finding = Finding(isinstance(event, events.MemberRecused), event.reasons, event.found)
            known = case.dossier.questions[event.member, event.ground]
            found = replace(case, dossier=_asked(case.dossier, event, known.answered(finding)))
            turn = _out_of_seat if event.member in found.dossier.recused else _back_in_seat
            return turn(found, event.member)
        case _, events.CouncilDecided(outcome=outcome):
            held = case.dossier.dealt_with(event.meeting, event)
            match outcome:
                case Outcome.DEFERRED:
                    return Waiting(held)
                case Outcome.RETURNED:
                    return Returned(held)
                case _:
                    return Closed(case.dossier.decided(event))
        case _, events.CaseCarriedOver():
            return Waiting(case.dossier.dealt_with(event.meeting, case.dossier.last))
        case _, events.CaseWithdrawn():
            return Withdrawn(case.dossier)
        case _, events.StatementRecorded():
            return replace(case, dossier=replace(case.dossier, statements=(*case.dossier.statements, event)))
        case _, events.PoliticalDecisionNoted():
            return replace(case, dossier=case.dossier.leaning_on(event.political, event.sealed_political))
        case Closed(), events.CaseReopened():
            reopened = case.dossier.reopenings | {Reopened(event.reopened, event.made, event.reasons)}
            held = case.dossier
            return Waiting(replace(held, standing=event.decision, holds=held.last, reopenings=reopened))
        case _, events.ReopeningWithdrawn():
            return Closed(case.dossier.left_as_decided(event.withdrawn))
        case _, CaseExempted() | CaseOpenedToPublic():
            return replace(case, dossier=_exempted(case.dossier, event))
        case _:
            raise AssertionError(f"impossible history: {type(event).__name__} of {case}")


def _exempted(held: Dossier, event: CaseExempted | CaseOpenedToPublic) -> Dossier:
    held = replace(held, exempt=publicity.after(held.exempt, event))
    if isinstance(event, CaseOpenedToPublic):
        return held
    exempted = event.exempted or held.exempted
    return replace(held, public_title=event.public_title or held.public_title, exempted=exempted)


def _asked(held: Dossier, event: events.RecusalRaised | events.RecusalFindingEvent, question: Question) -> Dossier:
    return replace(held, questions={**held.questions, (event.member, event.ground): question})


def _back_in_seat(case: TakenUp, member: str) -> TakenUp:
    """The case once somebody is recused no more: who was called in for them has no seat, and has not voted."""
    sits = case.in_seat(member)
    seats = {member, sits.seat if sits else member}
    return replace(
        case,
        votes={
            key: cast
            for key, cast in case.votes.items()
            if cast.member == member or cast.seat is None or cast.seat.seat not in seats
        },
        called_in=tuple(pair for pair in case.called_in if pair.substitute == member or pair.seat not in seats),
    )


def _out_of_seat(case: TakenUp, member: str) -> TakenUp:
    """The case once somebody is recused: they have not voted, and a seat they were called in to is free for another."""
    return replace(
        case,
        votes={key: cast for key, cast in case.votes.items() if cast.member != member},
        called_in=tuple(pair for pair in case.called_in if pair.substitute != member),
    )


def _floor(
    event: events.CaseTakenUp | events.FloorChanged, day: date, seats: int, ruleset: RuleSet, since: datetime | None
) -> Floor:
    return Floor(
        meeting=event.meeting,
        day=day,
        chair=event.chair,
        seats=seats,
        voters=event.voters,
        substitutions=event.substitutions,
        rules=ruleset,
        since=since,
    )

"""How a case stands: in the queue, tabled, taken up, returned, closed or withdrawn; and what it carries throughout."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.door import NotFound
from contracts.events import council as events
from contracts.events.council import Outcome
from contracts.events.minutes import CaseExempted, CaseOpenedToPublic
from services.council.domain import publicity
from services.council.domain.roll import Floor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from contracts.events.council import CouncilDecided, Ground, Motion, Vote
    from contracts.events.intake import Visibility
    from contracts.publicity import Exempt
    from contracts.ruleset import RuleSet


@dataclass(frozen=True)
class Dossier:
    """What stays with a case whatever becomes of it (saksmappe).

    `recused` holds through every meeting; `meetings` are those that have dealt with it or ended without; `last` is the
    latest decision in it; `exempt` is what is exempt from publicity, where `public_title` stands for the title.
    """

    council: UUID
    case: UUID
    idea: UUID | None
    number: str
    title: str
    visibility: Visibility
    referral: int
    recused: Mapping[str, Ground] = field(default_factory=dict)
    meetings: frozenset[UUID] = frozenset()
    last: CouncilDecided | None = None
    exempt: tuple[Exempt, ...] = ()
    public_title: str | None = None

    def dealt_with(self, meeting: UUID | None, last: CouncilDecided | None) -> Dossier:
        """The dossier after a meeting."""
        return replace(self, meetings=self.meetings | ({meeting} if meeting else set()), last=last)


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
    """Up in a meeting: voted on, on this floor."""

    dossier: Dossier
    floor: Floor
    votes: Mapping[tuple[Motion, str], Vote] = field(default_factory=dict)

    def votes_on(self, motion: Motion) -> dict[str, Vote]:
        """The votes that count, by member: those of the recused do not."""
        return {
            member: vote
            for (about, member), vote in self.votes.items()
            if about == motion and member not in self.dossier.recused
        }


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
    | events.CaseTakenUp
    | events.FloorChanged
    | events.MemberRecused
    | events.VoteCast
    | events.CouncilDecided
    | events.CaseCarriedOver
    | events.CaseWithdrawn
    | CaseExempted
    | CaseOpenedToPublic
)


def dossier(case: State) -> Dossier:
    """What the case carries. Raises `NotFound`."""
    if isinstance(case, Unopened):
        raise NotFound("case", str(case.case))
    return case.dossier


def dealt_with_in(case: State, meeting: UUID) -> bool:
    """Whether the meeting has taken the case up, decided it or ended without."""
    up = isinstance(case, TakenUp) and case.floor.meeting == meeting
    return up or meeting in dossier(case).meetings


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
                )
            )
        case Unopened(), _:
            raise AssertionError(f"impossible history: {type(event).__name__} of a case that was never opened")
        case _, events.CaseReferredAgain():
            held = replace(case.dossier, title=event.title, visibility=event.visibility, referral=event.referral)
            return Waiting(held) if isinstance(case, Returned) else replace(case, dossier=held)
        case _, events.CaseTabled():
            return Tabled(case.dossier, event.meeting)
        case _, events.CaseTakenUp():
            return TakenUp(case.dossier, _floor(event, event.on, event.seats, event.rules))
        case TakenUp(floor=floor), events.FloorChanged():
            return replace(case, floor=_floor(event, floor.day, floor.seats, floor.rules))
        case TakenUp(), events.VoteCast():
            return replace(case, votes={**case.votes, (event.motion, event.member): event.vote})
        case _, events.MemberRecused():
            held = replace(case.dossier, recused={**case.dossier.recused, event.member: event.ground})
            return replace(case, dossier=held)
        case _, events.CouncilDecided(outcome=outcome):
            held = case.dossier.dealt_with(event.meeting, event)
            match outcome:
                case Outcome.DEFERRED:
                    return Waiting(held)
                case Outcome.RETURNED:
                    return Returned(held)
                case _:
                    return Closed(held)
        case _, events.CaseCarriedOver():
            return Waiting(case.dossier.dealt_with(event.meeting, case.dossier.last))
        case _, events.CaseWithdrawn():
            return Withdrawn(case.dossier)
        case _, CaseExempted() | CaseOpenedToPublic():
            title = event.public_title if isinstance(event, CaseExempted) else None
            exempt = publicity.after(case.dossier.exempt, event)
            held = replace(case.dossier, exempt=exempt, public_title=title or case.dossier.public_title)
            return replace(case, dossier=held)
        case _:
            raise AssertionError(f"impossible history: {type(event).__name__} of {case}")


def _floor(event: events.CaseTakenUp | events.FloorChanged, day: date, seats: int, ruleset: RuleSet) -> Floor:
    return Floor(
        meeting=event.meeting,
        day=day,
        chair=event.chair,
        seats=seats,
        voters=event.voters,
        substitutions=event.substitutions,
        rules=ruleset,
    )

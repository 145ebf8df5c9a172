"""A case (sak, aggregate Case): from the queue through a meeting's votes to what the council decided (vedtak)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

from contracts.commands import council as do
from contracts.commands.minutes import ExemptFromPublicity, OpenToPublic
from contracts.events import council as events
from services.council.domain import afterwards, deciding, leading, publicity, recusal, refusals, rules, voting
from services.council.domain.afterwards import Reopening, Statement
from services.council.domain.dossier import (
    Closed,
    Event,
    Returned,
    State,
    Tabled,
    TakenUp,
    Unopened,
    Withdrawn,
    dossier,
    evolve,
)
from services.council.domain.leading import AsLeader
from services.council.domain.recusal import CallIn
from services.council.domain.roll import Floor
from services.council.domain.voting import MoveFloor, OnFloor

if TYPE_CHECKING:
    from uuid import UUID

    from services.council.domain.folder import Dossier


@dataclass(frozen=True)
class Numbered:
    """A case to open, with the number the register gave it; `None` when it has one already."""

    command: do.OpenCase
    number: str | None


@dataclass(frozen=True)
class CarryOver:
    """The meeting is over; `floor` is what it had to give a case in the end, if it ever opened."""

    meeting: UUID
    floor: Floor | None


Command: TypeAlias = (
    Numbered
    | OnFloor
    | MoveFloor
    | CarryOver
    | do.TableCase
    | do.StrikeCase
    | do.WithdrawCase
    | do.DeclareRecusal
    | do.PointOutRecusal
    | do.NameParty
    | do.DecideRecusal
    | CallIn
    | Statement
    | do.NotePoliticalDecision
    | Reopening
    | do.CastVote
    | do.DecideCase
    | AsLeader
    | do.DeferCase
    | do.ReturnCase
    | ExemptFromPublicity
    | OpenToPublic
)


def decide(case: State, command: Command) -> list[Event]:
    """What the case records on a command, and the questions of recusal that thereby raise themselves.

    Raises `Refused`.
    """
    said = _decide(case, command)
    if not said or isinstance(command, CarryOver | ExemptFromPublicity | OpenToPublic):
        return said
    moment = command.moment if isinstance(command, do.CaseCommand | MoveFloor) else command.command.moment
    return [*said, *recusal.unnoticed(reduce(evolve, said, case), moment)]


def _decide(case: State, command: Command) -> list[Event]:  # noqa: C901, PLR0911, PLR0912 - one line a command
    match command:
        case Numbered():
            return _open(case, command)
        case do.WithdrawCase():
            return _withdraw(case, command)
        case do.TableCase():
            return _table(case, command)
        case do.StrikeCase():
            return _strike(case, command)
        case OnFloor():
            return voting.take_up(case, command.floor, command.command.moment)
        case MoveFloor():
            return voting.move_floor(case, command.floor)
        case CarryOver():
            return _carry_over(case, command)
        case do.DeclareRecusal() | do.PointOutRecusal():
            return recusal.raise_question(case, command)
        case do.NameParty():
            return recusal.name_party(case, command)
        case do.DecideRecusal():
            return recusal.decide(case, command)
        case CallIn():
            return recusal.call_in(case, command)
        case Statement():
            return afterwards.state(case, command)
        case do.NotePoliticalDecision():
            return afterwards.note(case, command)
        case Reopening():
            return afterwards.reopen(case, command)
        case do.CastVote():
            return voting.vote(case, command)
        case do.DecideCase() | do.DeferCase() | do.ReturnCase():
            return deciding.decide(case, command)
        case AsLeader():
            return leading.decide(case, command)
        case ExemptFromPublicity():
            return [*publicity.exempt(dossier(case), command)]
        case OpenToPublic():
            return [*publicity.open_up(dossier(case), command)]


def _open(case: State, numbered: Numbered) -> list[Event]:
    command = numbered.command
    if isinstance(case, Unopened):
        if numbered.number is None:
            raise AssertionError("a case is numbered before it is opened")
        return [
            events.CaseOpened(
                council=case.council,
                case=case.case,
                idea=command.idea,
                title=command.title,
                number=numbered.number,
                received=command.day,
                submitted=command.submitted,
                kind=command.kind,
                person=command.person,
                visibility=command.visibility,
                referral=command.referral,
                parties=command.parties,
                matter=command.matter,
            )
        ]
    held = dossier(case)
    if command.referral <= held.referral:
        _as_opened(held, command)
        return []
    if isinstance(case, Closed | Withdrawn):
        raise refusals.CaseClosed(held.number)
    return [
        events.CaseReferredAgain(
            council=held.council,
            case=held.case,
            title=publicity.public_title(held, command.title),
            visibility=command.visibility,
            referral=command.referral,
            received=command.day,
        )
    ]


def _as_opened(held: Dossier, command: do.OpenCase) -> None:
    """Whether it is the same opening once more. Raises `OpenedOtherwise`.

    Of an idea it need not be: the idea has one case whatever is said of it, and is corrected where it was submitted.
    """
    if command.key is None or command.referral > 1:
        return
    names = ("title", "submitted", "kind", "person", "visibility", "parties", "matter")
    differs = tuple(name for name in names if getattr(command, name) != getattr(held.opened, name))
    if differs:
        raise refusals.OpenedOtherwise(command.key, held.number, differs)


def _withdraw(case: State, command: do.WithdrawCase) -> list[Event]:
    if isinstance(case, Unopened) and command.cause is not None:
        return []  # the idea never reached the council
    held = dossier(case)
    if isinstance(case, Withdrawn) or (isinstance(case, Closed) and command.cause is not None):
        return []  # what has been decided stands, though the idea is withdrawn
    if isinstance(case, TakenUp) and command.cause is None:
        raise refusals.CaseIsUp(held.number, case.floor.meeting)
    if isinstance(case, Closed) and held.left == command.day:
        return []  # the reopening was withdrawn
    if isinstance(case, Closed):
        raise refusals.CaseClosed(held.number)
    if held.standing and command.cause is not None:
        return []  # nor is it withdrawn from under a case that was reopened
    if held.standing:
        return afterwards.drop(held, command.day)
    return [
        events.CaseWithdrawn(
            council=held.council,
            case=held.case,
            idea=held.idea,
            number=held.number,
            withdrawn=command.day,
            into=command.into,
        )
    ]


def _table(case: State, command: do.TableCase) -> list[Event]:
    held, meeting = dossier(case), command.meeting
    if voting.dealt_with(case, meeting, command.moment):
        return []
    match case:
        case Closed() | Withdrawn():
            raise refusals.CaseClosed(held.number)
        case Returned():
            raise refusals.CaseReturned(held.number)
        case Tabled(meeting=where) if where == meeting:
            return []
        case TakenUp():
            raise refusals.CaseTakenUpElsewhere(held.number, case.floor.meeting)
        case _:
            return [
                events.CaseTabled(
                    council=held.council, case=held.case, number=held.number, meeting=meeting, idea=held.idea
                )
            ]


def _strike(case: State, command: do.StrikeCase) -> list[Event]:
    """Back in the queue; a case that is closed or withdrawn only leaves the agenda, which is the meeting's to say."""
    match case:
        case Tabled(meeting=where) if where == command.meeting:
            held = case.dossier
            return [
                events.CaseStruck(
                    council=held.council,
                    case=held.case,
                    number=held.number,
                    meeting=command.meeting,
                    struck=command.moment,
                )
            ]
        case _:
            return []


def _could_decide(case: Tabled | TakenUp, floor: Floor) -> bool:
    """Whether those on the floor whom nothing keeps out of the case are enough to decide it, if they all vote."""
    there = case.voters() if isinstance(case, TakenUp) else set(floor.voters) - case.dossier.kept_out
    return rules.quorate(floor.rules.quorum, seats=floor.seats, present=len(there), voted=len(there))


def _carry_over(case: State, command: CarryOver) -> list[Event]:
    match case:
        case Tabled(meeting=where) | TakenUp(floor=Floor(meeting=where)) if where == command.meeting:
            held = case.dossier
            able = command.floor is not None and _could_decide(case, command.floor)
            return [events.CaseCarriedOver(council=held.council, case=held.case, meeting=command.meeting, quorate=able)]
        case _:
            return []

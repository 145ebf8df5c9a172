"""A case (sak, aggregate Case): from the queue through a meeting's votes to what the council decided (vedtak)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from contracts.commands import council as do
from contracts.commands.minutes import ExemptFromPublicity, OpenToPublic
from contracts.events import council as events
from contracts.sealed import Retention, Sealed
from services.council.domain import deciding, publicity, refusals, rules
from services.council.domain.dossier import (
    Closed,
    Event,
    Returned,
    State,
    Tabled,
    TakenUp,
    Unopened,
    Withdrawn,
    dealt_with_in,
    dossier,
)
from services.council.domain.roll import Floor

if TYPE_CHECKING:
    from uuid import UUID

    from contracts.refusals import Refused


@dataclass(frozen=True)
class Numbered:
    """A case to open, with the number the register gave it; `None` when it has one already."""

    command: do.OpenCase
    number: str | None


@dataclass(frozen=True)
class OnFloor:
    """A case to take up, with what the voting will rest on."""

    command: do.TakeUpCase
    floor: Floor


@dataclass(frozen=True)
class MoveFloor:
    """Somebody came, left or took the chair in the meeting."""

    floor: Floor


@dataclass(frozen=True)
class CarryOver:
    """The meeting is over."""

    meeting: UUID
    quorate: bool


Command: TypeAlias = (
    Numbered
    | OnFloor
    | MoveFloor
    | CarryOver
    | do.TableCase
    | do.WithdrawCase
    | do.DeclareRecusal
    | do.RecuseMember
    | do.CastVote
    | do.DecideCase
    | do.DeferCase
    | do.ReturnCase
    | ExemptFromPublicity
    | OpenToPublic
)


def decide(case: State, command: Command) -> list[Event]:  # noqa: C901, PLR0911 - one line a command
    """What the case records on a command. Raises `Refused`."""
    match command:
        case Numbered():
            return _open(case, command)
        case do.WithdrawCase():
            return _withdraw(case, command)
        case do.TableCase():
            return _table(case, command.meeting)
        case OnFloor():
            return _take_up(case, command.floor)
        case MoveFloor():
            return _move_floor(case, command.floor)
        case CarryOver():
            return _carry_over(case, command)
        case do.DeclareRecusal() | do.RecuseMember():
            return _recuse(case, command)
        case do.CastVote():
            return _vote(case, command)
        case do.DecideCase() | do.DeferCase() | do.ReturnCase():
            return _decide(case, command)
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
            )
        ]
    held = dossier(case)
    if command.referral <= held.referral:
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


def _withdraw(case: State, command: do.WithdrawCase) -> list[Event]:
    if isinstance(case, Unopened) and command.cause is not None:
        return []  # the idea never reached the council
    held = dossier(case)
    if isinstance(case, Withdrawn) or (isinstance(case, Closed) and command.cause is not None):
        return []  # what has been decided stands, though the idea is withdrawn
    if isinstance(case, Closed):
        raise refusals.CaseClosed(held.number)
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


def _table(case: State, meeting: UUID) -> list[Event]:
    held = dossier(case)
    match case:
        case _ if meeting in held.meetings:
            return []  # it has been dealt with there
        case Closed() | Withdrawn():
            raise refusals.CaseClosed(held.number)
        case Returned():
            raise refusals.CaseReturned(held.number)
        case Tabled(meeting=where) | TakenUp(floor=Floor(meeting=where)) if where == meeting:
            return []
        case TakenUp():
            raise refusals.CaseTakenUpElsewhere(held.number, case.floor.meeting)
        case _:
            return [
                events.CaseTabled(
                    council=held.council, case=held.case, number=held.number, meeting=meeting, idea=held.idea
                )
            ]


def _take_up(case: State, floor: Floor) -> list[Event]:
    held = dossier(case)
    if dealt_with_in(case, floor.meeting):
        return []
    if not isinstance(case, Tabled) or case.meeting != floor.meeting:
        raise refusals.NotTabled(held.number, floor.meeting)
    there = len(floor.voters)
    if not rules.quorate(floor.rules.quorum, seats=floor.seats, present=there, voted=there):
        raise refusals.NoQuorum(seats=floor.seats, present=there, voted=0)
    return [
        events.CaseTakenUp(
            council=held.council,
            case=held.case,
            meeting=floor.meeting,
            on=floor.day,
            chair=floor.chair,
            seats=floor.seats,
            voters=floor.voters,
            substitutions=floor.substitutions,
            rules=floor.rules,
        )
    ]


def _move_floor(case: State, floor: Floor) -> list[Event]:
    if not isinstance(case, TakenUp) or case.floor.meeting != floor.meeting:
        return []
    now = case.floor
    pairs = tuple(dict.fromkeys((*now.substitutions, *floor.substitutions)))
    if (now.chair, now.voters, now.substitutions) == (floor.chair, floor.voters, pairs):
        return []
    held = case.dossier
    return [
        events.FloorChanged(
            council=held.council,
            case=held.case,
            meeting=floor.meeting,
            chair=floor.chair,
            voters=floor.voters,
            substitutions=pairs,  # also of those who have left: their seat has voted if they have
        )
    ]


def _carry_over(case: State, command: CarryOver) -> list[Event]:
    match case:
        case Tabled(meeting=where) | TakenUp(floor=Floor(meeting=where)) if where == command.meeting:
            held = case.dossier
            return [
                events.CaseCarriedOver(
                    council=held.council, case=held.case, meeting=command.meeting, quorate=command.quorate
                )
            ]
        case _:
            return []


def _recuse(case: State, command: do.DeclareRecusal | do.RecuseMember) -> list[Event]:
    held = dossier(case)
    if held.recused.get(command.member) == command.ground:
        return []
    if isinstance(case, Closed | Withdrawn):
        raise refusals.CaseClosed(held.number)
    return [
        events.MemberRecused(
            council=held.council,
            case=held.case,
            member=command.member,
            ground=command.ground,
            declared=isinstance(command, do.DeclareRecusal),
            note=None if command.note is None else Sealed[str].of(command.note, Retention.ARCHIVE),
        )
    ]


def _vote(case: State, command: do.CastVote) -> list[Event]:
    held = dossier(case)
    if not isinstance(case, TakenUp):
        last = held.last
        record = events.VoteRecord(member=command.member, vote=command.vote)
        if last is not None and last.motion == command.motion and record in last.votes:
            return []
        raise _not_up(case)
    member, votes = command.member, case.votes_on(command.motion)
    if member in held.recused:
        raise refusals.Recused(member, held.recused[member])
    if votes.get(member) == command.vote:
        return []
    if member not in case.floor.voters:
        raise refusals.NoVote(member, case.floor.voters)
    for other in case.floor.others_in_seat(member):
        if other in votes:
            raise refusals.SeatHasVoted(member, other)
    return [
        events.VoteCast(
            council=held.council,
            case=held.case,
            meeting=case.floor.meeting,
            member=member,
            vote=command.vote,
            motion=command.motion,
        )
    ]


def _decide(case: State, command: do.DecideCase | do.DeferCase | do.ReturnCase) -> list[Event]:
    if isinstance(case, TakenUp):
        return [publicity.veiled(deciding.decision(case, command), case.dossier)]
    last = dossier(case).last
    if last is not None and deciding.says(last, command):
        return []
    raise _not_up(case)


def _not_up(case: State) -> Refused:
    """Why a case that is not up is neither voted on nor decided."""
    held = dossier(case)
    match case:
        case Closed() | Withdrawn():
            return refusals.CaseClosed(held.number)
        case Returned():
            return refusals.CaseReturned(held.number)
        case _:
            return refusals.NotTakenUp(held.number)

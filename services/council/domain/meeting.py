"""A meeting (møte, aggregate Meeting): its notice and agenda, who is there, and who chairs it (møteleder)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.commands import council as do
from contracts.events import council as events
from services.council.domain import agenda, calling, refusals, seating
from services.council.domain.agenda import Arrange, Strike, TakeOff
from services.council.domain.room import Called, Open, Over, Sitting, State, Uncalled, called, in_time, lately, voters

if TYPE_CHECKING:
    from datetime import datetime

    from services.council.domain.roll import Roll


Event: TypeAlias = (
    events.MeetingPlanned
    | events.MeetingCalled
    | events.MeetingMoved
    | events.MeetingCancelled
    | events.AgendaExtended
    | events.AgendaReduced
    | events.AgendaArranged
    | events.MeetingOpened
    | events.MemberArrived
    | events.MemberLeft
    | events.SubstituteSeated
    | events.ChairTaken
    | events.MeetingClosed
    | events.MeetingAdjourned
)


@dataclass(frozen=True)
class OnRoll:
    """A command that rests on who sits in the council on the meeting's day."""

    command: (
        do.PlanMeeting
        | do.CallMeeting
        | do.MoveMeeting
        | do.OpenMeeting
        | do.RecordArrival
        | do.SeatSubstitute
        | do.TakeChair
    )
    roll: Roll


Command: TypeAlias = (
    OnRoll | agenda.Command | do.RecordDeparture | do.CloseMeeting | do.AdjournMeeting | do.CancelMeeting
)


def decide(  # noqa: PLR0911 - one line a command
    meeting: State, command: Command
) -> list[Event]:
    """What the meeting records on a command. Raises `Refused`."""
    match command:
        case OnRoll(command=do.PlanMeeting() | do.CallMeeting() | do.MoveMeeting() as planned):
            return [*calling.decide(meeting, planned, command.roll)]
        case do.CancelMeeting():
            return [*calling.cancel(meeting, command)]
        case OnRoll(command=do.OpenMeeting() as opening):
            return _open(meeting, opening, command.roll)
        case OnRoll(command=do.RecordArrival() as arrival):
            return _arrive(meeting, arrival, command.roll)
        case OnRoll(command=do.SeatSubstitute() as seat):
            return [*seating.seat(meeting, seat, command.roll)]
        case OnRoll(command=do.TakeChair() as taking):
            return _chair(meeting, taking, command.roll)
        case do.TableCase() | TakeOff() | Strike() | Arrange():
            return [*agenda.decide(meeting, command)]
        case do.RecordDeparture():
            return _depart(meeting, command)
        case do.CloseMeeting() | do.AdjournMeeting():
            return _end(meeting, command)
        case _:
            raise AssertionError(f"{type(command).__name__} is no command to a meeting")


def _open(meeting: State, command: do.OpenMeeting, roll: Roll) -> list[Event]:
    first = called(meeting)
    match meeting:
        case Open(sitting=room) | Over(sitting=Sitting() as room):
            if set(room.opened_with) == set(command.present):
                return []
            raise (refusals.MeetingAlreadyOpen if isinstance(meeting, Open) else refusals.MeetingOver)(first.id)
        case Over():
            raise refusals.MeetingOver(first.id)
        case Called(call=None):
            raise refusals.MeetingNotCalled(first.id)
    if command.day != first.starts.date():
        raise refusals.NotTheDay(first.id, first.starts.date(), command.day)
    present, remote = tuple(dict.fromkeys(command.present)), tuple(dict.fromkeys(command.remote))
    _may_be_remote(remote, roll, present)
    for person in present:
        if person not in roll.sitting:
            raise refusals.NotInCouncil(person, roll.day)
    chairs = (command.chair,) if command.chair else (roll.leader, roll.deputy)
    chair = next((person for person in chairs if person in present), command.chair)
    if chair is None:
        raise refusals.NoChair(present)
    voting = tuple(person for person in present if person in roll.voting)
    if chair not in voting:
        raise refusals.CannotChair(chair, voting)
    return [
        events.MeetingOpened(
            council=first.council,
            meeting=first.id,
            opened=command.moment,
            chair=chair,
            present=present,
            absent=tuple(person for person in roll.voting if person not in present),
            seats=roll.seats,
            quorate=seating.enough(roll, len(voting)),
            remote=remote,
            edition=roll.edition,
            rules=roll.rules,
        )
    ]


def _may_be_remote(members: tuple[str, ...], roll: Roll, present: tuple[str, ...]) -> None:
    """Whether these of the present may take part remotely (kommuneloven § 11-7).

    Raises `NoRemoteMeetings` and `NotPresent`.
    """
    if members and not roll.rules.remote:
        raise refusals.NoRemoteMeetings
    for person in members:
        if person not in present:
            raise refusals.NotPresent(person)


def _arrive(meeting: State, command: do.RecordArrival, roll: Roll) -> list[Event]:
    room, first = lately(meeting), called(meeting)
    if command.member in room.present or _stale(room, command.member, command.moment):
        return []
    in_time(meeting, command.moment)
    if command.member not in roll.sitting:
        raise refusals.NotInCouncil(command.member, roll.day)
    _may_be_remote((command.member,) if command.remote else (), roll, (command.member,))
    return [
        events.MemberArrived(
            council=first.council,
            meeting=first.id,
            member=command.member,
            arrived=command.moment,
            remote=command.remote,
        )
    ]


def _depart(meeting: State, command: do.RecordDeparture) -> list[Event]:
    room, first = lately(meeting), called(meeting)
    if command.member not in room.present or _stale(room, command.member, command.moment):
        return []
    in_time(meeting, command.moment)
    if command.member == room.chair:
        raise refusals.ChairStays(room.chair)
    return [events.MemberLeft(council=first.council, meeting=first.id, member=command.member, left=command.moment)]


def _stale(room: Sitting, member: str, moment: datetime) -> bool:
    """Whether the member has come or gone since: a late replay does not set that back."""
    return member in room.moved and moment <= room.moved[member]


def _chair(meeting: State, command: do.TakeChair, roll: Roll) -> list[Event]:
    room, first, chair = lately(meeting), called(meeting), command.chair
    if chair == room.chair:
        return []
    in_time(meeting, command.moment)
    if chair not in voters(room, roll):
        raise refusals.CannotChair(chair, voters(room, roll))
    return [events.ChairTaken(council=first.council, meeting=first.id, chair=chair)]


def _end(meeting: State, command: do.CloseMeeting | do.AdjournMeeting) -> list[Event]:
    first = called(meeting)
    reason = command.reason if isinstance(command, do.AdjournMeeting) else None
    match meeting:
        case Over(adjourned=adjourned, cancelled=cancelled):
            if adjourned == reason and cancelled is None:
                return []
            raise refusals.MeetingOver(first.id)
        case Called() if reason is None:
            raise refusals.MeetingNotOpen(first.id)
        case Open(sitting=room) if command.moment < room.latest():
            raise refusals.BackInTime(first.id, room.latest(), command.moment)
        case _ if reason is None:
            return [events.MeetingClosed(council=first.council, meeting=first.id, closed=command.moment)]
        case _:
            return [
                events.MeetingAdjourned(
                    council=first.council, meeting=first.id, adjourned=command.moment, reason=reason
                )
            ]


def evolve(meeting: State, event: Event) -> State:
    """The meeting with the event in it."""
    match meeting, event:
        case Uncalled() | Called(), _ if (planned := calling.evolve(meeting, event)) is not None:
            return planned
        case Called() | Open(), events.AgendaExtended() | events.AgendaReduced() | events.AgendaArranged():
            return agenda.evolve(meeting, event)
        case Called(), events.MeetingOpened():
            remote = frozenset(event.remote)
            room = Sitting(event.opened, event.chair, event.present, event.present, event.quorate, remote=remote)
            return Open(meeting, room)
        case Called(), events.MeetingAdjourned():
            return Over(meeting, None, event.reason)
        case Open(), events.MeetingClosed():
            return Over(meeting.called, meeting.sitting)
        case Open(), events.MeetingAdjourned():
            return Over(meeting.called, meeting.sitting, event.reason)
        case Open(), _:
            return replace(meeting, sitting=_moved(meeting.sitting, event))
        case _:
            raise AssertionError(f"impossible history: {type(event).__name__} of {meeting}")


def _moved(room: Sitting, event: Event) -> Sitting:
    match event:
        case events.MemberArrived(member=member):
            moved = {**room.moved, member: event.arrived}
            seated = {one: pair for one, pair in room.seated.items() if pair.instead_of != member}
            remote = room.remote | {member} if event.remote else room.remote - {member}
            there = replace(room, present=(*room.present, member), moved=moved, seated=seated, remote=remote)
            return there.turned(member, event.arrived, came=True)
        case events.MemberLeft(member=member):
            present = tuple(person for person in room.present if person != member)
            seated = {one: pair for one, pair in room.seated.items() if one != member}
            moved, remote = {**room.moved, member: event.left}, room.remote - {member}
            there = replace(room, present=present, moved=moved, seated=seated, remote=remote)
            return there.turned(member, event.left, came=False)
        case events.SubstituteSeated(substitute=substitute):
            pair = events.Substitution(substitute=substitute, instead_of=event.instead_of, vacancy=event.vacancy)
            there = replace(room, seated={**room.seated, substitute: pair})
            if event.quorate is not None:
                stood_in = tuple(dict.fromkeys((*room.stood_in, substitute)))
                there = replace(there, stood_in=stood_in, quorate=event.quorate)
            if substitute in room.present:
                return there
            came = replace(there, present=(*room.present, substitute))
            return came.turned(substitute, event.seated or room.opened, came=True)
        case events.ChairTaken(chair=chair):
            return replace(room, chair=chair)
        case _:
            raise AssertionError(f"impossible history: {type(event).__name__} of an open meeting")

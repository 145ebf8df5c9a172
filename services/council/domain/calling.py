"""A meeting to come: planned (møteplan), called with notice (innkalling), moved, or called off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.commands import council as do
from contracts.events import council as events
from services.council.domain import refusals
from services.council.domain.room import Call, Called, Open, Over, Plan, State, Uncalled, called

if TYPE_CHECKING:
    from datetime import date, datetime

    from services.council.domain.roll import Roll

Planned: TypeAlias = do.PlanMeeting | do.CallMeeting | do.MoveMeeting
Event: TypeAlias = events.MeetingPlanned | events.MeetingCalled | events.MeetingMoved | events.MeetingCancelled


def decide(meeting: State, command: Planned, roll: Roll) -> list[Event]:
    """What is recorded of a meeting to come, by the rules of its day. Raises `Refused`."""
    match command:
        case do.PlanMeeting():
            return _plan(meeting, command, roll)
        case do.CallMeeting():
            return _call(meeting, command, roll)
        case do.MoveMeeting():
            return _move(meeting, command, roll)


def _plan(meeting: State, command: do.PlanMeeting, roll: Roll) -> list[Event]:
    if not isinstance(meeting, Uncalled):
        return _planned(called(meeting), Plan(command.starts, command.place, command.remote))
    _to_come(command)
    _allow(roll, remote=command.remote)
    return [
        events.MeetingPlanned(
            council=meeting.council,
            meeting=meeting.id,
            starts=command.starts,
            place=command.place,
            remote=command.remote,
        )
    ]


def _planned(meeting: Called, plan: Plan) -> list[Event]:
    """Nothing for the same plan again, whatever has become of it since, nor for what holds now.

    Raises `MeetingAlreadyCalled` and `MeetingAlreadyPlanned`.
    """
    if plan in {meeting.plan, Plan(meeting.starts, meeting.place, meeting.remote)}:
        return []
    raise (refusals.MeetingAlreadyCalled if meeting.call else refusals.MeetingAlreadyPlanned)(meeting.id)


def _call(meeting: State, command: do.CallMeeting, roll: Roll) -> list[Event]:
    call = Call(command.starts, command.place, command.remote, command.agenda, command.urgent)
    match meeting:
        case Uncalled() | Called(call=None):
            pass
        case _:
            first = called(meeting)
            if first.call == call:
                return []
            raise refusals.MeetingAlreadyCalled(first.id)
    _to_come(command)
    _allow(roll, remote=command.remote)
    _in_time(command.starts, command.day, roll, command.urgent)
    return [
        events.MeetingCalled(
            council=meeting.council,
            meeting=meeting.id,
            starts=command.starts,
            notice=command.day,
            place=command.place,
            remote=command.remote,
            agenda=command.agenda,
            urgent=command.urgent,
        )
    ]


def _move(meeting: State, command: do.MoveMeeting, roll: Roll) -> list[Event]:
    first = to_come(meeting)
    place = first.place if command.place is None else command.place
    remote = first.remote if command.remote is None else command.remote
    stale = first.moved is not None and command.moment <= first.moved
    if stale or (first.starts, first.place, first.remote) == (command.starts, place, remote):
        return []
    _to_come(command)
    _allow(roll, remote=remote)
    if first.call is not None:
        _in_time(command.starts, command.day, roll, command.urgent)
    return [
        events.MeetingMoved(
            council=first.council,
            meeting=first.id,
            starts=command.starts,
            moved=command.moment,
            reason=command.reason,
            place=place,
            remote=remote,
            urgent=command.urgent,
        )
    ]


def cancel(meeting: State, command: do.CancelMeeting) -> list[Event]:
    """Call off a meeting that has not begun. Raises `NotFound`, `MeetingAlreadyOpen` and `MeetingOver`."""
    if isinstance(meeting, Over) and meeting.cancelled == command.reason:
        return []
    first = to_come(meeting)
    return [
        events.MeetingCancelled(
            council=first.council, meeting=first.id, cancelled=command.moment, reason=command.reason
        )
    ]


def to_come(meeting: State) -> Called:
    """A meeting that has not begun. Raises `NotFound`, `MeetingAlreadyOpen` and `MeetingOver`."""
    match meeting:
        case Open():
            raise refusals.MeetingAlreadyOpen(meeting.called.id)
        case Over():
            raise refusals.MeetingOver(meeting.called.id)
        case _:
            return called(meeting)


def days_of_notice(starts: datetime, notice: date) -> int:
    """How many days a call on this day gives: the day of the call is not counted, the day of the meeting is."""
    return (starts.date() - notice).days


def _to_come(command: Planned) -> None:
    """Whether the time is to come, by the minute; what was done before it is entered has its `at`.

    Raises `StartsInThePast`.
    """
    if command.starts < command.moment.replace(second=0, microsecond=0):
        raise refusals.StartsInThePast(command.starts, command.moment)


def _in_time(starts: datetime, notice: date, roll: Roll, urgent: str | None) -> None:
    """Whether the notice period is kept, or there is a reason that it is not. Raises `ShortNotice`."""
    needed, days = roll.rules.notice_days, days_of_notice(starts, notice)
    if needed is not None and days < needed and urgent is None:
        raise refusals.ShortNotice(starts.date(), notice, days, needed)


def _allow(roll: Roll, *, remote: bool) -> None:
    if remote and not roll.rules.remote:
        raise refusals.NoRemoteMeetings


def evolve(meeting: Uncalled | Called, event: object) -> State | None:
    """The meeting with the event in it; nothing where the event is not of a meeting to come."""
    match meeting, event:
        case Uncalled(), events.MeetingPlanned():
            plan = Plan(event.starts, event.place, event.remote)
            return Called(event.council, event.meeting, event.starts, event.place, event.remote, (), None, plan)
        case Uncalled() | Called(call=None), events.MeetingCalled():
            planned = meeting.agenda if isinstance(meeting, Called) else ()
            return Called(
                council=event.council,
                id=event.meeting,
                starts=event.starts,
                place=event.place,
                remote=event.remote,
                agenda=tuple(dict.fromkeys((*event.agenda, *planned))),
                call=Call(event.starts, event.place, event.remote, event.agenda, event.urgent),
                plan=meeting.plan if isinstance(meeting, Called) else None,
                notice=event.notice,
                moved=meeting.moved if isinstance(meeting, Called) else None,
                left=meeting.left if isinstance(meeting, Called) else {},
                arranged=meeting.arranged if isinstance(meeting, Called) else None,
            )
        case Called(), events.MeetingMoved():
            notice = event.moved.date() if meeting.call else None
            return replace(
                meeting,
                starts=event.starts,
                place=event.place,
                remote=event.remote,
                notice=notice,
                moved=event.moved,
            )
        case Called(), events.MeetingCancelled():
            return Over(meeting, None, cancelled=event.reason, called_off=event.cancelled)
        case _:
            return None

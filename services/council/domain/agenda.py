"""A meeting's agenda (saksliste): what is put on it after the call, what leaves it, and in which order it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.commands import council as do
from contracts.events import council as events
from contracts.sealed import Retention, Sealed
from services.council.domain import refusals
from services.council.domain.room import Called, Open, Over, State, called

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

Event: TypeAlias = events.AgendaExtended | events.AgendaReduced | events.AgendaArranged


@dataclass(frozen=True)
class TakeOff:
    """A case, with its number, has been put on the agenda of another meeting, which is to begin at `starts`."""

    case: UUID
    number: str
    moment: datetime
    to: UUID
    starts: datetime


@dataclass(frozen=True)
class Strike:
    """A case to strike, with its number and, where its reasons are exempt from publicity, the notice for this one."""

    command: do.StrikeCase
    number: str
    notice: str | None = None


@dataclass(frozen=True)
class Arrange:
    """A new order, with the numbers of its cases."""

    command: do.ArrangeAgenda
    numbers: Mapping[UUID, str]


Command: TypeAlias = do.TableCase | TakeOff | Strike | Arrange


def decide(meeting: State, command: Command) -> list[Event]:
    """The case last on the agenda, or off it, or all of them in another order.

    What a meeting that is over had on its agenda stays there. Raises `NotFound`, `MeetingOver`, `NotTabled` and
    `ForTheMeetingToDecide`.
    """
    match command:
        case do.TableCase():
            return _put_on(meeting, command)
        case TakeOff():
            return _take_off(meeting, command)
        case Strike():
            return _strike(meeting, command)
        case Arrange():
            return _arrange(meeting, command)


def _put_on(meeting: State, command: do.TableCase) -> list[Event]:
    first, case = called(meeting), command.case
    if case in first.agenda or (case in first.left and command.moment < first.left[case]):
        return []  # it is there, or has left since
    if isinstance(meeting, Over):
        raise refusals.MeetingOver(first.id)
    return [events.AgendaExtended(council=first.council, meeting=first.id, case=case)]


def _take_off(meeting: State, leaving: TakeOff) -> list[Event]:
    """A case goes to another meeting before the one it was to be up in has begun; then that one puts it off."""
    first = called(meeting)
    if leaving.case not in first.agenda or isinstance(meeting, Over):
        return []
    if isinstance(meeting, Open):
        raise refusals.ForTheMeetingToDecide(leaving.number, first.id)
    return [
        events.AgendaReduced(
            council=first.council,
            meeting=first.id,
            case=leaving.case,
            reduced=leaving.moment,
            moved_to=leaving.to,
            moved_starts=leaving.starts,
        )
    ]


def _strike(meeting: State, strike: Strike) -> list[Event]:
    """Before the meeting the secretary strikes a case; in it the body puts one off, with a vote and its reasons."""
    first, command = called(meeting), strike.command
    if command.case in first.left and command.moment <= first.left[command.case]:
        return []
    if isinstance(meeting, Over):
        raise refusals.MeetingOver(first.id)
    if command.case not in first.agenda:
        raise refusals.NotTabled(strike.number, first.id)
    if isinstance(meeting, Open):
        raise refusals.ForTheMeetingToDecide(strike.number, first.id)
    return [
        events.AgendaReduced(
            council=first.council,
            meeting=first.id,
            case=command.case,
            reduced=command.moment,
            reason=strike.notice or command.reason,
            sealed_reason=Sealed[str].of(command.reason, Retention.ARCHIVE) if strike.notice else None,
        )
    ]


def _arrange(meeting: State, arrange: Arrange) -> list[Event]:
    first, command = called(meeting), arrange.command
    missing = next((case for case in command.agenda if case not in first.agenda), None)
    order = tuple(dict.fromkeys((*command.agenda, *first.agenda)))
    if order == first.agenda or (first.arranged is not None and command.moment < first.arranged):
        return []
    if isinstance(meeting, Over):
        raise refusals.MeetingOver(first.id)
    if missing is not None:
        raise refusals.NotTabled(arrange.numbers[missing], first.id)
    return [events.AgendaArranged(council=first.council, meeting=first.id, agenda=order, arranged=command.moment)]


def evolve(meeting: Called | Open, event: Event) -> State:
    """The meeting with the event in it."""
    if isinstance(meeting, Open):
        return replace(meeting, called=_on(meeting.called, event))
    return _on(meeting, event)


def _on(meeting: Called, event: Event) -> Called:
    if isinstance(event, events.AgendaArranged):
        return replace(meeting, agenda=event.agenda, arranged=event.arranged)
    others = tuple(case for case in meeting.agenda if case != event.case)
    if isinstance(event, events.AgendaExtended):
        return replace(meeting, agenda=(*others, event.case))
    left = meeting.left if event.reduced is None else {**meeting.left, event.case: event.reduced}
    return replace(meeting, agenda=others, left=left)

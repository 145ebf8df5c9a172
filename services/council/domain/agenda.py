"""A meeting's agenda (saksliste): what is put on it after the call, and what leaves it for another meeting's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.events import council as events
from services.council.domain import refusals
from services.council.domain.room import Called, Open, Over, State, called

if TYPE_CHECKING:
    from uuid import UUID

    from contracts.commands import council as do

Event: TypeAlias = events.AgendaExtended | events.AgendaReduced


@dataclass(frozen=True)
class TakeOff:
    """A case has been put on another meeting's agenda."""

    case: UUID


def decide(meeting: State, command: do.TableCase | TakeOff) -> list[Event]:
    """The case last on the agenda, or off it; what a meeting that is over had on its agenda stays there.

    Raises `NotFound` and `MeetingOver`.
    """
    first, case = called(meeting), command.case
    if isinstance(command, TakeOff):
        if case not in first.agenda or isinstance(meeting, Over):
            return []
        return [events.AgendaReduced(council=first.council, meeting=first.id, case=case)]
    if case in first.agenda:
        return []
    if isinstance(meeting, Over):
        raise refusals.MeetingOver(first.id)
    return [events.AgendaExtended(council=first.council, meeting=first.id, case=case)]


def evolve(meeting: Called | Open, event: Event) -> State:
    """The meeting with the event in it."""
    if isinstance(meeting, Open):
        return replace(meeting, called=_on(meeting.called, event))
    return _on(meeting, event)


def _on(meeting: Called, event: Event) -> Called:
    others = tuple(case for case in meeting.agenda if case != event.case)
    return replace(meeting, agenda=(*others, event.case) if isinstance(event, events.AgendaExtended) else others)

"""What became of a meeting between its call and its beginning: it was moved, cases left its agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.events import council as events
from contracts.minutes import MovedEntry, StruckEntry
from contracts.publicity import Part
from services.council.minutes.people import local
from services.council.minutes.told import Told, as_withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from contracts.envelope import Recorded
    from services.council.minutes.told import Reading


def called_on(said: Sequence[Any]) -> date | None:
    """The day the call went out, whatever word of a move came after it."""
    return next((event.notice for event in said if isinstance(event, events.MeetingCalled)), None)


def moves(said: Sequence[Any]) -> tuple[MovedEntry, ...]:
    """Each time the meeting was moved after it was called, whence and why; a plan that was changed is nobody's news."""
    told: list[MovedEntry] = []
    before: events.MeetingCalled | events.MeetingMoved | None = None
    for event in said:
        match event:
            case events.MeetingMoved() if before is not None:
                told.append(
                    MovedEntry(
                        starts=local(before.starts),
                        place=before.place,
                        remote=before.remote,
                        told=event.moved.date(),
                        reason=event.reason,
                        urgent=event.urgent,
                    )
                )
                before = event
            case events.MeetingCalled():
                before = event
            case _:
                pass
    return tuple(told)


def left(said: Sequence[Any], agenda: Sequence[UUID]) -> dict[UUID, events.AgendaReduced]:
    """The cases that were struck from the agenda, or moved to another, after the call, and did not come back on it."""
    calls = (at for at, event in enumerate(said) if isinstance(event, events.MeetingCalled))
    since = said[next(calls, len(said)) :]
    struck = (event for event in since if isinstance(event, events.AgendaReduced) and (event.reason or event.moved_to))
    return {event.case: event for event in struck if event.case not in agenda}


def struck(
    said: Sequence[Any], agenda: Sequence[UUID], cases: Mapping[UUID, Sequence[Recorded[Any]]], reading: Reading
) -> tuple[StruckEntry, ...]:
    """The cases that were struck or moved, in turn. Why is told as the reasons of a decision in the case are."""
    return tuple(_entry(event, cases[case], reading) for case, event in left(said, agenda).items() if cases.get(case))


def _entry(event: events.AgendaReduced, history: Sequence[Recorded[Any]], reading: Reading) -> StruckEntry:
    told = Told.of(history, event.meeting)
    hidden = reading.withheld(Part.TITLE, told.exempt)
    return StruckEntry(
        case=event.case,
        number=told.said[0].number,
        title=told.title if hidden is None else told.public_title or hidden,
        exempt=as_withheld(told.exempt),
        struck=local(event.reduced) if event.reduced else None,
        reason=_why(event, told, reading) if event.reason else "",
        moved_to=local(event.moved_starts) if event.moved_starts else None,
    )


def _why(event: events.AgendaReduced, told: Told, reading: Reading) -> str:
    hidden = reading.withheld(Part.REASONS, told.exempt)
    return hidden or (event.reason or "" if event.sealed_reason is None else reading.open_(event.sealed_reason))

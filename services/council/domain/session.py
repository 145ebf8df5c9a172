"""When the council meets (sesjon): one meeting at a time, so that nobody is in two rooms and each has its own time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.council.domain import refusals
from services.council.domain.room import Called, Open

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from services.council.domain.room import State


@dataclass(frozen=True)
class Session:
    """A meeting that was opened, and when it ended if it has."""

    meeting: UUID
    opened: datetime
    ended: datetime | None = None

    def at(self, moment: datetime) -> bool:
        """Whether the council was meeting then."""
        return self.opened <= moment and (self.ended is None or moment < self.ended)


def may_open(meeting: State, moment: datetime, sessions: Iterable[Session]) -> None:
    """Whether no other meeting is open, nor was at that moment. Raises `OtherMeetingOpen`."""
    if not isinstance(meeting, Called):
        return  # opened before, or not to be opened at all, which the meeting says itself
    for other in sessions:
        if other.ended is None or other.at(moment):
            raise refusals.OtherMeetingOpen(meeting.id, other.meeting, other.opened)


def may_end(meeting: State, moment: datetime, sessions: Iterable[Session]) -> None:
    """Whether an open meeting ends before the next one that is on record began. Raises `OtherMeetingOpen`."""
    if not isinstance(meeting, Open):
        return
    for other in sessions:
        if meeting.sitting.opened < other.opened < moment:
            raise refusals.OtherMeetingOpen(meeting.called.id, other.meeting, other.opened)

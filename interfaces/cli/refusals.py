"""What `loypa` itself cannot find, where no service was asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(eq=False)
class NoCouncilThen(Refused):
    """The municipality had no council that day."""

    municipality: str
    on: date
    says = "{municipality} had no innovation council on {on}"


@dataclass(eq=False)
class NoCouncilOnRecord(Refused):
    """The record held no council of the municipality yet, whenever it was established."""

    municipality: str
    on: date
    known_at: datetime
    says = "what had been recorded by {known_at} tells of no innovation council of {municipality} on {on}"


@dataclass(eq=False)
class NoSuchMeeting(Refused):
    """A meeting goes by its id or its day."""

    given: str
    says = "{given} is no meeting: give its id, or its day such as 2026-03-04"


@dataclass(eq=False)
class NoMeetingThatDay(Refused):
    """The council has no meeting that day."""

    municipality: str
    day: date
    days: tuple[str, ...]
    says = "{municipality} has no meeting on {day}; there are meetings on: {days}"


@dataclass(eq=False)
class SeveralMeetings(Refused):
    """The council has several meetings that day."""

    day: date
    meetings: tuple[str, ...]
    says = "there are several meetings on {day}: {meetings}; give the id of one"

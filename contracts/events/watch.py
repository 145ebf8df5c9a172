"""What the council service notices by itself when a date has passed: each once, however late it looks."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from contracts.events.council import CouncilEvent
from contracts.message import Instant, Line, PersonId


class OverdueEvent(CouncilEvent):
    """Something is overdue: `due` was its last day, and it was `noticed` on a later one."""

    due: date
    noticed: date


class LongWaitNoticed(OverdueEvent):
    """A case has waited `since` it came to the council, longer than the mandate's rules say (R10)."""

    case: UUID
    number: Line
    idea: UUID | None = None
    since: date


class MissingCallNoticed(OverdueEvent):
    """A planned meeting is nearer than the notice period, and the call to it has not gone out."""

    meeting: UUID
    starts: Instant


class MissedCadenceNoticed(OverdueEvent):
    """The council has not met `since` its last meeting, or its beginning, as often as its mandate says (R10)."""

    since: date


class LateFollowUpNoticed(OverdueEvent):
    """The deadline has passed that the council set for `responsible` in a decision that started no activity (R15)."""

    case: UUID
    number: Line
    responsible: PersonId | None = None

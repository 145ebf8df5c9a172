"""What the council service tells itself to notice when a date has passed; nobody else may say so."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from contracts.commands.council import CouncilCommand
from contracts.message import Instant


class NoticeLongWait(CouncilCommand):
    """Notice that a case which came to the council on `since` still waits (R10); `due` was the last day for it."""

    case: UUID
    since: date
    due: date


class NoticeMissingCall(CouncilCommand):
    """Notice that nobody has been called to a planned meeting; `due` was the last day to call."""

    meeting: UUID
    starts: Instant
    due: date


class NoticeMissedCadence(CouncilCommand):
    """Notice that the council has not met since `since` (R10); `due` was the last day to meet."""

    since: date
    due: date


class NoticeLateFollowUp(CouncilCommand):
    """Notice that the deadline of a decision that started no activity has passed, which was `due`."""

    case: UUID
    due: date

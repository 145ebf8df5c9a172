"""Time by the clocks of Norway: the record counts in UTC, people do not."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local(moment: datetime) -> tuple[datetime, str]:
    """The moment by Norway's clocks, and what to say after it: where the system does not know them, ` UTC`."""
    zone, said = _zone()
    return moment.astimezone(zone), said


def minute(moment: str | None) -> str | None:
    """A moment (ISO 8601) as tables have it: so too, by the clocks of Norway, such as `2025-03-27T09:00+01:00`."""
    if moment is None:
        return None
    here, _ = local(datetime.fromisoformat(moment))
    return here.isoformat(timespec="minutes")


@cache
def _zone() -> tuple[Any, str]:
    try:
        return ZoneInfo("Europe/Oslo"), ""
    except ZoneInfoNotFoundError:
        return UTC, " UTC"

"""How moments are written: UTC, microseconds, ISO 8601."""

from datetime import UTC, datetime


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC."""
    return moment.astimezone(UTC)


def iso(moment: datetime) -> str:
    """`2026-03-04T09:30:00.000000Z`: fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"

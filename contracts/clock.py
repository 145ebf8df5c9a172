"""How moments are written: UTC, microseconds, ISO 8601."""

from datetime import UTC, datetime


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises `ValueError` when that is before the year 1 or after 9999."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("there is no such moment in UTC") from error


def iso(moment: datetime) -> str:
    """`2026-03-04T09:30:00.000000Z`: fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"

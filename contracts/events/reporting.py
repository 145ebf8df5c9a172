"""What the reporting service records."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Event


class ReportingEvent(Event):
    """An event of the reporting service."""

    service: ClassVar[str | None] = "reporting"

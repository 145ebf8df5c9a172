"""What the intake service records."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Event


class IntakeEvent(Event):
    """An event of the intake service."""

    service: ClassVar[str | None] = "intake"

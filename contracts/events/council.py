"""What the council service records."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Event


class CouncilEvent(Event):
    """An event of the council service."""

    service: ClassVar[str | None] = "council"

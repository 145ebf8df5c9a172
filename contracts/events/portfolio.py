"""What the portfolio service records."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Event


class PortfolioEvent(Event):
    """An event of the portfolio service."""

    service: ClassVar[str | None] = "portfolio"

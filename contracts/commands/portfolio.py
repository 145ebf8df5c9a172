"""What the portfolio service can be asked to do."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Command


class PortfolioCommand(Command):
    """A command to the portfolio service."""

    service: ClassVar[str] = "portfolio"

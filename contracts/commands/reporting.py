"""What the reporting service can be asked to do."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Command


class ReportingCommand(Command):
    """A command to the reporting service."""

    service: ClassVar[str] = "reporting"

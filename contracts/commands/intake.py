"""What the intake service can be asked to do."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Command


class IntakeCommand(Command):
    """A command to the intake service."""

    service: ClassVar[str] = "intake"

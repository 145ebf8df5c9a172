"""What the council service can be asked to do."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Command


class CouncilCommand(Command):
    """A command to the council service."""

    service: ClassVar[str] = "council"

"""What the intake service can be asked to tell."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Query


class IntakeQuery(Query):
    """A query to the intake service."""

    service: ClassVar[str] = "intake"

"""A step of the story: one message, who sends it, and what happens in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from contracts.message import Claim, Command, Query


@dataclass(frozen=True)
class Reading:
    """What somebody asks before they act, and what of the answer goes into the command: the digest they have read, …"""

    query: Query
    fills: Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Step:
    """What somebody does in a municipality at a moment of the year.

    `person` acts through the front end `system`; a system that acts by itself has none, and sends a claim under
    `claim_id`, its own id of it. A command's `at` is the step's. `note` tells in Norwegian what happens. `refused`
    names the rule that must say no: the story shows what is not allowed, too. `reads` completes the command.
    """

    tenant: str
    system: str
    person: str | None
    at: datetime
    message: Command | Claim
    note: str
    claim_id: str | None = None
    refused: str | None = None
    reads: Reading | None = None

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.tenant} {type(self.message).__name__}: {self.note}"

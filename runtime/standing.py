"""What a relay says of itself: what it does, how far it has come, and why it has stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pydantic_core


class Standing(StrEnum):
    """What the relay is doing, or why it does nothing."""

    STARTING = "Starting"
    FOLLOWING = "Following"
    UNREACHABLE = "Unreachable"
    """The stream or the ledger does not answer; tried again by itself."""
    EMPTY_STREAM = "EmptyStream"
    """The stream has lost what it held of this service; `loypa republish` restores it."""
    REPUBLISHING = "Republishing"
    """A republish has begun and not ended."""
    FORKED = "Forked"
    """Stream and ledger hold different events at one position; somebody has to choose."""


@dataclass(frozen=True)
class RelayState:
    """Where a relay stands: it has published up to position `published` of `head`.

    Everything recorded up to `complete_to` is published.
    """

    standing: Standing
    why: str
    published: int
    head: int
    complete_to: datetime | None

    @property
    def healthy(self) -> bool:
        """Whether it publishes what is recorded."""
        return self.standing is Standing.FOLLOWING


class Halted(Exception):  # noqa: N818 - it is a standing, not an error
    """Publishing would do harm: the standing says which, the sentence what to do about it."""

    def __init__(self, standing: Standing, why: str) -> None:
        super().__init__(why)
        self.standing = standing


PUBLISHED = "published"


@dataclass(frozen=True)
class Published:
    """A relay's word, on `ops.<service>.published`: all that `service` recorded up to `moment` is published.

    The last of it is at `position`.
    """

    service: str
    position: int
    moment: datetime

    def to_bytes(self) -> bytes:
        """As JSON."""
        return pydantic_core.to_json({"service": self.service, "position": self.position, "moment": self.moment})

    @classmethod
    def of(cls, raw: bytes) -> Published:
        """Read back. Raises `ValueError`."""
        fields = pydantic_core.from_json(raw)
        return cls(fields["service"], int(fields["position"]), datetime.fromisoformat(fields["moment"]))

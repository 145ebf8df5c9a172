"""How the demo's claims get into the stream."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from interfaces.cli import delivering
from runtime.nats import NoAnswer


@dataclass
class Deaf:
    """A stream whose PubAck is lost so many times."""

    lost: int
    came: list[tuple[str, bytes]] = field(default_factory=list)

    async def claim(self, name: str, body: bytes) -> int:
        self.came.append((name, body))
        if len(self.came) <= self.lost:
            raise NoAnswer(name)
        return len(self.came)


def test_a_claim_without_a_puback_is_published_again_as_it_was(monkeypatch):
    monkeypatch.setattr(delivering, "PAUSE", 0)
    door = Deaf(lost=2)
    asyncio.run(delivering.kept(door, "IdeaSubmitted", b"{}"))
    assert door.came == [("IdeaSubmitted", b"{}")] * 3


def test_a_stream_that_never_answers_ends_the_story(monkeypatch):
    monkeypatch.setattr(delivering, "PAUSE", 0)
    door = Deaf(lost=1000)
    with pytest.raises(NoAnswer):
        asyncio.run(delivering.kept(door, "IdeaSubmitted", b"{}"))
    assert len(door.came) == delivering.ATTEMPTS

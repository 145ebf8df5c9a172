"""An import and a story that go on through any number of `kill -9`s, and what must hold afterwards."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from interfaces.demo.story import steps
from tests.system.instance import AWAY
from tests.system.year import door, envelope, outcome, tell

if TYPE_CHECKING:
    from random import Random

    from tests.system.instance import Instance

AT_ONCE = 20
"""Claims on their way to INGEST at a time."""


def claim(claim_id: str) -> bytes:
    """A submission from the case system."""
    return envelope(
        claim_id,
        {
            "title": f"Meir lys på turvegen, innspel {claim_id}",
            "problem": "Strekninga er mørk frå oktober, og mange går henne til og frå arbeid.",
            "proposal": "Lys som følgjer den som går, slik dei har prøvd det i nabokommunen.",
            "submitter": "citizen",
            "language": "nn",
        },
    )


@dataclass
class Work:
    """What Molde's case system claims, and how far the story is told. What was acknowledged is not sent again."""

    running: Instance
    waiting: list[str]
    told: int
    upto: int
    acknowledged: list[str] = field(default_factory=list)

    async def go_on(self) -> None:
        """Import and tell until both are done; wherever it is cancelled, it goes on from there."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._import())
            tasks.create_task(tell(self.running.data, self.told, self.upto, self._told))

    def _told(self, index: int) -> None:
        self.told = index + 1

    async def _import(self) -> None:
        free = asyncio.Semaphore(AT_ONCE)

        async def one(claim_id: str) -> None:
            async with free:
                await here.claim("IdeaSubmitted", claim(claim_id))
                self.waiting.remove(claim_id)
                self.acknowledged.append(claim_id)

        async with door(self.running.data, system="sak") as here, asyncio.TaskGroup() as tasks:
            for claim_id in list(self.waiting):
                tasks.create_task(one(claim_id))

    async def all_accepted(self) -> None:
        """Every claim that INGEST acknowledged comes to be accepted."""
        async with door(self.running.data, system="sak") as here:
            states = [(await outcome(here, claim_id)).state for claim_id in self.acknowledged]
        assert Counter(states) == {"accepted": len(self.acknowledged)}


async def kill_in_the_middle(work: Work, chance: Random, within: float) -> None:
    """Let it go on for some moments, at most `within` seconds, and kill everything where it stands."""
    going_on = asyncio.create_task(work.go_on())
    await asyncio.wait({going_on}, timeout=chance.uniform(0, within))
    work.running.kill()
    while not going_on.done():
        going_on.cancel()  # again, where a client took the first for its own time running out
        await asyncio.wait({going_on}, timeout=0.2)
    with contextlib.suppress(asyncio.CancelledError):
        try:
            await going_on
        except* AWAY:
            pass  # it found the door closed before it was told to stop


def nothing_is_doubled(running: Instance) -> None:
    """One fact for each cause, and numbers without gaps, in every ledger."""
    events = {service: running.recorded(service) for service in ("intake", "council", "portfolio", "reporting")}
    for recorded in events.values():
        assert [int(event["sequence"]) for event in recorded] == list(range(1, len(recorded) + 1))
    once(events["intake"], "IdeaSubmitted", lambda data: data["idea"])
    once(events["intake"], "ClaimAccepted", lambda data: data["claim"])
    once(events["intake"], "SubmitterInformed", lambda data: (data["idea"], data["cause"], data.get("through")))
    once(events["council"], "CaseOpened", lambda data: data["case"])
    once(events["portfolio"], "ActivityStarted", lambda data: data["activity"])
    opened = {event["data"]["idea"] for event in named(events["council"], "CaseOpened")}
    assert {event["data"]["idea"] for event in named(events["intake"], "IdeaReferred")} <= opened
    approved = {event["data"]["case"] for event in named(events["council"], "CouncilDecided") if goes_on(event)}
    started = [
        event["data"]["case"] for event in named(events["portfolio"], "ActivityStarted") if "case" in event["data"]
    ]
    assert sorted(started) == sorted(approved)
    numbers: dict[tuple[str, int], list[int]] = {}
    for event in named(events["council"], "CaseNumbered"):
        numbers.setdefault((event["data"]["council"], event["data"]["year"]), []).append(event["data"]["number"])
    assert all(given == list(range(1, len(given) + 1)) for given in numbers.values())


def goes_on(decided: dict[str, Any]) -> bool:
    data = decided["data"]
    return data["outcome"] == "approved" or (data["outcome"] == "formal" and data.get("form") is not None)


def named(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event for event in events if event["type"].split(".")[3] == name]


def once(events: list[dict[str, Any]], name: str, cause: Any) -> None:
    causes = Counter(cause(event["data"]) for event in named(events, name))
    assert causes
    assert set(causes.values()) == {1}, name


STORY = len(steps())

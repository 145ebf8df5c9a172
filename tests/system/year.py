"""A year in Romsdal as the ground that faults are tested on: told by the demo's story, through the real doors."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from contracts.answers import Accepted, ClaimOutcome, ClaimOutcomes
from contracts.message import Command
from contracts.queries.record import ClaimStatus
from interfaces.client import doors
from interfaces.demo.play import play
from interfaces.demo.story import people, steps
from interfaces.installation import OPERATOR_PERSON, Installation
from services.reporting.views import TOLD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from interfaces.client import Doors
    from interfaces.demo.play import Answer
    from interfaces.demo.step import Step

HALF = len(steps()) * 6 // 10
"""How many of the story's steps are told at first; activities run by then."""

VIEWS = tuple(TOLD)
"""Each view's query."""


def now() -> datetime:
    return datetime.now(UTC)


def door(data: Path, tenant: str = "molde", system: str = "cli") -> AbstractAsyncContextManager[Doors]:
    """A system's doors to what runs in this data directory."""
    return doors(Installation.open(data).found(), tenant, system, now, uuid4)


def cast(data: Path) -> None:
    """The story's people and front ends, in the registry of a data directory."""
    installation = Installation.open(data)
    registry = installation.registry
    for tenant, grant in people():
        registry = registry.with_grant(tenant, grant)
    for tenant, system in sorted({(step.tenant, step.system) for step in steps() if step.person}):
        registry = registry.with_front_end_key(tenant, system, installation.authority.front_end(tenant, system).public)
    registry.save(installation.settings.registry_file)


async def tell(data: Path, first: int, last: int, done: Callable[[int], None] = lambda _index: None) -> None:
    """Play the story's steps from `first` up to `last` in a running installation; `done` hears of each."""
    story = steps()[:last]
    async with AsyncExitStack() as stack:
        wanted = sorted({(step.tenant, step.system) for step in story[first:]})
        opened = {each: await stack.enter_async_context(door(data, *each)) for each in wanted}

        async def send(step: Step) -> Answer:
            here = opened[step.tenant, step.system]
            if isinstance(step.message, Command):
                return await here.command(step.message, step.person)
            body = envelope(str(step.claim_id), step.message.model_dump(mode="json", exclude_none=True))
            return await claimed(here, str(step.claim_id), body, type(step.message).__name__)

        await play(send, story, lambda index, _step, _answer: done(index), first)


def envelope(claim_id: str, data: Any, **attributes: Any) -> bytes:
    """A claim that an idea was submitted, as an outside system writes it."""
    event = {
        "specversion": "1.0",
        "id": claim_id,
        "source": "urn:molde:sak",
        "type": "no.loypa.claim.IdeaSubmitted.v1",
        "data": data,
        **attributes,
    }
    return json.dumps(event, ensure_ascii=False).encode()


async def claimed(here: Doors, claim_id: str, body: bytes, name: str = "IdeaSubmitted") -> Accepted | ClaimOutcome:
    """Publish a claim and wait for what becomes of it."""
    await here.claim(name, body)
    return await outcome(here, claim_id)


async def outcome(here: Doors, claim_id: str, service: str = "intake", seconds: float = 30) -> ClaimOutcome:
    """What became of a claim, once it is decided on."""
    async with asyncio.timeout(seconds):
        while True:
            answer = await here.query(ClaimStatus(ids=(claim_id,)), None, service)
            found = ClaimOutcomes.model_validate(answer.result).claims[0]
            if found.state != "pending":
                return found
            await asyncio.sleep(0.02)


@asynccontextmanager
async def network(data: Path) -> AsyncIterator[Doors]:
    """ROR-IKT's doors: all five municipalities."""
    async with door(data, "ror") as here:
        yield here


async def views(here: Doors, **asked: Any) -> dict[str, Any]:
    """What every view tells, without the moment it was asked at."""
    told = {}
    for view in VIEWS:
        result = (await here.query(view(**asked), OPERATOR_PERSON)).result
        told[view.__name__] = {name: value for name, value in result.items() if name not in {"complete_to", "on"}}
    return told

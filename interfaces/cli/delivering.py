"""Sends the steps of a story through the tenants' doors, and waits for what becomes of each."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from contracts.answers import Accepted, ClaimOutcome, ClaimOutcomes
from contracts.message import Claim, Command
from contracts.queries.record import ClaimStatus
from interfaces.cli.common import new_id, now
from interfaces.client import doors
from runtime.nats import NoAnswer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping

    from interfaces.client import Doors
    from interfaces.demo.play import Answer
    from interfaces.demo.step import Step
    from interfaces.installation import Installation

ATTEMPTS = 10
"""How often a claim is published while no PubAck comes; each waits for seconds."""

PAUSE = 0.5
"""Seconds from a publish that was not answered to the next."""


@asynccontextmanager
async def sender(
    here: Installation, systems: Iterable[tuple[str, str]]
) -> AsyncIterator[Callable[[Step], Awaitable[Answer]]]:
    """What sends a step, through the doors of these systems of tenants, for as long as the block lasts."""
    async with AsyncExitStack() as stack:
        open_doors = {
            (tenant, system): await stack.enter_async_context(doors(here, tenant, system, now, new_id))
            for tenant, system in sorted(systems)
        }
        yield lambda step: _send(open_doors, step)


async def _send(open_doors: Mapping[tuple[str, str], Doors], step: Step) -> Answer:
    """One message through the tenant's door, and its answer."""
    door = open_doors[step.tenant, step.system]
    message = step.message
    if isinstance(message, Command):
        return await door.command(await _completed(door, step, message), step.person)
    return await _claimed(door, step, message)


async def _completed(door: Doors, step: Step, command: Command) -> Command:
    """The command with what is read before it is sent."""
    if step.reads is None:
        return command
    answer = await door.query(step.reads.query, step.person)
    return command.model_copy(update=dict(step.reads.fills(answer.result)))


async def _claimed(door: Doors, step: Step, claim: Claim) -> Accepted | ClaimOutcome:
    """Publish a claim and wait for what becomes of it."""
    event = {
        "specversion": "1.0",
        "id": step.claim_id,
        "source": f"urn:{step.tenant}:{step.system}",
        "type": claim.type(),
        "time": step.at.isoformat(),
        "data": claim.model_dump(mode="json", exclude_none=True),
    }
    await kept(door, type(claim).__name__, json.dumps(event, ensure_ascii=False).encode())
    query = ClaimStatus(ids=(str(step.claim_id),))
    while True:
        answer = await door.query(query, None, claim.service)
        outcome = ClaimOutcomes.model_validate(answer.result).claims[0]
        if outcome.state != "pending":
            return outcome
        await asyncio.sleep(0.05)


async def kept(door: Doors, name: str, body: bytes) -> None:
    """Publish a claim until the stream has it: the same again is the same claim. Raises the last `NoAnswer`."""
    for left in reversed(range(ATTEMPTS)):
        try:
            await door.claim(name, body)
        except NoAnswer:
            if not left:
                raise
            await asyncio.sleep(PAUSE)
        else:
            return

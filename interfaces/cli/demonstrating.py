"""`loypa demo`: the story of a year, played through the real doors, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import signal
import threading
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from contracts.answers import Accepted, ClaimOutcome, ClaimOutcomes, RefusedAnswer
from contracts.catalogue import SERVICES
from contracts.message import Claim, Command
from contracts.queries.record import ClaimStatus
from interfaces.cli import viewing
from interfaces.cli.common import Common, Exit, Stop, new_id, now, say
from interfaces.cli.supervisor import Supervisor
from interfaces.client import doors, operator
from interfaces.demo.play import Stopped, play
from interfaces.demo.story import people, steps
from runtime.files import write_private
from runtime.nats import NoAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from interfaces.client import Doors
    from interfaces.demo.play import Answer
    from interfaces.demo.step import Step
    from interfaces.installation import Installation

HISTORY_OF = "molde"
"""Whose council's history the demo prints."""

ATTEMPTS = 10
"""How often a claim is published while no PubAck comes; each waits for seconds."""

PAUSE = 0.5
"""Seconds from a publish that was not answered to the next."""


class Telling:
    """The story, told on a thread of its own while the main thread keeps the services running."""

    def __init__(self, supervisor: Supervisor, common: Common, *, once: bool) -> None:
        self._supervisor, self._common, self._once = supervisor, common, once
        self._thread: threading.Thread | None = None
        self.failed: BaseException | None = None

    def begin(self, here: Installation) -> None:
        """Start telling."""
        self._thread = threading.Thread(target=self._tell, args=(here,), name="story")
        self._thread.start()

    def end(self) -> None:
        """Wait until it is told, or has noticed that everything ends."""
        if self._thread is not None:
            self._thread.join()

    def _tell(self, here: Installation) -> None:
        try:
            asyncio.run(_tell(here, self._common, self._supervisor.stopping))
        except BaseException as error:  # noqa: BLE001 - raised again on the main thread
            self.failed = error
            self._supervisor.stop()
        if self._once:
            self._supervisor.stop()
        elif not self._supervisor.stopping.is_set():
            say(f"Løypa serves in {here.settings.data} on {here.settings.nats[0]} until Ctrl-C.")


def demo(common: Common, *, once: bool) -> None:
    """Play what is left of the story, print, and serve until Ctrl-C or, with `once`, no longer."""
    supervisor = Supervisor(_cast(common.installation()))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.stop())
    telling = Telling(supervisor, common, once=once)
    supervisor.run(telling.begin, telling.end)
    if isinstance(telling.failed, Stopped):
        say(f"The story stopped: {telling.failed}")
        raise Stop(Exit.FOUND)
    if telling.failed is not None:
        raise telling.failed


def _cast(installation: Installation) -> Installation:
    """The installation with the story's people in its registry, and the keys of the front ends they use."""
    registry = installation.registry
    for tenant, grant in people():
        registry = registry.with_grant(tenant, grant)
    for tenant, system in sorted({(step.tenant, step.system) for step in steps() if step.person}):
        public = installation.authority.front_end(tenant, system).public
        registry = registry.with_front_end_key(tenant, system, public)
    if registry != installation.registry:
        registry.save(installation.settings.registry_file)
    return dataclasses.replace(installation, registry=registry)


async def _tell(here: Installation, common: Common, stopping: threading.Event) -> None:
    await _healthy(here, stopping)
    playing = asyncio.create_task(_play(here))
    while not playing.done():
        if stopping.is_set():
            playing.cancel()
        await asyncio.wait({playing}, timeout=0.2)
    if playing.cancelled():
        return
    playing.result()
    here_now = dataclasses.replace(common, data=here.settings.data)
    await viewing.tell("coordination", None, None, None, here_now, here)
    await viewing.tell("council-history", HISTORY_OF, None, None, here_now, here)


async def _healthy(here: Installation, stopping: threading.Event) -> None:
    """Wait until every service is."""
    async with operator(here) as door:
        while not stopping.is_set():
            each = await asyncio.gather(*(door.health(service, within=1) for service in SERVICES))
            if all(health is not None and health.healthy and not health.standby for health in each):
                return
            await asyncio.sleep(0.1)


async def _play(here: Installation) -> None:
    """Play from where it was left; the place is kept in the data directory."""
    story = steps()
    kept = here.settings.data / "demo.json"
    first = _done(kept)
    columns = (TextColumn("{task.fields[day]}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    async with contextlib.AsyncExitStack() as stack:
        bar = stack.enter_context(Progress(*columns, console=Console(stderr=True)))
        task = bar.add_task("", total=len(story), completed=first, day="")
        open_doors = {
            (tenant, system): await stack.enter_async_context(doors(here, tenant, system, now, new_id))
            for tenant, system in sorted({(step.tenant, step.system) for step in story[first:]})
        }

        def progress(index: int, step: Step, answer: Answer) -> None:
            no = f" — {answer.refusal.rule}" if isinstance(answer, RefusedAnswer) else ""
            bar.update(
                task, completed=index + 1, day=f"{step.at:%Y-%m-%d} {step.tenant}", description=f"{step.note}{no}"
            )
            write_private(kept, json.dumps({"done": index + 1}).encode())

        await play(lambda step: _send(open_doors, step), story, progress, first)


def _done(kept: Path) -> int:
    """How many steps have been played here; the last one may be sent once more."""
    return int(json.loads(kept.read_bytes())["done"]) if kept.exists() else 0


async def _send(open_doors: Mapping[tuple[str, str], Doors], step: Step) -> Answer:
    """One message through the tenant's door, and its answer."""
    door = open_doors[step.tenant, step.system]
    message = step.message
    if isinstance(message, Command):
        return await door.command(message, step.person)
    return await _claimed(door, step, message)


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

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
from interfaces.cli.common import Common, Exit, Stop, explained, new_id, now, say
from interfaces.cli.supervisor import Supervisor
from interfaces.client import doors, operator
from interfaces.demo.play import Stopped, play
from interfaces.demo.story import people, steps
from runtime.files import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from interfaces.client import Doors
    from interfaces.demo.play import Answer
    from interfaces.demo.step import Step
    from interfaces.installation import Installation

HISTORY_OF = "molde"
"""Whose council's history the demo prints."""


def demo(common: Common, *, once: bool) -> None:
    """Play what is left of the story, print, and serve until Ctrl-C or, with `once`, no longer."""
    installation = _cast(common.installation())
    supervisor = Supervisor(installation)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.stop())
    failed: list[BaseException] = []

    def told(here: Installation) -> None:
        try:
            asyncio.run(_tell(here, common, supervisor.stopping))
        except BaseException as error:  # noqa: BLE001 - told below, on the main thread
            failed.append(error)
            supervisor.stop()
            return
        if once:
            supervisor.stop()
        elif not supervisor.stopping.is_set():
            say(f"Løypa serves in {here.settings.data} until Ctrl-C.")

    telling: list[threading.Thread] = []

    def ready(here: Installation) -> None:
        telling.append(threading.Thread(target=told, args=(here,), name="story"))
        telling[0].start()

    def ended() -> None:
        telling[0].join()

    supervisor.run(ready, ended)
    if failed:
        explanation = explained(failed[0])
        if isinstance(failed[0], Stopped):
            say(f"The story stopped: {failed[0]}")
            raise Stop(Exit.FOUND)
        if explanation is None:
            raise failed[0]
        say(explanation[0])
        raise Stop(explanation[1])


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
    await door.claim(type(claim).__name__, json.dumps(event, ensure_ascii=False).encode())
    query = ClaimStatus(ids=(str(step.claim_id),))
    while True:
        answer = await door.query(query, None, claim.service)
        outcome = ClaimOutcomes.model_validate(answer.result).claims[0]
        if outcome.state != "pending":
            return outcome
        await asyncio.sleep(0.05)

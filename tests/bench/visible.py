"""How long from sending a submission until the coordination view has it, at fifty a second through the real doors."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from uuid import uuid4

from contracts.answers import Accepted
from contracts.commands.intake import SubmitIdea
from interfaces.client import Doors, doors
from interfaces.installation import Installation
from tests.bench.measure import Measurement
from tests.system.instance import instance

RATE = 50
COUNT = 1500


async def submitted(door: Doors, number: int, seen: asyncio.Queue[tuple[int, float]]) -> None:
    """Submit one, and note its position and when it was sent."""
    start = perf_counter()
    title = f"Felles ordning for utlån av turutstyr, {number}"
    command = SubmitIdea(key=f"bench-{number}", title=title, problem="Utstyret står ubrukt.", submitter="employee")
    answer = await door.command(command, "kari")
    if not isinstance(answer, Accepted):
        raise TypeError(f"not accepted: {answer}")
    await seen.put((answer.position, start))


async def watched(views: Path, seen: asyncio.Queue[tuple[int, float]]) -> list[float]:
    """Seconds from sending to the moment the view's own tables hold it, looked at every two milliseconds."""
    store = sqlite3.connect(f"file:{views}?mode=ro", uri=True)
    wanted = "SELECT position FROM loypa_checkpoints WHERE view = 'coordination' AND service = 'intake'"
    waits: list[float] = []
    waiting: list[tuple[int, float]] = []
    while len(waits) < COUNT:
        while not seen.empty():
            waiting.append(seen.get_nowait())
        row = store.execute(wanted).fetchone()
        now, there = perf_counter(), row[0] if row else 0
        waits += [now - start for position, start in waiting if position <= there]
        waiting = [one for one in waiting if one[0] > there]
        await asyncio.sleep(0.002)
    store.close()
    return waits


async def paced(installation: Installation) -> list[float]:
    """Submit at an even pace, whatever the answers take."""
    seen: asyncio.Queue[tuple[int, float]] = asyncio.Queue()
    views = installation.settings.data / "reporting.views.sqlite"
    async with doors(installation, "molde", "cli", lambda: datetime.now(UTC), uuid4) as door:
        watching = asyncio.create_task(watched(views, seen))
        begun = perf_counter()
        sending = []
        for number in range(COUNT):
            await asyncio.sleep(max(0.0, begun + number / RATE - perf_counter()))
            sending.append(asyncio.create_task(submitted(door, number, seen)))
        await asyncio.gather(*sending)
        return await asyncio.wait_for(watching, 60)


def rows() -> list[Measurement]:
    """The median and the slowest hundredth, in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="loypa-bench-") as directory, instance(Path(directory) / "data") as running:
        running.up()
        waits = asyncio.run(paced(Installation.open(running.data).found()))
        running.stop()
    hundredths = quantiles(waits, n=100)
    name = f"submit → visible in coordination, {RATE} a second"
    return [
        Measurement(f"{name}, p50", hundredths[49] * 1000, None, "ms"),
        Measurement(f"{name}, p99", hundredths[98] * 1000, None, "ms"),
    ]

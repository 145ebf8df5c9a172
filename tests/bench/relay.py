"""The relay beside pipelined nats-py publishing of the same bytes behind the same fence, each synced to disk."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING
from uuid import UUID

import nats

from contracts import subjects
from contracts.events.record import ClaimAccepted
from runtime.ledger import Entry, Ledger, Origin
from runtime.nats import api, store
from runtime.provision import events_stream
from runtime.relay import Relay
from tests.bench.measure import Measurement, side_by_side

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from nats.aio.client import Client

    from runtime.ledger import Stored

COUNT = 20_000
WINDOW = 1000


@contextmanager
def server(sync: str = "always") -> Iterator[str]:
    """The address of a bare nats-server that syncs each write, as the embedded one does."""
    with tempfile.TemporaryDirectory(prefix="loypa-bench-") as directory:
        config = Path(directory) / "server.conf"
        config.write_text(f"jetstream {{ store_dir: {json.dumps(directory)}, sync_interval: {sync} }}\n")
        program = Path(sysconfig.get_path("scripts")) / "nats-server"
        arguments = [program, "-c", config, "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", directory]
        process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
        try:
            while not (told := list(Path(directory).glob("*.ports"))) or not told[0].read_text():
                sleep(0.01)
            yield json.loads(told[0].read_text())["nats"][0]
        finally:
            process.kill()
            process.wait()


@asynccontextmanager
async def events(url: str) -> AsyncIterator[Client]:
    """A connection to a server that has an empty EVENTS."""
    client = await nats.connect(url)
    if (await api(client, "STREAM.NAMES")).get("streams"):
        await api(client, "STREAM.DELETE.EVENTS")
    await api(client, "STREAM.CREATE.EVENTS", events_stream())
    try:
        yield client
    finally:
        await client.close()


def opened(path: Path) -> Ledger:
    """A ledger on the real clock and real chance."""
    return Ledger.open(f"sqlite://{path}", "council", clock=lambda: datetime.now(UTC), salt=lambda: os.urandom(16))


def filled(path: Path, count: int) -> list[Stored]:
    """A ledger with so many events, and what it publishes."""
    origin = Origin("molde", "molde/decide", datetime.now(UTC), "correlation", "cause")
    with closing(opened(path)) as ledger:
        for start in range(0, count, 500):
            ids = [UUID(int=number + 1) for number in range(start, start + 500)]
            ledger.append([Entry(of, 0, (fact(of),), origin) for of in ids])
        return ledger.read(0, count)


def fact(of: UUID) -> ClaimAccepted:
    """An event of some 700 bytes."""
    return ClaimAccepted(
        claim=of,
        system="decide",
        claim_id=f"{of}",
        claim_type="no.loypa.claim.IdeaSubmitted.v1",
        body="0f" * 32,
        about=of,
    )


async def relayed(url: str, path: Path) -> float:
    """Events a second through the relay."""
    async with events(url) as client:
        with (
            ThreadPoolExecutor(1) as writer,
            tempfile.TemporaryDirectory() as directory,
            closing(
                opened(Path(shutil.copy(path, directory)))  # that was never published
            ) as ledger,
        ):
            relay = Relay(ledger, client, clock=lambda: datetime.now(UTC), executor=writer)
            start = perf_counter()
            running = asyncio.create_task(relay.run())
            while relay.state.published < COUNT:  # noqa: ASYNC110 - as an operator would look
                await asyncio.sleep(0.002)
            took = perf_counter() - start
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    return COUNT / took


async def pipelined(url: str, messages: Sequence[Stored]) -> float:
    """Events a second with nats-py alone: a window of publishes under way, each behind the fence it will find."""
    async with events(url) as client:
        stream = client.jetstream(publish_async_max_pending=WINDOW)
        start = perf_counter()
        answers = [
            await stream.publish_async(m.subject, m.body, wait_stall=10, headers=fence(place))
            for place, m in enumerate(messages)
        ]
        await asyncio.gather(*answers)
        return len(messages) / (perf_counter() - start)


async def batched(url: str, messages: Sequence[Stored]) -> float:
    """Events a second with nats-py alone in atomic batches of a thousand."""
    async with events(url) as client:
        start = perf_counter()
        place = 0
        for first in range(0, len(messages), WINDOW):
            batch = {"Nats-Batch-Id": f"{first}"}
            *members, last = messages[first : first + WINDOW]
            for number, m in enumerate(members, start=1):
                extra = fence(place) if number == 1 else {}
                await client.publish(m.subject, m.body, headers={**batch, "Nats-Batch-Sequence": f"{number}", **extra})
            commit = {**batch, "Nats-Batch-Sequence": f"{len(members) + 1}", "Nats-Batch-Commit": "1"}
            place = await store(client, last.subject, last.body, commit)
        return len(messages) / (perf_counter() - start)


def fence(place: int) -> dict[str, str]:
    """What the server is to check."""
    return {
        "Nats-Expected-Last-Subject-Sequence": str(place),
        "Nats-Expected-Last-Subject-Sequence-Subject": subjects.events_of("council"),
    }


def rows() -> list[Measurement]:
    """Publish what a ledger holds."""
    with server() as url, tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "council.db"
        messages = filled(path, COUNT)
        name = f"relay, {COUNT:,} events, synced"
        mine, floor = side_by_side(
            lambda: asyncio.run(relayed(url, path)), lambda: asyncio.run(pipelined(url, messages)), runs=3
        )
        again, bare = side_by_side(
            lambda: asyncio.run(relayed(url, path)), lambda: asyncio.run(batched(url, messages)), runs=3
        )
    return [
        Measurement(f"{name}, beside pipelined publishing", mine, floor, "events/s", 0.7),
        Measurement(f"{name}, beside bare atomic batches", again, bare, "events/s"),
    ]


if __name__ == "__main__":
    for row in rows():
        print(row, row.ratio)  # noqa: T201 - for whoever runs it alone

"""Following and projecting beside a bare callback pull that writes what it gets with `executemany`."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import nats

from contracts import subjects
from runtime.follower import Follower
from runtime.nats import api, store
from runtime.projector import Projector
from services.reporting.views import VIEWS
from tests.bench.measure import Measurement, side_by_side
from tests.bench.rebuild import ideas
from tests.bench.relay import events, server

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

COUNT = 100_000
WINDOW = 500


async def fill(client: Client, count: int) -> None:
    """So many events of all services, as relays publish them."""
    batch: list[tuple[str, bytes]] = []
    for number, event in enumerate(ideas(count), start=1):
        batch.append((subjects.event("molde", event.service, event.name), event.to_bytes()))
        if len(batch) == 1000 or number == count:
            for place, (subject, body) in enumerate(batch, start=1):
                headers = {"Nats-Batch-Id": f"{number}", "Nats-Batch-Sequence": f"{place}"}
                if place < len(batch):
                    await client.publish(subject, body, headers=headers)
                else:
                    await store(client, subject, body, {**headers, "Nats-Batch-Commit": "1"})
            batch.clear()


async def projected(client: Client, directory: str) -> float:
    """Events a second through follower and projector."""
    with closing(opened(directory)) as projector:
        start = perf_counter()
        done = 0
        async for batch in Follower(client, {}).batches():
            await asyncio.to_thread(projector.apply, batch.events)
            done += len(batch.events)
            if done == COUNT:
                break
        took = perf_counter() - start
        with projector.read("coordination") as reader:
            assert sum(1 for _ in reader.rows("ideas")) == COUNT // 4
    return COUNT / took


async def bare(client: Client, directory: str) -> float:
    """Events a second with a callback, a rolling pull and `executemany`, nothing decoded."""
    config = {"ack_policy": "none", "mem_storage": True, "deliver_policy": "all"}
    consumer = (await api(client, "CONSUMER.CREATE.EVENTS", {"stream_name": "EVENTS", "config": config}))["name"]
    inbox = client.new_inbox()
    finished = asyncio.Event()
    held: list[tuple[str, bytes]] = []
    done = 0
    with closing(sqlite3.connect(f"{directory}/bare.db", isolation_level=None)) as database:
        for setting in ("journal_mode = WAL", "synchronous = NORMAL"):
            database.execute(f"PRAGMA {setting}")
        database.execute("CREATE TABLE row (number INTEGER PRIMARY KEY, subject TEXT, body BLOB)")

        async def ask(count: int) -> None:
            body = json.dumps({"batch": count}).encode()
            await client.publish(f"$JS.API.CONSUMER.MSG.NEXT.EVENTS.{consumer}", body, reply=inbox)

        async def take(message: Msg) -> None:
            nonlocal done
            held.append((message.subject, message.data))
            if len(held) == WINDOW:
                await ask(WINDOW)
                database.execute("BEGIN")
                database.executemany("INSERT INTO row (subject, body) VALUES (?, ?)", held)
                database.execute("COMMIT")
                done += len(held)
                held.clear()
                if done == COUNT:
                    finished.set()

        subscription = await client.subscribe(inbox, cb=take)
        start = perf_counter()
        await ask(2 * WINDOW)
        await finished.wait()
        took = perf_counter() - start
        await subscription.unsubscribe()
    return COUNT / took


def opened(directory: str, name: str = "coordination") -> Projector:
    """A projector of one view on an empty store."""
    view = next(view for view in VIEWS if view.name == name)
    path = Path(directory) / "views.db"
    return Projector(f"sqlite:///{path}", [view], clock=lambda: datetime.now(UTC))


async def measured(url: str, run: Any) -> float:
    """One run on an empty store."""
    client = await nats.connect(url)
    with tempfile.TemporaryDirectory() as directory:
        try:
            return float(await run(client, directory))
        finally:
            await client.close()


async def prepare(url: str) -> None:
    """Fill the stream."""
    async with events(url) as client:
        await fill(client, COUNT)


def rows() -> list[Measurement]:
    """Follow so many events from the beginning into the coordination view."""
    with server("2m") as url:
        asyncio.run(prepare(url))
        mine, floor = side_by_side(
            lambda: asyncio.run(measured(url, projected)), lambda: asyncio.run(measured(url, bare)), runs=5
        )
    name = f"follow and project {COUNT:,} events into the coordination view"
    return [Measurement(f"{name}, beside a bare callback pull and executemany", mine, floor, "events/s", 0.4)]


if __name__ == "__main__":
    for row in rows():
        print(row, row.ratio)  # noqa: T201 - for whoever runs it alone

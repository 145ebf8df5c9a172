"""Claims accepted a second from 1, 5 and 50 tenants, beside nats-py's own pull and one bare commit a message."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sqlite3
import tempfile
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import nats

from interfaces.installation import Installation
from runtime.nats import api
from runtime.provision import ingest_consumer, ingest_name, ingest_stream
from runtime.registry import Registry, System, Tenant
from runtime.settings import Settings
from tests.bench.measure import Measurement, side_by_side
from tests.bench.relay import server
from tests.system.instance import instance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nats.aio.client import Client

    from tests.system.instance import Instance

COUNT = 600
"""Claims a run, of all tenants together."""

WINDOW = 100
"""How many of a system's claims the stream may have in hand unacknowledged."""

TENANTS = (1, 5, 50)
SYSTEM = "portal"
DECIDED = ("no.loypa.intake.IdeaSubmitted.v1", "no.loypa.intake.ClaimAccepted.v1")


@dataclass(frozen=True)
class Rows:
    """What our ledger writes for one claim, to be written again: (version, topic, state) and the vault's columns."""

    schema: Sequence[str]
    events: Sequence[tuple[Any, ...]]
    vault: Sequence[tuple[Any, ...]]


def slugs(count: int) -> list[str]:
    """The tenants' short names."""
    return [f"t{number:02}" for number in range(1, count + 1)]


def registered(data: Path, count: int) -> None:
    """So many municipalities, each with one system that claims ideas."""
    system = System(name=SYSTEM, title="Innmeldingsportal", claims=("IdeaSubmitted",))
    tenants = (Tenant(slug=slug, name=slug, kind="municipality", systems=(system,)) for slug in slugs(count))
    Registry(tenants=tuple(tenants)).save(Settings.read(data=data).registry_file)


def claim() -> bytes:
    """An idea as a portal claims it, new each time."""
    data = {
        "title": "Trygg skuleveg langs fylkesvegen",
        "problem": "Barna går i vegbanen kvar morgon, og det er mørkt halve året. " * 6,
        "submitter": "citizen",
        "name": "Kari Nordmann",
        "tags": ["samferdsel", "oppvekst"],
    }
    type_ = "no.loypa.claim.IdeaSubmitted.v1"
    event = {"specversion": "1.0", "id": str(uuid4()), "source": "urn:portal", "type": type_, "data": data}
    return json.dumps(event, ensure_ascii=False).encode()


async def publish(clients: Sequence[Client], subjects: Sequence[str]) -> None:
    """Each system publishes its part, pipelined, until the stream has it for sure."""

    async def one(client: Client, subject: str) -> None:
        stream = client.jetstream(publish_async_max_pending=WINDOW)
        part = range(COUNT // len(clients))
        await asyncio.gather(*[await stream.publish_async(subject, claim(), wait_stall=60) for _ in part])

    await asyncio.gather(*(one(client, subject) for client, subject in zip(clients, subjects, strict=True)))


async def accepted(running: Instance, count: int) -> float:
    """Claims a second from the first publish to the last `ClaimAccepted` in intake's ledger."""
    found = Installation.open(running.data).found()
    wanted = "SELECT max(rowid), count(*) FROM stored_events WHERE rowid > ? AND topic = ?"
    async with AsyncExitStack() as stack:
        clients = []
        for slug in slugs(count):
            client = await connected(found.settings.nats[0], str(found.authority.credentials_of(slug, SYSTEM)))
            stack.push_async_callback(client.close)
            clients.append(client)
        path = f"file:{running.data / 'intake.ledger.sqlite'}?mode=ro"
        ledger = stack.enter_context(closing(sqlite3.connect(path, uri=True)))
        (seen,) = ledger.execute("SELECT coalesce(max(rowid), 0) FROM stored_events").fetchone()
        start, done = perf_counter(), 0
        publishing = asyncio.create_task(publish(clients, [f"ingest.{SYSTEM}.IdeaSubmitted"] * count))
        while done < COUNT // count * count:
            last, more = ledger.execute(wanted, (seen, DECIDED[1])).fetchone()
            seen, done = last or seen, done + more
            await asyncio.sleep(0.002)
        took = perf_counter() - start
        await publishing
    return done / took


async def connected(url: str, credentials: str) -> Client:
    """A system's connection."""
    return await nats.connect(url, user_credentials=credentials, inbox_prefix=f"_INBOX_{SYSTEM}".encode())


def written(running: Instance) -> Rows:
    """What intake wrote for its last claim."""
    with closing(sqlite3.connect(f"file:{running.data / 'intake.ledger.sqlite'}?mode=ro", uri=True)) as ledger:
        schema = ledger.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name IN ('stored_events', 'vault') AND sql IS NOT NULL"
        )
        select = (
            "SELECT originator_version, topic, state FROM stored_events WHERE topic = ? ORDER BY rowid DESC LIMIT 1"
        )
        events = [ledger.execute(select, (topic,)).fetchone() for topic in DECIDED]
        (ideas,) = ledger.execute("SELECT count(*) FROM stored_events WHERE topic = ?", DECIDED[:1]).fetchone()
        (sealed,) = ledger.execute("SELECT count(*) FROM vault").fetchone()
        vault = ledger.execute("SELECT * FROM vault LIMIT ?", (sealed // ideas,)).fetchall()
        return Rows([sql for (sql,) in schema], events, vault)


async def prepared(url: str, tenants: Sequence[str]) -> None:
    """The tenants' work queues as ours are, empty."""
    client = await nats.connect(url)
    for tenant in tenants:
        name = ingest_name(tenant)
        await api(client, f"STREAM.CREATE.{name}", ingest_stream(tenant))
        config = {"stream_name": name, "config": ingest_consumer("intake", tenant, ["IdeaSubmitted"])}
        await api(client, f"CONSUMER.CREATE.{name}.intake", config | {"action": "create"})
    await client.close()


def consume(url: str, path: str, tenants: Sequence[str], rows: Rows, signals: tuple[Any, Any]) -> None:
    """Take each message by itself, write its rows in one transaction, acknowledge it; a process of its own."""
    ready, done = signals
    asyncio.run(consumed(url, path, tenants, rows, ready))
    done.set()


async def consumed(url: str, path: str, tenants: Sequence[str], rows: Rows, ready: Any) -> None:
    """What `consume` does."""
    client = await nats.connect(url)
    share = COUNT // len(tenants)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            database.execute(f"PRAGMA {statement}")
        for sql in rows.schema:
            database.execute(sql)
        marks = ", ".join("?" * len(rows.vault[0]))

        async def take(tenant: str) -> None:
            queue = await client.jetstream().pull_subscribe_bind("intake", stream=ingest_name(tenant))
            for _ in range(share):
                (message,) = await queue.fetch(1, timeout=60)
                events = [(uuid4().hex, *event) for event in rows.events]
                vault = [(uuid4().bytes, *kept[1:]) for kept in rows.vault]
                database.execute("BEGIN")
                database.executemany(
                    "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)",
                    events,
                )
                database.executemany(f"INSERT INTO vault VALUES ({marks})", vault)  # noqa: S608 - as many marks as columns
                database.execute("COMMIT")
                await message.ack()

        taking = asyncio.gather(*map(take, tenants))
        await asyncio.sleep(0.2)
        ready.set()
        await taking
    await client.close()


def bare(rows: Callable[[], Rows], count: int) -> float:
    """Messages a second with nats-py and `sqlite3` alone, the same layout, the same rows, the same two processes."""
    fork = multiprocessing.get_context("fork")
    ready, done = fork.Event(), fork.Event()
    tenants = slugs(count)
    with server() as url, tempfile.TemporaryDirectory(prefix="loypa-bench-") as directory:
        asyncio.run(prepared(url, tenants))
        consumer = fork.Process(
            target=consume, args=(url, f"{directory}/bare.db", tenants, rows(), (ready, done)), daemon=True
        )
        consumer.start()
        ready.wait(30)

        async def send() -> None:
            clients = [await nats.connect(url) for _ in tenants]
            await publish(clients, [f"ingest.{tenant}.{SYSTEM}.IdeaSubmitted" for tenant in tenants])
            for client in clients:
                await client.close()

        start = perf_counter()
        asyncio.run(send())
        if not done.wait(120):
            raise TimeoutError("the bare consumer has not come through")
        took = perf_counter() - start
        consumer.join()
    return COUNT // count * count / took


def rows() -> list[Measurement]:
    """From few and from many."""
    found: list[Measurement] = []
    for count in TENANTS:
        with tempfile.TemporaryDirectory(prefix="loypa-bench-") as directory:
            data = Path(directory) / "data"
            registered(data, count)
            with instance(data, LOYPA_FEED_QUOTA="-1") as running:
                running.up()

                def ours(running: Instance = running, count: int = count) -> float:
                    rate = asyncio.run(asyncio.wait_for(accepted(running, count), 180))
                    running.settle()  # what follows from them is no part of the next run
                    return rate

                ours()  # the first run opens and prepares
                mine, floor = side_by_side(ours, partial(bare, partial(written, running), count), runs=3)
                running.stop()
        name = f"claims accepted, {count} tenant{'s' * (count > 1)}"
        found.append(Measurement(name, mine, floor, "claims/s"))
    return found


if __name__ == "__main__":
    for row in rows():
        print(row, row.ratio)  # noqa: T201 - for whoever runs it alone

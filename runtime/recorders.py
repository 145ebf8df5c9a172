"""Where a ledger's rows are kept: the recorders of the eventsourcing library, for SQLite and for PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from inspect import unwrap
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit
from uuid import UUID

import psycopg
from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import IntegrityError, StoredEvent, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteProcessRecorder,
)
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from contracts.sealed import Retention, VaultRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from eventsourcing.persistence import Notification

FAULTS = (EventSourcingError, sqlite3.Error, psycopg.Error)
"""What these databases raise when they cannot do what they were asked."""

PATIENCE = 5
"""How long a writer waits for another's lock, and a reader for a connection, in seconds."""

CHUNK = 500
"""How many references one statement asks for."""


@dataclass(frozen=True)
class Batch:
    """What one transaction writes on top of position `head`: all of it or nothing."""

    head: int
    events: Sequence[tuple[int, StoredEvent]]
    sealed: Sequence[VaultRow]
    consumed: Mapping[str, int]
    erase: Sequence[UUID]

    @property
    def needs(self) -> list[tuple[UUID, int]]:
        """The versions that must be there already for the aggregates to have no hole."""
        own = {(event.originator_id, event.originator_version) for _, event in self.events}
        before = ((UUID(str(aggregate)), version - 1) for aggregate, version in own if version > 1)
        return [needed for needed in before if needed not in own]


class Store(Protocol):
    """A ledger's rows. Every method may raise one of `FAULTS`; `write` raises `IntegrityError` when they do not fit."""

    def write(self, batch: Batch) -> None:
        """Write the batch in one transaction."""

    def select_events(self, originator_id: UUID | str) -> Sequence[StoredEvent]:
        """An aggregate's events, oldest first."""

    def select_notifications(
        self, start: int | None, limit: int, *, inclusive_of_start: bool = True
    ) -> Sequence[Notification]:
        """Events by position."""

    def max_notification_id(self) -> int | None:
        """The last position."""

    def max_tracking_id(self, application_name: str) -> int | None:
        """How far the events of another service were consumed."""

    def unseal(self, refs: Sequence[UUID]) -> list[VaultRow]:
        """The vault rows with these references, of those that are there."""

    def scrub(self) -> bool:
        """Make what was erased unreadable in the files too. False when readers were in the way: try again later."""

    def recover(self) -> None:
        """Drop connections that no longer work."""

    def close(self) -> None:
        """Give the files or connections back."""


class SqlitePool(SQLiteConnectionPool):
    """Connections that reach the disk before they answer and overwrite what they delete."""

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA secure_delete=ON")
        return connection

    def put_connection(self, conn: SQLiteConnection) -> None:
        """A commit that failed (a full disk) leaves its transaction open: end it before the next one begins."""
        if conn._sqlite_conn.in_transaction:  # noqa: SLF001 - the library offers no other way to see it
            conn.rollback()
        super().put_connection(conn)


class SqliteStore(SQLiteProcessRecorder):
    """A ledger in one SQLite file (WAL, synced at each commit)."""

    # An event goes in only right after the position and the version before it: no gap, and no second writer.
    insert_event = (
        "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) SELECT ?1, ?2, ?3, ?4, ?5"
        " WHERE (?1 = 1 OR EXISTS (SELECT 1 FROM stored_events WHERE rowid = ?1 - 1)) AND (?3 = 1 OR EXISTS"
        " (SELECT 1 FROM stored_events WHERE originator_id = ?2 AND originator_version = ?3 - 1))"
    )

    def __init__(self, path: Path) -> None:
        datastore = SQLiteDatastore(str(path))
        datastore.pool = SqlitePool(db_name=str(path), lock_timeout=PATIENCE, pool_timeout=PATIENCE)
        super().__init__(datastore)
        if not self._is_laid_out():
            try:
                self.create_table()
            except FAULTS:  # another process may have been first
                if not self._is_laid_out():
                    raise
        self.scrub()  # what a process erased and did not live to scrub

    def construct_create_table_statements(self) -> list[str]:
        """The library's tables, and the vault beside them."""
        vault = (
            "CREATE TABLE IF NOT EXISTS vault (ref BLOB PRIMARY KEY, subject BLOB NOT NULL, field TEXT NOT NULL,"
            " retention TEXT NOT NULL, salt BLOB NOT NULL, value TEXT NOT NULL)"
        )
        return [*super().construct_create_table_statements(), vault]

    def _is_laid_out(self) -> bool:
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('stored_events', 'tracking', 'vault')")
            return bool(cursor.fetchone()[0] == 3)  # noqa: PLR2004 - the three tables

    def write(self, batch: Batch) -> None:
        """Write the batch in one transaction. Raises `IntegrityError` when it does not fit."""
        self.insert_events([event for _, event in batch.events], batch=batch)

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Batch) -> Sequence[int]:
        batch = kwargs["batch"]
        positions = [position for position, _ in batch.events]
        if positions:
            rows = [
                (position, UUID(str(event.originator_id)).hex, event.originator_version, event.topic, event.state)
                for position, event in zip(positions, stored_events, strict=True)
            ]
            c.executemany(self.insert_event, rows)
            if c.sqlite_cursor.rowcount != len(rows):
                raise IntegrityError("the events do not follow what is stored")
        for source, position in batch.consumed.items():
            self._insert_tracking(c, Tracking(source, position))
        if batch.sealed:
            c.executemany(
                "INSERT INTO vault (ref, subject, field, retention, salt, value) VALUES (?, ?, ?, ?, ?, ?)",
                [(r.ref.bytes, r.subject.bytes, r.field, r.retention.value, r.salt, r.value) for r in batch.sealed],
            )
        if batch.erase:
            c.executemany("DELETE FROM vault WHERE ref = ?", [(ref.bytes,) for ref in batch.erase])
        return positions

    def unseal(self, refs: Sequence[UUID]) -> list[VaultRow]:
        """The vault rows with these references, of those that are there."""
        found: list[VaultRow] = []
        with self.datastore.transaction(commit=False) as cursor:
            for start in range(0, len(refs), CHUNK):
                asked = [ref.bytes for ref in refs[start : start + CHUNK]]
                marks = ",".join("?" * len(asked))
                cursor.execute(f"SELECT * FROM vault WHERE ref IN ({marks})", asked)  # noqa: S608 - question marks only
                found += [
                    _vault_row(UUID(bytes=row["ref"]), UUID(bytes=row["subject"]), row) for row in cursor.fetchall()
                ]
        return found

    def scrub(self) -> bool:
        """Empty the write-ahead log, so that what was erased is in no file. False when a reader was in the way."""
        with self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return not cursor.fetchone()[0]

    def recover(self) -> None:
        """Nothing to do: a file has no connection that could be lost."""

    def close(self) -> None:
        """Close the file."""
        self.datastore.close()


class PostgresStore(PostgresProcessRecorder):
    """A ledger in one schema of a PostgreSQL database.

    Erasing deletes the row at once for everybody who asks the database. Its bytes stay in dead tuples until `scrub`
    (`VACUUM FULL` of the vault) and in the write-ahead log and backups until those are recycled: set their retention.
    """

    # A caller is told at once that the database is away, instead of after the library's ten attempts.
    select_events = unwrap(PostgresProcessRecorder.select_events)
    select_notifications = unwrap(PostgresProcessRecorder.select_notifications)
    max_notification_id = unwrap(PostgresProcessRecorder.max_notification_id)
    max_tracking_id = unwrap(PostgresProcessRecorder.max_tracking_id)

    def __init__(self, url: str, schema: str) -> None:
        conninfo, schema = postgres_address(url, schema)
        settings = {"port": 5432, "user": "", "password": "", **conninfo}
        required = {name: settings.pop(name) for name in ("dbname", "host", "port", "user", "password")}
        datastore = PostgresDatastore(
            **required, schema=schema, pool_size=1, max_overflow=9, connect_timeout=float(PATIENCE)
        )
        assert isinstance(datastore.pool.kwargs, dict)  # noqa: S101 - the library has just made it one
        # sslmode and the rest, which the library has no parameters for
        datastore.pool.kwargs |= {"connect_timeout": PATIENCE, **settings}
        super().__init__(datastore)
        named = {
            "events": Identifier(schema, self.events_table_name),
            "tracking": Identifier(schema, self.tracking_table_name),
            "vault": Identifier(schema, "vault"),
        }
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS {vault} (ref uuid PRIMARY KEY, subject uuid NOT NULL, field text NOT NULL,"
                " retention text NOT NULL, salt bytea NOT NULL, value text NOT NULL)"
            ).format(**named)
        )
        self.append_events = SQL(_APPEND_EVENTS).format(**named)
        self.append_all = SQL(_APPEND_ALL).format(**named)
        self.select_vault = SQL("SELECT * FROM {vault} WHERE ref = ANY(%s)").format(**named)
        self.vacuum_vault = SQL("VACUUM (FULL) {vault}").format(**named)
        with psycopg.connect(**conninfo, autocommit=True) as connection:  # closing it gives the lock back
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (f"layout {schema}",))
            connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(schema)))
            self.create_table()

    def write(self, batch: Batch) -> None:
        """Write the batch in one statement, which is one transaction. Raises `IntegrityError` when it does not fit."""
        needs = batch.needs
        values: dict[str, Any] = {
            "head": batch.head,
            "positions": [position for position, _ in batch.events],
            "aggregates": [event.originator_id for _, event in batch.events],
            "versions": [event.originator_version for _, event in batch.events],
            "topics": [event.topic for _, event in batch.events],
            "states": [event.state for _, event in batch.events],
            "need_aggregates": [aggregate for aggregate, _ in needs],
            "need_versions": [version for _, version in needs],
        }
        statement = self.append_events
        if batch.sealed or batch.consumed or batch.erase:
            statement = self.append_all
            values |= {
                "sources": list(batch.consumed),
                "reached": list(batch.consumed.values()),
                "refs": [row.ref for row in batch.sealed],
                "subjects": [row.subject for row in batch.sealed],
                "fields": [row.field for row in batch.sealed],
                "retentions": [row.retention.value for row in batch.sealed],
                "salts": [row.salt for row in batch.sealed],
                "texts": [row.value for row in batch.sealed],
                "erase": list(batch.erase),
            }
        with self.datastore.get_connection() as connection:
            row = connection.execute(statement, values, prepare=True).fetchone()
        if row is None or not row["fits"]:
            raise IntegrityError("the events do not follow what is stored")

    def unseal(self, refs: Sequence[UUID]) -> list[VaultRow]:
        """The vault rows with these references, of those that are there."""
        with self.datastore.get_connection() as connection:
            rows = connection.execute(self.select_vault, (list(refs),)).fetchall()
        return [_vault_row(row["ref"], row["subject"], row) for row in rows]

    def scrub(self) -> bool:
        """Write the vault's file anew without what was erased. Locks the vault while it lasts."""
        with self.datastore.get_connection() as connection:
            connection.execute(self.vacuum_vault)
        return True

    def recover(self) -> None:
        """Let the pool throw away the connections that broke."""
        with suppress(psycopg.Error):
            self.datastore.pool.check()

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()


# `fits` decides for every part of the statement; a writer that comes at the same moment collides on the position.
_FITS = """
WITH fits AS (SELECT (
    (cardinality(%(positions)s::bigint[]) = 0 OR %(head)s::bigint = 0
        OR EXISTS (SELECT FROM {events} WHERE notification_id = %(head)s::bigint))
    AND NOT EXISTS (SELECT FROM unnest(%(need_aggregates)s::uuid[], %(need_versions)s::bigint[]) AS need (id, version)
        WHERE NOT EXISTS (SELECT FROM {events} WHERE originator_id = need.id AND originator_version = need.version))
"""
_STORED = """), stored AS (
    INSERT INTO {events} (notification_id, originator_id, originator_version, topic, state)
    SELECT new.* FROM fits, unnest(%(positions)s::bigint[], %(aggregates)s::uuid[], %(versions)s::bigint[],
        %(topics)s::text[], %(states)s::bytea[]) AS new WHERE fits
)"""
_APPEND_EVENTS = _FITS + ") AS fits" + _STORED + " SELECT fits FROM fits"  # noqa: S608 - as below
_APPEND_ALL = f"""{_FITS}
    AND NOT EXISTS (SELECT FROM unnest(%(sources)s::text[], %(reached)s::bigint[]) AS now (source, reached)
        JOIN {{tracking}} ON application_name = source AND notification_id >= reached)
) AS fits{_STORED}, sealed AS (
    INSERT INTO {{vault}} (ref, subject, field, retention, salt, value)
    SELECT new.* FROM fits, unnest(%(refs)s::uuid[], %(subjects)s::uuid[], %(fields)s::text[], %(retentions)s::text[],
        %(salts)s::bytea[], %(texts)s::text[]) AS new WHERE fits
), erased AS (
    DELETE FROM {{vault}} USING fits WHERE fits AND ref = ANY(%(erase)s::uuid[])
), tracked AS (
    INSERT INTO {{tracking}} AS known (application_name, notification_id)
    SELECT now.* FROM fits, unnest(%(sources)s::text[], %(reached)s::bigint[]) AS now WHERE fits
    ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id
        WHERE known.notification_id < excluded.notification_id
) SELECT fits FROM fits"""  # noqa: S608 - table names are filled in as identifiers, values as parameters


def _vault_row(ref: UUID, subject: UUID, row: Mapping[str, Any]) -> VaultRow:
    return VaultRow(
        ref=ref,
        subject=subject,
        field=row["field"],
        retention=Retention(row["retention"]),
        salt=bytes(row["salt"]),
        value=row["value"],
    )


def sqlite_path(url: str) -> str:
    """The file of a `sqlite:///absolute/path` address. Raises `ValueError` when it is none."""
    address = urlsplit(url)
    if address.scheme != "sqlite" or address.netloc or not address.path.startswith("/"):
        raise ValueError(f"not a ledger's address: {url!r} (sqlite:///absolute/path or postgresql://…)")
    return unquote(address.path)


def postgres_address(url: str, schema: str) -> tuple[dict[str, Any], str]:
    """Connection parameters, and the schema: `?schema=…` in the address, else the one given."""
    address = urlsplit(url)
    query = parse_qs(address.query)
    chosen = query.pop("schema", [schema])[0]
    rest = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
    return dict(conninfo_to_dict(urlunsplit(address._replace(query=rest)))), chosen

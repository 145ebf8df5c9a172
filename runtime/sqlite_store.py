"""A ledger in one SQLite file."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from uuid import UUID

from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteProcessRecorder,
)

from runtime.recorders import PATIENCE, Batch, fresh_secret, vault_row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from contracts.sealed import VaultRow

CHUNK = 500
"""How many references one statement asks for."""


class SqlitePool(SQLiteConnectionPool):
    """Connections that reach the disk before they answer and overwrite what they delete."""

    def _create_connection(self) -> SQLiteConnection:
        return SQLiteConnection(sqlite_conn=_connected(self.db_name), max_age=self.max_age)


def _connected(file: str) -> sqlite3.Connection:
    # Not as the library does it: that keeps one prepared statement a connection and prepares all others every time.
    connection = sqlite3.connect(
        file, timeout=PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    connection.row_factory = sqlite3.Row
    for setting in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {setting}")
    return connection


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
        datastore.pool = SqlitePool(db_name=str(path), pool_timeout=PATIENCE)
        super().__init__(datastore)
        self._writer = _connected(str(path))  # besides the pool's
        with self._writer:
            cursor = self._begun()
            tables = "('stored_events', 'tracking', 'vault', 'secret')"
            cursor.execute(f"SELECT count(*) FROM sqlite_master WHERE name IN {tables}")  # noqa: S608 - our own names
            if cursor.fetchone()[0] < len(self.create_table_statements):
                self._create_table(cursor)
                cursor.execute("INSERT OR IGNORE INTO secret (one, value) VALUES (1, ?)", (fresh_secret(),))
            cursor.execute("SELECT value FROM secret")
            self.secret = bytes(cursor.fetchone()[0])
        self.scrub()  # what a process erased and did not live to scrub

    def construct_create_table_statements(self) -> list[str]:
        """The library's tables, and the vault and the ledger's secret beside them."""
        vault = (
            "CREATE TABLE IF NOT EXISTS vault (ref BLOB PRIMARY KEY, subject BLOB NOT NULL, field TEXT NOT NULL,"
            " retention TEXT NOT NULL, salt BLOB NOT NULL, value TEXT NOT NULL)"
        )
        key = "CREATE TABLE IF NOT EXISTS secret (one INTEGER PRIMARY KEY CHECK (one = 1), value BLOB NOT NULL)"
        return [*super().construct_create_table_statements(), vault, key]

    def write(self, batch: Batch) -> None:
        """Write the batch in one transaction. Raises `IntegrityError` when it does not fit."""
        with self._writer:  # commits, or rolls back: also where a commit fails on a full disk
            self._insert(self._begun(), batch)

    def _begun(self) -> SQLiteCursor:
        cursor = SQLiteCursor(self._writer.cursor())
        cursor.execute("BEGIN IMMEDIATE")
        return cursor

    def _insert(self, cursor: SQLiteCursor, batch: Batch) -> None:
        if batch.events:
            rows = [
                (one.recorded.sequence, one.recorded.subject.hex, one.version, one.recorded.type, one.body)
                for one in batch.events
            ]
            cursor.executemany(self.insert_event, rows)
            if cursor.sqlite_cursor.rowcount != len(rows):
                raise IntegrityError("the events do not follow what is stored")
        for source, position in batch.consumed.items():
            self._insert_tracking(cursor, Tracking(source, position))
        if batch.sealed:
            cursor.executemany(
                "INSERT INTO vault (ref, subject, field, retention, salt, value) VALUES (?, ?, ?, ?, ?, ?)",
                [(r.ref.bytes, r.subject.bytes, r.field, r.retention.value, r.salt, r.value) for r in batch.sealed],
            )
        if batch.erase:
            cursor.executemany("DELETE FROM vault WHERE ref = ?", [(ref.bytes,) for ref in batch.erase])

    def unseal(self, refs: Sequence[UUID]) -> list[VaultRow]:
        """The vault rows with these references, of those that are there."""
        found: list[VaultRow] = []
        with self.datastore.transaction(commit=False) as cursor:
            for start in range(0, len(refs), CHUNK):
                asked = [ref.bytes for ref in refs[start : start + CHUNK]]
                marks = ",".join("?" * len(asked))
                cursor.execute(f"SELECT * FROM vault WHERE ref IN ({marks})", asked)  # noqa: S608 - question marks only
                found += [
                    vault_row(UUID(bytes=row["ref"]), UUID(bytes=row["subject"]), row) for row in cursor.fetchall()
                ]
        return found

    def scrub(self) -> bool:
        """Empty the write-ahead log, so that what was erased is in no file. False when a reader was in the way."""
        cursor = self._writer.cursor()
        # First without waiting: a connection that has not seen the log yet would wait its whole patience for itself.
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        cursor.fetchall()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return not cursor.fetchone()[0]

    def recover(self) -> None:
        """Nothing to do: a file has no connection that could be lost."""

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
        self.datastore.close()


def sqlite_path(url: str) -> str:
    """The file of a `sqlite:///absolute/path` address. Raises `ValueError` when it is none."""
    address = urlsplit(url)
    if address.scheme != "sqlite" or address.netloc or not address.path.startswith("/"):
        raise ValueError(f"not a ledger's address: {url!r} (sqlite:///absolute/path or postgresql://…)")
    return unquote(address.path)

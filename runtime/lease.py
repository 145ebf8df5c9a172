"""The right to write a service's ledger: a lock in its database that dies with the process that holds it."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Protocol

import psycopg

from runtime.postgres_store import postgres_address
from runtime.recorders import PATIENCE
from runtime.sqlite_store import sqlite_path


class Lease(Protocol):
    """One process has it at a time. A second one stands by: it tries again until the first has gone."""

    @property
    def held(self) -> bool:
        """Whether the lock is still ours, asked of the database."""

    def try_acquire(self) -> bool:
        """Take it if it is free. False when another process has it or the database cannot be reached."""

    def release(self) -> None:
        """Give it back."""


class SqliteLease:
    """An exclusive transaction on a small file beside the ledger; the system drops it with the process."""

    def __init__(self, url: str) -> None:
        self.path = f"{sqlite_path(url)}.lease"
        self._connection: sqlite3.Connection | None = None

    @property
    def held(self) -> bool:
        """Whether the transaction is open."""
        return self._connection is not None and self._connection.in_transaction

    def try_acquire(self) -> bool:
        """Take the lock if it is free."""
        if self.held:
            return True
        self.release()
        try:
            connection = sqlite3.connect(self.path, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error:
            return False
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error:
            connection.close()
            return False
        self._connection = connection
        return True

    def release(self) -> None:
        """Give it back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class PostgresLease:
    """A session's advisory lock on a connection of its own; the server drops it with the connection.

    The connection must reach the server itself: a pooler that shares sessions would hold the lock for others.
    """

    # The server notices within half a minute that a machine has vanished without closing its connection.
    keepalive = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"

    def __init__(self, url: str, schema: str) -> None:
        self._conninfo, schema = postgres_address(url, schema)
        self._key = f"lease {schema}"
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    @property
    def held(self) -> bool:
        """Whether the session that has the lock still lives."""
        if self._connection is None:
            return False
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            self.release()
            return False
        return True

    def try_acquire(self) -> bool:
        """Take the lock if it is free."""
        if self.held:
            return True
        settings = {"connect_timeout": PATIENCE, "tcp_user_timeout": PATIENCE * 1000, "options": self.keepalive}
        try:
            self._connection = psycopg.connect(**{**settings, **self._conninfo}, autocommit=True)
            taken = self._connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (self._key,)).fetchone()
        except psycopg.Error:
            taken = None
        if taken is None or not taken[0]:
            self.release()
            return False
        return True

    def release(self) -> None:
        """Give it back, at once: the server ends a session some time after it was closed."""
        if self._connection is not None:
            with suppress(psycopg.Error):  # the session may be gone, and the lock with it
                self._connection.execute("SELECT pg_advisory_unlock_all()")
            self._connection.close()
            self._connection = None

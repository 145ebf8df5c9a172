"""The ledger: everything a service has recorded, in order; the truth that all else is rebuilt from."""

from __future__ import annotations

import hmac
import logging
import re
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import IntegrityError

from contracts import catalogue, subjects
from contracts.refusals import BoundForTheArchive
from contracts.sealed import Retention, VaultRow
from runtime.files import private_directory
from runtime.lease import Lease, PostgresLease, SqliteLease
from runtime.postgres_store import PostgresStore
from runtime.recorders import FAULTS, Batch, Store
from runtime.recording import Consumed, Entry, Head, Origin, put_on_record
from runtime.sqlite_store import SqliteStore, sqlite_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from contracts.envelope import Recorded

__all__ = [
    "CLOCK_TOLERANCE",
    "AlreadyConsumed",
    "Conflict",
    "Consumed",
    "Entry",
    "ImpossibleHistory",
    "Ledger",
    "Origin",
    "Stored",
    "Unavailable",
]

log = logging.getLogger(__name__)

CLOCK_TOLERANCE = timedelta(seconds=5)
"""How far the clock may stand behind the ledger's last stamp before somebody should look at it."""

# The tenant stands before anything a person wrote, so the first match is the envelope's own.
_TENANT = re.compile(rb'"source":"/([^/"]+)/')


@dataclass(frozen=True)
class Stored:
    """An event as it is published: its NATS subject, and the bytes as they are stored."""

    position: int
    subject: str
    body: bytes


class Conflict(Exception):  # noqa: N818 - it is an answer: load again and retry
    """The aggregate or the ledger has moved on since it was read. Nothing was stored: load again and retry."""


class AlreadyConsumed(Conflict):
    """These events of another service were consumed before. Nothing was stored: skip them."""


class Unavailable(Exception):  # noqa: N818 - it is an answer: retry with back-off
    """The database could not do it (locked, full, away). Retry with back-off."""


class ImpossibleHistory(Exception):  # noqa: N818 - it says what it is
    """What is stored cannot have been written by this ledger, or needs a newer version to be read."""


@dataclass
class Ledger:
    """The events, the vault and the positions of one service. Safe to use from several threads.

    One process writes at a time (`lease`); one that has been overtaken gets `Conflict`. Every method may raise
    `Unavailable`; the next call then works again as soon as the database does.
    """

    service: str
    store: Store
    url: str
    clock: Callable[[], datetime]
    salt: Callable[[], bytes]
    _head: Head | None = None
    _writing: Lock = field(default_factory=Lock)
    _listeners: list[Callable[[int], None]] = field(default_factory=list)
    _unscrubbed: bool = False
    trouble: str = ""
    """Why the last append failed for want of the database; nothing once one has succeeded."""
    refusing: str = ""
    """Why nothing may be recorded, if so: in an older copy of a ledger it would be lost with that copy."""

    @classmethod
    def open(cls, url: str, service: str, *, clock: Callable[[], datetime], salt: Callable[[], bytes]) -> Ledger:
        """The ledger of `service` at `sqlite:///absolute/path` (one file a service) or `postgresql://…`.

        In PostgreSQL each service has the schema `loypa_<service>`, or the one named with `?schema=`. Raises
        `ValueError` for another address.
        """
        with _told(service):
            store: Store
            if url.startswith(("postgresql://", "postgres://")):
                store = PostgresStore(url, f"loypa_{service}")
            else:
                path = Path(sqlite_path(url))
                try:
                    private_directory(path.parent)
                except OSError as error:
                    raise Unavailable(f"the ledger of {service} has no directory: {error}") from error
                store = SqliteStore(path)
        return cls(service=service, store=store, url=url, clock=clock, salt=salt)

    def append(
        self, entries: Sequence[Entry], *, consumed: Sequence[Consumed] = (), erase: Sequence[UUID] = ()
    ) -> list[Recorded[Any]]:
        """Store the entries' events with what they seal, the positions consumed and the erasures: all or nothing.

        Raises `Conflict` (`AlreadyConsumed` where that is why), `TooLarge` for an event over 60 KiB and
        `BoundForTheArchive` for an erasure of what the archive is to keep (arkivlova).
        """
        if not (entries or consumed or erase):
            return []
        if self.refusing:
            raise Unavailable(self.refusing)
        if erase:
            self._refuse_to_erase_archive(erase)
        with self._writing:
            try:
                recorded, head = self._append(entries, consumed, erase)
            except Unavailable as unavailable:
                self.trouble = str(unavailable)
                raise
            self.trouble = ""
            if erase or self._unscrubbed:
                self._scrub()
        if recorded:
            self._tell(head)
        return recorded

    def history(self, aggregate: UUID) -> list[Recorded[Any]]:
        """The aggregate's events, oldest first. Raises `ImpossibleHistory`."""
        with _told(self.service, self.store):
            rows = self.store.select_events(aggregate)
        history: list[Recorded[Any]] = []
        for expected, row in enumerate(rows, start=1):
            where = f"{self.service}, aggregate {aggregate}, version {row.originator_version}"
            if row.originator_version != expected:
                raise ImpossibleHistory(f"{where}: version {expected} is missing")
            history.append(_decoded(row.state, where))
            if isinstance(history[-1].data, catalogue.Unknown):
                raise ImpossibleHistory(f"{where}: this version does not know {row.topic}")
        return history

    def read(self, after: int, limit: int = 500, types: Sequence[str] = ()) -> list[Stored]:
        """Up to `limit` events after position `after`, in order, as they are published; of these `types`, or of all."""
        with _told(self.service, self.store):
            rows = self.store.select_notifications(after, limit, topics=types, inclusive_of_start=False)
        stored = []
        for row in rows:
            tenant = _TENANT.search(row.state)
            if tenant is None:
                raise ImpossibleHistory(f"{self.service}, position {row.id}: not an event's bytes")
            subject = subjects.event(tenant[1].decode(), self.service, row.topic.split(".")[3])
            stored.append(Stored(position=row.id, subject=subject, body=row.state))
        return stored

    def head(self) -> int:
        """The last position, 0 when nothing is recorded; asked of the database, since another process may write."""
        with _told(self.service, self.store):
            return self.store.max_notification_id() or 0

    def last_recorded(self) -> datetime | None:
        """The `recordedtime` of the last event."""
        return self._read_head().recorded

    def clock_behind(self) -> timedelta:
        """How far the clock stands behind the ledger's last stamp; over `CLOCK_TOLERANCE` is an alarm."""
        last = self.last_recorded()
        return max(timedelta(), last - self.clock()) if last else timedelta()

    def consumed(self, source: str) -> int:
        """The position up to which the events of the service `source` have been consumed."""
        with _told(self.service, self.store):
            return self.store.max_tracking_id(source) or 0

    def unseal(self, refs: Iterable[UUID]) -> dict[UUID, VaultRow]:
        """The sealed values by reference; what was erased is left out."""
        asked = list(dict.fromkeys(refs))
        if not asked:
            return {}
        with _told(self.service, self.store):
            return {row.ref: row for row in self.store.unseal(asked)}

    def keyed(self, content: str) -> str:
        """The HMAC-SHA256 of the content under the ledger's secret, in hex: only this ledger can tell what it is of."""
        return hmac.digest(self.store.secret, content.encode(), "sha256").hex()

    def lease(self) -> Lease:
        """A new claim on the right to write, not yet taken."""
        if isinstance(self.store, PostgresStore):
            return PostgresLease(self.url, f"loypa_{self.service}")
        return SqliteLease(self.url)

    def on_append(self, callback: Callable[[int], None]) -> None:
        """Call `callback(head)` after each commit with new events, in the thread that appended. It must be quick."""
        self._listeners.append(callback)

    def scrub(self) -> None:
        """Make what was erased unreadable in the database's files too.

        SQLite does it with every erasure. PostgreSQL rewrites the vault (`VACUUM FULL`): `runtime.upkeep` asks daily.
        """
        with self._writing, _told(self.service, self.store):
            self.store.scrub()

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def _append(
        self, entries: Sequence[Entry], consumed: Sequence[Consumed], erase: Sequence[UUID]
    ) -> tuple[list[Recorded[Any]], int]:
        head = self._head or self._read_head()
        written, sealed, last = put_on_record(self.service, entries, head, self.clock(), self.salt)
        reached: dict[str, int] = {}
        for item in consumed:
            reached[item.source] = max(item.position, reached.get(item.source, 0))
        self._head = None  # known again once this has succeeded
        try:
            with _told(self.service, self.store):
                self.store.write(Batch(head.position, written, sealed, reached, erase))
        except Conflict as conflict:
            for source, position in reached.items():
                if (known := self.consumed(source)) >= position:
                    told = f"{self.service} has consumed {source} up to {known}; {position} is behind that"
                    raise AlreadyConsumed(told) from conflict
            raise
        self._head = last
        return [one.recorded for one in written], last.position

    def _read_head(self) -> Head:
        with _told(self.service, self.store):
            position = self.store.max_notification_id() or 0
            rows = self.store.select_notifications(position, 1) if position else []
        last = _decoded(rows[0].state, f"{self.service}, position {position}").recordedtime if rows else None
        return Head(position, last)

    def _refuse_to_erase_archive(self, erase: Sequence[UUID]) -> None:
        kept = tuple(ref for ref, row in self.unseal(erase).items() if row.retention is Retention.ARCHIVE)
        if kept:
            raise BoundForTheArchive(refs=kept)

    def _scrub(self) -> None:
        """The erasure itself is committed; where the files cannot be scrubbed now, the next append tries again."""
        try:
            self._unscrubbed = isinstance(self.store, SqliteStore) and not self.store.scrub()
        except FAULTS:
            self._unscrubbed = True
        if self._unscrubbed:
            log.warning("the ledger of %s still holds erased bytes: it is being read", self.service)

    def _tell(self, head: int) -> None:
        for listener in self._listeners:
            try:
                listener(head)
            except Exception:  # the events are stored, whatever a listener makes of it
                log.exception("a listener to the ledger of %s failed", self.service)


@contextmanager
def _told(service: str, store: Store | None = None) -> Iterator[None]:
    """What a database raises, said in the ledger's words."""
    try:
        yield
    except (IntegrityError, sqlite3.IntegrityError) as error:
        raise Conflict(f"the ledger of {service} has moved on: {error}") from error
    except FAULTS as error:
        if store is not None:
            store.recover()
        raise Unavailable(f"the ledger of {service} is not available: {error}") from error


def _decoded(body: bytes, where: str) -> Recorded[Any]:
    try:
        return catalogue.decode(body)
    except ValueError as error:
        raise ImpossibleHistory(f"{where}: {error}") from error

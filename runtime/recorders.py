"""What a ledger asks of the database that keeps its rows, whichever that is."""

from __future__ import annotations

import secrets
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import psycopg
from eventsourcing.domain import EventSourcingError

from contracts.sealed import Retention, VaultRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from eventsourcing.persistence import Notification, StoredEvent

    from runtime.recording import Written

FAULTS = (EventSourcingError, sqlite3.Error, psycopg.Error)
"""What these databases raise when they cannot do what they were asked."""

PATIENCE = 5
"""How long a writer waits for another's lock, and a reader for a connection, in seconds."""


class Batch(NamedTuple):
    """What one transaction writes on top of position `head`: all of it or nothing."""

    head: int
    events: Sequence[Written]
    sealed: Sequence[VaultRow]
    consumed: Mapping[str, int]
    erase: Sequence[UUID]

    @property
    def needs(self) -> list[tuple[UUID, int]]:
        """The versions that must be there already for the aggregates to have no hole."""
        own = {(event.recorded.subject, event.version) for event in self.events}
        before = ((aggregate, version - 1) for aggregate, version in own if version > 1)
        return [needed for needed in before if needed not in own]


class Store(Protocol):
    """A ledger's rows. Every method may raise one of `FAULTS`; `write` raises `IntegrityError` when they do not fit."""

    @property
    def secret(self) -> bytes:
        """This ledger's own secret: made with its tables, and kept in its database alone."""

    def write(self, batch: Batch) -> None:
        """Write the batch in one transaction."""

    def select_events(self, originator_id: UUID | str) -> Sequence[StoredEvent]:
        """An aggregate's events, oldest first."""

    def select_notifications(
        self, start: int | None, limit: int, *, topics: Sequence[str] = (), inclusive_of_start: bool = True
    ) -> Sequence[Notification]:
        """Events by position, of these topics or of all."""

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


def fresh_secret() -> bytes:
    """32 random bytes for a ledger that has no secret yet."""
    return secrets.token_bytes(32)


def vault_row(ref: UUID, subject: UUID, row: Mapping[str, Any]) -> VaultRow:
    """A row of the vault's table as what it means."""
    return VaultRow(
        ref=ref,
        subject=subject,
        field=row["field"],
        retention=Retention(row["retention"]),
        salt=bytes(row["salt"]),
        value=row["value"],
    )

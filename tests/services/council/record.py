"""A council's record in memory, as the ledger would give it back: read from its JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.envelope import Recorded
from contracts.identity import derive
from contracts.sealed import seal
from runtime.ledger import Stored
from tests.services.council.given import AT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from contracts.message import Event


@dataclass(frozen=True)
class Kept:
    """An event as the record gives it back."""

    data: Event
    id: UUID
    sequence: int
    time: datetime = AT


@dataclass
class Record:
    """A ledger in memory; what is sealed stays so: it has no vault, as after erasure."""

    histories: dict[UUID, list[Kept]] = field(default_factory=dict)
    service: str = "council"

    def history(self, of: UUID) -> list[Kept]:
        return list(self.histories.get(of, ()))

    def kept(self, event: Event, named: UUID, time: datetime = AT) -> Kept:
        return Kept(event, named, 1 + sum(map(len, self.histories.values())), time)

    def read(self, after: int, limit: int = 500, types: Sequence[str] = ()) -> list[Stored]:
        said = (kept for history in self.histories.values() for kept in history if kept.sequence > after)
        found = (Stored(kept.sequence, "", enveloped(kept)) for kept in said if kept.data.type_in("council") in types)
        return sorted(found, key=lambda stored: stored.position)[:limit]

    def unseal(self, _refs: Iterable[UUID]) -> dict[UUID, Any]:
        return {}

    def append(self, entries: list[Any]) -> None:
        for entry in entries:
            history = self.histories.setdefault(entry.aggregate, [])
            assert len(history) == entry.expected
            for version, event in enumerate(entry.events, start=len(history) + 1):
                named = derive("event", "council", entry.aggregate, version)
                history.append(self.kept(reread(event), named, entry.origin.time))


def enveloped(kept: Kept) -> bytes:
    """The event as it is stored."""
    recorded = Recorded(
        id=kept.id,
        type=kept.data.type_in("council"),
        source="/molde/council",
        subject=kept.id,
        time=kept.time,
        tenant="molde",
        sequence=kept.sequence,
        recordedtime=AT,
        correlationid="c",
        causationid="c",
        actor="molde/portal",
        data=kept.data,
    )
    return recorded.to_bytes()


def reread(event: Any) -> Any:
    """The event from its JSON, unless it holds text on its way to the vault."""
    _, rows = seal(event, derive("record"), lambda path: derive("record", path), lambda: b"salt")
    return event if rows else type(event).model_validate_json(event.model_dump_json())

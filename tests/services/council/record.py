"""A council's record in memory, as the ledger would give it back: read from its JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.identity import derive
from contracts.sealed import seal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from contracts.message import Event


@dataclass(frozen=True)
class Kept:
    """An event as the record gives it back."""

    data: Event
    id: UUID
    sequence: int


@dataclass
class Record:
    """A ledger in memory; what is sealed stays so: it has no vault, as after erasure."""

    histories: dict[UUID, list[Kept]] = field(default_factory=dict)

    def history(self, of: UUID) -> list[Kept]:
        return list(self.histories.get(of, ()))

    def kept(self, event: Event, named: UUID) -> Kept:
        return Kept(event, named, 1 + sum(map(len, self.histories.values())))

    def unseal(self, _refs: Iterable[UUID]) -> dict[UUID, Any]:
        return {}

    def append(self, entries: list[Any]) -> None:
        for entry in entries:
            history = self.histories.setdefault(entry.aggregate, [])
            assert len(history) == entry.expected
            for version, event in enumerate(entry.events, start=len(history) + 1):
                history.append(self.kept(reread(event), derive("event", "council", entry.aggregate, version)))


def reread(event: Any) -> Any:
    """The event from its JSON, unless it holds text on its way to the vault."""
    _, rows = seal(event, derive("record"), lambda path: derive("record", path), lambda: b"salt")
    return event if rows else type(event).model_validate_json(event.model_dump_json())

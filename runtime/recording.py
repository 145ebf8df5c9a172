"""How events are put on record: their envelope, their stamp, their bytes, and their personal text in the vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.clock import to_utc
from contracts.envelope import MAX_BYTES, Recorded
from contracts.identity import derive
from contracts.refusals import TooLarge
from contracts.sealed import VaultRow, seal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from contracts.message import Event

TICK = timedelta(microseconds=1)

_construct: Callable[..., Recorded[Any]] = Recorded.model_construct
BLANK = _construct()
"""An envelope to be filled in by copying: not validated, since each field is made here or was when it came in."""


@dataclass(frozen=True)
class Origin:
    """Who acts, when it happened, and because of what; `cause_recorded` is the `recordedtime` of the causing event."""

    tenant: str
    actor: str
    time: datetime
    correlation: str
    causation: str
    cause_recorded: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """Events to append to an aggregate whose version is `expected` (0: it is new)."""

    aggregate: UUID
    expected: int
    events: tuple[Event, ...]
    origin: Origin


@dataclass(frozen=True)
class Consumed:
    """This service has consumed the events of `source` up to `position`."""

    source: str
    position: int


class Head(NamedTuple):
    """Where a ledger ends: its last position, and its last `recordedtime`."""

    position: int
    recorded: datetime | None


class Written(NamedTuple):
    """An event as it goes into the store."""

    recorded: Recorded[Any]
    version: int
    body: bytes


def event_id(service: str, aggregate: UUID, version: int) -> UUID:
    """The id of an event, from which of its aggregate's events it is, the first being 1."""
    return derive("event", service, aggregate, version)


def put_on_record(
    service: str, entries: Sequence[Entry], head: Head, now: datetime, salt: Callable[[], bytes]
) -> tuple[list[Written], list[VaultRow], Head]:
    """The events as they follow `head`, the vault rows of what they seal, and where the ledger then ends.

    `recordedtime` is a microsecond after the latest of now, the event before and the cause: a cause is before its
    effect in whichever service, whatever the clocks say. Raises `TooLarge`.
    """
    position, last = head.position, max(to_utc(now), head.recorded or to_utc(now))
    written: list[Written] = []
    vault: list[VaultRow] = []
    for entry in entries:
        shared = _shared(service, entry)
        last = max(last, entry.origin.cause_recorded or last)
        for version, event in enumerate(entry.events, start=entry.expected + 1):
            if event.service not in (None, service):
                raise ValueError(f"{type(event).__name__} is {event.service}'s to record, not {service}'s")
            position, last = position + 1, last + TICK
            ident = event_id(service, entry.aggregate, version)
            sealed, rows = seal(event, entry.aggregate, partial(derive, "sealed", ident), salt)
            own = {"id": ident, "type": event.type_in(service), "sequence": position, "recordedtime": last}
            recorded = BLANK.model_copy(update={**shared, **own, "data": sealed})
            body = recorded.to_bytes()
            if len(body) > MAX_BYTES:
                raise TooLarge(event=recorded.name, size=len(body), most=MAX_BYTES)
            written.append(Written(recorded, version, body))
            vault += rows
    return written, vault, Head(position, last if written else head.recorded)


def _shared(service: str, entry: Entry) -> dict[str, Any]:
    """What the envelopes of an entry's events have in common."""
    origin = entry.origin
    if origin.time.tzinfo is None:
        raise ValueError(f"a time without its offset: {origin.time}")
    return {
        "source": f"/{origin.tenant}/{service}",
        "subject": entry.aggregate,
        "time": to_utc(origin.time),
        "tenant": origin.tenant,
        "correlationid": origin.correlation,
        "causationid": origin.causation,
        "actor": origin.actor,
    }

"""Reading a record from outside, changing nothing: a FEED by direct-get batches, or a file that `loypa feed` wrote."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from contracts.catalogue import SERVICES, decode
from contracts.envelope import MAX_BYTES
from runtime.completeness import Completeness
from runtime.follower import Batch
from runtime.nats import Msg, NatsError, NoAnswer
from runtime.replay import closing, scratch, write
from runtime.views import Reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator
    from datetime import datetime
    from pathlib import Path

    from contracts.envelope import Recorded
    from runtime.nats import Client
    from runtime.views import View

FEED = "FEED"
"""The stream of a tenant's account that holds its events; a network's holds its members'."""

BATCH = 500
"""How many events are asked for at a time."""

POLL = 0.25
"""Seconds between two looks for more at the FEED's end."""

WAIT = 5.0
"""Seconds the server may take for the next event of a batch."""

_GET = f"$JS.API.DIRECT.GET.{FEED}"
_END, _NONE, _NOBODY = "204", "404", "503"  # the statuses of a direct get: end of batch, no such message, no stream


class Damaged(ValueError):  # noqa: N818 - it says what is the matter
    """What is read is not a record as Løypa writes it; the text says where."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One message as it was found: its place (a FEED's sequence, a file's line), its bytes, and its subject if any."""

    place: int
    raw: bytes
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Messages one after the other; `last`: there are no more at present."""

    pieces: tuple[Piece, ...]
    last: bool


async def from_feed(client: Client, *, batch: int = BATCH, follow: bool = False) -> AsyncIterator[Page]:
    """A FEED from its beginning to its end, and with `follow` on for ever. Nothing is created: no consumer, no state.

    A page without pieces is handed out each time the end is reached. Raises `NoAnswer`, after which nothing is lost:
    begin again.
    """
    inbox = client.new_inbox()
    heard: asyncio.Queue[Msg] = asyncio.Queue()
    subscription = await client.subscribe(inbox, cb=heard.put)
    reached = 0
    try:
        while True:
            question = json.dumps({"batch": batch, "seq": reached + 1}).encode()
            await client.publish(_GET, question, reply=inbox)
            pieces = await _answered(heard, reached)
            if pieces:
                reached = pieces[-1].place
                yield Page(pieces, last=False)
                continue
            yield Page((), last=True)
            if not follow:
                return
            await asyncio.sleep(POLL)
    except NatsError as error:
        raise NoAnswer(f"{FEED}: {type(error).__name__}") from error
    finally:
        if not client.is_closed:
            await subscription.unsubscribe()


async def _answered(heard: asyncio.Queue[Msg], reached: int) -> tuple[Piece, ...]:
    """The messages of one answer, up to the server's word that it was all; only what comes after `reached` counts."""
    pieces: list[Piece] = []
    while True:
        try:
            message = await asyncio.wait_for(heard.get(), WAIT)
        except TimeoutError as error:
            raise NoAnswer(f"{FEED} does not answer: is it there, and may we read it?") from error
        headers = message.headers or {}
        match headers.get("Status"):
            case None:
                place = int(headers["Nats-Sequence"])
                if place > reached:  # else an echo of a question before
                    pieces.append(Piece(place, message.data, headers["Nats-Subject"]))
            case status if status in {_END, _NONE}:
                return tuple(pieces)
            case status if status == _NOBODY:
                raise NoAnswer(f"there is no {FEED} in this account")
            case status:
                raise NoAnswer(f"{FEED}: {status} {headers.get('Description', '')}".rstrip())


def from_file(path: Path) -> tuple[Piece, ...]:
    """The lines of a file of one event a line. Raises `Damaged` for one that cannot be an event's, `OSError`."""
    pieces: list[Piece] = []
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            raw = line.rstrip(b"\r\n")
            if len(raw) > MAX_BYTES:
                raise Damaged(f"{path}, line {number}: {len(raw)} bytes; an event has at most {MAX_BYTES}")
            if raw.strip():
                pieces.append(Piece(number, raw))
    return tuple(pieces)


def event_in(piece: Piece, where: str) -> Recorded[Any]:
    """The event of a piece found in `where`. Raises `Damaged`."""
    try:
        return decode(piece.raw)
    except ValueError as error:
        says = " ".join(str(error).split())
        if isinstance(error, ValidationError):
            faults = error.errors(include_url=False)
            more = f", and {len(faults) - 1} more" if faults[1:] else ""
            says = f"`{'.'.join(map(str, faults[0]['loc']))}`: {faults[0]['msg']}{more}"
        raise Damaged(f"{where} {piece.place}: not an event: {says}") from error


def in_order(pieces: tuple[Piece, ...], where: str) -> tuple[Piece, ...]:
    """Pieces from a file in the order they were recorded, each once, however the file was put together.

    Raises `Damaged` for what is no event, and for two different events at one position.
    """
    known: dict[tuple[str, int], Piece] = {}
    recorded: dict[tuple[str, int], datetime] = {}
    for piece in pieces:
        event = event_in(piece, where)
        position = (event.service, event.sequence)
        other = known.setdefault(position, piece)
        recorded[position] = event.recordedtime
        if other.raw != piece.raw:
            at = f"{event.service}:{event.sequence}"
            raise Damaged(f"{where} {piece.place}: another event is at position {at} in {where} {other.place}")
    return tuple(known[position] for position in sorted(known, key=lambda position: (recorded[position], position)))


async def paged(pieces: tuple[Piece, ...]) -> AsyncIterator[Page]:
    """Pieces at hand, as pages; the last one is empty."""
    for start in range(0, len(pieces), BATCH):
        yield Page(pieces[start : start + BATCH], last=False)
    yield Page((), last=True)


async def batches(pages: AsyncIterable[Page], where: str) -> AsyncIterator[Batch]:
    """The events of the pages, each service's in order. One municipality's positions have holes: all have one ledger.

    An event that comes twice is handed out once. Raises `Damaged` for what is no event or comes too late.
    """
    known: dict[str, set[int]] = {}
    last: dict[str, int] = {}
    async for page in pages:
        events: list[Recorded[Any]] = []
        raw: list[bytes] = []
        for piece in page.pieces:
            event = event_in(piece, where)
            positions = known.setdefault(event.service, set())
            if event.sequence in positions:
                continue
            if event.sequence < last.get(event.service, 0):
                at = f"{event.service}:{event.sequence}"
                raise Damaged(f"{where} {piece.place}: {at} comes after {event.service}:{last[event.service]}")
            positions.add(event.sequence)
            last[event.service] = event.sequence
            events.append(event)
            raw.append(piece.raw)
        yield Batch(tuple(events), page.last, tuple(raw))


@dataclass(frozen=True)
class Replayed:
    """A view made anew from a record: what query functions read, and the tenants the record has events of."""

    reader: Reader
    tenants: frozenset[str]


@asynccontextmanager
async def replayed(
    view: View, events: AsyncIterable[Batch], now: datetime, known_at: datetime | None = None
) -> AsyncIterator[Replayed]:
    """The view over the record (up to `known_at`, by recorded time), in a store that goes with the block.

    `complete_to` is the recorded time of the last event of the service that has been quiet for longest: no more can be
    known without the relays' word.
    """
    seen: dict[str, datetime] = {}
    tenants: set[str] = set()
    with scratch(view) as (engine, generation):
        async with closing(events):
            async for batch in events:
                for event in batch.events:
                    seen[event.service] = event.recordedtime
                    tenants.add(event.tenant)
                known = [event for event in batch.events if known_at is None or event.recordedtime <= known_at]
                await asyncio.to_thread(write, engine, [generation], known)
        complete = Completeness(SERVICES).of({}, seen)
        with engine.connect() as connection:
            reader = Reader(
                connection,
                generation.tables,
                generation.positions,
                complete if known_at is None else min(known_at, complete),
                now,
                known_at=known_at,
            )
            yield Replayed(reader, frozenset(tenants))

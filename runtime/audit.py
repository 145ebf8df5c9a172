"""What a record proves of itself to somebody who trusts nobody: ids, order, causes, sealed references, two replays."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, Any

from contracts import subjects
from contracts.catalogue import Unknown
from contracts.events.record import PersonalDataErased, PersonalDataUnsealed
from contracts.identity import derive
from contracts.sealed import Sealed
from runtime.reading import BATCH, Damaged, event_in
from runtime.replay import compare, scratch, write
from runtime.views import NEVER, Reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from pydantic import BaseModel

    from contracts.envelope import Recorded
    from runtime.generations import Generation
    from runtime.reading import Page, Piece
    from runtime.replay import Verified
    from runtime.views import View

LOOKAHEAD = 1000
"""How many missing versions of an aggregate are recognised as missing; more look like a wrong id."""

FINDINGS = 1000
"""How many findings are kept in words; all are counted."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Check(StrEnum):
    """What is looked at."""

    CONTRACT = "contract"
    """Every message is an event of its type's published contract, under the subject and source it belongs to."""
    IDS = "ids"
    """An event's id follows from its service, aggregate and version; every version is there, from the first."""
    ORDER = "order"
    """Each service's positions and recorded times increase; an aggregate belongs to one municipality."""
    CAUSES = "causes"
    """A cause that is in the record stands before its effect and was recorded before it."""
    SEALED = "sealed"
    """Sealed text has a well-formed digest and a reference that follows from its event; each opening and erasing
    names references that are there."""
    REPLAYS = "replays"
    """Two independent replays, one of them with the services' events shuffled, give the same content."""
    KEPT = "kept"
    """Every event of an earlier copy is still there, byte for byte."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be. `where` is the place in the FEED or the file, or the view and table."""

    check: Check
    where: str
    says: str


@dataclass(frozen=True)
class Fingerprint:
    """One service's part of the record: up to `position`, how many events, and the SHA-256 of their bytes in order."""

    events: int
    position: int
    sha256: str


@dataclass
class Audit:
    """Takes a record in, message by message, and remembers what does not hold. Holds the record in memory."""

    where: str
    findings: list[Finding] = field(default_factory=list)
    counted: dict[Check, int] = field(default_factory=lambda: defaultdict(int))
    checked: dict[Check, int] = field(default_factory=lambda: defaultdict(int))
    unknown: set[str] = field(default_factory=set)
    """Types that this version does not know; their content is not looked at."""
    bodies: dict[str, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    """What each service recorded, in order."""
    _place: int = 0
    _last: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    _versions: dict[tuple[str, UUID], int] = field(default_factory=lambda: defaultdict(int))
    _tenants: dict[tuple[str, UUID], str] = field(default_factory=dict)
    _recorded: dict[str, datetime] = field(default_factory=dict)
    _raw: dict[str, bytes] = field(default_factory=dict)
    _awaited: dict[str, str] = field(default_factory=dict)
    _digests: dict[UUID, str] = field(default_factory=dict)
    _hashes: dict[str, Any] = field(default_factory=lambda: defaultdict(hashlib.sha256))

    def find(self, check: Check, where: str, says: str) -> None:
        """Remember what does not hold."""
        self.counted[check] += 1
        if len(self.findings) < FINDINGS:
            self.findings.append(Finding(check, where, says))

    def take(self, piece: Piece) -> Recorded[Any] | None:
        """Look at the next message; the event, unless it is none or one that stands elsewhere already."""
        here = f"{self.where} {piece.place}"
        if piece.subject is not None and piece.place != self._place + 1:
            self.find(Check.ORDER, here, f"comes after {self._place}: what was between is not there")
        self._place = piece.place
        self.checked[Check.CONTRACT] += 1
        try:
            event = event_in(piece, self.where)
        except Damaged as damaged:
            self.find(Check.CONTRACT, here, str(damaged))
            return None
        self._contract(event, piece, here)
        if not self._ordered(event, here):
            return None
        self._identity(event, here)
        self._cause(event, here)
        self._sealed(event, here)
        self.bodies[event.service].append(piece)
        self._raw[str(event.id)] = piece.raw
        self._hashes[event.service].update(piece.raw + b"\n")
        return event

    def fingerprints(self) -> dict[str, Fingerprint]:
        """What has been taken in, service by service: two that are the same are of the same history."""
        return {
            service: Fingerprint(len(self.bodies[service]), self._last[service][0], known.hexdigest())
            for service, known in sorted(self._hashes.items())
        }

    def kept(self, pieces: Iterable[Piece], where: str) -> None:
        """Compare with a copy of before. Raises `Damaged` when that is none."""
        for piece in pieces:
            event = event_in(piece, where)
            self.checked[Check.KEPT] += 1
            found = self._raw.get(str(event.id))
            if found != piece.raw:
                what = "is not in the record any more" if found is None else "is another in the record now"
                self.find(Check.KEPT, f"{where} {piece.place}", f"{_name(event)} {what}")

    def _contract(self, event: Recorded[Any], piece: Piece, here: str) -> None:
        if isinstance(event.data, Unknown):
            self.unknown.add(event.type)
        if event.source != f"/{event.tenant}/{event.service}" or event.type.split(".")[2] != event.service:
            self.find(Check.CONTRACT, here, f"{event.type} cannot come from {event.source} of {event.tenant}")
        expected = subjects.event(event.tenant, event.service, event.name)
        if piece.subject not in (None, expected):
            self.find(Check.CONTRACT, here, f"stands under {piece.subject}, not {expected}")

    def _ordered(self, event: Recorded[Any], here: str) -> bool:
        self.checked[Check.ORDER] += 1
        position, recorded = self._last.get(event.service, (0, NEVER))
        if event.sequence <= position:
            self.find(Check.ORDER, here, f"{_name(event)} comes after {event.service}:{position}")
            return False
        if event.recordedtime <= recorded:
            self.find(Check.ORDER, here, f"{_name(event)} is recorded no later than the one before it")
        self._last[event.service] = (event.sequence, event.recordedtime)
        owner = self._tenants.setdefault((event.service, event.subject), event.tenant)
        if owner != event.tenant:
            self.find(Check.ORDER, here, f"{_name(event)} is {event.tenant}'s, what it is about {owner}'s")
        return True

    def _identity(self, event: Recorded[Any], here: str) -> None:
        self.checked[Check.IDS] += 1
        aggregate = (event.service, event.subject)
        following = self._versions[aggregate] + 1
        for version in range(following, following + LOOKAHEAD):
            if event.id == derive("event", *aggregate, version):
                if version != following:
                    lacking = f"{following}" if version == following + 1 else f"{following} to {version - 1}"
                    self.find(
                        Check.IDS, here, f"{_name(event)} is version {version} of its aggregate, without {lacking}"
                    )
                self._versions[aggregate] = version
                return
        self.find(Check.IDS, here, f"the id of {_name(event)} does not follow from what it is about")

    def _cause(self, event: Recorded[Any], here: str) -> None:
        ident = str(event.id)
        if effect := self._awaited.pop(ident, None):
            self.find(Check.CAUSES, here, f"{_name(event)} comes after its effect, {effect}")
        recorded = self._recorded.get(event.causationid)
        if recorded is None:
            self._awaited.setdefault(event.causationid, _name(event))  # or a command or claim, which is no event
        else:
            self.checked[Check.CAUSES] += 1
            if recorded >= event.recordedtime:
                self.find(Check.CAUSES, here, f"{_name(event)} is recorded no later than its cause")
        self._recorded[ident] = event.recordedtime

    def _sealed(self, event: Recorded[Any], here: str) -> None:
        for path, sealed in _sealed_in(event.data):
            self.checked[Check.SEALED] += 1
            if sealed.ref is None or not _DIGEST.fullmatch(sealed.digest):
                self.find(Check.SEALED, here, f"{_name(event)}: {path} has no reference and digest")
            elif sealed.ref == derive("sealed", event.id, path):
                self._digests[sealed.ref] = sealed.digest
            elif self._digests.get(sealed.ref) != sealed.digest:
                self.find(Check.SEALED, here, f"{_name(event)}: the reference of {path} is of no text in the record")
        if isinstance(event.data, PersonalDataUnsealed | PersonalDataErased):
            self.checked[Check.SEALED] += 1
            if strangers := [ref for ref in event.data.refs if ref not in self._digests]:
                self.find(Check.SEALED, here, f"{_name(event)} names {strangers[0]}, which is no text in the record")


def _name(event: Recorded[Any]) -> str:
    return f"{event.name} {event.service}:{event.sequence}"


def _sealed_in(model: BaseModel, before: str = "") -> Iterator[tuple[str, Sealed[Any]]]:
    """Every sealed value below a model, with its path."""
    for name in type(model).model_fields:
        yield from _sealed_below(getattr(model, name), f"{before}{name}")


def _sealed_below(value: Any, path: str) -> Iterator[tuple[str, Sealed[Any]]]:  # noqa: ANN401 - walks any field
    match value:
        case Sealed():
            yield path, value
        case tuple():
            for index, item in enumerate(value):
                yield from _sealed_below(item, f"{path}.{index}")
        case _ if hasattr(type(value), "model_fields"):
            yield from _sealed_in(value, f"{path}.")


async def audit(
    pages: AsyncIterable[Page], where: str, views: Sequence[View], now: datetime
) -> tuple[Audit, list[Verified]]:
    """Take the whole record in and replay it twice. What came of it: the audit, and how each view's replays compare."""
    found = Audit(where)
    with ExitStack() as stack:
        first = [stack.enter_context(scratch(view)) for view in views]
        async for page in pages:
            events = [event for piece in page.pieces if (event := found.take(piece)) is not None]
            for engine, generation in first:
                await asyncio.to_thread(write, engine, [generation], events)
        second = [stack.enter_context(scratch(view)) for view in views]
        for pieces in _shuffled(found.bodies):
            events = [event_in(piece, where) for piece in pieces]
            for engine, generation in second:
                await asyncio.to_thread(write, engine, [generation], events)
        compared: list[Verified] = []
        for view, (one, mine), (other, theirs) in zip(views, first, second, strict=True):
            with one.connect() as here, other.connect() as there:
                live = Reader(here, mine.tables, mine.positions, _latest(mine), now)
                again = Reader(there, theirs.tables, theirs.positions, _latest(theirs), now)
                verified = await asyncio.to_thread(compare, view.name, live, again)
            compared.append(verified)
            found.checked[Check.REPLAYS] += verified.rows
            for each in verified.differences:
                key = " ".join(map(str, each.key))
                says = f"{key} {each.column or ''}: {each.live} in order, {each.replayed} shuffled"
                found.find(Check.REPLAYS, f"{view.name} {each.table}", says)
    return found, compared


def _latest(generation: Generation) -> datetime:
    return max(generation.recorded.values(), default=NEVER)


def _shuffled(bodies: Mapping[str, Sequence[Piece]]) -> Iterator[list[Piece]]:
    """Every service's events in order, and the services in an order of chance, the same each time."""
    chance = Random(sum(map(len, bodies.values())))  # noqa: S311 - an order of chance, not a secret
    order = [service for service in sorted(bodies) for _ in bodies[service]]
    chance.shuffle(order)
    left = {service: iter(pieces) for service, pieces in bodies.items()}
    for start in range(0, len(order), BATCH):
        yield [next(left[service]) for service in order[start : start + BATCH]]

"""`loypa feed`: the events as they are stored, in the order of the stream."""

from __future__ import annotations

import asyncio
import difflib
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts import catalogue
from interfaces.cli.common import Wrong, quiet_about_the_server, run, say
from interfaces.client import NotServed
from interfaces.installation import NotRunning
from runtime.accounts import HUB
from runtime.follower import Follower
from runtime.nats import AnotherServer, NoAnswer, NotReachable
from runtime.ror import ror

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from contracts.envelope import Recorded
    from interfaces.cli.common import Common
    from interfaces.cli.elsewhere import Source
    from runtime.follower import Batch

PATIENCE = 10.0
"""Seconds a stream may be away before it is said, and without `--follow` given up."""

_WIDTHS = (20, 12, 16, 22, 36)
_HEADINGS = ("Time", "Municipality", "Position", "Event", "Subject", "Actor")


@dataclass
class Shown:
    """The events that were asked for, printed as they come: a table, one JSON document, or an object a line.

    What is followed has no end, so that it is an object a line where one document was asked for.
    """

    tenants: Collection[str] | None
    name: str | None
    output: str
    follow: bool
    begun: bool = False

    @property
    def _document(self) -> bool:
        return self.output == "json" and not self.follow

    def begin(self) -> None:
        """What stands before the first event."""
        if self.output == "table":
            _write(_row(_HEADINGS) + b"\n")
        elif self._document:
            _write(b"[")

    def show(self, batch: Batch, after: Mapping[str, int] | None = None) -> None:
        """What is to be shown of a batch, without what each service recorded up to `after`."""
        lines = [
            _row(_cells(event)) if self.output == "table" else raw
            for event, raw in zip(batch.events, batch.raw, strict=True)
            if (self.tenants is None or event.tenant in self.tenants)
            and (self.name is None or event.name == self.name)
            and (after is None or event.sequence > after.get(event.service, 0))
        ]
        if lines and self._document:
            _write((b",\n" if self.begun else b"\n") + b",\n".join(lines))
            self.begun = True
        elif lines:
            _write(b"\n".join(lines) + b"\n")

    def end(self) -> None:
        """What stands after the last."""
        if self._document:
            _write(b"\n]\n")


class Away(Exception):  # noqa: N818 - it says what is the matter
    """The stream cannot be read at present."""


def feed(  # noqa: PLR0913 - the command's own words
    municipality: str | None,
    type_: str | None,
    from_: Sequence[str],
    common: Common,
    *,
    follow: bool,
    source: Source | None = None,
) -> None:
    """Print the events; end at the end unless `follow`. Raises `Wrong`, `NotServed`, `NoAnswer`, `UnknownTenant`."""
    name, after = event_name(type_) if type_ else None, positions(from_)
    if source is not None:
        tenants = frozenset({_named(municipality)}) if municipality else None
        run(_replay(source, after, Shown(tenants, name, common.output, follow)))
        return
    registry = common.running().registry
    tenants = frozenset(registry.lineage(registry.tenant(municipality).slug)) if municipality else None
    run(_feed(after, common, Shown(tenants, name, common.output, follow)))


def _named(municipality: str) -> str:
    """The short name for a number of ROR-IKT's; what is no number is a short name."""
    return ror().tenant(municipality).slug if municipality.isdecimal() else municipality.strip().lower()


async def _replay(source: Source, after: dict[str, int], shown: Shown) -> None:
    """What an auditor may read, from its beginning; if followed for ever, each event once though the server goes."""
    from runtime import reading  # noqa: PLC0415 - what is asked of a service must not wait for SQLAlchemy

    shown.begin()
    reached, ahead = dict(after), dict(after)
    heads: dict[str, int] = {}
    while True:
        try:
            async with source.pages(follow=shown.follow) as pages:
                async for batch in reading.batches(pages, source.where):
                    shown.show(batch, reached)
                    for event in batch.events:
                        heads[event.service] = event.sequence
                        reached[event.service] = max(event.sequence, reached.get(event.service, 0))
                    if batch.caught_up:
                        _say_beyond(ahead, heads, follow=shown.follow)
                shown.end()
                return
        except reading.Damaged as damaged:
            raise Wrong(str(damaged)) from damaged
        except (NoAnswer, NotReachable) as away:
            if not shown.follow:
                raise
            say(f"the FEED is away ({away}); it is looked for again")
            await asyncio.sleep(1)


def event_name(given: str) -> str:
    """The event's name, given as such or as its whole type. Raises `Wrong` with the names that are close."""
    known = {kind: kind.split(".")[3] for kind in catalogue.events()}
    names = sorted({*known.values()})
    if given in names:
        return given
    if given in known:
        return known[given]
    lower = {name.lower(): name for name in names}
    close = [lower[name] for name in difflib.get_close_matches(given.lower(), lower, n=5, cutoff=0.5)]
    listed = f"close to it: {', '.join(close)}" if close else f"there are {', '.join(names)}"
    raise Wrong(f"--type {given}: there is no such event; {listed}")


def positions(given: Sequence[str]) -> dict[str, int]:
    """`SERVICE:POSITION`, several separated by commas or blanks or given one by one. Raises `Wrong`."""
    found: dict[str, int] = {}
    for part in (part for each in given for part in re.split(r"[,\s]+", each) if part):
        service, separator, position = part.partition(":")
        if not separator or not position.isdecimal():
            raise Wrong(f"--from {part}: it is SERVICE:POSITION, such as intake:812")
        if service not in catalogue.SERVICES:
            raise Wrong(f"--from {part}: there is no service {service!r}; there are {', '.join(catalogue.SERVICES)}")
        found[service] = int(position)
    return found


async def _feed(after: dict[str, int], common: Common, shown: Shown) -> None:
    """Read until the end; if followed for ever, finding the server again when it was started anew."""
    services = tuple(s for s in catalogue.SERVICES if shown.name is None or shown.name in _names_of(s))
    quiet_about_the_server()
    shown.begin()
    reached, ahead = dict(after), {service: at for service, at in after.items() if service in services}
    while True:
        try:
            client = await common.running().connect(HUB, "operator")
            try:
                follower = Follower(client, reached, services=services)
                await _read(follower, reached, ahead, shown)
            finally:
                await client.close()
        except (Away, NotRunning, NotReachable, AnotherServer) as away:
            if not shown.follow:
                raise NotServed(str(away)) from away
            say(f"the stream is away ({away}); it is looked for again")
            await asyncio.sleep(1)
        else:
            shown.end()
            return


async def _read(follower: Follower, reached: dict[str, int], ahead: dict[str, int], shown: Shown) -> None:
    batches = follower.batches()
    watch = asyncio.create_task(_watch(follower))
    coming: asyncio.Future[Batch] | None = None
    try:
        while True:
            coming = asyncio.ensure_future(anext(batches))
            await asyncio.wait({coming, watch}, return_when=asyncio.FIRST_COMPLETED)
            if watch.done():
                raise Away(watch.result())
            batch = coming.result()
            shown.show(batch)
            reached.update(follower.positions)
            if batch.caught_up:
                _say_beyond(ahead, follower.heads, follow=shown.follow)
                if not shown.follow:
                    return
    finally:
        under_way = [each for each in (watch, coming) if each is not None]
        for each in under_way:
            each.cancel()  # also by Ctrl-C: what is under way has to end before what it is read from
        await asyncio.gather(*under_way, return_exceptions=True)
        await batches.aclose()  # type: ignore[attr-defined]  # it is an async generator


async def _watch(follower: Follower) -> str:
    """Ends when the follower has been in trouble for so long, with what the trouble is."""
    loop = asyncio.get_running_loop()
    since = None
    while True:
        await asyncio.sleep(0.5)
        if not follower.unhealthy:
            since = None
        elif since is None:
            since = loop.time()
        elif loop.time() - since > PATIENCE:
            return follower.unhealthy


def _say_beyond(ahead: dict[str, int], heads: Mapping[str, int], *, follow: bool) -> None:
    """Say once of which services nothing can come yet, since the record has not come to the position asked for."""
    for service, position in ahead.items():
        if (head := heads.get(service, 0)) < position:
            waits = f"what comes after {position} is waited for" if follow else "there is nothing after it"
            say(f"--from {service}:{position}: the record has come to {service}:{head}; {waits}")
    ahead.clear()


def _write(text: bytes) -> None:
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def _cells(event: Recorded[Any]) -> tuple[str, ...]:
    position = f"{event.service}:{event.sequence}"
    time = event.time.strftime("%Y-%m-%dT%H:%M:%SZ")
    return time, event.tenant, position, event.name, str(event.subject), event.actor


def _row(cells: Sequence[str]) -> bytes:
    """One line of the table: fixed widths, because it is printed before it is known what comes."""
    return "  ".join(_padded(cells)).encode()


def _padded(cells: Sequence[str]) -> Iterator[str]:
    for cell, width in zip(cells, _WIDTHS, strict=False):
        yield cell.ljust(width)
    yield cells[-1]


def _names_of(service: str) -> set[str]:
    return {kind.split(".")[3] for kind in catalogue.events() if kind.split(".")[2] == service}

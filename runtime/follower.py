"""The follower: EVENTS in order, in batches, live tail included, from wherever a reader has come to."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts import subjects
from contracts.catalogue import SERVICES, decode
from runtime.ledger import ImpossibleHistory
from runtime.nats import ApiRefused, api, user_of
from runtime.permissions import reader_names
from runtime.stream import EVENTS, TROUBLE, last_of, place_after
from runtime.threads import unless_cancelled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping

    from contracts.envelope import Recorded
    from runtime.nats import Client, Msg

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two looks at the stream's head, and the longest a quiet reader waits for an (empty) batch."""

STALLED = 10.0
"""Seconds without an event although the stream holds some, after which a follower is unhealthy."""

_FORGET = 60_000_000_000  # nanoseconds until the server forgets a consumer that nobody asks

_TAKEN = 10148  # JetStream's error code for a consumer that is there, and another


@dataclass(frozen=True)
class Batch:
    """Events in stream order, none when it was quiet for a second; `caught_up`: the stream held no more just now.

    `raw` are the bytes of each event as they are stored.
    """

    events: tuple[Recorded[Any], ...]
    caught_up: bool
    raw: tuple[bytes, ...] = ()


class NoneFree(OSError):  # noqa: N818 - named for what is wrong
    """Every consumer that this user may have is in use; one is free again when a reader has ended."""


class Gap(ImpossibleHistory):
    """A service's events jump over a position: what is missing is never skipped."""


class Follower:
    """Reads what `services` (default: all) recorded after `positions`. Leaves nothing behind, acknowledges nothing.

    Correctness rests on the positions alone: where in the stream to begin is looked up anew whenever the consumer is
    gone, the connection was lost or nothing comes although there is more. So a stream that was wiped and republished is
    just another stream.
    """

    def __init__(
        self,
        client: Client,
        positions: Mapping[str, int],
        *,
        services: Collection[str] | None = None,
        batch: int = 500,
        poll: float = POLL,
    ) -> None:
        self._client, self._batch, self._poll = client, batch, poll
        self._services = tuple(SERVICES if services is None else services)
        self._positions = {service: positions.get(service, 0) for service in self._services}
        self.heads: dict[str, int] = {}  # each service's last position in the stream, as last looked at
        self._waiting: deque[Msg] = deque()
        self._arrived = asyncio.Event()
        self._wanted = 0  # asked of the server and not yet here
        self._consumer: str | None = None
        self._received = 0  # of this consumer
        self._pending = 0  # left in the stream after the last that came
        self._lost = False
        self._doubted: tuple[str, int] | None = None
        self._inbox = ""
        self._reconnects = 0
        self._moved_at = 0.0
        self._trouble = ""
        self._failed = ""

    @property
    def positions(self) -> dict[str, int]:
        """The last position handed out, for each service."""
        return dict(self._positions)

    def lag(self) -> dict[str, int]:
        """For each service, how many events it is behind the stream's head as last looked at (each second)."""
        return {s: max(0, self.heads.get(s, 0) - self._positions[s]) for s in self._services}

    @property
    def unhealthy(self) -> str:
        """Why it is not healthy; empty when it is."""
        if self._failed or self._trouble:
            return self._failed or self._trouble
        behind: int = sum(self.lag().values())
        quiet = monotonic() - self._moved_at
        return f"stalled: {behind} events behind, none for {quiet:.0f} s" if behind and quiet > STALLED else ""

    async def batches(self) -> AsyncIterator[Batch]:
        """Batch after batch; never ends. Raises `ImpossibleHistory` for a gap or bytes that are not an event's."""
        self._moved_at = monotonic()
        self._inbox = self._client.new_inbox()
        subscription = await self._client.subscribe(self._inbox, cb=self._take)
        watch = asyncio.create_task(self._watch())
        try:
            while True:
                unless_cancelled()
                if self._lost or self._consumer is None:
                    await self._begin()
                    if self._consumer is not None and not self._pending:
                        yield Batch((), caught_up=True)
                    continue
                if not self._waiting:
                    await self._wait()
                yield await self._hand_out()
        except ImpossibleHistory as impossible:
            self._failed = str(impossible)
            log.critical("a follower has stopped: %s", impossible)
            raise
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            if not self._client.is_closed:
                await subscription.unsubscribe()
                await self._leave()

    async def _hand_out(self) -> Batch:
        events: list[Recorded[Any]] = []
        raw: list[bytes] = []
        while self._waiting and len(events) < self._batch:
            message = self._waiting.popleft()
            try:
                event = decode(message.data)
            except ValueError as error:
                raise ImpossibleHistory(f"{message.subject} in {EVENTS} holds no event: {error}") from error
            service, position = event.service, event.sequence
            known = self._positions.get(service)
            if known is None or position <= known:
                continue
            if position != known + 1:
                if self._doubted == (service, known):
                    raise Gap(f"{service} jumps from {known} to {position} in {EVENTS}")
                self._doubted, self._lost = (service, known), True  # another stream by now? look once more
                break
            self._positions[service] = position
            events.append(event)
            raw.append(message.data)
        if events:
            self._moved_at = monotonic()
        if not self._lost:
            await self._ask()
        caught_up = not self._waiting and not self._pending and not self._lost
        return Batch(tuple(events), caught_up, tuple(raw))

    # --- the consumer

    async def _begin(self) -> None:
        """A new consumer that starts at the first event not yet handed out."""
        if self._consumer is not None:
            await self._leave()
            await asyncio.sleep(self._poll / 20)  # what took the last one away may not be over
        self._lost = False
        self._waiting.clear()
        self._wanted = self._received = self._pending = 0
        self._reconnects = self._client.stats["reconnects"]
        try:
            await self._look()
            head = (await api(self._client, f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"]
            places = [await place_after(self._client, *known) for known in self._positions.items()]
            start = min([head + 1, *(place for place in places if place is not None)])
            config = {
                "deliver_policy": "by_start_sequence",
                "opt_start_seq": start,
                "ack_policy": "none",
                "mem_storage": True,
                "num_replicas": 1,
                "inactive_threshold": _FORGET,
                "filter_subjects": [one for service in self._services for one in subjects.recorded_by(service)],
                "metadata": {"reader": self._inbox},  # so that no two readers are given the same one
            }
            made = await self._created(config)
            self._consumer = made["name"]
            self._pending = made["num_pending"]
            await self._ask()
        except ValueError as error:
            raise ImpossibleHistory(f"{error}") from error
        except TROUBLE as error:
            self._consumer = None
            self._trouble = f"{error}"
            await asyncio.sleep(self._poll / 2)

    async def _created(self, config: dict[str, Any]) -> dict[str, Any]:
        """A consumer under one of the names that are this user's. Raises `NoneFree`."""
        for name in reader_names(user_of(self._client)):
            request = {"stream_name": EVENTS, "action": "create", "config": config | {"name": name}}
            try:
                return await api(self._client, f"CONSUMER.CREATE.{EVENTS}.{name}", request)
            except ApiRefused as refused:
                if refused.code != _TAKEN:
                    raise
        raise NoneFree(f"every consumer of {EVENTS} that {user_of(self._client)} may have is in use")

    async def _leave(self) -> None:
        """Give the consumer's name back, without waiting; the server forgets it by itself where this gets lost."""
        if self._consumer is not None and self._client.is_connected:
            await self._client.publish(f"$JS.API.CONSUMER.DELETE.{EVENTS}.{self._consumer}")
        self._consumer = None

    async def _ask(self) -> None:
        """Have two batches under way, so that one is on its way while the other is worked on."""
        under_way = self._wanted + len(self._waiting)
        if under_way <= self._batch:
            more = 2 * self._batch - under_way
            self._wanted += more
            body = json.dumps({"batch": more}).encode()
            await self._client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{EVENTS}.{self._consumer}", body, reply=self._inbox)

    async def _take(self, message: Msg) -> None:
        place = _place(message.reply) if message.data else None
        if place is None:
            self._lost = True  # a status: the consumer is gone, or the server could not take the question
        elif place.consumer != self._consumer:
            return  # an echo of the consumer before
        elif place.number != self._received + 1:
            self._lost = True  # one was lost on the way
        else:
            self._received, self._pending = place.number, place.pending
            self._wanted -= 1
            self._waiting.append(message)
        self._arrived.set()

    async def _wait(self) -> None:
        self._arrived.clear()
        try:
            async with asyncio.timeout(self._poll):
                await self._arrived.wait()
        except TimeoutError:
            return

    # --- the watch

    async def _watch(self) -> None:
        """Each second: how far behind are we, and does anything come?"""
        seen = -1
        while True:
            unless_cancelled()
            await asyncio.sleep(self._poll)
            if self._client.stats["reconnects"] != self._reconnects:
                self._lost = True  # what was asked for went with the old connection
                self._arrived.set()
                continue
            nothing_came = seen == self._received and not self._waiting
            if nothing_came and any(self.lag().values()):  # by what we saw a second ago
                self._lost = True
                self._arrived.set()
            seen = self._received
            try:
                await self._look()
            except (*TROUBLE, ValueError) as error:
                self._trouble = f"{error}"

    async def _look(self) -> None:
        for service in self._services:
            last = await last_of(self._client, service)
            self.heads[service] = last.position if last else 0
        self._trouble = ""


class _Place(NamedTuple):
    consumer: str
    number: int
    pending: int


def _place(reply: str) -> _Place | None:
    """What the reply subject of a delivered message says: `$JS.ACK.[domain.account.]stream.consumer.…`."""
    tokens = reply.split(".")
    if len(tokens) < 9 or tokens[1] != "ACK":  # noqa: PLR2004 - the shortest form there is
        return None
    after = 2 if len(tokens) == 9 else 4  # noqa: PLR2004 - with domain and account
    return _Place(tokens[after + 1], int(tokens[after + 4]), int(tokens[after + 6]))

"""The relay, an outbox: what a service's ledger holds is published to EVENTS, in order, once, behind a fence."""

from __future__ import annotations

import asyncio
import functools
import logging
import secrets
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import pydantic_core

from contracts import subjects
from runtime import batch
from runtime.forms import forms
from runtime.ledger import Conflict, Consumed, Ledger, Stored, Unavailable
from runtime.nats import Stale
from runtime.standing import PUBLISHED, Halted, Published, RelayState, Standing
from runtime.stream import TROUBLE, last_of
from runtime.threads import on_thread, unless_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from runtime.nats import Client

log = logging.getLogger(__name__)

T = TypeVar("T")

MARK_EVERY = 10.0
"""Seconds between two marks in the ledger of how far it is known to be published."""

PATIENCE = 1.0
"""The longest back-off, in seconds: once a cluster has chosen a new leader, nothing more is to be waited for."""


TURN = 20_000
"""Events after which a turn of a republish ends, so that it ends in time."""


@dataclass(frozen=True)
class Cursor:
    """The last of our events in the stream: its place there (0: none) and its position in the ledger."""

    place: int
    position: int


def _token() -> str:
    """A name no other batch in the stream has now."""
    return secrets.token_hex(4)


class Relay:
    """Publishes one ledger. A second relay on it is stopped by the fence and does no harm.

    `executor` is the service's one writer thread: the ledger is written there only, so that between two tasks on it
    nothing is half recorded. `poll` is in seconds; a commit in this process wakes the relay at once.
    After `wait` seconds without an answer it looks again what the stream holds.
    """

    def __init__(  # noqa: PLR0913 - the parts it is made of
        self,
        ledger: Ledger,
        client: Client,
        *,
        clock: Callable[[], datetime],
        executor: Executor | None = None,
        poll: float = 1.0,
        wait: float = 5.0,
        token: Callable[[], str] = _token,
    ) -> None:
        self.ledger = ledger
        self.service = ledger.service
        self._client, self._clock, self._executor, self._token = client, clock, executor, token
        self._poll, self._wait = poll, wait
        self._standing, self._why = Standing.STARTING, "not looked yet"
        self._cursor: Cursor | None = None
        self._published, self._head = 0, 0
        self._complete_to: datetime | None = None
        self._ahead: deque[Stored] = deque()
        self._marked, self._mark_due = 0, 0.0
        self._turn = asyncio.Lock()
        self._news = asyncio.Event()
        self._looked = asyncio.Event()

    @property
    def state(self) -> RelayState:
        """Where it stands now."""
        return RelayState(self._standing, self._why, self._published, self._head, self._complete_to)

    async def looked(self) -> None:
        """Wait until it knows how it stands: only then is it known whether this ledger may be written."""
        await self._looked.wait()

    async def run(self) -> None:
        """Publish until cancelled."""
        loop = asyncio.get_running_loop()
        self.ledger.on_append(functools.partial(_wake, loop, self._news))
        failures = 0
        while True:
            unless_cancelled()
            self._news.clear()
            try:
                async with self._turn:
                    await self._round()
                failures = 0
            except Stale:
                self._cursor = None  # somebody else published: look again where we are
                await asyncio.sleep(0.01)
                continue
            except Halted as halted:
                self._stop(halted.standing, str(halted))
            except (*TROUBLE, Unavailable) as error:
                self._stop(Standing.UNREACHABLE, f"{error}")
                failures += 1
                await asyncio.sleep(min(PATIENCE, 0.05 * 2 ** min(failures, 10)))
                continue
            if not await self._woken() and not self._turn.locked():
                self._cursor = None  # a quiet second: look whether the stream still holds what it held

    async def _round(self) -> None:
        """Publish all there is, and say how far that is."""
        if self._standing is Standing.REPUBLISHING:
            return
        if self._cursor is None:
            self._cursor = await self._find(await self._read(self.ledger.consumed, self._tracking))
        self._stand(Standing.FOLLOWING, "")
        while chunk := await self._next(None):
            await self._publish(chunk)
            await self._mark()
            unless_cancelled()
        self._complete_to, self._head = await self._settled()
        await self._mark()
        await self._say()

    # --- where we are

    async def _find(self, marked: int) -> Cursor:
        """The cursor: the last of our events in the stream. Raises `Halted` when ledger and stream do not fit."""
        self._ahead.clear()
        self._head = await self._read(self.ledger.head)
        kept = await last_of(self._client, self.service)
        position = 0
        if kept is not None:
            try:
                position = kept.position
            except ValueError as error:
                raise Halted(
                    Standing.FORKED, f"{error}; restore the stream: delete it and `loypa republish`"
                ) from error
            ours = await self._read(self.ledger.read, position - 1, 1)
            if not ours or (ours[0].position, ours[0].body) != (position, kept.body):
                raise Halted(Standing.FORKED, self._forked(position))
        self._published = position
        self._marked = marked
        if position < marked:
            raise Halted(
                Standing.EMPTY_STREAM,
                f"{self.service} has published up to {marked}, the stream holds {position or 'nothing'} of it: "
                "run `loypa republish`",
            )
        return Cursor(kept.place if kept else 0, position)

    def _forked(self, position: int) -> str:
        return (
            f"event {position} of {self.service} in the stream is not the ledger's (head {self._head}): an older copy "
            "of the ledger was put back. Put the newest copy of the ledger in place; where there is none, put back "
            "every ledger and every view as they were at the time of this one, delete the stream and run "
            "`loypa republish`"
        )

    async def _next(self, up_to: datetime | None) -> list[Stored]:
        """The messages of the next batch, recorded at `up_to` at the latest; the last is an event as it is recorded."""
        if not self._ahead:
            at = self._cursor.position if self._cursor else 0
            self._ahead.extend(await self._read(self.ledger.read, at, batch.MESSAGES))
            self._head = max(self._head, self._ahead[-1].position if self._ahead else 0)
        chunk: list[Stored] = []
        size = 0
        while self._ahead and size < batch.BYTES and (up_to is None or recorded(self._ahead[0]) <= up_to):
            messages = forms(self._ahead[0])
            if len(chunk) + len(messages) > batch.MESSAGES:
                break
            self._ahead.popleft()
            chunk += messages
            size += sum(len(message.body) for message in messages)
        return chunk

    # --- publishing

    async def _publish(self, chunk: list[Stored]) -> None:
        """One atomic batch, or one message, behind the fence. Raises `Stale` and `TROUBLE`; nothing is then assumed."""
        cursor, self._cursor = self._cursor, None
        place, last, fence = cursor.place if cursor else 0, chunk[-1], subjects.events_of(self.service)
        place = await batch.publish(self._client, chunk, place, fence, token=self._token, within=self._wait)
        self._cursor = Cursor(place, last.position)
        self._published, self._complete_to = last.position, recorded(last)

    async def _mark(self) -> None:
        """Note in the ledger, now and then, how far it is published: so a stream that loses that is noticed."""
        now = asyncio.get_running_loop().time()
        if self._published <= self._marked or (self._marked and now < self._mark_due):
            return
        mark = [Consumed(self._tracking, self._published)]
        try:
            await self._write(functools.partial(self.ledger.append, [], consumed=mark))
        except Conflict:
            log.debug("%s: another relay has marked further", self._tracking)
        self._marked, self._mark_due = self._published, now + MARK_EVERY

    async def _say(self) -> None:
        """Tell the views, best effort, up to which moment everything of this service is published."""
        if self._complete_to is not None:
            word = Published(self.service, self._published, self._complete_to)
            await self._client.publish(subjects.operation(self.service, PUBLISHED), word.to_bytes())

    # --- a republish: this relay's turns

    async def republish(self, up_to: datetime | None) -> datetime | None:
        """One turn: publish what was recorded at `up_to` at the latest (`None`: nothing yet, only begin).

        Returns when the next unpublished event was recorded, `None` when all is published. A relay that has lost
        nothing just follows. Raises `Halted` (`FORKED`), `TROUBLE`.
        """
        async with self._turn:
            if self._standing is not Standing.REPUBLISHING:
                try:
                    self._cursor = await self._find(await self._read(self.ledger.consumed, self._tracking))
                except Halted as halted:
                    if halted.standing is not Standing.EMPTY_STREAM:
                        raise
                    self._stand(
                        Standing.REPUBLISHING, "a republish has begun and not ended; run `loypa republish` again"
                    )
                else:
                    return None
            if self._cursor is None:
                self._cursor = await self._find(0)
            begun = self._published
            while up_to is not None and self._published < begun + TURN and (chunk := await self._next(up_to)):
                try:
                    await self._publish(chunk)
                except Stale:
                    self._cursor = await self._find(0)  # somebody else published: go on from where the stream is
            if not self._ahead:
                self._ahead.extend(await self._read(self.ledger.read, self._published, batch.MESSAGES))
            return recorded(self._ahead[0]) if self._ahead else None

    async def resume(self) -> None:
        """End the republish: follow the ledger again."""
        async with self._turn:
            if self._standing is Standing.REPUBLISHING:
                self._stand(Standing.STARTING, "republished")
                self._news.set()

    # --- the rest

    @property
    def _tracking(self) -> str:
        return f"relay:{self.service}"

    async def _settled(self) -> tuple[datetime | None, int]:
        """Up to when everything recorded is published: now, if on the writer's thread the ledger ends where we do."""

        def look() -> tuple[datetime, int]:
            now = self._clock()
            return now, self.ledger.head()

        now, head = await self._write(look)
        return (now if head == self._published else self._complete_to), head

    async def _read(self, call: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - passed on as they are
        return await on_thread(None, functools.partial(call, *arguments))

    async def _write(self, call: Callable[[], T]) -> T:
        return await on_thread(self._executor, call)

    async def _woken(self) -> bool:
        try:
            async with asyncio.timeout(self._poll):
                return await self._news.wait()
        except TimeoutError:
            return False

    def _stop(self, standing: Standing, why: str) -> None:
        self._cursor = None
        if self._standing is not Standing.REPUBLISHING:
            self._stand(standing, why)

    def _stand(self, standing: Standing, why: str) -> None:
        if (standing, why) == (self._standing, self._why):
            return
        self._standing, self._why = standing, why
        self.ledger.refusing = why if standing is Standing.FORKED else ""
        self._looked.set()
        alarm = {Standing.FORKED: logging.CRITICAL, Standing.EMPTY_STREAM: logging.CRITICAL}
        log.log(alarm.get(standing, logging.INFO), "relay of %s: %s %s", self.service, standing, why)


def recorded(stored: Stored) -> datetime:
    """The `recordedtime` of a stored event."""
    moment: str = pydantic_core.from_json(stored.body)["recordedtime"]
    return datetime.fromisoformat(moment).astimezone(UTC)


def _wake(loop: asyncio.AbstractEventLoop, news: asyncio.Event, _head: int) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(news.set)

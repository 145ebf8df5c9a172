"""The inbox: what others recorded, a policy's reactions to it, and how far it has come, in one ledger transaction."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.acting import Acting, Role
from contracts.events.record import ReactionQuarantined, ReactionRefused
from contracts.identity import derive
from contracts.refusals import Refused
from runtime.follower import POLL, Follower
from runtime.ledger import Conflict, Consumed, Ledger, Origin, Unavailable
from runtime.reason import reason
from runtime.threads import on_thread, unless_cancelled
from runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from concurrent.futures import Executor
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.message import Command, Event
    from runtime.nats import Client

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 30.0
"""The longest back-off, in seconds."""

ATTEMPTS = 5
"""How often an event that cannot be worked on is tried before it is set aside."""

PASSING = (Conflict, Unavailable, OSError, MemoryError)
"""What passes by itself: waited for, however long it takes. Anything else fails again in the same way."""


@dataclass(frozen=True)
class Reaction:
    """What a policy wants done in a tenant because of an event. Without a time of its own it is done at the event's."""

    command: Command
    tenant: str


class Inbox:
    """One service's inbox. `react` is its policy; `execute` carries a command out in a unit of work.

    `sources` are the services it follows. `executor` is the service's one writer thread. Every event takes effect once:
    its effects and its position are one transaction. An event on which the policy fails again and again is set aside
    (`ReactionQuarantined`), so that nobody waits behind it.
    """

    def __init__(  # noqa: PLR0913 - the parts it is made of
        self,
        ledger: Ledger,
        client: Client,
        react: Callable[[Recorded[Any]], Iterable[Reaction]],
        execute: Callable[[Work, Command, Acting], object],
        *,
        sources: Collection[str],
        executor: Executor | None = None,
        batch: int = 500,
        poll: float = POLL,
    ) -> None:
        self.ledger = ledger
        self._client, self._react, self._execute, self._executor = client, react, execute, executor
        self._sources, self._batch, self._poll = tuple(sources), batch, poll
        self._follower: Follower | None = None
        self._stored: dict[str, int] = {}  # positions as the ledger has them
        self._quiet: dict[str, int] = {}  # positions of events that led to nothing, not in the ledger yet
        self._trouble, self._failures = "", 0
        self._stuck: tuple[UUID | None, int] = None, 0  # the event that stands in the way, and how often it was tried

    @property
    def positions(self) -> dict[str, int]:
        """How far each source has been worked through."""
        return {**self._stored, **self._quiet}

    def lag(self) -> dict[str, int]:
        """For each source, how many events it is behind the stream's head."""
        return self._follower.lag() if self._follower else {}

    @property
    def unhealthy(self) -> str:
        """Why it is not healthy; empty when it is."""
        return self._trouble or (self._follower.unhealthy if self._follower else "not started")

    async def run(self) -> None:
        """React until cancelled; whatever goes wrong is tried again with back-off, and nothing is lost."""
        while True:
            unless_cancelled()
            try:
                await self._follow()
            except Exception as error:  # noqa: BLE001 - an inbox never dies: it says why it stands still and tries again
                self._failures += 1
                self._trouble = f"{type(error).__name__}: {error}"
                level = logging.WARNING if isinstance(error, (Conflict, Unavailable)) else logging.CRITICAL
                log.log(level, "inbox of %s: %s", self.ledger.service, self._trouble)
                await asyncio.sleep(min(PATIENCE, 0.05 * 2 ** min(self._failures, 10)))

    async def _follow(self) -> None:
        """Follow from what the ledger says is consumed."""
        self._quiet = {}
        self._stored = await self._on_writer(lambda: {source: self.ledger.consumed(source) for source in self._sources})
        self._follower = Follower(
            self._client, self._stored, services=self._sources, batch=self._batch, poll=self._poll
        )
        due = 0.0
        async for batch in self._follower.batches():
            now = asyncio.get_running_loop().time()
            if batch.events:
                await self._work(batch.events)
            if self._quiet and now >= due:
                await self._on_writer(lambda: self._append(self._quiet))
                due = now + self._poll
            if batch.caught_up or (batch.events and not self._quiet):  # further than where it last went wrong
                self._trouble, self._failures = "", 0

    async def _work(self, events: Sequence[Recorded[Any]]) -> None:
        """All effects of these events, and the positions, in one transaction; one by one where that does not go."""
        try:
            await self._on_writer(lambda: self.take(events))
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not stand in everybody's way
            if len(events) == 1:
                await self._once_more_or_aside(events[0], error)
                return
            for event in events:  # what stands before the one at fault is not held up by it
                await self._work([event])

    async def _once_more_or_aside(self, event: Recorded[Any], error: Exception) -> None:
        """Try again later (raises the error), or set the event aside when it has failed often enough."""
        before = self._stuck[1] if self._stuck[0] == event.id else 0
        self._stuck = event.id, before + 1
        if self._stuck[1] < ATTEMPTS:
            raise error
        log.critical("%s sets %s of %s aside", self.ledger.service, event.name, event.subject, exc_info=error)
        await self._on_writer(lambda: self._set_aside(event, reason(error), ATTEMPTS))

    def _set_aside(self, event: Recorded[Any], why: str, attempts: int) -> None:
        which = derive("set aside", event.id)
        held = ReactionQuarantined(
            reaction=which,
            cause=event.id,
            source=event.service,
            position=event.sequence,
            about=event.subject,
            event=event.name,
            reason=why,
            attempts=attempts,
        )
        work = Work(self.ledger, _origin(event, event.tenant, self.ledger.service))
        work.record(which, held)
        self._append({**self._quiet, event.service: event.sequence}, work)

    def again(self, events: Sequence[Recorded[Any]], which: UUID, settled: Event, by: Origin) -> None:
        """React once more to events that were consumed, and record what settles `which`, all in one transaction.

        Raises what `execute` and the ledger do; nothing is then done. On the writing thread.
        """
        work = Work(self.ledger, by)
        self._react_to(work, events)
        work.origin = by
        work.record(which, settled)
        self.ledger.append(work.entries, erase=work.erasures)

    def take(self, events: Sequence[Recorded[Any]]) -> None:
        """React to these events in one transaction. Raises what `execute` and the ledger do; nothing is then done."""
        work = Work(self.ledger, _origin(events[0], events[0].tenant, self.ledger.service))
        self._react_to(work, events)
        reached = {**self._quiet, **{event.service: event.sequence for event in events}}
        if work.entries or work.erasures:
            self._append(reached, work)
        else:
            self._quiet = reached

    def _react_to(self, work: Work, events: Sequence[Recorded[Any]]) -> None:
        for event in events:
            for reaction in self._react(event):
                work.origin = _origin(event, reaction.tenant, self.ledger.service)
                self._carry_out(work, event, reaction)

    def _carry_out(self, work: Work, event: Recorded[Any], reaction: Reaction) -> None:
        command = reaction.command.done_at(event.time)
        acting = Acting(reaction.tenant, self.ledger.service, None, frozenset({Role.SYSTEM}))
        try:
            with work.attempt():
                self._execute(work, command, acting)
        except Refused as refused:
            name = type(command).__name__
            which = derive("reaction", event.id, name)
            no = refused.on_the_wire()
            work.record(
                which,
                ReactionRefused(
                    reaction=which, cause=event.id, command=name, rule=no.rule, says=no.says, facts=no.facts
                ),
            )

    def _append(self, reached: Mapping[str, int], work: Work | None = None) -> None:
        """Store what was decided, and every position worked through: together, or neither."""
        consumed = [Consumed(source, position) for source, position in reached.items()]
        entries, erasures = (work.entries, work.erasures) if work else ([], [])
        self.ledger.append(entries, consumed=consumed, erase=erasures)
        self._stored.update(reached)
        self._quiet = {}

    async def _on_writer(self, call: Callable[[], T]) -> T:
        return await on_thread(self._executor, call)


def _origin(cause: Recorded[Any], tenant: str, service: str) -> Origin:
    return Origin(
        tenant=tenant,
        actor=f"{tenant}/{service}",
        time=cause.time,
        correlation=cause.correlationid,
        causation=str(cause.id),
        cause_recorded=cause.recordedtime,
    )

"""Deadlines: what is due by a date is a row of a watch; what is overdue is noticed by a command, once."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from contracts import catalogue
from contracts.acting import Acting, Role
from contracts.identity import derive
from contracts.refusals import Refused
from runtime.ledger import Conflict, Ledger, Origin, Unavailable
from runtime.threads import on_thread, unless_cancelled
from runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Executor
    from datetime import date, datetime
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.message import Command, Event

log = logging.getLogger(__name__)

TICK = 60.0
"""Seconds between two looks at the clock; what is due by a date is not in a hurry."""

CHUNK = 500
"""How many events are read at a time."""


@dataclass(frozen=True)
class Due:
    """What is overdue in a tenant, and the command that notices it. `known` is the day the record last heard of it."""

    command: Command
    tenant: str
    known: date

    @property
    def id(self) -> UUID:
        """What it is: the same thing overdue has the same id, whenever it is noticed."""
        said = self.command.model_dump(mode="json", exclude={"at"})
        return derive("deadline", self.tenant, type(self.command).__name__, json.dumps(said, sort_keys=True))


class Watch(Protocol):
    """The rows of what one service waits for, made from its own ledger alone; nothing of it is kept elsewhere."""

    @property
    def reads(self) -> tuple[type[Event], ...]:
        """The events it is made from."""

    def take(self, recorded: Recorded[Any]) -> None:
        """Take one event in; they come in order."""

    def due(self, today: date) -> Iterable[Due]:
        """What is overdue today and has not been noticed."""


class Deadlines:
    """One service's deadlines. `execute` carries a command out; `executor` is the service's one writing thread.

    Every start reads what the watch is made from again, so what became due while nobody ran is noticed then. That it is
    noticed once is the deciding aggregate's promise, whose id follows from what is overdue.
    """

    def __init__(  # noqa: PLR0913 - the parts it is made of
        self,
        ledger: Ledger,
        watch: Watch,
        execute: Callable[[Work, Command, Acting], object],
        *,
        clock: Callable[[], datetime],
        executor: Executor | None = None,
        tick: float = TICK,
    ) -> None:
        self._ledger, self._watch, self._execute, self._clock = ledger, watch, execute, clock
        self._executor, self._tick = executor, tick
        self._types = tuple(kind.type_in(ledger.service) for kind in watch.reads)
        self._position = 0
        self._refused: set[UUID] = set()
        self.trouble = ""
        """Why the last look did not get to the end; nothing when it did."""

    async def run(self) -> None:
        """Look at the clock until cancelled; what goes wrong is tried again at the next tick."""
        while True:
            unless_cancelled()
            try:
                await asyncio.to_thread(self.read)
                await on_thread(self._executor, self.notice)
                self.trouble = ""
            except Exception as error:  # noqa: BLE001 - it never dies: it says why it stands still and tries again
                self.trouble = f"{type(error).__name__}: {error}"
                passing = isinstance(error, (Conflict, Unavailable))
                log.log(
                    logging.WARNING if passing else logging.CRITICAL,
                    "deadlines of %s: %s",
                    self._ledger.service,
                    self.trouble,
                )
            await asyncio.sleep(self._tick)

    def read(self) -> None:
        """Take in what has been recorded since. Raises what the ledger does."""
        head = self._ledger.head()
        while stored := self._ledger.read(self._position, CHUNK, self._types):
            for one in stored:
                self._watch.take(catalogue.decode(one.body))
                self._position = one.position
        self._position = max(self._position, head)

    def notice(self) -> None:
        """Notice what is overdue; what was put on record only today is left to whoever enters it until tomorrow.

        Raises what the ledger does, and what goes wrong in deciding; each thing noticed is a transaction of its own, so
        that one which cannot be noticed stands in no other's way.
        """
        now = self._clock()
        failed: Exception | None = None
        for due in tuple(self._watch.due(now.date())):
            if due.known >= now.date() or due.id in self._refused:
                continue
            try:
                self._do(due, now)
            except Refused as refused:
                self._refused.add(due.id)
                log.info("not noticed: %s", refused)
            except Exception as error:  # noqa: BLE001 - the others are noticed first
                failed = error
        if failed is not None:
            raise failed

    def _do(self, due: Due, now: datetime) -> None:
        service, cause = self._ledger.service, str(due.id)
        work = Work(self._ledger, Origin(due.tenant, f"{due.tenant}/{service}", now, cause, cause))
        self._execute(work, due.command.done_at(now), Acting(due.tenant, service, None, frozenset({Role.SYSTEM})))
        self._ledger.append(work.entries)

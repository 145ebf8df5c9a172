"""The projector: events into view rows, a batch and its checkpoint in one transaction; rebuilding, verifying."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from contracts.catalogue import SERVICES
from contracts.operations import Health
from runtime.completeness import Completeness
from runtime.generations import GENERATIONS, Generation, checkpoint, create_catalogue, forget, take_up
from runtime.replay import Behind, Difference, Verified, behind, closing, compared, open_engine, scratch, write
from runtime.views import Positions, Reader, Row, View, postgres

if TYPE_CHECKING:
    from collections.abc import (
        AsyncIterable,
        AsyncIterator,
        Callable,
        Collection,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )
    from datetime import datetime
    from typing import Any

    from contracts.envelope import Recorded
    from runtime.follower import Batch

__all__ = ["Behind", "Difference", "NotBuilt", "Projector", "Reader", "Row", "Verified", "View"]


log = logging.getLogger(__name__)

PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds before a failing store is tried again: the first time, and at most."""


class NotBuilt(Exception):  # noqa: N818 - a state of things, not a mistake
    """The view's tables are from an older version that today's queries cannot read; it is being built anew."""


class Projector:
    """Keeps the views of one store, a SQLite file or a PostgreSQL database by URL.

    One process has a store at a time. `follow` and `rebuild` may run at once; queries read beside both. `trouble` says
    why the views cannot be written just now.
    """

    def __init__(
        self,
        url: str,
        views: Iterable[View],
        *,
        clock: Callable[[], datetime],
        services: Sequence[str] = SERVICES,
    ) -> None:
        self.engine = open_engine(url)
        self.trouble: str | None = None
        self.views = {view.name: view for view in views}
        self._clock = clock
        self._services = tuple(services)
        self._completeness = Completeness(services)
        self._lock = threading.Lock()
        self._maintenance = asyncio.Lock()
        self._moved = asyncio.Event()
        self._delivered: Positions = {}
        self._live: dict[str, Generation] = {}
        self._stale: dict[str, Generation] = {}
        self._unreadable: set[str] = set()
        with self._lock, self.engine.begin() as connection:
            create_catalogue(connection)
            for view in self.views.values():
                self._take_up(connection, view)

    def _take_up(self, connection: sa.Connection, view: View) -> None:
        generation, current = take_up(connection, view)
        if current:
            self._live[view.name] = generation
            return
        self._stale[view.name] = generation
        if generation.lacks(connection):
            self._unreadable.add(view.name)

    @property
    def stale(self) -> tuple[str, ...]:
        """The views made by another version: they stand still, and are to be rebuilt when the service starts."""
        return tuple(self._stale)

    @property
    def positions(self) -> Positions:
        """From where to follow: for each service, the position all advancing views have reached."""
        each = [generation.positions for generation in self._live.values()]
        reached = {service: min((one.get(service, 0) for one in each), default=0) for service in self._services}
        return {service: position for service, position in reached.items() if position}

    def health(self, heads: Mapping[str, int]) -> list[Health]:
        """How each view stands against the stream's heads; one of another version stands still until it is built."""
        return [self._standing(view, heads) for view in self.views]

    def _standing(self, view: str, heads: Mapping[str, int]) -> Health:
        reached = (self._live.get(view) or self._stale[view]).positions
        here = {service: reached[service] for service in self._services if service in reached}
        lag = sum(max(0, head - here.get(service, 0)) for service, head in heads.items())
        why = "it was made by another version and is being built anew" if view in self._stale else None
        return Health(part=f"view {view}", healthy=why is None, why=why, position=here, lag=lag)

    def published(self, service: str, head: int, moment: datetime) -> None:
        """A relay's word: everything `service` recorded up to `moment` is published, the last at position `head`."""
        self._completeness.hear(service, head, moment)

    def close(self) -> None:
        """Let go of the store."""
        self.engine.dispose()

    # --- taking events in ---

    def apply(self, events: Sequence[Recorded[Any]]) -> None:
        """Take a batch into every advancing view: rows and checkpoints in one transaction."""
        with self._lock:
            write(self.engine, list(self._live.values()), events)
            for service, position in {event.service: event.sequence for event in events}.items():
                self._delivered[service] = max(position, self._delivered.get(service, 0))

    async def follow(self, batches: AsyncIterable[Batch]) -> None:
        """Apply batches for as long as they come. Start the follower from `positions`."""
        async for batch in batches:
            if batch.events:
                await self._take(batch.events)
                self._tell()

    async def _take(self, events: Sequence[Recorded[Any]]) -> None:
        """Apply a batch; a store that fails (a full disk, a lost connection) is tried again until it does not."""
        for attempt in itertools.count():
            try:
                await asyncio.to_thread(self.apply, events)
            except sa.exc.OperationalError as error:
                self.trouble = str(error.orig)
                log.warning("the views cannot be written, trying again: %s", self.trouble)
                await asyncio.sleep(min(PAUSE * 2**attempt, LONGEST_PAUSE))
            else:
                self.trouble = None
                return

    async def wait_for(self, after: Mapping[str, int], seconds: float, view: str | None = None) -> bool:
        """Wait until the view (or all) has taken in `after`, at most so many seconds; whether it has."""
        try:
            async with asyncio.timeout(seconds):
                while not self._reached(after, view):
                    await self._moved.wait()
        except TimeoutError:
            return self._reached(after, view)
        return True

    def _reached(self, after: Mapping[str, int], view: str | None) -> bool:
        here = self.positions if view is None else (self._live.get(view) or self._stale[view]).positions
        return all(here.get(service, 0) >= position for service, position in after.items())

    def _tell(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    # --- asking ---

    @contextmanager
    def read(self, view: str) -> Iterator[Reader]:
        """The live view in one consistent snapshot, for as long as the block lasts. Raises `NotBuilt`."""
        with self.engine.connect() as connection:
            generation = self._pin(connection, view)
            positions, recorded = checkpoint(connection, view, generation.number)
            now = self._clock()
            yield Reader(connection, generation.tables, positions, self._completeness.of(positions, recorded), now)

    def _pin(self, connection: sa.Connection, view: str) -> Generation:
        """The live generation, held so that a swap cannot drop it under the reader."""
        if postgres(connection):
            connection.execution_options(isolation_level="REPEATABLE READ")
        while True:
            here = (GENERATIONS.c.view == view, GENERATIONS.c.live)
            number = connection.execute(sa.select(GENERATIONS.c.generation).where(*here)).scalar_one()
            if view in self._unreadable:
                raise NotBuilt(view)
            known = self._live.get(view) or self._stale[view]
            generation = known if known.number == number else Generation(self.views[view], number)
            if not postgres(connection):
                return generation
            names = ", ".join(f'"{table.name}"' for table in generation.tables.values())
            try:
                connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS SHARE MODE")
            except sa.exc.ProgrammingError:  # swapped and dropped since the catalogue was read
                connection.rollback()
            else:
                return generation

    # --- replaying ---

    @asynccontextmanager
    async def known_at(self, view: str, moment: datetime, batches: AsyncIterable[Batch]) -> AsyncIterator[Reader]:
        """The view over what the record held at `moment`; `batches` come from the beginning of the stream."""
        seen: dict[str, datetime] = {}
        reached: Positions = {}
        with scratch(self.views[view]) as (engine, generation):
            async with closing(batches):
                async for batch in batches:
                    for event in batch.events:
                        seen[event.service], reached[event.service] = event.recordedtime, event.sequence
                    known = [event for event in batch.events if event.recordedtime <= moment]
                    await asyncio.to_thread(write, engine, [generation], known)
                    if batch.caught_up:
                        break
            complete_to = min(moment, self._completeness.of(reached, seen))
            with engine.connect() as connection:
                yield Reader(
                    connection, generation.tables, generation.positions, complete_to, self._clock(), known_at=moment
                )

    async def verify(self, views: Collection[str], batches: AsyncIterable[Batch]) -> list[Verified]:
        """Compare live views, value by value, with one replay up to their positions; `batches` from the beginning.

        Raises `NotBuilt` for a view of another version, `Behind` when the events end before a view's positions.
        """
        for view in views:
            if view in self._stale:
                raise NotBuilt(view)
        async with self._maintenance, closing(batches):
            with ExitStack() as held:
                pairs = [
                    (held.enter_context(self.read(view)), *held.enter_context(scratch(self.views[view])))
                    for view in views
                ]
                async for batch in batches:
                    for live, engine, replayed in pairs:
                        known = [each for each in batch.events if each.sequence <= live.positions.get(each.service, 0)]
                        await asyncio.to_thread(write, engine, [replayed], known)
                    if batch.caught_up or all(replayed.positions == live.positions for live, _, replayed in pairs):
                        break
                return [await asyncio.to_thread(compared, *pair) for pair in pairs]

    async def rebuild(
        self, view: str, batches: AsyncIterable[Batch], progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Build the view anew beside the live one and swap when it has caught up; `batches` come from the beginning.

        `progress(done, of)` counts positions: those taken in, those the service has been delivered. Raises `Behind`
        when the events end too early; the live view is then as it was.
        """
        async with self._maintenance, closing(batches):
            generation = await asyncio.to_thread(self._begin, view)
            waiting: Positions = {}
            try:
                async for batch in batches:
                    swapped = await asyncio.to_thread(self._further, generation, batch)
                    target = self._target(view)
                    if progress:
                        progress(sum(generation.positions.values()), sum(target.values()))
                    if swapped:
                        self._tell()
                        return
                    quiet = batch.caught_up and not batch.events
                    if quiet and target == waiting:  # twice, for what the live view took in meanwhile is in the stream
                        break
                    waiting = target if quiet else {}
                raise behind(view, self._target(view), generation.positions)
            finally:
                await asyncio.to_thread(self._abandon, generation)

    def _begin(self, view: str) -> Generation:
        with self._lock, self.engine.begin() as connection:
            last = sa.select(sa.func.max(GENERATIONS.c.generation)).where(GENERATIONS.c.view == view)
            generation = Generation(self.views[view], connection.execute(last).scalar_one() + 1)
            generation.create(connection, live=False)
            return generation

    def _abandon(self, generation: Generation) -> None:
        """Drop a generation, unless it has become the live one."""
        with self._lock:
            if self._live.get(generation.view.name) is not generation:
                with self.engine.begin() as connection:
                    forget(connection, generation.view.name, generation.number)

    def _target(self, view: str) -> Positions:
        """What a new generation must have taken in before it can stand in: nothing the live follower has passed."""
        live = self._live[view].positions if view in self._live else {}
        return {
            service: max(live.get(service, 0), self._delivered.get(service, 0)) for service in {*live, *self._delivered}
        }

    def _further(self, generation: Generation, batch: Batch) -> bool:
        """One batch into the new generation, and the swap if that was all."""
        view = generation.view.name
        with self._lock:
            write(self.engine, [generation], batch.events)
            target = self._target(view)
            if any(generation.positions.get(service, 0) < position for service, position in target.items()):
                return False
            if view in self._stale and not batch.caught_up:
                return False
            with self.engine.begin() as connection:
                old = self._live.get(view) or self._stale[view]
                forget(connection, view, old.number)
                here = (GENERATIONS.c.view == view, GENERATIONS.c.generation == generation.number)
                connection.execute(GENERATIONS.update().where(*here).values(live=True))
            self._live[view] = generation
            self._stale.pop(view, None)
            self._unreadable.discard(view)
            return True

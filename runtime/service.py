"""One running service: its ledger behind a lease, relay, inbox, views and doors, and how it stands."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from contracts.operations import Health, ServiceHealth
from contracts.refusals import Refused
from runtime import operations
from runtime.accounts import HUB, inbox_of
from runtime.asking import Asking
from runtime.deadlines import Deadlines
from runtime.desk import Desk
from runtime.doors import Doors, open_broker
from runtime.follower import Follower
from runtime.inbox import Inbox
from runtime.ledger import CLOCK_TOLERANCE, Ledger, Unavailable
from runtime.nats import connect
from runtime.projector import Projector
from runtime.quarantine import Quarantine
from runtime.reception import Reception
from runtime.relay import Relay
from runtime.republish import take_turns
from runtime.tenants import Ingests, Watched
from runtime.unowned import Unowned
from runtime.upkeep import scrub_daily

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from pathlib import Path

    from runtime.declaration import Service
    from runtime.lease import Lease
    from runtime.nats import Client
    from runtime.settings import Settings

log = logging.getLogger(__name__)

STANDBY = 0.5
"""Seconds between two tries to get the lease."""

FIRST_LOOK = 10.0
"""Seconds the doors wait, at most, for the relay's word on whether this is the newest copy of the ledger."""


class Running:
    """A service at work. `clock`, `new_id` and `salt` are where time and chance come in."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        salt: Callable[[], bytes] = lambda: os.urandom(16),
    ) -> None:
        self.service, self._settings, self._clock = service, settings, clock
        self._registry = Watched(settings.registry_file)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix=f"{service.name}-writer")
        self._stop = asyncio.Event()
        self._standby = True
        self._open = False
        self._ledger = Ledger.open(settings.ledger(service.name), service.name, clock=clock, salt=salt)
        self._relay: Relay | None = None
        self._inbox: Inbox | None = None
        self._projector: Projector | None = None
        self._follower: Follower | None = None
        self._quarantine: Quarantine | None = None
        self._ingests: Ingests | None = None
        self._deadlines: Deadlines | None = None
        self._failed: list[str] = []

    def stop(self) -> None:
        """End cleanly, soon."""
        self._stop.set()

    async def run(self) -> None:
        """Serve until stopped. Raises what makes going on impossible; the process should then end."""
        client = await self._connect()
        lease = self._ledger.lease()
        try:
            await operations.tell_health(client, self.service.name, self.health)
            if await self._acquired(lease):
                self._standby = False
                await self._serve(client, lease)
        finally:
            await client.close()
            lease.release()
            self._writer.shutdown()
            self._ledger.close()

    async def _acquired(self, lease: Lease) -> bool:
        """Wait for the right to write; false when stopped while standing by."""
        said = False
        while not await asyncio.to_thread(lease.try_acquire):
            if not said:
                log.warning("%s stands by: another process writes its ledger", self.service.name)
                said = True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), STANDBY)
                return False
        return True

    async def _serve(self, client: Client, lease: Lease) -> None:
        name = self.service.name
        patience = timedelta(seconds=self._settings.reference_patience)
        desk = Desk(self.service, self._ledger, self._clock, uuid4, self.may_claim, patience)
        self._relay = Relay(self._ledger, client, clock=self._clock, executor=self._writer)
        await take_turns(client, self._relay)
        tasks: dict[str, Coroutine[object, object, None]] = {
            "relay": self._relay.run(),
            "lease": self._keep(lease),
            "upkeep": scrub_daily(self._ledger, self._writer),
        }
        if self.service.react is not None:
            self._inbox = Inbox(
                self._ledger,
                client,
                self.service.react,
                desk.carry_out,
                sources=self.service.follows,
                executor=self._writer,
            )
            tasks["inbox"] = self._inbox.run()
        tasks |= self._open_deadlines(desk)
        maintenance = None
        if self.service.views:
            views = self._settings.views(name)
            self._projector = Projector(views, self.service.views, clock=self._clock)
            await operations.hear_relays(client, self._projector)
            maintenance = operations.Maintenance(client, name, self._projector)
            await maintenance.open()
            tasks["stale views"] = maintenance.bring_up_to_date()
            tasks["views"] = self._follow(client, self._projector)
        asking = Asking(desk, self._projector, client, self._registry.now)
        reception = Reception(self._registry.now, self._clock)
        doors = Doors(desk, self._writer, reception.identify, asking.answer, client.publish)
        if self.service.sweeps:
            tasks["unowned claims"] = Unowned(client, desk.claims, self._writer, self._registry.now, doors.tell).run()
        tasks["quarantine"] = await self._open_quarantine(client, desk, doors)
        broker = open_broker(self._urls, self._credentials, inbox_of(name), self._settings.tls(), self._cut_off)
        doors.open_on(broker)
        if self.service.claims:
            self._ingests = Ingests(client, name, self._registry.now, lambda tenant: doors.take(client, tenant))
        running = [asyncio.create_task(self._guarded(part, task)) for part, task in tasks.items()]
        try:
            await self._start(broker.start)
            if self._ingests is not None:
                await self._ingests.keep_up()
                running.append(asyncio.create_task(self._guarded("claims", self._ingests.run())))
            self._open = True
            log.info("%s serves", name)
            await self._stop.wait()
        finally:
            self._open = False
            if self._ingests is not None:
                await self._ingests.close()
            await broker.stop()
            if maintenance is not None:
                await maintenance.close()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            if self._projector is not None:
                self._projector.close()

    async def _start(self, doors: Callable[[], Awaitable[None]]) -> None:
        """Open the doors, once the relay has said whether this is the newest copy of the ledger."""
        if self._relay is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._relay.looked(), FIRST_LOOK)
        await doors()

    def _open_deadlines(self, desk: Desk) -> dict[str, Coroutine[object, object, None]]:
        if self.service.watch is None:
            return {}
        watch, do = self.service.watch(), desk.carry_out
        self._deadlines = Deadlines(self._ledger, watch, do, clock=self._clock, executor=self._writer)
        return {"deadlines": self._deadlines.run()}

    async def _open_quarantine(self, client: Client, desk: Desk, doors: Doors) -> Coroutine[object, object, None]:
        self._quarantine = Quarantine(
            self._ledger,
            client,
            desk.claims,
            inbox=self._inbox,
            writer=self._writer,
            tell=doors.tell,
            clock=self._clock,
            new_id=uuid4,
        )
        await operations.open_quarantine(client, self.service.name, self._quarantine)
        return self._quarantine.watch()

    async def _guarded(self, part: str, task: Coroutine[object, object, None]) -> None:
        """A part that ends by an error is said to be unhealthy, never silently gone."""
        try:
            await task
        except Exception as error:
            log.exception("%s of %s has stopped", part, self.service.name)
            self._failed.append(f"{part}: {type(error).__name__}: {error}")

    async def _keep(self, lease: Lease) -> None:
        """End this process when another has got hold of the ledger: the fence has stopped it from writing already."""
        while await asyncio.to_thread(lambda: lease.held):  # noqa: ASYNC110 - the lease is in a database, which tells nobody
            await asyncio.sleep(1)
        log.critical("%s has lost its lease and ends", self.service.name)
        self.stop()

    async def _follow(self, client: Client, projector: Projector) -> None:
        self._follower = Follower(client, projector.positions)
        await projector.follow(self._follower.batches())

    def may_claim(self, tenant: str, system: str) -> tuple[str, ...]:
        """The events that a system is registered to claim; none for one that is not registered."""
        try:
            return self._registry.now().system(tenant, system).claims
        except Refused:
            return ()

    # --- how it stands

    def health(self) -> ServiceHealth:
        """How every part stands, from what each last saw; asks nothing of anybody."""
        state = self._relay.state if self._relay else None
        doors = Health(part="doors", healthy=self._open, why=None if self._open else "not open")
        recorded, ledger = self._ledger_health()
        parts = [doors, *ledger, *self._relay_health(), *self._reading_health()]
        if self._quarantine is not None and (held := self._quarantine.why):
            parts.append(Health(part="quarantine", healthy=False, why=held))
        for part, each in (("deadlines", self._deadlines), ("claims", self._ingests)):
            if each is not None and each.trouble:
                parts.append(Health(part=part, healthy=False, why=each.trouble))
        parts += [Health(part=failed.split(":")[0], healthy=False, why=failed) for failed in self._failed]
        return ServiceHealth(
            service=self.service.name,
            process=os.getpid(),
            healthy=all(part.healthy for part in parts),
            standby=self._standby,
            recorded=max(recorded, state.head if state else 0),
            published=state.published if state else 0,
            complete_to=state.complete_to if state else None,
            parts=tuple(parts),
        )

    def _ledger_health(self) -> tuple[int, list[Health]]:
        """Its head, and whether it could be read just now and written when that was last tried; and the clock."""
        try:
            head, behind, why = self._ledger.head(), self._ledger.clock_behind(), self._ledger.trouble
        except Unavailable as unavailable:
            head, behind, why = 0, timedelta(), str(unavailable)
        parts = [Health(part="ledger", healthy=not why, why=why or None)]
        if behind > CLOCK_TOLERANCE:
            parts.append(Health(part="clock", healthy=False, why=f"{behind} behind what is recorded"))
        return head, parts

    def _relay_health(self) -> list[Health]:
        if self._relay is None:
            return []
        state = self._relay.state
        why = "" if state.healthy else f"{state.standing}: {state.why}"
        position = {self.service.name: state.published}
        lag = max(0, state.head - state.published)
        return [Health(part="relay", healthy=state.healthy, why=why or None, position=position, lag=lag)]

    def _reading_health(self) -> list[Health]:
        found: list[Health] = []
        for part, reader in (("inbox", self._inbox), ("views", self._follower)):
            if reader is not None:
                stopped = self._projector.trouble if self._projector and part == "views" else ""
                why = reader.unhealthy or stopped or None
                lag = sum(reader.lag().values())
                found.append(Health(part=part, healthy=why is None, why=why, position=reader.positions, lag=lag))
        if self._projector is not None and self._follower is not None:
            found += self._projector.health(self._follower.heads)
        return found

    # --- where it connects

    def _cut_off(self) -> None:
        """A connection that reconnects for ever has ended: so does the process, for whoever runs it to start anew."""
        if not self._stop.is_set():
            log.critical("%s is cut off from NATS and ends", self.service.name)
            self.stop()

    @property
    def _urls(self) -> list[str]:
        return list(self._settings.nats)

    @property
    def _credentials(self) -> Path:
        return self._settings.credentials_directory / HUB / f"{self.service.name}.creds"

    async def _connect(self) -> Client:
        return await connect(
            self._urls,
            self._credentials,
            label=self.service.name,
            servers=self._settings.nats_servers,
            tls=self._settings.tls(),
            on_closed=self._cut_off,
        )


def seldom_collect() -> None:
    """Look for garbage less often: what is imported stays, and a batch of events lives longer than most things do."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # Python's own 700 costs a tenth of the time of a replay


async def serve(service: Service, settings: Settings) -> None:
    """Run one service in this process until SIGTERM or SIGINT."""
    seldom_collect()
    running = Running(service, settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.stop)
    await running.run()

"""`loypa up`: the embedded server and a process a service, started in order, kept alive, ended together."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import multiprocessing
import shutil
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts import catalogue
from contracts.catalogue import SERVICES
from interfaces.cli.common import now
from interfaces.installation import Installation, owned
from runtime import tenancy
from runtime.accounts import SYS
from runtime.embedded import EmbeddedServer, die_with_parent
from runtime.nats import AnotherServer, NotReachable
from runtime.provision import establish
from runtime.registry import Registry
from runtime.service import serve
from runtime.stream import TROUBLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from multiprocessing.context import ForkProcess

    from runtime.declaration import Service
    from runtime.settings import Settings

log = logging.getLogger(__name__)

STOPPING = 15.0
"""Seconds a service may take to end before it is killed."""

ENDING = (signal.SIGINT, signal.SIGTERM)
"""What ends everything."""

LOOK = 5.0
"""Seconds between two looks whether the server still writes."""

ROOM = 8 * 1024 * 1024
"""Bytes that are free on a disk that is not full any more."""

LONGEST_PAUSE = 30.0
"""Seconds before a service that keeps ending is started once more, at the most."""

# What the services import takes seconds; forked, they share one import.
_FORK = multiprocessing.get_context("fork")


@dataclass
class Child:
    """One service's process, and how it has fared."""

    service: str
    process: ForkProcess
    started: float
    failures: int = 0
    due: float | None = None


@dataclass
class Supervisor:
    """Runs everything of one data directory until `stop`; every `look` seconds it looks at server and calendar."""

    installation: Installation
    clock: Callable[[], datetime] = now
    look: float = LOOK
    stopping: threading.Event = field(default_factory=threading.Event)
    children: dict[str, Child] = field(default_factory=dict)

    def stop(self) -> None:
        """End everything, soon."""
        self.stopping.set()

    def run(self, ready: Callable[[Installation], None] | None = None, until: Callable[[], None] | None = None) -> None:
        """Run until stopped; leaves no process behind.

        `ready` is called once the services have been started, `until` is waited for before they are ended.

        Raises `DataDirectoryInUse`, `PortTaken`, `ServerDidNotStart`.
        """
        services = {name: importlib.import_module(f"services.{name}.app").SERVICE for name in SERVICES}
        catalogue.prepare()
        port: int | None = self.installation.settings.nats_port
        while port is not None:
            port = self._live(services, port, ready, until)
            ready = None

    def _live(
        self,
        services: dict[str, Service],
        port: int,
        ready: Callable[[Installation], None] | None,
        until: Callable[[], None] | None,
    ) -> int | None:
        """One life of the server, on this port; on which port it is to have another, if it is."""
        settings = self.installation.settings
        server = EmbeddedServer.start(settings.data, self.installation.authority, port=port, sync=settings.sync)
        try:
            here = self.installation.at(server.address.url, server.address.server)
            self._provide(here)
            for name, service in services.items():
                self.children[name] = self._start(here.settings, name, service)
            if ready is not None:
                ready(here)
            if self._keep(server, here, services):
                return int(server.address.url.rsplit(":", 1)[-1])
            if until is not None:
                until()
            return None
        finally:
            self._end()
            server.stop()

    def _keep(self, server: EmbeddedServer, here: Installation, services: dict[str, Service]) -> bool:
        """Keep everything alive until stopped, or until the server has to be started again (true)."""
        look, day = time.monotonic() + self.look, self.clock().date()
        while not self.stopping.wait(0.2):
            if not server.alive:
                log.critical("the NATS server has ended; everything is started again in %.0f s", LOOK)
                return not self.stopping.wait(LOOK)
            self._keep_alive(here.settings, services)
            if time.monotonic() > look:
                stuck = asyncio.run(unwritable(here))
                if stuck and shutil.disk_usage(here.settings.data).free > ROOM:
                    log.critical("the NATS server is started again, for it has stopped writing: %s", stuck)
                    return True
                today = self.clock().date()
                if today != day and self._begin(here):
                    day = today
                look = time.monotonic() + self.look
        return False

    def _begin(self, here: Installation) -> bool:
        """Provide for a new day, on which a merger may have come into force; whether that went well."""
        try:
            self._provide(here)
        except (*TROUBLE, NotReachable, AnotherServer, ValueError):
            log.exception("what a new day brings is not provided for yet; it is tried again in %.0f s", self.look)
            return False
        return True

    def _provide(self, here: Installation) -> None:
        with tenancy.changing(here.settings.registry_file):  # it may have changed since this was started
            registry = Registry.load(here.settings.registry_file)
            made = asyncio.run(establish(here.target, registry, owned(), on=self.clock().date()))
        for line in made.drift:
            log.warning("drift: %s", line)

    def _start(self, settings: Settings, name: str, service: Service) -> Child:
        process = _FORK.Process(target=_serve, args=(service, settings, die_with_parent()), name=name)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # one that comes meanwhile is for `_serve` to heed
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return Child(name, process, time.monotonic())

    def _keep_alive(self, settings: Settings, services: dict[str, Service]) -> None:
        now = time.monotonic()
        for name, child in self.children.items():
            if child.process.is_alive():
                if child.failures and now - child.started > LONGEST_PAUSE:
                    child.failures = 0
            elif child.due is None:
                pause = min(LONGEST_PAUSE, 0.5 * 2**child.failures)
                log.error("%s ended with %s; it is started again in %.1f s", name, child.process.exitcode, pause)
                child.due = now + pause
            elif now >= child.due:
                again = self._start(settings, name, services[name])
                again.failures = child.failures + 1
                self.children[name] = again

    def _end(self) -> None:
        for child in self.children.values():
            child.process.terminate()
        deadline = time.monotonic() + STOPPING
        for child in self.children.values():
            child.process.join(max(0.1, deadline - time.monotonic()))
            if child.process.is_alive():
                log.warning("%s did not end in time and is killed", child.service)
                child.process.kill()
                child.process.join()


def _serve(service: Service, settings: Settings, with_parent: Callable[[], None] | None) -> None:
    """A forked process: one service, until it is told to stop or its parent is gone."""
    for number in ENDING:  # the handlers it was forked with are the parent's; before it has its own, it just ends
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    if with_parent is not None:
        with_parent()
    asyncio.run(serve(service, settings))


async def unwritable(here: Installation) -> str:
    """Why a stream is not written any more; empty when all are, or when the server does not answer.

    After one failed write, such as on a full disk, the server takes nothing more into that stream until it is started
    again, and says so to whoever asks for its health; or it switches JetStream off, and calls itself healthy.
    """
    try:
        client = await here.connect(SYS, "system")
        try:
            health = await client.request("$SYS.REQ.SERVER.PING.HEALTHZ", b"", timeout=2)
            streams = await client.request("$SYS.REQ.SERVER.PING.JSZ", b"", timeout=2)
        finally:
            await client.close()
    except (*TROUBLE, NotReachable, AnotherServer):
        return ""
    if json.loads(streams.data)["data"].get("disabled"):
        return "JetStream is switched off"
    error: str = json.loads(health.data)["data"].get("error", "")
    return error if "write error" in error else ""


def up(installation: Installation, ready: Callable[[Installation], None] | None = None) -> None:
    """Run the installation until SIGINT or SIGTERM."""
    supervisor = Supervisor(installation)
    for number in ENDING:
        signal.signal(number, lambda *_: supervisor.stop())
    supervisor.run(ready)

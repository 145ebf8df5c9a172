"""The tenants as the registry has them now, and the INGEST streams that a service therefore takes claims from."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from runtime.nats import NotThere, api
from runtime.provision import ingest_name
from runtime.registry import Registry
from runtime.stream import TROUBLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runtime.nats import Client

log = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between two looks at the registry."""


class Watched:
    """The tenant registry as it is on disk now: a grant or a system that was added counts from the next message on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._registry = Registry(tenants=())

    def now(self) -> Registry:
        """The registry; read again only when its file has changed. A file that cannot be read leaves the last one."""
        stat = self._path.stat()
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen != self._seen:
            try:
                self._registry = Registry.load(self._path)
            except ValueError:
                log.exception("the tenant registry cannot be read; the one before stays in force")
            self._seen = seen
        return self._registry


class Taking(Protocol):
    """Takes the claims of one tenant between `start` and `stop`."""

    async def start(self) -> None:
        """Begin; raises where there is nothing to take from."""

    async def stop(self) -> None:
        """End; what is under way is delivered again."""


class Ingests:
    """One service's subscriptions to the tenants' INGEST: a tenant that is added is taken in, one removed is let go.

    A removed tenant is let go when everything it had published is decided: what was acknowledged is never lost.
    """

    def __init__(
        self, client: Client, service: str, registry: Callable[[], Registry], take: Callable[[str], Taking]
    ) -> None:
        self._client, self._service, self._registry, self._take = client, service, registry, take
        self._taking: dict[str, Taking] = {}
        self._done: set[str] = set()
        self._missing: dict[str, str] = {}

    @property
    def trouble(self) -> str:
        """Whose claims cannot be taken, and why; empty when all can."""
        return "; ".join(f"{tenant}: {why}" for tenant, why in self._missing.items())

    async def run(self) -> None:
        """Keep up with the registry until cancelled."""
        while True:
            await self.keep_up()
            await asyncio.sleep(EVERY)

    async def close(self) -> None:
        """Take no more of anybody."""
        await asyncio.gather(*(taking.stop() for taking in self._taking.values()))

    async def keep_up(self) -> None:
        """Take the claims of every tenant there is now; what fails is said in `trouble` and tried again."""
        for tenant in self._registry().tenants:
            if tenant.slug in self._done:
                continue
            try:
                if tenant.removed is not None and not await self._waiting(tenant.slug):
                    await self._let_go(tenant.slug)
                elif tenant.slug not in self._taking:
                    await self._take_in(tenant.slug)
            except TROUBLE as error:
                if tenant.slug not in self._missing:
                    log.warning("%s cannot take claims of %s yet: %s", self._service, tenant.slug, error)
                self._missing[tenant.slug] = f"{type(error).__name__}: {error}"
            else:
                self._missing.pop(tenant.slug, None)

    async def _waiting(self, tenant: str) -> bool:
        try:
            consumer = await api(self._client, f"CONSUMER.INFO.{ingest_name(tenant)}.{self._service}")
        except NotThere:
            return False
        return bool(consumer["num_pending"] + consumer["num_ack_pending"])

    async def _take_in(self, tenant: str) -> None:
        taking = self._take(tenant)
        await taking.start()
        self._taking[tenant] = taking
        log.info("%s takes claims of %s", self._service, tenant)

    async def _let_go(self, tenant: str) -> None:
        taking = self._taking.pop(tenant, None)
        if taking is not None:
            await taking.stop()
            log.info("%s takes no more claims of %s", self._service, tenant)
        self._done.add(tenant)

"""An installation as somebody who has its data directory sees it: settings, keys, tenants, and where its server is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from contracts import catalogue
from contracts.acting import Role
from contracts.refusals import Refused
from runtime import embedded
from runtime.accounts import Authority
from runtime.nats import connect
from runtime.provision import Target
from runtime.registry import Grant, Registry, UnknownSystem
from runtime.ror import open_registry
from runtime.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.nats import Client


@dataclass(eq=False)
class NotRunning(Refused):
    """No server runs in this data directory."""

    data: str
    says: ClassVar[str] = "nothing runs in {data}"
    accepts: ClassVar[str | None] = "`loypa up --data {data}` in another terminal, or LOYPA_NATS"


def owned() -> dict[str, tuple[str, ...]]:
    """For each service, the names of the claims it decides on."""
    kinds = catalogue.claims().values()
    return {
        service: tuple(sorted(kind.__name__ for kind in kinds if kind.service == service))
        for service in catalogue.SERVICES
    }


def running(data: Path | None) -> Settings:
    """The settings of one service's container, which holds no key and may not change the registry; with its server.

    `data` is as in `Installation.open`. Raises `NotRunning`.
    """
    settings = Settings.read(**({"data": data.resolve()} if data else {}))
    return settings if not settings.embedded else _embedded(settings)


def _embedded(settings: Settings) -> Settings:
    address = embedded.address(settings.data)
    if address is None:
        raise NotRunning(str(settings.data))
    return settings.model_copy(update={"nats": (address.url,), "nats_servers": (address.server,)})


OPERATOR_PERSON = "operator"
"""As whom the holder of the data directory reads: an auditor in every tenant, entitled to no sealed text."""


def readable(registry: Registry) -> Registry:
    """The registry in which whoever holds the data directory may read in every tenant, as they can anyway."""
    for tenant in registry.tenants:
        if not any(grant.person == OPERATOR_PERSON for grant in tenant.grants):
            registry = registry.with_grant(tenant.slug, Grant(person=OPERATOR_PERSON, role=Role.AUDITOR))
    return registry


@dataclass(frozen=True)
class Installation:
    """What the holder of a data directory holds. The registry is as it was when this was opened."""

    settings: Settings
    authority: Authority
    registry: Registry

    @classmethod
    def open(cls, data: Path | None) -> Installation:
        """The installation in `data` (or the one of the environment); keys and registry are made if there are none."""
        settings = Settings.read(**({"data": data.resolve()} if data else {}))
        authority = Authority(settings.keys_directory, settings.credentials_directory)
        registry = open_registry(settings.registry_file, authority)
        if settings.embedded:
            read = readable(registry)
            if read != registry:
                read.save(settings.registry_file)
            registry = read
        return cls(settings, authority, registry)

    def at(self, url: str, server: str) -> Installation:
        """The same installation with its server at this place."""
        return dataclasses.replace(
            self, settings=self.settings.model_copy(update={"nats": (url,), "nats_servers": (server,)})
        )

    def found(self) -> Installation:
        """The same installation with its running server. Raises `NotRunning`."""
        if not self.settings.embedded:
            return self
        return dataclasses.replace(self, settings=_embedded(self.settings))

    @property
    def target(self) -> Target:
        """The server to provision. Raises `OSError` when a file of its TLS settings cannot be read."""
        settings = self.settings
        return Target(
            settings.nats,
            self.authority,
            servers=settings.nats_servers,
            tls=settings.tls(),
            replicas=settings.replicas,
            feed_quota=settings.feed_quota,
            ingest_quota=settings.ingest_quota,
        )

    async def connect(self, account: str, user: str, *, within: float = 5) -> Client:
        """A connection as this user. Raises `NotReachable`, `AnotherServer`."""
        settings = self.settings
        return await connect(
            list(settings.nats),
            self.authority.credentials_of(account, user),
            label="loypa",
            servers=settings.nats_servers,
            tls=settings.tls(),
            within=within,
        )

    def system(self, tenant: str, name: str) -> Any:  # noqa: ANN401 - the registry's own record
        """A registered system. Raises `UnknownTenant`, `UnknownSystem`."""
        return self.registry.system(tenant, name)

    def has_system(self, tenant: str, name: str) -> bool:
        """Whether the tenant has registered it."""
        try:
            self.registry.system(tenant, name)
        except UnknownSystem:
            return False
        return True

"""Every stream, consumer, account and user, declared in one place; made when missing, reported when different."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts import subjects
from runtime.accounts import HUB, SYS
from runtime.feed import declared
from runtime.feeds import STALLED, build
from runtime.issuing import issue_credentials, issue_tenant, push_accounts
from runtime.nats import ApiRefused, Client, NoAnswer, NotThere, api, connect

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
    from datetime import date

    from runtime.accounts import Authority
    from runtime.feed import Declared
    from runtime.registry import Registry

_SECOND = 1_000_000_000  # NATS counts time in nanoseconds
_DAY = 86_400 * _SECOND
_MAX_MESSAGE = 64 * 1024  # bytes: an envelope of 60 KiB and its headers
_INGEST_QUOTA = 256 * 1024 * 1024  # bytes of claims a tenant may have waiting, unless an installation says otherwise
_IN_FLIGHT = 10_000  # claims handed out and not yet acknowledged, a service and tenant: most wait for a reference

Config = dict[str, Any]


@dataclass(frozen=True)
class Provisioned:
    """What was made or brought up to date, and what differs from its declaration and was left as it is."""

    made: tuple[str, ...]
    drift: tuple[str, ...]


def events_stream(replicas: int = 1) -> Config:
    """EVENTS: everything every service ever recorded; nothing is deleted, purged, rolled up or let expire."""
    return {
        "name": "EVENTS",
        "subjects": [subjects.EVERY_EVENT],
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "max_msgs": -1,
        "max_bytes": -1,
        "max_age": 0,
        "max_msgs_per_subject": -1,
        "max_msg_size": _MAX_MESSAGE,
        "num_replicas": replicas,
        "deny_delete": True,
        "deny_purge": True,
        "allow_direct": True,
        "allow_atomic": True,
        "allow_rollup_hdrs": False,
        "allow_msg_ttl": False,
    }


def ingest_name(tenant: str) -> str:
    """The name of a tenant's ingest stream."""
    return f"INGEST_{tenant}"


def ingest_stream(tenant: str, replicas: int = 1, quota: int = _INGEST_QUOTA) -> Config:
    """INGEST_<tenant>: what the tenant's systems claim, until a service has decided on it or 30 days have passed."""
    return {
        "name": ingest_name(tenant),
        "subjects": [f"ingest.{tenant}.>"],
        "storage": "file",
        "retention": "workqueue",
        "discard": "new",
        "max_age": 30 * _DAY,
        "max_bytes": quota,
        "max_msg_size": _MAX_MESSAGE,
        # The shortest there is: two systems of a tenant may use the same message id. Idempotency is the service's.
        "duplicate_window": _SECOND // 10,
        "num_replicas": replicas,
        "allow_direct": True,
    }


def ingest_consumer(service: str, tenant: str, claims: Sequence[str]) -> Config:
    """The claims of a tenant that one service decides on: each acknowledged by hand, redelivered until it is."""
    return {
        "durable_name": service,
        "name": service,
        "filter_subjects": [subjects.claim(tenant, "*", name) for name in sorted(claims)],
        "deliver_policy": "all",
        "ack_policy": "explicit",
        "ack_wait": 30 * _SECOND,
        "max_ack_pending": _IN_FLIGHT,
        "max_deliver": -1,
        "replay_policy": "instant",
    }


@dataclass(frozen=True)
class Target:
    """A running server, or several that are one cluster, and who signs for it; `tls` where connections are sealed.

    `feed_quota` is how many bytes of a FEED a municipality may take (-1: any), `ingest_quota` how many bytes of
    its claims may wait; `stalled` is for how many seconds a FEED may stand still before it is built anew.
    """

    urls: Sequence[str]
    authority: Authority
    servers: Sequence[str] = ()
    tls: ssl.SSLContext | None = None
    replicas: int = 1
    feed_quota: int = -1
    ingest_quota: int = _INGEST_QUOTA
    within: float = 30
    stalled: float = STALLED

    async def connect(self, account: str, user: str) -> Client:
        """A connection as one of our users. Raises `NotReachable`, `AnotherServer`."""
        credentials = self.authority.credentials_of(account, user)
        return await connect(
            self.urls, credentials, label="provision", servers=self.servers, tls=self.tls, within=self.within
        )


async def establish(  # noqa: PLR0913 - where, what, and as of when
    target: Target,
    registry: Registry,
    owned: Mapping[str, Sequence[str]],
    *,
    on: date,
    only: Collection[str] | None = None,
    mend: bool = False,
) -> Provisioned:
    """Everything a running server needs of us, from keys to FEEDs; doing it again makes only what is missing.

    `only` limits it to what belongs to these tenants. With `mend` a FEED that lacks history is built anew.
    Raises `NotReachable`, `AnotherServer`, `NoAnswer`, `ApiRefused`.
    """
    tenants = [tenant for tenant in registry.tenants if only is None or tenant.slug in only]
    if only is None:
        issue_credentials(target.authority, owned, registry)
    else:
        for tenant in tenants:
            issue_tenant(target.authority, tenant)
    async with _connected(target, SYS, "system") as system:
        await push_accounts(system, target.authority, tenants)
    present = [tenant.slug for tenant in tenants if not tenant.removed]
    async with _connected(target, HUB, "provision") as hub:
        made = await provision(
            hub, present, owned, replicas=target.replicas, quota=target.ingest_quota, within=target.within
        )
        feeds = [declared(registry, slug, on, quota=target.feed_quota, replicas=target.replicas) for slug in present]
        found = await asyncio.gather(*(_feed(target, hub, feed, mend=mend) for feed in feeds))
        return Provisioned(
            (*made.made, *(line for one, _ in found for line in one)),
            (*made.drift, *(line for _, one in found for line in one)),
        )


async def _feed(target: Target, hub: Client, feed: Declared, *, mend: bool) -> tuple[list[str], list[str]]:
    async with _connected(target, feed.tenant, "admin") as admin:
        await _ready(admin, target.within)
        return await build(hub, admin, feed, mend=mend, stalled=target.stalled)


@asynccontextmanager
async def _connected(target: Target, account: str, user: str) -> AsyncIterator[Client]:
    client = await target.connect(account, user)
    try:
        yield client
    finally:
        await client.close()


async def provision(  # noqa: PLR0913 - what, and how much of it
    hub: Client,
    tenants: Iterable[str],
    owned: Mapping[str, Sequence[str]],
    *,
    replicas: int = 1,
    quota: int = _INGEST_QUOTA,
    within: float = 30,
) -> Provisioned:
    """Make the streams and consumers that are missing.

    `hub` is connected as the user `provision`; `owned` names the claims that each service decides on.

    A stream that differs from its declaration is reported and left alone: changing one can destroy history. An ingest
    consumer holds none and is brought up to date. `within` is how long JetStream may take to be there, in seconds.
    """
    made: list[str] = []
    drift: list[str] = []
    await _ready(hub, within)
    for stream in (events_stream(replicas), *(ingest_stream(tenant, replicas, quota) for tenant in tenants)):
        name = stream["name"]
        try:
            actual = (await api(hub, f"STREAM.INFO.{name}"))["config"]
        except NotThere:
            await api(hub, f"STREAM.CREATE.{name}", stream)
            made.append(f"stream {name}")
        else:
            drift.extend(_differences(f"stream {name}", stream, actual))
    for tenant in tenants:
        for service, claims in owned.items():
            if claims:
                made.extend(await _consumer(hub, ingest_name(tenant), ingest_consumer(service, tenant, claims)))
    return Provisioned(tuple(made), tuple(drift))


async def _ready(hub: Client, within: float) -> None:
    """Wait for JetStream: a cluster without a leader does not answer."""
    for attempt in range(max(1, int(within))):
        try:
            await api(hub, "INFO", within=1)
        except (NoAnswer, ApiRefused):
            if attempt + 1 >= int(within):
                raise
            await asyncio.sleep(0.2)
        else:
            return


async def _consumer(hub: Client, stream: str, config: Config) -> list[str]:
    what = f"consumer {stream}/{config['name']}"
    request = {"stream_name": stream, "config": config}
    try:
        actual = (await api(hub, f"CONSUMER.INFO.{stream}.{config['name']}"))["config"]
    except NotThere:
        await api(hub, f"CONSUMER.CREATE.{stream}.{config['name']}", request | {"action": "create"})
        return [what]
    different = _differences(what, config, actual)
    if different:
        await api(hub, f"CONSUMER.CREATE.{stream}.{config['name']}", request | {"action": "update"})
        # Otherwise a claim of before that it now owns would lie behind its position for good.
        await api(hub, f"CONSUMER.RESET.{stream}.{config['name']}")
    return [f"{line}: updated" for line in different]


def _differences(what: str, declared: Config, actual: Config) -> list[str]:
    """Only what is declared is compared. The server leaves out what is off, and writes one filter in the singular."""
    if "filter_subject" in actual:
        actual = actual | {"filter_subjects": [actual["filter_subject"]]}
    return [
        f"{what}: {field} is {json.dumps(actual.get(field))}, declared {json.dumps(wanted)}"
        for field, wanted in declared.items()
        if actual.get(field) != wanted and not (wanted is False and field not in actual)
    ]

"""Every stream, consumer, account and user, declared in one place; made when missing, reported when different."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts import subjects
from runtime import permissions
from runtime.accounts import HUB, SYS, Authority
from runtime.nats import ApiRefused, Client, NoAnswer, NotThere, api, connect

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from runtime.registry import Registry

_SECOND = 1_000_000_000  # NATS counts time in nanoseconds
_DAY = 86_400 * _SECOND
_MAX_MESSAGE = 64 * 1024  # bytes: an envelope of 60 KiB and its headers
_INGEST_QUOTA = 256 * 1024 * 1024  # bytes a tenant may have waiting
_IN_FLIGHT = 256  # claims handed out and not yet acknowledged, a service and tenant

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


def ingest_stream(tenant: str, replicas: int = 1) -> Config:
    """INGEST_<tenant>: what the tenant's systems claim, until a service has decided on it or 30 days have passed."""
    return {
        "name": ingest_name(tenant),
        "subjects": [f"ingest.{tenant}.>"],
        "storage": "file",
        "retention": "workqueue",
        "discard": "new",
        "max_age": 30 * _DAY,
        "max_bytes": _INGEST_QUOTA,
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


def issue_credentials(
    authority: Authority, services: Iterable[str], systems: Mapping[str, Iterable[str]]
) -> dict[str, Path]:
    """Write every user's credentials; `systems` are each tenant's. Returns the files by `account/user`. No network."""
    users = {
        (SYS, "system"): permissions.SYSTEM,
        (HUB, "operator"): permissions.OPERATOR,
        (HUB, "provision"): permissions.PROVISION,
        **{(HUB, service): permissions.service(service) for service in services},
        **{(tenant, name): permissions.system(name) for tenant, names in systems.items() for name in names},
    }
    return {f"{account}/{user}": authority.issue(account, user, may) for (account, user), may in users.items()}


async def push_accounts(system: Client, authority: Authority, tenants: Iterable[str]) -> None:
    """Make the tenants' accounts known to the running servers (`system` is connected in SYS). Raises `ApiRefused`."""
    for tenant in tenants:
        subject = "$SYS.REQ.CLAIMS.UPDATE"
        reply = json.loads((await system.request(subject, authority.tenant_token(tenant).encode(), timeout=5)).data)
        if "error" in reply:
            raise ApiRefused(subject, int(reply["error"].get("code", 0)), str(reply["error"].get("description")))


async def establish(  # noqa: PLR0913 - where, as whom, and what
    urls: Sequence[str],
    authority: Authority,
    registry: Registry,
    owned: Mapping[str, Sequence[str]],
    *,
    servers: Sequence[str] = (),
    replicas: int = 1,
    tls: ssl.SSLContext | None = None,
    within: float = 30,
) -> Provisioned:
    """Everything a running server needs of us, from keys to consumers; doing it again makes only what is missing.

    Raises `NotReachable`, `AnotherServer`, `NoAnswer`, `ApiRefused`.
    """
    issue_credentials(authority, owned, {tenant.slug: [s.name for s in tenant.systems] for tenant in registry.tenants})

    async def connected(account: str, user: str) -> Client:
        credentials = authority.credentials_of(account, user)
        return await connect(urls, credentials, label="provision", servers=servers, tls=tls, within=within)

    system = await connected(SYS, "system")
    try:
        await push_accounts(system, authority, registry.slugs)
    finally:
        await system.close()
    hub = await connected(HUB, "provision")
    try:
        return await provision(hub, registry.slugs, owned, replicas=replicas, within=within)
    finally:
        await hub.close()


async def provision(
    hub: Client, tenants: Iterable[str], owned: Mapping[str, Sequence[str]], *, replicas: int = 1, within: float = 30
) -> Provisioned:
    """Make the streams and consumers that are missing.

    `hub` is connected as the user `provision`; `owned` names the claims that each service decides on.

    A stream that differs from its declaration is reported and left alone: changing one can destroy history. An ingest
    consumer holds none and is brought up to date. `within` is how long JetStream may take to be there, in seconds.
    """
    made: list[str] = []
    drift: list[str] = []
    await _ready(hub, within)
    for stream in (events_stream(replicas), *(ingest_stream(tenant, replicas) for tenant in tenants)):
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

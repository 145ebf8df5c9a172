"""What the server lets each credential say and hear, by real accounts: its own name, and nothing else."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import TYPE_CHECKING

import nats

from contracts import catalogue
from contracts.catalogue import SERVICES
from runtime.accounts import HUB, inbox_of
from tests.runtime.nats_fixtures import authority, hub

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from tests.runtime.nats_fixtures import Hub

__all__ = ["authority", "hub"]

SYSTEMS = ("cli", "portal", "sak", "dvh")
TENANTS = ("molde", "aukra", "ror")
NAMES = [f"{service}.{name}" for service, name in (*catalogue.commands(), *catalogue.queries())]
CLAIMS = sorted({kind.__name__ for kind in catalogue.claims().values()} | {"Nonsense"})
EVENTS = [".".join(type_.split(".")[2:4]) for type_ in catalogue.events()]

SAID = [
    *(f"{door}.{system}.{name}" for door in ("cmd", "query") for system in SYSTEMS for name in NAMES),
    *(f"{door}.{tenant}.sak.{name}" for door in ("cmd", "query") for tenant in TENANTS for name in NAMES),
    *(f"ingest.{system}.{claim}" for system in SYSTEMS for claim in CLAIMS),
    *(f"ingest.{tenant}.sak.{claim}" for tenant in TENANTS for claim in CLAIMS),
    *(f"ev.{tenant}.{event}" for tenant in TENANTS for event in EVENTS),
    *(f"rej.{name}" for name in (*SYSTEMS, *(f"{tenant}.sak" for tenant in TENANTS))),
    *(f"ops.{service}.{name}" for service in SERVICES for name in ("health", "rebuild", "verify", "republish")),
    *(f"_INBOX_{user}.x" for user in (*SYSTEMS, *SERVICES)),
    *(f"deliver.{tenant}.d" for tenant in TENANTS),
    *(
        f"$JS.API.STREAM.{call}.{stream}"
        for call in ("UPDATE", "DELETE", "PURGE", "RESTORE", "MSG.DELETE")
        for stream in ("EVENTS", "INGEST_molde")
    ),
    "$JS.API.CONSUMER.DELETE.EVENTS.molde",
    "$JS.API.CONSUMER.CREATE.INGEST_molde",
    "$SYS.REQ.CLAIMS.UPDATE",
    "$SYS.REQ.SERVER.PING",
]
"""Everything there is to say, in one's own name and in every other."""

HEARD = [
    *(">", "*.>", "ev.>", "cmd.>", "query.>", "ingest.>", "rej.>", "ops.>", "deliver.>", "_INBOX.>", "$JS.>", "$SYS.>"),
    *(f"{door}.{system}.>" for door in ("cmd", "query", "ingest") for system in SYSTEMS),
    *(f"ev.{tenant}.>" for tenant in TENANTS),
    *(f"rej.{system}" for system in SYSTEMS),
    *(f"{inbox_of(user)}.>" for user in (*SYSTEMS, *SERVICES, "operator")),
    *(f"{door}.*.*.{service}.>" for door in ("cmd", "query") for service in SERVICES),
]

USERS = [*((tenant, system) for tenant in TENANTS for system in SYSTEMS[:2]), ("molde", "sak"), ("molde", "dvh")] + [
    (HUB, service) for service in SERVICES
]


def may_say(account: str, user: str, subject: str) -> bool:
    """The rule, said once more and not read from the permissions."""
    first, second, *rest = subject.split(".")
    if account == HUB:
        event = first == "ev" and rest[0] == user
        swept = user == "intake" and subject == "$JS.API.STREAM.MSG.DELETE.INGEST_molde"
        return event or swept or first == "rej"
    return first in {"cmd", "query", "ingest"} and second == user


def may_hear(account: str, user: str, subject: str) -> bool:
    """The rule, said once more and not read from the permissions."""
    if subject == f"{inbox_of(user)}.>":
        return True
    if account == HUB:
        return subject in {f"cmd.*.*.{user}.>", f"query.*.*.{user}.>"}
    return subject == f"rej.{user}"


async def refused(hub: Hub, account: str, user: str, said: Iterable[str], heard: Iterable[str]) -> set[tuple[str, str]]:
    """What the server refuses of it, as (`publish` or `subscription`, subject)."""
    found: set[tuple[str, str]] = set()
    every = Counter[str]()

    async def told(error: Exception) -> None:
        every["errors"] += 1
        if match := re.search(r'permissions violation for (publish|subscription) to "([^"]+)"', str(error).lower()):
            found.add((match[1], match[2]))

    client = await nats.connect(
        hub.url,
        user_credentials=str(hub.credentials(account, user)),
        error_cb=told,
        inbox_prefix=inbox_of(user).encode(),
    )
    try:
        for subject in said:
            await client.publish(subject, b"{}")
        await client.flush()
        for subject in heard:
            await client.subscribe(subject)
        await client.flush()
        await asyncio.sleep(0.05)
    finally:
        await client.close()
    return found


async def _matrix(hub: Hub, account: str, user: str) -> tuple[int, int]:
    found = await refused(hub, account, user, SAID, HEARD)
    wanted = {("publish", subject.lower()) for subject in SAID if not may_say(account, user, subject)}
    wanted |= {("subscription", subject.lower()) for subject in HEARD if not may_hear(account, user, subject)}
    assert found == wanted, (account, user, sorted(found ^ wanted)[:5])
    return len(wanted), len(SAID) + len(HEARD) - len(wanted)


async def test_nobody_says_or_hears_at_the_server_what_is_not_theirs(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = [await _matrix(hub, account, user) for account, user in USERS]
    with capsys.disabled():
        no, yes = (sum(each) for each in zip(*counts, strict=True))
        print(f"\n  at the server: {len(USERS)} credentials: {no} pairs refused, {yes} not", end="")  # noqa: T201 - asked for

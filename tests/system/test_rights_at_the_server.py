"""What the server lets each credential say and hear, by real accounts: its own name, and nothing else."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import TYPE_CHECKING

import nats

from contracts import catalogue
from contracts.catalogue import SERVICES
from runtime import tenancy
from runtime.accounts import HUB, SYS, inbox_of
from runtime.provision import establish
from runtime.registry import Auditor, System
from tests.runtime.nats_fixtures import OWNED, TODAY, authority, hub, provisioned

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from tests.runtime.nats_fixtures import Hub

__all__ = ["authority", "hub", "provisioned"]

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
    *(
        f"$JS.API.STREAM.{call}.FEED"
        for call in ("CREATE", "INFO", "UPDATE", "DELETE", "PURGE", "RESTORE", "SNAPSHOT", "MSG.GET", "MSG.DELETE")
    ),
    *(
        f"$JS.API.CONSUMER.{call}.{stream}.{name}"
        for call in ("CREATE", "INFO", "DELETE", "RESET", "PAUSE", "MSG.NEXT")
        for stream, names in (
            ("EVENTS", (*TENANTS, "READ-operator-1", "READ-council-1", "council")),
            ("FEED", ("verktoy", "andre", "revisjon")),
            ("INGEST_molde", SERVICES),
        )
        for name in names
    ),
    *(f"$JS.API.CONSUMER.{call}.{stream}" for call in ("CREATE", "NAMES", "LIST") for stream in ("FEED", "EVENTS")),
    *(f"$JS.API.DIRECT.GET.{stream}" for stream in ("EVENTS", "FEED", "INGEST_molde")),
    *(f"$JS.ACK.FEED.{name}.1.1.1.1.0" for name in ("verktoy", "andre")),
    *(f"HUB.JS.API.CONSUMER.RESET.EVENTS.{tenant}" for tenant in TENANTS),
    *("$JS.FC.EVENTS.molde.x", "$JS.API.INFO", "$JS.API.STREAM.LIST", "$JS.API.STREAM.NAMES"),
    "$JS.API.CONSUMER.CREATE.INGEST_molde",
    "$SYS.REQ.CLAIMS.UPDATE",
    "$SYS.REQ.CLAIMS.DELETE",
    "$SYS.REQ.SERVER.PING",
]
"""Everything there is to say, in one's own name and in every other."""

HEARD = [
    *(">", "*.>", "ev.>", "cmd.>", "query.>", "ingest.>", "rej.>", "ops.>", "deliver.>", "_INBOX.>", "$JS.>", "$SYS.>"),
    *(f"{door}.{system}.>" for door in ("cmd", "query", "ingest") for system in SYSTEMS),
    *(f"ev.{tenant}.>" for tenant in TENANTS),
    *(f"rej.{system}" for system in (*SYSTEMS, "verktoy", "revisjon")),
    *(f"{inbox_of(user)}.>" for user in (*SYSTEMS, *SERVICES, "operator", "verktoy", "revisjon", "admin", "watch")),
    *(f"{door}.*.*.{service}.>" for door in ("cmd", "query") for service in SERVICES),
]

USERS = [
    *((tenant, system) for tenant in TENANTS for system in SYSTEMS[:2]),
    *(("molde", user) for user in ("sak", "dvh", "verktoy", "revisjon", "admin", "watch")),
    *(("ror", user) for user in ("verktoy", "revisjon", "admin", "watch")),
    *((HUB, user) for user in (*SERVICES, "operator", "provision")),
    (SYS, "system"),
]
"""Every kind of user there is: systems, one of them with the FEED, an auditor, and ours in a tenant, in HUB, in SYS."""

READS_FEED = {"$JS.API.STREAM.INFO.FEED", "$JS.API.DIRECT.GET.FEED"}
READS_EVENTS = {"$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.DIRECT.GET.EVENTS", "$JS.FC.EVENTS.molde.x"}
OURS = {
    "admin": {
        "$JS.API.INFO",
        *(f"$JS.API.STREAM.{call}.FEED" for call in ("CREATE", "INFO", "UPDATE", "DELETE")),
    },
    "watch": {"$JS.API.STREAM.INFO.FEED"},
    "revisjon": {"$JS.API.DIRECT.GET.FEED"},
    "system": {"$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.SERVER.PING"},
}


def may_say(account: str, user: str, subject: str) -> bool:
    """The rule, said once more and not read from the permissions."""
    first, second, *_ = subject.split(".")
    if user in OURS:
        return subject in OURS[user]
    if account == HUB:
        return may_say_in_the_hub(user, subject)
    own = f".FEED.{user}"
    reads = subject in READS_FEED | {"$JS.API.INFO"} or subject in {
        *(f"$JS.API.CONSUMER.{call}{own}" for call in ("CREATE", "INFO", "DELETE", "MSG.NEXT")),
        f"$JS.ACK{own}.1.1.1.1.0",
    }
    return (first in {"cmd", "query", "ingest"} and second == user) or (user == "verktoy" and reads)


def may_say_in_the_hub(user: str, subject: str) -> bool:
    first, _, *rest = subject.split(".")
    call = subject.removeprefix("$JS.API.")
    informed = re.fullmatch(r"STREAM\.INFO\.\w+|CONSUMER\.INFO\.\w+\.[\w-]+", call) is not None
    if user == "provision":
        makes = re.fullmatch(
            r"INFO|STREAM\.CREATE\.\w+|CONSUMER\.CREATE\..+|CONSUMER\.RESET\.(?!EVENTS\.).+|CONSUMER\.DELETE\.EVENTS\..+",
            call,
        )
        return subject.startswith("$JS.API.") and (informed or makes is not None)
    own = re.fullmatch(rf"CONSUMER\.(CREATE|DELETE)\.EVENTS\.READ-{user}-[1-8]|CONSUMER\.MSG\.NEXT\.EVENTS\..+", call)
    if informed or own or subject in READS_EVENTS:
        return True
    if user == "operator":
        return first == "ops" or re.fullmatch(r"STREAM\.LIST|CONSUMER\.(LIST|NAMES)\.\w+", call) is not None
    swept = user == "intake" and re.fullmatch(r"STREAM\.MSG\.(GET\.\w+|DELETE\.(?!EVENTS)\w+)", call) is not None
    taken = re.fullmatch(rf"CONSUMER\.(MSG\.NEXT\.\w+|RESET\.(?!EVENTS)\w+)\.{user}", call) is not None
    health = subject in {f"ops.{user}.health", f"{inbox_of(user)}.x"}
    return (first == "ev" and rest[0] == user) or first == "rej" or swept or taken or health


def may_hear(account: str, user: str, subject: str) -> bool:
    """The rule, said once more and not read from the permissions."""
    if subject == f"{inbox_of(user)}.>":
        return True
    if account == HUB:
        return user in SERVICES and subject in {f"cmd.*.*.{user}.>", f"query.*.*.{user}.>"}
    return subject == f"rej.{user}" and user not in OURS


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
    registry = hub.registry
    for tenant in ("molde", "ror"):
        registry = tenancy.with_system(registry, tenant, System(name="verktoy", title="Verktøy", feed=True))
        registry = tenancy.with_auditor(registry, tenant, Auditor(name="revisjon", title="Revisjonen"))
    await establish(hub.target, registry, OWNED, on=TODAY, only=("molde", "ror"))
    counts = [await _matrix(hub, account, user) for account, user in USERS]
    with capsys.disabled():
        no, yes = (sum(each) for each in zip(*counts, strict=True))
        print(f"\n  at the server: {len(USERS)} credentials: {no} pairs refused, {yes} not", end="")  # noqa: T201 - asked for

"""On a server without accounts anybody may publish on any subject: the services alone refuse what is not allowed (R56).

The same commands, queries and claims as a forger would send them, by the real doors, made from the catalogue.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import nats
import pytest
from faststream.nats import NatsBroker

from contracts import catalogue, rights
from contracts.acting import Acting, Role
from contracts.answers import Answered
from contracts.generate import golden, schemas
from contracts.queries.record import ClaimStatus
from contracts.queries.reporting import ViewQuery
from runtime.assertion import HEADER, request, sign
from runtime.desk import Desk
from runtime.doors import Doors
from runtime.ledger import Ledger
from runtime.nats import api, store
from runtime.provision import ingest_consumer, ingest_name, ingest_stream
from runtime.reception import Reception
from runtime.registry import Grant
from runtime.ror import ror
from runtime.signing import Key
from services.council.app import SERVICE as COUNCIL
from services.intake.app import SERVICE as INTAKE
from services.portfolio.app import SERVICE as PORTFOLIO
from services.reporting.app import SERVICE as REPORTING
from tests.bench.relay import server
from tests.runtime.claimants import event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from nats.aio.client import Client

    from contracts.message import Message
    from runtime.desk import Caller

SERVICES = (INTAKE, COUNCIL, PORTFOLIO, REPORTING)
TENANTS = ("molde", "aukra", "ror")
FRONT_END, PLAIN = "cli", "portal"
KEYS = {tenant: Key.new("U") for tenant in TENANTS}
ROLES = [role for role in Role if role not in {Role.SYSTEM, Role.OPERATOR}]
CLAIMS = sorted(kind.__name__ for kind in catalogue.claims().values())


def registry() -> Any:
    """ROR-IKT's, with a front end's key in each tenant, and in each a person for each role."""
    made = ror()
    for tenant in TENANTS:
        made = made.with_front_end_key(tenant, FRONT_END, KEYS[tenant].public)
        for role in ROLES:
            made = made.with_grant(tenant, Grant(person=f"is-{role}", role=role))
    return made


REGISTRY = registry()


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "loypa.denied")


def desk_of(service: Any, directory: Path) -> Desk:
    ledger = Ledger.open(f"sqlite:///{directory}/{service.name}.db", service.name, clock=now, salt=lambda: b"salt")

    def may_claim(tenant: str, system: str) -> tuple[str, ...]:
        return tuple(
            claim
            for there in REGISTRY.tenants
            for one in there.connecting
            for claim in one.claims
            if (there.slug, one.name) == (tenant, system)
        )

    return Desk(service, ledger, now, uuid4, may_claim, timedelta())


async def answer(desk: Desk, name: str, body: bytes, caller: Caller) -> Message:
    """A query's answer; of one that a view answers, whether it may be asked: what it shows is the views' own test."""
    kind = catalogue.queries().get((desk.service.name, name))
    if kind is None or not issubclass(kind, ViewQuery):
        return desk.query(name, body, caller)
    desk.permitted(name, body, caller)
    return Answered()


@asynccontextmanager
async def open_doors(url: str) -> AsyncIterator[tuple[Client, dict[str, Desk]]]:
    """The four services' doors, and a client that may say anything."""
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loypa-open-")))
        client = await nats.connect(url)
        stack.push_async_callback(client.close)
        reception = Reception(lambda: REGISTRY, now)
        desks: dict[str, Desk] = {}
        for tenant in TENANTS:
            await api(client, f"STREAM.CREATE.{ingest_name(tenant)}", ingest_stream(tenant))
        for service in SERVICES:
            desk = desks[service.name] = desk_of(service, directory)
            stack.callback(desk.ledger.close)
            writer = stack.enter_context(ThreadPoolExecutor(1))

            def ask(name: str, body: bytes, caller: Caller, desk: Desk = desk) -> Any:
                return answer(desk, name, body, caller)

            doors = Doors(desk, writer, reception.identify, ask, client.publish)
            broker = NatsBroker(url, logger=None, serializer=None, apply_types=False)  # as `open_broker` makes it
            doors.open_on(broker)
            await broker.start()
            stack.push_async_callback(broker.stop)
            owned = [kind.__name__ for kind in service.claims]
            for tenant in TENANTS if owned else ():
                config = {"config": ingest_consumer(service.name, tenant, owned), "action": "create"}
                stream = ingest_name(tenant)
                await api(client, f"CONSUMER.CREATE.{stream}.{service.name}", {"stream_name": stream} | config)
                pull = doors.take(client, tenant)
                await pull.start()
                stack.push_async_callback(pull.stop)
        yield client, desks


def messages() -> Iterator[tuple[str, str, str, bytes]]:
    """Every command and query: its door, its service, its name and an example."""
    for door, folder, every in (
        ("cmd", "commands", catalogue.commands()),
        ("query", "queries", catalogue.queries()),
    ):
        for (service, name), kind in every.items():
            body = golden.body(kind, schemas.everything()[f"{folder}/{service}.{name}"])
            yield door, service, name, json.dumps(body).encode()


def allowed(door: str, service: str, name: str, tenant: str, roles: set[Role]) -> bool:
    """What the table says, and that a network has no business of its own."""
    table = rights.COMMANDS if door == "cmd" else rights.QUERIES
    here = tenant != "ror" or (door == "query" and f"{service}.{name}" in rights.IN_A_NETWORK)
    return here and bool(roles & table.get(f"{service}.{name}", frozenset()))


async def rule(client: Client, subject: str, body: bytes, headers: dict[str, str] | None = None) -> str | None:
    """The rule by which it was refused; nothing when it was not."""
    told = json.loads((await client.request(subject, body, timeout=30, headers=headers)).data)
    return str(told["refusal"]["rule"]) if told["outcome"] == "refused" else None


def vouched(tenant: str, person: str, within: str, body: bytes, **changed: Any) -> dict[str, str]:
    said = {"tenant": tenant, "system": FRONT_END, "person": person, "now": now(), "jti": str(uuid4())}
    said |= {"req": request(within, body)} | changed
    return {HEADER: sign(said.pop("key", KEYS[tenant]), **said)}


async def test_with_the_server_s_check_away_the_services_refuse_every_forbidden_pair(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pairs = Counter[bool]()
    free = asyncio.Semaphore(16)

    async def one(client: Client, message: tuple[str, str, str, bytes], tenant: str, role: Role | None) -> None:
        door, service, name, body = message
        system = FRONT_END if role else PLAIN
        within = f"{door}.{system}.{service}.{name}"
        subject = f"{door}.{tenant}.{system}.{service}.{name}"
        async with free:
            headers = vouched(tenant, f"is-{role}", within, body) if role else None
            found = await rule(client, subject, body, headers)
        may = allowed(door, service, name, tenant, {role, Role.SUBMITTER} if role else {Role.SYSTEM})
        assert (found != "NotAllowed") == may, (subject, role, found)
        pairs[may] += 1

    with server("2m") as url:
        async with open_doors(url) as (client, desks):
            every = itertools.product(messages(), ("molde", "ror"), (None, *ROLES))
            await asyncio.gather(*(one(client, *each) for each in every))
            # a network records nothing, whoever asks for it
            assert all(
                stored.subject.split(".")[1] != "ror"
                for desk in desks.values()
                for stored in desk.ledger.read(0, 10_000)
            )
    with capsys.disabled():
        print(f"\n  on an open server: {pairs[False]} pairs refused, {pairs[True]} not", end="")  # noqa: T201 - wanted


async def test_a_forger_on_an_open_server_gets_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "loypa.denied")
    body = json.dumps({"key": "1", "title": "Lys langs skulevegen", "problem": "p", "submitter": "employee"}).encode()
    name = "cli.intake.SubmitIdea"
    past, used = now() - timedelta(hours=1), vouched("molde", "is-caseworker", f"cmd.{name}", body)
    forged: list[tuple[str, str, dict[str, str] | None]] = [
        ("UnknownTenant", f"cmd.oslo.{name}", None),
        ("UnknownTenant", f"cmd.1506.{name}", None),
        ("UnknownSystem", "cmd.molde.nokon.intake.SubmitIdea", None),
        ("WrongKey", f"cmd.molde.{name}", vouched("molde", "is-caseworker", f"cmd.{name}", body, key=Key.new("U"))),
        ("WrongKey", f"cmd.molde.{name}", vouched("aukra", "is-caseworker", f"cmd.{name}", body)),
        (
            "AnotherTenant",
            f"cmd.molde.{name}",
            vouched("aukra", "is-caseworker", f"cmd.{name}", body, key=KEYS["molde"]),
        ),
        ("AnotherMessage", f"cmd.molde.{name}", vouched("molde", "is-caseworker", "cmd.cli.intake.MergeIdea", body)),
        ("Expired", f"cmd.molde.{name}", vouched("molde", "is-caseworker", f"cmd.{name}", body, now=past)),
        ("NotAFrontEnd", "cmd.molde.sak.intake.SubmitIdea", vouched("molde", "is-caseworker", f"cmd.{name}", body)),
        ("NotAnAssertion", f"cmd.molde.{name}", {HEADER: "a.b.c"}),
    ]
    with server("2m") as url:
        async with open_doors(url) as (client, desks):
            for expected, subject, headers in forged:
                assert await rule(client, subject, body, headers) == expected, subject
            assert desks["intake"].ledger.head() == 0
            assert await rule(client, f"cmd.molde.{name}", body, used) is None
            head = desks["intake"].ledger.head()
            assert await rule(client, f"cmd.molde.{name}", body, used) == "Replayed"
            assert desks["intake"].ledger.head() == head > 0
    logged = [json.loads(each.message.removeprefix("denied ")) for each in caplog.records]
    assert [each["rule"] for each in logged] == [expected for expected, *_ in forged] + ["Replayed"]
    assert all(each["tenant"] and each["system"] and each["message"] == "SubmitIdea" for each in logged)
    assert json.loads(body)["title"] not in caplog.text


async def test_a_claim_counts_for_what_its_system_is_registered_for_alone(capsys: pytest.CaptureFixture[str]) -> None:
    systems = {(tenant.slug, one.name): one.claims for tenant in REGISTRY.tenants for one in tenant.systems}
    senders = [*systems, *((tenant, "nokon") for tenant in TENANTS)]
    senders = [sender for sender in senders if sender[0] in TENANTS]
    with server("2m") as url:
        async with open_doors(url) as (client, desks):
            for (tenant, system), name in itertools.product(senders, CLAIMS):
                raw = json.dumps(event(name, "1-" + name, {"nonsense": 1})).encode()
                await store(client, f"ingest.{tenant}.{system}.{name}", raw)
            pairs = Counter[bool]()
            for (tenant, system), name in itertools.product(senders, CLAIMS):
                desk = desks[next(kind.service for kind in catalogue.claims().values() if kind.__name__ == name)]
                found = await decided(desk, tenant, system, "1-" + name)
                may = name in systems.get((tenant, system), ())
                assert found == ("Invalid" if may else "ClaimNotRegistered"), (tenant, system, name)
                pairs[may] += 1
            facts = {stored.subject.rsplit(".", 1)[-1] for desk in desks.values() for stored in desk.ledger.read(0)}
            assert facts == {"ClaimRejected"}
    with capsys.disabled():
        print(f"\n  claims on an open server: {pairs[False]} pairs refused, {pairs[True]} not", end="")  # noqa: T201 - wanted


async def decided(desk: Desk, tenant: str, system: str, claim_id: str) -> str | None:
    """The rule by which a claim was refused, once it is decided on."""
    asker = Acting(tenant, system, None, frozenset({Role.SYSTEM}))
    async with asyncio.timeout(60):
        while True:
            (outcome,) = desk.claims.status(ClaimStatus(ids=(claim_id,)), asker).claims
            if outcome.state != "pending":
                return outcome.refusal.rule if outcome.refusal else None
            await asyncio.sleep(0.02)

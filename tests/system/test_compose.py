"""docker-compose.yml, started as local processes: the year is told on it, and halfway a NATS node is killed."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from nats.errors import Error as NatsError

from contracts.answers import ClaimOutcomes
from contracts.catalogue import SERVICES
from contracts.queries.record import ClaimStatus
from interfaces.client import NotServed, operator
from interfaces.demo.story import steps
from interfaces.installation import Installation
from runtime.nats import ApiRefused, NoAnswer, api
from runtime.provision import events_stream, ingest_name
from tests.system.compose import PATIENCE, Composition, composition
from tests.system.database import version
from tests.system.year import cast, door, envelope, tell

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

pytestmark = pytest.mark.timeout(600)  # the year comes first, on a machine that may have other work

NODES = ("nats1", "nats2", "nats3")
HALF = len(steps()) // 2
A_LITTLE_LATER = HALF + 20
"""After which step of the story the node is killed."""

AWAY = (NoAnswer, NotServed, ApiRefused, NatsError)
"""What a client hears of a cluster that is choosing a new leader: send the same again."""


@dataclass
class Production:
    """The installation that the compose file makes, as its operator sees it."""

    containers: Composition
    data: Path
    acknowledged: list[str] = field(default_factory=list)
    killed: str = ""

    async def streams(self) -> dict[str, dict[str, Any]]:
        """How every stream stands."""
        here = Installation.open(self.data)
        names = [events_stream()["name"], *map(ingest_name, here.registry.slugs)]
        async with operator(here.found()) as asking:
            return {name: await api(asking.client, f"STREAM.INFO.{name}") for name in names}

    async def tell_all(self) -> None:
        """The whole story; halfway, with claims coming in all the time, the leader of EVENTS is killed."""
        await tell(self.data, 0, HALF)
        self.killed = (await self.streams())["EVENTS"]["cluster"]["leader"]
        over = asyncio.Event()
        claiming = asyncio.create_task(self._claim_until(over))
        reached = HALF - 1

        def done(index: int) -> None:
            nonlocal reached
            reached = index
            if index == A_LITTLE_LATER:
                self.containers.kill(self.killed)

        await until_answered(lambda: tell(self.data, reached + 1, len(steps()), done))
        over.set()
        await claiming

    async def _claim_until(self, over: asyncio.Event) -> None:
        """A system of Molde publishes one claim after the other, each until the stream says that it has it."""
        async with door(self.data, "molde", "sak") as here:
            while not over.is_set():
                name = f"innspel-{len(self.acknowledged)}"
                claim = envelope(name, {"title": f"Innspel {name}", "problem": "Køen er lang."})
                await until_answered(lambda claim=claim: here.claim("IdeaSubmitted", claim))
                self.acknowledged.append(name)
                await asyncio.sleep(0.1)

    async def outcomes(self) -> Counter[str]:
        """What became of the acknowledged claims."""
        async with door(self.data, "molde", "sak") as here:
            found: Counter[str] = Counter()
            for first in range(0, len(self.acknowledged), 500):
                ids = tuple(self.acknowledged[first : first + 500])
                answer = await here.query(ClaimStatus(ids=ids), None, "intake")
                found.update(claim.state for claim in ClaimOutcomes.model_validate(answer.result).claims)
            return found

    async def settle(self) -> None:
        """Until every acknowledged claim is decided on, every copy of every stream is current and all are healthy."""
        async with asyncio.timeout(PATIENCE), operator(Installation.open(self.data).found()) as asking:
            while True:
                each = [await asking.health(service) for service in SERVICES]
                if (
                    all(one is not None and one.healthy and not any(part.lag for part in one.parts) for one in each)
                    and not (await self.outcomes())["pending"]
                    and all(copies(stream) == {*NODES} for stream in (await self.streams()).values())
                ):
                    return
                await asyncio.sleep(0.2)


def copies(stream: dict[str, Any]) -> set[str]:
    """The nodes that have everything of a stream."""
    cluster = stream["cluster"]
    return {cluster.get("leader"), *(copy["name"] for copy in cluster.get("replicas", ()) if copy["current"])}


async def until_answered(ask: Callable[[], Awaitable[None]]) -> None:
    """Ask until nobody is away."""
    async with asyncio.timeout(PATIENCE * 2):
        while True:
            try:
                return await ask()
            except AWAY:
                await asyncio.sleep(0.5)


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """Everything up, the year told over the death of a node, and the node back again."""
    with composition(tmp_path_factory.mktemp("compose")) as containers, pytest.MonkeyPatch.context() as here:
        containers.up()
        for name in [name for name in os.environ if name.startswith("LOYPA_")]:
            here.delenv(name)
        for name, value in containers.environment("operator").items():
            if name.startswith("LOYPA_"):
                here.setenv(name, value)
        made = Production(containers, Path(os.environ["LOYPA_DATA"]))
        cast(made.data)
        asyncio.run(made.settle())
        asyncio.run(made.tell_all())
        containers.start(made.killed)
        asyncio.run(made.settle())
        yield made


def test_every_stream_is_kept_on_three_nodes_and_every_copy_is_current(production: Production) -> None:
    for stream in asyncio.run(production.streams()).values():
        assert stream["config"]["num_replicas"] == 3
        assert copies(stream) == {*NODES}


def test_what_was_acknowledged_while_the_leader_died_is_stored_and_nothing_is_doubled(production: Production) -> None:
    assert asyncio.run(production.outcomes()) == {"accepted": len(production.acknowledged)}
    submitted = Counter(
        event["data"]["title"] for event in feed(production, "--municipality", "molde", "--type", "IdeaSubmitted")
    )
    assert [submitted[f"Innspel {name}"] for name in production.acknowledged] == [1] * len(production.acknowledged)


def test_the_stream_holds_every_event_of_every_ledger_once_and_in_order(production: Production) -> None:
    told: dict[str, list[int]] = {service: [] for service in SERVICES}
    for event in feed(production):
        told[event["source"].rpartition("/")[2]].append(int(event["sequence"]))
    assert told == {service: list(range(1, recorded(production, service) + 1)) for service in SERVICES}
    assert all(told.values())


def test_the_operator_finds_everything_healthy(production: Production) -> None:
    ran = production.containers.run("operator", "status", "--output", "json")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_service_passes_its_health_check_by_its_own_means_and_a_dead_one_does_not(production: Production) -> None:
    containers = production.containers
    assert all(containers.healthy(name) for name in SERVICES)
    containers.kill("portfolio")
    assert not containers.healthy("portfolio")
    assert containers.healthy("intake")
    containers.start("portfolio")
    containers.wait("portfolio", "service_healthy")


def test_every_container_that_stays_has_a_health_check(production: Production) -> None:
    services = production.containers.services
    staying = {name for name, service in services.items() if service.get("restart") == "unless-stopped"}
    assert {name for name, service in services.items() if "healthcheck" in service} == staying
    assert all(services[name]["healthcheck"]["test"][0] == "CMD" for name in staying)


def test_every_view_holds_against_a_full_replay(production: Production) -> None:
    ran = production.containers.run("operator", "verify", "--output", "json")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads(ran.stdout)["holds"]


def test_preparing_and_provisioning_again_changes_nothing(production: Production) -> None:
    handout = production.containers.home / "handout"
    secrets = {path: path.read_text() for path in handout.rglob("*") if path.name in {"pgpass", "password"}}
    again = production.containers.run("prepare")
    assert again.returncode == 0, again.stderr
    assert secrets == {path: path.read_text() for path in secrets}
    ran = production.containers.run("provision")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "made" not in ran.stdout


def test_no_secret_stands_in_an_environment_or_on_a_command_line(production: Production) -> None:
    containers = production.containers
    keys = [path for path in (production.data / "keys").iterdir() if path.suffix in {".nk", ".password"}]
    secrets = [path.read_text().strip() for path in keys]
    assert len(secrets) > len(SERVICES)
    for name in containers.services:
        listed = json.dumps([containers.services[name], containers.environment(name)])
        assert not [secret for secret in secrets if secret in listed], name


def test_a_service_holds_its_own_credentials_and_no_key_that_signs(production: Production) -> None:
    for service in SERVICES:
        seen = [path for mount in production.containers.mounts(service).values() for path in mount.rglob("*")]
        assert {path.name for path in seen if path.is_file()} == {f"{service}.creds", "pgpass", "tenants.json"}


def test_a_service_cannot_open_the_database_of_another(production: Production) -> None:
    password = (production.containers.home / "handout/intake/pgpass").read_text().strip().rpartition(":")[2]
    port = production.containers.ports["postgres", "5432"]
    own = {"host": "127.0.0.1", "port": port, "user": "intake", "password": password}
    with psycopg.connect(**own, dbname="intake") as connection:
        assert connection.execute("SELECT count(*) > 0 FROM loypa_intake.vault").fetchone() == (True,)
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(**own, dbname="council")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**{**own, "password": "loypa"}, dbname="intake")


def test_the_database_is_the_one_the_tests_run_on(production: Production) -> None:
    assert production.containers.services["postgres"]["image"] == f"postgres:{version()}"


def feed(production: Production, *arguments: str) -> list[dict[str, Any]]:
    """The events as the operator reads them."""
    ran = production.containers.run("operator", "feed", *arguments, "--output", "ndjson")
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def recorded(production: Production, service: str) -> int:
    """How many events a service's ledger holds, by the database."""
    assert production.containers.database is not None
    asked = f"SELECT count(*) FROM loypa_{service}.stored_events"  # noqa: S608 - our own name
    return int(production.containers.database.ask(service, asked))

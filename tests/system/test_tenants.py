"""Tenants come, change keys, merge and go on a running system, and nobody else notices."""

from __future__ import annotations

import asyncio
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from interfaces.cli.commands import app
from interfaces.client import Doors
from interfaces.installation import Installation
from runtime.nats import Client, NoAnswer, NotReachable, api, connect, store
from tests.system.instance import instance
from tests.system.year import door, envelope, now, outcome

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.system.instance import Instance

SEED = re.compile(rb"S[UAO][A-Z2-7]{56}")
GOOD = {"title": "Lading ved ferjekaia", "problem": "Det er kø hver morgen."}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("tenants") / "data") as one:
        one.up()
        yield one


class Others:
    """A system of Aukra that publishes claims all the while."""

    def __init__(self, client: Client) -> None:
        self.client, self.sent = client, 0
        self._going = asyncio.create_task(self._go())

    async def _go(self) -> None:
        while True:
            await store(self.client, "ingest.decide.IdeaSubmitted", envelope(f"o-{self.sent}", GOOD), within=5)
            self.sent += 1
            await asyncio.sleep(0.2)

    async def undisturbed(self, data: Path) -> None:
        """Every claim was acknowledged on the one connection, and accepted."""
        assert not self._going.done(), self._going
        self._going.cancel()
        assert self.client.stats["reconnects"] == 0
        assert self.client.is_connected
        async with door(data, "aukra", "decide") as here:
            for number in {0, self.sent // 2, self.sent - 1}:
                assert (await outcome(here, f"o-{number}")).state == "accepted"


@pytest.fixture
async def others(running: Instance) -> AsyncIterator[Others]:
    client = await Installation.open(running.data).found().connect("aukra", "decide")
    made = Others(client)
    try:
        yield made
    finally:
        made._going.cancel()  # noqa: SLF001 - it is ours
        await client.close()


async def tenants(running: Instance, *words: object) -> None:
    """`loypa tenants …` on the running installation, in this process: starting one takes longer than the command."""

    def call() -> None:
        tokens = ["tenants", *map(str, words), "--data", str(running.data)]
        command, bound, _ = app.parse_args(tokens, print_error=False, exit_on_error=False)
        command(*bound.args, **bound.kwargs)

    await asyncio.to_thread(call)


async def enter(running: Instance, credentials: Path) -> Client:
    """A connection with nothing but a server's address and a file."""
    url = Installation.open(running.data).found().settings.nats[0]
    return await connect(url, credentials, label="test", within=3)


async def cut_off(client: Client) -> None:
    async with asyncio.timeout(30):
        while client.is_connected:  # noqa: ASYNC110 - the client tells nobody
            await asyncio.sleep(0.01)


def at(client: Client, running: Instance, tenant: str, system: str) -> Doors:
    return Doors(Installation.open(running.data).found(), client, tenant, system, now, lambda: None)  # type: ignore[arg-type, return-value]


async def held(running: Instance, tenant: str) -> int:
    watch = await Installation.open(running.data).found().connect(tenant, "watch")
    try:
        return int((await api(watch, "STREAM.INFO.FEED"))["state"]["messages"])
    finally:
        await watch.close()


async def test_a_tenant_comes_changes_its_keys_and_goes_while_another_works(
    running: Instance, others: Others, tmp_path: Path
) -> None:
    await tenants(running, "add", "volda", "--name", "Volda kommune", "--number", "1577", "--join", "ror")
    await tenants(running, "add-system", "volda", "sak", "--claim", "IdeaSubmitted")
    await tenants(running, "add-system", "volda", "kart", "--claim", "IdeaSubmitted")
    for name in ("sak", "kart"):
        await tenants(running, "credentials", "volda", name, tmp_path / f"{name}.creds")
    sak, kart = await enter(running, tmp_path / "sak.creds"), await enter(running, tmp_path / "kart.creds")
    here = at(sak, running, "volda", "sak")
    await here.claim("IdeaSubmitted", envelope("v-1", GOOD))
    assert (await outcome(here, "v-1")).state == "accepted"

    await tenants(running, "rotate", "volda", "sak")
    await cut_off(sak)
    await sak.close()
    with pytest.raises(NotReachable, match="Authorization"):
        await enter(running, tmp_path / "sak.creds")
    await tenants(running, "credentials", "volda", "sak", tmp_path / "new.creds")
    sak = await enter(running, tmp_path / "new.creds")
    here = at(sak, running, "volda", "sak")
    await here.claim("IdeaSubmitted", envelope("v-2", GOOD))
    assert (await outcome(here, "v-2")).state == "accepted"
    assert kart.stats["reconnects"] == 0
    await store(kart, "ingest.kart.IdeaSubmitted", envelope("k-1", GOOD))

    await tenants(running, "remove", "volda")
    await cut_off(sak)
    await cut_off(kart)
    for client in (sak, kart):
        await client.close()
    with pytest.raises(NotReachable):
        await enter(running, tmp_path / "new.creds")
    await asyncio.to_thread(running.wait_until_healthy)
    events = await asyncio.to_thread(running.feed, "--municipality", "1577")
    assert [event["data"]["title"] for event in events if event["type"] == "no.loypa.intake.IdeaSubmitted.v1"]
    await others.undisturbed(running.data)


async def test_a_removed_tenants_claims_are_decided_and_its_ingest_is_kept(running: Instance) -> None:
    await tenants(running, "add", "ulstein", "--name", "Ulstein")
    await tenants(running, "add-system", "ulstein", "sak", "--claim", "IdeaSubmitted")
    client = await Installation.open(running.data).found().connect("ulstein", "sak")
    for number in range(30):
        await store(client, "ingest.sak.IdeaSubmitted", envelope(f"u-{number}", GOOD))
    await tenants(running, "remove", "ulstein")
    await client.close()
    hub = await Installation.open(running.data).found().connect("HUB", "operator")
    async with asyncio.timeout(60):
        while (await api(hub, "STREAM.INFO.INGEST_ulstein"))["state"]["messages"]:  # noqa: ASYNC110 - only the server knows
            await asyncio.sleep(0.1)
    await hub.close()
    events = await asyncio.to_thread(running.feed, "--municipality", "ulstein")
    assert len(events) >= 30


async def test_a_municipality_that_merges_keeps_its_history_readable_under_both(
    running: Instance, others: Others
) -> None:
    async with door(running.data, "rauma", "decide") as here:
        await here.claim("IdeaSubmitted", envelope("r-1", GOOD | {"title": "Gondol til Rampestreken"}))
        assert (await outcome(here, "r-1")).state == "accepted"
    await tenants(running, "add", "romsdal", "--name", "Romsdal kommune", "--number", "1598", "--join", "ror")
    assert await held(running, "romsdal") == 0
    await tenants(running, "merge", "rauma", "--into", "romsdal")
    before = await held(running, "rauma")

    async def under(name: str) -> list[str]:
        told = await asyncio.to_thread(running.json, "view", "coordination", "--municipality", name)
        return [idea["title"] for idea in told["ideas"]]

    assert await under("romsdal") == await under("rauma") == ["Gondol til Rampestreken"]
    deadline = time.monotonic() + 60
    while await held(running, "romsdal") != before:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
    (idea,) = (await asyncio.to_thread(running.json, "view", "coordination", "--municipality", "rauma"))["ideas"]
    for name in ("romsdal", "rauma"):
        shown = await asyncio.to_thread(running.json, "show", "idea", idea["idea"], "--municipality", name)
        assert shown["title"] == "Gondol til Rampestreken"
    await tenants(running, "remove", "rauma")
    assert await under("1539") == await under("1598") == ["Gondol til Rampestreken"]
    feeds = [await asyncio.to_thread(running.feed, "--municipality", name) for name in ("romsdal", "rauma")]
    assert feeds[0] == feeds[1] != []
    await others.undisturbed(running.data)


def test_nothing_secret_is_told_anywhere(running: Instance) -> None:
    seeds = {SEED.search(path.read_bytes()) for path in (running.data / "keys").glob("*.nk")}
    secrets = [found.group() for found in seeds if found]
    assert len(secrets) > 30
    told = running.log.encode() + b"".join(path.read_bytes() for path in (running.data / "nats").glob("*.*"))
    told += (running.data / "tenants.json").read_bytes()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told += (process / "cmdline").read_bytes()
            told += (process / "environ").read_bytes() if process.stat().st_uid == os.getuid() else b""
        except OSError:
            continue  # it has ended
    assert not [secret for secret in secrets if secret in told]


async def test_status_tells_how_the_feeds_stand(running: Instance) -> None:
    told = await asyncio.to_thread(running.json, "status")
    feeds = {part["service"]: part for part in told["parts"] if part["part"] == "feed"}
    assert {"molde", "aukra", "ror", "romsdal"} <= set(feeds)
    assert "volda" not in feeds
    assert feeds["ror"]["held"] >= feeds["aukra"]["held"] > 0
    operator = await Installation.open(running.data).found().connect("HUB", "operator")
    with pytest.raises(NoAnswer):
        await api(operator, "CONSUMER.DELETE.EVENTS.molde", within=0.2)
    await operator.close()

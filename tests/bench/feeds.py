"""From a ledger to a tenant's FEED and from there to a subscriber, beside the server alone."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING

import nats

from interfaces.installation import Installation, owned
from runtime.accounts import HUB, Permissions
from runtime.embedded import EmbeddedServer
from runtime.nats import api
from runtime.provision import establish
from runtime.registry import System
from tests.bench.claims import claim
from tests.bench.follow import fill
from tests.bench.measure import Measurement, side_by_side
from tests.bench.relay import events, server
from tests.system.instance import instance

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from nats.aio.client import Client
    from nats.aio.msg import Msg

COUNT = 100_000
"""Events that a subscriber reads from the first to the last."""

WINDOW = 500
PACE = 25
"""Claims a second while latency is measured; each becomes two events."""

CLAIMS = 300
TENANT, SYSTEM, READER = "molde", "portal", "lesar"
PLAIN = {"ack_policy": "none", "mem_storage": True, "deliver_policy": "all"}


async def follow(client: Client, stream: str, count: int, take: Callable[[Msg], None], ready: asyncio.Event) -> None:
    """Read so many messages with a plain consumer and a rolling pull."""
    request = {"stream_name": stream, "config": PLAIN | {"name": READER}}
    await api(client, f"CONSUMER.CREATE.{stream}.{READER}", request)
    inbox = client.new_inbox()
    finished = asyncio.Event()
    done = 0

    async def ask(number: int) -> None:
        body = json.dumps({"batch": number}).encode()
        await client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{READER}", body, reply=inbox)

    async def heard(message: Msg) -> None:
        nonlocal done
        take(message)
        done += 1
        if done % WINDOW == 0:
            await ask(WINDOW)
        if done == count:
            finished.set()

    subscription = await client.subscribe(inbox, cb=heard)
    await ask(2 * WINDOW)
    ready.set()
    await finished.wait()
    await subscription.unsubscribe()
    await api(client, f"CONSUMER.DELETE.{stream}.{READER}")


async def throughput(client: Client, stream: str) -> float:
    """Events a second from the first to the last."""
    start = perf_counter()
    await follow(client, stream, COUNT, lambda _message: None, asyncio.Event())
    return COUNT / (perf_counter() - start)


async def paced(send: Callable[[], object], count: int) -> None:
    """`count` times at an even pace."""
    begun = perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number / PACE - perf_counter()))
        await send()  # type: ignore[misc]  # it is a coroutine function


def registered(data: Path) -> Installation:
    """The default registry with one system more, which reads Molde's FEED."""
    installation = Installation.open(data)
    reader = System(name=READER, title="Lesar", feed=True)
    installation.registry.with_system(TENANT, reader).save(installation.settings.registry_file)
    return Installation.open(data)


async def as_(installation: Installation, account: str, user: str) -> Client:
    """A plain connection as this user."""
    credentials = str(installation.authority.credentials_of(account, user))
    inbox = f"_INBOX_{user}".encode()
    return await nats.connect(installation.settings.nats[0], user_credentials=credentials, inbox_prefix=inbox)


async def recorded_to_read(installation: Installation) -> list[float]:
    """Seconds from an event's `recordedtime` until a subscriber of the FEED has it, service and all."""
    portal, reader = await as_(installation, TENANT, SYSTEM), await as_(installation, TENANT, READER)
    waits: list[float] = []

    def take(message: Msg) -> None:
        recorded = datetime.fromisoformat(json.loads(message.data)["recordedtime"])
        waits.append(time.time() - recorded.timestamp())

    ready = asyncio.Event()
    following = asyncio.create_task(follow(reader, "FEED", 2 * CLAIMS, take, ready))
    await ready.wait()
    stream = portal.jetstream()
    await paced(lambda: stream.publish(f"ingest.{SYSTEM}.IdeaSubmitted", claim()), CLAIMS)
    await asyncio.wait_for(following, 60)
    for client in (portal, reader):
        await client.close()
    return waits


async def published_to_read(installation: Installation) -> list[float]:
    """Seconds from publishing into EVENTS until a subscriber of the FEED has it: the server alone."""
    publisher, reader = await as_(installation, HUB, "bench"), await as_(installation, TENANT, READER)
    waits: list[float] = []

    def take(message: Msg) -> None:
        waits.append(time.time() - json.loads(message.data)["at"])

    async def send() -> None:
        for _ in range(2):
            body = json.dumps({"at": time.time(), "filler": "æ" * 350}).encode()
            await publisher.publish(f"ev.{TENANT}.intake.IdeaSubmitted", body)

    ready = asyncio.Event()
    following = asyncio.create_task(follow(reader, "FEED", 2 * CLAIMS, take, ready))
    await ready.wait()
    await paced(send, CLAIMS)
    await asyncio.wait_for(following, 60)
    for client in (publisher, reader):
        await client.close()
    return waits


@asynccontextmanager
async def provisioned(data: Path) -> AsyncIterator[Installation]:
    """Accounts, EVENTS and FEEDs as they are, and no service: a user of HUB publishes events instead."""
    installation = registered(data)
    with EmbeddedServer.start(data, installation.authority) as running:
        found = installation.at(running.address.url, running.address.server)
        await establish(found.target, installation.registry, owned(), on=datetime.now(UTC).date())
        installation.authority.issue(HUB, "bench", Permissions(publish=(">",)))
        yield found


async def whole(installation: Installation) -> None:
    """Fill EVENTS, and wait until Molde's FEED has it all."""
    publisher = await as_(installation, HUB, "bench")
    await fill(publisher, COUNT)
    await publisher.close()
    watch = await as_(installation, TENANT, "watch")
    while (await api(watch, "STREAM.INFO.FEED"))["state"]["messages"] < COUNT:  # noqa: ASYNC110 - as an operator would look
        await asyncio.sleep(0.1)
    await watch.close()


def latency() -> list[Measurement]:
    """The median and the slowest hundredth, in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="loypa-bench-") as directory:
        data = Path(directory) / "data"
        registered(data)
        with instance(data) as running:
            running.up()
            ours = asyncio.run(recorded_to_read(Installation.open(data).found()))
            running.stop()

    async def alone(data: Path) -> list[float]:
        async with provisioned(data) as installation:
            return await published_to_read(installation)

    with tempfile.TemporaryDirectory(prefix="loypa-bench-") as directory:
        floor = asyncio.run(alone(Path(directory) / "data"))
    mine, bare = quantiles(ours, n=100), quantiles(floor, n=100)
    name = f"event → a tenant's FEED, {2 * PACE} a second"
    return [
        Measurement(f"{name}, {label}", mine[place] * 1000, bare[place] * 1000, "ms")
        for label, place in (("p50", 49), ("p99", 98))
    ]


def reading() -> list[Measurement]:
    """A hundred thousand events, by FEED and by a stream of no account."""

    async def by_feed(installation: Installation) -> float:
        reader = await as_(installation, TENANT, READER)
        try:
            return await throughput(reader, "FEED")
        finally:
            await reader.close()

    async def plain(url: str) -> float:
        client = await nats.connect(url)
        try:
            return await throughput(client, "EVENTS")
        finally:
            await client.close()

    async def prepared(url: str) -> None:
        async with events(url) as client:
            await fill(client, COUNT)

    async def both(data: Path, url: str) -> tuple[float, float]:
        async with provisioned(data) as installation:
            await whole(installation)
            pairs = [(await by_feed(installation), await plain(url)) for _ in range(3)]
        mine, floor = iter(pair[0] for pair in pairs), iter(pair[1] for pair in pairs)
        return side_by_side(lambda: next(mine), lambda: next(floor), runs=3)

    with tempfile.TemporaryDirectory(prefix="loypa-bench-") as directory, server() as url:
        asyncio.run(prepared(url))
        ours, floor = asyncio.run(both(Path(directory) / "data", url))
    return [Measurement(f"FEED to a subscriber, {COUNT:,} events", ours, floor, "events/s")]


def rows() -> list[Measurement]:
    """What a subscriber waits for, and how fast it catches up."""
    return [*latency(), *reading()]


if __name__ == "__main__":
    for row in rows():
        print(row, row.ratio)  # noqa: T201 - for whoever runs it alone

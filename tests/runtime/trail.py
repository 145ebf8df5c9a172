"""What tests of relay, follower and inbox share: ledgers with something in them, and a look into the stream."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from contracts.events.record import ClaimAccepted
from contracts.identity import derive
from runtime.embedded import EmbeddedServer
from runtime.ledger import Entry, Ledger, Origin
from runtime.nats import api, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
    from pathlib import Path
    from typing import Any
    from uuid import UUID

    from runtime.nats import Client
    from tests.runtime.nats_fixtures import Hub


def now() -> datetime:
    return datetime.now(UTC)


def salt() -> bytes:
    return b"0123456789abcdef"


class Ledgers:
    """Opens ledgers in a directory and closes what it opened."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.opened: list[Ledger] = []

    def __call__(self, service: str) -> Ledger:
        self.opened.append(Ledger.open(f"sqlite://{self.path(service)}", service, clock=now, salt=salt))
        return self.opened[-1]

    def path(self, service: str) -> Path:
        return self.directory / f"{service}.db"

    def close(self) -> None:
        while self.opened:
            self.opened.pop().close()


@pytest.fixture
def ledgers(tmp_path: Path) -> Iterator[Ledgers]:
    opening = Ledgers(tmp_path)
    yield opening
    opening.close()


def fact(name: str) -> ClaimAccepted:
    """An event that any service may record."""
    claim = derive("claim", name)
    return ClaimAccepted(claim=claim, system="decide", claim_id=name, claim_type="t", body="0f", about=claim)


def record(ledger: Ledger, *names: str, tenant: str = "molde", cause_recorded: datetime | None = None) -> None:
    """One transaction with a fact for each name, each in an aggregate of its own."""
    origin = Origin(tenant, f"{tenant}/decide", now(), "correlation", "cause", cause_recorded)
    ledger.append([Entry(derive("claim", name), 0, (fact(name),), origin) for name in names])


def aggregate(name: str) -> UUID:
    return derive("claim", name)


async def bodies(client: Client, service: str = "*") -> list[bytes]:
    """What the stream holds of a service, in order."""
    last = (await api(client, "STREAM.INFO.EVENTS"))["state"]["last_seq"]
    found = [(await api(client, "STREAM.MSG.GET.EVENTS", {"seq": seq}))["message"] for seq in range(1, last + 1)]
    mine = [message for message in found if service in {"*", message["subject"].split(".")[2]}]
    return [base64.b64decode(message["data"]) for message in mine]


def stored(ledger: Ledger) -> list[bytes]:
    """What the ledger holds."""
    return [one.body for one in ledger.read(0, 1_000_000)]


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run these until the block ends, as if the process were killed there; what fails by itself fails the test."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - looks at state that has no event
            await asyncio.sleep(0.01)


async def join(hub: Hub, user: str) -> Client:
    """A connection in HUB that follows the server through restarts, which give it another name."""
    client = await connect(hub.url, hub.credentials("HUB", user), label="test", within=5)
    hub.clients.append(client)
    return client


def kill_and_restart(hub: Hub) -> None:
    """`kill -9` the server and start another on the same files and port, so that connections find it."""
    port = int(hub.url.rsplit(":", 1)[-1])
    os.kill(hub.server.address.pid, signal.SIGKILL)
    hub.server.stop()
    hub.server = EmbeddedServer.start(hub.data, hub.authority, port=port)


async def lose_the_stream(hub: Hub) -> None:
    """JetStream's directory is gone; the streams are declared anew and empty."""
    port = int(hub.url.rsplit(":", 1)[-1])
    hub.server.stop()
    shutil.rmtree(hub.data / "jetstream")
    hub.server = EmbeddedServer.start(hub.data, hub.authority, port=port)
    await hub.provision()

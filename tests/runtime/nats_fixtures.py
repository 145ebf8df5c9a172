"""A real embedded server with accounts and streams, for whoever tests over NATS (`pytest_plugins`)."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from runtime.accounts import Authority
from runtime.embedded import EmbeddedServer
from runtime.nats import Client, connect
from runtime.provision import Provisioned, Target, establish
from runtime.ror import ror

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from runtime.registry import Registry

REGISTRY = ror()
TODAY = date(2026, 11, 22)
OWNED: Mapping[str, Sequence[str]] = {
    "intake": ("IdeaSubmitted",),
    "council": (),
    "portfolio": (),
    "reporting": ("KpiRecorded",),
}


@dataclass
class Hub:
    """A provisioned server; `connect("HUB", "council")`, `connect("molde", "sak")` give connections."""

    data: Path
    authority: Authority
    server: EmbeddedServer
    clients: list[Client] = field(default_factory=list)
    registry: Registry = REGISTRY

    @property
    def url(self) -> str:
        return self.server.address.url

    def credentials(self, account: str, user: str) -> Path:
        return self.authority.credentials_of(account, user)

    async def connect(self, account: str, user: str) -> Client:
        client = await connect(
            self.url, self.credentials(account, user), label="test", servers=[self.server.address.server], within=5
        )
        self.clients.append(client)
        return client

    @property
    def target(self) -> Target:
        return Target([self.url], self.authority, servers=[self.server.address.server], within=5, stalled=3)

    async def provision(self, owned: Mapping[str, Sequence[str]] = OWNED, *, mend: bool = False) -> Provisioned:
        return await establish(self.target, self.registry, owned, on=TODAY, mend=mend)

    async def close(self) -> None:
        for client in self.clients:
            await client.close()
        self.clients.clear()

    def restart(self) -> None:
        """The same data directory, another server (connections of before do not follow: its port is new)."""
        self.server.stop()
        self.server = EmbeddedServer.start(self.data, self.authority)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return authority_in(tmp_path / "data")


def authority_in(data: Path) -> Authority:
    return Authority(data / "keys", data / "credentials")


@pytest.fixture(scope="session")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a server with everything in place, to be copied: making it takes a second each time."""
    data = tmp_path_factory.mktemp("hub") / "data"
    authority = authority_in(data)
    with EmbeddedServer.start(data, authority) as server:
        asyncio.run(Hub(data, authority, server).provision())
    return data


@pytest_asyncio.fixture
async def hub(tmp_path: Path, provisioned: Path, authority: Authority) -> AsyncIterator[Hub]:
    """Streams, consumers, accounts and users as in production, on a server of its own."""
    data = shutil.copytree(provisioned, tmp_path / "data")
    running = Hub(data, authority, EmbeddedServer.start(data, authority))
    try:
        yield running
    finally:
        await running.close()
        running.server.stop()


async def told(caplog: pytest.LogCaptureFixture, text: str) -> None:
    """Wait until the log says this: the server's denials come on their own."""
    for _ in range(200):
        if text.lower() in caplog.text.lower():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"never logged: {text}\n{caplog.text}")

"""What `loypa up` brings to a server that it starts again, or on a new day: the registry as it is by then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from interfaces.cli.common import now
from interfaces.cli.supervisor import Supervisor
from interfaces.installation import Installation
from runtime import tenancy
from runtime.embedded import EmbeddedServer
from runtime.nats import NotReachable, connect

if TYPE_CHECKING:
    from pathlib import Path


def test_a_server_that_is_started_again_lets_in_nobody_who_was_removed_meanwhile(tmp_path: Path) -> None:
    installation = Installation.open(tmp_path / "data")
    supervisor = Supervisor(installation)
    with EmbeddedServer.start(installation.settings.data, installation.authority) as server:
        here = installation.at(server.address.url, server.address.server)
        supervisor._provide(here)  # noqa: SLF001 - what it does whenever a server has been started
        credentials = installation.authority.credentials_of("molde", "sak")
        kept = tmp_path / "sak.creds"
        kept.write_bytes(credentials.read_bytes())
        gone = tenancy.without_system(installation.registry, "molde", "sak", now().date())
        tenancy.without_tenant(gone, "aukra", now().date()).save(installation.settings.registry_file)
        supervisor._provide(here)  # noqa: SLF001 - likewise, and what it was started with is out of date
        assert not credentials.exists()
        assert not installation.authority.credentials_of("aukra", "sak").exists()

        async def enter() -> None:
            await connect(server.address.url, kept, label="test", within=1)

        with pytest.raises(NotReachable, match="Authorization"):
            asyncio.run(enter())

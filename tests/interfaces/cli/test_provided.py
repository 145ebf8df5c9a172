"""What `loypa up` brings to a server that it starts again, or on a new day: the registry as it is by then."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from interfaces.cli.common import now
from interfaces.cli.supervisor import Supervisor
from interfaces.installation import Installation
from runtime import tenancy
from runtime.accounts import HUB
from runtime.embedded import EmbeddedServer
from runtime.nats import NotReachable, NotThere, api, connect

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


async def filled_from(here: Installation, tenant: str) -> list[str]:
    """The subjects of EVENTS from which this tenant's FEED is filled; none while it is built anew."""
    operator = await here.connect(HUB, "operator")
    try:
        config = (await api(operator, f"CONSUMER.INFO.EVENTS.{tenant}"))["config"]
    except NotThere:
        return []
    finally:
        await operator.close()
    return sorted({subject.split(".")[1] for subject in config["filter_subjects"]})


async def test_a_merger_comes_into_force_on_its_day_though_the_registry_cannot_be_read_at_midnight(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    installation = Installation.open(tmp_path / "data")
    days = [now()]
    supervisor = Supervisor(installation, clock=lambda: days[-1], look=0.0)
    registry = installation.settings.registry_file
    tomorrow = days[0] + timedelta(days=1)
    tenancy.merged(installation.registry, "aukra", "molde", tomorrow.date()).save(registry)
    with (
        EmbeddedServer.start(installation.settings.data, installation.authority) as server,
        ThreadPoolExecutor(1) as up,
    ):
        here = installation.at(server.address.url, server.address.server)
        await asyncio.to_thread(supervisor._provide, here)  # noqa: SLF001 - as before the services are started
        keeping = up.submit(supervisor._keep, server, here, {})  # noqa: SLF001 - what it does from then on
        try:
            assert await filled_from(here, "molde") == ["molde"]
            kept = registry.read_bytes()
            registry.write_bytes(b"{")
            days.append(tomorrow)
            async with asyncio.timeout(60):
                while "a new day brings is not provided for yet" not in caplog.text:  # noqa: ASYNC110 - it is a thread's
                    await asyncio.sleep(0.05)
                registry.write_bytes(kept)
                while await filled_from(here, "molde") != ["aukra", "molde"]:  # noqa: ASYNC110 - likewise
                    await asyncio.sleep(0.05)
        finally:
            supervisor.stop()
        assert await asyncio.to_thread(keeping.result) is False

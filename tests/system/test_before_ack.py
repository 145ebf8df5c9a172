"""A service that dies after a claim's outcome is recorded and before the claim is acknowledged."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from interfaces.client import operator
from interfaces.installation import Installation, owned
from runtime import claims
from runtime.desk import Desk
from runtime.embedded import EmbeddedServer
from runtime.ledger import Ledger
from runtime.provision import establish, ingest_name
from runtime.service import Running
from services.intake.app import SERVICE
from tests.system.kills import claim
from tests.system.year import door, outcome

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_claim_recorded_and_not_acknowledged_is_delivered_again_to_the_same_outcome(tmp_path: Path) -> None:
    bare = Installation.open(tmp_path / "data")
    with EmbeddedServer.start(bare.settings.data, bare.authority) as server:
        here = bare.at(server.address.url, server.address.server)
        await establish(here.target, here.registry, owned(), on=_now().date())
        async with door(bare.settings.data, system="sak") as sak, operator(here) as hub:
            await sak.claim("IdeaSubmitted", claim("2026/12"))

            ledger = Ledger.open(here.settings.ledger("intake"), "intake", clock=_now, salt=lambda: b"s" * 16)
            desk = Desk(SERVICE, ledger, _now, uuid4)
            before = desk.claims.decide(claims.read("ingest.molde.sak.IdeaSubmitted", claim("2026/12")))
            recorded = ledger.head()
            ledger.close()  # and here it died
            assert (await hub.state(ingest_name("molde")))["messages"] == 1

            running = Running(SERVICE, here.settings)
            serving = asyncio.create_task(running.run())
            async with asyncio.timeout(60):
                while (await hub.state(ingest_name("molde")))["messages"]:  # noqa: ASYNC110 - it is told to nobody
                    await asyncio.sleep(0.05)
            assert await outcome(sak, "2026/12") == before
            assert running.health().recorded == recorded
            running.stop()
            await serving


def _now() -> datetime:
    return datetime.now(UTC)

"""Systems of several municipalities that publish claims with any NATS client, and go on until each is acknowledged."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import nats
from nats.errors import Error as NatsError
from nats.js.errors import APIError

from contracts.answers import ClaimOutcome, ClaimOutcomes
from contracts.queries.record import ClaimStatus
from interfaces.installation import Installation
from runtime.accounts import inbox_of
from tests.system.year import door

if TYPE_CHECKING:
    from pathlib import Path

    from nats.aio.client import Client

TYPE = "no.loypa.claim.IdeaSubmitted.v1"
AT_ONCE = 25


@dataclass
class Publisher:
    """One system: what it has still to publish, and what INGEST has acknowledged. Nothing of it is ours."""

    tenant: str
    system: str
    waiting: list[str]
    size: int = 0
    acknowledged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    async def publish(self, data: Path) -> None:
        """Publish until everything is acknowledged, however often the server goes away or has no room."""
        client = await self._connect(data)
        free = asyncio.Semaphore(AT_ONCE)

        async def one(claim_id: str) -> None:
            async with free:
                await self._until_acknowledged(client, claim_id)

        try:
            await asyncio.gather(*(one(claim_id) for claim_id in list(self.waiting)))
        finally:
            await client.close()

    async def _until_acknowledged(self, client: Client, claim_id: str) -> None:
        while claim_id in self.waiting:
            try:
                # The same id each time: whatever became of an attempt without an answer, it is one claim.
                await client.jetstream().publish(f"ingest.{self.system}.IdeaSubmitted", self.claim(claim_id), timeout=2)
            except APIError as error:
                self.refused.append(str(error.description))
                await asyncio.sleep(0.1)
            except (NatsError, OSError):
                await asyncio.sleep(0.1)
            else:
                self.waiting.remove(claim_id)
                self.acknowledged.append(claim_id)

    def claim(self, claim_id: str) -> bytes:
        data = {
            "title": f"Ladestasjon ved {claim_id}",
            "problem": "Bilane til heimetenesta må køyre til byen for å lade.",
            "proposal": "x" * self.size,
        }
        event = {"specversion": "1.0", "id": claim_id, "source": f"urn:{self.tenant}:{self.system}", "type": TYPE}
        return json.dumps({**event, "data": data}).encode()

    async def _connect(self, data: Path) -> Client:
        here = Installation.open(data).found()
        return await nats.connect(
            list(here.settings.nats),
            user_credentials=str(here.authority.credentials_of(self.tenant, self.system)),
            inbox_prefix=inbox_of(self.system).encode(),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.1,
        )

    async def outcomes(self, data: Path) -> list[ClaimOutcome]:
        """What became of each acknowledged claim, once none is pending; a busy machine decides on ten a second."""
        seconds = 60 + len(self.acknowledged) / 10
        found: list[ClaimOutcome] = []
        async with door(data, self.tenant, self.system) as here, asyncio.timeout(seconds):
            for first in range(0, len(self.acknowledged), 200):
                asked = ClaimStatus(ids=tuple(self.acknowledged[first : first + 200]))
                while True:
                    answer = await here.query(asked, None, "intake")
                    page = ClaimOutcomes.model_validate(answer.result).claims
                    if all(one.state != "pending" for one in page):
                        break
                    await asyncio.sleep(0.2)
                found += page
        return found


def publishers(claims: int, size: int = 0) -> list[Publisher]:
    """Six systems of three municipalities that share the claims between them; two use the same ids."""
    systems = [(tenant, system) for tenant in ("molde", "aukra", "rauma") for system in ("sak", "decide")]
    each = claims // len(systems) + 1
    return [Publisher(*system, [f"2026/{number}" for number in range(each)], size) for system in systems]

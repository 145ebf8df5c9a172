"""Claims on a real server: what waits for a reference holds nobody up, and is rejected when its time is out."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest_asyncio

from contracts.acting import Acting, Role
from contracts.answers import ClaimOutcome
from contracts.commands.reporting import DefineKpi
from contracts.queries.record import ClaimStatus
from runtime import claims
from runtime.desk import Desk
from runtime.doors import ATTEMPTS, Doors
from runtime.ledger import Ledger, Origin
from runtime.work import Work
from services.reporting.app import SERVICE
from tests.runtime.claimants import FIGURE, by_registry, event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    import pytest

    from tests.runtime.nats_fixtures import Hub

DVH = Acting("molde", "dvh", None, frozenset({Role.SYSTEM}))
PATIENCE = timedelta(seconds=2)


@pytest_asyncio.fixture
async def desk(hub: Hub, tmp_path: Path) -> AsyncIterator[Desk]:
    """Reporting's doors, open on the server, with a short patience."""

    def now() -> datetime:
        return datetime.now(UTC)

    ledger = Ledger.open(f"sqlite:///{tmp_path}/reporting.db", "reporting", clock=now, salt=lambda: b"salt")
    desk = Desk(SERVICE, ledger, now, uuid4, by_registry, PATIENCE)
    client = await hub.connect("HUB", "reporting")
    writer = ThreadPoolExecutor(1)
    doors = Doors(desk, writer, _nobody, _nobody, client.publish)
    pull = doors.take(client, "molde")

    await pull.start()
    yield desk
    await pull.stop()
    writer.shutdown()
    ledger.close()


def _nobody(*_asked: Any) -> Any:
    raise AssertionError("nobody commands or asks here")


def define(desk: Desk, key: str) -> None:
    acting = Acting("molde", "web", "ada", frozenset({Role.DIRECTOR}))
    said = {"name": key, "unit": "dagar", "direction": "lower", "kind": "quality", "every": "month"}
    command = DefineKpi(key=key, **said).done_at(datetime.now(UTC))
    work = Work(desk.ledger, Origin("molde", acting.actor, command.moment, "c", "c"))
    desk.carry_out(work, command, acting)
    desk.ledger.append(work.entries)


def outcome(desk: Desk, claim_id: str) -> ClaimOutcome:
    return desk.claims.status(ClaimStatus(ids=(claim_id,)), DVH).claims[0]


async def until(found: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not found():  # noqa: ASYNC110 - looks at a ledger from another thread
            await asyncio.sleep(0.02)


async def test_what_waits_holds_nobody_up_and_is_taken_in_when_what_it_refers_to_is_there(hub: Hub, desk: Desk) -> None:
    define(desk, "ventetid")
    dvh = await hub.connect("molde", "dvh")
    for id_, kpi in (("1", "seinare"), ("2", "ventetid")):
        raw = json.dumps(event("KpiRecorded", id_, FIGURE | {"kpi": kpi})).encode()
        await dvh.request("ingest.dvh.KpiRecorded", raw, timeout=5)
    await until(lambda: outcome(desk, "2").state == "accepted")
    assert outcome(desk, "1").state == "pending"
    define(desk, "seinare")
    await until(lambda: outcome(desk, "1").state == "accepted")


async def test_what_waits_in_vain_is_rejected_when_its_time_is_out_and_told_at_once(hub: Hub, desk: Desk) -> None:
    dvh = await hub.connect("molde", "dvh")
    told: list[ClaimOutcome] = []

    async def hear(message: Any) -> None:
        told.append(ClaimOutcome.model_validate_json(message.data))

    await dvh.subscribe("rej.dvh", cb=hear)
    began = datetime.now(UTC)
    await dvh.request("ingest.dvh.KpiRecorded", json.dumps(event("KpiRecorded", "1", FIGURE)).encode(), timeout=5)
    await until(lambda: bool(told))
    assert datetime.now(UTC) - began >= PATIENCE
    assert told == [outcome(desk, "1")]
    refusal = told[0].refusal
    assert refusal is not None
    assert (refusal.rule, refusal.field, refusal.value) == ("UnknownReference", "data.kpi", "ventetid")


async def test_what_the_reader_itself_fails_on_is_tried_again_and_set_aside_and_the_next_claim_accepted(
    hub: Hub, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, real = b"a message that the reader fails on", claims.read
    tried: list[bytes] = []

    def read(subject: str, raw: bytes) -> claims.Submission:
        if raw == poison:
            tried.append(raw)
            raise RecursionError("the reader failed")
        return real(subject, raw)

    monkeypatch.setattr(claims, "read", read)
    define(desk, "ventetid")
    dvh = await hub.connect("molde", "dvh")
    for raw in (poison, json.dumps(event("KpiRecorded", "1", FIGURE)).encode()):
        await dvh.request("ingest.dvh.KpiRecorded", raw, timeout=5)
    await until(lambda: outcome(desk, "1").state == "accepted")
    name = f"sha256:{sha256(poison).hexdigest()}"
    await until(lambda: outcome(desk, name).state == "quarantined")
    assert len(tried) == ATTEMPTS

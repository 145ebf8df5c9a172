"""An impossible history met by a claim: the claim is set aside, nobody else is held up, and mending it is enough."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import pytest

from contracts.identity import derive
from tests.system.corpus import GOOD
from tests.system.instance import Instance, instance
from tests.system.year import claimed, door, envelope, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

IDEA = derive("idea", "molde", "sak", "n-1")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("quarantine") / "data") as made:
        made.up()
        yield made


def history(running: Instance, was: str, becomes: str) -> None:
    """Write into the ledger of intake behind its back, in the history of one idea."""
    ledger = sqlite3.connect(running.data / "intake.ledger.sqlite")
    change = "UPDATE stored_events SET state = replace(state, ?, ?) WHERE originator_id IN (?, ?)"
    with contextlib.closing(ledger), ledger:
        assert ledger.execute(change, (was, becomes, str(IDEA), IDEA.hex)).rowcount == 1


WHOLE, BROKEN = '"specversion":"1.0"', '"specversion":"9.9"'


async def claim(running: Instance, claim_id: str, **data: Any) -> str:
    async with door(running.data, system="sak") as here:
        return (await claimed(here, claim_id, envelope(claim_id, GOOD | data))).state


async def state(running: Instance, claim_id: str) -> str:
    async with door(running.data, system="sak") as here:
        return (await outcome(here, claim_id)).state


def held(running: Instance) -> list[dict[str, Any]]:
    ran = running.loypa("quarantine", "list", "--output", "json")
    found: list[dict[str, Any]] = json.loads(ran.stdout)["set_aside"]
    assert ran.returncode == bool(found)
    return found


@pytest.mark.timeout(240)
def test_a_claim_that_meets_an_impossible_history_waits_for_an_operator_and_for_nobody_else(running: Instance) -> None:
    assert asyncio.run(claim(running, "n-1")) == "accepted"
    history(running, WHOLE, BROKEN)

    async def both() -> tuple[str, str]:
        async with asyncio.TaskGroup() as tasks:
            poisoned = tasks.create_task(claim(running, "n-2", corrects="n-1", title="Retta"))
            await asyncio.sleep(0.5)
            good = tasks.create_task(claim(running, "n-3"))
        return await poisoned, await good

    assert asyncio.run(both()) == ("quarantined", "accepted")
    (one,) = held(running)
    assert (one["key"], one["service"], one["attempts"]) == ("n-2", "intake", 5)
    assert one["reason"].startswith("ImpossibleHistory: intake, aggregate")
    status = running.loypa("status", "--output", "json")
    assert status.returncode == 1
    assert "1 set aside" in status.stdout
    assert asyncio.run(claim(running, "n-2", corrects="n-1", title="Retta")) == "quarantined"

    shown = running.json("quarantine", "show", one["id"], "--purpose", "Feilsøking")
    assert json.loads(shown["original"])["data"]["title"] == "Retta"
    while not (opened := running.feed("--type", "PersonalDataUnsealed")):  # recorded, and published at once after that
        time.sleep(0.1)
    unsealed = opened[-1]
    assert (unsealed["actor"], unsealed["data"]["purpose"]) == ("molde/operator", "Feilsøking")

    assert running.loypa("quarantine", "retry", one["id"]).returncode == 4
    history(running, BROKEN, WHOLE)
    assert "accepted" in running.json("quarantine", "retry", one["id"])["says"]
    assert asyncio.run(state(running, "n-2")) == "accepted"
    assert held(running) == []
    running.wait_until_healthy()
    assert running.loypa("quarantine", "retry", one["id"]).returncode == 2

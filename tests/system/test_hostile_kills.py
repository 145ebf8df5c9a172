"""The server killed while systems of several municipalities publish: what it acknowledged is decided exactly once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from random import Random, randrange
from typing import TYPE_CHECKING

import pytest

from contracts.identity import derive
from interfaces.installation import Installation
from runtime import embedded
from tests.system.instance import instance
from tests.system.publishers import publishers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.instance import Instance
    from tests.system.publishers import Publisher

CLAIMS = int(os.environ.get("LOYPA_CLAIMS", "500"))
KILLS = int(os.environ.get("LOYPA_KILLS", "2"))


def kill_the_server(running: Instance) -> None:
    """`kill -9` on nats-server alone; what runs it starts it and the services again."""
    found = embedded.address(running.data)
    if found:
        os.kill(found.pid, signal.SIGKILL)


async def published(running: Instance, all_of_them: list[Publisher], chance: Random) -> None:
    """Publish everything, with the server killed meanwhile as often as `KILLS` says, and everything once."""
    work = asyncio.gather(*(each.publish(running.data) for each in all_of_them))
    port = Installation.open(running.data).found().settings.nats[0].rsplit(":", 1)[-1]  # where its publishers know it
    total = sum(len(each.waiting) for each in all_of_them)
    for number in range(KILLS):
        enough = total * (number + 1) // (KILLS + 2)
        while sum(len(each.acknowledged) for each in all_of_them) < enough:  # noqa: ASYNC110 - counted in several tasks
            await asyncio.sleep(0.02)
        await asyncio.sleep(chance.uniform(0, 0.1))
        if number == 0:
            running.kill()
            running.start("--port", port)
        else:
            kill_the_server(running)
        await asyncio.to_thread(running.wait_until_healthy)
    await work


def each_is_decided_once(running: Instance, all_of_them: list[Publisher]) -> None:
    for each in all_of_them:
        outcomes = asyncio.run(each.outcomes(running.data))
        assert Counter(one.state for one in outcomes) == {"accepted": len(each.acknowledged)}
    decided = Counter(
        event["data"]["claim"]
        for event in running.recorded("intake")
        if event["type"].split(".")[3] in {"ClaimAccepted", "ClaimRejected", "ClaimQuarantined"}
    )
    acknowledged = {str(derive("claim", p.tenant, p.system, claim)) for p in all_of_them for claim in p.acknowledged}
    assert acknowledged <= decided.keys()
    assert set(decided.values()) == {1}
    facts = Counter(e["data"]["idea"] for e in running.recorded("intake") if e["type"].split(".")[3] == "IdeaSubmitted")
    assert set(facts.values()) == {1}
    assert len(facts) == len(decided)


@pytest.mark.timeout(3600 if CLAIMS > 500 else 240)
def test_what_was_acknowledged_before_a_kill_is_decided_exactly_once(tmp_path: Path) -> None:
    seed = int(os.environ.get("LOYPA_TEST_SEED", randrange(10**9)))  # noqa: S311 - moments, not secrets
    print(f"LOYPA_TEST_SEED={seed}")  # noqa: T201 - pytest shows it when this fails
    all_of_them = publishers(CLAIMS)
    with instance(tmp_path / "data") as running:
        running.up()
        asyncio.run(published(running, all_of_them, Random(seed)))  # noqa: S311 - moments, not secrets
        assert not any(each.waiting for each in all_of_them)
        each_is_decided_once(running, all_of_them)
        running.settle()
        running.verify()


def test_a_work_queue_at_its_quota_says_so_to_its_publisher_and_has_room_again(tmp_path: Path) -> None:
    all_of_them = [one for one in publishers(240, size=15_000) if one.tenant == "molde"]
    with instance(tmp_path / "data", LOYPA_INGEST_QUOTA="120000") as running:
        running.up()
        asyncio.run(_all(running, all_of_them))
        refused = Counter(why for each in all_of_them for why in each.refused)
        assert refused.keys() == {"maximum bytes exceeded"}, refused
        each_is_decided_once(running, all_of_them)


async def _all(running: Instance, all_of_them: list[Publisher]) -> None:
    await asyncio.gather(*(each.publish(running.data) for each in all_of_them))

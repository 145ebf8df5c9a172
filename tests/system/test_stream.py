"""A lost stream is filled again from the ledgers; a ledger that is older than the stream is not published from."""

from __future__ import annotations

import asyncio
import json
import shutil
from typing import TYPE_CHECKING, Any

from contracts.commands.intake import SubmitIdea
from contracts.queries.reporting import Coordination
from interfaces.installation import OPERATOR_PERSON
from tests.system.test_replay import known_at, settled_past
from tests.system.year import door, network, now, views

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.instance import Instance

LEDGER = ("intake.ledger.sqlite", "intake.ledger.sqlite-wal", "intake.ledger.sqlite-shm")


async def told(year: Instance, heads: dict[str, int]) -> dict[str, Any]:
    async with network(year.data) as here:
        return await views(here, after=heads)


async def asked(year: Instance, key: str, title: str) -> Any:
    async with door(year.data, "rauma") as here:
        command = SubmitIdea(key=key, title=title, problem="Det tar for lang tid.", submitter="employee")
        return await here.command(command, "RAU-EMP-7")


async def submit(year: Instance, key: str, title: str) -> None:
    assert (await asked(year, key, title)).outcome == "accepted"


def unhealthy(year: Instance) -> str:
    """What `loypa status` says is the matter; it must say something."""
    asked = year.loypa("status", "--output", "json")
    assert asked.returncode == 1, asked.stdout + asked.stderr
    return " ".join(part["why"] or "" for part in json.loads(asked.stdout)["parts"] if not part["healthy"])


def test_a_lost_stream_is_republished_with_the_same_views_and_no_second_effect(year: Instance) -> None:
    moment = now()
    heads = year.settle()
    asyncio.run(settled_past(year, moment))
    before, record = asyncio.run(told(year, heads)), asyncio.run(known_at(year, moment))
    assert year.stop() == 0
    shutil.rmtree(year.data / "jetstream")
    year.start()
    year.wait_until_answering()
    assert "loypa republish" in unhealthy(year)
    ran = year.loypa("republish")
    assert ran.returncode == 0, ran.stderr
    assert year.settle() == heads
    assert asyncio.run(told(year, heads)) == before
    assert asyncio.run(known_at(year, moment)) == record
    year.verify()
    asyncio.run(submit(year, "etter-tapet", "Felles opplæring i personvern"))
    assert year.settle()["intake"] == heads["intake"] + 1


def test_an_older_copy_of_a_ledger_is_refused_with_what_to_do_and_the_others_serve_on(
    year: Instance, tmp_path: Path
) -> None:
    year.settle()
    assert year.stop() == 0
    copy(year.data, tmp_path)
    year.up()
    asyncio.run(submit(year, "byggesak", "Veiviser for byggesaker"))
    heads = year.settle()
    assert year.stop() == 0
    newest = tmp_path / "newest"
    newest.mkdir()
    copy(year.data, newest)
    copy(tmp_path, year.data)
    year.start()
    year.wait_until_answering()
    said = unhealthy(year)
    assert "older copy" in said
    assert "Put the newest copy of the ledger in place" in said
    refused = asyncio.run(asked(year, "vaktordning", "Felles vaktordning"))
    assert refused.outcome == "unavailable"  # what it took in now would be lost with that copy
    assert "older copy" in refused.says
    health = year.health()
    assert [name for name, each in health.items() if each and not each.healthy] == ["intake"]
    assert health["intake"]
    assert health["intake"].published < heads["intake"]

    async def still_told() -> int:
        async with network(year.data) as here:
            return int((await here.query(Coordination(), OPERATOR_PERSON)).result["total"])

    assert asyncio.run(still_told()) > 30
    assert year.stop() == 0
    copy(newest, year.data)
    year.up()
    assert year.settle() == heads
    year.verify()


def copy(source: Path, target: Path) -> None:
    """A ledger's files from one directory to another, which then holds nothing else of it."""
    for name in LEDGER:
        (target / name).unlink(missing_ok=True)
        if (source / name).exists():
            shutil.copy2(source / name, target / name)

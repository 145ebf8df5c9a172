"""What the record held at a time never changes, and what a view holds can be checked and mended."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from typing import TYPE_CHECKING, Any

from contracts.commands.intake import SubmitIdea
from contracts.queries.reporting import CouncilHistory
from interfaces.installation import OPERATOR_PERSON
from tests.system.year import VIEWS, door, envelope, network, now, outcome

if TYPE_CHECKING:
    from datetime import datetime

    from tests.system.instance import Instance


async def known_at(year: Instance, moment: datetime) -> dict[str, Any]:
    """Every view as the record stood at a moment, whole, with all it says of itself."""
    async with network(year.data) as here:
        answers = {view.__name__: await here.query(view(known_at=moment), OPERATOR_PERSON) for view in VIEWS}
    assert not any(answer.stale or answer.provisional for answer in answers.values())
    return {name: answer.model_dump(mode="json") for name, answer in answers.items()}


async def go_on(year: Instance) -> None:
    """More happens."""
    async with door(year.data, "aukra") as here:
        command = SubmitIdea(
            key="gangbru", title="Gangbru over Oterhalselva", problem="Skulevegen går i vegbana.", submitter="citizen"
        )
        assert (await here.command(command, "AUK-CIT-9")).outcome == "accepted"
    async with door(year.data, "vestnes", "sak") as here:
        await here.claim(
            "IdeaSubmitted", envelope("2026/881", {"title": "Felles båtskyss", "problem": "Ruta er lagd ned."})
        )
        assert (await outcome(here, "2026/881")).state == "accepted"


def test_what_was_known_at_a_time_stays_what_it_was_whatever_happens_since(year: Instance) -> None:
    year.settle()
    moment = now()
    asyncio.run(settled_past(year, moment))
    before = asyncio.run(known_at(year, moment))
    assert before["Coordination"]["result"]["total"] > 30
    asyncio.run(go_on(year))
    year.settle()
    assert year.loypa("rebuild").returncode == 0
    assert asyncio.run(known_at(year, moment)) == before


async def settled_past(year: Instance, moment: datetime) -> None:
    """Wait until every relay has told everything up to a moment: an answer about it is then final."""
    async with network(year.data) as here, asyncio.timeout(60):
        while (await here.query(CouncilHistory(known_at=moment), OPERATOR_PERSON)).provisional:  # noqa: ASYNC110 - it is told to nobody
            await asyncio.sleep(0.2)


def test_a_row_altered_by_hand_is_named_by_verify_and_mended_by_rebuild(year: Instance) -> None:
    year.settle()
    year.verify()
    altered = {view: alter(year, view, table, key) for view, table, key in DAMAGE}
    found = year.loypa("verify", "--output", "json")
    assert found.returncode == 1, found.stderr
    told = json.loads(found.stdout)["differences"]
    assert {(row["view"], *row["key"], row["column"], row["live"]): row["replayed"] for row in told} == {
        (view, key, "title", "Noe annet"): title for view, (key, title) in altered.items()
    }
    assert year.loypa("rebuild", "coordination").returncode == 0
    assert year.loypa("rebuild", "queue").returncode == 0
    year.verify()


DAMAGE = (("coordination", "ideas", "idea"), ("queue", "cases", "case"))


def alter(year: Instance, view: str, table: str, key: str) -> tuple[str, str]:
    """Another title in one row of a view's table; the row's key and the title it had."""
    store = sqlite3.connect(year.data / "reporting.views.sqlite", timeout=10)
    names = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    stored = next(name for name in names if name.startswith(f"{view}_{table}__"))
    row: tuple[str, str]
    row = store.execute(f'SELECT "{key}", title FROM "{stored}" WHERE title IS NOT NULL LIMIT 1').fetchone()  # noqa: S608 - our own table
    with store:
        store.execute(f'UPDATE "{stored}" SET title = ? WHERE "{key}" = ?', ("Noe annet", row[0]))  # noqa: S608 - our own table
    store.close()
    return row

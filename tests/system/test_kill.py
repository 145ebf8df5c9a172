"""`kill -9` in the middle of an import, three times: nothing accepted is lost, nothing is doubled."""

from __future__ import annotations

import asyncio
import os
from random import Random, randrange
from typing import TYPE_CHECKING

from tests.system.kills import STORY, Work, kill_in_the_middle, named, nothing_is_doubled
from tests.system.year import HALF

if TYPE_CHECKING:
    from tests.system.instance import Instance

CLAIMS = 300


def test_three_kills_in_the_middle_of_an_import_lose_and_double_nothing(year: Instance) -> None:
    seed = int(os.environ.get("LOYPA_TEST_SEED", randrange(10**9)))  # noqa: S311 - moments, not secrets
    print(f"LOYPA_TEST_SEED={seed}")  # noqa: T201 - pytest shows it when this fails
    work = Work(year, [f"2026/{number}" for number in range(1, CLAIMS + 1)], HALF, STORY)
    chance = Random(seed)  # noqa: S311 - moments, not secrets
    for _ in range(3):
        asyncio.run(kill_in_the_middle(work, chance, within=1.2))
        year.up()
    asyncio.run(work.go_on())
    assert not work.waiting
    asyncio.run(work.all_accepted())
    year.settle()
    nothing_is_doubled(year)
    assert (
        len([e for e in named(year.recorded("intake"), "ClaimAccepted") if e["data"]["claim_id"] in work.acknowledged])
        == CLAIMS
    )
    year.verify()

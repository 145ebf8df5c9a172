"""Fifty `kill -9`s in the middle of imports: nothing accepted is lost, nothing is doubled."""

from __future__ import annotations

import asyncio
import os
from random import Random, randrange
from typing import TYPE_CHECKING

import pytest

from tests.system.instance import instance
from tests.system.kills import STORY, Work, kill_in_the_middle, nothing_is_doubled
from tests.system.year import HALF, cast, tell

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 50
CLAIMS = 15_000


@pytest.mark.timeout(3600)
def test_fifty_kills_in_the_middle_of_an_import_lose_and_double_nothing(tmp_path: Path) -> None:
    seed = int(os.environ.get("LOYPA_TEST_SEED", randrange(10**9)))  # noqa: S311 - moments, not secrets
    print(f"LOYPA_TEST_SEED={seed}")  # noqa: T201 - pytest shows it when this fails
    chance = Random(seed)  # noqa: S311 - moments, not secrets
    with instance(tmp_path / "data") as running:
        cast(running.data)
        running.up()
        asyncio.run(tell(running.data, 0, HALF))
        work = Work(running, [f"2026/{number}" for number in range(1, CLAIMS + 1)], HALF, STORY)
        for _ in range(KILLS):
            asyncio.run(kill_in_the_middle(work, chance, within=1.5))
            running.up()
        asyncio.run(work.go_on())
        assert not work.waiting
        asyncio.run(work.all_accepted())
        running.settle()
        nothing_is_doubled(running)
        running.verify()
        assert running.stop() == 0

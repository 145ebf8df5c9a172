"""Ten minutes at a pace nobody has: every answer is good, every view keeps up, and memory does not grow with time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from contracts.answers import Accepted
from contracts.commands.intake import SubmitIdea
from tests.system.instance import instance
from tests.system.kills import claim, nothing_is_doubled
from tests.system.year import HALF, cast, door, outcome, tell

if TYPE_CHECKING:
    from tests.system.instance import Instance

MINUTES = 10
RATE = 50
"""Commands and claims a second, half of each."""

GROWTH = 1.5
"""How many times its size after the first minute a service may have at the end."""


def sizes(running: Instance) -> dict[str, int]:
    """Each service's resident memory, in pages."""
    processes = {name: each.process for name, each in running.health().items() if each}
    return {name: int(Path(f"/proc/{process}/statm").read_text().split()[1]) for name, process in processes.items()}


async def paced(running: Instance, first: int, many: int) -> None:
    """Submit `many` at an even pace."""
    async with door(running.data) as here, door(running.data, system="sak") as sak:

        async def one(number: int) -> None:
            if number % 2:
                await sak.claim("IdeaSubmitted", claim(f"load-{number}"))
                return
            command = SubmitIdea(
                key=f"load-{number}",
                title=f"Utlån av turutstyr, {number}",
                problem="Utstyret står ubrukt det meste av året.",
                submitter="employee",
            )
            answer = await here.command(command, "MOL-EMP-3")
            assert isinstance(answer, Accepted), answer

        begun = perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for number in range(many):
                await asyncio.sleep(max(0.0, begun + number / RATE - perf_counter()))
                tasks.create_task(one(first + number))
        last = first + many - 1 if (first + many - 1) % 2 else first + many - 2
        assert (await outcome(sak, f"load-{last}")).state == "accepted"


@pytest.mark.timeout(3600)
def test_ten_minutes_of_load_are_kept_up_with_in_the_same_memory(tmp_path: Path) -> None:
    with instance(tmp_path / "data") as running:
        cast(running.data)
        running.up()
        asyncio.run(tell(running.data, 0, HALF))
        minute = 60 * RATE
        asyncio.run(paced(running, 0, minute))
        before = sizes(running)
        for number in range(1, MINUTES):
            asyncio.run(paced(running, number * minute, minute))
            running.settle()
        after = sizes(running)
        assert {name: size for name, size in after.items() if size > GROWTH * before[name]} == {}, (before, after)
        nothing_is_doubled(running)
        running.verify()
        assert running.stop() == 0

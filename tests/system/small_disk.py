"""`python -m tests.system.small_disk DIR`, under `unshare --mount`: a disk that becomes full and has space again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.answers import Accepted, Unavailable
from contracts.commands.intake import SubmitIdea
from runtime.nats import ApiRefused, NoAnswer, store
from tests.system.instance import AWAY, Instance, instance
from tests.system.kills import claim
from tests.system.year import door, outcome

if TYPE_CHECKING:
    from interfaces.client import Doors

SIZE = "24m"
BEFORE = 10
"""How many of each are sent while there is room."""
ENOUGH = 3
"""How many claims INGEST must have refused."""
AFTER = "etterpå"


def submission(number: int) -> SubmitIdea:
    return SubmitIdea(
        key=f"full-{number}",
        title=f"Ladestasjon ved ferjekaia, {number}",
        problem="Køen står langt ut i fylkesvegen om sommeren. " * 20,
        submitter="employee",
    )


def fill(ballast: Path) -> None:
    """Take every byte there is."""
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue  # less than that is left


async def attempted(here: Doors, number: int) -> str:
    """What a command is answered: done, or that it cannot be done now, and nothing else."""
    answer = await here.command(submission(number), "MOL-EMP-3")
    assert isinstance(answer, Accepted | Unavailable), answer
    return answer.outcome


async def until_full(data: Path, ballast: Path) -> tuple[list[int], list[str]]:
    """Submit while the disk fills up; which commands were accepted, and which claims INGEST acknowledged."""
    accepted, acknowledged, refused = [], [], 0
    async with door(data) as here, door(data, system="sak") as sak:
        for number in range(200):
            if number == BEFORE:
                fill(ballast)
            if await attempted(here, number) == "accepted":
                accepted.append(number)
            try:
                await store(sak.client, "ingest.sak.IdeaSubmitted", claim(f"full-{number}"), within=0.5)
                acknowledged.append(f"full-{number}")
            except (ApiRefused, NoAnswer):
                refused += 1
            if refused == ENOUGH:
                break
    assert refused == ENOUGH
    assert len(accepted) == BEFORE <= len(acknowledged)
    return accepted, acknowledged


async def everything_is_there(data: Path, accepted: list[int], acknowledged: list[str]) -> None:
    """The same commands again change nothing, the claims have their outcome, and a new command is accepted."""
    async with door(data) as here, door(data, system="sak") as sak:
        for number in [*accepted, 1000]:
            assert await attempted(here, number) == "accepted"
        for claim_id in [*acknowledged, AFTER]:
            assert (await outcome(sak, claim_id)).state == "accepted"


def main(directory: Path) -> None:
    """Fill the disk under a running instance, make room, and look whether anything is missing."""
    os.environ.pop("PYTEST_XDIST_TESTRUNUID", None)  # what the test processes share does not see this mount
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", directory], check=True)
    ballast = directory / "ballast"
    with instance(directory / "data") as running:
        running.up()
        accepted, acknowledged = asyncio.run(until_full(running.data, ballast))
        ballast.unlink()
        try:
            asyncio.run(until_taken(running))
        except TimeoutError:
            raise AssertionError(f"INGEST took nothing:\n{running.log[-3000:]}") from None
        running.wait_until_healthy()
        asyncio.run(everything_is_there(running.data, accepted, acknowledged))
        running.settle()
        ideas = [event for event in running.recorded("intake") if event["type"].split(".")[3] == "IdeaSubmitted"]
        assert len(ideas) == len(accepted) + len(acknowledged) + 2  # and the two after
        running.verify()
        assert running.stop() == 0


async def until_taken(running: Instance) -> None:
    """Until INGEST takes a claim again."""
    async with asyncio.timeout(60):
        while True:
            try:
                async with door(running.data, system="sak") as sak:
                    await store(sak.client, "ingest.sak.IdeaSubmitted", claim(AFTER), within=1)
            except AWAY:
                await asyncio.sleep(0.2)
            else:
                return


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What somebody wrote is erased for good: a byte search of the data directory finds it nowhere."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import TYPE_CHECKING

from contracts.answers import Accepted
from contracts.commands.intake import EraseSubmitter, SubmitIdea
from tests.system.test_processes import soon
from tests.system.year import claimed, door, envelope

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from interfaces.client import Doors
    from tests.system.instance import Instance

PROBLEM = "Mor mi på Nesjestranda sit åleine når ferja står"
NAME = "Oddveig Tverrfjellnes"
WORDS = (PROBLEM, NAME)
CASEWORKER = "mo-1040"


def found(data: Path) -> set[str]:
    """The files that hold a word of it, as it is or as JSON escapes it."""
    return {str(path.relative_to(data)) for path in data.rglob("*") if path.is_file() and holds(path)}


def holds(path: Path) -> bool:
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # replaced by another just now
        return False
    return any(form in content for word in WORDS for form in (word.encode(), word.encode("unicode_escape")))


async def erase(here: Doors, idea: UUID) -> None:
    answer = await here.command(EraseSubmitter(idea=idea, ground="Ønske frå innsendaren"), CASEWORKER)
    assert answer.outcome == "accepted", answer


def test_what_was_submitted_and_erased_is_nowhere_in_the_data_directory(year: Instance) -> None:
    async def submit_and_erase() -> None:
        async with door(year.data, system="portal") as portal, door(year.data) as here:
            command = SubmitIdea(
                key="slettes",
                title="Trygg heim",
                problem=PROBLEM,
                name=NAME,
                contact="90 00 00 00",
                submitter="citizen",
            )
            answer = await portal.command(command, "mo-9001")
            assert isinstance(answer, Accepted), answer
            assert found(year.data)
            await erase(here, answer.about)

    asyncio.run(submit_and_erase())
    assert found(year.data) == set()


def test_what_was_claimed_and_erased_is_nowhere_once_no_older_claim_waits(year: Instance) -> None:
    """The server keeps a block of messages until all in it are decided on, and in it the bytes of those that are."""
    health = year.health()["reporting"]
    assert health

    async def claim_and_erase() -> None:
        async with door(year.data, system="sak") as sak, door(year.data, system="dvh") as dvh, door(year.data) as here:
            os.kill(health.process, signal.SIGSTOP)  # somebody else's claim has to wait
            kpi = json.loads(envelope("kpi-1", {})) | {"type": "no.loypa.claim.KpiRecorded.v1"}
            await dvh.claim("KpiRecorded", json.dumps(kpi).encode())
            data = {"title": "Trygg heim igjen", "problem": PROBLEM, "name": NAME}
            accepted = await claimed(sak, "slettes", envelope("slettes", data))
            assert accepted.about
            await erase(here, accepted.about)

    try:
        asyncio.run(claim_and_erase())
        where = {path.split("/")[0] for path in found(year.data)}
    finally:
        os.kill(health.process, signal.SIGCONT)
    assert where <= {"jetstream"}
    assert soon(lambda: not found(year.data), 45)  # what the stopped service was just handed comes again after 30 s

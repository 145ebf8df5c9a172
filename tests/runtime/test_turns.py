"""Whose turn it is at a door."""

from __future__ import annotations

import asyncio

import pytest

from runtime.turns import AT_ONCE, WAITING, Busy, Turns


async def test_a_system_waits_behind_its_own_messages_and_nobody_else_does() -> None:
    turns, worked = Turns(), asyncio.Event()

    async def ask(system: str) -> str:
        async with turns.of("molde", system):
            await worked.wait()
            return system

    many = [asyncio.create_task(ask("fag")) for _ in range(AT_ONCE + WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Busy, match="molde/fag"):
        await ask("fag")
    async with asyncio.timeout(5):
        async with turns.of("molde", "sak"):
            assert not any(task.done() for task in many)
        async with turns.of("rauma", "fag"):
            assert not any(task.done() for task in many)
    worked.set()
    assert await asyncio.gather(*many) == ["fag"] * len(many)
    assert await ask("fag") == "fag"


async def test_who_does_not_wait_for_the_answer_any_more_leaves_its_place_to_the_next() -> None:
    turns, worked = Turns(), asyncio.Event()

    async def ask() -> None:
        async with turns.of("molde", "fag"):
            await worked.wait()

    *many, gone = [asyncio.create_task(ask()) for _ in range(AT_ONCE + WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await ask()
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    many.append(asyncio.create_task(ask()))
    await asyncio.sleep(0)
    worked.set()
    await asyncio.gather(*many)

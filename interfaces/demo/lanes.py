"""Plays a story of waves: lanes side by side, a lane's steps one after the other, each wave after the one before."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interfaces.demo.play import play

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from interfaces.demo.council_year.story import Lane, Wave
    from interfaces.demo.play import Answer
    from interfaces.demo.step import Step


@dataclass(frozen=True)
class Place:
    """How far a story has been played: through the waves before `wave`, and this many steps of each of its lanes."""

    wave: int = 0
    lanes: tuple[int, ...] = ()

    def in_lane(self, lane: int) -> int:
        """How many steps of a lane are done."""
        return self.lanes[lane] if lane < len(self.lanes) else 0

    def after(self, lane: int, step: int, lanes: int) -> Place:
        """The place after one more step in a lane."""
        return Place(self.wave, tuple(step + 1 if each == lane else self.in_lane(each) for each in range(lanes)))


async def play_waves(
    send: Callable[[Step], Awaitable[Answer]],
    waves: Sequence[Wave],
    progress: Callable[[Place, Step, Answer], None],
    place: Place,
) -> None:
    """Play what is left from `place`; `progress` hears of each step done. Raises `Stopped` when one goes wrong."""
    for number in range(place.wave, len(waves)):
        here = place if number == place.wave else Place(number)
        await _play_wave(send, waves[number], progress, here)


async def _play_wave(
    send: Callable[[Step], Awaitable[Answer]],
    wave: Wave,
    progress: Callable[[Place, Step, Answer], None],
    place: Place,
) -> None:
    reached = place

    async def through(lane: int, steps: Lane) -> None:
        def heard(index: int, step: Step, answer: Answer) -> None:
            nonlocal reached
            reached = reached.after(lane, index, len(wave))
            progress(reached, step, answer)

        await play(send, steps, heard, place.in_lane(lane))

    lanes = [asyncio.create_task(through(lane, steps)) for lane, steps in enumerate(wave)]
    try:
        await asyncio.gather(*lanes)
    finally:
        for task in lanes:
            task.cancel()

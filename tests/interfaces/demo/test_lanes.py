"""How waves are played: what waits for what, and where it goes on after an interruption."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from contracts.answers import Accepted, RefusedAnswer
from contracts.commands.intake import ReferIdea
from contracts.refusals import Refusal
from interfaces.demo.council_year.story import people, steps, waves
from interfaces.demo.lanes import Place, play_waves
from interfaces.demo.play import Stopped
from interfaces.demo.step import Step

if TYPE_CHECKING:
    from interfaces.demo.play import Answer

AT = datetime(2025, 1, 21, 9, tzinfo=UTC)
A, B, C, D = (Step("molde", "cli", "mo-1040", AT, ReferIdea(at=AT, idea=UUID(int=7)), note) for note in "ABCD")
DONE = Accepted(service="intake", position=3, about=UUID(int=7))


async def played(*, place: Place = Place(), bad: Step | None = None) -> tuple[list[str], list[Place]]:  # noqa: B008 - frozen
    sent, places = list[str](), list[Place]()

    async def send(step: Step) -> Answer:
        sent.append(step.note)
        await asyncio.sleep(0)
        return RefusedAnswer(refusal=Refusal(rule="MergedIdea", says="no")) if step is bad else DONE

    await play_waves(send, (((A, B), (C,)), ((D,),)), lambda at, _step, _answer: places.append(at), place)
    return sent, places


async def test_lanes_go_side_by_side_and_a_wave_waits_for_all_of_the_one_before():
    sent, places = await played()
    assert sent == ["A", "C", "B", "D"]
    assert places[-2:] == [Place(0, (2, 1)), Place(1, (1,))]


async def test_each_lane_goes_on_from_where_it_was():
    assert (await played(place=Place(0, (1, 1))))[0] == ["B", "D"]
    assert (await played(place=Place(1, (1,))))[0] == []


async def test_a_step_that_goes_wrong_stops_every_lane():
    with pytest.raises(Stopped, match="MergedIdea"):
        await played(bad=C)


def test_the_year_is_the_same_each_time_and_its_lanes_are_in_order():
    anew = [step for wave in waves.__wrapped__() for lane in wave for step in lane]
    assert [replace(step, reads=None) for step in anew] == [replace(step, reads=None) for step in steps()]
    assert all(step.at <= after.at for wave in waves() for lane in wave for step, after in pairwise(lane))
    assert {tenant for tenant, _ in people()} == {"molde"}

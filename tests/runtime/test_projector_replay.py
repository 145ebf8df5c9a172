"""A view can be built anew, checked against the events, and asked what it held at an earlier time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from runtime.projector import Behind, Difference, NotBuilt, Projector, Row, View
from tests.runtime.view_store import FOREST, START, Batch, batches, content, measured, planted, project, tables, trees

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

EVENTS = [*(planted(n, n) for n in range(1, 11)), *(measured(n, n, n / 2) for n in range(1, 8))]


def by_hand(projector: Projector, statement: str) -> None:
    with projector.engine.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount == 1


def stored(projector: Projector) -> list[str]:
    return sorted(name for name in sa.inspect(projector.engine).get_table_names() if name.startswith("forest"))


async def test_verify_finds_nothing_where_nothing_is_wrong(projector: Projector) -> None:
    projector.apply(EVENTS[:12])
    (verified,) = await projector.verify(["forest"], batches(EVENTS))
    assert verified.differences == ()
    assert (verified.rows, verified.positions) == (10, {"intake": 10, "portfolio": 2})


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ("UPDATE forest_trees__1 SET height = 9 WHERE tree = 3", Difference("trees", (3,), "height", 9.0, 1.5)),
        ("UPDATE forest_trees__1 SET kind = NULL WHERE tree = 3", Difference("trees", (3,), "kind", None, "bjørk")),
        ("DELETE FROM forest_trees__1 WHERE tree = 3", Difference("trees", (3,), None, None, "present")),
        ("INSERT INTO forest_trees__1 (tree) VALUES (99)", Difference("trees", (99,), None, "present", None)),
    ],
)
async def test_verify_names_what_was_changed_by_hand(
    projector: Projector, statement: str, difference: Difference
) -> None:
    projector.apply(EVENTS)
    by_hand(projector, statement)
    (verified,) = await projector.verify(["forest"], batches(EVENTS))
    assert verified.differences == (difference,)


async def test_verify_says_when_the_stream_holds_less_than_the_view(projector: Projector) -> None:
    projector.apply(EVENTS)
    with pytest.raises(Behind):
        await projector.verify(["forest"], batches(EVENTS[:4]))


async def test_a_rebuild_says_when_the_stream_holds_less_than_the_view_and_changes_nothing(
    projector: Projector,
) -> None:
    async def shorter() -> AsyncIterator[Batch]:
        yield Batch(tuple(EVENTS[:4]), caught_up=True)
        while True:
            yield Batch((), caught_up=True)

    projector.apply(EVENTS)
    before = content(projector)
    with pytest.raises(Behind, match="forest has taken in intake up to 10, which ends at "):
        await projector.rebuild("forest", shorter())
    assert content(projector) == before
    assert stored(projector) == ["forest_trees__1"]


async def test_a_rebuild_puts_right_what_was_changed_by_hand(projector: Projector) -> None:
    projector.apply(EVENTS)
    right = content(projector)
    by_hand(projector, "UPDATE forest_trees__1 SET height = 9 WHERE tree = 3")
    told: list[tuple[int, int]] = []
    await projector.rebuild("forest", batches(EVENTS), lambda done, of: told.append((done, of)))
    assert content(projector) == right
    assert stored(projector) == ["forest_trees__2"]
    assert told[0] == (3, 17)
    assert told[-1] == (17, 17)


async def test_the_live_view_serves_and_advances_during_a_rebuild(projector: Projector) -> None:
    projector.apply(EVENTS[:12])

    async def while_building() -> AsyncIterator[Batch]:
        yield Batch(tuple(EVENTS[:6]), caught_up=False)
        await asyncio.to_thread(projector.apply, [planted(11, 50)])
        assert 50 in content(projector)
        yield Batch(tuple(EVENTS[:12]), caught_up=True)
        assert stored(projector) == ["forest_trees__1", "forest_trees__2"]  # one event behind: not yet
        yield Batch((planted(11, 50),), caught_up=True)

    projector_was = content(projector)
    by_hand(projector, "UPDATE forest_trees__1 SET height = 9 WHERE tree = 1")
    await projector.rebuild("forest", while_building())
    assert content(projector) == projector_was | {50: ("bjørk", None)}
    projector.apply([planted(12, 51)])
    assert 51 in content(projector)


async def test_a_rebuild_that_fails_leaves_the_live_view_as_it_was(projector: Projector) -> None:
    projector.apply(EVENTS)
    with pytest.raises(Behind):
        await projector.rebuild("forest", batches(EVENTS[:4]))
    assert stored(projector) == ["forest_trees__1"]
    assert len(content(projector)) == 10


async def test_a_rebuild_that_is_called_off_leaves_nothing_and_lets_go_of_its_source(projector: Projector) -> None:
    projector.apply(EVENTS)
    waiting, let_go = asyncio.Event(), False

    async def never_enough() -> AsyncIterator[Batch]:
        nonlocal let_go
        try:
            yield Batch(tuple(EVENTS[:4]), caught_up=False)
            waiting.set()
            await asyncio.sleep(60)
        finally:
            let_go = True

    rebuilding = asyncio.create_task(projector.rebuild("forest", never_enough()))
    await waiting.wait()
    rebuilding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rebuilding
    assert let_go
    assert stored(projector) == ["forest_trees__1"]


async def test_enough_is_enough_of_a_source_that_never_ends(projector: Projector) -> None:
    projector.apply(EVENTS)
    closed: list[str] = []

    async def endless(name: str) -> AsyncIterator[Batch]:
        try:
            yield Batch(tuple(EVENTS), caught_up=True)
            await asyncio.sleep(60)
        finally:
            closed.append(name)

    await projector.verify(["forest"], endless("verify"))
    await projector.rebuild("forest", endless("rebuild"))
    async with projector.known_at("forest", START, endless("known at")):
        pass
    assert closed == ["verify", "rebuild", "known at"]


async def test_a_reader_keeps_the_old_generation_until_it_is_done(projector: Projector, url: str) -> None:
    projector.apply(EVENTS)
    with projector.read("forest") as reader:
        rebuilding = asyncio.create_task(projector.rebuild("forest", batches(EVENTS)))
        await asyncio.sleep(0.1)
        assert len(trees(reader.rows("trees"))) == 10
        if url.startswith("sqlite"):  # PostgreSQL lets the swap wait for the reader
            await rebuilding
            assert len(trees(reader.rows("trees"))) == 10
    await rebuilding
    assert stored(projector) == ["forest_trees__2"]


def test_what_a_killed_rebuild_left_behind_goes_at_the_next_start(projector: Projector, url: str) -> None:
    projector.apply(EVENTS)
    projector._begin("forest")  # noqa: SLF001 - as far as the killed one came
    assert stored(projector) == ["forest_trees__1", "forest_trees__2"]
    projector.close()
    again = Projector(url, [FOREST], clock=lambda: START)
    assert stored(again) == ["forest_trees__1"]
    assert len(content(again)) == 10
    again.close()


def taller(recorded: Any) -> Iterator[Row]:
    for row in project(recorded):
        yield Row(row.table, row.key, {**row.values, "note": "new"})


async def test_a_changed_version_is_built_anew_and_the_old_one_serves_if_it_can(projector: Projector, url: str) -> None:
    projector.apply(EVENTS)
    projector.close()
    newer = Projector(url, [replace(FOREST, version=2)], clock=lambda: START)
    assert newer.stale == ("forest",)
    (still,) = newer.health({"intake": 12, "portfolio": 7})  # it stands still, and whoever asks how it stands is told
    assert (still.part, still.healthy, still.position, still.lag) == (
        "view forest",
        False,
        {"intake": 10, "portfolio": 7},
        2,
    )
    assert len(content(newer)) == 10
    with pytest.raises(NotBuilt):
        await newer.verify(["forest"], batches(EVENTS))
    await newer.rebuild("forest", batches(EVENTS))
    assert newer.stale == ()
    assert [(each.healthy, each.lag) for each in newer.health({"intake": 10, "portfolio": 7})] == [(True, 0)]
    assert newer.positions == {"intake": 10, "portfolio": 7}
    newer.close()


async def test_a_version_with_other_columns_answers_only_when_it_is_built(projector: Projector, url: str) -> None:
    projector.apply(EVENTS)
    projector.close()
    newer = Projector(url, [View("forest", 2, tables("note"), taller)], clock=lambda: START)
    newer.apply([planted(11, 50)])  # nothing to advance, but the follower has passed it
    with pytest.raises(NotBuilt), newer.read("forest"):
        pass
    with pytest.raises(Behind):
        await newer.rebuild("forest", batches(EVENTS))
    await newer.rebuild("forest", batches([*EVENTS, planted(11, 50)]))
    assert content(newer)[50] == ("bjørk", None, "new")
    newer.close()


async def test_known_at_is_what_the_record_held_then_whatever_came_later(projector: Projector) -> None:
    moment = planted(3, 3).recordedtime
    projector.apply(EVENTS)

    async def known(events: list[Any]) -> tuple[Any, ...]:
        async with projector.known_at("forest", moment, batches(events)) as reader:
            return trees(reader.rows("trees")), reader.positions, reader.complete_to, reader.provisional, reader.today

    rows, positions, *_, today = await known(EVENTS)
    assert rows == {1: ("bjørk", 0.5), 2: ("bjørk", 1.0), 3: ("bjørk", 1.5)}
    assert positions == {"intake": 3, "portfolio": 3}
    assert today == moment.date()
    assert await known([*EVENTS, planted(11, 1, "gran")]) == await known(EVENTS)


async def test_known_at_a_time_not_every_service_has_told_of_is_provisional(projector: Projector) -> None:
    moment = planted(9, 9).recordedtime
    for service, head in (("council", 0), ("reporting", 0), ("intake", 10)):
        projector.published(service, head, START.replace(hour=23))
    async with projector.known_at("forest", moment, batches(EVENTS)) as reader:
        assert reader.provisional
        assert reader.complete_to == measured(7, 7, 1).recordedtime
    projector.published("portfolio", 7, START.replace(hour=23))
    async with projector.known_at("forest", moment, batches(EVENTS)) as reader:
        assert not reader.provisional
        assert reader.complete_to == moment

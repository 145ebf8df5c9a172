"""Events become rows: batch and checkpoint together, each event once, the last writer of a column wins."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.projector import Projector
from tests import warm
from tests.runtime.view_store import FOREST, START, Batch, batches, content, measured, planted, trees

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from contracts.envelope import Recorded


def test_a_row_is_made_by_whichever_event_comes_first(projector: Projector) -> None:
    projector.apply([measured(1, 7, 2.5), planted(1, 8)])
    projector.apply([planted(2, 7, "furu")])
    assert content(projector) == {7: ("furu", 2.5), 8: ("bjørk", None)}


def test_the_last_writer_of_a_column_wins_and_the_others_columns_stay(projector: Projector) -> None:
    projector.apply([planted(1, 7), measured(1, 7, 1.0), measured(2, 7, 0.0)])
    projector.apply([planted(2, 7, "gran")])
    assert content(projector) == {7: ("gran", 0.0)}


def test_what_has_been_taken_in_is_skipped(projector: Projector) -> None:
    projector.apply([planted(1, 7), planted(2, 7, "gran")])
    projector.apply([planted(1, 7)])
    assert content(projector) == {7: ("gran", None)}


def test_a_new_projector_takes_up_where_the_old_one_was(url: str) -> None:
    first = Projector(url, [FOREST], clock=lambda: START)
    first.apply([planted(1, 7), measured(4, 7, 2.0)])
    first.close()
    second = Projector(url, [FOREST], clock=lambda: START)
    assert second.positions == {"intake": 1, "portfolio": 4}
    assert second.stale == ()
    assert content(second) == {7: ("bjørk", 2.0)}
    second.close()


def test_a_reader_sees_one_moment_however_long_it_reads(projector: Projector) -> None:
    projector.apply([planted(1, 7)])
    with projector.read("forest") as reader:
        projector.apply([planted(2, 8)])
        assert trees(reader.rows("trees")) == {7: ("bjørk", None)}
        assert reader.positions == {"intake": 1}
    assert set(content(projector)) == {7, 8}


async def test_waiting_for_a_position_ends_when_it_is_taken_in(projector: Projector) -> None:
    waiting = asyncio.create_task(projector.wait_for({"intake": 2}, 5))
    await asyncio.sleep(0)
    await projector.follow(batches([planted(1, 7), planted(2, 8)], size=1))
    assert await waiting
    assert await projector.wait_for({"intake": 2}, 0, "forest")
    assert not await projector.wait_for({"intake": 3}, 0.01)


def test_a_view_is_complete_up_to_what_every_relay_has_told(url: str) -> None:
    projector = Projector(url, [FOREST], clock=lambda: START, services=("intake", "portfolio"))
    later = START.replace(hour=20)

    def complete() -> Any:
        with projector.read("forest") as reader:
            return reader.complete_to

    projector.apply([planted(5, 7)])
    assert complete().year == 1970
    projector.published("portfolio", 0, later)
    assert complete() == planted(5, 7).recordedtime
    projector.published("intake", 6, later)  # one event more than the view has
    assert complete() == planted(5, 7).recordedtime
    projector.apply([planted(6, 7)])
    assert complete() == later
    projector.close()


CRASH = """
import os, signal, sys
import sqlalchemy as sa
from runtime.projector import Projector
from tests.runtime.view_store import FOREST, START, planted, trees
projector = Projector(sys.argv[1], [FOREST], clock=lambda: START)
projector.apply([planted(1, 1)])

@sa.event.listens_for(projector.engine, "before_cursor_execute")
def crash(_connection, _cursor, statement, *_rest):
    if "loypa_checkpoints" in statement:
        os.kill(os.getpid(), signal.SIGKILL)

projector.apply([planted(2, 2), planted(3, 3)])
"""


def test_a_kill_between_rows_and_checkpoint_leaves_neither(url: str) -> None:
    assert warm.run(["-c", CRASH, url]).returncode == -signal.SIGKILL
    projector = Projector(url, [FOREST], clock=lambda: START)
    assert projector.positions == {"intake": 1}
    assert set(content(projector)) == {1}
    projector.apply([planted(2, 2), planted(3, 3)])
    assert set(content(projector)) == {1, 2, 3}
    projector.close()


def test_a_failed_batch_changes_nothing_and_can_be_taken_again(projector: Projector) -> None:
    events = [planted(1, 7), planted(2, 8)]

    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "loypa_checkpoints" in statement:
            raise OSError("no space left")

    sa.event.listen(projector.engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="no space"):
        projector.apply(events)
    sa.event.remove(projector.engine, "before_cursor_execute", fail)
    assert (content(projector), projector.positions) == ({}, {})
    projector.apply(events)
    assert set(content(projector)) == {7, 8}


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Recorded[Any]], list[Recorded[Any]], list[int]]:
    """Two services' events, and from which of them each next event is taken."""
    tree = st.integers(1, 3)
    intake = [
        planted(n, draw(tree), draw(st.sampled_from(["gran", "furu"]))) for n in range(1, draw(st.integers(1, 9)))
    ]
    portfolio = [measured(n, draw(tree), draw(st.integers(0, 9)) / 2) for n in range(1, draw(st.integers(1, 9)))]
    order = draw(st.permutations([0] * len(intake) + [1] * len(portfolio)))
    return intake, portfolio, order


@settings(max_examples=30, deadline=None)
@given(histories(), st.integers(1, 5))
def test_content_does_not_depend_on_how_services_interleave(
    history: tuple[list[Recorded[Any]], list[Recorded[Any]], list[int]], size: int
) -> None:
    intake, portfolio, order = history
    sources = (iter(intake), iter(portfolio))
    mixed = [next(sources[source]) for source in order]
    one, other = (Projector("sqlite://", [FOREST], clock=lambda: START) for _ in range(2))
    for start in range(0, len(mixed), size):
        one.apply(mixed[start : start + size])
    other.apply([*portfolio, *intake])
    assert content(one) == content(other)
    one.close()
    other.close()


async def test_several_views_of_a_store_take_a_batch_in_one_transaction(url: str) -> None:
    wood = type(FOREST)("wood", 1, FOREST.tables, FOREST.project)
    projector = Projector(url, [FOREST, wood], clock=lambda: START)
    commits: list[object] = []
    sa.event.listen(projector.engine, "commit", commits.append)

    async def one() -> Any:
        yield Batch((planted(1, 7),), caught_up=True)

    await projector.follow(one())
    assert len(commits) == 1
    for view in ("forest", "wood"):
        with projector.read(view) as reader:
            assert trees(reader.rows("trees")) == {7: ("bjørk", None)}
    projector.close()


async def test_a_full_disk_holds_the_views_up_and_loses_nothing(tmp_path: Path) -> None:
    projector = Projector(f"sqlite:///{tmp_path}/views.db", [FOREST], clock=lambda: START)
    pages = 1  # no more than there are

    @sa.event.listens_for(projector.engine, "checkout")
    def limit(connection: sqlite3.Connection, *_rest: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    events = [planted(number, number, "eik" * 100) for number in range(1, 200)]
    following = asyncio.create_task(projector.follow(batches(events, size=50)))
    while projector.trouble is None:  # noqa: ASYNC110 - what the service's health looks at
        await asyncio.sleep(0.01)
    assert "full" in projector.trouble
    assert len(content(projector)) < 200
    pages = 100_000
    await following
    assert projector.trouble is None
    assert len(content(projector)) == 199
    projector.close()

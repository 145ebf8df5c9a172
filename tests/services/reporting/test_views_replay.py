"""The views are the same however services interleave, and whenever they are replayed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.crossing import KEPT_HOME, as_it_crosses
from contracts.events.intake import IdeaSubmitted
from contracts.queries.prioritising import FollowUp, Queue
from contracts.queries.reporting import Coordination, CouncilHistory, Kpis, Portfolio
from runtime.declaration import Scope
from runtime.projector import Projector
from services.reporting.views import TOLD, VIEWS
from tests.services.reporting.story import year

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path

    from contracts.envelope import Recorded
    from contracts.queries.reporting import ViewAnswer
    from runtime.projector import Reader, View

NOW = datetime(2026, 12, 1, tzinfo=UTC)
EVERYBODY = Scope(own=frozenset({"molde", "aukra", "rauma"}))
NETWORK = Scope(own=EVERYBODY.own, network=True)
EVENTS = year().events
SERVICES = [event.service for event in EVENTS]
NAMES = tuple(view.name for view in VIEWS)
QUERIES = (Coordination(), CouncilHistory(), Portfolio(), Kpis(), Queue(), FollowUp())


@dataclass(frozen=True)
class Batch:
    events: tuple[Recorded[Any], ...]
    caught_up: bool


async def batches(events: Sequence[Recorded[Any]]) -> AsyncIterator[Batch]:
    for start in range(0, len(events), 7):
        yield Batch(tuple(events[start : start + 7]), caught_up=False)
    yield Batch((), caught_up=True)


def content(reader: Reader) -> dict[str, list[tuple[Any, ...]]]:
    return {name: list(reader.rows(name)) for name in reader.tables}


def everything(events: Sequence[Recorded[Any]], size: int, url: str = "sqlite://") -> list[Any]:
    """All rows of all views, and all answers, after these events in batches of a size."""
    projector = Projector(url, VIEWS, clock=lambda: NOW)
    for start in range(0, len(events), size):
        projector.apply(events[start : start + size])
    found: list[Any] = []
    for query in QUERIES:
        view, tell = TOLD[type(query)]
        with projector.read(view) as reader:
            found += [content(reader), tell(reader, query, EVERYBODY)]
    projector.close()
    return found


@cache
def told_in_order() -> list[Any]:
    return everything(EVENTS, len(EVENTS))


@settings(max_examples=6, deadline=None)
@given(st.permutations(SERVICES), st.integers(4, 60))
def test_no_content_depends_on_how_the_services_interleave(order: list[str], size: int) -> None:
    """Also where an effect arrives before its cause."""
    sources = {name: iter([event for event in EVENTS if event.service == name]) for name in set(SERVICES)}
    assert everything([next(sources[service]) for service in order], size) == told_in_order()


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_column_is_written_by_the_events_of_one_service(view: View) -> None:
    writers: dict[tuple[str, str], set[str]] = {}
    for event in EVENTS:
        for row in view.project(event):
            for column in row.values:
                writers.setdefault((row.table, column), set()).add(event.service)
    assert writers
    assert {column: services for column, services in writers.items() if len(services) > 1} == {}


def test_postgresql_holds_and_tells_what_sqlite_does(view_database: str) -> None:
    assert everything(EVENTS, 10, view_database) == told_in_order()


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: type(query).__name__)
def test_a_network_is_told_what_a_replay_of_its_feed_tells(query: Any) -> None:
    """Neither says what something is that only its own municipality may see."""
    told = year()
    idea = told.submit("molde", "2026-01-10", "Hemmeleg", visibility="own", tags=("eldrebylgja",))
    case = told.refer("molde", "2026-01-11", idea, "Hemmeleg", "PS-70/26", visibility="own")
    going_on = {"form": "project", "responsible": "kari"}
    waiting = told.submit("molde", "2026-01-10", "Hemmeleg til", visibility="own", tags=("eldrebylgja",))
    told.refer("molde", "2026-01-11", waiting, "Hemmeleg til", "PS-71/26", visibility="own")
    told.decide("molde", "2026-01-12", case, "approved", visibility="own", title="Hemmeleg", **going_on)
    told.start("molde", "2026-01-12", idea, "Hemmeleg", visibility="own", case=case)
    crossed = [event.model_copy(update={"data": as_it_crosses(event.data) or event.data}) for event in told.events]
    (home,) = answers(told.events, query, EVERYBODY)
    live, replayed = *answers(told.events, query, NETWORK), *answers(crossed, query, EVERYBODY)
    assert live == replayed
    assert "Hemmeleg" not in live.model_dump_json()
    assert "eldrebylgja" not in live.model_dump_json()
    if not isinstance(query, Kpis):
        assert "Hemmeleg" in home.model_dump_json()
        assert KEPT_HOME in live.model_dump_json()
        assert str(case) in live.model_dump_json() or isinstance(query, Coordination | Queue)


def answers(events: Sequence[Recorded[Any]], query: Any, *scopes: Scope) -> list[Any]:
    """What is told to each of these after these events."""
    projector = Projector("sqlite://", VIEWS, clock=lambda: NOW)
    projector.apply(list(events))
    view, tell = TOLD[type(query)]
    with projector.read(view) as reader:
        found = [tell(reader, query, scope) for scope in scopes]
    projector.close()
    return found


@pytest.fixture
def projector(tmp_path: Path) -> Iterator[Projector]:
    made = Projector(f"sqlite:///{tmp_path}/views.db", VIEWS, clock=lambda: NOW)
    made.apply(EVENTS)
    yield made
    made.close()


def held(projector: Projector) -> dict[str, dict[str, list[tuple[Any, ...]]]]:
    """All rows of every view, by table."""
    found = {}
    for view in VIEWS:
        with projector.read(view.name) as reader:
            found[view.name] = content(reader)
    return found


async def test_each_view_verifies_against_a_replay_and_rebuilds_to_the_same(projector: Projector) -> None:
    before = held(projector)
    assert all(any(tables.values()) for tables in before.values())
    verified = await projector.verify(NAMES, batches(EVENTS))
    assert {each.view: each.differences for each in verified} == dict.fromkeys(NAMES, ())
    for view in NAMES:
        await projector.rebuild(view, batches(EVENTS))
    assert held(projector) == before


async def test_one_value_changed_by_hand_in_any_view_is_noticed_and_a_rebuild_mends_it(
    projector: Projector, tmp_path: Path
) -> None:
    changed = {}
    for view in NAMES:
        with projector.read(view) as reader:
            name, stored = next((name, each) for name, each in reader.tables.items() if list(reader.rows(name)))
        with sqlite3.connect(tmp_path / "views.db") as store:
            store.execute(f'UPDATE "{stored.name}" SET tenant = ? WHERE rowid = 1', ["oslo"])  # noqa: S608 - our own table
        changed[view] = [(name, "tenant", "oslo")]
    verified = await projector.verify(NAMES, batches(EVENTS))
    noticed = {each.view: [(one.table, one.column, one.live) for one in each.differences] for each in verified}
    assert noticed == changed
    for view in NAMES:
        await projector.rebuild(view, batches(EVENTS))
    verified = await projector.verify(NAMES, batches(EVENTS))
    assert {each.view: each.differences for each in verified} == dict.fromkeys(NAMES, ())


async def test_known_at_gives_the_same_answer_whatever_has_happened_since() -> None:
    moment = EVENTS[25].recordedtime
    answers: list[list[ViewAnswer]] = []
    for known, now in ((EVENTS[:26], NOW), (EVENTS, NOW.replace(year=2027))):
        projector = Projector("sqlite://", VIEWS, clock=lambda now=now: now)  # type: ignore[misc]  # a date it is
        for service in set(SERVICES):  # every relay says that this is all
            projector.published(service, 0, NOW)
        answers.append([await known_at(projector, query, moment, known) for query in QUERIES])
        projector.close()
    for first, second in zip(*answers, strict=True):
        assert first.model_dump_json() == second.model_dump_json()
        assert first.complete_to == moment
        assert first.on == moment.date()


async def known_at(projector: Projector, query: Any, moment: datetime, events: Sequence[Recorded[Any]]) -> ViewAnswer:
    view, tell = TOLD[type(query)]
    async with projector.known_at(view, moment, batches(events)) as reader:
        return tell(reader, query.model_copy(update={"known_at": moment}), EVERYBODY)


async def test_what_was_recorded_later_about_then_is_known_now_but_not_known_at(tmp_path: Path) -> None:
    submitted = [event for event in EVENTS if isinstance(event.data, IdeaSubmitted)]
    projector = Projector(f"sqlite:///{tmp_path}/views.db", VIEWS, clock=lambda: NOW)
    projector.apply(EVENTS)
    _, tell = TOLD[Coordination]
    async with projector.known_at("coordination", submitted[0].recordedtime, batches(EVENTS)) as reader:
        assert tell(reader, Coordination(), EVERYBODY).total == 1  # type: ignore[attr-defined]  # a coordination
    with projector.read("coordination") as reader:
        assert tell(reader, Coordination(), EVERYBODY).total == len(submitted)  # type: ignore[attr-defined]  # as above
    projector.close()

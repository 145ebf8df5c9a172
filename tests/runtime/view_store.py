"""A small view and its events, for tests of the projector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from contracts.envelope import Recorded
from contracts.message import Event
from runtime.projector import Projector, Row, View

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from pathlib import Path

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Planted(Event):
    tree: int
    kind: str


class Measured(Event):
    tree: int
    height: float


def event(service: str, sequence: int, data: Event, *, minutes: int | None = None) -> Recorded[Any]:
    """An event of a service, recorded `minutes` after the start (or its sequence's number of minutes)."""
    moment = START + timedelta(minutes=sequence if minutes is None else minutes)
    return Recorded[type(data)](  # type: ignore[misc]  # the class is known only now
        id=UUID(int=hash((service, sequence)) & (2**127 - 1)),
        type=data.type_in(service),
        source=f"/molde/{service}",
        subject=UUID(int=data.tree),  # type: ignore[attr-defined]  # both kinds have a tree
        time=moment,
        tenant="molde",
        sequence=sequence,
        recordedtime=moment,
        correlationid="c",
        causationid="c",
        actor="molde/tests",
        data=data,
    )


def planted(sequence: int, tree: int, kind: str = "bjørk", **more: Any) -> Recorded[Any]:
    return event("intake", sequence, Planted(tree=tree, kind=kind), **more)


def measured(sequence: int, tree: int, height: float, **more: Any) -> Recorded[Any]:
    return event("portfolio", sequence, Measured(tree=tree, height=height), **more)


def tables(*more: str) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "trees",
        metadata,
        sa.Column("tree", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, index=True),
        sa.Column("height", sa.Double),
        *(sa.Column(name, sa.Text) for name in more),
    )
    return metadata


def project(recorded: Recorded[Any]) -> Iterator[Row]:
    match recorded.data:
        case Planted(tree=tree, kind=kind):
            yield Row("trees", (tree,), {"kind": kind})
        case Measured(tree=tree, height=height):
            yield Row("trees", (tree,), {"height": height})


FOREST = View("forest", 1, tables(), project)


@dataclass(frozen=True)
class Batch:
    events: tuple[Recorded[Any], ...]
    caught_up: bool


async def batches(events: Iterable[Recorded[Any]], size: int = 3) -> AsyncIterator[Batch]:
    """The events as a follower gives them, the last batch caught up."""
    held: list[Recorded[Any]] = []
    for recorded in events:
        held.append(recorded)
        if len(held) == size:
            yield Batch(tuple(held), caught_up=False)
            held.clear()
    yield Batch(tuple(held), caught_up=True)


def trees(rows: Iterable[Sequence[Any]]) -> dict[int, tuple[Any, ...]]:
    """Rows by their tree."""
    return {row[0]: tuple(row[1:]) for row in rows}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/views.db"
    return str(request.getfixturevalue("view_database"))


@pytest.fixture
def projector(url: str) -> Iterator[Projector]:
    opened = Projector(url, [FOREST], clock=lambda: START)
    yield opened
    opened.close()


def content(projector: Projector) -> dict[int, tuple[Any, ...]]:
    with projector.read("forest") as reader:
        return trees(reader.rows("trees"))

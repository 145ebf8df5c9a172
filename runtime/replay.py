"""Stores that views are kept in or replayed into, and the comparison of two contents."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from runtime.generations import STATEMENTS, Generation, create_catalogue
from runtime.views import Reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping, Sequence

    from contracts.envelope import Recorded
    from runtime.follower import Batch
    from runtime.views import Positions, View

DIFFERENCES = 1000
"""How many differing values `verify` lists before it stops looking."""


class Behind(Exception):  # noqa: N818 - a state of things, not a mistake
    """The events ended before what the live view has taken in: the stream is not whole."""


def behind(view: str, taken: Mapping[str, int], ends: Mapping[str, int]) -> Behind:
    """What a view has taken in of which services, and where their events end."""
    beyond = (
        f"{service} up to {position}, which ends at {ends.get(service, 0)}"
        for service, position in sorted(taken.items())
        if position > ends.get(service, 0)
    )
    return Behind(
        f"{view} has taken in {'; '.join(beyond)}: the stream has lost events, or an older copy of a ledger was put "
        "back. `loypa status` says which"
    )


@dataclass(frozen=True)
class Difference:
    """One value that is not what the events say. `column` is `None` when the row itself is missing or too many."""

    table: str
    key: tuple[Any, ...]
    column: str | None
    live: Any
    replayed: Any


@dataclass(frozen=True)
class Verified:
    """What came of comparing a view's content with a full replay up to its positions."""

    view: str
    positions: Positions
    rows: int
    differences: tuple[Difference, ...]


def open_engine(url: str, *, scratch: bool = False) -> sa.Engine:
    """The engine of a view store; a scratch one need not survive anything."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return sa.create_engine(parsed.set(drivername="postgresql+psycopg"))
    engine = _in_file(parsed)

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
        connection.isolation_level = None  # transactions begin where SQLAlchemy says so, DDL included
        connection.execute("PRAGMA busy_timeout = 30000")
        connection.execute(f"PRAGMA journal_mode = {'MEMORY' if scratch else 'WAL'}")
        # NORMAL loses at worst the last batches when the power goes, and those with their checkpoint
        connection.execute(f"PRAGMA synchronous = {'OFF' if scratch else 'NORMAL'}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


_compiled: MutableMapping[Any, Any] = sa.util.LRUCache(STATEMENTS)


@cache
def _dialect() -> sa.Dialect:
    engine = sa.create_engine("sqlite://")
    engine.connect().close()  # it learns which SQLite this is
    engine.dispose()
    return engine.dialect


def _in_file(url: sa.URL) -> sa.Engine:
    """An engine that shares what it compiles with all others: most are there for one question.

    `create_engine` gives each a dialect of its own, and what one has compiled is another's only with the same dialect.
    """
    dialect = _dialect()
    arguments, options = dialect.create_connect_args(url)
    pool = sa.QueuePool(lambda: dialect.connect(*arguments, **options), dialect=dialect)
    return sa.Engine(pool, dialect, url, execution_options={"compiled_cache": _compiled})


@contextmanager
def scratch(view: View) -> Iterator[tuple[sa.Engine, Generation]]:
    """An empty generation in a file that goes when the block ends."""
    with tempfile.TemporaryDirectory(prefix="loypa-replay-", ignore_cleanup_errors=True) as directory:
        engine = open_engine(f"sqlite:///{Path(directory) / 'replay.db'}", scratch=True)
        try:
            generation = Generation(view, 1)
            with engine.begin() as connection:
                create_catalogue(connection)
                generation.create(connection, live=True)
            yield engine, generation
        finally:
            engine.dispose()


def write(engine: sa.Engine, generations: Sequence[Generation], events: Sequence[Recorded[Any]]) -> None:
    """Events into these generations, rows and checkpoints in one transaction."""
    arrived = [(event.service, event) for event in events]
    plans = [(generation, generation.plan(arrived)) for generation in generations]
    with engine.begin() as connection:
        for generation, taken in plans:
            generation.write(connection, taken)
    for generation, taken in plans:
        generation.advance(taken)


def compared(live: Reader, engine: sa.Engine, replayed: Generation) -> Verified:
    """A live view beside what was replayed up to its positions. Raises `Behind` when that did not come so far."""
    view = replayed.view.name
    if replayed.positions != live.positions:
        raise behind(view, live.positions, replayed.positions)
    with engine.connect() as connection:
        said = Reader(connection, replayed.tables, replayed.positions, live.complete_to, live.now)
        return compare(view, live, said)


def compare(view: str, live: Reader, replayed: Reader) -> Verified:
    """Both contents side by side in key order, never more than a few hundred rows in memory."""
    differences: list[Difference] = []
    rows = 0
    for name, table in live.tables.items():
        width = len(table.primary_key)
        for key, one, other in _side_by_side(live.rows(name), replayed.rows(name), width):
            rows += 1
            if one is None or other is None:
                present = (None, "present") if one is None else ("present", None)
                differences.append(Difference(name, key, None, *present))
            elif one != other:
                columns = [column.name for column in table.columns]
                differences += [
                    Difference(name, key, column, mine, theirs)
                    for column, mine, theirs in zip(columns, one, other, strict=True)
                    if mine != theirs
                ]
            if len(differences) >= DIFFERENCES:
                return Verified(view, dict(live.positions), rows, tuple(differences))
    return Verified(view, dict(live.positions), rows, tuple(differences))


def _side_by_side(
    mine: Iterator[tuple[Any, ...]], theirs: Iterator[tuple[Any, ...]], width: int
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...] | None, tuple[Any, ...] | None]]:
    one, other = next(mine, None), next(theirs, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[:width] < other[:width]):
            assert one is not None  # noqa: S101 - follows from the loop's condition
            yield one[:width], one, None
            one = next(mine, None)
        elif one is None or other[:width] < one[:width]:
            yield other[:width], None, other
            other = next(theirs, None)
        else:
            yield one[:width], one, other
            one, other = next(mine, None), next(theirs, None)


@asynccontextmanager
async def closing(batches: AsyncIterable[Batch]) -> AsyncIterator[None]:
    """Closes the source of the batches when enough of them were read: a follower never ends by itself."""
    try:
        yield
    finally:
        if isinstance(batches, AsyncGenerator):
            await batches.aclose()

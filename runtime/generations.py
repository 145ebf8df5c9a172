"""The generations of a view's tables in a store: how each is made, written, found again and dropped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite

from contracts.clock import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from contracts.envelope import Recorded
    from runtime.views import Positions, Values, View

STATEMENTS = 2000
"""How many compiled statements are kept: one for each table and each set of columns its rows have come in."""

DIALECTS = {"sqlite": pysqlite.dialect, "postgresql": psycopg.dialect}
"""How the drivers in use want their statements."""


@dataclass(frozen=True)
class Taken:
    """What a batch comes to: rows by table and key, and how far it reaches."""

    rows: Mapping[str, Mapping[tuple[Any, ...], Mapping[str, Any]]]
    positions: Positions
    recorded: Mapping[str, datetime]


_catalogue = sa.MetaData()
GENERATIONS = sa.Table(
    "loypa_generations",
    _catalogue,
    sa.Column("view", sa.Text, primary_key=True),
    sa.Column("generation", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("tables", sa.Text, nullable=False),
)
CHECKPOINTS = sa.Table(
    "loypa_checkpoints",
    _catalogue,
    sa.Column("view", sa.Text, primary_key=True),
    sa.Column("generation", sa.Integer, primary_key=True),
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger),
    sa.Column("recordedtime", sa.Text),
)


def create_catalogue(connection: sa.Connection) -> None:
    """The tables that say which generations there are and how far each has come."""
    for table in _catalogue.sorted_tables:
        for statement in _made_by(connection.dialect.name, table, if_missing=True):
            connection.exec_driver_sql(statement)


def _write(connection: sa.Connection, table: sa.Table, rows: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> None:
    """Write rows, those with the same columns at a time."""
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for key, values in rows.items():
        alike.setdefault(tuple(values), []).append((*key, *values.values()))
    for columns, records in alike.items():
        _upsert(connection.dialect.name, table, columns).execute(connection, records)


@lru_cache(maxsize=STATEMENTS)
def _upsert(dialect: str, table: sa.Table, columns: tuple[str, ...]) -> _Upsert:
    return _Upsert(DIALECTS[dialect](), table, columns)


class _Upsert:
    """An upsert compiled once for a table and a set of columns, and executed on the driver itself."""

    def __init__(self, dialect: sa.Dialect, table: sa.Table, columns: tuple[str, ...]) -> None:
        insert = (postgresql.insert if dialect.name == "postgresql" else sqlite.insert)(table)
        keys = list(table.primary_key)
        if columns:
            insert = insert.on_conflict_do_update(
                index_elements=keys, set_={name: insert.excluded[name] for name in columns}
            )
        else:
            insert = insert.on_conflict_do_nothing(index_elements=keys)
        names = [*(key.name for key in keys), *columns]
        compiled = insert.compile(dialect=dialect, column_keys=names)
        self._sql = str(compiled)
        self._names = names
        order = compiled.positiontup if compiled.positional else None
        # an insert names its columns in the table's order
        self._order = itemgetter(*map(names.index, order)) if order and order != names else None
        self._named = not compiled.positional
        bind = (table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
        self._bind = [(index, process) for index, process in enumerate(bind) if process]

    def execute(self, connection: sa.Connection, records: Sequence[tuple[Any, ...]]) -> None:
        parameters: Any = records
        if self._bind:
            processed = [list(record) for record in records]
            for index, process in self._bind:
                for record in processed:
                    record[index] = process(record[index])
            parameters = [tuple(record) for record in processed]
        if self._order:
            parameters = list(map(self._order, parameters))
        if self._named:
            parameters = [dict(zip(self._names, record, strict=True)) for record in parameters]
        connection.exec_driver_sql(self._sql, parameters)


class Generation:
    """One generation of a view's tables, and how far it has come. Not thread-safe: its store takes one batch at a time.

    Its tables are named `<view>_<table>__<number>`, with underscores for hyphens.
    """

    def __init__(self, view: View, number: int) -> None:
        self.view = view
        self.number = number
        self.positions: Positions = {}
        self.recorded: dict[str, datetime] = {}
        self.tables = _tables(view, number)

    def create(self, connection: sa.Connection, *, live: bool) -> None:
        """Make the tables, empty, and enter the generation in the catalogue."""
        for table in self.tables.values():
            for statement in _made_by(connection.dialect.name, table):
                connection.exec_driver_sql(statement)
        names = json.dumps([table.name for table in self.tables.values()])
        entry = {"view": self.view.name, "generation": self.number, "version": self.view.version, "live": live}
        connection.execute(GENERATIONS.insert().values(**entry, tables=names))

    def load(self, connection: sa.Connection) -> None:
        """Take up where the checkpoint says it stands."""
        self.positions, self.recorded = checkpoint(connection, self.view.name, self.number)

    def lacks(self, connection: sa.Connection) -> bool:
        """Whether tables or columns that today's view has are missing: an older version made it."""
        inspector = sa.inspect(connection)
        return any(
            not inspector.has_table(table.name)
            or {column.name for column in table.columns}
            - {found["name"] for found in inspector.get_columns(table.name)}
            for table in self.tables.values()
        )

    def plan(self, events: Iterable[tuple[str, Recorded[Any]]]) -> Taken:
        """What these events, each with its service, come to; of one row's columns the last writer wins.

        Those already taken in are left out.
        """
        rows: dict[str, dict[tuple[Any, ...], Values]] = {name: {} for name in self.tables}
        positions, recorded = dict(self.positions), dict(self.recorded)
        project = self.view.project
        for service, event in events:
            if event.sequence <= positions.get(service, 0):
                continue
            positions[service] = event.sequence
            recorded[service] = event.recordedtime
            for row in project(event):
                known = rows[row.table].get(row.key)
                rows[row.table][row.key] = row.values if known is None else {**known, **row.values}
        return Taken(rows, positions, recorded)

    def write(self, connection: sa.Connection, taken: Taken) -> None:
        """Rows and checkpoint, in the caller's transaction."""
        for name, rows in taken.rows.items():
            if rows:
                _write(connection, self.tables[name], rows)
        moved = {
            (self.view.name, self.number, service): {
                "position": position,
                "recordedtime": iso(taken.recorded[service]),
            }
            for service, position in taken.positions.items()
            if position != self.positions.get(service)
        }
        if moved:
            _write(connection, CHECKPOINTS, moved)

    def advance(self, taken: Taken) -> None:
        """The transaction with `taken` is committed."""
        self.positions = taken.positions
        self.recorded = dict(taken.recorded)


@lru_cache(maxsize=100)
def _tables(view: View, number: int) -> Mapping[str, sa.Table]:
    """The tables of a generation; the same for whoever asks, so that a statement on one is compiled once."""
    metadata, prefix = sa.MetaData(), view.name.replace("-", "_")
    tables = {
        name: table.to_metadata(metadata, name=f"{prefix}_{name}__{number}")
        for name, table in view.tables.tables.items()
    }
    for table in tables.values():
        for index in table.indexes:
            index.name = sa.quoted_name(f"{index.name}__{number}", quote=None)
    return tables


@lru_cache(maxsize=STATEMENTS)
def _made_by(dialect: str, table: sa.Table, *, if_missing: bool = False) -> tuple[str, ...]:
    """What makes a table and its indexes."""
    made: list[sa.schema.ExecutableDDLElement] = [sa.schema.CreateTable(table, if_not_exists=if_missing)]
    made += map(sa.schema.CreateIndex, sorted(table.indexes, key=lambda index: str(index.name)))
    return tuple(str(each.compile(dialect=DIALECTS[dialect]())) for each in made)


def prepare(view: View) -> None:
    """Compile what makes a first generation in a file now: a process that forks others does it once for all."""
    for table in _tables(view, 1).values():
        _made_by("sqlite", table)


def checkpoint(connection: sa.Connection, view: str, generation: int) -> tuple[Positions, dict[str, datetime]]:
    """How far a generation has come: position and recorded time of the last event of each service."""
    found = connection.execute(
        sa.select(CHECKPOINTS.c.service, CHECKPOINTS.c.position, CHECKPOINTS.c.recordedtime).where(
            CHECKPOINTS.c.view == view, CHECKPOINTS.c.generation == generation
        )
    ).all()
    return (
        {service: position for service, position, _ in found},
        {service: datetime.fromisoformat(recorded) for service, _, recorded in found},
    )


def forget(connection: sa.Connection, view: str, generation: int) -> None:
    """Drop a generation: its tables as the catalogue lists them, its checkpoint, its entry."""
    here = (GENERATIONS.c.view == view, GENERATIONS.c.generation == generation)
    names = connection.execute(sa.select(GENERATIONS.c.tables).where(*here)).scalar_one()
    for name in json.loads(names):
        sa.Table(name, sa.MetaData()).drop(connection, checkfirst=True)
    connection.execute(CHECKPOINTS.delete().where(CHECKPOINTS.c.view == view, CHECKPOINTS.c.generation == generation))
    connection.execute(GENERATIONS.delete().where(*here))


def take_up(connection: sa.Connection, view: View) -> tuple[Generation, bool]:
    """The live generation as it was left, or a first one, and whether today's version made it.

    What a killed rebuild left behind goes.
    """
    found = connection.execute(sa.select(GENERATIONS).where(GENERATIONS.c.view == view.name)).all()
    for row in found:
        if not row.live:
            forget(connection, view.name, row.generation)
    live = next((row for row in found if row.live), None)
    generation = Generation(view, live.generation if live else 1)
    if live is None:
        generation.create(connection, live=True)
    generation.load(connection)
    return generation, live is None or live.version == view.version

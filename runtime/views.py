"""A view: how events become rows, and one generation of its tables in a store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from contracts.clock import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from contracts.envelope import Recorded

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The time up to which a service nobody has heard of is known: none."""

STATEMENTS = 512
"""How many compiled statements a generation keeps: one for each set of columns its rows have come in."""

Positions = dict[str, int]

Values = Mapping[str, str | int | float | bool | None]
"""Columns by name, as the database takes them."""


@dataclass(frozen=True, slots=True)
class Row:
    """Set these columns on the row with this key (in the order of the table's primary key); leave the others alone."""

    table: str
    key: tuple[str | int, ...]
    values: Values


@dataclass(frozen=True)
class View:
    """What to keep and how: a new `version` is built beside the old one and swapped in when it has caught up.

    `tables` have text or integer primary keys and otherwise columns that may be null, for whichever service's event
    comes first makes the row. A column is written by the events of one service only.
    """

    name: str
    version: int
    tables: sa.MetaData
    project: Callable[[Recorded[Any]], Iterable[Row]]


@dataclass(frozen=True)
class Reader:
    """One view as it stands: what a query function gets, and all it may look at.

    `complete_to` is the time up to which every service has told everything; `now` the time of asking; `known_at` the
    time whose record is read, if not the present one.
    """

    connection: sa.Connection
    tables: Mapping[str, sa.Table]
    positions: Mapping[str, int]
    complete_to: datetime
    now: datetime
    known_at: datetime | None = None

    @property
    def today(self) -> date:
        """The date a question means when it names none: that of the record it reads, or of asking."""
        return (self.known_at or self.now).date()

    @property
    def provisional(self) -> bool:
        """Whether events from before `known_at` may still turn up."""
        return self.known_at is not None and self.known_at > self.complete_to

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Every row of a table as it is stored, in key order, a few hundred at a time."""
        source = self.tables[table]
        ordered = [
            sa.collate(column, "C") if postgres(self.connection) and isinstance(column.type, sa.String) else column
            for column in source.primary_key
        ]
        stored = sa.select(*(sa.type_coerce(column, sa.types.NullType()) for column in source.columns))
        streamed = self.connection.execution_options(yield_per=500).execute(stored.order_by(*ordered))
        return (tuple(row) for row in streamed)


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
    _catalogue.create_all(connection)


def postgres(connection: sa.Connection) -> bool:
    """Whether the store is PostgreSQL; otherwise it is SQLite."""
    return connection.dialect.name == "postgresql"


class Upserts:
    """Upserts compiled once for each table and set of columns, and executed on the driver itself."""

    def __init__(self) -> None:
        self._statements: dict[tuple[str, tuple[str, ...]], _Upsert] = {}

    def write(
        self, connection: sa.Connection, table: sa.Table, rows: Mapping[tuple[Any, ...], Mapping[str, Any]]
    ) -> None:
        """Write rows, those with the same columns at a time."""
        alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for key, values in rows.items():
            alike.setdefault(tuple(values), []).append((*key, *values.values()))
        for columns, records in alike.items():
            self._statement(connection, table, columns).execute(connection, records)

    def _statement(self, connection: sa.Connection, table: sa.Table, columns: tuple[str, ...]) -> _Upsert:
        statement = self._statements.get((table.name, columns))
        if statement is None:
            if len(self._statements) >= STATEMENTS:
                self._statements.clear()
            statement = self._statements[table.name, columns] = _Upsert(connection, table, columns)
        return statement


class _Upsert:
    def __init__(self, connection: sa.Connection, table: sa.Table, columns: tuple[str, ...]) -> None:
        dialect = connection.dialect
        insert = (postgresql.insert if postgres(connection) else sqlite.insert)(table)
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
        self._order = [names.index(name) for name in order] if order and order != names else None
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
            parameters = [tuple(record[index] for index in self._order) for record in parameters]
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
        self._upserts = Upserts()
        metadata, prefix = sa.MetaData(), view.name.replace("-", "_")
        self.tables = {
            name: table.to_metadata(metadata, name=f"{prefix}_{name}__{number}")
            for name, table in view.tables.tables.items()
        }
        for table in self.tables.values():
            for index in table.indexes:
                index.name = sa.quoted_name(f"{index.name}__{number}", quote=None)

    def create(self, connection: sa.Connection, *, live: bool) -> None:
        """Make the tables, empty, and enter the generation in the catalogue."""
        for table in self.tables.values():
            table.create(connection)
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

    def plan(self, events: Iterable[Recorded[Any]]) -> Taken:
        """What these events come to, without those already taken in; of one row's columns the last writer wins."""
        rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {name: {} for name in self.tables}
        positions, recorded = dict(self.positions), dict(self.recorded)
        project = self.view.project
        for event in events:
            service = event.service
            if event.sequence <= positions.get(service, 0):
                continue
            positions[service] = event.sequence
            recorded[service] = event.recordedtime
            for row in project(event):
                known = rows[row.table].setdefault(row.key, {})
                known.update(row.values)
        return Taken(rows, positions, recorded)

    def write(self, connection: sa.Connection, taken: Taken) -> None:
        """Rows and checkpoint, in the caller's transaction."""
        for name, rows in taken.rows.items():
            if rows:
                self._upserts.write(connection, self.tables[name], rows)
        moved = {
            (self.view.name, self.number, service): {
                "position": position,
                "recordedtime": iso(taken.recorded[service]),
            }
            for service, position in taken.positions.items()
            if position != self.positions.get(service)
        }
        if moved:
            self._upserts.write(connection, CHECKPOINTS, moved)

    def advance(self, taken: Taken) -> None:
        """The transaction with `taken` is committed."""
        self.positions = taken.positions
        self.recorded = dict(taken.recorded)


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

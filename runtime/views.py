"""A view: how events become rows, and how its rows are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from contracts.envelope import Recorded

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The time up to which a service nobody has heard of is known: none."""

Positions = dict[str, int]

Values = Mapping[str, str | int | float | bool | None]
"""Columns by name, as the database takes them."""


class Row(NamedTuple):
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


def postgres(connection: sa.Connection) -> bool:
    """Whether the store is PostgreSQL; otherwise it is SQLite."""
    return connection.dialect.name == "postgresql"

"""What every view of reporting shares: the question with its day, and how columns and rows are written and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pydantic_core
import sqlalchemy as sa
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from contracts.events.council import FormName
    from contracts.queries.reporting import ViewQuery
    from runtime.declaration import Scope
    from runtime.projector import Reader


@dataclass(frozen=True)
class Asked:
    """A question with its day: waiting counts to `on`; facts after `until` are left out, if the question has it."""

    reader: Reader
    scope: Scope
    tenants: list[str]
    on: date
    until: str | None

    @classmethod
    def of(cls, reader: Reader, query: ViewQuery, scope: Scope) -> Asked:
        """The question as it stands."""
        until = query.as_of.isoformat() if query.as_of else None
        return cls(reader, scope, scope.tenants(query.municipality), query.as_of or reader.today, until)

    @property
    def day(self) -> str:
        """`on`, as the rows write it."""
        return self.on.isoformat()

    def rows(self, table: str, *order: str, dated: str | None = None) -> list[Any]:
        """The tenants' rows in the order of these columns (then of the key), without what happened after `until`.

        `dated` is the column with the date of the fact; a row that has none yet is not shown.
        """
        source = self.reader.tables[table]
        wanted = sa.select(source).where(source.c.tenant.in_(self.tenants))
        if dated:
            wanted = wanted.where(source.c[dated].is_not(None))
            if self.until:
                wanted = wanted.where(source.c[dated] <= self.until)
        found = self.reader.connection.execute(wanted).all()
        names = [*order, *(column.name for column in source.primary_key)]
        # sorted here: databases order text by their own collations
        return sorted(found, key=lambda row: [(value is None, value) for value in (getattr(row, n) for n in names)])

    def envelope(self) -> dict[str, Any]:
        """What every answer says of the record it is from."""
        reader = self.reader
        return {
            "positions": dict(sorted(reader.positions.items())),
            "complete_to": reader.complete_to,
            "provisional": reader.provisional,
            "on": self.on,
        }


def table(name: str, metadata: sa.MetaData, keys: Iterable[str], columns: Iterable[sa.Column[Any] | str]) -> None:
    """A view's table: text keys (a key ending in `#` is a number), text columns unless said otherwise, and `tenant`."""
    sa.Table(
        name,
        metadata,
        *(
            sa.Column(key.rstrip("#"), sa.BigInteger if key.endswith("#") else sa.Text, primary_key=True)
            for key in keys
        ),
        sa.Column("tenant", sa.Text),
        *(sa.Column(column, sa.Text) if isinstance(column, str) else column for column in columns),
    )


def text(value: object) -> str | None:
    """A value as its column holds it: ids, dates, slugs and figures as text."""
    return None if value is None else str(value)


def json(value: object) -> str:
    """A list or a model as its column holds it.

    Of a model only what the event itself said: a field that was added to it later would write its default into a replay
    and not into the rows there are, and `verify` would tell them apart.
    """
    if isinstance(value, BaseModel):
        return value.model_dump_json(exclude_unset=True)
    return pydantic_core.to_json(value).decode()


def named(form: FormName | None) -> str | None:
    """What a form is called, as its column holds it."""
    return None if form is None else json(form)


def load(value: str | None) -> Any:  # noqa: ANN401 - whatever was written
    """Read back; nothing is an empty list."""
    return pydantic_core.from_json(value) if value else ()


def holds(edition: Any, day: str) -> bool:  # noqa: ANN401 - a row
    """Whether an edition of the mandate is in force on the day, where no later one is."""
    return bool(edition.in_force <= day and (edition.withdrawn is None or day < edition.withdrawn))


def by(rows: Iterable[Any], *names: str) -> dict[Any, list[Any]]:
    """Rows by a column, or by a tuple of columns."""
    grouped: dict[Any, list[Any]] = {}
    for row in rows:
        values = tuple(getattr(row, name) for name in names)
        grouped.setdefault(values[0] if len(values) == 1 else values, []).append(row)
    return grouped

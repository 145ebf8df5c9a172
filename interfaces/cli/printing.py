"""Data on stdout: as a table for people, as JSON or a line an object for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def console() -> Console:
    """Where tables go: as wide as the terminal, or wide enough to lose nothing when it is a file."""
    return Console(width=None if sys.stdout.isatty() else 180, soft_wrap=False)


def as_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON there is
    """One document."""
    sys.stdout.write(f"{json.dumps(value, ensure_ascii=False, indent=2)}\n")


def as_lines(values: Iterable[Any]) -> None:
    """One object a line, each written out at once."""
    for value in values:
        sys.stdout.write(f"{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n")
        sys.stdout.flush()


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table in which nothing is shown as nothing and 0 as 0."""
    made = Table(title=title, title_justify="left", header_style="bold", show_lines=False, title_style="bold")
    for column in columns:
        numeric = column.endswith("#")
        made.add_column(column.rstrip("#"), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    return made


def show(*tables: Table) -> None:
    """Print tables, one after the other."""
    out = console()
    for each in tables:
        out.print(each)

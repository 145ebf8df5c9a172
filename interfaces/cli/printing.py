"""Data on stdout: as a table for people, as JSON or a line an object for programs."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Any, Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

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


def as_one(value: Any, output: str) -> None:  # noqa: ANN401 - as above
    """One document, with `ndjson` on one line."""
    as_lines([value]) if output == "ndjson" else as_json(value)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table in which nothing is shown as nothing and 0 as 0.

    A column whose name ends in `#` is of numbers, one that ends in `!` is never broken over lines. Columns without a
    name have no heading.
    """
    made = Table(title=_plain(title), title_justify="left", title_style="bold", header_style="bold", box=SIMPLE_HEAD)
    made.show_header, made.show_edge = any(columns), False
    made.padding, made.pad_edge = (0, 1, 0, 0), False
    for column in columns:
        numeric = column.endswith("#")
        side: Literal["left", "right"] = "right" if numeric else "left"
        made.add_column(column.rstrip("#!"), justify=side, overflow="fold", no_wrap=column.endswith("!"))
    for row in rows:
        made.add_row(*(_plain("" if cell is None else str(cell)) for cell in row))
    return made


_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of the text around it, so that a line reads as another (Unicode's Bidi_Control)."""


def _plain(text: str) -> Text:
    """Text as it is: brackets are no markup, and nobody's data steers the terminal or turns what stands beside it."""
    return Text("".join("\ufffd" if _steers(ch) else ch for ch in text))


def _steers(ch: str) -> bool:
    return ch in _TURNING or (ch != "\n" and unicodedata.category(ch) == "Cc")


def show(*tables: Table) -> None:
    """Print tables, one after the other, each under its title, which may be wider than it."""
    out = console()
    for each in tables:
        if each.title:
            out.print(each.title, style="bold")
            each.title = None
        out.print(each)

"""`make bench`: ours beside the floor, from one run; `--markdown` prints what docs/performance.md holds."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from runtime.service import seldom_collect

if TYPE_CHECKING:
    from tests.bench.measure import Measurement

MODULES = ("ledger", "relay", "follow", "visible", "claims", "feeds", "rebuild")
COLUMNS = ("What", "Ours", "Floor", "Unit", "Ours/floor", "Wanted")


def cells(row: Measurement) -> tuple[str, ...]:
    """One line of the table."""
    ratio = f"{row.ratio:.2f}" if row.ratio is not None else "—"
    floor = f"{row.floor:,.0f}" if row.floor is not None else "—"
    wanted = f"≥ {row.wanted}" if row.wanted is not None else "—"
    ours = f"{row.ours:,.0f}" if row.ours >= 10 else f"{row.ours:.2f}"
    return row.name, ours, floor, row.unit, ratio, wanted


def main() -> None:
    """Measure everything, or the modules that are named."""
    named = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    found: list[Measurement] = []
    for module in named or MODULES:
        sys.stderr.write(f"measuring {module} …\n")
        measured = importlib.import_module(f"tests.bench.{module}")
        seldom_collect()  # as a service does when it starts
        found += measured.rows()
    when = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores"
    if "--markdown" in sys.argv:
        lines = [f"Measured {when}.", "", f"| {' | '.join(COLUMNS)} |", "|---|--:|--:|---|--:|--:|"]
        lines += [f"| {' | '.join(cells(row))} |" for row in found]
        sys.stdout.write("\n".join(lines) + "\n")
        return
    table = Table(*COLUMNS, title=when, title_justify="left")
    for row in found:
        table.add_row(*cells(row))
    Console(width=140).print(table)


main()

"""`loypa import`: what another system exports, taken in. What it does is in `importing`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Annotated

from cyclopts import App, Parameter

from interfaces.cli.common import Common

DEFAULT = Common()

imports = App(
    name="import",
    help=(
        "Take in what another system exports.\n\n"
        "Example: `loypa import ideas ideas.csv --municipality molde --system decide --map id=code --map title=title"
        " --map problem=summary`"
    ),
)


@imports.command(name="ideas")
def import_ideas(
    file: Path,
    *,
    municipality: str,
    system: str,
    map_: Annotated[list[str], Parameter(name="--map", negative=())],
    common: Common = DEFAULT,
) -> None:
    """Claim each line of a CSV file (UTF-8) as a submitted idea; ends when each is decided and visible.

    Says how many were accepted and, line by line, why the others were not. Running it again changes nothing. Exit
    code 1 when some were not accepted.

    Example: `loypa import ideas proposals.csv --municipality 1506 --system decide --map title=title
    --map problem=summary --map proposal=text --map id=code`

    Parameters
    ----------
    municipality
        Its short name or kommunenummer.
    system
        The system whose claims they are.
    map_
        FIELD=COLUMN: which column holds which field of the claim; `id`, `title` and `problem` are needed.
    """
    from interfaces.cli import importing  # noqa: PLC0415 - `--help` must not wait for it

    importing.import_ideas(file, municipality, system, map_, common)

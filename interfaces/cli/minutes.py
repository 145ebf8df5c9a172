"""`loypa minutes`: a meeting's minutes (protokoll) as a draft, approved, published and read. See `protocol`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from cyclopts import App, Parameter

from interfaces.cli.common import Common

DEFAULT = Common()
OPERATOR = "operator"
Meeting = Annotated[UUID | date, Parameter(name="MEETING", help="The meeting: its id, or its day.")]
Municipality = Annotated[str, Parameter(help="Whose it is: its short name or kommunenummer.")]
Out = Annotated[Path, Parameter(help="The file, which must not be there.")]
Format = Annotated[
    Literal["pdf", "json"], Parameter(name="--format", help="PDF (PDF/A-2a and PDF/UA-1), or the same as JSON.")
]
Public = Annotated[bool, Parameter(negative=(), help="The version without what is exempt from publicity.")]
Reader = Annotated[str, Parameter(help="As whom you read.")]
Keeper = Annotated[str, Parameter(help="As whom you act: the council's secretary or leader.")]

minutes = App(
    name="minutes",
    help=(
        "A meeting's minutes, in bokmål or nynorsk (`--language nb|nn`; nb when left out). Names and what is exempt"
        " from publicity are opened on record, in the name of the person you act as.\n\n"
        "Example: `loypa minutes read 2026-03-04 --municipality molde --public --out protokoll.pdf`"
    ),
)


@minutes.command
def draft(  # noqa: PLR0913 - of what, as what, for whom
    meeting: Meeting,
    *,
    municipality: Municipality,
    out: Out,
    format_: Format = "pdf",
    public: Public = False,
    person: Reader = OPERATOR,
    common: Common = DEFAULT,
) -> None:
    """Write the minutes as they would be approved now to a file, and print their digest.

    Example: `loypa minutes draft 2026-03-04 --municipality molde --out utkast.pdf --language nn`
    """
    from interfaces.cli import protocol  # noqa: PLC0415 - `--help` must not wait for it

    protocol.draft(meeting, municipality, out, format_, person, common, public=public)


@minutes.command
def read(  # noqa: PLR0913 - of what, as what, for whom
    meeting: Meeting,
    *,
    municipality: Municipality,
    out: Out,
    format_: Format = "pdf",
    public: Public = False,
    edition: int | None = None,
    person: Reader = OPERATOR,
    common: Common = DEFAULT,
) -> None:
    """Write approved minutes to a file, byte for byte as they were approved.

    Example: `loypa minutes read 2026-03-04 --municipality molde --public --out protokoll.pdf`

    Parameters
    ----------
    edition
        Which edition; the last one when left out.
    """
    from interfaces.cli import protocol  # noqa: PLC0415 - `--help` must not wait for it

    protocol.read(meeting, municipality, out, format_, edition, person, common, public=public)


@minutes.command
def show(meeting: Meeting, *, municipality: Municipality, person: Reader = OPERATOR, common: Common = DEFAULT) -> None:
    """How the minutes stand: every edition with its digests, and the archive's references.

    Example: `loypa minutes show 2026-03-04 --municipality molde --output json`
    """
    from interfaces.cli import protocol  # noqa: PLC0415 - `--help` must not wait for it

    protocol.show(meeting, municipality, person, common)


@minutes.command
def approve(  # noqa: PLR0913 - what, by whom, instead of what
    meeting: Meeting,
    *,
    municipality: Municipality,
    person: Keeper,
    file: Path | None = None,
    digest: str | None = None,
    approved_by: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    corrects: int | None = None,
    reason: str | None = None,
    common: Common = DEFAULT,
) -> None:
    """Approve the full draft that was read; refused when the record says something else by now.

    Example: `loypa minutes approve 2026-03-04 --municipality molde --person siv --file utkast.pdf`

    Parameters
    ----------
    file
        The draft that was read, as `loypa minutes draft` wrote it.
    digest
        Its digest instead, as `loypa minutes draft` printed it.
    approved_by
        Who approved them; once for each person. You when left out.
    corrects
        The edition that was wrong, when these put it right.
    reason
        What was wrong with it.
    """
    from interfaces.cli import protocol  # noqa: PLC0415 - `--help` must not wait for it

    read_ = protocol.Draft.of(file, digest)
    protocol.approve(meeting, municipality, read_, person, approved_by, corrects, reason, common)


@minutes.command
def publish(meeting: Meeting, *, municipality: Municipality, person: Keeper, common: Common = DEFAULT) -> None:
    """Open the public version of the minutes that were approved last to everybody.

    Example: `loypa minutes publish 2026-03-04 --municipality molde --person siv`
    """
    from interfaces.cli import protocol  # noqa: PLC0415 - `--help` must not wait for it

    protocol.publish(meeting, municipality, person, common)

"""`loypa minutes`: a meeting's minutes (protokoll) as a draft, approved, published and read. See `protocol`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Annotated, Literal
from uuid import UUID

from cyclopts import App, Parameter

from interfaces.cli.common import Common

DEFAULT = Common()
Meeting = Annotated[UUID, Parameter(name="MEETING")]
Format = Annotated[Literal["pdf", "json"], Parameter(name="--format")]
Flag = Annotated[bool, Parameter(negative=())]
OPERATOR = "operator"

minutes = App(
    name="minutes",
    help=(
        "A meeting's minutes, in bokmål or nynorsk (`--language nb|nn`; nb when left out). Names and what is exempt"
        " from publicity are opened on record, in the name of the person you act as."
    ),
)


@minutes.command
def draft(  # noqa: PLR0913 - of what, as what, for whom
    meeting: Meeting,
    *,
    municipality: str,
    out: Path,
    format_: Format = "pdf",
    public: Flag = False,
    person: str = OPERATOR,
    common: Common = DEFAULT,
) -> None:
    """Write the minutes as they would be approved now to a file, and print their digest.

    Example: `loypa minutes draft 334c61cf-0f51-5469-b51d-052fce853c8a --municipality molde --out utkast.pdf
    --language nn`

    Parameters
    ----------
    meeting
        The meeting's id.
    municipality
        Whose it is: its short name or kommunenummer.
    out
        The file, which must not be there.
    format_
        PDF (PDF/A-2a and PDF/UA-1), or the same as JSON.
    public
        Without what is exempt from publicity.
    person
        As whom you read.
    """
    from interfaces.cli import protocol  # noqa: PLC0415 - `--help` must not wait for it

    protocol.draft(meeting, municipality, out, format_, person, common, public=public)


@minutes.command
def read(  # noqa: PLR0913 - of what, as what, for whom
    meeting: Meeting,
    *,
    municipality: str,
    out: Path,
    format_: Format = "pdf",
    public: Flag = False,
    edition: int | None = None,
    person: str = OPERATOR,
    common: Common = DEFAULT,
) -> None:
    """Write approved minutes to a file, byte for byte as they were approved.

    Example: `loypa minutes read 334c61cf-0f51-5469-b51d-052fce853c8a --municipality molde --public
    --out protokoll.pdf`

    Parameters
    ----------
    meeting
        The meeting's id.
    municipality
        Whose it is: its short name or kommunenummer.
    out
        The file, which must not be there.
    format_
        PDF, or the same as JSON.
    public
        The version without what is exempt from publicity.
    edition
        Which edition; the last one when left out.
    person
        As whom you read.
    """
    from interfaces.cli import protocol  # noqa: PLC0415 - `--help` must not wait for it

    protocol.read(meeting, municipality, out, format_, edition, person, common, public=public)


@minutes.command
def show(meeting: Meeting, *, municipality: str, person: str = OPERATOR, common: Common = DEFAULT) -> None:
    """How the minutes stand: every edition with its digests, and the archive's references.

    Example: `loypa minutes show 334c61cf-0f51-5469-b51d-052fce853c8a --municipality molde --output json`

    Parameters
    ----------
    meeting
        The meeting's id.
    municipality
        Whose it is: its short name or kommunenummer.
    person
        As whom you ask.
    """
    from interfaces.cli import protocol  # noqa: PLC0415 - `--help` must not wait for it

    protocol.show(meeting, municipality, person, common)


@minutes.command
def approve(  # noqa: PLR0913 - what, by whom, instead of what
    meeting: Meeting,
    *,
    municipality: str,
    digest: str,
    person: str,
    approved_by: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    corrects: int | None = None,
    reason: str | None = None,
    common: Common = DEFAULT,
) -> None:
    """Approve the full draft with this digest; refused when the record says something else by now.

    Example: `loypa minutes approve 334c61cf-0f51-5469-b51d-052fce853c8a --municipality molde --person siv
    --digest 9f2d…`

    Parameters
    ----------
    meeting
        The meeting's id.
    municipality
        Whose it is: its short name or kommunenummer.
    digest
        What `loypa minutes draft` printed.
    person
        As whom you act: the council's secretary or leader.
    approved_by
        Who approved them; once for each person. You when left out.
    corrects
        The edition that was wrong, when these put it right.
    reason
        What was wrong with it.
    """
    from interfaces.cli import protocol  # noqa: PLC0415 - `--help` must not wait for it

    protocol.approve(meeting, municipality, digest, person, approved_by, corrects, reason, common)


@minutes.command
def publish(meeting: Meeting, *, municipality: str, person: str, common: Common = DEFAULT) -> None:
    """Open the public version of the minutes that were approved last to everybody.

    Example: `loypa minutes publish 334c61cf-0f51-5469-b51d-052fce853c8a --municipality molde --person siv`

    Parameters
    ----------
    meeting
        The meeting's id.
    municipality
        Whose it is: its short name or kommunenummer.
    person
        As whom you act: the council's secretary or leader.
    """
    from interfaces.cli import protocol  # noqa: PLC0415 - `--help` must not wait for it

    protocol.publish(meeting, municipality, person, common)

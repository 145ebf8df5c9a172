"""What `loypa minutes` does: asks for a file part by part, checks its digest, writes it; approves and publishes."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Literal

from contracts.answers import RefusedAnswer, Unavailable
from contracts.commands.minutes import ApproveMinutes, PublishMinutes
from contracts.queries.minutes import DraftMinutes, MinutesFile, ReadMinutes, ShowMinutes
from interfaces.cli import naming
from interfaces.cli.common import Wrong, new_id, now, run, say
from interfaces.cli.printing import as_json, as_lines, table
from interfaces.cli.printing import show as show_tables
from interfaces.client import Denied, NotServed, doors
from runtime.ror import COMMAND_LINE

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path
    from uuid import UUID

    from contracts.events.minutes import Language, MediaType
    from contracts.message import Command, Query
    from interfaces.cli.common import Common

Format = Literal["pdf", "json"]
MEDIA: dict[Format, MediaType] = {"pdf": "application/pdf", "json": "application/json"}


def draft(  # noqa: PLR0913, PLR0917 - the command's own words
    meeting: UUID | date,
    municipality: str,
    out: Path,
    format_: Format,
    person: str,
    common: Common,
    *,
    public: bool,
) -> None:
    """Write a draft. Raises `Wrong`, `Denied`, `NotServed`, `FileExistsError`."""
    of = _id(meeting, municipality, common)
    asked = DraftMinutes(meeting=of, language=_language(common), media_type=MEDIA[format_], public=public)
    _write(run(_file(asked, municipality, person, common)), out, common)


def read(  # noqa: PLR0913, PLR0917 - the command's own words
    meeting: UUID | date,
    municipality: str,
    out: Path,
    format_: Format,
    edition: int | None,
    person: str,
    common: Common,
    *,
    public: bool,
) -> None:
    """Write what was approved. Raises as `draft`."""
    of = _id(meeting, municipality, common)
    asked = ReadMinutes(meeting=of, media_type=MEDIA[format_], public=public, edition=edition)
    _write(run(_file(asked, municipality, person, common)), out, common)


def show(meeting: UUID | date, municipality: str, person: str, common: Common) -> None:
    """Print how the minutes stand. Raises `Denied`, `NotServed`."""
    of = _id(meeting, municipality, common)
    shown = run(_ask(ShowMinutes(meeting=of), municipality, person, common))
    match common.output:
        case "json":
            as_json(shown)
        case "ndjson":
            as_lines(shown["editions"])
        case _:
            columns = ("Edition#", "Language", "Approved!", "By", "Corrects#", "Published!", "PDF (SHA-256)")
            rows = [
                (
                    *(one[name] for name in ("edition", "language", "approved")),
                    ", ".join(one["approved_by"]),
                    *(one[name] for name in ("corrects", "published")),
                    one["files"][0]["sha256"],
                )
                for one in shown["editions"]
            ]
            show_tables(table(f"minutes of {meeting}", columns, rows))


def approve(  # noqa: PLR0913, PLR0917 - the command's own words
    meeting: UUID | date,
    municipality: str,
    digest: str,
    person: str,
    approved_by: tuple[str, ...],
    corrects: int | None,
    reason: str | None,
    common: Common,
) -> None:
    """Approve a draft. Raises `Denied`, `NotServed`."""
    command = ApproveMinutes(
        meeting=_id(meeting, municipality, common),
        digest=digest,
        language=_language(common),
        approved_by=approved_by,
        corrects=corrects,
        reason=reason,
    )
    run(_send(command, municipality, person, common))
    say(f"approved: {digest}")


def publish(meeting: UUID | date, municipality: str, person: str, common: Common) -> None:
    """Publish. Raises `Denied`, `NotServed`."""
    of = _id(meeting, municipality, common)
    run(_send(PublishMinutes(meeting=of), municipality, person, common))
    say("published")


def digest(file: Path | None, given: str | None) -> str:
    """The digest of the draft that was read. Raises `Wrong`, `OSError`."""
    if (file is None) == (given is None):
        raise Wrong("--file or --digest: say which draft was read, one way")
    return hashlib.sha256(file.read_bytes()).hexdigest() if file else str(given)


def _id(meeting: UUID | date, municipality: str, common: Common) -> UUID:
    here = common.running()
    return run(naming.meeting(here, here.registry.tenant(municipality).slug, meeting))


def _language(common: Common) -> Language:
    if common.language == "en":
        raise Wrong("--language en: minutes are written in bokmål (nb) or nynorsk (nn)")
    return common.language or "nb"


def _write(file: tuple[dict[str, Any], bytes], out: Path, common: Common) -> None:
    told, body = file
    with out.open("xb") as opened:
        opened.write(body)
    about = {name: value for name, value in told.items() if name not in {"content", "part", "parts"}}
    match common.output:
        case "json" | "ndjson":
            as_lines([{**about, "file": str(out)}])
        case _:
            show_tables(table(f"{out}", ("", "!"), list(about.items())))


async def _file(
    asked: DraftMinutes | ReadMinutes, municipality: str, person: str, common: Common
) -> tuple[dict[str, Any], bytes]:
    """The whole file, and what was said of it. Raises `NotServed` when its parts are not of one file."""
    first = await _ask(asked, municipality, person, common)
    others = [asked.model_copy(update={"part": part}) for part in range(2, first["parts"] + 1)]
    parts = [first, *[await _ask(other, municipality, person, common) for other in others]]
    body = b"".join(base64.b64decode(MinutesFile.model_validate(part).content) for part in parts)
    if hashlib.sha256(body).hexdigest() != first["sha256"]:
        raise NotServed("the minutes changed while they were read; try again")
    return first, body


async def _ask(query: Query, municipality: str, person: str, common: Common) -> dict[str, Any]:
    here = common.running()
    async with doors(here, here.registry.tenant(municipality).slug, COMMAND_LINE, now, new_id) as door:
        found: dict[str, Any] = (await door.query(query, person)).result
        return found


async def _send(command: Command, municipality: str, person: str, common: Common) -> None:
    here = common.running()
    async with doors(here, here.registry.tenant(municipality).slug, COMMAND_LINE, now, new_id) as door:
        match await door.command(command, person):
            case RefusedAnswer(refusal=refusal):
                raise Denied(refusal)
            case Unavailable(says=says):
                raise NotServed(says)

"""What `loypa minutes` does: asks for a file part by part, checks its digest, writes it; approves and publishes."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
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
    draft_: Draft,
    person: str,
    approved_by: tuple[str, ...],
    corrects: int | None,
    reason: str | None,
    common: Common,
) -> None:
    """Approve a draft. Raises `Wrong`, `Denied`, `NotServed`."""
    of = _id(meeting, municipality, common)
    draft_.must_be_of(of)
    command = ApproveMinutes(
        meeting=of,
        digest=draft_.digest,
        language=_language(common),
        approved_by=approved_by,
        corrects=corrects,
        reason=reason,
    )
    run(_send(command, municipality, person, common))
    say(f"approved: {draft_.digest}")


def publish(meeting: UUID | date, municipality: str, person: str, common: Common) -> None:
    """Publish. Raises `Denied`, `NotServed`."""
    of = _id(meeting, municipality, common)
    run(_send(PublishMinutes(meeting=of), municipality, person, common))
    say("published")


@dataclass(frozen=True)
class Draft:
    """The draft that was read, with the file if that was given."""

    digest: str
    file: Path | None = None
    content: bytes = b""

    @classmethod
    def of(cls, file: Path | None, digest: str | None) -> Draft:
        """As the command line names it. Raises `Wrong`, `OSError`."""
        if (file is None) == (digest is None):
            raise Wrong("--file or --digest: say which draft was read, one way")
        if file is None:
            return cls(str(digest))
        content = file.read_bytes()
        return cls(hashlib.sha256(content).hexdigest(), file, content)

    def must_be_of(self, meeting: UUID) -> None:
        """Whether a file is a draft of this meeting's minutes, which PDF and JSON both name. Raises `Wrong`."""
        if self.file is not None and str(meeting).encode() not in self.content:
            raise Wrong(f"--file {self.file}: this is not a draft of the minutes of this meeting")


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

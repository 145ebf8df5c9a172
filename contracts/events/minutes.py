"""What the council service records of its minutes (protokoll), of publicity and for the archive."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.events.case import CaseEvent
from contracts.events.council import MeetingEvent
from contracts.message import Instant, Line, PersonId, Prose, Sha256
from contracts.publicity import ExemptionGround, Part
from contracts.sealed import Sealed

Language = Literal["nb", "nn"]
"""Bokmål or nynorsk (språklova)."""

MediaType = Literal["application/pdf", "application/json"]


# --- publicity (aggregate Case)


class CaseExempted(CaseEvent):
    """Parts of a case were exempted from publicity.

    `more_access` is what came of considering access all the same (meirinnsyn, offentleglova § 11); a duty of
    confidentiality leaves nothing to consider. `public_title` stands where the title is exempt;
    `exempted` is when it was done.
    """

    parts: tuple[Part, ...]
    ground: ExemptionGround
    more_access: Line | None = None
    public_title: Line | None = None
    exempted: Instant | None = None


class CaseOpenedToPublic(CaseEvent):
    """Parts of a case are public from when this was recorded, and why; what was sealed until then stays so."""

    parts: tuple[Part, ...]
    reason: Line


# --- minutes (aggregate Minutes, one for each meeting)


class ArchiveReferenceRecorded(MeetingEvent):
    """Under which references the archive keeps the minutes (R64); the latest counts."""

    journal_post: Line
    archive_case: Line
    class_: Line | None = None
    case_handler: PersonId | None = None
    our_reference: Line | None = None
    your_reference: Line | None = None
    electronically_approved: bool = True


class Document(BaseModel):
    """A file as it was approved: `content` is its bytes in order, in base64, sealed because they name people."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    media_type: MediaType
    sha256: Sha256
    size: int = Field(ge=1)
    content: tuple[Sealed[str], ...]


class MinutesApproved(MeetingEvent):
    """The minutes were approved and are from now on these bytes: `documents` in full, `public` without what is exempt.

    Approval is electronic (R64). A correction is a new `edition` that `corrects` an earlier one, for this `reason`.
    """

    edition: int = Field(ge=1)
    language: Language
    approved: date
    approved_by: tuple[PersonId, ...]
    documents: tuple[Document, ...]
    public: tuple[Document, ...]
    corrects: int | None = None
    reason: Prose | None = None


class MinutesPublished(MeetingEvent):
    """The public version of an approved edition is open to everybody."""

    edition: int = Field(ge=1)
    published: date

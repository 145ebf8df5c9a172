"""What can be asked of minutes: a draft, what was approved, and how they stand."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.events.minutes import Language, MediaType
from contracts.message import Line, Message, PersonId, Prose, Sha256
from contracts.queries.council import CouncilQuery

PART = 512 * 1024
"""Bytes of a file that one answer carries."""


class _OfMeetingQuery(CouncilQuery):
    meeting: UUID


class DraftMinutes(_OfMeetingQuery):
    """The minutes of a meeting as they would be approved now; names and what is exempt are opened on record.

    `public` leaves out what is exempt. The same record gives the same bytes. Answered by `MinutesFile`.
    """

    language: Language = "nb"
    media_type: MediaType = "application/pdf"
    public: bool = False
    part: Annotated[int, Field(ge=1)] = 1
    purpose: Line = "Utkast til protokoll"


class ReadMinutes(_OfMeetingQuery):
    """Approved minutes, byte for byte: of this `edition`, or of the last one. The full version is opened on record.

    The `public` version is everybody's once it has been published. Answered by `MinutesFile`.
    """

    media_type: MediaType = "application/pdf"
    public: bool = False
    edition: Annotated[int | None, Field(ge=1)] = None
    part: Annotated[int, Field(ge=1)] = 1
    purpose: Line = "Innsyn i protokoll"


class ShowMinutes(_OfMeetingQuery):
    """How the minutes of a meeting stand: what was approved, by whom, as which bytes. Answered by `MinutesShown`."""


class MinutesFile(Message):
    """A file, or one of its parts: `content` in base64; `sha256` and `size` (bytes) are the whole file's."""

    meeting: UUID
    language: Language
    media_type: MediaType
    public: bool
    edition: int | None
    sha256: Sha256
    size: int
    part: int
    parts: int
    content: str


class Digest(Message):
    """A file that was approved."""

    media_type: MediaType
    public: bool
    sha256: Sha256
    size: int


class EditionShown(Message):
    """Minutes as they were approved; `corrects` is the edition they put right."""

    edition: int
    language: Language
    approved: date
    approved_by: tuple[PersonId, ...]
    corrects: int | None
    reason: Prose | None
    published: date | None
    files: tuple[Digest, ...]


class ArchiveReference(Message):
    """Under which references the archive keeps the minutes (R64)."""

    journal_post: Line
    archive_case: Line
    class_: Line | None = None
    case_handler: PersonId | None = None
    our_reference: Line | None = None
    your_reference: Line | None = None
    electronically_approved: bool = True


class MinutesShown(Message):
    """The editions, oldest first, and the archive's references."""

    meeting: UUID
    editions: tuple[EditionShown, ...]
    archive: ArchiveReference | None

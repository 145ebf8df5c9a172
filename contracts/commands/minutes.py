"""What can be asked to be done about minutes, publicity and the archive."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.commands.case import CaseCommand
from contracts.commands.council import MeetingCommand
from contracts.events.minutes import Language
from contracts.message import Line, PersonId, Prose, Sha256
from contracts.publicity import ExemptionGround, Part


class ExemptFromPublicity(CaseCommand):
    """Exempt parts of a case from publicity (offentleglova §§ 13, 14). What is recorded from then on is kept sealed.

    `more_access`: why access is not given all the same (meirinnsyn, § 11); asked for unless a duty of confidentiality
    forbids it. `public_title` stands where the title is exempt.
    """

    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    ground: ExemptionGround
    more_access: Line | None = None
    public_title: Line | None = None


class OpenToPublic(CaseCommand):
    """Let parts of a case be public again, from now on, and say why."""

    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    reason: Line


class RecordArchiveReference(MeetingCommand):
    """Say under which references the archive keeps a meeting's minutes (R64)."""

    journal_post: Line
    archive_case: Line
    class_: Line | None = None
    case_handler: PersonId | None = None
    our_reference: Line | None = None
    your_reference: Line | None = None
    electronically_approved: bool = True


class ApproveMinutes(MeetingCommand):
    """Approve the minutes as they were read: `digest` is the SHA-256 of the full draft, of its PDF or of its JSON.

    `approved_by` is the acting person when left out. Minutes that have been approved are corrected by approving them
    anew: `corrects` is the edition that was wrong, `reason` what was wrong with it.
    """

    digest: Sha256
    language: Language = "nb"
    approved_by: tuple[PersonId, ...] = ()
    corrects: Annotated[int | None, Field(ge=1)] = None
    reason: Prose | None = None


class PublishMinutes(MeetingCommand):
    """Open the public version of the minutes that were approved last to everybody."""

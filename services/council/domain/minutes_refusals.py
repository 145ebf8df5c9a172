"""What the council service says no to about minutes and publicity, each with the facts it was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID


@dataclass(eq=False)
class MoreAccessNotConsidered(Refused):
    """Whoever may exempt something considers giving access all the same (meirinnsyn, offentleglova § 11)."""

    ground: str
    says = "what {ground} lets be exempt may be public all the same: say why it is not to be (offl. § 11)"
    field: ClassVar[str | None] = "more_access"
    accepts = "what came of considering more access"


@dataclass(eq=False)
class ExemptAsAWhole(Refused):
    """A part of a case that is exempt as a whole is not opened by itself."""

    number: str
    says = "the whole of {number} is exempt: open the case, then exempt the parts that stay so"
    field: ClassVar[str | None] = "parts"
    accepts = "case"


@dataclass(eq=False)
class OpenedBeforeExempted(Refused):
    """What was exempt is public from when it was opened, and was not so while it was exempt."""

    number: str
    exempted: datetime
    moment: datetime
    says = "something of case {number} was exempted at {exempted} and cannot have been opened to the public at {moment}"
    field: ClassVar[str | None] = "at"
    accepts = "a time from {exempted} on"


@dataclass(eq=False)
class PublishedBeforeApproval(Refused):
    """Only what has been approved is published."""

    meeting: UUID
    approved: date
    day: date
    says = "the minutes of meeting {meeting} were approved on {approved} and cannot have been published on {day}"
    field: ClassVar[str | None] = "at"
    accepts = "a time from {approved} on"


@dataclass(eq=False)
class MeetingNotOver(Refused):
    """Minutes are approved of a meeting that has ended."""

    meeting: UUID
    says = "meeting {meeting} has not ended, so its minutes cannot be approved"


@dataclass(eq=False)
class StaleDraft(Refused):
    """What is approved is what was read; the record has something else to tell by now."""

    meeting: UUID
    digest: str
    pdf: str
    json: str
    says = (
        "{digest} is no draft of the minutes of meeting {meeting} as the record is today (PDF {pdf}, JSON {json}): it"
        " has changed since, or it is another file; read a new one"
    )
    field: ClassVar[str | None] = "digest"
    offending: ClassVar[str | None] = "digest"
    accepts = "the digest of a draft made now, in the language named"


@dataclass(eq=False)
class DraftInOtherLanguage(Refused):
    """Minutes are approved in the language they were read in."""

    meeting: UUID
    language: str
    written: str
    says = "the draft of the minutes of meeting {meeting} is in {written}, and {language} was to be approved"
    field: ClassVar[str | None] = "language"
    offending: ClassVar[str | None] = "language"
    accepts = "{written}"


@dataclass(eq=False)
class PublicDraft(Refused):
    """What is approved is the full version; the public one follows from it."""

    meeting: UUID
    digest: str
    says = "{digest} is the public version of the minutes of meeting {meeting}: read and approve the full one"
    field: ClassVar[str | None] = "digest"
    offending: ClassVar[str | None] = "digest"
    accepts = "the digest of the full draft"


@dataclass(eq=False)
class AlreadyApproved(Refused):
    """Approved minutes stand; a correction is a new approval that points to what it corrects and says why."""

    meeting: UUID
    edition: int
    says = "edition {edition} of these minutes is approved; to correct it, name it in `corrects` and give the reason"
    field: ClassVar[str | None] = "corrects"
    accepts = "{edition}, and a reason"


@dataclass(eq=False)
class NothingToCorrect(Refused):
    """A correction names an edition that was approved."""

    meeting: UUID
    corrects: int
    says = "there is no edition {corrects} of these minutes to correct"
    field: ClassVar[str | None] = "corrects"
    offending: ClassVar[str | None] = "corrects"


@dataclass(eq=False)
class NotApproved(Refused):
    """Only approved minutes are published or read."""

    meeting: UUID
    says = "the minutes of meeting {meeting} have not been approved"


@dataclass(eq=False)
class NotPublished(Refused):
    """To the public, minutes are there once they have been published."""

    meeting: UUID
    says = "the minutes of meeting {meeting} have not been published"


@dataclass(eq=False)
class EditionReplaced(Refused):
    """Minutes that have been corrected are no longer the public's: what was wrong may be what they made public."""

    meeting: UUID
    edition: int
    last: int
    says = (
        "edition {edition} of the minutes of meeting {meeting} is corrected by edition {last}, and closed to the public"
    )
    field: ClassVar[str | None] = "edition"
    offending: ClassVar[str | None] = "edition"
    accepts = "{last}, once it has been published"


@dataclass(eq=False)
class ApproverUnknown(Refused):
    """Somebody approves minutes (R64): a person, or those the command names."""

    meeting: UUID
    says = "nobody is said to approve the minutes of meeting {meeting}"
    field: ClassVar[str | None] = "approved_by"
    accepts = "who approved them"


@dataclass(eq=False)
class NotTheirsToApprove(Refused):
    """A meeting's minutes are approved by its council, now or then, or by its secretary (R64)."""

    meeting: UUID
    strangers: tuple[str, ...]
    says = "{strangers} neither sat in the council nor was its secretary when meeting {meeting} was held or is approved"
    field: ClassVar[str | None] = "approved_by"
    accepts = "who sits in the council, or is its secretary, on the day of the meeting or of the approval"


@dataclass(eq=False)
class ApprovedBeforeTheEnd(Refused):
    """What is approved is how the meeting went, so it has ended first."""

    meeting: UUID
    ended: datetime
    moment: datetime
    says = "meeting {meeting} ended at {ended}, and its minutes cannot have been approved at {moment}"
    field: ClassVar[str | None] = "at"
    accepts = "a time from {ended} on"


@dataclass(eq=False)
class MinutesTooLarge(Refused):
    """Approved minutes are kept in the ledger's own transaction, which bounds their size."""

    size: int
    most: int
    says = "the minutes take {size} bytes; {most} can be kept"


@dataclass(eq=False)
class NoSuchPart(Refused):
    """A file has as many parts as it has."""

    part: int
    parts: int
    says = "there is no part {part} of {parts}"
    field: ClassVar[str | None] = "part"
    offending: ClassVar[str | None] = "part"
    accepts = "1 to {parts}"

"""A meeting's minutes (protokoll, aggregate Minutes): approved, then fixed; corrected by a new edition; published."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.commands import minutes as do
from contracts.events import minutes as events
from contracts.queries.minutes import PART
from contracts.sealed import Retention, Sealed
from services.council.domain import composition
from services.council.domain import minutes_refusals as refusals

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from services.council.domain.roll import Roll

MOST = 4 * 1024 * 1024
"""Bytes that one file of approved minutes may take."""


@dataclass(frozen=True)
class File:
    """A rendering of the minutes."""

    media_type: events.MediaType
    body: bytes

    @property
    def sha256(self) -> str:
        """Its digest, in hex."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def parts(self) -> tuple[bytes, ...]:
        """Its bytes in pieces that an answer carries."""
        return tuple(self.body[start : start + PART] for start in range(0, len(self.body), PART))


@dataclass(frozen=True)
class Approval:
    """An approved edition."""

    edition: int
    language: events.Language
    documents: tuple[events.Document, ...]
    public: tuple[events.Document, ...]
    approved: date
    published: date | None = None

    def holds(self, digest: str) -> bool:
        """Whether this edition is what the digest is of."""
        return any(document.sha256 == digest for document in self.documents)


@dataclass(frozen=True)
class Minutes:
    """The editions of a meeting's minutes, oldest first, and what the archive calls them (R64)."""

    council: UUID
    meeting: UUID
    editions: tuple[Approval, ...] = ()
    archive: events.ArchiveReferenceRecorded | None = None


@dataclass(frozen=True)
class Approve:
    """Minutes to approve of a meeting that is over, and what they are now: PDF and JSON, in full and for the public.

    The meeting `ended`, and those who `may` can approve them. `translated` are the full ones in the `other` language,
    for telling what is wrong with a draft.
    """

    command: do.ApproveMinutes
    full: tuple[File, File]
    public: tuple[File, File]
    ended: datetime
    may: frozenset[str]
    translated: tuple[File, ...] = ()

    @property
    def other(self) -> events.Language:
        """The language the minutes are not approved in."""
        return "nn" if self.command.language == "nb" else "nb"

    def check(self) -> None:
        """Whether what was read is the full draft. Raises `DraftInOtherLanguage`, `PublicDraft` and `StaleDraft`."""
        command = self.command
        pdf, json = (file.sha256 for file in self.full)
        if command.digest in {pdf, json}:
            return
        if command.digest in {file.sha256 for file in self.translated}:
            raise refusals.DraftInOtherLanguage(command.meeting, command.language, self.other)
        if command.digest in {file.sha256 for file in self.public}:
            raise refusals.PublicDraft(command.meeting, command.digest)
        raise refusals.StaleDraft(command.meeting, command.digest, pdf, json)


Command: TypeAlias = Approve | do.PublishMinutes | do.RecordArchiveReference
Event: TypeAlias = events.MinutesApproved | events.MinutesPublished | events.ArchiveReferenceRecorded


def decide(minutes: Minutes, command: Command) -> list[Event]:
    """What the minutes record on a command. Raises `Refused`."""
    match command:
        case Approve():
            return _approve(minutes, command)
        case do.PublishMinutes():
            return _publish(minutes, command)
        case do.RecordArchiveReference():
            said = command.model_dump(exclude={"at", "meeting"})
            known = minutes.archive.model_dump(exclude={"council", "meeting"}) if minutes.archive else None
            if said == known:
                return []
            return [events.ArchiveReferenceRecorded(council=minutes.council, meeting=minutes.meeting, **said)]


def _approve(minutes: Minutes, approve: Approve) -> list[Event]:
    command, last = approve.command, minutes.editions[-1] if minutes.editions else None
    if last is not None and last.holds(command.digest):
        return []  # approved as it is
    approve.check()
    if not command.approved_by:
        raise refusals.ApproverUnknown(minutes.meeting)
    if strangers := tuple(person for person in command.approved_by if person not in approve.may):
        raise refusals.NotTheirsToApprove(minutes.meeting, strangers)
    if command.moment < approve.ended:
        raise refusals.ApprovedBeforeTheEnd(minutes.meeting, approve.ended, command.moment)
    if last is None and command.corrects is not None:
        raise refusals.NothingToCorrect(minutes.meeting, command.corrects)
    if last is not None and (command.corrects is None or command.reason is None):
        raise refusals.AlreadyApproved(minutes.meeting, last.edition)
    if last is not None and command.corrects not in {one.edition for one in minutes.editions}:
        raise refusals.NothingToCorrect(minutes.meeting, command.corrects or 0)
    return [
        events.MinutesApproved(
            council=minutes.council,
            meeting=minutes.meeting,
            edition=len(minutes.editions) + 1,
            language=command.language,
            approved=command.day,
            approved_by=command.approved_by,
            documents=tuple(map(_kept, approve.full)),
            public=tuple(map(_kept, approve.public)),
            corrects=command.corrects,
            reason=command.reason,
        )
    ]


def who_may_approve(council: composition.Council, roll: Roll, day: date) -> frozenset[str]:
    """Those of the meeting's roll, those who sit on the day of the approval, and the secretary on either day.

    Neither law nor mandate names anybody: a meeting's minutes are its council's, now or then.
    """
    sitting = {*roll.sitting, *(term.person for term in composition.sitting_on(council, day))}
    secretaries = {composition.holder_on(council.secretaries, each) for each in (roll.day, day)}
    return frozenset(sitting | {person for person in secretaries if person is not None})


def _kept(file: File) -> events.Document:
    if len(file.body) > MOST:
        raise refusals.MinutesTooLarge(len(file.body), MOST)
    content = tuple(Sealed[str].of(base64.b64encode(part).decode(), Retention.ARCHIVE) for part in file.parts)
    return events.Document(media_type=file.media_type, sha256=file.sha256, size=len(file.body), content=content)


def _publish(minutes: Minutes, command: do.PublishMinutes) -> list[Event]:
    if not minutes.editions:
        raise refusals.NotApproved(minutes.meeting)
    last = minutes.editions[-1]
    if last.published is not None:
        return []
    if command.day < last.approved:
        raise refusals.PublishedBeforeApproval(minutes.meeting, last.approved, command.day)
    published = events.MinutesPublished(
        council=minutes.council, meeting=minutes.meeting, edition=last.edition, published=command.day
    )
    return [published]


def evolve(minutes: Minutes, event: Event) -> Minutes:
    """The minutes with the event in them."""
    match event:
        case events.MinutesApproved():
            edition = Approval(event.edition, event.language, event.documents, event.public, event.approved)
            return replace(minutes, editions=(*minutes.editions, edition))
        case events.MinutesPublished():
            editions = tuple(
                replace(one, published=event.published) if one.edition == event.edition else one
                for one in minutes.editions
            )
            return replace(minutes, editions=editions)
        case events.ArchiveReferenceRecorded():
            return replace(minutes, archive=event)

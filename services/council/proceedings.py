"""Minutes and publicity at the council's doors: drafted, approved, kept, published and given out."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.commands import minutes as commands
from contracts.door import NotAllowed, NotFound
from contracts.events.council import MeetingAdjourned, MeetingCancelled, MeetingClosed
from contracts.events.record import PersonalDataUnsealed
from contracts.identity import derive
from contracts.queries import minutes as queries
from contracts.refusals import SEALED
from contracts.rights import IN_FULL
from contracts.sealed import references
from runtime.decider import Decider
from services.council.domain import composition, dossier, minutes, room
from services.council.domain import minutes_refusals as refusals
from services.council.domain.ids import assessment_id, council_id, minutes_id
from services.council.domain.refusals import NoCouncil
from services.council.loading import cases, own_case, own_council, own_meeting, roll_of, told_of
from services.council.minutes import content, setting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.commands.council import DecideAsLeader, DecideCase, DeferCase, Political, ReopenCase, ReturnCase
    from contracts.envelope import Recorded
    from contracts.events.decision import CaseReopened
    from contracts.events.deliberation import FormalDecision, SealedDecision
    from contracts.events.minutes import Language, MediaType
    from contracts.message import Command, Query
    from contracts.minutes import Minutes
    from contracts.sealed import Sealed
    from runtime.declaration import Disclosing, Histories, Opening, Telling, UseCase
    from runtime.work import Work

    Asked = TypeVar("Asked", DecideCase | DeferCase | ReturnCase, DecideAsLeader)


def all_minutes(acting: Acting, meeting: UUID) -> Decider[minutes.Minutes]:
    """The decider of the minutes of a meeting of the acting tenant's council."""
    initial = minutes.Minutes(council_id(acting.tenant), meeting)
    return Decider("minutes", initial, minutes.decide, minutes.evolve)


# --- publicity


def publicity(work: Work, command: commands.ExemptFromPublicity | commands.OpenToPublic, acting: Acting) -> UUID:
    """Exempt parts of a case, or open them. Raises `NotFound`."""
    own_case(work, command.case, acting)
    work.do(cases(acting, command.case), command.case, command)
    return command.case


def as_recorded(work: Work, held: dossier.State, command: Asked) -> Asked:
    """The command in the words that stand in the decision it repeats, where what was written is kept sealed."""
    last = None if isinstance(held, dossier.Unopened | dossier.TakenUp) else held.dossier.last
    if last is None or not last.exempt:
        return command
    kept = {ref: row.value for ref, row in work.ledger.unseal(references(last)).items()}
    changes: dict[str, object] = {}
    if last.sealed_reasons is not None and _opened(kept, last.sealed_reasons) == command.reasons:
        changes["reasons"] = last.reasons
    for name in ("conditions", "priorities"):
        written = tuple(_opened(kept, line) for line in getattr(last, f"sealed_{name}"))
        if written and getattr(command, name, ()) == written:
            changes[name] = getattr(last, name)
    referral = getattr(command, "referral", None)
    if last.sealed_whom and last.referral and referral and _opened(kept, last.sealed_whom) == referral.whom:
        changes["referral"] = referral.model_copy(update={"whom": last.referral.whom})
    formal = getattr(command, "formal", None)
    if last.sealed_formal and last.formal and formal and _same(kept, last.sealed_formal, formal):
        changes["formal"] = formal.model_copy(update=_words(last.formal))
    if political := getattr(command, "political", ()):
        changes["political"] = tuple(political_as_recorded(work, held, each) for each in political)
    return command.model_copy(update=changes)


def political_as_recorded(work: Work, held: dossier.State, said: Political) -> Political:
    """Another body's decision in the words that stand in the record of it, where they are kept sealed."""
    if isinstance(held, dossier.Unopened):
        return said
    sealed = next((each for each in held.dossier.sealed_political if each.purpose == said.purpose), None)
    if sealed is None:
        return said
    kept = {
        ref: row.value
        for ref, row in work.ledger.unseal([text.ref for text in (sealed.body, sealed.reference) if text.ref]).items()
    }
    known = next(each for each in held.dossier.political if each.purpose == said.purpose)
    return said.model_copy(update=_words(known)) if _same(kept, sealed, said) else said


def _same(kept: Mapping[UUID, str], sealed: SealedDecision, said: FormalDecision) -> bool:
    """Whether what is sealed is what is said."""
    return (_opened(kept, sealed.body), _opened(kept, sealed.reference)) == (said.body, said.reference)


def _words(known: FormalDecision) -> dict[str, str]:
    return {"body": known.body, "reference": known.reference}


def reopening_as_recorded(work: Work, told: Sequence[CaseReopened], command: ReopenCase) -> ReopenCase:
    """The command in the words that stand in the reopening it repeats, where its reasons are kept sealed."""
    sealed = [(each, each.sealed_reasons) for each in told if each.sealed_reasons and each.reopened == command.day]
    kept = {
        ref: row.value for ref, row in work.ledger.unseal([ref for each in told for ref in references(each)]).items()
    }
    same = (each.reasons for each, reasons in sealed if _opened(kept, reasons) == command.reasons)
    return command.model_copy(update={"reasons": next(same, command.reasons)})


# --- minutes


def approve(work: Work, command: commands.ApproveMinutes, acting: Acting) -> UUID:
    """Approve what the record renders to now, if that is what was read; opening it is on record."""
    meeting, decider = command.meeting, all_minutes(acting, command.meeting)
    held, of = own_meeting(work, meeting, acting), minutes_id(meeting)
    editions = work.state(decider, of).editions
    if editions and editions[-1].holds(command.digest):
        return of  # approved as it is
    if not isinstance(held, room.Over):
        raise refusals.MeetingNotOver(meeting)
    if not command.approved_by and acting.person:
        command = command.model_copy(update={"approved_by": (acting.person,)})
    record = _record(work.ledger.history, meeting, acting)
    refs = content.sealed_in(record, command.language, public=False)
    texts = {ref: row.value for ref, row in work.ledger.unseal(refs).items()}
    full, public = (setting.both(_written(record, command.language, texts, public=each)) for each in (False, True))
    asked = minutes.Approve(command, full, public, _ended(record.meeting), _may_approve(work, held, command, acting))
    if command.digest not in {file.sha256 for file in full}:
        asked = replace(asked, translated=setting.both(_written(record, asked.other, texts, public=False)))
    if work.do(decider, of, asked) and texts:
        opened = PersonalDataUnsealed(refs=tuple(texts), purpose="Godkjenning av protokoll")
        work.record(derive("unsealed", "council", work.origin.causation), opened)
    return of


def _ended(meeting: Sequence[Recorded[Any]]) -> datetime:
    """When a meeting that is over was closed, adjourned or called off."""
    for recorded in reversed(meeting):
        match recorded.data:
            case MeetingClosed(closed=ended) | MeetingAdjourned(adjourned=ended) | MeetingCancelled(cancelled=ended):
                return ended
    raise AssertionError("a meeting that is over has ended")


def _may_approve(work: Work, held: room.State, command: commands.ApproveMinutes, acting: Acting) -> frozenset[str]:
    """Who may: the acting person too, who has the secretary's or the leader's rights at the door."""
    council = own_council(work, acting)
    if not isinstance(council, composition.Council):
        raise NoCouncil
    known = minutes.who_may_approve(council, roll_of(work, held, acting), command.day)
    return known | {acting.person} if acting.person else known


def of_minutes(work: Work, command: commands.PublishMinutes | commands.RecordArchiveReference, acting: Acting) -> UUID:
    """Publish the minutes, or say where the archive has them. Raises `NotFound`."""
    own_meeting(work, command.meeting, acting)
    of = minutes_id(command.meeting)
    work.do(all_minutes(acting, command.meeting), of, command)
    return of


def draft(histories: Histories, opening: Opening, query: queries.DraftMinutes, acting: Acting) -> queries.MinutesFile:
    """The minutes as they would be approved now. Raises `NotFound`, `NoCouncil`, `NoSuchPart`."""
    record = _record(histories, query.meeting, acting)
    refs = content.sealed_in(record, query.language, public=query.public)
    texts = opening.unseal(refs, query.purpose)
    document = _written(record, query.language, texts, public=query.public)
    file = setting.as_pdf(document) if query.media_type == "application/pdf" else setting.as_json(document)
    return _part(file, query, query.language, None)


def read(histories: Histories, opening: Opening, query: queries.ReadMinutes, acting: Acting) -> queries.MinutesFile:
    """Approved minutes, byte for byte as they were approved.

    To the public an edition is closed once it is corrected: what was wrong with it may be what it made public.

    Raises `NotFound`, `NotApproved`, `NotPublished`, `EditionReplaced`, `NotAllowed`, `NoSuchPart`.
    """
    state = _state(histories, query.meeting, acting)
    edition = next((one for one in reversed(state.editions) if query.edition in {None, one.edition}), None)
    if edition is None:
        raise refusals.NotApproved(query.meeting)
    documents = edition.public if query.public else edition.documents
    document = next(one for one in documents if one.media_type == query.media_type)
    refs = tuple(sealed.ref for sealed in document.content if sealed.ref is not None)
    last = state.editions[-1].edition
    open_to_all = query.public and edition.published is not None and edition.edition == last
    texts = opening.published(refs) if open_to_all else opening.unseal(refs, query.purpose)
    if len(texts) < len(refs):
        if query.public and edition.edition != last:
            raise refusals.EditionReplaced(query.meeting, edition.edition, last)
        if query.public:
            raise refusals.NotPublished(query.meeting)
        raise NotAllowed("ReadMinutes in full", tuple(sorted(acting.roles)), tuple(sorted(IN_FULL)))
    body = b"".join(base64.b64decode(texts[ref]) for ref in refs)
    if hashlib.sha256(body).hexdigest() != document.sha256:
        raise AssertionError(f"impossible history: the minutes of {query.meeting} are not the bytes that were approved")
    return _part(minutes.File(query.media_type, body), query, edition.language, edition.edition)


def show(histories: Histories, query: queries.ShowMinutes, acting: Acting) -> queries.MinutesShown:
    """How the minutes stand. Raises `NotFound`."""
    state = _state(histories, query.meeting, acting)
    said = {one.data.edition: one.data for one in histories(minutes_id(query.meeting)) if one.name == "MinutesApproved"}
    return queries.MinutesShown(
        meeting=query.meeting,
        editions=tuple(
            queries.EditionShown(
                edition=one.edition,
                language=one.language,
                approved=said[one.edition].approved,
                approved_by=said[one.edition].approved_by,
                corrects=said[one.edition].corrects,
                reason=said[one.edition].reason,
                published=one.published,
                files=tuple(
                    queries.Digest(media_type=file.media_type, public=public, sha256=file.sha256, size=file.size)
                    for public, files in ((False, one.documents), (True, one.public))
                    for file in files
                ),
            )
            for one in state.editions
        ),
        archive=content.archive_of(histories(minutes_id(query.meeting))),
    )


def _own(histories: Histories, meeting: UUID, acting: Acting) -> list[Recorded[Any]]:
    """The history of a meeting of the acting tenant's. Raises `NotFound`, also for another's."""
    history = histories(meeting)
    if not history or history[0].name not in {"MeetingPlanned", "MeetingCalled"} or history[0].tenant != acting.tenant:
        raise NotFound("meeting", str(meeting))
    return history


def _record(histories: Histories, meeting: UUID, acting: Acting) -> content.Record:
    """What the minutes of an own meeting are made from. Raises `NotFound`."""
    history = _own(histories, meeting, acting)
    reported = told_of(histories, council_id(acting.tenant))
    return content.Record(
        tenant=acting.tenant,
        municipality=acting.called or acting.tenant,
        meeting=history,
        council=histories(council_id(acting.tenant)),
        cases={case: told for case in content.cases(history) if (told := histories(case))},
        assessments={case: histories(assessment_id(case)) for case in content.cases(history)},
        minutes=histories(minutes_id(meeting)),
        reported=tuple(histories(event.case) for event in reported if event.meeting == meeting),
    )


def _state(histories: Histories, meeting: UUID, acting: Acting) -> minutes.Minutes:
    _own(histories, meeting, acting)
    decider = all_minutes(acting, meeting)
    return reduce(decider.evolve, (one.data for one in histories(minutes_id(meeting))), decider.initial)


def _written(record: content.Record, language: Language, texts: Mapping[UUID, str], *, public: bool) -> Minutes:
    return content.write(record, language, public=public, open_=lambda sealed: _opened(texts, sealed))


def _opened(texts: Mapping[UUID, str], sealed: Sealed[str]) -> str:
    return texts.get(sealed.ref, SEALED) if sealed.ref else SEALED


def _part(
    file: minutes.File, query: queries.DraftMinutes | queries.ReadMinutes, language: Language, edition: int | None
) -> queries.MinutesFile:
    if query.part > len(file.parts):
        raise refusals.NoSuchPart(query.part, len(file.parts))
    media_type: MediaType = file.media_type
    return queries.MinutesFile(
        meeting=query.meeting,
        language=language,
        media_type=media_type,
        public=query.public,
        edition=edition,
        sha256=file.sha256,
        size=len(file.body),
        part=query.part,
        parts=len(file.parts),
        content=base64.b64encode(file.parts[query.part - 1]).decode(),
    )


COMMANDS: Mapping[type[Command], UseCase] = {
    commands.ExemptFromPublicity: publicity,
    commands.OpenToPublic: publicity,
    commands.RecordArchiveReference: of_minutes,
    commands.ApproveMinutes: approve,
    commands.PublishMinutes: of_minutes,
}

QUERIES: Mapping[type[Query], Telling] = {queries.ShowMinutes: show}

DISCLOSING: Mapping[type[Query], Disclosing] = {queries.DraftMinutes: draft, queries.ReadMinutes: read}

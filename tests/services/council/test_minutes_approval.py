"""Approved minutes stand as the bytes that were approved; a correction is a new edition; the public has its own."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.commands.minutes import ApproveMinutes, ExemptFromPublicity, PublishMinutes, RecordArchiveReference
from contracts.commands.record import ErasePersonalData
from contracts.publicity import ExemptionGround, Part
from contracts.queries.minutes import DraftMinutes, ReadMinutes, ShowMinutes
from contracts.queries.record import Unseal
from contracts.ruleset import Majority
from services.council.domain import composition, minutes
from services.council.domain import minutes_refusals as refusals
from services.council.domain.ids import council_id, minutes_id
from tests.services.council.desk import NOW, AtTheDesk, body
from tests.services.council.established import A_DAY, JUNE, MARCH
from tests.services.council.given import ADA, AT, BO, facts
from tests.services.council.meeting_of_march import REASONS, March, archived, held
from tests.services.council.town import MANDATE, START, appoint

if TYPE_CHECKING:
    from tests.services.council.town import Town


@pytest.fixture
def march(molde: Town) -> March:
    return held(molde)


@pytest.fixture
def desk(march: March) -> AtTheDesk:
    return AtTheDesk(march.town)


def approve(desk: AtTheDesk, march: March, **more: object) -> str:
    """Approve the draft of now; `accepted` or the broken rule."""
    drafted = desk.ask(DraftMinutes(meeting=march.meeting, media_type="application/json"))
    return desk.do(ApproveMinutes.model_validate({"meeting": march.meeting, "digest": drafted["sha256"], **more}))


def test_minutes_are_approved_by_the_digest_of_the_draft_that_was_read(desk: AtTheDesk, march: March) -> None:
    draft = desk.ask(DraftMinutes(meeting=march.meeting))
    assert str(march.meeting).encode() in body(draft)  # by which a file is told from other meetings' drafts
    assert (
        desk.do(ApproveMinutes(meeting=march.meeting, digest=draft["sha256"], approved_by=("bjorg", "guro")))
        == "accepted"
    )
    (event,) = desk.recorded("MinutesApproved")
    assert event.data.documents[0].sha256 == draft["sha256"]
    assert [one.media_type for one in event.data.documents] == ["application/pdf", "application/json"]
    assert (event.data.edition, event.data.approved_by) == (1, ("bjorg", "guro"))
    assert b"Bj\xc3\xb8rg" not in event.to_bytes()


def test_the_same_approval_again_is_nothing_new(desk: AtTheDesk, march: March) -> None:
    assert approve(desk, march) == approve(desk, march) == "accepted"
    assert len(desk.recorded("MinutesApproved")) == 1


def test_a_draft_that_is_not_what_the_record_says_any_more_is_not_approved(desk: AtTheDesk, march: March) -> None:
    draft = desk.ask(DraftMinutes(meeting=march.meeting))
    archived(march)
    assert desk.do(ApproveMinutes(meeting=march.meeting, digest=draft["sha256"])) == "StaleDraft"
    assert desk.do(ApproveMinutes(meeting=march.meeting, digest=draft["sha256"], language="nn")) == "StaleDraft"


def test_a_draft_in_the_other_language_or_the_public_one_is_told_for_what_it_is(desk: AtTheDesk, march: March) -> None:
    nynorsk = desk.ask(DraftMinutes(meeting=march.meeting, language="nn"))
    public = desk.ask(DraftMinutes(meeting=march.meeting, public=True, media_type="application/json"))
    for draft, wrong in ((nynorsk, "DraftInOtherLanguage"), (public, "PublicDraft")):
        assert desk.do(ApproveMinutes(meeting=march.meeting, digest=draft["sha256"])) == wrong
    assert desk.do(ApproveMinutes(meeting=march.meeting, digest=nynorsk["sha256"], language="nn")) == "accepted"


def test_minutes_of_a_meeting_that_goes_on_are_not_approved(desk: AtTheDesk, march: March) -> None:
    start = NOW - timedelta(hours=1)
    meeting = march.town.send(do.CallMeeting(at=start, starts=start))
    march.town.send(do.OpenMeeting(at=start, meeting=meeting, present=("bjorg", "are", "guro")))
    assert approve(desk, March(march.town, meeting, {})) == "MeetingNotOver"


def test_what_is_read_is_what_was_approved_whatever_is_recorded_afterwards(desk: AtTheDesk, march: March) -> None:
    draft = desk.ask(DraftMinutes(meeting=march.meeting))
    approve(desk, march)
    archived(march)
    read = desk.ask(ReadMinutes(meeting=march.meeting))
    assert body(read) == body(draft)
    assert hashlib.sha256(body(read)).hexdigest() == read["sha256"] == draft["sha256"]
    assert desk.ask(DraftMinutes(meeting=march.meeting))["sha256"] != draft["sha256"]


def test_a_correction_is_a_new_edition_that_points_to_the_old_and_says_why(desk: AtTheDesk, march: March) -> None:
    approve(desk, march)
    first = body(desk.ask(ReadMinutes(meeting=march.meeting)))
    archived(march)
    assert approve(desk, march) == approve(desk, march, corrects=1) == "AlreadyApproved"
    assert approve(desk, march, corrects=7, reason="Feil referanse") == "NothingToCorrect"
    assert approve(desk, march, corrects=1, reason="Journalposten mangla") == "accepted"
    shown = desk.ask(ShowMinutes(meeting=march.meeting))
    assert [(one["edition"], one["corrects"], one["reason"]) for one in shown["editions"]] == [
        (1, None, None),
        (2, 1, "Journalposten mangla"),
    ]
    assert body(desk.ask(ReadMinutes(meeting=march.meeting, edition=1))) == first
    assert body(desk.ask(ReadMinutes(meeting=march.meeting))) != first


def test_the_public_reads_the_public_version_once_it_has_been_published(desk: AtTheDesk, march: March) -> None:
    """Offentleglova § 3: public unless exempt."""
    everybody = ReadMinutes(meeting=march.meeting, public=True, media_type="application/json")
    assert desk.do(PublishMinutes(meeting=march.meeting)) == "NotApproved"
    approve(desk, march, language="nn", digest=desk.ask(DraftMinutes(meeting=march.meeting, language="nn"))["sha256"])
    assert desk.ask(everybody, Role.SUBMITTER, "ola") == "NotPublished"
    the_day_before = PublishMinutes(at=NOW - timedelta(days=1), meeting=march.meeting)
    assert desk.do(the_day_before) == "PublishedBeforeApproval"
    assert desk.ask(everybody, Role.SUBMITTER, "ola") == "NotPublished"
    assert (
        desk.do(PublishMinutes(meeting=march.meeting)) == desk.do(PublishMinutes(meeting=march.meeting)) == "accepted"
    )
    before = len(desk.recorded("PersonalDataUnsealed"))
    text = body(desk.ask(everybody, Role.SUBMITTER, "ola")).decode()
    assert len(desk.recorded("PersonalDataUnsealed")) == before
    assert "Unnateke offentlegheit (offl. § 13" in text
    assert "Tilrettelegging for ein tilsett" in text
    for hidden in (REASONS, "Kari Nordmann", "Utstyret følgjer"):
        assert hidden not in text


def test_an_edition_that_has_been_corrected_is_closed_to_the_public_and_open_to_those_entitled(
    desk: AtTheDesk, march: March
) -> None:
    """Offentleglova § 13: what is under a duty of confidentiality is not given out, also when it once was."""
    told = "Løysinga er prøvd i Nittedal"
    first = ReadMinutes(meeting=march.meeting, public=True, media_type="application/json", edition=1)
    approve(desk, march)
    desk.do(PublishMinutes(meeting=march.meeting))
    bytes_then = body(desk.ask(first, Role.SUBMITTER, "ola"))
    case = march.cases["nattilsyn"]
    exempt = ExemptFromPublicity(case=case, parts=(Part.REASONS,), ground=ExemptionGround.PERSONAL)
    assert desk.do(exempt) == "accepted"
    assert approve(desk, march, corrects=1, reason="Grunngivinga er unnateken") == "accepted"
    assert desk.ask(first, Role.SUBMITTER, "ola") == "EditionReplaced"
    assert desk.ask(first.model_copy(update={"edition": None}), Role.SUBMITTER, "ola") == "NotPublished"
    desk.do(PublishMinutes(meeting=march.meeting))
    assert desk.ask(first, Role.SUBMITTER, "ola") == "EditionReplaced"
    now = body(desk.ask(first.model_copy(update={"edition": None}), Role.SUBMITTER, "ola")).decode()
    assert told in bytes_then.decode()
    assert told not in now
    before = len(desk.recorded("PersonalDataUnsealed"))
    assert body(desk.ask(first)) == bytes_then
    assert len(desk.recorded("PersonalDataUnsealed")) == before + 1


def test_the_full_version_is_read_by_those_entitled_and_each_time_on_record(desk: AtTheDesk, march: March) -> None:
    approve(desk, march)
    query = ReadMinutes(meeting=march.meeting, media_type="application/json", purpose="Revisjon")
    assert desk.ask(query, Role.SUBMITTER, "ola") == desk.ask(query, Role.MANAGER, "pia") == "NotAllowed"
    assert REASONS in body(desk.ask(query, Role.AUDITOR, "revisor")).decode()
    assert [one.data.purpose for one in desk.recorded("PersonalDataUnsealed")][-1] == "Revisjon"


def test_approved_minutes_belong_to_the_archive_and_are_not_erased(desk: AtTheDesk, march: March) -> None:
    """Arkivlova."""
    approve(desk, march)
    command = ErasePersonalData(about=minutes_id(march.meeting), ground="Bad om det")
    assert desk.do(command) == "BoundForTheArchive"


@pytest.mark.requirement("R64")
def test_the_archive_s_references_are_in_the_document_and_recorded_once(desk: AtTheDesk, march: March) -> None:
    """R64: journal post, case, class, case handler, references, electronic approval."""
    archived(march)
    archived(march)
    assert len(desk.recorded("ArchiveReferenceRecorded")) == 1
    approve(desk, march)
    shown = desk.ask(ShowMinutes(meeting=march.meeting))["archive"]
    assert (shown["journal_post"], shown["class_"], shown["electronically_approved"]) == ("26/0123-7", "033 &00", True)
    changed = RecordArchiveReference(meeting=march.meeting, journal_post="26/0123-9", archive_case="26/0123")
    assert desk.do(changed) == "accepted"
    assert desk.ask(ShowMinutes(meeting=march.meeting))["archive"]["journal_post"] == "26/0123-9"


def test_a_file_comes_in_parts_that_an_answer_can_carry(desk: AtTheDesk, march: March) -> None:
    file = minutes.File("application/pdf", b"x" * (2 * minutes.PART + 1))
    assert [len(part) for part in file.parts] == [minutes.PART, minutes.PART, 1]
    assert desk.ask(DraftMinutes(meeting=march.meeting, part=2)) == "NoSuchPart"


def test_minutes_beyond_what_the_ledger_is_to_keep_are_refused(march: March) -> None:
    huge = minutes.File("application/pdf", bytes(minutes.MOST + 1))
    small = minutes.File("application/json", b"{}")
    command = ApproveMinutes(at=NOW, meeting=march.meeting, digest=huge.sha256, approved_by=("bjorg",))
    state = minutes.Minutes(council_id("molde"), march.meeting)
    with pytest.raises(refusals.MinutesTooLarge):
        minutes.decide(state, minutes.Approve(command, (huge, small), (huge, small), AT, frozenset({"bjorg"})))


@pytest.mark.requirement("R64")
def test_somebody_approves(march: March) -> None:
    """R64: approval is electronic, and somebody's."""
    file = minutes.File("application/json", b"{}")
    command = ApproveMinutes(at=NOW, meeting=march.meeting, digest=file.sha256)
    state = minutes.Minutes(council_id("molde"), march.meeting)
    with pytest.raises(refusals.ApproverUnknown):
        minutes.decide(state, minutes.Approve(command, (file, file), (file, file), AT, frozenset()))


@pytest.mark.requirement("R64")
def test_minutes_are_approved_by_those_of_the_council_and_its_secretary_and_by_no_stranger(
    desk: AtTheDesk, march: March
) -> None:
    strangers = ("bjorg", "framand", "siv", "ukjend")
    drafted = desk.ask(DraftMinutes(meeting=march.meeting))["sha256"]
    named = ApproveMinutes(meeting=march.meeting, digest=drafted, approved_by=strangers)
    assert desk.do(named) == "NotTheirsToApprove"
    for member in ("framand", "ukjend"):  # appointed since, and at the next meeting, where these are approved
        march.town.send(appoint(member, from_=NOW.date()).model_copy(update={"at": NOW}))
    assert desk.do(named) == "accepted"


def test_who_is_the_councils_on_the_day_of_the_meeting_or_of_the_approval_may_approve_its_minutes() -> None:
    """And nobody who was before, or will be after."""
    first, second, third = START, MARCH, JUNE
    terms = (first, second - A_DAY), (second, third - A_DAY), (third, None)
    council = composition.Council(council_id("molde"), "molde", "Rådet", START)
    for number, (from_, until) in enumerate(terms):
        members = composition.Membership(
            f"m{number}", from_, until, "helse", None, voting=True, ror=False, substitute=False, appointed_until=until
        )
        secretary = composition.Term(f"s{number}", from_, until)
        council = replace(council, members=(*council.members, members), secretaries=(*council.secretaries, secretary))
    roll = replace(composition.roll_on(council, first), sitting=("r",))
    assert minutes.who_may_approve(council, roll, second) == {"r", "m1", "s0", "s1"}
    assert minutes.who_may_approve(replace(council, secretaries=()), roll, second) == {"r", "m1"}


def test_minutes_are_approved_after_the_meeting_and_not_before(desk: AtTheDesk, march: March) -> None:
    over = next(one.data for one in march.town.history(march.meeting) if one.name == "MeetingClosed").closed
    drafted = desk.ask(DraftMinutes(meeting=march.meeting))["sha256"]
    approving = ApproveMinutes(at=over, meeting=march.meeting, digest=drafted)
    early = approving.model_copy(update={"at": over - timedelta(minutes=1)})
    assert desk.do(early) == "ApprovedBeforeTheEnd"
    assert desk.do(approving) == "accepted"


def test_what_is_wrong_with_an_approval_is_told_with_its_facts(march: March) -> None:
    file = minutes.File("application/json", b"{}")
    state = minutes.Minutes(council_id("molde"), march.meeting)
    command = ApproveMinutes(at=AT, meeting=march.meeting, digest=file.sha256, approved_by=(BO, "x", ADA, "y"))
    approve = minutes.Approve(command, (file, file), (file, file), AT, frozenset({ADA, BO}))
    told = facts(refusals.NotTheirsToApprove, minutes.decide, state, approve)
    assert told == {"meeting": str(march.meeting), "strangers": ["x", "y"]}
    later = replace(approve, ended=NOW, may=frozenset({ADA, BO, "x", "y"}))
    told = facts(refusals.ApprovedBeforeTheEnd, minutes.decide, state, later)
    assert [datetime.fromisoformat(told[name]) for name in ("ended", "moment")] == [NOW, AT]


def test_whoever_may_not_read_them_in_full_cannot_unseal_their_bytes_either(desk: AtTheDesk, march: March) -> None:
    approve(desk, march)
    (event,) = desk.recorded("MinutesApproved")
    ref = event.data.documents[1].content[0].ref
    told = desk.ask(Unseal(refs=(ref,), purpose="Innsyn"), Role.MANAGER, "pia")
    assert told["values"][0]["absent"] == "not entitled"


def test_what_is_entered_later_of_mandate_and_members_changes_no_minutes_of_a_meeting_held(molde: Town) -> None:
    molde.establish(ADA, BO)
    meeting = molde.called()
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO)))
    molde.send(do.CloseMeeting(at=AT, meeting=meeting))
    draft, desk = DraftMinutes(meeting=meeting, media_type="application/json"), AtTheDesk(molde)
    before = body(desk.ask(draft))
    assert b"Bo Namn" in before
    edition = {"adopted": START, "case_reference": "2/26", "change": "Semje", "mandate": MANDATE}
    rules = do.Rules(majority=Majority.CONSENSUS, seats=9)
    molde.send(do.AdoptMandate(at=AT, rules=rules, **edition))  # type: ignore[arg-type]  # the fields of a command
    molde.send(do.ReleaseMember(at=datetime.combine(START, AT.timetz()), member=BO, until=START))
    assert BO not in {seat.member for seat in molde.on(AT.date()).members}
    assert body(desk.ask(draft)) == before

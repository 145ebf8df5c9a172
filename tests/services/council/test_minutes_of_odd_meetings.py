"""Minutes of meetings that went otherwise than planned say what happened there, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.commands.minutes import ApproveMinutes, ExemptFromPublicity
from contracts.events.council import Ground
from contracts.publicity import ExemptionGround, Part
from contracts.queries.council import ShowMeeting
from contracts.queries.minutes import DraftMinutes
from services.council.minutes import setting
from tests.services.council.chamber import CALLED, SEATED, Chamber, at, text_of
from tests.services.council.desk import AtTheDesk
from tests.services.council.town import START, appoint

if TYPE_CHECKING:
    from contracts.events.minutes import Language
    from tests.services.council.town import Town


def test_whatever_signs_people_write_the_minutes_can_be_made_and_approved_and_the_json_keeps_the_signs(
    molde: Town,
) -> None:
    chamber = Chamber.of(molde)
    molde.send(appoint("solveig", name="Solveig 王", discipline="helse", from_=START))
    case = chamber.case(key="smil")
    other = molde.send(do.OpenCase(at=CALLED, key="bossbil", title="Betre tømming 🙂"))
    meeting = chamber.met(case, other, present="bjorg are guro solveig")
    chamber.decided(case, "bjorg are guro solveig", reasons="Steg 1️⃣ er teke 🇳🇴.")
    chamber.closed(meeting)
    assert chamber.minutes(meeting).cases[1].title == "Betre tømming 🙂"
    page = chamber.page(meeting)
    for written in ("Betre tømming [U+1F642]", "Solveig [U+738B]", "Steg 1[U+20E3] er teke [U+1F1F3 U+1F1F4]."):
        assert written in page
    desk = AtTheDesk(molde)
    draft = desk.ask(DraftMinutes(meeting=meeting))
    assert desk.do(ApproveMinutes(at=at(10, 0), meeting=meeting, digest=draft["sha256"])) == "accepted"


def test_substitutes_who_sit_from_the_start_count_for_the_quorum_of_the_meeting(molde: Town) -> None:
    chamber = Chamber.of(molde)
    meeting = chamber.met(chamber.case(), present="bjorg are stig", up=False)
    assert molde.meeting(meeting).quorate is False
    for substitute, member in (("stig", "guro"), ("solfrid", "pal")):
        seat = do.SeatSubstitute(at=at(8, 30), meeting=meeting, substitute=substitute, instead_of=member)
        molde.send(seat)
    assert molde.meeting(meeting).quorate is True
    chamber.closed(meeting)
    minutes = chamber.minutes(meeting)
    assert (minutes.with_vote, minutes.seats, minutes.quorate) == (4, 6, True)
    assert "møtte 4 av 6 med stemmerett. Rådet var vedtaksført." in chamber.page(meeting)
    assert [event.data.quorate for event in AtTheDesk(molde).recorded("CaseCarriedOver")] == [True]


def test_a_substitute_who_comes_later_or_for_one_who_has_left_was_not_there_when_it_was_opened(molde: Town) -> None:
    chamber = Chamber.of(molde)
    meeting = chamber.met(present="bjorg are pal stig")
    molde.send(do.RecordDeparture(at=at(8, 50), meeting=meeting, member="pal"))
    for substitute, member in (("stig", "pal"), ("solfrid", "guro")):
        molde.send(do.SeatSubstitute(at=at(8, 51), meeting=meeting, substitute=substitute, instead_of=member))
    chamber.closed(meeting)
    minutes = chamber.minutes(meeting)
    assert (minutes.with_vote, minutes.quorate) == (3, True)


def test_where_the_mandate_asks_for_no_quorum_the_minutes_say_nothing_of_one(molde: Town) -> None:
    chamber = Chamber.of(molde, quorum="none")
    meeting = chamber.met(chamber.case(), present="bjorg are", up=False)
    chamber.closed(meeting)
    assert molde.meeting(meeting).quorate is True
    assert chamber.minutes(meeting).quorate is None
    assert "vedtaksført" not in chamber.page(meeting)
    assert "møtte 2 av 6 med stemmerett." in chamber.page(meeting)
    assert [event.data.quorate for event in AtTheDesk(molde).recorded("CaseCarriedOver")] == [True]


def test_what_was_left_undone_for_want_of_a_quorum_says_so_and_what_there_was_no_time_for_does_not(molde: Town) -> None:
    """Kommuneloven § 11-9 first paragraph."""
    chamber = Chamber.of(molde)
    first, second, third = (chamber.case(key) for key in ("robot", "ladar", "skilt"))
    meeting = chamber.met(first, second, present="bjorg are guro", up=False)
    molde.send(do.TakeUpCase(at=at(8, 40), case=first, meeting=meeting))
    molde.send(do.RecordDeparture(at=at(8, 50), meeting=meeting, member="guro"))
    molde.send(do.AdjournMeeting(at=at(8, 55), meeting=meeting, reason="For få er att."))
    assert [case.quorate for case in chamber.minutes(meeting).cases] == [False, False]
    up, waits = "Saken ble tatt opp, men ikke avgjort.", "Saken ble ikke behandlet."
    short = "Rådet var ikke vedtaksført i saken da møtet sluttet."
    page = chamber.page(meeting)
    assert f"{up} {short} Den går tilbake til køen." in page
    assert f"{waits} {short}" in page
    assert page.count("Rådet var ikkje vedtaksført i saka då møtet slutta.") == 0
    assert chamber.page(meeting, language="nn").count("Rådet var ikkje vedtaksført i saka då møtet slutta.") == 2
    later = chamber.met(third, day=20, up=False)
    chamber.closed(later, day=20)
    assert [case.quorate for case in chamber.minutes(later).cases] == [True]
    assert waits in chamber.page(later)
    assert short not in chamber.page(later)


def test_a_meeting_that_was_never_opened_tells_of_its_moves_and_of_no_quorum(molde: Town) -> None:
    chamber = Chamber.of(molde)
    planned = molde.send(do.PlanMeeting(at=CALLED, starts=at(8, 30, 9), place="Rådhuset"))
    molde.send(do.MoveMeeting(at=CALLED, meeting=planned, starts=at(8, 30, 10), reason="Haustferie"))
    called = {"starts": at(8, 30, 10), "meeting": planned, "agenda": (chamber.case(),), "place": "Rådhuset"}
    molde.send(do.CallMeeting(at=CALLED, **called))
    for day, said in ((11, {"remote": True}), (12, {"remote": False, "urgent": "Straumen er borte."})):
        moved = {"meeting": planned, "starts": at(8, 30, day), "reason": f"Til {day}."}
        molde.send(do.MoveMeeting(at=at(8, 0, day - 6), **moved, **said))
    molde.send(do.CancelMeeting(at=at(9, 0, 6), meeting=planned, reason="For få saker"))
    page = chamber.page(planned)
    told = "Flyttet Fra 10. mars 2026 kl. 09.30, Rådhuset. Varslet 5. mars 2026. Grunn: Til 11."
    assert f"{told} Flyttet Fra 11. mars 2026 kl. 09.30, Rådhuset, og som fjernmøte. Varslet 6. mars 2026." in page
    assert "Grunn: Til 12. Kort frist fordi: Straumen er borte." in page
    assert "Haustferie" not in page
    assert "vedtaksført" not in page


def test_a_case_that_went_to_another_meeting_after_the_call_stands_as_moved_there(molde: Town) -> None:
    chamber = Chamber.of(molde)
    moved, back = chamber.case("robot"), chamber.case("ladar")
    meeting = chamber.called(moved, back)
    later = molde.send(do.CallMeeting(at=at(8, 0, 3), starts=at(23, 30, 20), agenda=(moved, back)))
    molde.send(do.TableCase(at=at(9, 0, 3), case=back, meeting=meeting))
    hide = {"parts": (Part.REASONS,), "ground": ExemptionGround.PERSONAL}
    molde.send(ExemptFromPublicity(at=at(9, 1, 3), case=moved, **hide))
    (told,) = chamber.minutes(meeting, public=True).struck
    assert (told.number, told.struck, told.moved_to) == (
        "PS-1/26",
        "2026-03-03T09:00:00+01:00",
        "2026-03-21T00:30:00+01:00",
    )
    assert "Sak om robot 3. mars 2026 Flyttet til møtet 21. mars 2026." in chamber.page(meeting)
    assert "Flytta til møtet 21. mars 2026." in chamber.page(meeting, language="nn")
    (still,) = chamber.minutes(later).cases
    assert still.case == moved


def test_why_a_case_was_struck_is_withheld_as_the_reasons_of_its_decision_are(molde: Town) -> None:
    """Offentleglova § 13: what was said before the exemption is not shown either."""
    chamber = Chamber.of(molde)
    before, after = chamber.case("robot"), chamber.case("ladar")
    meeting = chamber.called(before, after)
    secret = {"reason": "Søkjaren er sjuk."}
    molde.send(do.StrikeCase(at=at(8, 0), case=before, meeting=meeting, **secret))
    hide = {
        "parts": (Part.REASONS, Part.TITLE),
        "ground": ExemptionGround.PERSONAL,
        "public_title": "Sak om ein søkjar",
    }
    for case in (before, after):
        molde.send(ExemptFromPublicity(at=at(8, 1), case=case, **hide))
    molde.send(do.StrikeCase(at=at(8, 2), case=after, meeting=meeting, **secret))
    notice = "Unntatt offentlighet (offl. § 13, jf. fvl. § 13 første ledd nr. 1)"
    written = [event.data.reason for event in AtTheDesk(molde).recorded("AgendaReduced")]
    assert written == ["Søkjaren er sjuk.", notice]
    full, public = (chamber.minutes(meeting, public=public).struck for public in (False, True))
    assert [(one.title, one.reason) for one in public] == [("Sak om ein søkjar", notice)] * 2
    assert [one.reason for one in full] == ["Søkjaren er sjuk."] * 2
    assert "Inneholder opplysninger unntatt offentlighet" in chamber.page(meeting)
    for role, reasons in ((Role.CASEWORKER, {notice}), (Role.SECRETARY, {"Søkjaren er sjuk.", notice})):
        told = AtTheDesk(molde).ask(ShowMeeting(meeting=meeting), role, "dag")["struck"]
        assert {each["reason"] for each in told} == reasons


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_who_sits_in_a_vacant_seat_is_said_to(molde: Town, language: Language) -> None:
    chamber = Chamber.of(molde, members=SEATED[:5], seats=6)
    meeting = chamber.met(present="bjorg are guro stig")
    molde.send(do.SeatSubstitute(at=at(8, 31), meeting=meeting, substitute="stig"))
    chamber.closed(meeting)
    minutes = chamber.minutes(meeting)
    assert [one.vacant_seat for one in minutes.attendance if one.person.id == "stig"] == [True]
    assert (minutes.with_vote, minutes.quorate) == (4, True)
    assert "møtte for ledig plass" in chamber.page(meeting, language=language)


def test_a_decision_that_turns_an_earlier_one_round_says_so_and_why_the_case_was_reopened(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case, first = chamber.reopened()
    second = chamber.met(case, day=20)
    chamber.decided(case, "", "bjorg are guro pal", day=20, outcome="declined")
    chamber.closed(second, day=20)
    (entry,) = chamber.minutes(second).cases
    assert entry.reopening is not None
    assert (entry.reopening.outcome, str(entry.reopening.decided)) == ("approved", "2026-03-04")
    assert (str(entry.reopening.reopened), entry.reopening.reasons) == ("2026-03-05", "Prisen var feil.")
    assert entry.decision is not None
    assert str(entry.decision.corrects) == "2026-03-04"
    page = chamber.page(second)
    assert "Saken ble avgjort 4. mars 2026 og gjenopptatt 5. mars 2026. Prisen var feil." in page
    assert "Vedtaket omgjør vedtaket av 4. mars 2026." in page
    assert "Vedtaket gjer om vedtaket av 4. mars 2026." in chamber.page(second, language="nn")
    assert "gjenopptatt" not in chamber.page(first)


def test_a_decision_that_is_as_the_one_before_takes_its_place_and_a_deferral_leaves_it(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case()
    first = chamber.met(case)
    chamber.decided(case, "bjorg are guro pal")
    chamber.closed(first)
    molde.send(ExemptFromPublicity(at=at(9, 30), case=case, parts=(Part.REASONS,), ground=ExemptionGround.PERSONAL))
    molde.send(do.ReopenCase(at=at(9, 0, 5), case=case, reasons="Frist manglar."))
    second = chamber.met(case, day=20)
    chamber.deferred(case, "bjorg are guro pal", day=20)
    chamber.closed(second, day=20)
    third = chamber.met(case, day=25)
    chamber.decided(case, "bjorg are guro pal", day=25)
    chamber.closed(third, day=25)
    later, last = (chamber.minutes(meeting).cases[0] for meeting in (second, third))
    assert later.reopening == last.reopening
    assert later.reopening is not None
    assert later.reopening.reasons == "Frist manglar."
    assert (later.decision and later.decision.corrects, str(last.decision and last.decision.corrects)) == (
        None,
        "2026-03-04",
    )
    assert "Vedtaket erstatter vedtaket av 4. mars 2026." in chamber.page(third)
    public = chamber.minutes(third, public=True).cases[0].reopening
    assert public is not None
    assert public.reasons == "Unntatt offentlighet (offl. § 13, jf. fvl. § 13 første ledd nr. 1)"


# --- recusal


def test_a_finding_of_an_earlier_meeting_stands_with_its_day_and_nobody_stepped_down_who_was_not_there(
    molde: Town,
) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case()
    first = chamber.met(case)
    chamber.question(case, "pal", declared=True)
    chamber.found(case, "pal")
    chamber.deferred(case, "bjorg are guro")
    chamber.closed(first)
    second = chamber.met(case, present="bjorg are guro toril", day=20)
    chamber.decided(case, "bjorg are guro toril", day=20)
    chamber.closed(second, day=20)
    (then,), (later,) = (chamber.minutes(meeting).cases[0].recusals for meeting in (first, second))
    assert (then.found, then.recused, then.there, then.reasons) == (None, True, True, "Syster til Pal.")
    assert (str(later.found), later.recused, later.there, later.decided_by) == ("2026-03-04", True, False, ())
    page = chamber.page(first)
    assert "Pal meldte seg inhabil, og ble kjent inhabil, jf. forvaltningsloven § 6 første ledd bokstav b og c" in page
    assert "Vedkommende fratrådte under behandlingen av saken. Begrunnelse: Syster til Pal." in page
    page = chamber.page(second)
    assert "Pal ble kjent inhabil i saken 4. mars 2026, jf. forvaltningsloven § 6 første ledd bokstav b og c" in page
    assert "fratrådte" not in page


def test_a_question_that_the_meeting_could_not_settle_stands_as_such(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case()
    meeting = chamber.met(case, present="bjorg are guro")
    chamber.question(case, "guro", declared=True)
    chamber.closed(meeting)
    (recusal,) = chamber.minutes(meeting).cases[0].recusals
    assert (recusal.raised, recusal.recused, recusal.there) == ("declared", None, True)
    assert "Rådet tok ikke stilling til spørsmålet i møtet." in chamber.page(meeting)
    assert "Rådet tok ikkje stilling til spørsmålet i møtet." in chamber.page(meeting, language="nn")


def test_how_a_question_of_recusal_came_up_is_told_apart(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case(person="ida")
    meeting = chamber.met(case, present="bjorg are guro pal toril ida")
    chamber.question(case, "pal", declared=True)
    chamber.question(case, "toril", declared=False)
    for member, ground in (("pal", Ground.KIN), ("toril", Ground.KIN), ("ida", Ground.PARTY)):
        chamber.found(case, member, recused=member != "pal", ground=ground)
    chamber.decided(case, "bjorg are guro pal")
    chamber.closed(meeting)
    recusals = {one.person.id: one for one in chamber.minutes(meeting).cases[0].recusals}
    assert {name: (one.raised, one.recused) for name, one in recusals.items()} == {
        "pal": ("declared", False),
        "toril": ("pointed-out", True),
        "ida": ("of-itself", True),
    }
    page = chamber.page(meeting)
    assert "Pal meldte seg inhabil, jf." in page
    assert "Rådet kom til at vedkommende er habil. Begrunnelse: Syster til Pal." in page
    assert "Det ble reist spørsmål om habiliteten til Toril, som ble kjent inhabil" in page
    assert "Ida står som innmelder av eller part i saken, og ble kjent inhabil" in page


# --- who did not vote, and the leader


def test_who_was_there_with_a_vote_and_cast_none_stands_by_name(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case()
    meeting = chamber.met(case, present="bjorg are guro pal ror")
    chamber.decided(case, "bjorg are guro")
    chamber.closed(meeting)
    (voting,) = chamber.minutes(meeting).cases[0].votings
    assert [person.id for person in voting.not_voted] == ["pal"]
    assert "Stemte ikke Pal" in chamber.page(meeting)
    assert "Røysta ikkje Pal" in chamber.page(meeting, language="nn")


def test_a_seat_that_has_voted_is_not_one_that_did_not_when_its_member_comes(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case()
    meeting = chamber.met(case, present="bjorg are guro stig", up=False)
    molde.send(do.SeatSubstitute(at=at(8, 30), meeting=meeting, substitute="stig", instead_of="pal"))
    molde.send(do.TakeUpCase(at=at(8, 40), case=case, meeting=meeting))
    molde.send(do.CastVote(at=at(8, 41), case=case, member="stig", vote="for"))
    molde.send(do.RecordArrival(at=at(8, 42), meeting=meeting, member="pal"))
    chamber.decided(case, "bjorg are guro")
    chamber.closed(meeting)
    (voting,) = chamber.minutes(meeting).cases[0].votings
    assert voting.not_voted == ()


def test_a_substitute_in_a_vacant_seat_who_cast_no_vote_stands_by_name(molde: Town) -> None:
    chamber = Chamber.of(molde, seats=7)
    case = chamber.case()
    meeting = chamber.met(case, present="bjorg are guro pal stig", up=False)
    molde.send(do.SeatSubstitute(at=at(8, 30), meeting=meeting, substitute="stig"))
    molde.send(do.TakeUpCase(at=at(8, 40), case=case, meeting=meeting))
    chamber.decided(case, "bjorg are guro pal")
    chamber.closed(meeting)
    (voting,) = chamber.minutes(meeting).cases[0].votings
    assert [person.id for person in voting.not_voted] == ["stig"]


@pytest.mark.parametrize(("seat", "of"), [("pal", "pal"), (None, "stig")])
def test_who_sat_in_the_seat_of_a_substitute_who_was_found_recused_is_told_with_the_recusal(
    molde: Town, seat: str | None, of: str
) -> None:
    """The seat of a member who is away, or a vacant one."""
    chamber = Chamber.of(molde, seats=7)
    case = chamber.case()
    meeting = chamber.called(case)
    present = ("bjorg", "are", "guro", "toril", "stig", "solfrid")
    molde.send(do.OpenMeeting(at=at(8, 30), meeting=meeting, present=present))
    molde.send(do.SeatSubstitute(at=at(8, 30), meeting=meeting, substitute="stig", instead_of=seat))
    molde.send(do.TakeUpCase(at=at(8, 40), case=case, meeting=meeting))
    asked = {"case": case, "member": "stig", "ground": Ground.KIN}
    molde.send(do.PointOutRecusal(at=at(8, 41), **asked))
    molde.send(do.DecideRecusal(at=at(8, 42), recused=True, reasons="Søsken av søkjaren.", **asked))
    molde.send(do.CallInSubstitute(at=at(8, 43), case=case, substitute="solfrid", instead_of=of))
    chamber.decided(case, "bjorg are guro toril solfrid")
    chamber.closed(meeting)
    (entry,) = chamber.minutes(meeting).cases
    (recusal,) = entry.recusals
    assert recusal.substitute is not None
    assert (recusal.person.id, recusal.substitute.id) == ("stig", "solfrid")


def test_what_the_leader_decided_before_the_meeting_was_between_meetings(molde: Town) -> None:
    chamber = Chamber.of(molde, leader_decides=True)
    case = chamber.case()
    meeting = chamber.called(case)
    molde.send(do.DecideAsLeader(at=at(8, 0), case=case, outcome="declined", reasons="Nei."), "bjorg", Role.LEADER)
    molde.send(do.OpenMeeting(at=at(8, 30), meeting=meeting, present=("bjorg", "are", "guro")))
    molde.send(do.ReportLeaderDecisions(at=at(8, 31), meeting=meeting))
    chamber.closed(meeting)
    assert "Bjorg avgjorde saken etter fullmakt 4. mars 2026, mellom møtene." in chamber.page(meeting)
    minutes = chamber.minutes(meeting)
    (entry,) = minutes.cases
    assert entry.settled is not None
    late = entry.settled.model_copy(update={"made": "2026-03-04T09:40:00+01:00"})  # it had been opened at 9:30
    changed = minutes.model_copy(update={"cases": (entry.model_copy(update={"settled": late}),)})
    assert "etter fullmakt 4. mars 2026. Den ble derfor ikke behandlet i møtet." in text_of(
        setting.as_pdf(changed).body
    )

"""Minutes of meetings that went otherwise than planned say what happened there, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.commands import council as do
from contracts.commands.minutes import ApproveMinutes
from contracts.queries.minutes import DraftMinutes
from tests.services.council.chamber import CALLED, SEATED, Chamber, at
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

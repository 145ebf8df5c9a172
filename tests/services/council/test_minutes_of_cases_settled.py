"""Minutes of a case that was settled otherwise while it stood on the agenda say what holds in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.commands import council as do
from tests.services.council.chamber import Chamber, at
from tests.services.council.test_decided_elsewhere import claimed, tabled

if TYPE_CHECKING:
    from tests.services.council.town import Town


def test_a_case_that_was_settled_elsewhere_while_it_was_up_does_not_go_back_to_the_queue(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case, meeting = tabled(chamber)
    molde.send(do.OpenMeeting(at=at(8, 30), meeting=meeting, present=("bjorg", "are", "guro", "pal")))
    molde.send(do.TakeUpCase(at=at(8, 40), case=case, meeting=meeting))
    molde.send(do.CastVote(at=at(8, 45), case=case, member="are", vote="for"))
    molde.send(claimed(at=at(8, 50)), None)
    chamber.closed(meeting)
    (entry,) = chamber.minutes(meeting).cases
    assert entry.fate == "settled"
    assert entry.settled is not None
    assert entry.settled.reference == "BV-9/26"
    page = chamber.page(meeting)
    how = "Saken ble avgjort 2. mars 2026 av Barnevernsnemnda, sak BV-9/26."
    assert f"{how} Den var tatt opp i møtet, som derfor ikke avgjorde den." in page
    assert "køen" not in page
    page = chamber.page(meeting, language="nn")
    assert "Ho var teken opp i møtet, som difor ikkje avgjorde henne." in page


def test_a_decision_of_another_body_after_the_meeting_is_not_of_the_meeting(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case, meeting = tabled(chamber)
    molde.send(do.OpenMeeting(at=at(8, 30), meeting=meeting, present=("bjorg", "are", "guro", "pal")))
    molde.send(do.TakeUpCase(at=at(8, 40), case=case, meeting=meeting))
    chamber.closed(meeting)
    molde.send(claimed(at=at(9, 30)), None)
    (entry,) = chamber.minutes(meeting).cases
    assert (entry.fate, entry.settled) == ("not-reached", None)
    assert "Den går tilbake til køen." in chamber.page(meeting)


def test_a_reopened_case_whose_reopening_is_withdrawn_says_that_the_decision_stands(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case, _ = chamber.reopened()
    second = chamber.called(case, day=20)
    molde.send(do.WithdrawCase(at=at(10, 0, 19), case=case))
    molde.send(do.OpenMeeting(at=at(8, 30, 20), meeting=second, present=("bjorg", "are", "guro", "pal")))
    chamber.closed(second, day=20)
    (entry,) = chamber.minutes(second).cases
    assert entry.reopening is not None
    assert (entry.fate, str(entry.reopening.withdrawn)) == ("withdrawn", "2026-03-19")
    page = chamber.page(second)
    assert "Gjenopptaket ble trukket 19. mars 2026. Vedtaket av 4. mars 2026 står." in page
    assert "ikke behandlet" not in page
    assert "Gjenopptaket vart trekt 19. mars 2026. Vedtaket av 4. mars 2026 står." in chamber.page(
        second, language="nn"
    )

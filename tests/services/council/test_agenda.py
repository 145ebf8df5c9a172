"""A called agenda: the secretary strikes a case from it and puts it in another order; in the meeting the body decides.

A case that is struck waits in the queue, as it did before it was tabled.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.door import NotFound
from contracts.events import council as events
from contracts.identity import derive
from services.council.domain import refusals
from tests.services.council.given import ADA, AT, BO, CASE, COUNCIL, LATER, MEETING, OPENED, TABLED, given, then, when

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tests.services.council.town import Town

HOUR = timedelta(hours=1)
STARTS = AT + timedelta(days=10)
WHY = "Kostnadsoverslaget kjem ikkje i tide"


def strike(case: UUID, meeting: UUID, at: datetime = AT + HOUR, **changes: Any) -> do.StrikeCase:
    return do.StrikeCase(at=at, case=case, meeting=meeting, **{"reason": WHY, **changes})


def arrange(meeting: UUID, *cases: UUID, at: datetime = AT + HOUR) -> do.ArrangeAgenda:
    return do.ArrangeAgenda(at=at, meeting=meeting, agenda=cases)


@pytest.fixture
def council(molde: Town) -> Town:
    molde.establish(ADA, BO)
    return molde


@pytest.fixture
def cases(council: Town) -> tuple[UUID, ...]:
    return tuple(council.opened(key) for key in ("nattilsyn", "lys", "drone"))


@pytest.fixture
def meeting(council: Town, cases: tuple[UUID, ...]) -> UUID:
    return council.send(do.CallMeeting(at=AT, starts=STARTS, agenda=cases))


@pytest.mark.requirement("R4")
def test_a_case_that_is_struck_waits_in_the_queue_and_the_others_stay(
    council: Town, meeting: UUID, cases: tuple[UUID, ...]
) -> None:
    council.send(strike(cases[1], meeting))
    shown = council.meeting(meeting)
    assert (shown.agenda, council.case(cases[1]).status) == ((cases[0], cases[2]), "waiting")
    assert [(each.case, each.struck, each.reason) for each in shown.struck] == [(cases[1], AT + HOUR, WHY)]
    assert council.history(cases[1])[-1].data.number == "PS-2/26"
    council.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA, BO)))
    with pytest.raises(refusals.NotTabled):
        council.send(do.TakeUpCase(at=STARTS, case=cases[1], meeting=meeting))
    council.send(do.CloseMeeting(at=STARTS + HOUR, meeting=meeting))
    assert council.history(cases[1])[-1].name == "CaseStruck"  # what it was not on, it is not carried over from


def test_a_case_that_is_struck_waits_with_all_that_it_carries_and_one_on_another_agenda_is_left_there() -> None:
    tabled = given(OPENED, TABLED)
    struck = do.StrikeCase(at=AT, case=CASE, meeting=MEETING, reason=WHY)
    (said,) = when(tabled, struck)
    assert said == events.CaseStruck(council=COUNCIL, case=CASE, number="PS-3/26", meeting=MEETING, struck=AT)
    waits = then(tabled, [said])
    assert waits == given(OPENED)
    assert when(waits, struck) == []
    assert when(tabled, struck.model_copy(update={"meeting": LATER})) == []


def test_a_case_that_is_struck_can_be_tabled_again_there_or_elsewhere(
    council: Town, meeting: UUID, cases: tuple[UUID, ...]
) -> None:
    council.send(strike(cases[0], meeting))
    council.send(strike(cases[1], meeting))
    council.send(do.TableCase(at=AT + 2 * HOUR, case=cases[0], meeting=meeting))
    other = council.send(do.CallMeeting(at=AT + 2 * HOUR, starts=STARTS + HOUR, agenda=(cases[1],)))
    assert council.meeting(meeting).agenda == (cases[2], cases[0])
    assert council.meeting(other).agenda == (cases[1],)
    assert [council.case(case).status for case in cases] == ["tabled"] * 3


def test_a_case_is_struck_once_and_a_late_replay_sets_nothing_back(
    council: Town, meeting: UUID, cases: tuple[UUID, ...]
) -> None:
    first = do.TableCase(at=AT, case=cases[0], meeting=meeting)
    again = do.TableCase(at=AT + 2 * HOUR, case=cases[0], meeting=meeting)
    council.send(strike(cases[0], meeting))
    head = council.ledger.head()
    council.send(strike(cases[0], meeting))
    council.send(first)
    assert council.ledger.head() == head
    council.send(again)
    head = council.ledger.head()
    council.send(strike(cases[0], meeting))
    assert (council.ledger.head(), council.case(cases[0]).status) == (head, "tabled")
    council.send(strike(cases[0], meeting, at=AT + 3 * HOUR))
    council.send(again)
    assert council.case(cases[0]).status == "waiting"


def test_a_planned_meeting_is_struck_from_as_well_and_what_the_call_says_is_on_its_agenda(
    council: Town, cases: tuple[UUID, ...]
) -> None:
    planned = council.send(do.PlanMeeting(at=AT, starts=STARTS))
    for case in cases:
        council.send(do.TableCase(at=AT, case=case, meeting=planned))
    council.send(strike(cases[2], planned))
    council.send(strike(cases[1], planned))
    council.send(do.CallMeeting(at=AT + 2 * HOUR, starts=STARTS, agenda=(cases[2],)))
    assert council.meeting(planned).agenda == (cases[2], cases[0])
    assert [council.case(case).status for case in cases] == ["tabled", "waiting", "tabled"]
    council.send(do.TableCase(at=AT, case=cases[1], meeting=planned))  # as it was before it was struck
    assert council.case(cases[1]).status == "waiting"


def test_in_an_open_meeting_the_body_puts_a_case_off_and_nobody_strikes_it(
    council: Town, meeting: UUID, cases: tuple[UUID, ...]
) -> None:
    council.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA, BO)))
    with pytest.raises(refusals.ForTheMeetingToDecide) as refused:
        council.send(strike(cases[0], meeting, at=STARTS + HOUR))
    assert (refused.value.number, refused.value.meeting) == ("PS-1/26", meeting)
    council.send(do.TakeUpCase(at=STARTS + HOUR, case=cases[0], meeting=meeting))
    ballots = tuple(do.Ballot(member=member, vote="for") for member in (ADA, BO))
    council.send(do.DeferCase(at=STARTS + HOUR, case=cases[0], reasons=WHY, votes=ballots))
    assert council.case(cases[0]).status == "waiting"
    council.send(do.CloseMeeting(at=STARTS + 2 * HOUR, meeting=meeting))
    with pytest.raises(refusals.MeetingOver):
        council.send(strike(cases[0], meeting, at=STARTS + 3 * HOUR))


@pytest.mark.parametrize("other", ["called", "tabled"])
def test_a_case_on_the_agenda_of_an_open_meeting_is_not_put_on_that_of_another(
    council: Town, meeting: UUID, cases: tuple[UUID, ...], other: str
) -> None:
    later = council.send(do.CallMeeting(at=AT, starts=STARTS + HOUR))
    council.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA, BO)))
    elsewhere: do.CallMeeting | do.TableCase = do.TableCase(at=STARTS, case=cases[1], meeting=later)
    if other == "called":
        elsewhere = do.CallMeeting(at=STARTS, starts=STARTS + 2 * HOUR, agenda=(cases[1],))
    head = council.ledger.head()
    with pytest.raises(refusals.ForTheMeetingToDecide) as refused:
        council.send(elsewhere)
    assert (refused.value.number, refused.value.meeting) == ("PS-2/26", meeting)
    assert (council.ledger.head(), council.meeting(meeting).agenda) == (head, cases)


def test_a_case_that_another_meeting_takes_over_is_told_as_moved_there(
    council: Town, meeting: UUID, cases: tuple[UUID, ...]
) -> None:
    later = council.send(do.CallMeeting(at=AT, starts=STARTS + 24 * HOUR, agenda=(cases[0],)))
    council.send(do.TableCase(at=AT + HOUR, case=cases[1], meeting=later))
    told = [(each.case, each.struck, each.reason, each.moved_to) for each in council.meeting(meeting).struck]
    assert told == [(cases[0], AT, None, later), (cases[1], AT + HOUR, None, later)]
    assert council.history(meeting)[-1].data.moved_starts == STARTS + 24 * HOUR


def test_what_is_not_on_the_agenda_is_not_struck_from_it(council: Town, meeting: UUID) -> None:
    other = council.opened("ladeplan")
    with pytest.raises(refusals.NotTabled) as refused:
        council.send(strike(other, meeting))
    assert (refused.value.number, refused.value.meeting) == ("PS-4/26", meeting)
    with pytest.raises(refusals.NotTabled):
        council.send(arrange(meeting, other))


def test_a_case_that_was_withdrawn_only_leaves_the_agenda(
    council: Town, meeting: UUID, cases: tuple[UUID, ...]
) -> None:
    council.send(do.WithdrawCase(at=AT, case=cases[0]))
    council.send(strike(cases[0], meeting))
    assert (council.meeting(meeting).agenda, council.case(cases[0]).status) == (cases[1:], "withdrawn")


def test_an_agenda_is_put_in_another_order_and_what_is_left_out_comes_after(
    council: Town, meeting: UUID, cases: tuple[UUID, ...]
) -> None:
    first, second, third = cases
    council.send(arrange(meeting, third, first))
    assert council.meeting(meeting).agenda == (third, first, second)
    council.send(arrange(meeting, second, at=AT + 2 * HOUR))
    head = council.ledger.head()
    for told in (arrange(meeting, second, at=AT + 2 * HOUR), arrange(meeting, third, first)):
        council.send(told)  # the same again, and one that came late
    assert (council.meeting(meeting).agenda, council.ledger.head()) == ((second, third, first), head)


def test_an_open_meeting_agrees_on_another_order_and_one_that_is_over_does_not(
    council: Town, meeting: UUID, cases: tuple[UUID, ...]
) -> None:
    council.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA, BO)))
    council.send(arrange(meeting, cases[2], at=STARTS + HOUR))
    assert council.meeting(meeting).agenda == (cases[2], *cases[:2])
    council.send(do.CloseMeeting(at=STARTS + 2 * HOUR, meeting=meeting))
    council.send(arrange(meeting, cases[2], at=STARTS + HOUR))
    with pytest.raises(refusals.MeetingOver):
        council.send(arrange(meeting, cases[1], at=STARTS + 3 * HOUR))


def test_another_municipalitys_agenda_is_nobodys_to_change(
    council: Town, aukra: Town, meeting: UUID, cases: tuple[UUID, ...]
) -> None:
    aukra.establish(BO)
    own = aukra.opened("ferje")
    for command in (strike(cases[0], meeting), strike(own, meeting), arrange(meeting, cases[0])):
        with pytest.raises(NotFound):
            aukra.send(command)
    for command in (strike(derive("case", "ingen"), meeting), arrange(meeting, own)):
        with pytest.raises(NotFound):
            council.send(command, "sekretær", Role.SECRETARY)

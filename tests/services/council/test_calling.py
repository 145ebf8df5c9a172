"""Meetings to come: planned, called with the notice the mandate asks for, moved, called off; who takes part remotely.

Kommuneloven § 11-3 asks for timely notice («høvelig varsel») and § 11-7 lets meetings be held remotely; how many days,
and whether remotely, is the mandate's to say.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from contracts.commands import council as do
from contracts.door import NotFound
from contracts.identity import derive
from services.council.domain import refusals
from tests.services.council.given import ADA, AT, BO, CAN, DAG, EVA, facts
from tests.services.council.town import MANDATE, Town, appoint

if TYPE_CHECKING:
    from uuid import UUID

DAY = timedelta(days=1)
STARTS = AT + 10 * DAY


def call(days: int, **changes: Any) -> do.CallMeeting:
    """A call so many days before the meeting."""
    return do.CallMeeting(**{"at": STARTS - days * DAY, "starts": STARTS, "place": "Rådhuset", **changes})


def move(meeting: UUID, starts: datetime, at: datetime = AT, **changes: Any) -> do.MoveMeeting:
    return do.MoveMeeting(at=at, meeting=meeting, starts=starts, **{"reason": "Salen er oppteken", **changes})


@pytest.mark.parametrize(("days", "kept"), [(8, True), (7, True), (6, False), (0, False)])
def test_a_call_is_out_the_days_before_that_the_mandate_says(molde: Town, *, days: int, kept: bool) -> None:
    """§ 11-3."""
    molde.establish(ADA, notice_days=7)
    if kept:
        assert molde.meeting(molde.send(call(days))).notice == (STARTS - days * DAY).date()
        return
    with pytest.raises(refusals.ShortNotice) as refused:
        molde.send(call(days))
    told = refused.value
    assert (told.starts, told.notice) == (STARTS.date(), (STARTS - days * DAY).date())
    assert (told.days, told.needed) == (days, 7)


def test_an_urgent_meeting_is_called_at_short_notice_with_the_reason_on_record(molde: Town) -> None:
    """§ 11-3."""
    molde.establish(ADA, notice_days=7)
    meeting = molde.send(call(1, urgent="Søknadsfristen går ut på fredag"))
    assert molde.meeting(meeting).urgent == "Søknadsfristen går ut på fredag"
    assert molde.history(meeting)[0].data.urgent == "Søknadsfristen går ut på fredag"


def test_a_mandate_without_a_number_of_days_leaves_it_to_the_secretary(molde: Town) -> None:
    molde.establish(ADA)
    assert molde.meeting(molde.send(call(0))).status == "called"


def test_the_notice_period_is_that_of_the_edition_in_force_on_the_meetings_day(molde: Town) -> None:
    """R19."""
    molde.establish(ADA)
    molde.send(
        do.AdoptMandate(
            at=AT,
            adopted=AT.date(),
            in_force=STARTS.date(),
            case_reference="PS-2/26",
            change="Frist for innkalling",
            mandate=MANDATE,
            rules=do.Rules(notice_days=7),
        )
    )
    assert molde.send(call(2, starts=STARTS - DAY, at=STARTS - 3 * DAY))
    with pytest.raises(refusals.ShortNotice):
        molde.send(call(2))


@pytest.mark.requirement("R10")
def test_a_meeting_is_planned_before_it_is_called_and_opened_only_after(molde: Town) -> None:
    molde.establish(ADA, BO, notice_days=7)
    plan = do.PlanMeeting(at=AT - 60 * DAY, starts=STARTS, place="Rådhuset")
    meeting, case = molde.send(plan), molde.opened("nattilsyn")
    molde.send(do.TableCase(at=AT, case=case, meeting=meeting))
    assert (molde.meeting(meeting).status, molde.meeting(meeting).notice) == ("planned", None)
    with pytest.raises(refusals.MeetingNotCalled):
        molde.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA, BO)))
    second = molde.opened("ladeplan")
    assert molde.send(call(8, agenda=(second,))) == meeting
    assert molde.send(plan) == meeting  # the plan, replayed, takes no call back
    shown = molde.meeting(meeting)
    assert (shown.status, shown.agenda) == ("called", (second, case))


def test_a_call_is_known_again_and_another_for_the_same_time_is_refused(molde: Town) -> None:
    molde.establish(ADA)
    meeting = molde.send(call(7))
    molde.send(move(meeting, STARTS + DAY, at=STARTS - 6 * DAY, place="Biblioteket"))
    assert molde.send(call(7)) == meeting  # replayed, it does not move the meeting back
    assert (molde.meeting(meeting).starts, molde.meeting(meeting).place) == (STARTS + DAY, "Biblioteket")
    with pytest.raises(refusals.MeetingAlreadyCalled):
        molde.send(call(7, urgent="Det hastar"))


def test_a_meeting_is_not_planned_otherwise_by_planning_it_again(molde: Town) -> None:
    molde.establish(ADA, remote=True)
    plan = do.PlanMeeting(at=AT, starts=STARTS, place="Rådhuset")
    meeting = molde.send(plan)
    assert molde.send(plan) == meeting
    others = (plan.model_copy(update={"place": "Biblioteket"}), plan.model_copy(update={"remote": True}))
    for other in others:
        assert facts(refusals.MeetingAlreadyPlanned, molde.send, other) == {"meeting": str(meeting)}
    molde.send(call(7, place="Biblioteket"))
    assert molde.send(plan) == molde.send(others[0]) == meeting  # as it was planned, and as it is now
    assert facts(refusals.MeetingAlreadyCalled, molde.send, others[1]) == {"meeting": str(meeting)}
    assert len(molde.history(meeting)) == 2


def test_a_meeting_that_was_moved_is_known_by_its_plan_and_not_by_where_it_is_now(molde: Town) -> None:
    molde.establish(ADA)
    plan = do.PlanMeeting(at=AT, starts=STARTS, place="Rådhuset")
    meeting = molde.send(plan)
    molde.send(move(meeting, STARTS + DAY, at=AT + DAY, place="Biblioteket"))
    assert molde.send(plan) == meeting
    with pytest.raises(refusals.MeetingAlreadyPlanned):
        molde.send(plan.model_copy(update={"place": "Biblioteket"}))


def test_a_call_of_a_meeting_by_its_id_to_another_time_than_it_was_called_for_is_refused(molde: Town) -> None:
    molde.establish(ADA)
    meeting = molde.send(do.PlanMeeting(at=AT, starts=STARTS))
    molde.send(call(8, meeting=meeting))
    assert molde.send(call(8, meeting=meeting)) == meeting
    with pytest.raises(refusals.MeetingAlreadyCalled):
        molde.send(call(8, starts=STARTS + DAY, at=STARTS - 8 * DAY, meeting=meeting))


def test_a_planned_meeting_that_was_moved_is_called_by_its_id(molde: Town) -> None:
    molde.establish(ADA, notice_days=7)
    meeting = molde.send(do.PlanMeeting(at=AT, starts=STARTS))
    molde.send(move(meeting, STARTS + DAY, at=STARTS - 2 * DAY))  # nobody has been called, so no notice is broken
    assert molde.meeting(meeting).notice is None
    assert molde.send(call(8, starts=STARTS + DAY, at=AT, meeting=meeting)) == meeting
    assert (molde.meeting(meeting).status, molde.meeting(meeting).starts) == ("called", STARTS + DAY)
    with pytest.raises(NotFound):
        molde.send(call(8, meeting=derive("meeting", "ingen")))


def test_moving_a_called_meeting_takes_the_same_notice(molde: Town) -> None:
    molde.establish(ADA, notice_days=7)
    meeting = molde.send(call(10))
    later = STARTS + 4 * DAY
    with pytest.raises(refusals.ShortNotice):
        molde.send(move(meeting, later, at=later - 6 * DAY))
    molde.send(move(meeting, later, at=later - 7 * DAY))
    shown = molde.meeting(meeting)
    assert (shown.starts, shown.place, shown.reason) == (later, "Rådhuset", "Salen er oppteken")
    assert shown.notice == (later - 7 * DAY).date()
    molde.send(move(meeting, STARTS + 5 * DAY, at=STARTS, urgent="Straumbrot på rådhuset"))
    assert molde.history(meeting)[-1].data.urgent == "Straumbrot på rådhuset"


def test_a_move_is_made_once_and_a_late_replay_sets_nothing_back(molde: Town) -> None:
    molde.establish(ADA)
    meeting = molde.send(call(10))
    first, second = move(meeting, STARTS + DAY), move(meeting, STARTS + 2 * DAY, at=AT + DAY)
    for command in (first, first, second, first, second):
        molde.send(command)
    assert [event.name for event in molde.history(meeting)] == ["MeetingCalled", "MeetingMoved", "MeetingMoved"]
    assert molde.meeting(meeting).starts == STARTS + 2 * DAY


def test_who_sits_in_a_moved_meeting_is_who_sits_on_its_new_day(molde: Town) -> None:
    molde.establish(ADA, BO)
    molde.send(appoint(CAN, from_=(STARTS + DAY).date()))
    meeting = molde.send(call(10))
    with pytest.raises(refusals.NotInCouncil):
        molde.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA, CAN)))
    molde.send(move(meeting, STARTS + DAY))
    molde.send(do.OpenMeeting(at=STARTS + DAY, meeting=meeting, present=(ADA, CAN)))
    assert molde.meeting(meeting).present == (ADA, CAN)


def test_a_cancelled_meetings_cases_wait_for_another(molde: Town) -> None:
    molde.establish(ADA)
    case = molde.opened("nattilsyn")
    meeting = molde.send(call(7, agenda=(case,)))
    cancel = do.CancelMeeting(at=AT, meeting=meeting, reason="For få saker")
    molde.send(cancel)
    molde.send(cancel)
    shown = molde.meeting(meeting)
    assert (shown.status, shown.reason, molde.case(case).status) == ("cancelled", "For få saker", "waiting")
    assert len(molde.history(meeting)) == 2
    for command in (
        move(meeting, STARTS + DAY),
        cancel.model_copy(update={"reason": "Ein annan grunn"}),
        do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA,)),
        do.CloseMeeting(at=STARTS, meeting=meeting),
    ):
        with pytest.raises(refusals.MeetingOver):
            molde.send(command)


def test_a_meeting_that_has_begun_is_neither_moved_nor_cancelled(molde: Town) -> None:
    molde.establish(ADA)
    meeting = molde.send(call(7))
    molde.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA,)))
    for command in (move(meeting, STARTS + DAY), do.CancelMeeting(at=AT, meeting=meeting, reason="Angra")):
        with pytest.raises(refusals.MeetingAlreadyOpen):
            molde.send(command)


def test_another_municipalitys_meeting_is_neither_moved_nor_cancelled(molde: Town, aukra: Town) -> None:
    molde.establish(ADA)
    aukra.establish(BO)
    meeting = molde.send(call(7))
    for command in (move(meeting, STARTS + DAY), do.CancelMeeting(at=AT, meeting=meeting, reason="Feil")):
        with pytest.raises(NotFound):
            aukra.send(command)


def test_who_takes_part_remotely_is_on_record(molde: Town) -> None:
    """§ 11-7."""
    molde.establish(ADA, BO, CAN)
    meeting = molde.send(call(7))
    molde.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA, BO), remote=(BO,)))
    assert molde.meeting(meeting).remotely == (BO,)
    molde.send(do.RecordArrival(at=STARTS + DAY / 24, meeting=meeting, member=CAN, remote=True))
    assert molde.meeting(meeting).remotely == (BO, CAN)
    molde.send(do.RecordDeparture(at=STARTS + DAY / 12, meeting=meeting, member=BO))
    molde.send(do.RecordArrival(at=STARTS + DAY / 8, meeting=meeting, member=BO))  # the line broke; now in the room
    assert molde.meeting(meeting).remotely == (CAN,)


def test_nobody_takes_part_remotely_where_the_mandate_does_not_allow_it(molde: Town) -> None:
    """§ 11-7."""
    molde.establish(ADA, BO, remote=False)
    meeting = molde.send(call(7))
    with pytest.raises(refusals.NoRemoteMeetings):
        molde.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA, BO), remote=(BO,)))
    molde.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA,)))
    with pytest.raises(refusals.NoRemoteMeetings):
        molde.send(do.RecordArrival(at=STARTS, meeting=meeting, member=BO, remote=True))
    for command in (call(7, starts=STARTS + DAY, remote=True), do.PlanMeeting(at=AT, starts=AT, remote=True)):
        with pytest.raises(refusals.NoRemoteMeetings):
            molde.send(command)
    assert molde.meeting(meeting).present == (ADA,)


def test_a_meeting_is_not_moved_to_the_net_where_the_mandate_does_not_allow_it(molde: Town) -> None:
    """§ 11-7."""
    molde.establish(ADA, remote=False)
    meeting = molde.send(call(7))
    with pytest.raises(refusals.NoRemoteMeetings):
        molde.send(move(meeting, STARTS, remote=True))


def test_only_who_is_present_takes_part_remotely(molde: Town) -> None:
    molde.establish(ADA, BO)
    meeting = molde.send(call(7))
    with pytest.raises(refusals.NotPresent):
        molde.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA,), remote=(BO,)))


@pytest.mark.requirement("R9")
def test_substitutes_step_in_by_their_order_among_those_who_are_there(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    molde.send(appoint(DAG, substitute=True, order=2))
    molde.send(appoint(EVA, substitute=True, order=1))
    molde.send(appoint("frode", substitute=True))
    shown = {seat.member: seat.order for seat in molde.on(STARTS.date()).members if seat.substitute}
    assert shown == {DAG: 2, EVA: 1, "frode": None}
    meeting = molde.send(call(7))
    molde.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA, DAG, EVA)))
    seats = [
        do.SeatSubstitute(at=STARTS, meeting=meeting, substitute=who, instead_of=member)
        for who, member in ((DAG, BO), (EVA, BO), (DAG, CAN))
    ]
    with pytest.raises(refusals.OutOfTurn) as refused:
        molde.send(seats[0])
    assert (refused.value.substitute, refused.value.first) == (DAG, EVA)
    molde.send(seats[1])
    molde.send(seats[2])  # the first has a seat: it is the second's turn


def test_a_substitute_who_is_not_there_holds_up_nobody(molde: Town) -> None:
    molde.establish(ADA, BO)
    molde.send(appoint(DAG, substitute=True, order=2))
    molde.send(appoint(EVA, substitute=True, order=1))
    meeting = molde.send(call(7))
    molde.send(do.OpenMeeting(at=STARTS, meeting=meeting, present=(ADA, DAG)))
    molde.send(do.SeatSubstitute(at=STARTS, meeting=meeting, substitute=DAG, instead_of=BO))
    assert molde.history(meeting)[-1].name == "SubstituteSeated"


def test_only_substitutes_step_in_by_order() -> None:
    said = {"at": AT, "member": ADA, "name": "Ada Namn", "discipline": "helse", "from_": date(2026, 1, 1)}
    with pytest.raises(ValidationError, match="by order"):
        do.AppointMember.model_validate({**said, "order": 1})


def test_a_case_put_on_another_agenda_leaves_the_one_it_was_on(molde: Town) -> None:
    molde.establish(ADA)
    case, other = molde.opened("nattilsyn"), molde.opened("lys")
    first = molde.send(call(7, agenda=(case, other)))
    second = molde.send(do.CallMeeting(at=AT, starts=STARTS + DAY))
    to_second = do.TableCase(at=AT, case=case, meeting=second)
    molde.send(to_second)
    molde.send(to_second)
    assert (molde.meeting(first).agenda, molde.meeting(second).agenda) == ((other,), (case,))
    third = molde.send(do.CallMeeting(at=AT, starts=STARTS + 2 * DAY, agenda=(case,)))
    assert (molde.meeting(second).agenda, molde.meeting(third).agenda) == ((), (case,))
    molde.send(do.TableCase(at=STARTS, case=other, meeting=third))
    molde.send(do.OpenMeeting(at=STARTS, meeting=first, present=(ADA,)))
    molde.send(do.TableCase(at=STARTS, case=case, meeting=first))
    assert (molde.meeting(first).agenda, molde.meeting(third).agenda) == ((case,), (other,))
    names = [event.name for event in molde.history(first)]
    assert names.count("AgendaReduced") == 2


# --- a time that is free again


@pytest.mark.parametrize("planned", [True, False])
def test_the_time_of_a_meeting_that_was_called_off_is_free_for_another(molde: Town, *, planned: bool) -> None:
    molde.establish(ADA)
    first = molde.send(do.PlanMeeting(at=AT, starts=STARTS) if planned else do.CallMeeting(at=AT, starts=STARTS))
    molde.send(do.CancelMeeting(at=AT + DAY, meeting=first, reason="Ingen saker"))
    again = do.CallMeeting(at=AT + 2 * DAY, starts=STARTS, place="Rådhuset")
    second = molde.send(again)
    assert second != first
    assert molde.send(again) == second
    molde.send(do.OpenMeeting(at=STARTS, meeting=second, present=(ADA,)))
    assert (molde.meeting(first).status, molde.meeting(second).status) == ("cancelled", "open")


def test_the_time_that_a_meeting_was_moved_from_is_free_for_another(molde: Town) -> None:
    molde.establish(ADA)
    planning = do.PlanMeeting(at=AT, starts=STARTS)
    first = molde.send(planning)
    molde.send(move(first, STARTS + DAY, at=AT + DAY))
    assert molde.send(planning) == first  # the same plan, come late
    second = molde.send(planning.model_copy(update={"at": AT + 2 * DAY}))
    assert second != first
    assert (molde.meeting(first).starts, molde.meeting(second).starts) == (STARTS + DAY, STARTS)

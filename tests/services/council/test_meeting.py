"""A council's meeting: notice, agenda, attendance, chair, substitutes, and what a meeting without a quorum can do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.door import NotFound
from contracts.events.council import Ground, Outcome, Raised
from services.council.domain import refusals
from tests.services.council.given import ADA, AT, BO, CAN, DAG, EVA
from tests.services.council.town import Town, appoint

if TYPE_CHECKING:
    from uuid import UUID

LEFT = date(2026, 1, 31)
LATER = datetime(2026, 4, 8, 8, 30, tzinfo=UTC)


def ballots(*votes: tuple[str, str]) -> tuple[do.Ballot, ...]:
    return tuple(do.Ballot.model_validate({"member": member, "vote": vote}) for member, vote in votes)


def approve(case: UUID, *votes: tuple[str, str]) -> do.DecideCase:
    return do.DecideCase(
        at=AT,
        case=case,
        outcome=Outcome.APPROVED,
        form="experiment",
        priorities=("Trygg oppvekst",),
        responsible=BO,
        reasons="Verdt å prøve.",
        votes=ballots(*votes),
    )


def test_a_meeting_is_called_with_an_agenda_and_its_cases_are_tabled(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    assert molde.called(case) == meeting
    shown = molde.meeting(meeting)
    assert (shown.status, shown.agenda, shown.place) == ("called", (case,), "Rådhuset")
    assert molde.case(case).status == "tabled"
    with pytest.raises(refusals.MeetingAlreadyCalled):
        molde.called()


def test_a_council_meets_remotely_if_its_rules_allow_it(molde: Town, aukra: Town) -> None:
    molde.establish(ADA)
    aukra.establish(ADA, remote=False)
    call = do.CallMeeting(at=AT, starts=AT, remote=True)
    assert molde.meeting(molde.send(call)).remote
    with pytest.raises(refusals.NoRemoteMeetings):
        aukra.send(call)


def test_the_leader_chairs_or_else_the_deputy_or_else_whom_they_choose(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    molde.send(do.AppointDeputy(at=AT, member=BO, from_=AT.date()))
    for day, present, chair in ((1, (BO, ADA), ADA), (2, (CAN, BO), BO)):
        starts = AT + timedelta(days=day)
        meeting = molde.called(starts=starts)
        molde.send(do.OpenMeeting(at=starts, meeting=meeting, present=present))
        assert molde.meeting(meeting).chair == chair
        molde.send(do.CloseMeeting(at=starts, meeting=meeting))
    starts = AT + timedelta(days=3)
    meeting = molde.called(starts=starts)
    with pytest.raises(refusals.NoChair):
        molde.send(do.OpenMeeting(at=starts, meeting=meeting, present=(CAN,)))
    with pytest.raises(refusals.CannotChair):
        molde.send(do.OpenMeeting(at=starts, meeting=meeting, present=(CAN, "ror"), chair="ror"))
    molde.send(do.OpenMeeting(at=starts, meeting=meeting, present=(CAN,), chair=CAN))
    assert molde.meeting(meeting).chair == CAN


def test_only_who_sits_in_the_council_is_present(molde: Town) -> None:
    molde.establish(ADA)
    meeting = molde.called()
    with pytest.raises(refusals.NotInCouncil):
        molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, "turist")))
    opening = do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,))
    molde.send(opening)
    molde.send(opening)
    with pytest.raises(refusals.MeetingAlreadyOpen):
        molde.send(opening.model_copy(update={"present": (ADA, "ror")}))
    with pytest.raises(refusals.NotInCouncil):
        molde.send(do.RecordArrival(at=AT, meeting=meeting, member="turist"))


def test_a_meeting_that_is_closed_says_that_it_is_over_to_whoever_opens_it_with_others(molde: Town) -> None:
    molde.establish(ADA)
    meeting = molde.called()
    opening = do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,))
    molde.send(opening)
    molde.send(do.CloseMeeting(at=AT, meeting=meeting))
    with pytest.raises(refusals.MeetingOver):
        molde.send(opening.model_copy(update={"present": (ADA, "ror")}))
    molde.send(opening)  # told again
    assert molde.meeting(meeting).status == "closed"


def test_of_nine_seats_with_five_vacant_two_votes_decide_nothing(molde: Town, aukra: Town) -> None:
    members = (ADA, BO, CAN, DAG, *(f"m{number}" for number in range(5)))
    for town, rules in ((molde, {"seats": 9}), (aukra, {})):
        town.establish(*members, **rules)
        for member in members[4:]:
            town.send(do.ReleaseMember(at=AT - timedelta(days=32), member=member, until=LEFT))
    for present, votes in (((ADA, BO), 2), ((ADA, BO, CAN, DAG), 4)):  # all who are left are not half of nine
        case = molde.opened(f"nattilsyn-{votes}")
        meeting = molde.called(case, starts=AT.replace(hour=votes))
        molde.send(do.OpenMeeting(at=AT.replace(hour=votes), meeting=meeting, present=present))
        assert molde.meeting(meeting).quorate is False
        with pytest.raises(refusals.NoQuorum):
            molde.send(do.TakeUpCase(at=AT.replace(hour=votes), case=case, meeting=meeting))
        molde.send(do.AdjournMeeting(at=AT.replace(hour=votes), meeting=meeting, reason="Ikkje vedtaksført"))
    case = aukra.opened("nattilsyn")
    meeting = aukra.called(case)
    aukra.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO)))
    aukra.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    assert aukra.send(approve(case, (ADA, "for"), (BO, "for")))  # a mandate without a number counts those who sit


def test_five_votes_of_nine_seats_decide(molde: Town) -> None:
    molde.establish(ADA, BO, CAN, DAG, EVA, seats=9)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    everybody = (ADA, BO, CAN, DAG, EVA)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=everybody))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    with pytest.raises(refusals.NoQuorum):
        molde.send(approve(case, *((member, "for") for member in everybody[:4])))
    molde.send(approve(case, *((member, "for") for member in everybody)))
    (decision,) = molde.case(case).decisions
    assert (decision.seats, len(decision.votes)) == (9, 5)


def test_a_meeting_without_a_quorum_opens_and_is_recorded_but_decides_nothing(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, "ror")))
    assert molde.meeting(meeting).quorate is False
    with pytest.raises(refusals.NoQuorum):
        molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    molde.send(do.AdjournMeeting(at=AT, meeting=meeting, reason="Ikkje vedtaksført"))
    assert molde.meeting(meeting).status == "adjourned"
    assert molde.case(case).status == "waiting"
    molde.called(case, starts=LATER)
    assert molde.case(case).status == "tabled"


def test_one_who_arrives_makes_the_meeting_quorate_for_the_case(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,)))
    molde.send(do.RecordArrival(at=AT, meeting=meeting, member=BO))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    molde.send(approve(case, (ADA, "for"), (BO, "for")))
    assert molde.case(case).status == "approved"


def test_who_comes_while_the_case_is_up_votes_and_who_leaves_does_not(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO)))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    molde.send(do.RecordArrival(at=AT + timedelta(minutes=5), meeting=meeting, member=CAN))
    molde.send(do.RecordDeparture(at=AT + timedelta(minutes=6), meeting=meeting, member=BO))
    molde.send(do.RecordArrival(at=AT + timedelta(minutes=5), meeting=meeting, member=CAN))
    later = AT + timedelta(minutes=6)
    molde.send(do.CastVote(at=later, case=case, member=CAN, vote="for"), CAN, Role.MEMBER)
    with pytest.raises(refusals.NoVote):
        molde.send(do.CastVote(at=later, case=case, member=BO, vote="for"))


def test_a_late_replay_brings_nobody_back(molde: Town) -> None:
    molde.establish(ADA, BO)
    meeting = molde.called()
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,)))
    arrival = do.RecordArrival(at=AT + timedelta(minutes=5), meeting=meeting, member=BO)
    molde.send(arrival)
    molde.send(do.RecordDeparture(at=AT + timedelta(minutes=50), meeting=meeting, member=BO))
    molde.send(arrival)
    assert molde.meeting(meeting).present == (ADA,)


def test_another_chair_breaks_the_tie_once_they_have_taken_the_chair(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO)))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    with pytest.raises(refusals.ChairStays):
        molde.send(do.RecordDeparture(at=AT, meeting=meeting, member=ADA))
    with pytest.raises(refusals.CannotChair):
        molde.send(do.TakeChair(at=AT, meeting=meeting, chair=CAN))
    molde.send(do.TakeChair(at=AT, meeting=meeting, chair=BO))
    molde.send(approve(case, (ADA, "against"), (BO, "for")))
    (decision,) = molde.case(case).decisions
    assert decision.tie_broken_by == BO


def test_a_substitute_votes_in_the_seat_of_one_who_is_not_there(molde: Town) -> None:
    molde.establish(ADA, BO, CAN, DAG)
    molde.send(appoint(EVA, substitute=True))
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO)))
    for instead_of in (BO, "ror"):
        with pytest.raises(refusals.NoSeatFree):
            molde.send(do.SeatSubstitute(at=AT, meeting=meeting, substitute=EVA, instead_of=instead_of))
    with pytest.raises(refusals.NotInCouncil):
        molde.send(do.SeatSubstitute(at=AT, meeting=meeting, substitute="ror", instead_of=CAN))
    seat = do.SeatSubstitute(at=AT, meeting=meeting, substitute=EVA, instead_of=CAN)
    molde.send(seat)
    molde.send(seat)
    molde.send(do.PointOutRecusal(at=AT, case=case, member=BO, ground=Ground.PARTY))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    finding = {"member": BO, "ground": Ground.PARTY, "recused": True, "reasons": "Part i saka."}
    molde.send(do.DecideRecusal(at=AT, case=case, **finding))
    molde.send(approve(case, (ADA, "for"), (EVA, "for")))
    (decision,) = molde.case(case).decisions
    assert (decision.seats, len(decision.votes), decision.recused) == (4, 2, (BO,))


def test_a_substitute_yields_to_the_member_who_comes(molde: Town) -> None:
    molde.establish(ADA, BO)
    molde.send(appoint(EVA, substitute=True))
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,)))
    molde.send(do.SeatSubstitute(at=AT, meeting=meeting, substitute=EVA, instead_of=BO))
    molde.send(do.RecordArrival(at=AT, meeting=meeting, member=BO))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    with pytest.raises(refusals.NoVote):
        molde.send(do.CastVote(at=AT, case=case, member=EVA, vote="for"))


def test_what_is_not_on_the_agenda_is_not_taken_up(molde: Town) -> None:
    molde.establish(ADA)
    case = molde.opened("nattilsyn")
    meeting = molde.called()
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,)))
    with pytest.raises(refusals.NotTabled):
        molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    molde.send(do.TableCase(at=AT, case=case, meeting=meeting))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    assert molde.case(case).status == "taken-up"
    assert molde.meeting(meeting).agenda == (case,)


def test_a_meeting_is_opened_before_it_is_used_and_used_before_it_is_closed(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    take_up = do.TakeUpCase(at=AT, case=case, meeting=meeting)
    close = do.CloseMeeting(at=AT, meeting=meeting)
    for command in (take_up, close, do.TakeChair(at=AT, meeting=meeting, chair=BO)):
        with pytest.raises(refusals.MeetingNotOpen):
            molde.send(command)
    opening = do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO))
    molde.send(opening)
    molde.send(take_up)
    molde.send(approve(case, (ADA, "for")))
    molde.send(close)
    head = molde.ledger.head()
    for again in (opening, take_up, close, do.TableCase(at=AT, case=case, meeting=meeting)):
        molde.send(again)
    assert molde.ledger.head() == head
    other = molde.opened("lys")
    for command in (
        do.TableCase(at=AT, case=other, meeting=meeting),
        do.TakeUpCase(at=AT, case=other, meeting=meeting),
        do.RecordDeparture(at=AT, meeting=meeting, member=BO),
        do.AdjournMeeting(at=AT, meeting=meeting, reason="For seint"),
    ):
        with pytest.raises(refusals.MeetingOver):
            molde.send(command)


def test_a_meeting_nobody_came_to_is_adjourned(molde: Town) -> None:
    molde.establish(ADA)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    adjourn = do.AdjournMeeting(at=AT, meeting=meeting, reason="Uvêr")
    molde.send(adjourn)
    molde.send(adjourn)
    assert molde.case(case).status == "waiting"
    with pytest.raises(refusals.MeetingOver):
        molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,)))


def test_a_meeting_that_was_never_called_does_not_exist(molde: Town) -> None:
    for command in (
        do.OpenMeeting(at=AT, meeting=molde.council, present=(ADA,)),
        do.CloseMeeting(at=AT, meeting=molde.council),
    ):
        with pytest.raises(NotFound):
            molde.send(command)
    with pytest.raises(NotFound):
        molde.meeting(molde.council)


def test_a_substitute_fills_a_vacant_seat_and_each_vacancy_once(molde: Town) -> None:
    """The mandate establishes four seats, two people sit: the rest are vacant until the municipality appoints."""
    molde.establish(ADA, BO, seats=4)
    for substitute in (EVA, "frida", "gro"):
        molde.send(appoint(substitute, substitute=True))
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,)))
    with pytest.raises(refusals.NoQuorum):
        molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    seat = do.SeatSubstitute(at=AT, meeting=meeting, substitute=EVA)
    molde.send(seat)
    molde.send(seat)
    molde.send(do.SeatSubstitute(at=AT, meeting=meeting, substitute="frida"))
    seated = [each.data for each in molde.history(meeting) if each.name == "SubstituteSeated"]
    assert [(each.substitute, each.instead_of, each.vacancy) for each in seated] == [(EVA, None, 1), ("frida", None, 2)]
    with pytest.raises(refusals.NoSeatFree):
        molde.send(do.SeatSubstitute(at=AT, meeting=meeting, substitute="gro"))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    molde.send(do.CastVote(at=AT, case=case, member="frida", vote="for"))
    molde.send(do.RecordDeparture(at=AT + timedelta(minutes=5), meeting=meeting, member="frida"))
    molde.send(do.SeatSubstitute(at=AT, meeting=meeting, substitute="gro"))
    with pytest.raises(refusals.SeatHasVoted):
        molde.send(do.CastVote(at=AT, case=case, member="gro", vote="for"))
    molde.send(approve(case, (ADA, "for"), (EVA, "for")))
    (decision,) = molde.case(case).decisions
    assert (decision.seats, len(decision.votes)) == (4, 3)


def test_a_substitute_called_in_for_the_recused_sits_in_that_case_only(molde: Town) -> None:
    molde.establish(ADA, BO)
    molde.send(appoint(EVA, substitute=True))
    first, second = molde.opened("nattilsyn"), molde.opened("lys")
    meeting = molde.called(first, second)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO, EVA)))
    molde.send(do.DeclareRecusal(at=AT, case=first, member=BO, ground=Ground.KIN))
    for case in (first, second):
        molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    call_in = do.CallInSubstitute(at=AT, case=first, substitute=EVA, instead_of=BO)
    with pytest.raises(refusals.NotRecused):
        molde.send(call_in)
    finding = {"member": BO, "ground": Ground.KIN, "recused": True, "reasons": "Søster av søkjaren."}
    molde.send(do.DecideRecusal(at=AT, case=first, **finding))
    molde.send(call_in)
    molde.send(do.CastVote(at=AT, case=first, member=EVA, vote="for"))
    with pytest.raises(refusals.NoVote):
        molde.send(do.CastVote(at=AT, case=second, member=EVA, vote="for"))
    molde.send(do.CastVote(at=AT, case=second, member=BO, vote="for"))
    molde.send(do.RecordDeparture(at=AT + timedelta(minutes=5), meeting=meeting, member=EVA))
    with pytest.raises(refusals.NoVote):
        molde.send(do.CastVote(at=AT, case=first, member=EVA, vote="against"))


def test_the_submitter_who_sits_in_the_council_is_asked_of_when_they_come(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.send(do.OpenCase(at=AT, key="nattilsyn", title="Nattilsyn", person=BO))
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,)))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    assert molde.case(case).recusals == ()
    come = AT + timedelta(minutes=5)
    molde.send(do.RecordArrival(at=come, meeting=meeting, member=BO))
    (asked,) = molde.case(case).recusals
    assert (asked.member, asked.ground, asked.how, asked.raised) == (BO, Ground.PARTY, Raised.OF_ITSELF, come)
    with pytest.raises(refusals.RecusalUndecided):
        molde.send(approve(case, (ADA, "for")))

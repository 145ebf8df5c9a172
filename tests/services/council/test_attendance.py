"""Who opens a meeting of the council, comes, goes, chairs and ends it: told from meeting and roll alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import Any

import pytest

from contracts.commands import council as do
from contracts.door import NotFound
from contracts.events import council as events
from contracts.ruleset import Quorum, RuleSet
from services.council.domain import refusals
from services.council.domain.agenda import TakeOff
from services.council.domain.ids import meeting_id
from services.council.domain.meeting import decide, evolve
from services.council.domain.room import Called, Open, Over, Sitting, Turn, Uncalled
from tests.services.council.given import ADA, AT, BO, CAN, CASE, COUNCIL, DAG, DAY, MEETING
from tests.services.council.sitting import (
    BEFORE,
    CALLED,
    IT,
    LAST,
    LATE,
    LATER,
    ON,
    OPEN,
    ROLL,
    RULES,
    adjourning,
    arrival,
    chairing,
    closing,
    departure,
    no,
    opening,
    seating,
    then,
    when,
)

# --- the meeting is opened


def test_the_opening_records_who_is_there_and_who_is_not_and_what_the_meeting_goes_by() -> None:
    (opened,) = when(CALLED, opening(BO, ADA, "ror", BO, remote=("ror", "ror")))
    assert opened == events.MeetingOpened(
        **ON,
        opened=AT,
        chair=ADA,
        present=(BO, ADA, "ror"),
        absent=(CAN,),
        seats=5,
        quorate=False,
        remote=("ror",),
        edition=2,
        rules=RULES,
    )
    room = Sitting(AT, ADA, (BO, ADA, "ror"), (BO, ADA, "ror"), quorate=False, remote=frozenset({"ror"}))
    assert evolve(CALLED, opened) == Open(CALLED, room)


def test_a_meeting_is_quorate_with_half_of_the_seats_that_vote_or_as_the_council_chose() -> None:
    for rules, seats, quorate in (
        (RuleSet(), 5, False),
        (RuleSet(), 4, True),
        (RuleSet(quorum=Quorum.HALF_PRESENT), 5, False),
        (RuleSet(quorum=Quorum.HALF_PRESENT), 4, True),
        (RuleSet(quorum=Quorum.NONE), 5, True),
    ):
        roll = replace(ROLL, rules=rules, seats=seats)
        (opened,) = when(CALLED, opening(ADA, BO, "ror", DAG), roll)
        assert opened.quorate is quorate
        assert evolve(CALLED, opened).sitting.quorate is quorate  # type: ignore[union-attr]


def test_the_leader_chairs_or_else_the_deputy_or_whom_they_choose_among_those_who_vote() -> None:
    for command, chair in (
        (opening(BO, ADA), ADA),
        (opening(BO, CAN), BO),
        (opening(CAN, chair=CAN), CAN),
        (opening(ADA, BO, chair=BO), BO),
    ):
        (opened,) = when(CALLED, command)
        assert opened.chair == chair
    assert no(refusals.NoChair, CALLED, opening(CAN, "ror")) == {"present": [CAN, "ror"]}
    for chair in ("ror", ADA):  # without a vote, or not there
        told = {"member": chair, "voters": [CAN]}
        assert no(refusals.CannotChair, CALLED, opening(CAN, "ror", chair=chair)) == told


def test_a_meeting_is_opened_on_the_day_it_is_called_for() -> None:
    for days in (-1, 1):
        at = AT + timedelta(days=days)
        told = {**IT, "called": "2026-03-04", "day": str(at.date())}
        assert no(refusals.NotTheDay, CALLED, opening(ADA, at=at)) == told
    assert when(CALLED, opening(ADA, at=AT - timedelta(hours=8)))


def test_only_who_sits_in_the_council_is_present_at_its_opening() -> None:
    assert no(refusals.NotInCouncil, CALLED, opening(ADA, "turist")) == {"member": "turist", "day": "2026-03-04"}


def test_who_takes_part_remotely_is_there_and_the_mandate_allows_it() -> None:
    """Kommuneloven § 11-7."""
    in_the_room = replace(ROLL, rules=RuleSet(remote=False))
    assert no(refusals.NoRemoteMeetings, CALLED, opening(ADA, BO, remote=(BO,)), in_the_room) == {}
    assert when(CALLED, opening(ADA, BO), in_the_room)
    assert no(refusals.NotPresent, CALLED, opening(ADA, BO, remote=(BO, CAN))) == {"member": CAN}


def test_a_meeting_is_opened_once() -> None:
    already, over = refusals.MeetingAlreadyOpen, refusals.MeetingOver
    for ends, rule in (((), already), ((departure(BO),), already), ((closing(),), over), ((adjourning(),), over)):
        meeting = then(OPEN, *ends)
        assert when(meeting, opening(BO, ADA)) == []
        assert no(rule, meeting, opening(ADA)) == IT


def test_a_meeting_that_was_only_planned_or_never_opened_before_it_was_called_off_is_not_opened() -> None:
    assert no(refusals.MeetingNotCalled, replace(CALLED, call=None), opening(ADA)) == IT
    assert no(refusals.MeetingOver, then(CALLED, adjourning()), opening(ADA)) == IT


# --- who comes and goes


def test_who_comes_is_there_from_then_on_and_who_goes_is_not() -> None:
    (arrived,) = when(OPEN, arrival(CAN))
    assert arrived == events.MemberArrived(**ON, member=CAN, arrived=LATE)
    there = evolve(OPEN, arrived)
    came, went = Turn(CAN, LATE, came=True), Turn(BO, LATER, came=False)
    room = replace(OPEN.sitting, present=(ADA, BO, CAN), moved={CAN: LATE}, turns=(came,))
    assert there == replace(OPEN, sitting=room)
    (left,) = when(there, departure(BO, LATER))
    assert left == events.MemberLeft(**ON, member=BO, left=LATER)
    gone = evolve(there, left)
    room = replace(OPEN.sitting, present=(ADA, CAN), moved={CAN: LATE, BO: LATER}, turns=(came, went))
    assert gone == replace(OPEN, sitting=room)


def test_coming_and_going_are_recorded_once_and_a_late_replay_sets_nothing_back() -> None:
    assert when(OPEN, arrival(BO)) == []
    assert when(OPEN, departure(CAN)) == []
    back = then(OPEN, departure(BO), arrival(BO, LATER))
    for command in (departure(BO), departure(BO, LATER)):
        assert when(back, command) == []
    assert when(back, departure(BO, LAST))
    gone = then(back, departure(BO, LAST))
    for command in (arrival(BO, LATER), arrival(BO, LAST)):
        assert when(gone, command) == []
    over = then(gone, closing())
    for command in (departure(BO), arrival(BO, LATER), arrival(ADA)):
        assert when(over, command) == []


def test_who_takes_part_remotely_is_known_until_they_go_or_come_into_the_room() -> None:
    """Kommuneloven § 11-7."""
    (arrived,) = when(OPEN, arrival(CAN, remote=True))
    assert arrived.remote is True
    there = then(OPEN, arrival(CAN, remote=True), arrival("ror", remote=True))
    assert there.sitting.remote == {CAN, "ror"}
    gone = then(there, departure(CAN, LATER))
    assert gone.sitting.remote == {"ror"}
    cut_off = replace(there, sitting=replace(there.sitting, present=(ADA, BO, "ror")))
    assert then(cut_off, arrival(CAN, LAST)).sitting.remote == {"ror"}
    assert (
        no(refusals.NoRemoteMeetings, OPEN, arrival(CAN, remote=True), replace(ROLL, rules=RuleSet(remote=False))) == {}
    )
    assert when(OPEN, arrival(CAN), replace(ROLL, rules=RuleSet(remote=False)))


def test_only_who_sits_in_the_council_comes_and_the_chair_does_not_go() -> None:
    assert no(refusals.NotInCouncil, OPEN, arrival("turist")) == {"member": "turist", "day": "2026-03-04"}
    assert no(refusals.ChairStays, OPEN, departure(ADA)) == {"chair": ADA}


# --- who chairs


def test_another_who_votes_there_takes_the_chair() -> None:
    (taken,) = when(OPEN, chairing(BO))
    assert taken == events.ChairTaken(**ON, chair=BO)
    chaired = evolve(OPEN, taken)
    assert chaired.sitting == replace(OPEN.sitting, chair=BO)  # type: ignore[union-attr]
    assert when(chaired, chairing(BO)) == []
    assert when(then(chaired, closing()), chairing(BO)) == []
    for chair in (CAN, "turist"):
        assert no(refusals.CannotChair, OPEN, chairing(chair)) == {"member": chair, "voters": [ADA, BO]}
    assert when(then(OPEN, seating(DAG, CAN)), chairing(DAG))  # a substitute in a seat votes


# --- in its time


@pytest.mark.parametrize(
    "early",
    [arrival(CAN, BEFORE), departure(BO, BEFORE), seating(DAG, CAN, BEFORE), chairing(BO, BEFORE), closing(BEFORE)],
)
def test_nothing_is_done_in_a_meeting_before_it_was_opened_or_that_is_not_open(early: Any) -> None:
    with pytest.raises(refusals.BackInTime) as no_earlier:
        when(OPEN, early)
    told = no_earlier.value
    assert (told.meeting, told.since, told.moment) == (MEETING, AT, BEFORE)
    assert no(refusals.MeetingNotOpen, CALLED, early) == IT
    at_the_opening = early.model_copy(update={"at": AT})
    assert len(when(OPEN, at_the_opening)) == 1


# --- it ends


def test_a_meeting_is_closed_or_breaks_off_with_a_reason_and_once() -> None:
    for end, event, reason in (
        (closing(), events.MeetingClosed(**ON, closed=LAST), None),
        (adjourning(), events.MeetingAdjourned(**ON, adjourned=LAST, reason="Uvêr"), "Uvêr"),
    ):
        assert when(OPEN, end) == [event]
        over = then(OPEN, end)
        assert over == Over(OPEN.called, OPEN.sitting, reason)
        assert when(over, end) == []
        assert no(refusals.MeetingOver, over, adjourning("Straumbrot")) == IT
        for late in (departure(BO), arrival(CAN), seating(DAG, CAN), chairing(BO)):
            assert no(refusals.MeetingOver, over, late) == IT


def test_a_meeting_nobody_came_to_breaks_off_without_having_been_opened_but_is_not_closed() -> None:
    assert when(CALLED, adjourning(at=BEFORE)) == [events.MeetingAdjourned(**ON, adjourned=BEFORE, reason="Uvêr")]
    assert then(CALLED, adjourning()) == Over(CALLED, None, "Uvêr")
    assert no(refusals.MeetingNotOpen, CALLED, closing()) == IT


def test_a_meeting_that_was_called_off_is_neither_closed_nor_broken_off() -> None:
    off = then(CALLED, do.CancelMeeting(at=AT, meeting=MEETING, reason="For få saker"))
    for end in (closing(), adjourning(), adjourning("For få saker")):
        assert no(refusals.MeetingOver, off, end) == IT


def test_a_meeting_does_not_end_before_the_last_who_came_or_went() -> None:
    moved = then(OPEN, departure(BO, LATER), arrival(CAN, LATE))
    for end in (closing(LATE), adjourning(at=LATE)):
        with pytest.raises(refusals.BackInTime) as no_earlier:
            when(moved, end)
        told = no_earlier.value
        assert (told.meeting, told.since, told.moment) == (MEETING, LATER, LATE)
    assert when(moved, closing(LATER))


# --- what cannot be


def test_of_a_meeting_that_was_never_called_nothing_is_known() -> None:
    uncalled = Uncalled(COUNCIL, MEETING)
    for command in (opening(ADA), arrival(ADA), departure(ADA), seating(DAG, CAN), chairing(BO), closing()):
        assert no(NotFound, uncalled, command) == {"kind": "meeting", "id": str(MEETING)}


def test_the_meeting_keeps_its_call_and_its_agenda() -> None:
    table = do.TableCase(at=AT, case=CASE, meeting=MEETING)
    for meeting in (CALLED, OPEN):
        tabled = then(meeting, table)
        held = tabled if isinstance(tabled, Called) else tabled.called
        assert held.agenda == (CASE,)
    leaving = TakeOff(CASE, "PS-3/26", LATE, to=meeting_id(COUNCIL, LATER), starts=LATER)
    tabled = then(CALLED, table)
    assert reduce(evolve, decide(tabled, leaving), tabled).agenda == ()
    with pytest.raises(refusals.ForTheMeetingToDecide) as refused:
        decide(then(OPEN, table), leaving)
    assert (refused.value.number, refused.value.meeting) == ("PS-3/26", MEETING)
    call = do.CallMeeting(at=AT, starts=LATER, place="Biblioteket")
    assert then(Uncalled(COUNCIL, MEETING), call).starts == LATER
    move = do.MoveMeeting(at=AT, meeting=MEETING, starts=LATER, reason="Salen er oppteken")
    assert then(CALLED, move).starts == LATER


def test_a_history_or_a_command_that_is_not_of_a_meeting_is_a_loud_error() -> None:
    with pytest.raises(AssertionError, match=r"^ReleaseMember is no command to a meeting$"):
        decide(OPEN, do.ReleaseMember(at=AT, member=ADA, until=DAY))  # type: ignore[arg-type]
    (opened,) = when(CALLED, opening(ADA))
    with pytest.raises(AssertionError, match=r"^impossible history: MeetingOpened of an open meeting$"):
        evolve(OPEN, opened)
    with pytest.raises(AssertionError, match=r"^impossible history: MeetingOpened of Over\("):
        evolve(then(OPEN, closing()), opened)

"""Who is in the room, who of them votes, and what a case is voted on with: told from the meeting and the roll alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.events.council import Substitution
from contracts.ruleset import RuleSet
from services.council.domain import refusals
from services.council.domain.roll import Floor, Roll
from services.council.domain.room import (
    Called,
    Open,
    Over,
    Sitting,
    Turn,
    Uncalled,
    floor,
    has_left,
    in_time,
    voters,
    was_there,
)
from tests.services.council.given import ADA, AT, BO, CAN, COUNCIL, DAG, DAY, EVA, MEETING

MINUTE = timedelta(minutes=1)
SEATS = (ADA, BO, CAN)
ROLL = Roll(DAY, RuleSet(seats=4), 4, (*SEATS, "ror"), SEATS, (DAG, EVA), ADA, BO)
CALLED = Called(COUNCIL, MEETING, AT, "Rådhuset", remote=False, agenda=(), call=None)
INSTEAD_OF_CAN = Substitution(substitute=DAG, instead_of=CAN)
IN_VACANT_SEAT = Substitution(substitute=EVA, vacancy=1)


def room(*present: str, seated: tuple[Substitution, ...] = ()) -> Sitting:
    seats = {pair.substitute: pair for pair in seated}
    return Sitting(AT, ADA, present, present, quorate=True, seated=seats)


# --- who votes (kommuneloven § 7-10: a substitute steps in for one who is absent)


def test_members_who_are_there_vote_and_those_without_a_vote_and_unseated_substitutes_do_not() -> None:
    assert voters(room(BO, "ror", ADA, DAG), ROLL) == (BO, ADA)


def test_a_substitute_votes_in_the_seat_of_one_who_is_not_there_or_in_a_vacant_one() -> None:
    there = room(ADA, DAG, EVA, seated=(INSTEAD_OF_CAN, IN_VACANT_SEAT))
    assert voters(there, ROLL) == (ADA, DAG, EVA)


def test_a_substitute_has_no_vote_beside_the_member_nor_in_a_vacant_seat_that_has_been_filled() -> None:
    assert voters(room(ADA, CAN, DAG, seated=(INSTEAD_OF_CAN,)), ROLL) == (ADA, CAN)
    filled = replace(ROLL, sitting=(*ROLL.sitting, "frode"), voting=(*SEATS, "frode"))
    assert voters(room(ADA, EVA, seated=(IN_VACANT_SEAT,)), filled) == (ADA,)


def test_a_case_is_voted_on_with_the_chair_the_seats_the_people_and_the_rules_of_its_meeting() -> None:
    there = room(ADA, EVA, DAG, seated=(IN_VACANT_SEAT, INSTEAD_OF_CAN))
    assert floor(Open(CALLED, there), ROLL) == Floor(
        meeting=MEETING,
        day=DAY,
        chair=ADA,
        seats=4,
        voters=(ADA, EVA, DAG),
        substitutions=(INSTEAD_OF_CAN, IN_VACANT_SEAT),
        rules=ROLL.rules,
        present=(ADA, EVA, DAG),
        since=AT,
    )


def test_who_was_in_the_room_at_a_moment_is_told_by_when_they_came_and_went_in_whatever_order_it_was_entered() -> None:
    there = replace(room(ADA, BO), present=())  # who is there now does not matter
    for turn in (
        Turn(BO, AT + 3 * MINUTE, came=False),
        Turn(CAN, AT + MINUTE, came=True),
        Turn(BO, AT + MINUTE, came=False),
        Turn(BO, AT + 2 * MINUTE, came=True),
    ):
        there = there.turned(turn.member, turn.moment, came=turn.came)
    told = [there.there_at(AT + minute * MINUTE) for minute in range(4)]
    assert told == [{ADA, BO}, {ADA, CAN}, {ADA, BO, CAN}, {ADA, CAN}]


# --- in its time


def test_who_had_not_come_yet_or_was_out_of_the_room_did_not_vote_then() -> None:
    there = room(ADA, BO)
    for minute, member, came in ((2, CAN, True), (1, BO, False), (3, BO, True), (4, ADA, False), (4, ADA, True)):
        there = there.turned(member, AT + minute * MINUTE, came=came)
    meeting = Open(CALLED, there)
    for member, minute in ((ADA, 0), (ADA, 3), (BO, 0), (BO, 3), (CAN, 2), (CAN, 3), (DAG, 0)):
        was_there(meeting, member, AT + minute * MINUTE)
    for member, minute, since in ((CAN, 1, 2), (BO, 1, 3), (BO, 2, 3)):
        with pytest.raises(refusals.BackInTime) as no:
            was_there(meeting, member, AT + minute * MINUTE)
        told = (no.value.meeting, no.value.since, no.value.moment)
        assert told == (MEETING, AT + since * MINUTE, AT + minute * MINUTE)


def test_what_is_done_in_a_meeting_comes_no_earlier_than_its_opening() -> None:
    in_time(Open(CALLED, room(ADA)), AT)
    with pytest.raises(refusals.BackInTime) as no:
        in_time(Open(CALLED, room(ADA)), AT - MINUTE)
    assert (no.value.meeting, no.value.since, no.value.moment) == (MEETING, AT, AT - MINUTE)


def test_a_meeting_has_left_its_time_once_it_is_called_off_or_moved_to_another() -> None:
    called_off = Over(CALLED, None, cancelled="Uvêr", called_off=AT)
    moved = replace(CALLED, starts=AT + 5 * MINUTE, moved=AT)
    for meeting in (called_off, moved, Open(moved, room(ADA)), Over(moved, room(ADA))):
        assert [has_left(meeting, CALLED.starts, moment) for moment in (AT, AT + MINUTE)] == [False, True]


def test_a_meeting_that_keeps_its_time_has_not_left_it_nor_has_one_that_is_at_it_anew() -> None:
    elsewhere = replace(CALLED, place="Biblioteket", moved=AT - MINUTE)
    for meeting in (Uncalled(COUNCIL, MEETING), CALLED, elsewhere, Over(CALLED, room(ADA))):
        assert not has_left(meeting, CALLED.starts, AT)
    assert not has_left(CALLED, AT + MINUTE, AT)  # another time than the one it has always had

"""A case is taken up on the floor of the meeting it is tabled in, told from the case alone (kommuneloven § 11-9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.commands import council as do
from contracts.events import council as events
from contracts.events.council import Substitution
from contracts.ruleset import Quorum, RuleSet
from services.council.domain import refusals
from services.council.domain.roll import Floor, Roll
from services.council.domain.voting import MoveFloor, OnFloor
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    COUNCIL,
    DAG,
    DAY,
    EVA,
    LATER,
    MEETING,
    OPENED,
    TABLED,
    given,
    then,
    up,
    vote,
    when,
)

LATE = AT + timedelta(minutes=10)
RULES = RuleSet(seats=4)
STAND_IN = (Substitution(substitute=EVA, instead_of=CAN),)


def take_up(*voters: str, meeting: Any = MEETING, seats: int = 4, **changes: Any) -> OnFloor:
    floor = replace(Floor(meeting, DAY, BO, seats, voters, STAND_IN, RULES), **changes)
    return OnFloor(do.TakeUpCase(at=AT, case=CASE, meeting=meeting), floor)


def test_the_votes_rest_on_the_floor_the_case_was_taken_up_on() -> None:
    case = given(OPENED, TABLED)
    said = when(case, take_up(ADA, BO, EVA))
    assert said == [
        events.CaseTakenUp(
            council=COUNCIL,
            case=CASE,
            meeting=MEETING,
            on=DAY,
            chair=BO,
            seats=4,
            voters=(ADA, BO, EVA),
            substitutions=STAND_IN,
            rules=RULES,
            since=AT,
        )
    ]
    assert when(then(case, said), take_up(ADA, BO)) == []


@pytest.mark.parametrize(("history", "meeting"), [((OPENED,), MEETING), ((OPENED, TABLED), LATER)])
def test_a_case_is_taken_up_only_in_the_meeting_it_is_tabled_in(history: Any, meeting: Any) -> None:
    with pytest.raises(refusals.NotTabled) as no:
        when(given(*history), take_up(ADA, BO, meeting=meeting))
    assert (no.value.number, no.value.meeting) == ("PS-3/26", meeting)


def test_a_case_is_taken_up_by_half_of_the_seats_and_by_no_fewer() -> None:
    assert when(given(OPENED, TABLED), take_up(ADA, BO))
    with pytest.raises(refusals.NoQuorum) as no:
        when(given(OPENED, TABLED), take_up(ADA, BO, seats=5))
    assert no.value.facts == {"seats": 5, "present": 2, "voted": 0}


@pytest.mark.parametrize("quorum", [Quorum.HALF_VOTED, Quorum.HALF_PRESENT])
def test_nor_by_fewer_where_the_council_chose_that_presence_is_enough(quorum: Quorum) -> None:
    rules = RuleSet(quorum=quorum)
    assert when(given(OPENED, TABLED), take_up(ADA, BO, rules=rules))
    with pytest.raises(refusals.NoQuorum):
        when(given(OPENED, TABLED), take_up(ADA, rules=rules))


def test_a_case_is_not_taken_up_before_the_meeting_was_opened() -> None:
    assert when(given(OPENED, TABLED), take_up(ADA, BO, since=AT))
    with pytest.raises(refusals.BackInTime) as no:
        when(given(OPENED, TABLED), take_up(ADA, BO, since=LATE))
    assert (no.value.meeting, no.value.since, no.value.moment) == (MEETING, LATE, AT)


def test_who_comes_and_goes_in_a_meeting_that_does_not_have_the_case_up_moves_nobody_in_it() -> None:
    come = MoveFloor(Floor(MEETING, DAY, BO, 4, (ADA, BO, DAG), STAND_IN, RULES), LATE)
    for case in (given(OPENED), given(OPENED, TABLED), given(*up(ADA, BO, meeting=LATER))):
        assert when(case, come) == []
    (changed,) = when(given(*up(ADA, BO)), come)
    assert changed == events.FloorChanged(
        council=COUNCIL, case=CASE, meeting=MEETING, chair=BO, voters=(ADA, BO, DAG), substitutions=STAND_IN
    )


def test_nobody_votes_before_the_case_was_taken_up() -> None:
    case = given(*up(ADA, BO, since=LATE))
    others = then(case, when(case, MoveFloor(Floor(MEETING, DAY, BO, 2, (ADA, BO), (), RULES), LATE)))
    for state in (case, others):  # nor after somebody else has taken the chair
        with pytest.raises(refusals.BackInTime) as no:
            when(state, vote(ADA, "for"))
        assert (no.value.meeting, no.value.since, no.value.moment) == (MEETING, LATE, AT)
        assert when(state, vote(ADA, "for").model_copy(update={"at": LATE}))


def test_the_seats_that_nobody_holds_are_numbered_from_one() -> None:
    roll = Roll(DAY, RULES, 4, (ADA, BO), (ADA, BO), (), ADA, None)
    assert roll.vacant() == 2
    assert roll.vacancies() == ("vacant seat 1", "vacant seat 2")
    assert Roll(DAY, RULES, 2, (ADA, BO, DAG), (ADA, BO), (), ADA, None).vacancies() == ()

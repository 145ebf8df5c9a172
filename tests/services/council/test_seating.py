"""Who sits for whom in a meeting, as vara, and what that is to its quorum: told from meeting and roll alone (R9)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.events import council as events
from contracts.events.council import Substitution
from services.council.domain import refusals
from services.council.domain.meeting import evolve
from services.council.domain.room import Turn
from tests.services.council.given import ADA, AT, BO, CAN, DAG, EVA
from tests.services.council.sitting import (
    CALLED,
    LATE,
    LATER,
    ON,
    OPEN,
    ROLL,
    arrival,
    closing,
    departure,
    no,
    opening,
    seating,
    then,
    when,
)


def test_a_substitute_takes_the_seat_of_one_who_is_not_there_and_yields_when_they_come() -> None:
    (seated,) = when(OPEN, seating(DAG, CAN))
    assert seated == events.SubstituteSeated(**ON, substitute=DAG, instead_of=CAN, seated=LATE)
    there = evolve(OPEN, seated)
    pair = Substitution(substitute=DAG, instead_of=CAN)
    came = (Turn(DAG, LATE, came=True),)
    room = replace(OPEN.sitting, present=(ADA, BO, DAG), seated={DAG: pair}, turns=came)
    assert there == replace(OPEN, sitting=room)
    unsaid = evolve(OPEN, seated.model_copy(update={"seated": None}))  # before seatings had their time
    assert unsaid.sitting.turns == (Turn(DAG, AT, came=True),)  # type: ignore[union-attr]
    assert when(there, seating(DAG, CAN)) == []
    assert when(then(there, closing()), seating(DAG, CAN)) == []
    vacant = then(there, seating(EVA))
    assert then(vacant, arrival(CAN)).sitting.seated == {EVA: Substitution(substitute=EVA, vacancy=1)}
    assert then(vacant, departure(EVA)).sitting.seated == {DAG: pair}


def test_a_substitute_who_was_there_already_is_not_counted_twice() -> None:
    there = then(OPEN, arrival(DAG), seating(DAG, CAN, LATER))
    assert (there.sitting.present, there.sitting.turns) == ((ADA, BO, DAG), (Turn(DAG, LATE, came=True),))


def test_a_substitute_who_was_there_when_it_was_opened_counts_in_its_quorum_once_they_have_a_seat() -> None:
    opened = then(CALLED, opening(ADA, BO, DAG, "ror"))
    assert opened.sitting.quorate is False
    for meeting in (opened, OPEN):
        (seated,) = when(meeting, seating(DAG, CAN, AT))
        assert seated.quorate is True
        room = evolve(meeting, seated).sitting  # type: ignore[union-attr]
        assert (room.quorate, room.stood_in) == (True, (DAG,))
    assert when(opened, seating(DAG, CAN))[0].quorate is True
    assert when(OPEN, seating(DAG, CAN))[0].quorate is None
    back = then(opened, seating(DAG, CAN), departure(DAG), arrival(DAG, LATER), seating(DAG, CAN, LATER))
    assert (back.sitting.quorate, back.sitting.stood_in) == (True, (DAG,))
    assert then(back, seating(EVA, at=LATER)).sitting.stood_in == (DAG,)


def test_each_of_two_substitutes_who_were_there_from_the_start_counts_once() -> None:
    seven = replace(ROLL, seats=7)
    opened = then(CALLED, opening(ADA, BO, DAG, EVA), roll=seven)
    (first,) = when(opened, seating(DAG), seven)
    assert first.quorate is False
    (again,) = when(then(opened, seating(DAG), departure(DAG), roll=seven), seating(DAG, at=LATER), seven)
    assert again.quorate is False
    both = then(opened, seating(DAG), seating(EVA), roll=seven)
    assert (both.sitting.quorate, both.sitting.stood_in) == (True, (DAG, EVA))


def test_a_seat_whose_member_was_there_or_has_come_and_gone_was_not_free_from_the_start() -> None:
    opened = then(CALLED, opening(ADA, BO, DAG))
    left = then(opened, departure(BO))
    assert when(left, seating(DAG, BO, LATER))[0].quorate is None
    come_and_gone = then(opened, arrival(CAN), departure(CAN, LATER))
    assert when(come_and_gone, seating(DAG, CAN, LATER))[0].quorate is None


def test_substitutes_fill_the_vacant_seats_in_their_order_and_each_seat_once() -> None:
    (first,) = when(OPEN, seating(DAG))
    assert first == events.SubstituteSeated(**ON, substitute=DAG, vacancy=1, seated=LATE)
    (second,) = when(evolve(OPEN, first), seating(EVA))
    assert second == events.SubstituteSeated(**ON, substitute=EVA, vacancy=2, seated=LATE)
    full = then(OPEN, seating(DAG), seating(EVA))
    frida = replace(ROLL, substitutes=(DAG, EVA, "frida"))
    assert no(refusals.NoSeatFree, full, seating("frida"), frida) == {"substitute": "frida", "instead_of": None}
    assert when(then(full, departure(DAG)), seating("frida"), frida)[0].vacancy == 1


def test_no_seat_is_free_of_one_who_is_there_or_has_no_vote_or_whose_seat_is_taken_nor_for_one_who_sits() -> None:
    there = then(OPEN, seating(DAG, CAN))
    for meeting, substitute, instead_of in (
        (OPEN, DAG, BO),
        (OPEN, DAG, "ror"),
        (there, EVA, CAN),
        (there, DAG, None),
    ):
        told = {"substitute": substitute, "instead_of": instead_of}
        assert no(refusals.NoSeatFree, meeting, seating(substitute, instead_of)) == told


def test_only_a_substitute_sits_for_another() -> None:
    assert no(refusals.NotInCouncil, OPEN, seating("ror", CAN)) == {"member": "ror", "day": "2026-03-04"}


@pytest.mark.requirement("R9")
def test_the_first_substitute_who_is_there_and_not_seated_steps_in_where_they_have_an_order() -> None:
    in_turn = replace(ROLL, turns={DAG: 1, EVA: 2})
    both = then(OPEN, arrival(DAG), arrival(EVA))
    assert no(refusals.OutOfTurn, both, seating(EVA, CAN), in_turn) == {"substitute": EVA, "first": DAG}
    assert when(both, seating(EVA, CAN))  # they have no order
    assert when(OPEN, seating(EVA, CAN), in_turn)  # Dag is not there
    assert when(then(both, seating(DAG), roll=in_turn), seating(EVA, CAN), in_turn)  # Dag sits already
    assert when(both, seating(DAG, CAN), in_turn)

"""Statements for the minutes (protokolltilførsel): of those who were there when it was decided, and are still there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from contracts.commands import council as do
from services.council.domain import refusals
from services.council.domain.room import Sitting
from tests.services.council.given import ADA, AT, BO, CAN, DAG, EVA
from tests.services.council.town import appoint

if TYPE_CHECKING:
    from uuid import UUID

    from tests.services.council.town import Town

MINUTE = timedelta(minutes=1)
DECIDED = AT + 30 * MINUTE


def arrival(meeting: UUID, member: str, after: int) -> do.RecordArrival:
    return do.RecordArrival(at=AT + after * MINUTE, meeting=meeting, member=member)


def departure(meeting: UUID, member: str, after: int) -> do.RecordDeparture:
    return do.RecordDeparture(at=AT + after * MINUTE, meeting=meeting, member=member)


def statement(case: UUID, member: str) -> do.RecordStatement:
    return do.RecordStatement(at=AT + 50 * MINUTE, case=case, member=member, text="Eg ville hatt ein prøveperiode.")


def declined(molde: Town, case: UUID) -> None:
    """Ada and Bo decide it half an hour into the meeting."""
    ballots = tuple(do.Ballot(member=member, vote="against") for member in (ADA, BO))
    molde.send(do.DecideCase(at=DECIDED, case=case, outcome="declined", reasons="Finst alt.", votes=ballots))


@pytest.fixture
def sitting(molde: Town) -> tuple[UUID, UUID]:
    """A meeting of Ada, Bo and ROR-IKT's member with a case that is up; Can and the substitute Eva are not there."""
    molde.establish(ADA, BO, CAN)
    molde.send(appoint(EVA, substitute=True))
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO, "ror")))
    molde.send(do.TakeUpCase(at=AT + MINUTE, case=case, meeting=meeting))
    return meeting, case


def test_who_came_after_the_decision_has_no_statement_on_it(molde: Town, sitting: tuple[UUID, UUID]) -> None:
    meeting, case = sitting
    declined(molde, case)
    molde.send(arrival(meeting, CAN, 40))
    seat = do.SeatSubstitute(at=AT + 45 * MINUTE, meeting=meeting, substitute=EVA)
    with pytest.raises(refusals.NoSeatFree):
        molde.send(seat)
    for late in (CAN, EVA):
        with pytest.raises(refusals.NoPartInDecision) as refused:
            molde.send(statement(case, late))
        assert (refused.value.member, refused.value.number, refused.value.may) == (late, "PS-1/26", (ADA, BO, "ror"))
    molde.send(statement(case, "ror"))
    assert [each.member for each in molde.case(case).statements] == ["ror"]


def test_a_substitute_who_took_the_seat_after_the_decision_has_none_either(
    molde: Town, sitting: tuple[UUID, UUID]
) -> None:
    meeting, case = sitting
    declined(molde, case)
    molde.send(do.SeatSubstitute(at=AT + 45 * MINUTE, meeting=meeting, substitute=EVA, instead_of=CAN))
    with pytest.raises(refusals.NoPartInDecision):
        molde.send(statement(case, EVA))


def test_a_substitute_who_had_the_seat_by_then_has_one(molde: Town, sitting: tuple[UUID, UUID]) -> None:
    meeting, case = sitting
    molde.send(do.SeatSubstitute(at=AT + 20 * MINUTE, meeting=meeting, substitute=EVA, instead_of=CAN))
    declined(molde, case)
    molde.send(statement(case, EVA))
    assert [each.member for each in molde.case(case).statements] == [EVA]


def test_who_was_out_of_the_room_when_it_was_decided_has_none(molde: Town, sitting: tuple[UUID, UUID]) -> None:
    meeting, case = sitting
    molde.send(departure(meeting, "ror", 20))
    declined(molde, case)
    molde.send(arrival(meeting, "ror", 40))
    with pytest.raises(refusals.NoPartInDecision):
        molde.send(statement(case, "ror"))


def test_who_was_there_by_then_has_one_also_when_their_coming_was_entered_later(
    molde: Town, sitting: tuple[UUID, UUID]
) -> None:
    meeting, case = sitting
    declined(molde, case)
    molde.send(arrival(meeting, CAN, 30))
    molde.send(statement(case, CAN))
    assert [(each.member, each.dissent) for each in molde.case(case).statements] == [(CAN, False)]


def test_who_voted_and_has_gone_has_one_still(molde: Town, sitting: tuple[UUID, UUID]) -> None:
    meeting, case = sitting
    declined(molde, case)
    molde.send(departure(meeting, BO, 40))
    molde.send(statement(case, BO))
    assert [each.member for each in molde.case(case).statements] == [BO]


def test_who_was_in_the_room_at_a_moment_is_told_by_when_each_came_and_went() -> None:
    room = (
        Sitting(AT, ADA, (ADA, CAN, BO), (ADA, BO), quorate=True)
        .turned(CAN, AT + 20 * MINUTE, came=True)
        .turned(BO, AT + 10 * MINUTE, came=False)
        .turned(BO, AT + 30 * MINUTE, came=True)
        .turned(DAG, AT + 5 * MINUTE, came=False)  # never there
    )
    there = {after: set(room.there_at(AT + after * MINUTE)) for after in (0, 9, 10, 19, 20, 29, 30)}
    assert there[0] == there[9] == {ADA, BO}
    assert there[10] == there[19] == {ADA}
    assert there[20] == there[29] == {ADA, CAN}
    assert there[30] == {ADA, CAN, BO}

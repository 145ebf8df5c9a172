"""A council holds one meeting at a time: none is opened while another is, and none ends after the next began."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import council as do
from services.council.domain import refusals, session
from services.council.domain.room import Called, Open, Over, Sitting, State, Uncalled
from services.council.domain.session import Session
from tests.services.council.given import ADA, AT, BO, CAN, COUNCIL, LATER, MEETING

if TYPE_CHECKING:
    from tests.services.council.town import Town

HOUR = timedelta(hours=1)
CALLED = Called(COUNCIL, MEETING, AT, None, remote=False, agenda=(), call=None)
OPEN = Open(CALLED, Sitting(AT, ADA, (ADA,), (ADA,), quorate=True))
BEGUN_BEFORE = (Session(LATER, AT - HOUR), Session(LATER, AT - HOUR, AT + HOUR), Session(LATER, AT, AT + HOUR))
OVER = Session(LATER, AT - HOUR, AT)
TO_COME = Session(LATER, AT + HOUR, AT + 2 * HOUR)


def refused(ask: Any, meeting: State, *sessions: Session, at: Any = AT) -> dict[str, Any]:
    with pytest.raises(refusals.OtherMeetingOpen) as no:
        ask(meeting, at, sessions)
    return no.value.facts


def told(other: Session) -> dict[str, Any]:
    return {"meeting": str(MEETING), "other": str(LATER), "opened": other.opened.isoformat().replace("+00:00", "Z")}


@pytest.mark.parametrize("other", [*BEGUN_BEFORE, Session(LATER, AT + HOUR)])
def test_no_meeting_is_opened_while_another_is_or_was(other: Session) -> None:
    assert refused(session.may_open, CALLED, OVER, other) == told(other)


def test_a_meeting_is_opened_between_others_and_when_it_was_is_told_again() -> None:
    session.may_open(CALLED, AT, (OVER, TO_COME))
    for meeting in (Uncalled(COUNCIL, MEETING), OPEN, Over(CALLED, OPEN.sitting)):
        session.may_open(meeting, AT, (Session(LATER, AT),))


def test_a_meeting_ends_before_the_next_one_on_record_began() -> None:
    assert refused(session.may_end, OPEN, OVER, TO_COME, at=AT + 2 * HOUR) == told(TO_COME)
    session.may_end(OPEN, AT + HOUR, (OVER, TO_COME, Session(MEETING, AT)))
    for meeting in (CALLED, Over(CALLED, OPEN.sitting)):
        session.may_end(meeting, AT + 2 * HOUR, (TO_COME,))


def test_the_next_meeting_is_opened_once_the_one_before_is_closed_or_adjourned(molde: Town, aukra: Town) -> None:
    molde.establish(ADA, BO, CAN)
    aukra.establish(ADA)
    aukra.send(do.OpenMeeting(at=AT, meeting=aukra.called(), present=(ADA,)))  # another council's is its own
    first, second, third = (molde.called(starts=AT + hours * HOUR) for hours in range(3))
    opening = do.OpenMeeting(at=AT, meeting=first, present=(ADA, BO))
    molde.send(opening)
    molde.send(opening)
    then = do.OpenMeeting(at=AT + HOUR, meeting=second, present=(ADA, CAN))
    with pytest.raises(refusals.OtherMeetingOpen) as no:
        molde.send(then)
    assert no.value.facts["other"] == str(first)
    molde.send(do.CloseMeeting(at=AT + HOUR, meeting=first))
    molde.send(then)
    molde.send(do.AdjournMeeting(at=AT + 2 * HOUR, meeting=second, reason="Uvêr"))
    molde.send(do.OpenMeeting(at=AT + 2 * HOUR, meeting=third, present=(ADA, BO)))
    between = molde.called(starts=AT + timedelta(minutes=30))
    with pytest.raises(refusals.OtherMeetingOpen):
        molde.send(do.OpenMeeting(at=AT + timedelta(minutes=30), meeting=between, present=(ADA, BO)))

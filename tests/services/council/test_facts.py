"""A refusal tells the facts that it was judged on, so that whoever is refused sees why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.events import council as events
from contracts.events.council import CaseTakenUp
from contracts.identity import derive
from contracts.refusals import Refused
from contracts.ruleset import FORMS, Majority
from services.council.domain.room import Called, Open, Over, Sitting, Uncalled, called, lately, sitting
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    COUNCIL,
    DAY,
    DECLINE,
    MEETING,
    TABLED,
    approve,
    decided,
    given,
    up,
    vote_cast,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TWO_TO_ONE = (vote_cast(ADA, "for"), vote_cast(BO, "for"), vote_cast(CAN, "against"))
CALLED = Called(COUNCIL, MEETING, AT, "Rådhuset", remote=False, agenda=(), call=None)
ROOM = Sitting(ADA, (ADA, BO), (ADA, BO), quorate=True)


def refused(act: Callable[..., Any], *with_: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Refused) as no:
        act(*with_)
    told = no.value.on_the_wire()
    return told.rule, told.facts


def test_votes_that_settle_nothing_are_counted() -> None:
    case = given(*up(ADA, BO, CAN, chair=BO, majority=Majority.CONSENSUS), *TWO_TO_ONE)
    assert refused(when, case, approve()) == ("Unsettled", {"votes_for": 2, "votes_against": 1, "chair": BO})


def test_votes_that_say_otherwise_are_counted_beside_the_outcome() -> None:
    case = given(*up(ADA, BO, CAN), *TWO_TO_ONE)
    told = {"outcome": "declined", "votes_for": 2, "votes_against": 1}
    assert refused(when, case, DECLINE) == ("VotesSayOtherwise", told)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"form": None}, ("DecisionIncomplete", {"outcome": "approved", "missing": ["form"]})),
        ({"form": "hackathon"}, ("UnknownForm", {"form": "hackathon", "forms": list(FORMS)})),
        ({"strength": "shall"}, ("StrengthWithoutRoute", {"strength": "shall"})),
        (
            {"deadline": date(2026, 3, 3)},
            ("DeadlinePassed", {"deadline": "2026-03-03", "decided": "2026-03-04"}),
        ),
    ],
)
def test_what_an_approval_says_wrong_is_named(changes: dict[str, Any], told: tuple[str, dict[str, Any]]) -> None:
    assert refused(when, given(*up(ADA), vote_cast(ADA, "for")), approve(**changes)) == told


def test_what_a_declined_case_cannot_have_is_named() -> None:
    case = given(*up(ADA), vote_cast(ADA, "against"))
    command = DECLINE.model_copy(update={"form": "project", "route": "pilot"})
    assert refused(when, case, command) == ("NothingToCarryOut", {"given": ["form", "route"]})


def test_a_decision_names_its_idea_and_the_chair_of_its_meeting() -> None:
    idea = derive("idea", 7)
    opened = events.CaseOpened(council=COUNCIL, case=CASE, idea=idea, title="Nattilsyn", number="PS-3/26", received=DAY)
    up_there = next(event for event in up(ADA, BO, chair=BO) if isinstance(event, CaseTakenUp))
    decision = decided(given(opened, TABLED, up_there, vote_cast(ADA, "for"), vote_cast(BO, "for")), approve())
    assert (decision.idea, decision.chair) == (idea, BO)


def test_a_meeting_in_which_nothing_can_be_done_is_named() -> None:
    uncalled = Uncalled(COUNCIL, MEETING)
    assert refused(called, uncalled) == ("NotFound", {"kind": "meeting", "id": str(MEETING)})
    assert refused(sitting, CALLED) == ("MeetingNotOpen", {"meeting": str(MEETING)})
    assert refused(sitting, Over(CALLED, ROOM, None)) == ("MeetingOver", {"meeting": str(MEETING)})


def test_who_was_in_the_room_when_the_meeting_ended_is_still_told() -> None:
    assert lately(Over(CALLED, ROOM, None)) == lately(Open(CALLED, ROOM)) == ROOM
    assert refused(lately, Over(CALLED, None, None))[0] == "MeetingOver"

"""A refusal tells the facts that it was judged on, so that whoever is refused sees why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import council as do
from contracts.events import council as events
from contracts.events.council import CaseTakenUp, Ground, Motion
from contracts.identity import derive
from contracts.refusals import Refused
from contracts.ruleset import FORMS, Majority, Quorum, RuleSet
from services.council.domain.dossier import TakenUp
from services.council.domain.recusal import CallIn, deciding
from services.council.domain.roll import Roll
from services.council.domain.room import Called, Open, Over, Sitting, Uncalled, called, lately, sitting
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    COUNCIL,
    DAG,
    DAY,
    DECLINE,
    EVA,
    MEETING,
    OPENED,
    TABLED,
    approve,
    decided,
    given,
    raised,
    recused,
    then,
    up,
    vote,
    vote_cast,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TWO_TO_ONE = (vote_cast(ADA, "for"), vote_cast(BO, "for"), vote_cast(CAN, "against"))
CALLED = Called(COUNCIL, MEETING, AT, "Rådhuset", remote=False, agenda=(), call=None)
ROOM = Sitting(AT, ADA, (ADA, BO), (ADA, BO), quorate=True)


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
        ({"form": "hackathon"}, ("UnknownForm", {"form": "hackathon", "forms": list(FORMS), "form_names": []})),
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
    assert refused(when, case, command) == (
        "NothingToCarryOut",
        {"outcome": "declined", "given": ["form", "route"]},
    )


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


@pytest.mark.parametrize("motion", list(Motion))
def test_a_vote_in_a_case_that_is_not_up_is_no_vote(motion: Motion) -> None:
    assert refused(when, given(OPENED, TABLED), vote(ADA, "for", motion))[0] == "NotTakenUp"


def test_after_the_decision_only_the_very_votes_it_rests_on_are_known() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    closed = then(case, when(case, approve()))
    assert when(closed, vote(ADA, "for")) == []
    assert refused(when, closed, vote(ADA, "for", Motion.DEFERRAL)) == ("CaseClosed", {"number": "PS-3/26"})


@pytest.mark.parametrize(
    "command",
    [
        do.NameParty(at=AT, case=CASE, party="nordvest-as"),
        do.DeclareRecusal(at=AT, case=CASE, member=ADA, ground=Ground.KIN),
    ],
)
def test_no_party_is_named_and_no_recusal_raised_in_a_case_that_is_over(command: Any) -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    closed = then(case, when(case, approve()))
    assert refused(when, closed, command) == ("CaseClosed", {"number": "PS-3/26"})


def test_a_question_of_recusal_that_nobody_raised_is_named() -> None:
    command = do.DecideRecusal(at=AT, case=CASE, member=BO, ground=Ground.KIN, recused=True, reasons="Søsken.")
    told = {"member": BO, "ground": "kin"}
    assert refused(when, given(*up(ADA, BO)), command) == ("NoSuchQuestion", told)


def test_why_a_substitute_is_not_called_in_is_told() -> None:
    roll = Roll(DAY, RuleSet(), 3, (ADA, BO, CAN, DAG, EVA), (ADA, BO, CAN), (DAG, EVA), ADA, BO)
    case = given(*up(ADA, BO, CAN), *recused(BO))

    def call_in(substitute: str, instead_of: str, **changes: Any) -> tuple[str, dict[str, Any]]:
        command = do.CallInSubstitute(at=AT, case=CASE, substitute=substitute, instead_of=instead_of)
        return refused(when, case, CallIn(command, roll, (DAG,), **changes))

    assert call_in("gro", BO) == ("NotInCouncil", {"member": "gro", "day": "2026-03-04"})
    assert call_in(EVA, BO) == ("NotThere", {"person": EVA})
    assert call_in(DAG, CAN) == ("NotRecused", {"member": CAN, "number": "PS-3/26"})
    assert call_in(DAG, BO, taken=frozenset({BO})) == ("NoSeatFree", {"substitute": DAG, "instead_of": BO})


@pytest.mark.parametrize("quorum", [Quorum.HALF_VOTED, Quorum.HALF_PRESENT])
def test_where_those_without_a_part_in_it_are_too_few_everybody_decides_on_recusal(quorum: Quorum) -> None:
    alone = given(*up(ADA, BO, CAN, quorum=quorum), raised(BO), raised(CAN))
    enough = given(*up(ADA, BO, CAN, DAG, quorum=quorum), raised(BO), raised(CAN))
    assert isinstance(alone, TakenUp)
    assert isinstance(enough, TakenUp)
    assert deciding(alone) == (ADA, BO, CAN)
    assert deciding(enough) == (ADA, DAG)

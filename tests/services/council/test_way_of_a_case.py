"""The way of a case into the queue, onto an agenda, off it and out again: told from the case alone (R4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.commands import council as do
from contracts.events import council as events
from contracts.events.council import Matter, Motion
from contracts.events.intake import Kind, Visibility
from contracts.identity import derive
from services.council.domain import refusals
from services.council.domain.case import Numbered
from services.council.domain.dossier import Waiting
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    COUNCIL,
    DAY,
    LATER,
    MEETING,
    OPENED,
    RETURN,
    TABLED,
    approve,
    facts,
    given,
    then,
    up,
    vote_cast,
    when,
)

IDEA = derive("idea", 7)
OF_AN_IDEA = OPENED.model_copy(update={"idea": IDEA})
WAITING, ON_AN_AGENDA, UP = given(OPENED), given(OPENED, TABLED), given(*up(ADA))


def approved() -> Any:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    return then(case, when(case, approve()))


def returned() -> Any:
    case = given(*up(ADA), vote_cast(ADA, "for", Motion.RETURN))
    return then(case, when(case, RETURN))


def withdrawn() -> Any:
    return then(WAITING, when(WAITING, do.WithdrawCase(at=AT, case=CASE)))


def table(meeting: Any = MEETING) -> do.TableCase:
    return do.TableCase(at=AT, case=CASE, meeting=meeting)


def strike(meeting: Any = MEETING) -> do.StrikeCase:
    return do.StrikeCase(at=AT, case=CASE, meeting=meeting, reason="Søkjaren bed om det.")


def no(rule: type[Any], case: Any, command: Any) -> dict[str, Any]:
    return facts(rule, when, case, command)


@pytest.mark.requirement("R4")
def test_a_case_is_opened_with_all_that_its_idea_says_of_itself_and_the_number_it_was_given() -> None:
    said: dict[str, Any] = {
        "idea": IDEA,
        "title": "Digitalt nattilsyn",
        "submitted": date(2026, 2, 2),
        "kind": Kind.NEED,
        "person": BO,
        "visibility": Visibility.PUBLIC,
        "referral": 2,
        "parties": (CAN,),
    }
    opened = events.CaseOpened(council=COUNCIL, case=CASE, number="PS-3/26", received=DAY, **said)
    assert when(given(), Numbered(do.OpenCase(at=AT, **said), "PS-3/26")) == [opened]
    with pytest.raises(AssertionError, match=r"^a case is numbered before it is opened$"):
        when(given(), Numbered(do.OpenCase(at=AT, **said), None))


@pytest.mark.parametrize("matter", list(Matter))
def test_a_case_of_the_councils_own_says_what_it_is_about(matter: Matter) -> None:
    (opened,) = when(given(), Numbered(do.OpenCase(at=AT, key="mandat", title="Mandatet", matter=matter), "PS-3/26"))
    assert isinstance(opened, events.CaseOpened)
    assert (opened.matter, then(given(), [opened]).dossier.matter) == (matter, matter)


def test_a_case_is_put_on_the_agenda_of_one_meeting_and_then_of_another() -> None:
    on_the_agenda = events.CaseTabled(council=COUNCIL, case=CASE, number="PS-3/26", meeting=LATER, idea=IDEA)
    for history in ((OF_AN_IDEA,), (OF_AN_IDEA, TABLED)):
        assert when(given(*history), table(LATER)) == [on_the_agenda]
    for case in (ON_AN_AGENDA, UP):
        assert when(case, table()) == []
    assert no(refusals.CaseTakenUpElsewhere, UP, table(LATER)) == {"number": "PS-3/26", "meeting": str(MEETING)}


def test_a_case_that_is_closed_withdrawn_or_with_its_submitter_comes_on_no_agenda() -> None:
    for case, rule in (
        (approved(), refusals.CaseClosed),
        (withdrawn(), refusals.CaseClosed),
        (returned(), refusals.CaseReturned),
    ):
        assert no(rule, case, table(LATER)) == {"number": "PS-3/26"}


def test_a_case_struck_from_the_agenda_it_is_on_waits_for_another() -> None:
    (struck,) = when(ON_AN_AGENDA, strike())
    assert struck == events.CaseStruck(council=COUNCIL, case=CASE, number="PS-3/26", meeting=MEETING, struck=AT)
    case = then(ON_AN_AGENDA, [struck])
    assert case == Waiting(ON_AN_AGENDA.dossier)  # type: ignore[union-attr]
    for other, command in ((case, strike()), (WAITING, strike()), (ON_AN_AGENDA, strike(LATER)), (UP, strike())):
        assert when(other, command) == []


def test_what_the_municipality_withdraws_says_its_idea_and_what_it_was_merged_into() -> None:
    into = derive("idea", 8)
    for cause in (None, MEETING):  # by the council's own secretary, or with its idea
        (event,) = when(given(OF_AN_IDEA), do.WithdrawCase(at=AT, case=CASE, into=into, cause=cause))
        assert event == events.CaseWithdrawn(
            council=COUNCIL, case=CASE, idea=IDEA, number="PS-3/26", withdrawn=DAY, into=into
        )


def test_a_case_that_is_closed_is_neither_withdrawn_nor_opened_again() -> None:
    case = approved()
    for command in (
        do.WithdrawCase(at=AT + timedelta(days=1), case=CASE),
        Numbered(do.OpenCase(at=AT, key="nattilsyn", title="Digitalt nattilsyn", referral=2), "PS-3/26"),
    ):
        assert no(refusals.CaseClosed, case, command) == {"number": "PS-3/26"}

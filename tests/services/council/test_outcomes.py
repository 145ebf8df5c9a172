"""What each outcome must say and what it cannot: decided by the council, and recommended to it (R6, R11, R15, R54)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import assessment as assess
from contracts.commands import council as do
from contracts.events.assessment import ProblemDescribed
from contracts.events.council import Matter, Outcome
from contracts.refusals import Refused
from contracts.ruleset import FORMS, RuleSet
from services.council.domain import assessment
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CASE,
    COUNCIL,
    DAY,
    OPENED,
    TABLED,
    approve,
    decided,
    given,
    raised,
    taken_up,
    vote_cast,
    when,
)

if TYPE_CHECKING:
    from services.council.domain import dossier

TOMORROW = DAY + timedelta(days=1)
FORMAL = {"body": "Kommunestyret", "reference": "PS 12/26", "decided": date(2026, 2, 19)}
COURSE: dict[str, Any] = {"form": "project", "priorities": ("Klimaplanen",), "responsible": BO}
LINE = {"to": "line", "whom": "Teknisk drift"}


def case_up(matter: Matter | None = None, *, vote: Any = "for", **rules: Any) -> dossier.State:
    opened = OPENED.model_copy(update={"matter": matter})
    return given(opened, TABLED, taken_up(ADA, **rules), vote_cast(ADA, vote))


def make_it(outcome: Outcome, **said: Any) -> do.DecideCase:
    return do.DecideCase.model_validate(
        {"at": AT, "case": CASE, "outcome": outcome, "reasons": "Slik blir det.", **said}
    )


def no(state: dossier.State, command: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Refused) as refused:
        when(state, command)
    told = refused.value.on_the_wire()
    return told.rule, told.facts


# --- the council's own matters


@pytest.mark.requirement("R19")
@pytest.mark.parametrize("matter", list(Matter))
def test_a_matter_of_the_councils_own_is_adopted_and_sets_nothing_going(matter: Matter) -> None:
    decision = decided(case_up(matter), make_it(Outcome.ADOPTED))
    assert (decision.outcome, decision.goes_on, decision.votes[0].vote) == (Outcome.ADOPTED, False, "for")


def test_a_matter_of_the_councils_own_is_declined_as_any_other() -> None:
    assert decided(case_up(Matter.MANDATE, vote="against"), make_it(Outcome.DECLINED)).outcome is Outcome.DECLINED


def test_a_matter_of_the_councils_own_is_not_approved_with_an_onward_course() -> None:
    own = ("OwnMatter", {"number": "PS-3/26", "matter": "mandate"})
    assert no(case_up(Matter.MANDATE), approve()) == own
    assert no(case_up(Matter.MANDATE), make_it(Outcome.FORMAL, formal=FORMAL, **COURSE)) == own
    assert not decided(case_up(Matter.MANDATE), make_it(Outcome.FORMAL, formal=FORMAL)).goes_on


def test_what_is_brought_in_is_approved_or_declined_and_not_adopted() -> None:
    assert no(case_up(), make_it(Outcome.ADOPTED)) == ("NotOwnMatter", {"number": "PS-3/26"})


def test_only_a_case_under_a_key_is_a_matter_of_the_councils_own() -> None:
    opening = do.OpenCase(at=AT, key="mandat", title="Ny utgåve", matter=Matter.MANDATE)
    assert opening.matter is Matter.MANDATE
    with pytest.raises(ValueError, match="an idea is not a matter of the council's own"):
        do.OpenCase(at=AT, idea=CASE, title="Ny utgåve", matter=Matter.MANDATE)


@pytest.mark.parametrize("name", ["form", "route", "strength"])
@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.REFERRED, Outcome.ADOPTED])
def test_only_what_is_approved_has_an_onward_course(outcome: Outcome, name: str) -> None:
    said = {"form": "project", "route": "pilot", "strength": "shall"}[name]
    referral = {"referral": LINE} if outcome is Outcome.REFERRED else {}
    motion: Any = {"motion": "referral"} if referral else {}
    matter = Matter.MANDATE if outcome is Outcome.ADOPTED else None
    vote: Any = "against" if outcome is Outcome.DECLINED else "for"
    opened = OPENED.model_copy(update={"matter": matter})
    state = given(opened, TABLED, taken_up(ADA), vote_cast(ADA, vote, **motion))
    told = {"outcome": outcome.value, "given": [name]}
    assert no(state, make_it(outcome, **{name: said}, **referral)) == ("NothingToCarryOut", told)
    assert decided(state, make_it(outcome, **referral)).outcome is outcome


# --- what another body decided


@pytest.mark.requirement("R54")
def test_another_bodys_decision_is_followed_without_a_course_of_ones_own() -> None:
    decision = decided(case_up(), make_it(Outcome.FORMAL, formal=FORMAL))
    assert decision.formal is not None
    assert (decision.formal.reference, decision.goes_on) == ("PS 12/26", False)


@pytest.mark.requirement("R6", "R15", "R54")
@pytest.mark.parametrize("given_", [{"form": "project"}, {"route": "pilot"}, {"route": "pilot", "strength": "shall"}])
def test_what_is_set_going_by_another_bodys_decision_says_what_an_approval_must(given_: dict[str, str]) -> None:
    missing = [name for name in ("form", "priorities", "responsible") if name not in given_]
    told = ("DecisionIncomplete", {"outcome": "formal", "missing": missing})
    assert no(case_up(), make_it(Outcome.FORMAL, formal=FORMAL, **given_)) == told
    assert decided(case_up(), make_it(Outcome.FORMAL, formal=FORMAL, **COURSE | given_)).goes_on
    assert no(case_up(), make_it(Outcome.FORMAL, **COURSE)) == (
        "DecisionIncomplete",
        {"outcome": "formal", "missing": ["formal"]},
    )


@pytest.mark.parametrize("outcome", [Outcome.APPROVED, Outcome.DECLINED])
def test_which_body_decided_belongs_to_a_decision_to_follow_it(outcome: Outcome) -> None:
    course = COURSE if outcome is Outcome.APPROVED else {}
    state = case_up(vote="for" if course else "against")
    assert no(state, make_it(outcome, formal=FORMAL, **course)) == ("NotFormal", {"outcome": outcome.value})
    assert decided(state, make_it(outcome, **course)).formal is None


@pytest.mark.requirement("R54")
@pytest.mark.parametrize(("day", "may"), [(DAY, True), (TOMORROW, False)])
def test_another_body_has_decided_by_the_day_of_the_meeting(day: date, may: bool) -> None:  # noqa: FBT001 - a case
    formal = make_it(Outcome.FORMAL, formal=FORMAL | {"decided": day})
    early = {**FORMAL, "purpose": "put-into-use"}
    political = approve(political=[early, {**FORMAL, "purpose": "carry-out", "decided": day}])
    for command in (formal, do.DecideCase.model_validate(political.model_dump())):
        if may:
            assert decided(case_up(), command).decided == DAY
        else:
            told = {"decided": str(TOMORROW), "day": str(DAY)}
            assert no(case_up(), command) == ("DecidedAhead", told)


# --- what is recommended

RECOMMENDED = {"at": AT, "case": CASE, "reasons": "Slik bør det bli."}
KNOWN = assessment.evolve(
    assessment.Assessment(COUNCIL, CASE),
    ProblemDescribed(
        council=COUNCIL, case=CASE, assessed=DAY, problem="Rotnande avfall.", affects=("Alle",), known_by="Klager."
    ),
)


def recommended(matter: Matter | None = None, *, rules: RuleSet | None = None, **said: Any) -> Any:
    command = assess.RecommendOutcome.model_validate(RECOMMENDED | said)
    waiting = given(OPENED.model_copy(update={"matter": matter}))
    (event,) = assessment.decide(KNOWN, assessment.Assess(command, waiting, rules or RuleSet(), "siv"))
    return event


@pytest.mark.parametrize(
    ("said", "rule", "facts"),
    [
        ({"outcome": "approved"}, "RecommendationIncomplete", {"outcome": "approved", "missing": ["form"]}),
        ({"outcome": "referred"}, "RecommendationIncomplete", {"outcome": "referred", "missing": ["referral"]}),
        (
            {"outcome": "referred", "referral": LINE, "form": "project"},
            "NothingToCarryOut",
            {"outcome": "referred", "given": ["form"]},
        ),
        ({"outcome": "deferred", "route": "pilot"}, "NothingToCarryOut", {"outcome": "deferred", "given": ["route"]}),
        (
            {"outcome": "approved", "form": "project", "route": "inter-municipal"},
            "UnknownRoute",
            {"route": "inter-municipal", "routes": ["pilot"]},
        ),
        (
            {"outcome": "approved", "form": "fest"},
            "UnknownForm",
            {"form": "fest", "forms": list(FORMS), "form_names": []},
        ),
        (
            {"outcome": "approved", "form": "project", "strength": "shall"},
            "StrengthWithoutRoute",
            {"strength": "shall"},
        ),
        (
            {"outcome": "approved", "form": "project", "deadline": DAY - timedelta(days=1)},
            "DeadlinePassed",
            {"deadline": "2026-03-03", "decided": "2026-03-04"},
        ),
        ({"outcome": "declined", "referral": LINE}, "NotHandedOn", {"outcome": "declined"}),
        ({"outcome": "adopted"}, "NotOwnMatter", {"number": "PS-3/26"}),
    ],
)
def test_what_could_not_be_decided_is_not_recommended(said: dict[str, Any], rule: str, facts: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        recommended(rules=RuleSet(routes=("pilot",)), **said)
    told = refused.value.on_the_wire()
    assert (told.rule, told.facts) == (rule, facts)


@pytest.mark.requirement("R27")
def test_a_recommendation_to_refer_says_to_whom() -> None:
    assert recommended(outcome="referred", referral=LINE).referral.whom == "Teknisk drift"


@pytest.mark.parametrize(
    ("history", "by", "may"),
    [
        ((OPENED.model_copy(update={"person": "siv"}),), "siv", False),
        ((OPENED.model_copy(update={"parties": ("siv",)}),), "siv", False),
        ((OPENED, raised("siv")), "siv", False),
        ((OPENED.model_copy(update={"person": BO}),), "siv", True),
    ],
)
def test_nobody_recommends_what_their_own_case_is_to_come_to(history: Any, by: str, *, may: bool) -> None:
    """Forvaltningsloven § 6: it covers preparing a case, too."""
    command = assess.RecommendOutcome.model_validate({**RECOMMENDED, "outcome": "deferred"})
    asked = assessment.Assess(command, given(*history), RuleSet(), by)
    if may:
        assert len(assessment.decide(KNOWN, asked)) == 1
        return
    with pytest.raises(Refused) as refused:
        assessment.decide(KNOWN, asked)
    told = refused.value.on_the_wire()
    assert (told.rule, told.facts) == ("RecommendsOwn", {"person": "siv", "number": "PS-3/26"})


def test_what_could_be_decided_may_be_recommended() -> None:
    on = {"form": "project", "route": "pilot", "strength": "should", "deadline": DAY}
    assert recommended(outcome="approved", **on).route == "pilot"
    assert recommended(Matter.MANDATE, outcome="adopted").outcome is Outcome.ADOPTED
    assert recommended(outcome="deferred").form is None

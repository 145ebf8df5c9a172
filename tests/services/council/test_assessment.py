"""What is known of a case before the council decides, in which order, and what it bars."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import assessment as do
from contracts.events import assessment as events
from contracts.events.assessment import BarrierKind, EffectKind, Participant
from contracts.events.council import CaseWithdrawn, Outcome
from contracts.ruleset import Criterion, NamedForm, RuleSet
from services.council.domain import assessing_refusals as refused
from services.council.domain import assessment, refusals
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    COUNCIL,
    DAY,
    MEETING,
    OPENED,
    approve,
    decided,
    given,
    up,
    vote_cast,
)

if TYPE_CHECKING:
    from services.council.domain import dossier

NEW = assessment.Assessment(COUNCIL, CASE)
RULES = RuleSet()
WAITING = given(OPENED)


def said(kind: Any, at: Any = AT, **fields: Any) -> Any:
    return kind(at=at, case=CASE, **fields)


def when(known: assessment.Assessment, command: Any, case: dossier.State = WAITING, rules: RuleSet = RULES) -> Any:
    return assessment.decide(known, assessment.Assess(command, case, rules, "kari"))


def after(*commands: Any) -> assessment.Assessment:
    return reduce(lambda known, command: reduce(assessment.evolve, when(known, command), known), commands, NEW)


PROBLEM = said(
    do.DescribeProblem,
    problem="To nattpatruljer kjører 214 tilsyn i uka, og noen våkner av oss.",
    affects=("Hjemmeboende i Molde øst", "Nattjenesten"),
    known_by="Kjørebok for november og samtaler med elleve brukere.",
)
SENSOR = {"technology": "Digitalt tilsyn med sensor", "source": "I drift i tre kommuner på Vestlandet"}
SOLUTION = said(do.AssessSolution, solution="Tilsyn med sensor.", digital=True, technologies=({**SENSOR, "level": 9},))
EVERY_BARRIER = tuple({"barrier": kind, "statement": f"Vurdert: {kind}."} for kind in BarrierKind)
RECOMMENDED = said(do.RecommendOutcome, outcome="approved", form="project", reasons="Behovet er godt kjent.")
SOLVING = (
    said(do.AssessNovelty, new_here=True),
    SOLUTION,
    said(do.EstimateProfitability, cost="0", basis="Ingen investering."),
    said(do.AssessCapacity, competences=("Tjenestedesign",)),
    said(do.ScoreCase, criterion="quality", score=4, comment="Roligere netter."),
    RECOMMENDED,
)
UNDERSTANDING = (
    PROBLEM,
    said(do.InvolvePeople, participant="users", who="Seks brukere", how="Intervju hjemme", on=DAY),
    said(do.StateGrounds, statutory="Helse- og omsorgstjenesteloven § 3-2"),
)


@pytest.mark.requirement("R52")
@pytest.mark.parametrize("command", SOLVING, ids=lambda each: type(each).__name__)
def test_the_problem_is_understood_before_the_solution_is_assessed_or_recommended(command: Any) -> None:
    with pytest.raises(refused.ProblemFirst):
        when(NEW, command)
    assert when(after(PROBLEM), command)


@pytest.mark.requirement("R52")
@pytest.mark.parametrize("command", UNDERSTANDING, ids=lambda each: type(each).__name__)
def test_understanding_the_problem_may_come_first(command: Any) -> None:
    assert when(NEW, command)


@pytest.mark.requirement("R52")
def test_the_problem_says_what_for_whom_and_how_it_is_known() -> None:
    (described,) = when(NEW, PROBLEM)
    assert (described.affects, described.assessed) == (("Hjemmeboende i Molde øst", "Nattjenesten"), DAY)
    with pytest.raises(ValueError, match="affects"):
        said(do.DescribeProblem, problem="Noe", affects=(), known_by="Ingen")


@pytest.mark.parametrize("command", [*UNDERSTANDING, *SOLVING], ids=lambda each: type(each).__name__)
def test_the_same_assessment_again_is_nothing_new_also_the_day_after_and_after_the_decision(command: Any) -> None:
    known = after(PROBLEM, command)
    again = command.model_copy(update={"at": AT + timedelta(days=1)})
    assert when(known, again) == []
    assert when(known, again, closed()) == []


def closed() -> dossier.State:
    before = up(ADA, BO, CAN), vote_cast(ADA, "for"), vote_cast(BO, "for")
    history = (*before[0], *before[1:])
    return given(*history, decided(given(*history), approve()))


def test_an_assessment_is_revised_until_the_decision_and_fixed_by_it() -> None:
    known = after(PROBLEM, SOLUTION)
    revised = SOLUTION.model_copy(update={"solution": "Tilsyn med sensor og samtykke."})
    (event,) = when(known, revised, given(*up(ADA, BO)))
    assert assessment.evolve(known, event).solution == event
    with pytest.raises(refused.AssessmentFixed) as fixed:
        when(known, revised, closed())
    assert (fixed.value.number, fixed.value.decided) == ("PS-3/26", DAY)


def test_a_case_that_ended_without_a_decision_is_assessed_no_more() -> None:
    withdrawn = CaseWithdrawn(council=COUNCIL, case=CASE, number="PS-3/26", withdrawn=DAY)
    with pytest.raises(refusals.CaseClosed):
        when(NEW, PROBLEM, given(OPENED, withdrawn))


@pytest.mark.requirement("R5")
def test_what_is_not_digital_is_as_good() -> None:
    plain = said(do.AssessSolution, solution="En bokkasse om bord på ferja.", digital=False)
    (event,) = when(after(PROBLEM), plain)
    assert (event.digital, event.technologies, event.ai) == (False, (), False)
    assessment.gate(after(PROBLEM, plain), "project", RULES)
    assert when(after(PROBLEM, plain), RECOMMENDED)


@pytest.mark.requirement("R50", "R51", "R53")
def test_who_is_affected_is_involved_who_how_and_when_also_as_a_plan() -> None:
    known = after(
        *(
            said(do.InvolvePeople, participant=kind, who="Noen", how="Samtale", on=DAY + timedelta(days=day))
            for day, kind in enumerate(Participant)
        )
    )
    assert {each.participant for each in known.involved.values()} == set(Participant)
    assert max(each.on for each in known.involved.values()) > DAY


@pytest.mark.requirement("R50")
def test_an_involvement_can_be_put_right_and_its_first_note_stays_sealed() -> None:
    first = said(do.InvolvePeople, participant="users", who="Seks", how="Brev", on=DAY, note="Jeg sover dårlig.")
    (event,) = when(NEW, first)
    assert (event.note.plain, event.note.retention) == ("Jeg sover dårlig.", "content")
    known = assessment.evolve(NEW, event)
    (put_right,) = when(known, first.model_copy(update={"how": "Intervju", "note": None}))
    (now,) = assessment.evolve(known, put_right).involved.values()
    assert (now.how, now.note) == ("Intervju", event.note)


@pytest.mark.requirement("R34")
@pytest.mark.parametrize("missing", BarrierKind)
def test_where_ai_is_involved_every_barrier_is_considered(missing: BarrierKind) -> None:
    ai = {"solution": "Tale til tekst.", "digital": True, "ai": True}
    some = tuple(each for each in EVERY_BARRIER if each["barrier"] != missing)
    with pytest.raises(refused.BarriersMissing) as no:
        when(after(PROBLEM), said(do.AssessSolution, **ai, barriers=some))
    assert no.value.missing == (missing,)
    irrelevant = (*some, {"barrier": missing})
    (event,) = when(after(PROBLEM), said(do.AssessSolution, **ai, barriers=irrelevant))
    assert [each.barrier for each in event.barriers if each.statement is None] == [missing]


@pytest.mark.requirement("R34")
def test_barriers_are_those_of_ai_and_each_is_stated_once() -> None:
    with pytest.raises(refused.NoAi):
        when(after(PROBLEM), said(do.AssessSolution, solution="Skilt", digital=False, barriers=EVERY_BARRIER[:1]))
    with pytest.raises(ValueError, match="once"):
        said(do.AssessSolution, solution="KI", digital=True, ai=True, barriers=EVERY_BARRIER[:1] * 2)


@pytest.mark.requirement("R35")
@pytest.mark.parametrize(
    ("level", "form", "passes"),
    [
        (7, "project", True),
        (6, "project", False),
        (6, "mini-development", False),
        (6, "experiment", True),
        (1, "experiment", True),
        (6, None, True),
    ],
)
def test_technology_passes_the_gate_at_a_satisfying_maturity_or_as_an_experiment(
    level: int, form: str | None, *, passes: bool
) -> None:
    technologies = ({**SENSOR, "level": 9}, {"technology": "Radar", "level": level, "source": "Leverandøren"})
    known = after(PROBLEM, SOLUTION.model_copy(update={"technologies": tuple(map(technology, technologies))}))
    if passes:
        assessment.gate(known, form, RULES)
        return
    with pytest.raises(refused.ImmatureTechnology) as no:
        assessment.gate(known, form, RULES)
    assert (no.value.technology, no.value.level, no.value.least) == ("Radar", level, 7)
    assert no.value.on_the_wire().accepts == "one of experiment"


def technology(fields: dict[str, Any]) -> do.TechnologySaid:
    return do.TechnologySaid(**fields)


@pytest.mark.requirement("R35")
def test_the_mandate_says_how_mature_is_mature_enough_and_where_it_may_be_tried() -> None:
    known = after(PROBLEM, SOLUTION.model_copy(update={"technologies": (technology({**SENSOR, "level": 4}),)}))
    assessment.gate(known, "project", RuleSet(maturity=4))
    with pytest.raises(refused.ImmatureTechnology):
        assessment.gate(known, "experiment", RuleSet(trials=()))
    named = NamedForm(key="project", nb="prosjekt", nn="prosjekt")
    with pytest.raises(refused.ImmatureTechnology) as no:
        assessment.gate(known, "project", RuleSet(form_names=(named,)))
    assert no.value.facts["form_names"] == [named.model_dump()]
    assessment.gate(NEW, "project", RuleSet(maturity=9))


@pytest.mark.requirement("R37", "R38")
def test_the_competence_it_needs_and_that_to_receive_it_are_told_apart_with_who_stands_behind_it() -> None:
    needs = {
        "competences": ("Tjenestedesign",),
        "receiving": ("Kravstilling og testing av sensorer",),
        "sponsor": "ingunn",
    }
    known = after(PROBLEM, said(do.AssessCapacity, **needs))
    assert known.capacity is not None
    assert known.capacity.model_dump(include=set(needs)) == needs
    assert when(known, said(do.AssessCapacity, **needs)) == []


@pytest.mark.requirement("R44")
def test_each_of_the_four_effects_is_said_by_itself() -> None:
    told = tuple({"effect": effect, "statement": f"Vurdert: {effect}."} for effect in EffectKind)
    known = after(PROBLEM, said(do.EstimateProfitability, basis="Timelister.", effects=told))
    assert known.profitability is not None
    assert {each.effect for each in known.profitability.effects} == set(EffectKind)
    assert len(EffectKind) == 4


@pytest.mark.requirement("R44")
def test_nothing_is_nought_and_nought_is_nought() -> None:
    estimate = said(
        do.EstimateProfitability,
        cost="0",
        freed_hours="1900",
        basis="Timelister.",
        effects=({"effect": EffectKind.LABOUR, "statement": "Færre vakter å dekke."},),
    )
    (event,) = when(after(PROBLEM), estimate)
    assert (event.cost, event.yearly_cost, event.freed_hours) == (0, None, 1900)
    assert [each.effect for each in event.effects] == [EffectKind.LABOUR]
    assert set(EffectKind) == {"cost-growth", "labour", "competence", "digitisation"}


def test_a_case_is_scored_by_the_councils_own_criteria_each_assessor_for_themselves() -> None:
    own = RuleSet(criteria=(Criterion(key="trivsel", nb="Trivsel", nn="Trivsel", weight=3),))
    score = said(do.ScoreCase, criterion="trivsel", score=5, comment="Flere blir.")
    with pytest.raises(refused.UnknownCriterion) as no:
        when(after(PROBLEM), score)
    assert no.value.criteria == ("quality", "need", "risk", "strategy", "economy")
    (event,) = when(after(PROBLEM), score, rules=own)
    assert (event.assessor, event.score) == ("kari", 5)
    other = assessment.Assess(score, WAITING, own, "bo")
    known = assessment.evolve(after(PROBLEM), event)
    (second,) = assessment.decide(known, other)
    assert len(assessment.evolve(known, second).scores) == 2
    with pytest.raises(ValueError, match="less than or equal to 5"):
        said(do.ScoreCase, criterion="quality", score=6, comment="For mye.")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"outcome": "approved", "form": None}, refused.RecommendationIncomplete),
        ({"form": "festival"}, refusals.UnknownForm),
        ({"strength": "shall"}, refusals.StrengthWithoutRoute),
        ({"outcome": "declined"}, refusals.NothingToCarryOut),
    ],
)
def test_nothing_is_recommended_that_could_not_be_decided(changes: dict[str, Any], rule: Any) -> None:
    with pytest.raises(rule):
        when(after(PROBLEM), RECOMMENDED.model_validate(RECOMMENDED.model_dump() | changes))


def test_a_recommendation_names_outcome_form_route_strength_and_who_made_it() -> None:
    full = said(
        do.RecommendOutcome,
        outcome=Outcome.APPROVED,
        form="experiment",
        route="pilot",
        strength="should",
        reasons="Prøves i to soner.",
        deadline=date(2026, 12, 1),
    )
    (event,) = when(after(PROBLEM), full)
    assert (event.outcome, event.form, event.route, event.strength) == ("approved", "experiment", "pilot", "should")
    assert event.recommended_by == "kari"


def test_every_command_to_an_assessment_becomes_an_event_of_its_own() -> None:
    known = {kind for kind in do.AssessmentCommand.__subclasses__() if kind.__module__ == do.__name__}
    made = assessment.SOLVES | assessment.UNDERSTANDS
    assert known == set(made)
    assert {*made.values()} == set(events.AssessmentEvent.__subclasses__())


def test_what_is_recommended_lies_before_the_meeting_and_not_after_its_votes() -> None:
    case = given(*up(ADA, BO))
    known = after(PROBLEM)
    with pytest.raises(refused.RecommendedLate) as no:
        when(known, RECOMMENDED, case)
    assert no.value.facts == {"number": "PS-3/26", "meeting": str(MEETING)}
    known = after(PROBLEM, RECOMMENDED)
    assert when(known, RECOMMENDED, case) == []
    assert when(after(PROBLEM), RECOMMENDED)

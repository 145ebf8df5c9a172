"""The queue has an order that the council can defend, and says for each case why it stands where it does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from contracts.events import assessment as a
from contracts.events import council as c
from contracts.events.minutes import CaseOpenedToPublic
from contracts.publicity import Part
from contracts.queries.prioritising import Because, Queue
from contracts.ruleset import Criterion, RuleSet
from tests.services.reporting.story import NOTICE, Story, assessed, exempted, ident, queued, ranked, scored
from tests.services.reporting.test_views import EVERYBODY, ROR, ask, over

if TYPE_CHECKING:
    from uuid import UUID

    from runtime.declaration import Scope


def told_of(story: Story, query: Queue | None = None, scope: Scope = EVERYBODY) -> Any:
    projector = over(story.events)
    answer = ask(projector, query or Queue(as_of=date(2026, 6, 30)), scope)
    projector.close()
    return answer.cases


def numbers(rows: Any) -> list[str]:
    return [row.number for row in rows]


def statutory(told: Story, case: UUID, law: str = "Barnevernsloven § 12-5") -> None:
    assessed(told, "molde", "2026-02-01", case, a.GroundsStated, statutory=law)


def three() -> tuple[Story, list[UUID]]:
    told = Story()
    return told, [
        queued(told, "molde", f"2026-01-0{day}", f"PS-{day}/26", submitted=date(2026, 1, day)) for day in (1, 2, 3)
    ]


@pytest.mark.requirement("R4", "R10")
def test_who_has_waited_longest_comes_first_and_nobody_is_hidden_for_not_being_scored() -> None:
    told, _ = three()
    rows = told_of(told)
    assert numbers(rows) == ["PS-1/26", "PS-2/26", "PS-3/26"]
    assert [(row.place, row.days, row.because) for row in rows] == [
        (1, 180, (Because.UNSCORED,)),
        (2, 179, (Because.UNSCORED,)),
        (3, 178, (Because.UNSCORED,)),
    ]


@pytest.mark.requirement("R4")
def test_a_higher_score_comes_first_then_what_is_not_wholly_scored_by_time_waited() -> None:
    told, (first, second, third) = three()
    scored(told, "molde", "2026-02-01", first, 5, 5, 5, 5)
    scored(told, "molde", "2026-02-01", second, 3, 3, 3, 3, 3)
    scored(told, "molde", "2026-02-01", third, 4, 4, 4, 4, 4)
    rows = told_of(told)
    assert numbers(rows) == ["PS-3/26", "PS-2/26", "PS-1/26"]
    assert [row.score for row in rows] == [Decimal(4), Decimal(3), None]
    assert [each.criterion for each in rows[2].criteria if each.score is None] == ["economy"]


@pytest.mark.requirement("R4", "R6")
def test_what_a_law_demands_comes_before_what_scores_higher_and_names_the_law() -> None:
    told, (first, _, third) = three()
    scored(told, "molde", "2026-02-01", first, 5, 5, 5, 5, 5)
    statutory(told, third)
    rows = told_of(told)
    assert numbers(rows) == ["PS-3/26", "PS-1/26", "PS-2/26"]
    assert (rows[0].statutory, rows[0].because) == (
        "Barnevernsloven § 12-5",
        (Because.STATUTORY, Because.UNSCORED),
    )


@pytest.mark.requirement("R4", "R10")
def test_a_reopened_case_waits_again_from_the_day_it_was_reopened_until_it_is_decided_anew() -> None:
    told, (first, *_) = three()
    decision = told.decide("molde", "2026-02-01", first, "declined")
    assert numbers(told_of(told)) == ["PS-2/26", "PS-3/26"]
    again = {"decision": decision.id, "reopened": date(2026, 6, 1), "reasons": "Nye opplysninger."}
    told.tell("molde", "2026-06-01", c.CaseReopened(council=ident("council", "molde"), case=first, **again))
    assert numbers(told_of(told, Queue(as_of=date(2026, 5, 31)))) == ["PS-2/26", "PS-3/26"]
    reopened = told_of(told)[-1]
    assert (reopened.number, reopened.state, reopened.days) == ("PS-1/26", "reopened", 29)
    told.table("molde", "2026-06-05", first, "PS-1/26")
    assert (told_of(told)[-1].state, told_of(told)[-1].days) == ("tabled", 29)
    told.decide("molde", "2026-06-20", first, "approved", corrects=decision.id, form="project", responsible="anja")
    assert numbers(told_of(told)) == ["PS-2/26", "PS-3/26"]


def test_a_case_whose_reopening_is_withdrawn_waits_no_more() -> None:
    told, (first, *_) = three()
    decision = told.decide("molde", "2026-02-01", first, "declined")
    about = {"council": ident("council", "molde"), "case": first, "decision": decision.id}
    told.tell("molde", "2026-06-01", c.CaseReopened(**about, reopened=date(2026, 6, 1), reasons="Nytt."))
    told.tell("molde", "2026-06-09", c.ReopeningWithdrawn(**about, withdrawn=date(2026, 6, 9)))
    assert len(numbers(told_of(told, Queue(as_of=date(2026, 6, 8))))) == 3
    assert numbers(told_of(told)) == ["PS-2/26", "PS-3/26"]


def test_what_is_exempt_of_a_case_is_withheld_in_the_queue_also_where_it_was_written_before() -> None:
    told, (first, *_) = three()
    scored(told, "molde", "2026-02-01", first, 5, 5, 5, 5, 5)
    statutory(told, first)
    ranked(told, "molde", "2026-03-01", "queue", first, reason="Naboen klager.")
    assessed(
        told,
        "molde",
        "2026-03-01",
        first,
        a.OutcomeRecommended,
        outcome="approved",
        reasons="Ja.",
        recommended_by="kari",
    )
    told.tell("molde", "2026-03-02", exempted(first, Part.CASE))
    row = told_of(told)[0]
    assert (row.title, row.statutory, row.reason, row.recommended) == ("Sak om en nabo", NOTICE, NOTICE, None)
    assert {words for each in row.criteria for words in each.comments} == {NOTICE}
    assert row.because == (Because.RANKED, Because.STATUTORY, Because.SCORED)
    (seen, *_) = told_of(told, scope=ROR)
    assert seen.title == "Sak om en nabo"
    told.tell("molde", "2026-03-03", opened(first, Part.CASE))
    assert told_of(told)[0].title == "Sak PS-1/26"


def opened(case: UUID, *parts: Part) -> CaseOpenedToPublic:
    return CaseOpenedToPublic(council=ident("council", "molde"), case=case, parts=parts, reason="Avsluttet")


def test_how_an_exempt_case_was_scored_is_told_nobody_and_its_place_rests_on_it() -> None:
    told, (first, second, _) = three()
    scored(told, "molde", "2026-02-01", first, 2, 2, 2, 2, 2)
    scored(told, "molde", "2026-02-01", second, 5, 5, 5, 5, 5)
    told.tell("molde", "2026-03-02", exempted(second, Part.ASSESSMENT))
    for scope in (EVERYBODY, ROR):
        rows = told_of(told, scope=scope)
        assert numbers(rows) == ["PS-2/26", "PS-1/26", "PS-3/26"]
        assert (rows[0].score, rows[0].because) == (None, (Because.SCORED,))
        assert [each.score for each in rows[0].criteria] == [None] * len(rows[0].criteria)
        assert rows[1].score == 2
    told.tell("molde", "2026-03-03", opened(second, Part.ASSESSMENT))
    assert told_of(told)[0].score == 5


def test_what_was_exempt_on_a_day_does_not_look_public_on_it_though_it_was_opened_since() -> None:
    told, (first, *_) = three()
    told.tell("molde", "2026-03-02", exempted(first, Part.CASE))
    told.tell("molde", "2026-03-06", opened(first, Part.CASE))

    def title(day: int) -> str:
        shown = told_of(told, Queue(as_of=date(2026, 3, day)))
        return str(next(row.title for row in shown if row.number == "PS-1/26"))

    assert [title(day) for day in (1, 2, 5, 6)] == ["Sak PS-1/26", *["Sak om en nabo"] * 2, "Sak PS-1/26"]


def test_what_is_said_to_have_been_opened_earlier_is_public_from_when_that_was_recorded() -> None:
    told, (first, *_) = three()
    told.tell("molde", "2026-03-02", exempted(first, Part.CASE))
    statutory(told, first)
    told.tell("molde", "2026-03-06", exempted(first, Part.CONDITIONS))
    told.tell("molde", "2026-03-03", opened(first, Part.CASE))  # entered on the sixth
    shown = {day: told_of(told, Queue(as_of=date(2026, 3, day)))[0].title for day in (2, 3, 5, 6)}
    assert shown == {2: "Sak om en nabo", 3: "Sak om en nabo", 5: "Sak om en nabo", 6: "Sak PS-1/26"}


@pytest.mark.requirement("R17")
def test_what_the_council_ranked_by_hand_comes_first_of_all_with_its_reason() -> None:
    told, (first, second, third) = three()
    statutory(told, first)
    ranked(told, "molde", "2026-03-01", "queue", third)
    ranked(told, "molde", "2026-03-02", "queue", third, second, reason="Flere kommuner venter.")
    ranked(told, "molde", "2026-03-02", "portfolio", first)
    rows = told_of(told)
    assert numbers(rows) == ["PS-3/26", "PS-2/26", "PS-1/26"]
    assert [(row.rank, row.reason) for row in rows] == [(1, "Haster."), (2, "Flere kommuner venter."), (None, None)]
    assert numbers(told_of(told, Queue(as_of=date(2026, 2, 28)))) == ["PS-1/26", "PS-2/26", "PS-3/26"]


def test_the_score_is_the_mean_of_the_assessors_latest_weighed_as_the_mandate_of_the_day_says() -> None:
    told = Story()
    criteria = (
        Criterion(key="trivsel", nb="Trivsel", nn="Trivsel", weight=3),
        Criterion(key="pris", nb="Pris", nn="Pris"),
    )
    edition = {"council": ident("council", "molde"), "case_reference": "PS-1/26", "change": "Egne", "text": "Mandat"}
    for number, rules in enumerate((RuleSet(), RuleSet(criteria=criteria)), start=1):
        day = date(2026, number, 1)
        told.tell(
            "molde", str(day), c.MandateAdopted(edition=number, adopted=day, in_force=day, rules=rules, **edition)
        )
    case = queued(told, "molde", "2026-01-05", "PS-1/26")
    scored(told, "molde", "2026-03-01", case, trivsel=1, pris=4)
    scored(told, "molde", "2026-03-02", case, trivsel=5)
    scored(told, "molde", "2026-03-03", case, trivsel=4, by="bo")
    (row,) = told_of(told)
    assert [(each.criterion, each.weight, each.score) for each in row.criteria] == [
        ("trivsel", 3, Decimal("4.5")),
        ("pris", 1, Decimal(4)),
    ]
    assert row.score == round(Decimal("17.5") / 4, 2)
    (then,) = told_of(told, Queue(as_of=date(2026, 1, 31)))
    assert [each.criterion for each in then.criteria] == ["quality", "need", "risk", "strategy", "economy"]
    taken_back = {"case": ident("mandate"), "decision": ident("decision"), "withdrawn": date(2026, 3, 20)}
    told.tell("molde", "2026-03-21", c.MandateWithdrawn(council=edition["council"], edition=2, **taken_back))
    for day, first in ((date(2026, 3, 19), "trivsel"), (date(2026, 3, 20), "quality")):
        (row,) = told_of(told, Queue(as_of=day))
        assert row.criteria[0].criterion == first


@pytest.mark.requirement("R2")
def test_a_municipality_without_a_council_has_a_queue_of_its_own() -> None:
    told, _ = three()
    queued(told, "aukra", "2025-01-01", "PS-9/25")
    assert [(row.municipality, row.place) for row in told_of(told)] == [
        ("aukra", 1),
        ("molde", 1),
        ("molde", 2),
        ("molde", 3),
    ]


@pytest.mark.parametrize("outcome", ["approved", "declined", "formal", "returned"])
def test_what_the_council_is_done_with_waits_no_more(outcome: str) -> None:
    told, (first, *_) = three()
    told.decide("molde", "2026-03-01", first, outcome)
    assert numbers(told_of(told)) == ["PS-2/26", "PS-3/26"]
    assert numbers(told_of(told, Queue(as_of=date(2026, 2, 28)))) == ["PS-1/26", "PS-2/26", "PS-3/26"]


def test_a_deferred_case_a_tabled_one_and_one_referred_again_wait_on() -> None:
    told, (first, second, third) = three()
    told.table("molde", "2026-02-01", first, "PS-1/26")
    told.decide("molde", "2026-03-01", first, "deferred")
    told.table("molde", "2026-03-02", second, "PS-2/26")
    told.decide("molde", "2026-03-01", third, "returned")
    again = {"title": "Utdypet", "visibility": "network", "referral": 2, "received": date(2026, 4, 1)}
    told.tell("molde", "2026-04-01", c.CaseReferredAgain(council=ident("council", "molde"), case=third, **again))
    assert [(row.state, row.title) for row in told_of(told)] == [
        ("deferred", "Sak PS-1/26"),
        ("tabled", "Sak PS-2/26"),
        ("waiting", "Utdypet"),
    ]


def test_a_withdrawn_case_left_on_its_day() -> None:
    told, (first, *_) = three()
    gone = {"council": ident("council", "molde"), "case": first, "number": "PS-1/26", "withdrawn": date(2026, 3, 1)}
    told.tell("molde", "2026-03-01", c.CaseWithdrawn(**gone))
    assert len(told_of(told)) == 2
    assert len(told_of(told, Queue(as_of=date(2026, 2, 28)))) == 3


@pytest.mark.requirement("R7")
def test_another_municipality_sees_what_may_be_seen_of_the_queue_and_no_assessors_words() -> None:
    told, (first, *_) = three()
    queued(told, "molde", "2026-01-04", "PS-4/26", visibility="own")
    scored(told, "molde", "2026-02-01", first, 3, 3, 3, 3, 3)
    ranked(told, "molde", "2026-03-01", "queue", first, reason="Internt anliggende.")
    ours, theirs = told_of(told), told_of(told, scope=ROR)
    assert (len(ours), len(theirs)) == (4, 3)
    assert ours[0].criteria
    assert (theirs[0].criteria, theirs[0].reason, theirs[0].score) == ((), None, Decimal(3))

"""Everything the council set in motion, where it stands, and what is late."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.events import council as c
from contracts.events import portfolio as p
from contracts.publicity import Part
from contracts.queries.prioritising import FollowUp
from contracts.queries.reporting import Portfolio
from tests.services.reporting.story import NOTICE, Story, exempted, ident, queued, ranked
from tests.services.reporting.test_views import ROR, ask, over

GOES_ON = {"form": "project", "responsible": "anja", "deadline": date(2026, 6, 1), "conditions": ("Meld tilbake",)}


def told_of(story: Story, day: str = "2026-06-30", **more: Any) -> Any:
    projector = over(story.events)
    answer = ask(projector, FollowUp(as_of=date.fromisoformat(day)), **more)
    projector.close()
    return answer.decisions


def approved() -> tuple[Story, Any, Any]:
    told = Story()
    case = queued(told, "molde", "2026-01-01", "PS-1/26")
    decision = told.decide("molde", "2026-02-01", case, "approved", **GOES_ON)
    return told, case, decision


def started(told: Story, case: Any, decision: Any) -> Any:
    course = {"case": case, "decision": decision.id, "form": "project", "responsible": "anja"}
    return told.start("molde", "2026-02-01", None, "Sak", deadline=date(2026, 6, 1), **course)


@pytest.mark.requirement("R13")
def test_a_decision_that_asks_for_something_is_followed_up_and_late_when_its_deadline_passes() -> None:
    told, _, decision = approved()
    (row,) = told_of(told, "2026-06-01")
    assert (row.decision, row.standing, row.late_days, row.conditions) == (
        decision.id,
        "not-started",
        0,
        ("Meld tilbake",),
    )
    (row,) = told_of(told, "2026-06-11")
    assert (row.late_days, row.responsible) == (10, "anja")


@pytest.mark.requirement("R13", "R18")
def test_it_stands_where_its_activity_does_with_the_last_report_and_the_benefits_reached() -> None:
    told, case, decision = approved()
    activity = started(told, case, decision)
    lights = dict.fromkeys(("time", "economy", "quality", "risk", "benefits"), "green")
    for day in (date(2026, 3, 1), date(2026, 4, 1)):
        report = p.StatusReported(activity=activity, on=day, **lights | {"risk": "red"}, summary="I rute.")
        told.tell("molde", str(day), report)
    for name, value in (("Timer", 60), ("Klager", 5)):
        plan = {"indicator": name, "unit": "stk", "start": 100, "desired": 60, "due": date(2026, 5, 1)}
        told.tell("molde", "2026-03-02", p.BenefitPlanned(activity=activity, benefit=ident(name), **plan))
        measured = {"value": 100 - value + 20, "on": date(2026, 5, 2), "evidence": "Målt"}
        told.tell("molde", "2026-05-02", p.BenefitRealised(activity=activity, benefit=ident(name), **measured))
    (row,) = told_of(told)
    assert (row.standing, row.late_days, row.benefits, row.reached) == ("running", 29, 2, 1)
    assert (row.activity.activity, row.activity.status.on, row.activity.status.risk) == (
        activity,
        date(2026, 4, 1),
        "red",
    )
    told.tell("molde", "2026-06-02", p.DeadlineMoved(activity=activity, reason="Ferie", deadline=date(2026, 9, 1)))
    assert told_of(told)[0].late_days == 0
    told.tell("molde", "2026-09-05", p.ActivityCompleted(activity=activity, on=date(2026, 9, 5), result="Ferdig."))
    (done,) = told_of(told, "2026-12-01")
    assert (done.standing, done.since, done.late_days) == ("completed", date(2026, 9, 5), 4)


@pytest.mark.requirement("R13")
@pytest.mark.parametrize(
    ("outcome", "then", "standing", "since"),
    [
        ("deferred", None, "waiting", "2026-02-01"),
        ("deferred", "tabled", "tabled", "2026-03-01"),
        ("returned", None, "with-submitter", "2026-02-01"),
        ("returned", "again", "referred-again", "2026-03-01"),
        ("formal", None, "elsewhere", "2026-02-01"),
    ],
)
def test_what_was_put_off_or_sent_on_is_followed_up_too(
    outcome: str, then: str | None, standing: str, since: str
) -> None:
    told = Story()
    case = queued(told, "molde", "2026-01-01", "PS-1/26")
    told.decide("molde", "2026-02-01", case, outcome)
    if then == "tabled":
        told.table("molde", "2026-03-01", case, "PS-1/26")
    elif then == "again":
        again = {"title": "Utdypet", "visibility": "network", "referral": 2, "received": date(2026, 3, 1)}
        told.tell("molde", "2026-03-01", c.CaseReferredAgain(council=ident("council", "molde"), case=case, **again))
    (row,) = told_of(told)
    assert (row.standing, str(row.since), row.activity) == (standing, since, None)


def test_a_deferral_that_was_decided_on_later_and_what_was_declined_ask_for_nothing_more() -> None:
    told, _, _ = approved()
    case = queued(told, "molde", "2026-01-02", "PS-2/26")
    told.decide("molde", "2026-02-01", case, "deferred", number="PS-2/26")
    assert [row.number for row in told_of(told)] == ["PS-1/26", "PS-2/26"]
    told.decide("molde", "2026-04-01", case, "declined", number="PS-2/26")
    assert [row.number for row in told_of(told)] == ["PS-1/26"]
    assert [row.number for row in told_of(told, "2026-03-31")] == ["PS-1/26", "PS-2/26"]


@pytest.mark.requirement("R13")
@pytest.mark.parametrize("outcome", ["approved", "declined"])
def test_a_reopened_case_is_followed_up_as_that_whatever_was_decided_until_it_is_decided_anew(outcome: str) -> None:
    told = Story()
    case = queued(told, "molde", "2026-01-01", "PS-1/26")
    going_on = GOES_ON if outcome == "approved" else {}
    decision = told.decide("molde", "2026-02-01", case, outcome, **going_on)
    if going_on:
        started(told, case, decision)
    again = {"decision": decision.id, "reopened": date(2026, 3, 1), "reasons": "Nye opplysninger."}
    told.tell("molde", "2026-03-01", c.CaseReopened(council=ident("council", "molde"), case=case, **again))

    def stands(day: str) -> list[tuple[str, str, str]]:
        return [(row.outcome, row.standing, str(row.since)) for row in told_of(told, day)]

    assert stands("2026-03-02") == [(outcome, "reopened", "2026-03-01")]
    told.table("molde", "2026-03-05", case, "PS-1/26")
    assert stands("2026-03-06") == [(outcome, "tabled", "2026-03-05")]
    told.decide("molde", "2026-04-01", case, "deferred")
    assert stands("2026-04-02") == [("deferred", "reopened", "2026-03-01")]
    told.decide("molde", "2026-05-01", case, "declined", corrects=decision.id)
    assert stands("2026-05-02") == []


@pytest.mark.requirement("R13")
def test_a_reopening_that_is_withdrawn_leaves_the_follow_up_as_it_was() -> None:
    told, council = Story(), ident("council", "molde")
    formal, declined = (queued(told, "molde", "2026-01-01", number) for number in ("PS-1/26", "PS-2/26"))
    for case, outcome in ((formal, "formal"), (declined, "declined")):
        decision = told.decide("molde", "2026-02-01", case, outcome)
        about = {"council": council, "case": case, "decision": decision.id}
        told.tell("molde", "2026-03-01", c.CaseReopened(**about, reopened=date(2026, 3, 1), reasons="Nytt."))
        told.tell("molde", "2026-03-09", c.ReopeningWithdrawn(**about, withdrawn=date(2026, 3, 9)))
    assert [row.standing for row in told_of(told, "2026-03-08")] == ["reopened", "reopened"]
    (left,) = told_of(told, "2026-03-09")
    assert (left.case, left.standing, str(left.since)) == (formal, "elsewhere", "2026-02-01")


def test_what_is_exempt_of_a_case_is_withheld_in_the_follow_up_too() -> None:
    told, case, decision = approved()
    started(told, case, decision)
    told.tell("molde", "2026-03-02", exempted(case, Part.CASE))
    (row,) = told_of(told)
    assert (row.title, row.conditions, row.activity.title) == ("Sak om en nabo", (NOTICE,), "Sak om en nabo")
    projector = over(told.events)
    assert [each.title for each in ask(projector, Portfolio(), ROR).activities] == ["Sak om en nabo"]
    projector.close()


@pytest.mark.requirement("R13", "R17")
def test_what_is_late_comes_first_and_activities_have_the_place_the_council_gave_them() -> None:
    told, first, _ = approved()
    second = queued(told, "molde", "2026-01-02", "PS-2/26")
    told.decide("molde", "2026-01-15", second, "approved", number="PS-2/26", form="project", responsible="anja")
    ranked(told, "molde", "2026-03-01", "portfolio", second, first)
    assert [(row.number, row.late_days, row.rank) for row in told_of(told)] == [("PS-1/26", 29, 2), ("PS-2/26", 0, 1)]


@pytest.mark.requirement("R7")
def test_another_municipality_sees_no_persons_and_nothing_of_its_own() -> None:
    told, case, decision = approved()
    started(told, case, decision)
    hidden = queued(told, "molde", "2026-01-02", "PS-2/26", visibility="own")
    told.decide("molde", "2026-02-01", hidden, "approved", number="PS-2/26", visibility="own", **GOES_ON)
    (row,) = told_of(told, scope=ROR)
    assert (row.number, row.responsible, row.activity.responsible) == ("PS-1/26", None, None)

"""An activity: how it starts, is followed up and ends, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import portfolio as commands
from contracts.door import NotFound
from contracts.events import portfolio as events
from contracts.identity import derive
from services.portfolio.domain import refusals
from services.portfolio.domain.activity import INITIAL, Activity, Running, decide, evolve
from services.portfolio.domain.benefit import benefit_id

if TYPE_CHECKING:
    from uuid import UUID

    from contracts.refusals import Refused

CASE = derive("case", "molde", 3)
DECISION = derive("event", "council", CASE, 7)
ACTIVITY = derive("activity", CASE, DECISION)
START_DAY = date(2026, 2, 10)
MARCH = date(2026, 3, 2)
APRIL = date(2026, 4, 7)
AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LIGHTS = {"time": "green", "economy": "yellow", "quality": "green", "risk": "red", "benefits": "green"}

START = commands.StartActivity(
    at=AT,
    tenant="molde",
    case=CASE,
    decision=DECISION,
    number="PS-3/26",
    title="Medisindispenser i heimetenesta",
    started=START_DAY,
    form="experiment",
    route="pilot",
    strength="should",
    responsible="ada",
    deadline=date(2026, 12, 1),
)
JOIN = commands.JoinActivity(
    at=AT, tenant="aukra", reference="helseplattform", title="Felles helseplattform", led_by="Molde", started=START_DAY
)
PLAN: dict[str, Any] = {
    "indicator": "Reisetid",
    "unit": "timer i uka",
    "start": 40,
    "desired": 10,
    "due": date(2026, 12, 31),
}
BENEFIT = benefit_id(ACTIVITY, "Reisetid")


def given(*commanded: commands.PortfolioCommand) -> Activity:
    state = INITIAL
    for command in commanded:
        state = reduce(evolve, decide(state, command), state)
    return state


def to(kind: type[commands.ActivityCommand], activity: UUID = ACTIVITY, **fields: Any) -> Any:
    return kind(activity=activity, at=AT, **fields)


def report(on: date = MARCH, summary: str = "I rute.", **fields: Any) -> Any:
    return to(commands.ReportStatus, on=on, summary=summary, **LIGHTS, **fields)


def measure(value: str, on: date = APRIL, **fields: Any) -> Any:
    return to(commands.RealiseBenefit, benefit=BENEFIT, value=value, evidence="Uttrekk frå Gerica", on=on, **fields)


def stop(lesson: str = "Brukarane må få prøve før vi kjøper.") -> commands.StopActivity:
    return commands.StopActivity(activity=ACTIVITY, at=AT, on=APRIL, reason="Leverandøren trekte seg.", lesson=lesson)


PLANNED = to(commands.PlanBenefit, **PLAN)
COMPLETE = to(commands.CompleteActivity, on=APRIL, result="I drift i tre soner.")
HAND_OVER = to(commands.HandOverActivity, on=APRIL, to="Heimetenesta", responsible="bo")


def refused(rule: type[Refused], state: Activity, command: commands.PortfolioCommand) -> Any:
    with pytest.raises(rule) as caught:
        decide(state, command)
    assert caught.value.on_the_wire().says
    return caught.value


@pytest.mark.requirement("R18")
def test_a_decision_to_go_on_starts_an_activity_that_carries_what_was_decided() -> None:
    assert decide(INITIAL, START) == [
        events.ActivityStarted(
            activity=ACTIVITY,
            tenant="molde",
            title="Medisindispenser i heimetenesta",
            started=START_DAY,
            visibility="own",
            case=CASE,
            decision=DECISION,
            number="PS-3/26",
            form="experiment",
            route="pilot",
            strength="should",
            responsible="ada",
            deadline=date(2026, 12, 1),
        )
    ]


def test_the_same_decision_delivered_again_starts_nothing_more() -> None:
    assert decide(given(START), START) == []


def test_a_late_replay_of_the_decision_does_not_set_a_stopped_activity_going() -> None:
    assert decide(given(START, stop()), START) == []


def test_a_replay_of_the_decision_does_not_bring_the_first_responsible_back() -> None:
    state = given(START, to(commands.ChangeResponsible, responsible="bo", on=MARCH), START)
    assert isinstance(state, Running)
    assert state.course.responsible == "bo"


@pytest.mark.requirement("R57")
def test_a_municipality_takes_part_in_what_others_lead() -> None:
    (joined,) = decide(INITIAL, JOIN)
    assert isinstance(joined, events.ActivityStarted)
    assert (joined.led_by, joined.decision, joined.tenant) == ("Molde", None, "aukra")
    assert decide(given(JOIN), JOIN) == []


def test_a_reference_names_one_activity_for_good() -> None:
    refusal = refused(refusals.ReferenceTaken, given(JOIN), JOIN.model_copy(update={"title": "Noko heilt anna"}))
    assert refusal.facts == {"reference": "helseplattform", "title": "Felles helseplattform", "led_by": "Molde"}


def test_nothing_is_joined_that_begins_after_today() -> None:
    refused(refusals.DateAhead, INITIAL, JOIN.model_copy(update={"started": date(2026, 5, 6)}))


def test_nothing_is_joined_whose_deadline_is_before_its_start() -> None:
    refused(refusals.DeadlineBeforeStart, INITIAL, JOIN.model_copy(update={"deadline": date(2026, 1, 1)}))


def test_what_has_not_started_is_not_found() -> None:
    assert refused(NotFound, INITIAL, report()).facts == {"kind": "activity", "id": str(ACTIVITY)}


def test_phases_come_in_any_order() -> None:
    state = given(
        START,
        to(commands.EnterPhase, phase="pilotering", on=START_DAY),
        to(commands.EnterPhase, phase="innsikt", on=MARCH),
        to(commands.EnterPhase, phase="pilotering", on=APRIL),
    )
    assert isinstance(state, Running)
    assert [entered.phase for entered in state.course.phases] == ["pilotering", "innsikt", "pilotering"]


def test_a_phase_of_the_municipalitys_own_is_taken() -> None:
    (entered,) = decide(given(START), to(commands.EnterPhase, phase="brukartest", on=MARCH))
    assert isinstance(entered, events.PhaseEntered)
    assert entered.phase == "brukartest"


def test_entering_the_phase_it_is_in_changes_nothing() -> None:
    state = given(START, to(commands.EnterPhase, phase="innsikt", on=MARCH))
    assert decide(state, to(commands.EnterPhase, phase="innsikt", on=APRIL)) == []


def test_a_replay_of_an_earlier_phase_does_not_set_the_activity_back() -> None:
    first = to(commands.EnterPhase, phase="innsikt", on=MARCH)
    assert decide(given(START, first, to(commands.EnterPhase, phase="pilotering", on=APRIL)), first) == []


def test_a_phase_does_not_begin_before_the_one_it_follows() -> None:
    state = given(START, to(commands.EnterPhase, phase="innsikt", on=APRIL))
    refusal = refused(refusals.BeforeLatest, state, to(commands.EnterPhase, phase="pilotering", on=MARCH))
    assert refusal.facts == {"what": "phase", "on": "2026-03-02", "since": "2026-04-07"}


@pytest.mark.requirement("R18")
def test_a_status_report_has_five_lights_and_a_summary() -> None:
    assert decide(given(START), report()) == [
        events.StatusReported(activity=ACTIVITY, on=MARCH, summary="I rute.", **LIGHTS)
    ]


def test_a_status_report_stands_until_it_is_corrected_and_says_why() -> None:
    state = given(START, report())
    assert refused(refusals.AlreadyReported, state, report(summary="Forseinka.")).field == "correction"
    (corrected,) = decide(state, report(summary="Forseinka.", correction="Feil månad"))
    assert isinstance(corrected, events.StatusReported)
    assert (corrected.summary, corrected.correction) == ("Forseinka.", "Feil månad")


def test_a_report_of_an_earlier_date_may_come_late_and_once() -> None:
    state = given(START, report(APRIL), report(MARCH))
    assert decide(state, report(MARCH)) == decide(state, report(APRIL)) == []


def test_there_is_nothing_to_correct_where_nothing_was_reported() -> None:
    refused(refusals.NothingToCorrect, given(START), report(correction="Skrivefeil"))


@pytest.mark.parametrize(
    "command",
    [
        report(on=date(2026, 2, 9)),
        to(commands.EnterPhase, phase="innsikt", on=date(2026, 2, 9)),
        stop().model_copy(update={"on": date(2026, 2, 9)}),
    ],
)
def test_nothing_happens_before_the_start(command: commands.ActivityCommand) -> None:
    refusal = refused(refusals.BeforeStart, given(START), command)
    assert refusal.facts == {"on": "2026-02-09", "started": "2026-02-10"}


def test_nothing_is_measured_before_the_start() -> None:
    refused(refusals.BeforeStart, given(START, PLANNED), measure("30", on=date(2026, 2, 9)))


def test_what_has_not_been_is_not_reported() -> None:
    refused(refusals.DateAhead, given(START), report(on=date(2026, 5, 6)))


def test_the_day_after_in_utc_is_taken_since_it_may_have_begun_here() -> None:
    assert decide(given(START), report(on=date(2026, 5, 5)))


def test_a_date_that_is_left_out_is_that_of_the_command() -> None:
    (entered,) = decide(given(START), to(commands.EnterPhase, phase="innsikt"))
    assert isinstance(entered, events.PhaseEntered)
    assert entered.on == AT.date()


def test_a_benefit_is_planned_from_start_to_desired() -> None:
    (planned,) = decide(given(START), PLANNED)
    assert planned == events.BenefitPlanned(activity=ACTIVITY, benefit=BENEFIT, **PLAN)
    assert decide(given(START, PLANNED), PLANNED) == []


def test_an_indicator_has_one_plan() -> None:
    other = to(commands.PlanBenefit, **{**PLAN, "indicator": "REISETID", "desired": 5})
    assert refused(refusals.BenefitAlreadyPlanned, given(START, PLANNED), other).facts["desired"] == "10"


def test_a_benefit_must_change_something() -> None:
    same = to(commands.PlanBenefit, **{**PLAN, "desired": "40.0"})
    assert refused(refusals.DesiredEqualsStart, given(START), same).facts == {"indicator": "Reisetid", "start": "40"}


def test_a_benefit_is_due_after_the_start() -> None:
    refused(refusals.DueBeforeStart, given(START), to(commands.PlanBenefit, **{**PLAN, "due": date(2026, 1, 1)}))


def test_zero_is_a_measurement() -> None:
    (realised,) = decide(given(START, PLANNED), measure("0"))
    assert isinstance(realised, events.BenefitRealised)
    assert realised.value == 0


def test_only_what_was_planned_is_measured() -> None:
    refusal = refused(refusals.BenefitNotPlanned, given(START), measure("30"))
    assert refusal.facts == {"benefit": str(BENEFIT), "planned": []}


def test_a_measurement_stands_until_it_is_corrected() -> None:
    state = given(START, PLANNED, measure("30"))
    refusal = refused(refusals.AlreadyMeasured, state, measure("25"))
    assert (refusal.recorded, refusal.offered) == (Decimal(30), Decimal(25))
    assert decide(state, measure("25", correction="Talte dobbelt"))


def test_a_replay_of_a_corrected_measurement_does_not_bring_it_back() -> None:
    state = given(START, PLANNED, measure("30"), measure("25", correction="Talte dobbelt"))
    refused(refusals.AlreadyMeasured, state, measure("30"))


def test_there_is_no_measurement_to_correct_where_none_was_made() -> None:
    refused(refusals.NothingToCorrect, given(START, PLANNED), measure("30", correction="Skrivefeil"))


@pytest.mark.requirement("R42")
def test_stopping_takes_a_lesson() -> None:
    assert refused(refusals.LessonMissing, given(START), stop(lesson="  ")).field == "lesson"


@pytest.mark.requirement("R42")
def test_an_activity_that_stops_with_a_lesson_counts() -> None:
    assert decide(given(START), stop()) == [
        events.ActivityStopped(
            activity=ACTIVITY,
            on=APRIL,
            reason="Leverandøren trekte seg.",
            lesson="Brukarane må få prøve før vi kjøper.",
        )
    ]


@pytest.mark.parametrize("command", [report(), PLANNED, COMPLETE, HAND_OVER, stop(lesson="Noko anna")])
def test_a_stopped_activity_is_closed(command: commands.ActivityCommand) -> None:
    refusal = refused(refusals.StoppedAlready, given(START, stop()), command)
    assert refusal.facts == {"activity": str(ACTIVITY), "on": "2026-04-07"}


def test_stopping_again_with_the_same_lesson_changes_nothing_whatever_the_day() -> None:
    assert decide(given(START, stop()), stop().model_copy(update={"on": date(2026, 5, 1)})) == []


def test_a_completed_activitys_benefits_are_still_measured() -> None:
    assert decide(given(START, PLANNED, COMPLETE), measure("12"))


@pytest.mark.parametrize("command", [report(), PLANNED, stop(), HAND_OVER])
def test_a_completed_activity_reports_no_more(command: commands.ActivityCommand) -> None:
    refused(refusals.CompletedAlready, given(START, COMPLETE), command)


def test_what_is_handed_over_is_carried_on_by_the_unit() -> None:
    state = given(START, HAND_OVER)
    assert not isinstance(state, Running)
    assert decide(state, to(commands.EnterPhase, phase="ny-praksis", on=APRIL))
    assert refused(refusals.HandedOverAlready, state, report()).facts["to"] == "Heimetenesta"
    assert decide(given(START, HAND_OVER, COMPLETE), HAND_OVER) == []


def test_a_responsible_is_not_changed_before_the_last_change() -> None:
    state = given(START, to(commands.ChangeResponsible, responsible="bo", on=APRIL))
    refused(refusals.BeforeLatest, state, to(commands.ChangeResponsible, responsible="cam", on=MARCH))


def test_a_deadline_moves_with_a_reason_and_may_be_taken_away() -> None:
    state = given(START, to(commands.MoveDeadline, deadline=None, reason="Ventar på tilskot"))
    assert isinstance(state, Running)
    assert state.course.deadline is None
    early = to(commands.MoveDeadline, deadline=date(2026, 1, 1), reason="Hastar")
    refused(refusals.DeadlineBeforeStart, state, early)


def test_what_kind_of_activity_it_is_is_said_whole_each_time() -> None:
    first = to(commands.DescribeActivity, types=("service",), technology=True, sponsor="kommunedirektor")
    state = given(START, first)
    assert decide(state, first) == []
    assert decide(state, to(commands.DescribeActivity)) == [events.ActivityDescribed(activity=ACTIVITY)]


def test_each_sign_of_an_innovation_is_evidenced_by_itself() -> None:
    used = to(commands.EvidenceInnovation, sign="put-to-use", evidence="I bruk i to soner.", on=APRIL)
    (evidenced,) = decide(given(START), used)
    assert isinstance(evidenced, events.InnovationEvidenced)
    assert evidenced.sign is events.Sign.USED
    assert decide(given(START, used), used) == []


def test_a_history_that_cannot_have_been_is_a_loud_error() -> None:
    (started,) = decide(INITIAL, START)
    with pytest.raises(ValueError, match="cannot follow"):
        evolve(given(START), started)
    with pytest.raises(ValueError, match="cannot follow"):
        evolve(INITIAL, events.PhaseEntered(activity=ACTIVITY, phase="innsikt", on=MARCH))


def test_a_start_without_its_municipality_never_reaches_the_domain() -> None:
    with pytest.raises(ValueError, match="no command"):
        decide(INITIAL, START.model_copy(update={"tenant": None}))

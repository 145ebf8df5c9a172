"""The demo story holds what the mandate and the issue ask of a year, and is played on the services' own rules."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from contracts.answers import RefusedAnswer
from contracts.events.council import Outcome
from contracts.events.intake import Kind, SubmitterKind
from contracts.message import Command
from contracts.ruleset import FORMS
from interfaces.demo.chapter import TENANTS, chapter
from interfaces.demo.story import people, steps

if TYPE_CHECKING:
    from interfaces.demo.conftest import Played

A_MEETING_WITHOUT_A_QUORUM = "Storm og stengt fv. 64"


def test_the_same_step_again_changes_nothing_more(played: Played) -> None:
    assert len(played.answers) == len(steps())
    assert played.again == []


def test_what_lags_behind_makes_no_other_story(played: Played, lagging: Played) -> None:
    def told(story: Played) -> Counter[tuple[str, str, str]]:
        return Counter((event.tenant, event.name, str(event.subject)) for event in story.events)

    assert told(lagging) == told(played)
    numbers = [{event.data.number: event.data.title for event in story.of("CaseOpened")} for story in (played, lagging)]
    assert numbers[0] == numbers[1]


def test_every_step_has_its_time_and_they_follow_upon_each_other() -> None:
    moments = [step.at for step in steps()]
    assert moments == sorted(moments)
    assert moments[-1] < datetime(2026, 11, 1, tzinfo=UTC)
    assert all(step.message.at == step.at for step in steps() if isinstance(step.message, Command))
    assert all(step.note and "\n" not in step.note for step in steps())


@pytest.mark.requirement("R1", "R16")
def test_at_least_thirty_submissions_of_all_kinds_by_all_kinds_of_people_in_two_languages(played: Played) -> None:
    submitted = [event.data for event in played.of("IdeaSubmitted")]
    assert len(submitted) >= 30
    assert {idea.kind for idea in submitted} == set(Kind)
    assert {idea.submitter for idea in submitted} >= set(SubmitterKind) - {SubmitterKind.SYSTEM}
    assert {idea.language for idea in submitted} == {"nb", "nn"}
    assert sum(idea.assisted_by is not None for idea in submitted) == 1
    assert {idea.origin.system for idea in submitted if idea.origin} == {"decide", "sak"}
    assert {idea.tenant for idea in submitted} == set(TENANTS)


def test_submissions_are_clarified_corrected_merged_withdrawn_and_erased(played: Played) -> None:
    assert len(played.of("ClarificationRequested")) == len(played.of("IdeaClarified")) >= 5
    for name in ("IdeaCorrected", "IdeaMerged", "IdeaWithdrawn", "PersonalDataErased"):
        assert played.of(name), name


@pytest.mark.requirement("R1", "R7")
def test_the_same_need_is_linked_across_all_five_municipalities(played: Played) -> None:
    linked = played.of("IdeaLinked")
    assert {event.tenant for event in linked} == set(TENANTS)
    assert {(event.data.idea, event.data.other) for event in linked} == {
        (event.data.other, event.data.idea) for event in linked
    }


@pytest.mark.requirement("R3", "R8", "R19")
def test_each_council_has_a_mandate_disciplines_and_a_seat_for_ror_ikt(played: Played) -> None:
    assert {event.tenant for event in played.of("CouncilEstablished")} == set(TENANTS)
    first = next(event.data for event in played.of("MandateAdopted") if event.tenant == "molde")
    assert (first.case_reference, first.adopted) == ("PS-27/22", date(2022, 11, 9))
    assert max(event.data.edition for event in played.of("MandateAdopted")) == 2
    for tenant in TENANTS:
        members = [event.data for event in played.of("MemberAppointed") if event.tenant == tenant]
        assert sum(member.ror for member in members) == 1
        assert len({member.discipline for member in members}) >= 5


@pytest.mark.requirement("R2")
def test_vestnes_queues_its_cases_until_it_has_a_council(played: Played) -> None:
    established = next(event.data.established for event in played.of("CouncilEstablished") if event.tenant == "vestnes")
    waiting = [event for event in played.of("CaseOpened") if event.tenant == "vestnes"]
    assert len([case for case in waiting if case.data.received < established]) == len(waiting) >= 5


@pytest.mark.requirement("R6", "R11", "R12", "R15")
def test_every_outcome_form_route_and_strength_is_there(played: Played) -> None:
    decided = [event.data for event in played.of("CouncilDecided")]
    assert {decision.outcome for decision in decided} == set(Outcome) - {
        Outcome.ADOPTED
    }  # its mandate is amended elsewhere
    assert {decision.form for decision in decided} - {None} == set(FORMS)
    assert {(decision.route, decision.strength) for decision in decided if decision.route} == {
        (route, strength) for route in ("pilot", "inter-municipal") for strength in ("should", "shall")
    }
    assert all(
        decision.priorities and decision.responsible for decision in decided if decision.outcome == Outcome.APPROVED
    )


def test_what_was_deferred_or_returned_comes_up_again_under_its_number(played: Played) -> None:
    outcomes: dict[str, list[str]] = {}
    for event in played.of("CouncilDecided"):
        outcomes.setdefault(f"{event.tenant} {event.data.number}", []).append(event.data.outcome)
    courses = {tuple(course) for course in outcomes.values()}
    assert {("deferred", "approved"), ("returned", "approved"), ("deferred",), ("returned",)} <= courses


def test_a_tie_is_broken_by_the_chair_once_for_and_once_against(played: Played) -> None:
    ties = [event.data for event in played.of("CouncilDecided") if event.data.tie_broken_by]
    assert {tie.outcome for tie in ties} == {Outcome.APPROVED, Outcome.DECLINED}
    assert all(tie.tie_broken_by == tie.chair for tie in ties)


def test_a_meeting_without_a_quorum_is_adjourned_and_its_cases_come_up_in_the_next(played: Played) -> None:
    adjourned = played.of("MeetingAdjourned")
    assert [event.data.reason.startswith(A_MEETING_WITHOUT_A_QUORUM) for event in adjourned] == [True]
    assert [event.data.quorate for event in played.of("CaseCarriedOver")] == [False, False]


def test_what_is_not_allowed_is_refused_by_the_very_rule(played: Played) -> None:
    refused = {answer.refusal.rule for _, answer in played.answers if isinstance(answer, RefusedAnswer)}
    assert refused >= {"NoQuorum", "Recused", "DecisionIncomplete", "VotesSayOtherwise", "Unsettled", "LessonMissing"}
    assert len({event.data.ground for event in played.of("MemberRecused")}) >= 3


@pytest.mark.requirement("R13", "R57")
def test_every_decision_to_go_on_has_one_activity_and_one_is_led_by_others(played: Played) -> None:
    goes_on = [event.id for event in played.of("CouncilDecided") if event.data.form]
    started = [event.data for event in played.of("ActivityStarted")]
    assert sorted(goes_on) == sorted(activity.decision for activity in started if activity.decision)
    assert [activity.led_by for activity in started if activity.led_by] == ["Møre og Romsdal fylkeskommune"]


def test_activities_report_realise_benefits_fail_with_a_lesson_and_end(played: Played) -> None:
    stopped = played.of("ActivityStopped")
    assert len(stopped) == 1
    assert "vikarenes" in stopped[0].data.lesson
    lights = {report.data.time for report in played.of("StatusReported")}
    assert lights == {"green", "yellow", "red"}
    assert len(played.of("ActivityCompleted")) >= 3
    assert len(played.of("ActivityHandedOver")) >= 2
    plans = {event.data.benefit: event.data for event in played.of("BenefitPlanned")}
    reached = [
        event
        for event in played.of("BenefitRealised")
        for plan in [plans[event.data.benefit]]
        if (event.data.value - plan.start) / (plan.desired - plan.start) >= 1
    ]
    assert reached


@pytest.mark.requirement("R21", "R22")
def test_kpis_of_every_municipality_over_several_periods(played: Played) -> None:
    kinds = {event.data.kind for event in played.of("KpiDefined")}
    assert {"cost", "freed-resource", "climate", "quality"} <= kinds
    periods = Counter(event.data.kpi for event in played.of("KpiRecorded"))
    assert all(count >= 3 for count in periods.values())
    assert {event.tenant for event in played.of("KpiRecorded")} == set(TENANTS)
    assert any(event.data.value == 0 for event in played.of("KpiRecorded"))
    assert played.of("KpiCorrected")


def test_no_policy_was_refused_what_it_wanted(played: Played) -> None:
    assert [event.data for event in played.of("ReactionRefused")] == []


def test_no_name_and_no_private_word_is_in_any_event(played: Played) -> None:
    stored = b"\n".join(entry.body for ledger in played.trail.ledgers.values() for entry in ledger.read(0, 100_000))
    record = stored.decode()
    for tenant in TENANTS:
        told = chapter(tenant).told
        private = [person["name"] for person in told["people"].values()]
        private += [idea[name] for idea in told["ideas"].values() for name in ("problem", "proposal") if name in idea]
        assert [text for text in private if text in record] == []


def test_grants_are_only_those_that_do_not_follow_from_a_council() -> None:
    roles = Counter((tenant, grant.role.value) for tenant, grant in people())
    assert set(roles) == {(tenant, role) for tenant in TENANTS for role in ("caseworker", "director", "manager")}


@pytest.mark.requirement("R5", "R35", "R52")
def test_cases_are_assessed_before_they_are_decided_and_what_is_immature_is_only_tried(played: Played) -> None:
    problems = {event.data.case: event for event in played.of("ProblemDescribed")}
    assert len(problems) >= 4
    recommended = {event.data.case: event.data for event in played.of("OutcomeRecommended")}
    decided = {event.data.case: event.data for event in played.of("CouncilDecided") if event.data.case in recommended}
    assert {decided[case].outcome for case in recommended} == {Outcome.APPROVED, Outcome.DECLINED}
    assert all(said.outcome == decided[case].outcome for case, said in recommended.items())
    assert {event.data.digital for event in played.of("SolutionAssessed")} == {True, False}
    refused = {answer.refusal.rule for _, answer in played.answers if isinstance(answer, RefusedAnswer)}
    assert "ImmatureTechnology" in refused
    assert played.of("CaseRanked")

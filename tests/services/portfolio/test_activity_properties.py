"""What holds for an activity whatever it is commanded, and in whatever order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from contracts.commands import portfolio as commands
from contracts.events.portfolio import ActivityStarted
from contracts.identity import derive
from contracts.refusals import Refused
from services.portfolio.claims import ClaimActivity
from services.portfolio.domain import activity as noun
from services.portfolio.domain.activity import decide
from services.portfolio.domain.benefit import benefit_id
from services.portfolio.domain.claimed import RevokeActivity
from services.portfolio.domain.shown import shown
from services.portfolio.doors import COMMANDS
from tests.services.lives import does_nothing_again, live, replays_as_lived, whenever

CASE = derive("case", "rauma", 1)
DECISION = derive("event", "council", CASE, 4)
ACTIVITY = derive("activity", CASE, DECISION)
AT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
STARTED = date(2026, 2, 1)
ABOUT = {"at": st.just(AT), "activity": st.just(ACTIVITY)}
DATED = {**ABOUT, "on": st.integers(-2, 150).map(lambda days: STARTED + timedelta(days=days))}

start = st.just(
    commands.StartActivity(
        at=AT, tenant="rauma", case=CASE, decision=DECISION, title="Straumstyring", started=STARTED, responsible="ada"
    )
)
word = st.sampled_from(("alfa", "beta"))
maybe = st.none() | word
light = st.sampled_from(("green", "yellow", "red"))
figure = st.decimals(min_value=-9, max_value=9, places=1)
day = st.dates(date(2026, 1, 1), date(2026, 12, 31))
lights = dict.fromkeys(("time", "economy", "quality", "risk", "benefits"), light)
benefit = word.map(lambda indicator: benefit_id(ACTIVITY, indicator))

going_on: dict[type[commands.ActivityCommand], st.SearchStrategy[commands.ActivityCommand]] = {
    commands.DescribeActivity: st.builds(commands.DescribeActivity, **ABOUT, sponsor=maybe),
    commands.EnterPhase: st.builds(commands.EnterPhase, **DATED, phase=word),
    commands.ReportStatus: st.builds(commands.ReportStatus, **DATED, **lights, summary=word, correction=maybe),
    commands.PlanBenefit: st.builds(
        commands.PlanBenefit, **ABOUT, indicator=word, unit=word, start=figure, desired=figure, due=day
    ),
    commands.RealiseBenefit: st.builds(
        commands.RealiseBenefit, **DATED, benefit=benefit, value=figure, evidence=word, correction=maybe
    ),
    commands.EvidenceInnovation: st.builds(
        commands.EvidenceInnovation, **DATED, sign=st.sampled_from(("new", "useful", "put-to-use")), evidence=word
    ),
    commands.ChangeResponsible: st.builds(commands.ChangeResponsible, **DATED, responsible=word),
    commands.MoveDeadline: st.builds(commands.MoveDeadline, **ABOUT, deadline=st.none() | day, reason=word),
    commands.HandOverActivity: st.builds(commands.HandOverActivity, **DATED, to=word, responsible=maybe),
    commands.StopActivity: st.builds(commands.StopActivity, **DATED, reason=word, lesson=word | st.just("")),
    commands.CompleteActivity: st.builds(commands.CompleteActivity, **DATED, result=word, lesson=maybe),
}
any_command = st.one_of(start, *going_on.values())
# Most of a course should be lived before it ends, so what ends it comes last.
lives = st.tuples(
    start,
    st.lists(st.one_of(start, *list(going_on.values())[:-3]), max_size=12),
    st.lists(any_command, max_size=6),
).map(lambda parts: [parts[0], *parts[1], *parts[2]])

ANY_EXAMPLE = settings(phases=[Phase.generate], max_examples=5000, derandomize=True, database=None)


@whenever
@given(lives)
def test_a_replay_gives_what_was_lived(life: list[commands.PortfolioCommand]) -> None:
    replays_as_lived(noun, life)


@whenever
@given(lives, any_command)
def test_the_same_command_again_changes_nothing(
    life: list[commands.PortfolioCommand], command: commands.PortfolioCommand
) -> None:
    does_nothing_again(noun, life, command)


@whenever
@given(st.lists(any_command, max_size=15))
def test_a_decision_starts_at_most_one_activity(life: list[commands.PortfolioCommand]) -> None:
    _, happened = live(noun, life)
    assert sum(isinstance(event, ActivityStarted) for event in happened) <= 1


@whenever
@given(lives, start)
def test_a_late_replay_of_the_decision_never_sets_an_activity_back(
    life: list[commands.PortfolioCommand], again: commands.StartActivity
) -> None:
    state, _ = live(noun, life)
    assert decide(state, again) == []


@whenever
@given(lives)
def test_every_activity_can_be_shown(life: list[commands.PortfolioCommand]) -> None:
    _, happened = live(noun, life)
    activity = shown(happened)
    assert activity is not None
    assert activity.model_validate_json(activity.model_dump_json()) == activity


@whenever
@given(lives)
def test_no_measurement_and_no_report_vanishes_but_by_a_correction(life: list[commands.PortfolioCommand]) -> None:
    _, happened = live(noun, life)
    told = [event for event in happened if type(event).__name__ in {"StatusReported", "BenefitRealised"}]
    activity = shown(happened)
    assert activity is not None
    standing = len(activity.reports) + sum(len(benefit.measured) for benefit in activity.benefits)
    assert standing == sum(event.model_dump()["correction"] is None for event in told)


@pytest.mark.parametrize("kind", list(going_on), ids=lambda kind: kind.__name__)
def test_every_command_is_accepted_by_some_activity(kind: type[commands.ActivityCommand]) -> None:
    def accepted(pair: tuple[list[commands.PortfolioCommand], commands.ActivityCommand]) -> bool:
        state, _ = live(noun, pair[0])
        try:
            return bool(decide(state, pair[1]))
        except Refused:
            return False

    assert find(st.tuples(lives, going_on[kind]), accepted, settings=ANY_EXAMPLE)


def test_every_command_of_the_service_is_tried_here() -> None:
    assert set(COMMANDS) - {ClaimActivity, RevokeActivity} == {commands.StartActivity, commands.JoinActivity, *going_on}

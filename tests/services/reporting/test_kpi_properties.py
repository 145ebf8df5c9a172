"""What holds for a KPI whatever is recorded and corrected, and in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.commands import reporting as commands
from contracts.events.reporting import KpiCorrected, KpiRecorded
from contracts.refusals import Refused
from services.reporting.domain.kpi import INITIAL, Defined, Kpi, decide, evolve, kpi_id
from services.reporting.doors import COMMANDS

if TYPE_CHECKING:
    from contracts.events.reporting import ReportingEvent

AT = datetime(2026, 4, 20, 12, 0, tzinfo=UTC)
KPI = kpi_id("molde", "co2")
ABOUT = {"at": st.just(AT), "kpi": st.just(KPI)}
period = st.sampled_from(("2025", "2026", "2027", "2026-Q1"))
value = st.decimals(min_value=-2, max_value=2, places=0)
define = st.builds(
    commands.DefineKpi,
    at=st.just(AT),
    tenant=st.just("molde"),
    key=st.just("co2"),
    name=st.sampled_from(("Utslepp", "CO2")),
    unit=st.just("tonn"),
    direction=st.just("lower"),
    kind=st.just("climate"),
    every=st.just("year"),
)
record = st.builds(commands.RecordKpi, **ABOUT, period=period, value=value)
correct = st.builds(commands.CorrectKpi, **ABOUT, period=period, was=value, value=value, reason=st.just("Feil kjelde"))
any_command = define | record | correct
lives = st.tuples(define, st.lists(any_command, max_size=20)).map(lambda parts: [parts[0], *parts[1]])

whenever = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


def live(life: list[commands.ReportingCommand]) -> tuple[Kpi, list[ReportingEvent]]:
    """The state and events after a life in which refusals change nothing."""
    state: Kpi = INITIAL
    happened: list[ReportingEvent] = []
    for command in life:
        try:
            decided = decide(state, command)
        except Refused:
            continue
        state = reduce(evolve, decided, state)
        happened += decided
    return state, happened


@whenever
@given(lives)
def test_a_replay_gives_what_was_lived(life: list[commands.ReportingCommand]) -> None:
    state, happened = live(life)
    stored = [type(event).model_validate_json(event.model_dump_json(exclude_none=True)) for event in happened]
    assert reduce(evolve, stored, INITIAL) == state


@whenever
@given(lives, any_command)
def test_the_same_command_again_changes_nothing(
    life: list[commands.ReportingCommand], command: commands.ReportingCommand
) -> None:
    state, _ = live(life)
    try:
        after = reduce(evolve, decide(state, command), state)
    except Refused:
        return
    assert decide(after, command) == []


@whenever
@given(lives)
def test_every_change_of_a_recorded_figure_says_what_it_was(life: list[commands.ReportingCommand]) -> None:
    state, happened = live(life)
    figures = {}
    for event in happened:
        if isinstance(event, KpiRecorded):
            assert event.period not in figures
            figures[event.period] = event.value
        elif isinstance(event, KpiCorrected):
            assert figures[event.period] == event.was != event.value
            figures[event.period] = event.value
    assert isinstance(state, Defined)
    assert state.figures == figures


def test_every_command_of_a_kpi_is_tried_here() -> None:
    assert set(COMMANDS) == {commands.DefineKpi, commands.RecordKpi, commands.CorrectKpi}

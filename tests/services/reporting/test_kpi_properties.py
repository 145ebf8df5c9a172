"""What holds for a KPI whatever is recorded and corrected, and in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from contracts.commands import reporting as commands
from contracts.events.reporting import KpiCorrected, KpiRecorded
from services.reporting.domain import kpi
from services.reporting.domain.kpi import Defined, kpi_id
from services.reporting.doors import COMMANDS
from tests.services.lives import does_nothing_again, live, replays_as_lived, whenever

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


@whenever
@given(lives)
def test_a_replay_gives_what_was_lived(life: list[commands.ReportingCommand]) -> None:
    replays_as_lived(kpi, life)


@whenever
@given(lives, any_command)
def test_the_same_command_again_changes_nothing(
    life: list[commands.ReportingCommand], command: commands.ReportingCommand
) -> None:
    does_nothing_again(kpi, life, command)


@whenever
@given(lives)
def test_every_change_of_a_recorded_figure_says_what_it_was(life: list[commands.ReportingCommand]) -> None:
    state, happened = live(kpi, life)
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

"""A KPI: one figure a period, and how a wrong one is put right."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import reporting as commands
from contracts.door import NotFound
from contracts.events import reporting as events
from services.reporting.domain import refusals
from services.reporting.domain.kpi import INITIAL, Kpi, decide, evolve, first_day, kpi_id, length

if TYPE_CHECKING:
    from contracts.refusals import Refused

AT = datetime(2026, 4, 20, 12, 0, tzinfo=UTC)
KPI = kpi_id("rauma", "sjukefravaer")
DEFINE = commands.DefineKpi(
    at=AT,
    tenant="rauma",
    key="sjukefravaer",
    name="Sjukefråvær i heimetenesta",
    unit="prosent",
    direction="lower",
    kind="quality",
    every="quarter",
)


def record(value: str, period: str = "2026-Q1") -> commands.RecordKpi:
    return commands.RecordKpi(at=AT, kpi=KPI, period=period, value=Decimal(value), source="Visma")


def correct(was: str, value: str, period: str = "2026-Q1") -> commands.CorrectKpi:
    return commands.CorrectKpi(
        at=AT, kpi=KPI, period=period, was=Decimal(was), value=Decimal(value), reason="Eigenmeldingar mangla"
    )


def given(*commanded: commands.ReportingCommand) -> Kpi:
    state = INITIAL
    for command in commanded:
        state = reduce(evolve, decide(state, command), state)
    return state


def refused(rule: type[Refused], state: Kpi, command: commands.ReportingCommand) -> Any:
    with pytest.raises(rule) as caught:
        decide(state, command)
    assert caught.value.on_the_wire().says
    return caught.value


def test_a_kpi_is_defined_once() -> None:
    (defined,) = decide(INITIAL, DEFINE)
    assert isinstance(defined, events.KpiDefined)
    assert (defined.kpi, defined.tenant, defined.every) == (KPI, "rauma", "quarter")
    assert decide(given(DEFINE), DEFINE) == []


def test_a_key_names_one_kpi_for_good() -> None:
    refused(refusals.KeyTaken, given(DEFINE), DEFINE.model_copy(update={"unit": "dagar"}))


def test_a_figure_is_recorded_with_what_a_reader_needs_to_know() -> None:
    assert decide(given(DEFINE), record("8.4")) == [
        events.KpiRecorded(
            kpi=KPI,
            period="2026-Q1",
            value=Decimal("8.4"),
            name="Sjukefråvær i heimetenesta",
            unit="prosent",
            source="Visma",
        )
    ]


def test_zero_is_a_figure_and_is_written_as_one() -> None:
    (recorded,) = decide(given(DEFINE), record("0"))
    assert '"value":"0"' in recorded.model_dump_json()
    refused(refusals.AlreadyRecorded, given(DEFINE, record("0")), record("1"))


def test_figures_are_exact_on_the_wire() -> None:
    (recorded,) = decide(given(DEFINE), record("0.10"))
    assert events.KpiRecorded.model_validate_json(recorded.model_dump_json()) == recorded
    assert '"value":"0.10"' in recorded.model_dump_json()


def test_the_same_figure_again_changes_nothing() -> None:
    assert decide(given(DEFINE, record("8.4")), record("8.40")) == []


def test_another_figure_for_the_same_period_is_refused() -> None:
    refusal = refused(refusals.AlreadyRecorded, given(DEFINE, record("8.4")), record("7.9"))
    assert refusal.facts == {"kpi": str(KPI), "period": "2026-Q1", "recorded": "8.4", "offered": "7.9"}


def test_a_correction_points_to_what_it_corrects_and_says_why() -> None:
    (corrected,) = decide(given(DEFINE, record("8.4")), correct("8.4", "9.1"))
    assert isinstance(corrected, events.KpiCorrected)
    assert (corrected.was, corrected.value, corrected.reason) == (
        Decimal("8.4"),
        Decimal("9.1"),
        "Eigenmeldingar mangla",
    )


def test_the_same_correction_again_changes_nothing() -> None:
    assert decide(given(DEFINE, record("8.4"), correct("8.4", "9.1")), correct("8.4", "9.1")) == []


def test_a_replay_of_what_was_corrected_does_not_bring_it_back() -> None:
    refused(refusals.AlreadyRecorded, given(DEFINE, record("8.4"), correct("8.4", "9.1")), record("8.4"))


def test_a_late_correction_of_what_has_been_corrected_since_is_refused() -> None:
    state = given(DEFINE, record("8.4"), correct("8.4", "9.1"), correct("9.1", "9.0"))
    assert refused(refusals.FigureHasChanged, state, correct("8.4", "9.1")).facts["recorded"] == "9.0"


def test_only_what_is_recorded_is_corrected() -> None:
    refusal = refused(refusals.NothingToCorrect, given(DEFINE, record("8.4")), correct("1", "2", "2025-Q4"))
    assert refusal.facts["recorded"] == ["2026-Q1"]


@pytest.mark.parametrize("period", ["2026", "2026-01"])
def test_a_quarterly_kpi_takes_quarters(period: str) -> None:
    refusal = refused(refusals.WrongPeriod, given(DEFINE), record("8.4", period))
    assert refusal.on_the_wire().accepts == "a quarter, such as 2026-Q1"


def test_a_period_that_has_not_begun_has_no_figure() -> None:
    assert decide(given(DEFINE), record("8.4", "2026-Q2"))
    assert refused(refusals.PeriodAhead, given(DEFINE), record("8.4", "2026-Q3")).begins == date(2026, 7, 1)


def test_what_is_not_defined_is_not_found() -> None:
    refused(NotFound, INITIAL, record("8.4"))
    refused(NotFound, INITIAL, correct("1", "2"))


@pytest.mark.parametrize(
    ("period", "every", "begins"),
    [
        ("2026", "year", date(2026, 1, 1)),
        ("2026-11", "month", date(2026, 11, 1)),
        ("2026-Q4", "quarter", date(2026, 10, 1)),
    ],
)
def test_a_period_is_read_by_how_it_is_written(period: str, every: str, begins: date) -> None:
    assert (length(period), first_day(period)) == (every, begins)


@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "0000", "26", "2026-1", "2026-Q1 "])
def test_what_is_no_period_is_not_read(period: str) -> None:
    with pytest.raises(ValueError, match="period"):
        record("1", period)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e30", "0.0000001", "mange"])
def test_what_is_no_figure_is_not_read(value: str) -> None:
    with pytest.raises(ValueError, match="value"):
        commands.RecordKpi.model_validate({"kpi": KPI, "period": "2026-Q1", "value": value})


def test_a_history_that_cannot_have_been_is_a_loud_error() -> None:
    (defined,) = decide(INITIAL, DEFINE)
    with pytest.raises(ValueError, match="cannot follow"):
        evolve(given(DEFINE), defined)


def test_a_definition_without_its_municipality_never_reaches_the_domain() -> None:
    with pytest.raises(ValueError, match="no command"):
        decide(INITIAL, DEFINE.model_copy(update={"tenant": None}))

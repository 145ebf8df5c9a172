"""Figures from a data warehouse: by the municipality's own keys, standing until they are corrected."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands.reporting import CorrectKpi, DefineKpi
from services.reporting.domain.kpi import kpi_id
from tests.runtime.claimants import FIGURE, Claimants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KPI = kpi_id("molde", "ventetid")


@pytest.fixture
def molde(tmp_path: Path) -> Iterator[Claimants]:
    claimants = Claimants(tmp_path)
    define = {"name": "Ventetid", "unit": "dagar", "direction": "lower", "kind": "quality", "every": "month"}
    claimants.do(DefineKpi(key="ventetid", **define))
    yield claimants
    claimants.close()


def accepted(molde: Claimants, id_: str, **said: Any) -> None:
    outcome = molde.publish("KpiRecorded", id_, FIGURE | said)
    assert (outcome.state, outcome.about) == ("accepted", KPI), outcome.refusal


def refused(molde: Claimants, id_: str, **said: Any) -> Any:
    before = molde.ledgers["reporting"].head()
    refusal = molde.publish("KpiRecorded", id_, FIGURE | said).refusal
    assert [event.name for event in molde.events("reporting", before)] == ["ClaimRejected"]
    return refusal


@pytest.mark.parametrize("kpi", ["ventetid", str(KPI)])
def test_a_figure_is_recorded_by_key_or_id_with_where_it_comes_from(molde: Claimants, kpi: str) -> None:
    accepted(molde, "1", kpi=kpi)
    (recorded,) = molde.of("KpiRecorded")
    assert (recorded.kpi, recorded.period, recorded.value) == (KPI, "2026-01", Decimal("12.50"))
    assert (recorded.source, recorded.unit) == ("dvh", "dagar")


def test_nought_is_a_figure(molde: Claimants) -> None:
    accepted(molde, "1", value="0")
    assert molde.of("KpiRecorded")[0].value == 0


@pytest.mark.parametrize("kpi", ["ukjent", str(kpi_id("aukra", "ventetid")), "ventetid "])
def test_a_kpi_has_to_be_defined_in_the_municipality(molde: Claimants, kpi: str) -> None:
    if kpi.strip() == "ventetid":
        accepted(molde, "1", kpi=kpi)
        return
    refusal = refused(molde, "1", kpi=kpi)
    assert (refusal.rule, refusal.field, refusal.value) == ("UnknownReference", "data.kpi", kpi)
    assert "defined" in refusal.accepts


def test_another_value_needs_to_say_what_it_corrects(molde: Claimants) -> None:
    accepted(molde, "1")
    accepted(molde, "2")  # the same figure again
    refusal = refused(molde, "3", value="13")
    assert (refusal.rule, refusal.field, refusal.value) == ("AlreadyRecorded", "data.value", "13")
    assert "corrects" in refusal.accepts
    accepted(molde, "4", value="13", corrects="1", reason="Éi eining mangla.")
    accepted(molde, "5", value="14", corrects="4")
    corrected = [(each.was, each.value, each.reason) for each in molde.of("KpiCorrected")]
    assert corrected == [
        (Decimal("12.50"), Decimal(13), "Éi eining mangla."),
        (Decimal(13), Decimal(14), "dvh: 4"),
    ]
    assert len(molde.of("KpiRecorded")) == 1


def test_a_correction_is_of_one_s_own_claim_about_that_kpi_and_period(molde: Claimants) -> None:
    accepted(molde, "1")
    accepted(molde, "2", period="2026-02")
    assert refused(molde, "3", value="9", corrects="2").rule == "UnknownReference"
    assert refused(molde, "4", value="9", corrects="nothing").field == "data.corrects"


def test_a_correction_may_follow_what_people_have_corrected(molde: Claimants) -> None:
    accepted(molde, "1")
    molde.do(CorrectKpi(kpi=KPI, period="2026-01", was="12.50", value="12", reason="Feil desimal"))
    accepted(molde, "2", value="11", corrects="1")
    assert [(each.was, each.value) for each in molde.of("KpiCorrected")][-1] == (Decimal(12), Decimal(11))


@pytest.mark.parametrize(
    ("said", "rule", "field"),
    [
        ({"period": "2026-Q1"}, "WrongPeriod", "data.period"),
        ({"period": "2026-04"}, "PeriodAhead", "data.period"),
        ({"period": "2026-13"}, "Invalid", "data.period"),
        ({"value": "mange"}, "Invalid", "data.value"),
        ({"value": None}, "Invalid", "data.value"),
        ({"value": "1e30"}, "Invalid", "data.value"),
    ],
)
def test_a_figure_is_one_of_a_period(molde: Claimants, said: dict[str, Any], rule: str, field: str) -> None:
    refusal = refused(molde, "1", **said)
    assert (refusal.rule, refusal.field) == (rule, field)

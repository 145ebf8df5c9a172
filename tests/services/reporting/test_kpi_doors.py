"""Reporting's use cases on a real ledger: a KPI belongs to its municipality."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from contracts.acting import Acting, Role
from contracts.commands import reporting as commands
from contracts.door import AnotherMunicipality, NotFound
from runtime.ledger import Ledger, Origin
from runtime.work import Work
from services.reporting.domain.kpi import kpi_id
from services.reporting.doors import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

AT = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
MOLDE = Acting("molde", "web", "ada", frozenset({Role.MANAGER}))
AUKRA = Acting("aukra", "web", "ola", frozenset({Role.MANAGER}))
DEFINE = commands.DefineKpi(
    at=AT,
    key="nattbesok",
    name="Nattbesøk",
    unit="per uke",
    direction="lower",
    kind="freed-resource",
    every="month",
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path}/reporting.db", "reporting", clock=lambda: AT, salt=lambda: b"salt")
    yield opened
    opened.close()


def send(ledger: Ledger, command: commands.ReportingCommand, acting: Acting = MOLDE) -> UUID:
    work = Work(ledger, Origin(acting.tenant, acting.actor, command.moment, "c", "c"))
    about = COMMANDS[type(command)](work, command, acting)
    ledger.append(work.entries)
    return about


def test_the_same_key_names_a_kpi_of_its_own_in_each_municipality(ledger: Ledger) -> None:
    assert send(ledger, DEFINE) == kpi_id("molde", "nattbesok")
    assert send(ledger, DEFINE, AUKRA) == kpi_id("aukra", "nattbesok")


def test_a_figure_recorded_twice_is_one_event(ledger: Ledger) -> None:
    record = commands.RecordKpi(at=AT, kpi=send(ledger, DEFINE), period="2026-03", value=Decimal(0))
    assert send(ledger, record) == send(ledger, record) == record.kpi
    assert [recorded.name for recorded in ledger.history(record.kpi)] == ["KpiDefined", "KpiRecorded"]


def test_a_correction_is_recorded_beside_what_it_corrects(ledger: Ledger) -> None:
    kpi = send(ledger, DEFINE)
    send(ledger, commands.RecordKpi(at=AT, kpi=kpi, period="2026-03", value=Decimal(70)))
    send(
        ledger, commands.CorrectKpi(at=AT, kpi=kpi, period="2026-03", was=70, value=Decimal(35), reason="Talt dobbelt")
    )
    assert [recorded.name for recorded in ledger.history(kpi)] == ["KpiDefined", "KpiRecorded", "KpiCorrected"]


def test_to_another_municipality_a_kpi_does_not_exist(ledger: Ledger) -> None:
    record = commands.RecordKpi(at=AT, kpi=send(ledger, DEFINE), period="2026-03", value=Decimal(1))
    with pytest.raises(NotFound) as refused:
        send(ledger, record, AUKRA)
    assert refused.value.facts == {"kind": "KPI", "id": str(record.kpi)}


def test_nobody_defines_a_kpi_for_another_municipality(ledger: Ledger) -> None:
    with pytest.raises(AnotherMunicipality):
        send(ledger, DEFINE.model_copy(update={"tenant": "molde"}), AUKRA)

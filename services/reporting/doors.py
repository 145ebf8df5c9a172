"""What reporting does with each command: the table its doors are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.commands import reporting as commands
from contracts.door import AnotherMunicipality, NotFound
from contracts.events.reporting import KpiDefined
from runtime.decider import Decider
from services.reporting.domain.kpi import INITIAL, Kpi, Undefined, decide, evolve, kpi_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.message import Command
    from runtime.declaration import UseCase
    from runtime.work import Work

KPI: Decider[Kpi] = Decider("kpi", INITIAL, decide, evolve, (KpiDefined,))


def define(work: Work, command: commands.DefineKpi, acting: Acting) -> UUID:
    """Define a KPI. Raises `AnotherMunicipality` where the command names one that the sender is not of."""
    if command.tenant not in (None, acting.tenant):
        raise AnotherMunicipality(str(command.tenant), acting.tenant)
    kpi = kpi_id(acting.tenant, command.key)
    work.do(KPI, kpi, command.model_copy(update={"tenant": acting.tenant}))
    return kpi


def measure(work: Work, command: commands.RecordKpi | commands.CorrectKpi, acting: Acting) -> UUID:
    """Record or correct a figure. To another municipality the KPI does not exist: `NotFound`."""
    kpi = work.state(KPI, command.kpi)
    if isinstance(kpi, Undefined) or kpi.definition.tenant != acting.tenant:
        raise NotFound("KPI", str(command.kpi))
    work.do(KPI, command.kpi, command)
    return command.kpi


COMMANDS: Mapping[type[Command], UseCase] = {
    commands.DefineKpi: define,
    commands.RecordKpi: measure,
    commands.CorrectKpi: measure,
}

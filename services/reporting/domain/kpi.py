"""A KPI (*nøkkeltall*): what a municipality measures, one figure a period, and the corrections of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from contracts.commands import reporting as commands
from contracts.door import NotFound
from contracts.events import reporting as events
from contracts.identity import derive
from services.reporting.domain import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from uuid import UUID

    from contracts.events.reporting import ReportingEvent


@dataclass(frozen=True)
class Undefined:
    """Nothing is measured under its key."""


@dataclass(frozen=True)
class Defined:
    """What is measured, and the figure that stands in each period."""

    definition: events.KpiDefined
    figures: Mapping[str, Decimal] = field(default_factory=dict)


Kpi: TypeAlias = Undefined | Defined

INITIAL: Kpi = Undefined()


def kpi_id(tenant: str, key: str) -> UUID:
    """The id that follows from a municipality's key."""
    return derive("kpi", tenant, key)


def length(period: str) -> events.Every:
    """How long a period is, by how it is written."""
    if "Q" in period:
        return "quarter"
    return "month" if "-" in period else "year"


def first_day(period: str) -> date:
    """The day a period begins: 1 April 2026 for `2026-Q2`."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return date(int(year), 3 * int(part[1:]) - 2, 1)
    return date(int(year), int(part or 1), 1)


EXAMPLES: dict[events.Every, str] = {"month": "2026-03", "quarter": "2026-Q1", "year": "2026"}


def decide(kpi: Kpi, command: commands.ReportingCommand) -> list[ReportingEvent]:
    """What follows from the command; nothing, if it has been done. Raises this service's refusals and `NotFound`."""
    match kpi, command:
        case Undefined(), commands.DefineKpi(tenant=str()):
            return [_defined(command)]
        case Undefined(), commands.RecordKpi() | commands.CorrectKpi():
            raise NotFound("KPI", str(command.kpi))
        case Defined(), commands.DefineKpi():
            if kpi.definition != _defined(command):
                raise refusals.KeyTaken(command.key, kpi.definition.name, kpi.definition.unit)
            return []
        case Defined(), commands.RecordKpi():
            return _record(kpi, command)
        case Defined(), commands.CorrectKpi():
            return _correct(kpi, command)
    raise ValueError(f"{type(command).__name__} is no command to a KPI that is {type(kpi).__name__}")


def _defined(command: commands.DefineKpi) -> events.KpiDefined:
    return events.KpiDefined(kpi=kpi_id(str(command.tenant), command.key), **command.model_dump(exclude={"at"}))


def _record(kpi: Defined, command: commands.RecordKpi) -> list[ReportingEvent]:
    every, period = kpi.definition.every, command.period
    if length(period) != every:
        raise refusals.WrongPeriod(period, every, EXAMPLES[every])
    if first_day(period) > command.day:
        raise refusals.PeriodAhead(period, first_day(period))
    standing = kpi.figures.get(period)
    if standing == command.value:
        return []  # the same figure again
    if standing is not None:
        raise refusals.AlreadyRecorded(command.kpi, period, standing, command.value)
    about = kpi.definition
    return [
        events.KpiRecorded(
            kpi=command.kpi,
            period=period,
            value=command.value,
            name=about.name,
            unit=about.unit,
            activity=about.activity,
            source=command.source,
        )
    ]


def _correct(kpi: Defined, command: commands.CorrectKpi) -> list[ReportingEvent]:
    standing = kpi.figures.get(command.period)
    if standing is None:
        raise refusals.NothingToCorrect(command.kpi, command.period, tuple(sorted(kpi.figures)))
    if standing == command.value:
        return []  # so it stands already
    if standing != command.was:
        raise refusals.FigureHasChanged(command.kpi, command.period, standing, command.was)
    told = command.model_dump(exclude={"at"})
    return [events.KpiCorrected(activity=kpi.definition.activity, **told)]


def evolve(kpi: Kpi, event: ReportingEvent) -> Kpi:
    """The KPI after the event. Raises `ValueError` on a history that cannot have been."""
    match kpi, event:
        case Undefined(), events.KpiDefined():
            return Defined(event)
        case Defined(), events.KpiRecorded() | events.KpiCorrected():
            return replace(kpi, figures={**kpi.figures, event.period: event.value})
    raise ValueError(f"{type(event).__name__} cannot follow on {type(kpi).__name__}")

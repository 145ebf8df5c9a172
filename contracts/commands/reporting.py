"""What the reporting service can be asked to do."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from contracts.events.reporting import Direction, Every, Period
from contracts.figure import Figure
from contracts.message import Command, Line, Slug


class ReportingCommand(Command):
    """A command to the reporting service."""

    service: ClassVar[str] = "reporting"


class DefineKpi(ReportingCommand):
    """Define a KPI. `key` is its permanent short name in the municipality, and its id follows from it.

    `kind` is one of `KpiKind` or a slug of the municipality's own (R28); `measure` is the *tiltak* whose effect it
    shows (R47). `tenant` may be left out: it follows from who acts.
    """

    tenant: Slug | None = None
    key: Slug
    name: Line
    unit: Line
    direction: Direction
    kind: Slug
    every: Every
    activity: UUID | None = None
    measure: Line | None = None
    target: Figure | None = None


class RecordKpi(ReportingCommand):
    """Record what a KPI stood at in a period, and where the figure comes from."""

    kpi: UUID
    period: Period
    value: Figure
    source: Line | None = None


class CorrectKpi(ReportingCommand):
    """Correct a period's recorded figure `was`, and say why. Refused when another figure stands there by now."""

    kpi: UUID
    period: Period
    was: Figure
    value: Figure
    reason: Line

"""What the reporting service records."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import StringConstraints

from contracts.figure import Figure
from contracts.message import Event, Line, Slug

Direction = Literal["higher", "lower"]
"""Which way is better."""

Every = Literal["month", "quarter", "year"]
"""How long the periods of a KPI are."""

Period = Annotated[str, StringConstraints(pattern=r"^(19|20)[0-9]{2}(-(Q[1-4]|0[1-9]|1[0-2]))?$")]
"""A month (`2026-03`), a quarter (`2026-Q1`) or a year (`2026`)."""


class KpiKind(StrEnum):
    """The types of the KPI catalogue (R21, R22, R28, R45). The list may be longer elsewhere: a kind is a slug."""

    COST = "cost"
    FREED_RESOURCE = "freed-resource"
    CLIMATE = "climate"
    QUALITY = "quality"
    SATISFACTION = "employee-satisfaction"
    INVOLVEMENT = "citizen-involvement"
    COCREATION = "co-creation"
    COMPETENCE = "competence"
    DIGITISATION = "digitisation"


class ReportingEvent(Event):
    """An event of the reporting service."""

    service: ClassVar[str | None] = "reporting"


class KpiDefined(ReportingEvent):
    """A KPI that a municipality measures, period by period; `measure` is the *tiltak* whose effect it shows (R47).

    `key` is its permanent short name in the municipality; `activity` the one it is about, if it is about one.
    """

    kpi: UUID
    tenant: Slug
    key: Slug
    name: Line
    unit: Line
    direction: Direction
    kind: Slug
    every: Every
    activity: UUID | None = None
    measure: Line | None = None
    target: Figure | None = None


class KpiRecorded(ReportingEvent):
    """What a KPI stood at in a period, in its unit; `source` says where the figure comes from. 0 is a value."""

    kpi: UUID
    period: Period
    value: Figure
    name: Line
    unit: Line
    activity: UUID | None = None
    source: Line | None = None


class KpiCorrected(ReportingEvent):
    """A recorded period's figure was wrong: it was `was`, it is `value`, and `reason` says why."""

    kpi: UUID
    period: Period
    was: Figure
    value: Figure
    reason: Line
    activity: UUID | None = None

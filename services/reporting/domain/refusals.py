"""What reporting refuses, by the rule that was broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal
    from uuid import UUID


@dataclass(eq=False)
class KeyTaken(Refused):
    """A key names one KPI for good."""

    key: str
    name: str
    unit: str
    says = "`{key}` is the KPI `{name}` in {unit}"
    field: ClassVar[str | None] = "key"
    accepts = "a key that is not in use"


@dataclass(eq=False)
class AlreadyRecorded(Refused):
    """A period's figure stands until it is corrected."""

    kpi: UUID
    period: str
    recorded: Decimal
    offered: Decimal
    says = "{recorded} is recorded for {period}, not {offered}"
    field: ClassVar[str | None] = "value"
    accepts = "a correction: `CorrectKpi`, or a claim with `corrects`"


@dataclass(eq=False)
class NothingToCorrect(Refused):
    """Only what was recorded is corrected."""

    kpi: UUID
    period: str
    recorded: tuple[str, ...]
    says = "nothing is recorded for {period}"
    field: ClassVar[str | None] = "period"
    accepts = "one of {recorded}"


@dataclass(eq=False)
class FigureHasChanged(Refused):
    """A correction corrects the figure its author saw, not one that came since."""

    kpi: UUID
    period: str
    recorded: Decimal
    was: Decimal
    says = "{recorded} is recorded for {period} by now, not {was}"
    field: ClassVar[str | None] = "was"
    accepts = "{recorded}"


@dataclass(eq=False)
class WrongPeriod(Refused):
    """A KPI's periods are all of one length."""

    period: str
    every: str
    example: str
    says = "{period} is not a {every}"
    field: ClassVar[str | None] = "period"
    accepts = "a {every}, such as {example}"


@dataclass(eq=False)
class PeriodAhead(Refused):
    """A period that has not begun has no figure."""

    period: str
    begins: date
    says = "{period} begins on {begins}"
    field: ClassVar[str | None] = "period"
    accepts = "a period that has begun"

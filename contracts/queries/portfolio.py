"""What the portfolio service can be asked to tell."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.events.portfolio import (
    ActivityCompleted,
    ActivityDescribed,
    ActivityHandedOver,
    ActivityStarted,
    ActivityStopped,
    BenefitPlanned,
    BenefitRealised,
    InnovationEvidenced,
    PhaseEntered,
    StatusReported,
)
from contracts.message import Message, PersonId, Query


class PortfolioQuery(Query):
    """A query to the portfolio service."""

    service: ClassVar[str] = "portfolio"


class ShowActivity(PortfolioQuery):
    """One activity with all it has been through; the result is an `ActivityShown`."""

    activity: UUID


class BenefitShown(Message):
    """A planned benefit and its measurements by date; `achieved` is how far the latest is on the way, 1 is reached."""

    plan: BenefitPlanned
    measured: tuple[BenefitRealised, ...] = ()
    achieved: float | None = None


class ActivityShown(Message):
    """An activity as it stands. Phases, reports and measurements are in the order of their dates.

    `innovation`: *nytt*, *nyttig* and *nyttiggjort* are all evidenced (R45).
    """

    activity: UUID
    state: Literal["running", "handed-over", "stopped", "completed"]
    start: ActivityStarted
    responsible: PersonId | None = None
    deadline: date | None = None
    description: ActivityDescribed | None = None
    phases: tuple[PhaseEntered, ...] = ()
    reports: tuple[StatusReported, ...] = ()
    benefits: tuple[BenefitShown, ...] = ()
    evidence: tuple[InnovationEvidenced, ...] = ()
    innovation: bool = False
    handover: ActivityHandedOver | None = None
    end: ActivityStopped | ActivityCompleted | None = None

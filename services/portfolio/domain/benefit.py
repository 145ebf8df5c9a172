"""A benefit (*gevinst*): what an activity is to bring, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from contracts.figure import achievement
from contracts.identity import derive
from services.portfolio.domain import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from contracts.events.portfolio import BenefitPlanned, BenefitRealised


def benefit_id(activity: UUID, indicator: str) -> UUID:
    """The id of the benefit that `indicator` shows; upper and lower case are the same."""
    return derive("benefit", activity, indicator.casefold())


@dataclass(frozen=True)
class Benefit:
    """A benefit as planned, and what was measured by date: a correction has replaced what it corrects."""

    plan: BenefitPlanned
    measured: Mapping[date, BenefitRealised] = field(default_factory=dict)

    @property
    def achieved(self) -> Decimal | None:
        """How far the latest measurement is on the way from start (0) to desired (1)."""
        if not self.measured:
            return None
        latest = self.measured[max(self.measured)]
        return achievement(self.plan.start, self.plan.desired, latest.value)

    @property
    def reached(self) -> bool:
        """Whether the latest measurement shows what was desired."""
        return self.achieved is not None and self.achieved >= 1

    def take(self, realised: BenefitRealised) -> Benefit:
        """The benefit with one more measurement."""
        return replace(self, measured={**self.measured, realised.on: realised})


def may_plan(plan: BenefitPlanned, started: date, planned: Mapping[UUID, Benefit]) -> None:
    """Whether a benefit may be planned. Raises `BenefitAlreadyPlanned`, `DesiredEqualsStart`, `DueBeforeStart`."""
    if plan.benefit in planned:
        old = planned[plan.benefit].plan
        raise refusals.BenefitAlreadyPlanned(old.benefit, old.indicator, old.start, old.desired, old.due)
    if plan.start == plan.desired:
        raise refusals.DesiredEqualsStart(plan.indicator, plan.start)
    if plan.due < started:
        raise refusals.DueBeforeStart(plan.due, started)


def may_measure(realised: BenefitRealised, planned: Mapping[UUID, Benefit]) -> None:
    """Whether a measurement may be taken. Raises `BenefitNotPlanned`, `AlreadyMeasured`, `NothingToCorrect`."""
    if realised.benefit not in planned:
        raise refusals.BenefitNotPlanned(realised.benefit, tuple(planned))
    standing = planned[realised.benefit].measured.get(realised.on)
    if standing and realised.correction is None:
        raise refusals.AlreadyMeasured(realised.benefit, realised.on, standing.value, realised.value)
    if not standing and realised.correction is not None:
        raise refusals.NothingToCorrect("measurement", realised.on)

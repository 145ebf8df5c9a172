"""An activity as somebody is shown it, from its history alone."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Literal

from contracts.events.portfolio import Sign
from contracts.queries.portfolio import ActivityShown, BenefitShown
from services.portfolio.domain.activity import (
    INITIAL,
    Begun,
    Completed,
    HandedOver,
    NotStarted,
    Running,
    Stopped,
    evolve,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.events.portfolio import PortfolioEvent
    from services.portfolio.domain.benefit import Benefit

STATES: dict[type[Begun], Literal["running", "handed-over", "stopped", "completed"]] = {
    Running: "running",
    HandedOver: "handed-over",
    Stopped: "stopped",
    Completed: "completed",
}


def shown(history: Iterable[PortfolioEvent]) -> ActivityShown | None:
    """The activity after its history; `None` where nothing has started."""
    activity = reduce(evolve, history, INITIAL)
    if isinstance(activity, NotStarted):
        return None
    course = activity.course
    end = activity.end if isinstance(activity, Stopped | Completed) else None
    return ActivityShown(
        activity=course.start.activity,
        state=STATES[type(activity)],
        start=course.start,
        responsible=course.responsible,
        deadline=course.deadline,
        description=course.description,
        phases=course.phases,
        reports=tuple(course.reports[on] for on in sorted(course.reports)),
        benefits=tuple(_benefit(benefit) for benefit in course.benefits.values()),
        evidence=course.evidence,
        innovation={evidence.sign for evidence in course.evidence} == set(Sign),
        handover=course.handover,
        end=end,
    )


def _benefit(benefit: Benefit) -> BenefitShown:
    achieved = benefit.achieved
    return BenefitShown(
        plan=benefit.plan,
        measured=tuple(benefit.measured[on] for on in sorted(benefit.measured)),
        achieved=None if achieved is None else float(achieved),
    )

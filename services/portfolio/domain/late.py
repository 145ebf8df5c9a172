"""What is late in an activity (aggregate Late): its end, a status report, a benefit; each noticed once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from contracts.commands import portfolio as do
from contracts.events import portfolio as events
from services.portfolio.domain.activity import Completed, HandedOver, Running

if TYPE_CHECKING:
    from datetime import date

    from services.portfolio.domain.activity import Activity, Course

Event: TypeAlias = events.LateActivityNoticed | events.LateReportNoticed | events.LateBenefitNoticed
Noticing: TypeAlias = do.NoticeLateActivity | do.NoticeLateReport | do.NoticeLateBenefit


def last_day_to_report(since: date, report_days: int) -> date:
    """The last day for the next status report after one on `since`."""
    return since + timedelta(days=report_days)


@dataclass(frozen=True)
class Late:
    """An activity in which something is said to be late, as it stands."""

    command: Noticing
    activity: Activity


def decide(noticed: bool, late: Late) -> list[Event]:  # noqa: FBT001 - the state is that it was noticed or was not
    """The notice (R13); nothing where it was noticed, or what was waited for has come or is waited for no more."""
    if noticed:
        return []
    match late.command, late.activity:
        case do.NoticeLateActivity() as command, Running(course=course) if course.deadline == command.due:
            return [
                events.LateActivityNoticed(due=command.due, responsible=course.responsible, **_told(command, course))
            ]
        case do.NoticeLateReport() as command, Running(course=course) if _reported(course) <= command.since:
            dates = {"since": command.since, "due": command.due}
            return [events.LateReportNoticed(**dates, responsible=course.responsible, **_told(command, course))]
        case do.NoticeLateBenefit() as command, (Running() | HandedOver() | Completed()) as activity:
            return _late_benefit(command, activity.course)
        case _:
            return []


def _told(command: Noticing, course: Course) -> dict[str, Any]:
    return {"activity": command.activity, "noticed": command.day, "number": course.start.number}


def _reported(course: Course) -> date:
    """When the activity was last reported on, or began."""
    return max(course.reports, default=course.start.started)


def _late_benefit(command: do.NoticeLateBenefit, course: Course) -> list[Event]:
    benefit = course.benefits.get(command.benefit)
    if benefit is None or benefit.reached or benefit.plan.due != command.due:
        return []
    plan = benefit.plan
    about = {"benefit": plan.benefit, "indicator": plan.indicator, "owner": plan.owner}
    return [events.LateBenefitNoticed(due=command.due, **about, **_told(command, course))]


def evolve(_noticed: bool, _event: Event) -> bool:  # noqa: FBT001 - see above
    """Noticed it is, for good."""
    return True

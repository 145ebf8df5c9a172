"""What the portfolio waits for, by its dates (R13): that activities end, are reported on, and reach their benefits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.commands import portfolio as commands
from contracts.events import portfolio as ev
from contracts.identity import derive
from runtime.deadlines import Due
from runtime.decider import Decider
from services.portfolio.domain import late
from services.portfolio.domain.activity import INITIAL, Activity, decide, evolve
from services.portfolio.domain.benefit import Benefit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.envelope import Recorded
    from contracts.message import Command
    from runtime.declaration import UseCase
    from runtime.work import Work


@dataclass
class Watched:
    """An activity: its deadline, when it was last reported on, or began, and its benefits.

    `deadline` and `report_days` are nothing where they are not waited for, or no longer. `known` is the day the record
    last heard of each thing.
    """

    tenant: str
    deadline: date | None
    reported: date
    report_days: int | None
    known: dict[object, date]
    silent: bool = False
    """Whether it has been noticed that the next report is late."""
    benefits: dict[UUID, Benefit] = field(default_factory=dict)


@dataclass
class PortfolioWatch:
    """The activities of every municipality, while something of them is waited for."""

    reads = (
        ev.ActivityStarted,
        ev.DeadlineMoved,
        ev.StatusReported,
        ev.BenefitPlanned,
        ev.BenefitRealised,
        ev.ActivityStopped,
        ev.ActivityHandedOver,
        ev.ActivityCompleted,
        ev.LateActivityNoticed,
        ev.LateReportNoticed,
        ev.LateBenefitNoticed,
    )
    rows: dict[UUID, Watched] = field(default_factory=dict)

    def take(self, recorded: Recorded[Any]) -> None:
        """Take one event in."""
        event, known = recorded.data, recorded.recordedtime.date()
        if isinstance(event, ev.ActivityStarted):
            seen: dict[object, date] = {"deadline": known, "report": known}
            row = Watched(recorded.tenant, event.deadline, event.started, event.report_days, seen)
            self.rows[event.activity] = row
        elif (found := self.rows.get(event.activity)) is not None:
            self._take(found, event, known)

    def _take(self, row: Watched, event: Any, known: date) -> None:  # noqa: ANN401 - an event of an activity
        match event:
            case ev.DeadlineMoved():
                row.deadline, row.known["deadline"] = event.deadline, known
            case ev.StatusReported(on=on) if on > row.reported:
                row.reported, row.known["report"], row.silent = on, known, False
            case ev.BenefitPlanned():
                row.benefits[event.benefit], row.known[event.benefit] = Benefit(event), known
            case ev.BenefitRealised(benefit=benefit) if benefit in row.benefits:
                row.benefits[benefit] = row.benefits[benefit].take(event)
            case ev.LateActivityNoticed():
                row.deadline = None
            case ev.LateReportNoticed():
                row.silent = True
            case ev.LateBenefitNoticed(benefit=benefit):
                row.benefits.pop(benefit, None)
            case ev.ActivityStopped():
                del self.rows[event.activity]
            case ev.ActivityHandedOver() | ev.ActivityCompleted():
                row.deadline, row.report_days = None, None

    def due(self, today: date) -> Iterator[Due]:
        """What still runs after its deadline, has not been reported on, and was to be reached by now."""
        for activity, row in self.rows.items():
            for command, key in _late(activity, row, today):
                yield Due(command, row.tenant, row.known[key])


def _late(activity: UUID, row: Watched, today: date) -> Iterator[tuple[Command, object]]:
    if row.deadline is not None and today > row.deadline:
        yield commands.NoticeLateActivity(activity=activity, due=row.deadline), "deadline"
    if row.report_days is not None and not row.silent:
        last = late.last_day_to_report(row.reported, row.report_days)
        if today > last:
            yield commands.NoticeLateReport(activity=activity, since=row.reported, due=last), "report"
    for of, benefit in row.benefits.items():
        if today > benefit.plan.due and not benefit.reached:
            yield commands.NoticeLateBenefit(activity=activity, benefit=of, due=benefit.plan.due), of


ACTIVITY: Decider[Activity] = Decider("activity", INITIAL, decide, evolve)
LATE: Decider[bool] = Decider("late", False, late.decide, late.evolve)  # noqa: FBT003 - its initial state


def notice_activity(work: Work, command: commands.NoticeLateActivity, _acting: Acting) -> UUID:
    """Notice that an activity is late, once for each deadline it has had."""
    return _once(work, command, derive("late-activity", command.activity, command.due.isoformat()))


def notice_report(work: Work, command: commands.NoticeLateReport, _acting: Acting) -> UUID:
    """Notice that a status report is late, once after each report."""
    return _once(work, command, derive("late-report", command.activity, command.since.isoformat()))


def notice_benefit(work: Work, command: commands.NoticeLateBenefit, _acting: Acting) -> UUID:
    """Notice that a benefit is late, once."""
    return _once(work, command, derive("late-benefit", command.activity, command.benefit))


def _once(work: Work, command: late.Noticing, of: UUID) -> UUID:
    work.do(LATE, of, late.Late(command, work.state(ACTIVITY, command.activity)))
    return of


COMMANDS: Mapping[type[Command], UseCase] = {
    commands.NoticeLateActivity: notice_activity,
    commands.NoticeLateReport: notice_report,
    commands.NoticeLateBenefit: notice_benefit,
}

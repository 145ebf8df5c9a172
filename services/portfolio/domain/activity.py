"""An activity (*aktivitet*): what a decision set going, followed up until it ends and its benefits are measured."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

from contracts.commands import portfolio as commands
from contracts.door import NotFound
from contracts.events import portfolio as events
from contracts.identity import derive
from services.portfolio.domain import refusals
from services.portfolio.domain.benefit import Benefit, benefit_id, may_measure, may_plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.events.portfolio import PortfolioEvent

DAY = timedelta(days=1)

_NOT_THE_START = frozenset({"activity", "decision", "origin"})
"""What a correction says of itself, rather than of the start it puts right."""

HAPPENS: dict[type[commands.ActivityCommand], type[PortfolioEvent]] = {
    commands.DescribeActivity: events.ActivityDescribed,
    commands.EnterPhase: events.PhaseEntered,
    commands.ReportStatus: events.StatusReported,
    commands.PlanBenefit: events.BenefitPlanned,
    commands.RealiseBenefit: events.BenefitRealised,
    commands.EvidenceInnovation: events.InnovationEvidenced,
    commands.ChangeResponsible: events.ResponsibleChanged,
    commands.MoveDeadline: events.DeadlineMoved,
    commands.StopActivity: events.ActivityStopped,
    commands.HandOverActivity: events.ActivityHandedOver,
    commands.CompleteActivity: events.ActivityCompleted,
}
"""The event each command becomes: it has the command's fields."""


@dataclass(frozen=True)
class Course:
    """What an activity has been through, however it stands."""

    start: events.ActivityStarted
    responsible: str | None
    deadline: date | None
    changes: tuple[events.ResponsibleChanged, ...] = ()
    description: events.ActivityDescribed | None = None
    phases: tuple[events.PhaseEntered, ...] = ()
    reports: Mapping[date, events.StatusReported] = field(default_factory=dict)
    benefits: Mapping[UUID, Benefit] = field(default_factory=dict)
    evidence: tuple[events.InnovationEvidenced, ...] = ()
    handover: events.ActivityHandedOver | None = None
    known_as: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotStarted:
    """Nothing is known of it."""


@dataclass(frozen=True)
class Running:
    """It runs, by the project."""

    course: Course


@dataclass(frozen=True)
class HandedOver:
    """A unit in operations carries it on."""

    course: Course
    end: events.ActivityHandedOver


@dataclass(frozen=True)
class Stopped:
    """It was stopped with a lesson: a valid outcome (R42)."""

    course: Course
    end: events.ActivityStopped


@dataclass(frozen=True)
class Completed:
    """It is done; its benefits are still measured."""

    course: Course
    end: events.ActivityCompleted


Begun: TypeAlias = Running | HandedOver | Stopped | Completed
Activity: TypeAlias = NotStarted | Begun

INITIAL: Activity = NotStarted()


def activity_id(command: commands.StartActivity | commands.JoinActivity) -> UUID:
    """The id that follows from the decision, or from the municipality's own reference."""
    if isinstance(command, commands.StartActivity):
        return derive("activity", command.case, command.decision)
    return derive("activity", command.tenant, command.reference)


def decide(activity: Activity, command: commands.PortfolioCommand) -> list[PortfolioEvent]:
    """What follows from the command; nothing, if it has been done. Raises this service's refusals and `NotFound`."""
    match activity, command:
        case NotStarted(), commands.StartActivity(tenant=str()):
            return [_started(command)]
        case NotStarted(), commands.JoinActivity(tenant=str()):
            return [_joined(command)]
        case NotStarted(), commands.ActivityCommand():
            raise NotFound("activity", str(command.activity))
        case ((Running() | HandedOver() | Stopped() | Completed()), commands.StartActivity()):
            return []  # the decision has its activity, and what came of it since stands
        case ((Running() | HandedOver() | Stopped() | Completed()), commands.JoinActivity()):
            return _joined_again(activity.course.start, command)
        case ((Running() | HandedOver() | Stopped() | Completed()), commands.ActivityCommand()):
            return _go_on(activity, command)
    raise ValueError(f"{type(command).__name__} is no command to an activity that is {type(activity).__name__}")


def _started(command: commands.StartActivity) -> events.ActivityStarted:
    # The council has decided: the start has no rules of its own that could stand in the decision's way.
    return events.ActivityStarted(activity=activity_id(command), **command.model_dump(exclude={"at"}))


def _joined(command: commands.JoinActivity) -> events.ActivityStarted:
    if command.started > command.day + DAY:
        raise refusals.DateAhead(command.started, command.day)
    if command.deadline is not None and command.deadline < command.started:
        raise refusals.DeadlineBeforeStart(command.deadline, command.started)
    return events.ActivityStarted(activity=activity_id(command), **command.model_dump(exclude={"at"}))


def _joined_again(start: events.ActivityStarted, command: commands.JoinActivity) -> list[PortfolioEvent]:
    if start != _joined(command):
        raise refusals.ReferenceTaken(command.reference, start.title, start.led_by or "")
    return []


def _go_on(activity: Begun, command: commands.ActivityCommand) -> list[PortfolioEvent]:
    event = _event(command)
    if _is_known(activity, event):
        return []
    _must_be_open(activity, event)
    if isinstance(command, commands.DatedCommand):
        _must_be_dated(command, activity.course.start.started)
    _must_hold(activity.course, event)
    return [event]


def _event(command: commands.ActivityCommand) -> PortfolioEvent:
    """What the command would have happened."""
    if isinstance(command, commands.StopActivity) and not command.lesson:
        raise refusals.LessonMissing(command.activity)
    told = command.model_dump(exclude={"at", "on"})
    if isinstance(command, commands.DatedCommand):
        told["on"] = command.dated
    if isinstance(command, commands.PlanBenefit):
        told["benefit"] = benefit_id(command.activity, command.indicator)
    return HAPPENS[type(command)](**told)


def _is_known(activity: Begun, event: PortfolioEvent) -> bool:  # noqa: PLR0911 - one return a kind of event
    """Whether this has been recorded: then the command has been done, however the activity stands now."""
    course = activity.course
    match event:
        case events.ActivityDescribed():
            return event == course.description
        case events.BenefitPlanned(benefit=benefit):
            return benefit in course.benefits and course.benefits[benefit].plan == event
        case events.DeadlineMoved(deadline=deadline):
            return deadline == course.deadline
        case events.PhaseEntered(phase=phase, on=on):
            still = bool(course.phases) and phase == course.phases[-1].phase and on >= course.phases[-1].on
            return still or any(phase == entered.phase and on == entered.on for entered in course.phases)
        case events.StatusReported(on=on):
            return on in course.reports and _same(event, course.reports[on])
        case events.BenefitRealised(benefit=benefit, on=on):
            measured = course.benefits[benefit].measured if benefit in course.benefits else {}
            return on in measured and _same(event, measured[on])
        case events.InnovationEvidenced():
            return event in course.evidence
        case events.ResponsibleChanged(responsible=responsible):
            return responsible == course.responsible or event in course.changes
        case events.ActivityHandedOver():
            return course.handover is not None and _same(event, course.handover)
        case _:
            return isinstance(activity, Stopped | Completed) and _same(event, activity.end)


def _same(event: PortfolioEvent, recorded: PortfolioEvent) -> bool:
    """Whether two events say the same, whenever and why they were said."""
    besides = {"on", "correction"}
    return type(event) is type(recorded) and event.model_dump(exclude=besides) == recorded.model_dump(exclude=besides)


def _must_be_open(activity: Begun, event: PortfolioEvent) -> None:
    match activity, event:
        case Stopped(), _:
            raise refusals.StoppedAlready(event.activity, activity.end.on)
        case Completed(), events.BenefitRealised() | events.InnovationEvidenced():
            return  # effects show after the end
        case Completed(), _:
            raise refusals.CompletedAlready(event.activity, activity.end.on)
        case HandedOver(), events.StatusReported() | events.ActivityHandedOver():
            raise refusals.HandedOverAlready(event.activity, activity.end.to, activity.end.on)


def _must_be_dated(command: commands.DatedCommand, started: date) -> None:
    if command.dated < started:
        raise refusals.BeforeStart(command.dated, started)
    if command.dated > command.day + DAY:
        raise refusals.DateAhead(command.dated, command.day)


def _must_hold(course: Course, event: PortfolioEvent) -> None:
    match event:
        case events.BenefitPlanned():
            may_plan(event, course.start.started, course.benefits)
        case events.BenefitRealised():
            may_measure(event, course.benefits)
        case events.DeadlineMoved(deadline=date() as deadline) if deadline < course.start.started:
            raise refusals.DeadlineBeforeStart(deadline, course.start.started)
        case events.PhaseEntered(on=on) if course.phases and on < course.phases[-1].on:
            raise refusals.BeforeLatest("phase", on, course.phases[-1].on)
        case events.ResponsibleChanged(on=on) if course.changes and on < course.changes[-1].on:
            raise refusals.BeforeLatest("responsible", on, course.changes[-1].on)
        case events.StatusReported(on=on, correction=None) if on in course.reports:
            raise refusals.AlreadyReported(on)
        case events.StatusReported(on=on, correction=str()) if on not in course.reports:
            raise refusals.NothingToCorrect("status report", on)


def evolve(activity: Activity, event: PortfolioEvent) -> Activity:
    """The activity after the event. Raises `ValueError` on a history that cannot have been."""
    if isinstance(event, events.ActivityStarted) and isinstance(activity, NotStarted):
        return Running(Course(event, event.responsible, event.deadline))
    if isinstance(event, events.ActivityStarted) or isinstance(activity, NotStarted):
        raise ValueError(  # noqa: TRY004 - what is wrong is the history, not a type in our code
            f"{type(event).__name__} cannot follow on {type(activity).__name__}"
        )
    course = _course(activity.course, event)
    match event:
        case events.ActivityHandedOver():
            return HandedOver(course, event)
        case events.ActivityStopped():
            return Stopped(course, event)
        case events.ActivityCompleted():
            return Completed(course, event)
    return replace(activity, course=course)


def _course(course: Course, event: PortfolioEvent) -> Course:  # noqa: C901, PLR0911 - one case a kind of event
    match event:
        case events.ActivityCorrected():
            told = {name: value for name, value in event if name not in _NOT_THE_START and value is not None}
            told |= {} if event.form is None else {"form_name": event.form_name}
            return replace(course, start=course.start.model_copy(update=told))
        case events.ActivityKnownAs(origin=origin):
            return replace(course, known_as={**course.known_as, origin.system: origin.id})
        case events.ActivityDescribed():
            return replace(course, description=event)
        case events.BenefitPlanned():
            return replace(course, benefits={**course.benefits, event.benefit: Benefit(event)})
        case events.BenefitRealised(benefit=benefit):
            return replace(course, benefits={**course.benefits, benefit: course.benefits[benefit].take(event)})
        case events.DeadlineMoved():
            return replace(course, deadline=event.deadline)
        case events.PhaseEntered():
            return replace(course, phases=(*course.phases, event))
        case events.StatusReported():
            return replace(course, reports={**course.reports, event.on: event})
        case events.InnovationEvidenced():
            return replace(course, evidence=(*course.evidence, event))
        case events.ResponsibleChanged():
            return replace(course, responsible=event.responsible, changes=(*course.changes, event))
        case events.ActivityHandedOver():
            return replace(course, handover=event, responsible=event.responsible or course.responsible)
        case events.ActivityStopped() | events.ActivityCompleted():
            return course
    raise ValueError(f"{type(event).__name__} is no event of an activity")

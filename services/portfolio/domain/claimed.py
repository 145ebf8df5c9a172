"""Activities as other systems tell of them, and which activity a decision or another system's id means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from contracts.commands import portfolio as commands
from contracts.events import portfolio as events
from contracts.events.council import Route, Strength
from contracts.events.intake import Source, Visibility
from contracts.identity import derive
from contracts.message import Command, Line, PersonId, Prose, Slug
from services.portfolio.domain import activity as activities
from services.portfolio.domain import refusals
from services.portfolio.domain.activity import DAY, Completed, NotStarted, Stopped

if TYPE_CHECKING:
    from contracts.events.portfolio import PortfolioEvent
    from services.portfolio.domain.activity import Activity

DECIDED = ("form", "route", "strength")
"""What is the council's to decide (R11, R12)."""

REVOKED = "Vedtaket som startet aktiviteten, er rettet: det ble ikke sagt ja."
"""What is learnt from an activity that a mistaken decision started."""


class TellOfActivity(Command):
    """An activity has begun, or what was said of it is put right, by another system's claim: `origin` is its id there.

    `meant` is the activity that carries out the decision the claim refers to.
    """

    activity: UUID
    origin: Source
    tenant: Slug
    title: Line
    started: date
    form: Slug | None = None
    route: Route | None = None
    strength: Strength | None = None
    responsible: PersonId | None = None
    deadline: date | None = None
    led_by: Line | None = None
    visibility: Visibility = Visibility.OWN


class RevokeActivity(Command):
    """The decision that started an activity was put right: the council has not said yes after all."""

    decision: UUID
    on: date
    reason: Prose


@dataclass(frozen=True)
class Carry:
    """An activity carries out a decision."""

    command: commands.StartActivity
    activity: UUID


@dataclass(frozen=True)
class Unnamed:
    """Nothing is known under this name."""


@dataclass(frozen=True)
class Named:
    """The activity that is meant by it."""

    said: events.DecisionCarriedOut | events.ActivityKnownAs


Name: TypeAlias = Unnamed | Named

UNNAMED: Name = Unnamed()


def carried_id(*name: object) -> UUID:
    """Where a decision's activity is found: by its id, by its idea, or by tenant, system and id of its claim."""
    return derive("carried-out", *name)


def known_id(tenant: str, origin: Source) -> UUID:
    """Under which a system's own id of an activity is found."""
    return derive("known-activity", tenant, origin.system, origin.id)


def name(known: Name, command: Carry | TellOfActivity) -> list[PortfolioEvent]:
    """What is known under the name from now on; an idea that is decided once more means its latest activity."""
    said: events.DecisionCarriedOut | events.ActivityKnownAs
    if isinstance(command, Carry):
        told = command.command.model_dump(include={"tenant", "case", "decision", "idea", "origin"})
        said = events.DecisionCarriedOut(activity=command.activity, **told)
    else:
        said = events.ActivityKnownAs(activity=command.activity, tenant=command.tenant, origin=command.origin)
    return [] if isinstance(known, Named) and known.said == said else [said]


def named(_known: Name, event: events.DecisionCarriedOut | events.ActivityKnownAs) -> Name:
    """The name after the event."""
    return Named(event)


def tell(activity: Activity, command: TellOfActivity) -> list[PortfolioEvent]:
    """The start, or what differs from what was said. Raises `DecidedOtherwise`, `AlreadyKnownAs` and the rules' own."""
    if command.started > command.day + DAY:
        raise refusals.DateAhead(command.started, command.day)
    if command.deadline is not None and command.deadline < command.started:
        raise refusals.DeadlineBeforeStart(command.deadline, command.started)
    known = events.ActivityKnownAs(activity=command.activity, tenant=command.tenant, origin=command.origin)
    if isinstance(activity, NotStarted):
        return [events.ActivityStarted(**command.model_dump(exclude={"at", "idea", "decision", "corrects"})), known]
    course = activity.course
    other = course.known_as.get(command.origin.system)
    if other not in (None, command.origin.id):
        raise refusals.AlreadyKnownAs(command.origin.id, str(other))
    if course.start.decision is not None:
        for field in DECIDED:
            decided, offered = getattr(course.start, field), getattr(command, field)
            if decided is not None and offered not in (None, decided):
                raise refusals.DecidedOtherwise(field, decided, offered)
    found: list[PortfolioEvent] = [] if other else [known]
    found += _corrected(activity, command, ("title", "started", "led_by", *DECIDED), origin=command.origin)
    if command.responsible not in (None, course.responsible):
        change = commands.ChangeResponsible(
            at=command.at, activity=command.activity, responsible=command.responsible or ""
        )
        found += activities.decide(activity, change)
    if command.deadline not in (None, course.deadline):
        move = commands.MoveDeadline(
            at=command.at,
            activity=command.activity,
            deadline=command.deadline,
            reason=f"{command.origin.system}: {command.origin.id}",
        )
        found += activities.decide(activity, move)
    return found


def correct(activity: Activity, command: Carry) -> list[PortfolioEvent]:
    """What a corrected decision changes in the activity that the mistaken one started, while it runs."""
    if isinstance(activity, NotStarted | Stopped | Completed):
        return []
    said, course = command.command, activity.course
    found = _corrected(activity, said, DECIDED, decision=said.decision)
    if said.responsible not in (None, course.start.responsible, course.responsible):
        on = max([said.started, *(change.on for change in course.changes)])
        told = {"responsible": said.responsible, "on": on}
        found.append(events.ResponsibleChanged(activity=command.activity, **told))
    if said.deadline not in (course.start.deadline, course.deadline):
        reason = f"Vedtaket {said.number or ''} er rettet".replace("  ", " ")
        found.append(events.DeadlineMoved(activity=command.activity, reason=reason, deadline=said.deadline))
    return found


def revoke(activity: Activity, command: RevokeActivity) -> list[PortfolioEvent]:
    """The activity stops, if it has not ended (R42)."""
    if isinstance(activity, NotStarted | Stopped | Completed):
        return []
    start = activity.course.start
    return [
        events.ActivityStopped(
            activity=start.activity, on=max(command.on, start.started), reason=command.reason, lesson=REVOKED
        )
    ]


def _corrected(activity: Activity, said: Any, fields: tuple[str, ...], **why: Any) -> list[PortfolioEvent]:  # noqa: ANN401 - a command's own fields
    if isinstance(activity, NotStarted):
        return []
    start = activity.course.start
    given = {field: getattr(said, field) for field in fields}
    changed = {field: value for field, value in given.items() if value not in (None, getattr(start, field))}
    about = {"activity": start.activity, "visibility": start.visibility}
    called = said.form_name if "form" in changed and isinstance(said, commands.StartActivity) else None
    return [events.ActivityCorrected(**about, **changed, form_name=called, **why)] if changed else []

"""What the portfolio service can be asked to do."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import StringConstraints

from contracts.events.council import FormName, Route, Strength
from contracts.events.intake import Source, Visibility
from contracts.events.portfolio import Light, Sign
from contracts.figure import Figure
from contracts.message import Command, Line, PersonId, Prose, Slug


class PortfolioCommand(Command):
    """A command to the portfolio service."""

    service: ClassVar[str] = "portfolio"


class NoticeLateActivity(PortfolioCommand):
    """Notice that an activity still runs after its deadline (R13), which was `due`; only a deadline says so."""

    activity: UUID
    due: date


class NoticeLateReport(PortfolioCommand):
    """Notice that no status report of an activity has come since `since` (R13); `due` was the last day for it."""

    activity: UUID
    since: date
    due: date


class NoticeLateBenefit(PortfolioCommand):
    """Notice that a benefit has not been reached by its day, which was `due`."""

    activity: UUID
    benefit: UUID
    due: date


class StartActivity(PortfolioCommand):
    """Start what the council decided to go on with: `decision` is the id of its `CouncilDecided`.

    The activity's id follows from case and decision, so a decision starts one at most, whoever asks and however often.
    `tenant` may be left out: it follows from who acts. A decision that `corrects` an earlier one goes on with that
    one's activity; `origin` is where it comes from when it was made in another system.
    """

    case: UUID
    decision: UUID
    corrects: UUID | None = None
    origin: Source | None = None
    council: UUID | None = None
    idea: UUID | None = None
    number: Line | None = None
    tenant: Slug | None = None
    title: Line
    started: date
    form: Slug | None = None
    form_name: FormName | None = None
    route: Route | None = None
    strength: Strength | None = None
    responsible: PersonId | None = None
    deadline: date | None = None
    visibility: Visibility = Visibility.OWN
    report_days: int | None = None


class JoinActivity(PortfolioCommand):
    """Take part in an activity that `led_by` leads (R57).

    `reference` is the municipality's permanent name for it, and its id follows from it. `tenant` may be left out: it
    follows from who acts.
    """

    tenant: Slug | None = None
    reference: Slug
    title: Line
    led_by: Line
    started: date
    form: Slug | None = None
    responsible: PersonId | None = None
    deadline: date | None = None
    visibility: Visibility = Visibility.OWN


class ActivityCommand(PortfolioCommand):
    """A command to an activity."""

    activity: UUID


class DatedCommand(ActivityCommand):
    """A command about a date: `on`, or without it the date of `at` (UTC)."""

    on: date | None = None

    @property
    def dated(self) -> date:
        """The date it is about."""
        return self.on or self.day


class DescribeActivity(ActivityCommand):
    """Say what kind of activity it is, whole and anew; `ActivityDescribed` says what each field is."""

    types: tuple[Slug, ...] = ()
    technology: bool | None = None
    sector: Slug | None = None
    competences: tuple[Line, ...] = ()
    sponsor: PersonId | None = None


class EnterPhase(DatedCommand):
    """Enter a phase: one of KS Veikart's (`Phase`), or a slug of the municipality's own."""

    phase: Slug
    note: Prose | None = None


class ReportStatus(DatedCommand):
    """Report how the activity stands.

    The summary is an official text, in the clear: it says nothing of anybody's private matters. Another report for a
    date that has one needs `correction`: why it is corrected.
    """

    time: Light
    economy: Light
    quality: Light
    risk: Light
    benefits: Light
    summary: Prose
    correction: Line | None = None


class PlanBenefit(ActivityCommand):
    """Plan a benefit: `indicator` from `start` to `desired` in `unit`, by `due`. Its id follows from its indicator."""

    indicator: Line
    unit: Line
    start: Figure
    desired: Figure
    due: date
    owner: PersonId | None = None
    kind: Slug | None = None


class RealiseBenefit(DatedCommand):
    """Record what a benefit's indicator stood at, and what shows it. A date's second value needs `correction`: why."""

    benefit: UUID
    value: Figure
    evidence: Line
    correction: Line | None = None


class EvidenceInnovation(DatedCommand):
    """Show that it is *nytt*, *nyttig* or *nyttiggjort* (R45)."""

    sign: Sign
    evidence: Prose


class ChangeResponsible(DatedCommand):
    """Make somebody else responsible."""

    responsible: PersonId


class MoveDeadline(ActivityCommand):
    """Set, move or (with `None`) take away the deadline."""

    deadline: date | None
    reason: Line


class StopActivity(DatedCommand):
    """Stop the activity. Without a `lesson` it is refused (`LessonMissing`, R42)."""

    reason: Prose
    lesson: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)] = ""


class HandOverActivity(DatedCommand):
    """Hand the activity over to the unit that carries it on."""

    to: Line
    responsible: PersonId | None = None


class CompleteActivity(DatedCommand):
    """Complete the activity: what came of it and, if something was, what was learnt."""

    result: Prose
    lesson: Prose | None = None

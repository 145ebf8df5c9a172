"""What the portfolio service records."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from contracts.events.council import FormName, Route, Strength
from contracts.events.intake import Source, Visibility
from contracts.figure import Figure
from contracts.message import Event, Line, PersonId, Prose, Slug

Light = Literal["green", "yellow", "red"]
"""How one side of an activity stands: as planned, needs attention, off."""


class Phase(StrEnum):
    """The phases of KS *Veikart for tjenesteinnovasjon*, not linear (R29). A municipality may use slugs of its own."""

    ANCHORING = "forankring"
    INSIGHT = "innsikt"
    DEVELOPMENT = "tjenesteutvikling"
    PILOTING = "pilotering"
    TRANSITION = "overgang-til-drift"
    PRACTICE = "ny-praksis"


class Sign(StrEnum):
    """What makes a change an innovation: *nytt, nyttig, nyttiggjort*; each is evidenced by itself (R45)."""

    NEW = "new"
    USEFUL = "useful"
    USED = "put-to-use"


class PortfolioEvent(Event):
    """An event of the portfolio service; `activity` is the aggregate."""

    service: ClassVar[str | None] = "portfolio"

    activity: UUID


class ActivityStarted(PortfolioEvent):
    """An activity (*aktivitet*) has begun, by a decision of the council (R13, R18) or by others' lead (R57).

    `decision` is the id of the `CouncilDecided` event that started it and `number` its case's label; `led_by` names the
    one who leads it where the municipality takes part without leading. `responsible` is whom the council appointed
    (R15), `form_name` what it calls the form, `report_days` how many days may go between two status reports (R13).
    `reference` is the municipality's own name for an activity that no decision here started; `origin` the system that
    told of such an activity, and its id there.
    """

    tenant: Slug
    title: Line
    started: date
    visibility: Visibility
    case: UUID | None = None
    decision: UUID | None = None
    council: UUID | None = None
    idea: UUID | None = None
    number: Line | None = None
    form: Slug | None = None
    form_name: FormName | None = None
    route: Route | None = None
    strength: Strength | None = None
    responsible: PersonId | None = None
    deadline: date | None = None
    led_by: Line | None = None
    reference: Slug | None = None
    origin: Source | None = None
    report_days: int | None = None


class ActivityCorrected(PortfolioEvent):
    """What was said of the activity at its start was put right; a field that is left out stays as it was.

    `decision` is the corrected decision that says so, `origin` the system and its id of the activity. `visibility` is
    the activity's.
    """

    title: Line | None = None
    started: date | None = None
    form: Slug | None = None
    form_name: FormName | None = None
    route: Route | None = None
    strength: Strength | None = None
    led_by: Line | None = None
    decision: UUID | None = None
    origin: Source | None = None
    visibility: Visibility | None = None


class DecisionCarriedOut(PortfolioEvent):
    """The activity carries out a decision: whoever refers to that decision, or to its case, means this activity."""

    tenant: Slug
    case: UUID
    decision: UUID
    idea: UUID | None = None
    origin: Source | None = None


class ActivityKnownAs(PortfolioEvent):
    """The system calls the activity by this id of its own: what it says under that id is about this activity."""

    tenant: Slug
    origin: Source


class ActivityDescribed(PortfolioEvent):
    """What kind of activity it is, whole and anew each time.

    Innovation types (R26), whether technology matters and the sector (R33), the competences it needs (R37), its sponsor
    in top management (R38).
    """

    types: tuple[Slug, ...] = ()
    technology: bool | None = None
    sector: Slug | None = None
    competences: tuple[Line, ...] = ()
    sponsor: PersonId | None = None


class PhaseEntered(PortfolioEvent):
    """The activity is in this phase from `on`; phases come in any order (R29)."""

    phase: Slug
    on: date
    note: Prose | None = None


class StatusReported(PortfolioEvent):
    """The project manager's status report as of `on`: five lights and an official summary, in the clear.

    A second report for the same date replaces the first and says in `correction` why.
    """

    on: date
    time: Light
    economy: Light
    quality: Light
    risk: Light
    benefits: Light
    summary: Prose
    correction: Line | None = None


class BenefitPlanned(PortfolioEvent):
    """A benefit (*gevinst*) is expected: `indicator` is to go from `start` to `desired`, in `unit`, by `due`."""

    benefit: UUID
    indicator: Line
    unit: Line
    start: Figure
    desired: Figure
    due: date
    owner: PersonId | None = None
    kind: Slug | None = None


class BenefitRealised(PortfolioEvent):
    """A planned benefit was measured: its indicator stood at `value` on `on`; `evidence` says what shows it.

    A second measurement of the same date replaces the first and says in `correction` why.
    """

    benefit: UUID
    value: Figure
    on: date
    evidence: Line
    correction: Line | None = None


class InnovationEvidenced(PortfolioEvent):
    """One of *nytt, nyttig, nyttiggjort* was shown; it counts as an innovation when all three are (R45)."""

    sign: Sign
    evidence: Prose
    on: date


class ResponsibleChanged(PortfolioEvent):
    """Somebody else is responsible from `on`."""

    responsible: PersonId
    on: date


class DeadlineMoved(PortfolioEvent):
    """The activity is due on another date; `None` takes the deadline away."""

    reason: Line
    deadline: date | None = None


class ActivityStopped(PortfolioEvent):
    """The activity was stopped, and what was learnt: failing with a lesson counts (R42), lessons are shared (R43)."""

    on: date
    reason: Prose
    lesson: Prose


class ActivityHandedOver(PortfolioEvent):
    """The activity went over to operations: `to` is the unit (*virksomhet*) that carries it on."""

    on: date
    to: Line
    responsible: PersonId | None = None


class ActivityCompleted(PortfolioEvent):
    """The activity is done; its benefits are still measured."""

    on: date
    result: Prose
    lesson: Prose | None = None


class LateActivityNoticed(PortfolioEvent):
    """The activity was due on `due` and still ran when that was `noticed`, on a later day (R13)."""

    due: date
    noticed: date
    number: Line | None = None
    responsible: PersonId | None = None


class LateReportNoticed(PortfolioEvent):
    """No status report has come `since` the last one, or the start, within the days the council's mandate gives (R13).

    The last day for it was `due`.
    """

    since: date
    due: date
    noticed: date
    number: Line | None = None
    responsible: PersonId | None = None


class LateBenefitNoticed(PortfolioEvent):
    """The benefit was to be reached by `due`; it had not been measured then, or fell short of what was desired."""

    benefit: UUID
    indicator: Line
    due: date
    noticed: date
    number: Line | None = None
    owner: PersonId | None = None

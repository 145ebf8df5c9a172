"""What the reporting service can be asked to tell: its views, each known at and as of a time."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.events.council import FormName, Outcome, Route, Strength
from contracts.events.intake import Kind, SubmitterKind, Visibility
from contracts.events.portfolio import Light, Sign
from contracts.events.reporting import Direction, Every, Period
from contracts.figure import Figure
from contracts.message import Instant, Message, PersonId, Query, Slug

Count = Annotated[int, Field(ge=0)]
"""How many. 0 is shown as 0."""


class ReportingQuery(Query):
    """A query to the reporting service."""

    service: ClassVar[str] = "reporting"


class ViewQuery(ReportingQuery):
    """A question to a view, about one municipality or about all that the asker may see.

    `known_at`: what the record held at that time; the answer never changes. `as_of`: what was so on that day by the
    dates in the facts, as known now. Together: both.
    """

    municipality: Slug | None = None
    known_at: Instant | None = None
    as_of: date | None = None


class CouncilHistory(ViewQuery):
    """What a council was and did: mandates, composition, meetings, cases. Answered by `CouncilHistoryShown`."""


class Coordination(ViewQuery):
    """What is submitted, decided and running where (R7, R10, R17). Answered by `CoordinationShown`.

    `limit` and `offset` choose some of the ideas; counts and groups are always of all.
    """

    limit: Annotated[int, Field(ge=1)] | None = None
    offset: Annotated[int, Field(ge=0)] = 0


class Portfolio(ViewQuery):
    """The activities and how they stand (R13, R18). Answered by `PortfolioShown`."""


class Kpis(ViewQuery):
    """The KPIs and their values by period (R28, R47). Answered by `KpisShown`."""


class ViewAnswer(Message):
    """From which events a view answered: each service's up to `positions`.

    Every service has told everything up to `complete_to`; an answer known at a later time is `provisional`. `on` is the
    day waiting and lateness are counted to.
    """

    positions: dict[str, int]
    complete_to: Instant
    provisional: bool
    on: date


# --- coordination


class State(StrEnum):
    """How far an idea has come on its way; Løypa's own steps."""

    SUBMITTED = "submitted"
    CLARIFYING = "clarifying"
    REFERRED = "referred"
    TABLED = "tabled"
    DEFERRED = "deferred"
    RETURNED = "returned"
    DECIDED = "decided"
    STARTED = "started"
    FOLLOWED_UP = "followed-up"
    HANDED_OVER = "handed-over"
    COMPLETED = "completed"
    BENEFIT_REALISED = "benefit-realised"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Linked(Message):
    """The same need elsewhere."""

    idea: UUID
    municipality: Slug


class IdeaRow(Message):
    """One idea on its way; another municipality's as far as it may be seen there (R7), without its `responsible`.

    `waiting_days` (R10) run from submission to the decision, or to the answer's day while it is `waiting`.
    """

    idea: UUID
    municipality: Slug
    title: str | None
    kind: Kind
    submitter: SubmitterKind
    submitted: date
    visibility: Visibility
    tags: tuple[Slug, ...]
    state: State
    waiting: bool
    waiting_days: Count
    number: str | None
    decided: date | None
    outcome: Outcome | None
    form: Slug | None
    form_name: FormName | None = None
    route: Route | None
    strength: Strength | None
    responsible: PersonId | None
    activity: UUID | None
    phase: Slug | None
    merged_into: UUID | None
    linked: tuple[Linked, ...]


class MunicipalityCounts(Message):
    """How much of what there is in a municipality. `longest_wait` in days, of those that still wait.

    Of what is `submitted`, employees submitted `by_employees`; `employees_decided` of that has been decided, and from
    `employees_begun` activities began (R14). `days_to_decision` is the median from submission to the decision that ends
    the case (R36); nothing while none has been made.
    """

    municipality: Slug
    submitted: Count
    by_kind: dict[Kind, Count]
    waiting: Count
    longest_wait: Count
    decided: Count
    running: Count
    stopped_with_lesson: Count
    completed: Count
    benefits_planned: Count
    benefits_realised: Count
    by_employees: Count = 0
    employees_decided: Count = 0
    employees_begun: Count = 0
    days_to_decision: Count | None = None


class NeedGroup(Message):
    """The same need in several municipalities: ideas that are linked, directly or by way of others."""

    municipalities: tuple[Slug, ...]
    ideas: tuple[Linked, ...]
    titles: tuple[str, ...]


class CouncilStanding(Message):
    """Whether a municipality has a council (R2: none is also fine), and what it lacks: somebody for ROR-IKT (R8)."""

    municipality: Slug
    council: UUID | None
    name: str | None
    lacks: tuple[Literal["ror-seat"], ...]


class Noticed(Message):
    """Something that was noticed to be late (R10, R13): `due` was its last day.

    `about` is the case, meeting, council or activity, `number` the case's.
    """

    municipality: Slug
    what: Literal[
        "long-wait",
        "missing-call",
        "missed-cadence",
        "late-follow-up",
        "late-activity",
        "late-report",
        "late-benefit",
    ]
    about: UUID
    number: str | None
    due: date
    noticed: date


class CoordinationShown(ViewAnswer):
    """What is where. `total` is how many ideas there are, `ideas` those that were asked for.

    `councils` says of each municipality how its council stands, `late` what was noticed to be late.
    """

    total: Count
    ideas: tuple[IdeaRow, ...]
    municipalities: tuple[MunicipalityCounts, ...]
    needs: tuple[NeedGroup, ...]
    councils: tuple[CouncilStanding, ...]
    late: tuple[Noticed, ...]


# --- portfolio


class StatusShown(Message):
    """The latest status report: five lights."""

    on: date
    time: Light
    economy: Light
    quality: Light
    risk: Light
    benefits: Light
    summary: str | None


class BenefitRow(Message):
    """A benefit planned and realised: `achieved` = (value - start) / (desired - start), 1 is reached; 0 is a value."""

    benefit: UUID
    indicator: str | None
    unit: str
    start: Figure
    desired: Figure
    due: date
    value: Figure | None
    measured: date | None
    achieved: Figure | None
    overdue: bool


class ActivityRow(Message):
    """An activity as it stands. `late`: past its deadline and not ended; `lesson`: what stopping or ending taught."""

    activity: UUID
    municipality: Slug
    title: str | None
    visibility: Visibility
    state: Literal["running", "handed-over", "stopped", "completed"]
    started: date
    idea: UUID | None
    case: UUID | None
    number: str | None
    form: Slug | None
    form_name: FormName | None = None
    route: Route | None
    strength: Strength | None
    responsible: PersonId | None
    led_by: str | None
    phase: Slug | None
    deadline: date | None
    late: bool
    status: StatusShown | None
    benefits: tuple[BenefitRow, ...]
    evidence: tuple[Sign, ...]
    ended: date | None
    lesson: str | None


class PortfolioShown(ViewAnswer):
    """The activities by municipality and start."""

    activities: tuple[ActivityRow, ...]


# --- KPIs


class KpiValue(Message):
    """What a KPI stood at in a period. `was` is what stood there before it was corrected, `reason` why.

    `change` is the way it went since the period before, by the KPI's direction.
    """

    period: Period
    value: Figure
    was: Figure | None
    reason: str | None
    source: str | None
    change: Literal["better", "worse", "same"] | None


class KpiRow(Message):
    """A KPI and its values, oldest first; `reached`: the latest value is at the target or better."""

    kpi: UUID
    municipality: Slug
    key: Slug
    name: str
    unit: str
    direction: Direction
    kind: Slug
    every: Every
    activity: UUID | None
    measure: str | None
    target: Figure | None
    reached: bool | None
    values: tuple[KpiValue, ...]


class KpisShown(ViewAnswer):
    """The KPIs by municipality and key."""

    kpis: tuple[KpiRow, ...]

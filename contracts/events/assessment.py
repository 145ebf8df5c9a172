"""What the council service records of a case before it is decided: its assessment (vurdering) and its place (R17)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.events.deliberation import CouncilEvent, FormName, Outcome, Referral, Route, Strength
from contracts.figure import Figure
from contracts.message import Line, PersonId, Prose, Slug
from contracts.sealed import Sealed

Link = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)]
"""An address on the web."""

Level = Annotated[int, Field(ge=1, le=9)]
"""A technology readiness level (TRL): 1 basic principles, 4 shown in a laboratory, 7 shown in operation, 9 in use."""

Score = Annotated[int, Field(ge=1, le=5)]
"""How well a case meets a criterion: 1 badly, 5 very well. A high score for risk means little risk."""

Queue = Literal["queue", "portfolio"]
"""What is ranked: the cases that wait, or what approved cases have set going."""


class Participant(StrEnum):
    """Who takes part in understanding the problem or trying the solution (R50, R51, R53)."""

    USERS = "users"
    RELATIVES = "relatives"
    FRONT_LINE = "front-line"
    CITIZENS = "citizens"
    VOLUNTARY = "voluntary"
    BUSINESS = "business"
    EXPERTS = "experts"
    """Professional expertise (fagkunnskap)."""
    LOCAL = "local"
    """Local expertise (lokalkunnskap)."""


class BarrierKind(StrEnum):
    """What stands in the way of artificial intelligence in municipalities (R34)."""

    POLITICAL = "political"
    LEGAL = "legal"
    """Regulatory and legal."""
    SOCIETY = "society"
    """People and society."""
    ETHICS = "ethics"
    """Ethics and sustainability."""
    INFORMATION = "information"
    """Information management."""
    TECHNOLOGY = "technology"
    ECONOMY = "economy"
    """Economic and organisational."""
    PERSONAL = "personal"
    """Knowledge, training, scepticism, resistance."""


class EffectKind(StrEnum):
    """The four effects the strategy asks for (R44)."""

    COST_GROWTH = "cost-growth"
    """Brakes the growth in cost."""
    LABOUR = "labour"
    """Wins the contest for labour."""
    COMPETENCE = "competence"
    """Develops competence."""
    DIGITISATION = "digitisation"
    """Digitises where it pays."""


class Elsewhere(BaseModel):
    """Where it is known already, and the link to its origin (R41)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    where: Line
    link: Link | None = None


class Technology(BaseModel):
    """A technology it rests on, how mature it is, and who says so (R35)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    technology: Line
    level: Level
    source: Line


class Barrier(BaseModel):
    """A barrier to artificial intelligence and how it is met; without a statement it is not relevant here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    barrier: BarrierKind
    statement: Prose | None = None


class Effect(BaseModel):
    """An effect that is expected."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    effect: EffectKind
    statement: Prose


class Fit(BaseModel):
    """How it serves one of the municipality's own priorities (R6)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    priority: Line
    how: Prose


class Written(BaseModel):
    """What was written in a field of an event, such as `problem`, `affects.0` or `technologies.1.source`, sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    field: Line
    text: Sealed[str]


class AssessmentEvent(CouncilEvent):
    """A part of a case's assessment (aggregate Assessment, one a case), whole and anew each time it is revised.

    Where the assessment is exempt from publicity, a notice with the ground stands for what was written, a figure or a
    link is left out, and `written` has both.
    """

    case: UUID
    assessed: date
    written: tuple[Written, ...] = ()


class ProblemDescribed(AssessmentEvent):
    """What the problem is, whom it affects, and how that is known: it comes before any solution (R52)."""

    problem: Prose
    affects: tuple[Line, ...]
    known_by: Prose


class NoveltyAssessed(AssessmentEvent):
    """Whether it is new here and where it is known: re-use counts as innovation where it is new (R41)."""

    new_here: bool
    elsewhere: tuple[Elsewhere, ...] = ()


class PeopleInvolved(AssessmentEvent):
    """Who took part, how, and when; a day to come is a plan (R50, R51, R53). What private persons said is sealed."""

    participant: Participant
    who: Line
    how: Line
    on: date
    note: Sealed[str] | None = None


class SolutionAssessed(AssessmentEvent):
    """What the solution is made of. It need not be digital (R5).

    `technologies` with their maturity (R35); with `ai` each of the barriers has been considered (R34).
    """

    solution: Prose
    digital: bool
    technologies: tuple[Technology, ...] = ()
    ai: bool = False
    barriers: tuple[Barrier, ...] = ()


class ProfitabilityEstimated(AssessmentEvent):
    """What it costs and frees: kroner once and a year, kroner and hours freed a year (R21), and its effects (R44).

    0 is 0; what is left out is not known.
    """

    cost: Figure | None = None
    yearly_cost: Figure | None = None
    freed: Figure | None = None
    freed_hours: Figure | None = None
    basis: Prose
    effects: tuple[Effect, ...] = ()


class CapacityAssessed(AssessmentEvent):
    """Which competences it needs (R37), and who in top management stands behind it (R38).

    `receiving`: what the municipality must master to receive what a supplier delivers (mottakerkompetanse).
    """

    competences: tuple[Line, ...] = ()
    receiving: tuple[Line, ...] = ()
    sponsor: PersonId | None = None


class GroundsStated(AssessmentEvent):
    """Why it should be done at all: the law that demands it (lovpålagt), and the priorities it serves (R6)."""

    statutory: Line | None = None
    fits: tuple[Fit, ...] = ()


class CaseScored(AssessmentEvent):
    """An assessor scored the case on one of the council's own criteria; their latest score counts.

    Where the assessment is exempt from publicity the number stays, in this event alone: every answer leaves it out. By
    law it may: a number from 1 to 5 tells nothing of anybody's personal affairs or trade secrets, and § 13 of
    offentleglova exempts such information, not the document it is in; § 14 lets a body withhold its internal documents
    from the public, not from the systems it works with itself. And without it nobody could replay the order of the
    queue, which is told. A council that wants no number on record leaves the case unscored, and ranks it by hand.
    """

    criterion: Slug
    score: Score
    comment: Prose
    assessor: PersonId


class OutcomeRecommended(AssessmentEvent):
    """The recommendation (innstilling) to the council before its meeting, by the one who prepares the case.

    Where it, or the reasons of the case's decision, are exempt from publicity, a notice stands for what was written,
    which is in `sealed_reasons`, `sealed_conditions` and `sealed_priorities`, and `written` has what was recommended:
    `outcome`, `form`, `form_name`, `route`, `strength`, `responsible`, `deadline` and `referral` are left out.
    """

    outcome: Outcome | None = None
    reasons: Prose
    form: Slug | None = None
    form_name: FormName | None = None
    route: Route | None = None
    strength: Strength | None = None
    priorities: tuple[Line, ...] = ()
    responsible: PersonId | None = None
    deadline: date | None = None
    conditions: tuple[Line, ...] = ()
    referral: Referral | None = None
    recommended_by: PersonId
    sealed_reasons: Sealed[str] | None = None
    sealed_conditions: tuple[Sealed[str], ...] = ()
    sealed_priorities: tuple[Sealed[str], ...] = ()


class CaseRanked(CouncilEvent):
    """The council ranked a case by hand, across the municipality (R17); aggregate Ranking, one a council and list.

    `order` is the whole list after it, first things first. Without a `place` the case is ranked no more. An approved
    case stands for its activity. Where the case's assessment is exempt from publicity, `sealed_reason` has the reason.
    """

    case: UUID
    among: Queue
    place: int | None = Field(default=None, ge=1)
    reason: Prose
    order: tuple[UUID, ...]
    ranked: date
    sealed_reason: Sealed[str] | None = None

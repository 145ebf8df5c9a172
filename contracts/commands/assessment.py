"""What can be asked of the council service before a case is decided: to assess it, recommend an outcome, rank it."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from contracts.commands.case import CaseCommand, Referred
from contracts.events.assessment import Barrier, Effect, Elsewhere, Fit, Participant, Score, Technology
from contracts.events.deliberation import Outcome, Route, Strength
from contracts.figure import Figure
from contracts.message import Line, PersonId, Prose, Slug


class KnownElsewhere(Elsewhere):
    """A place as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TechnologySaid(Technology):
    """A technology as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BarrierSaid(Barrier):
    """A barrier as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EffectSaid(Effect):
    """An effect as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FitSaid(Fit):
    """A priority as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AssessmentCommand(CaseCommand):
    """A command to a case's assessment: what it says replaces what was said of the same before the decision."""


class DescribeProblem(AssessmentCommand):
    """Say what the problem is, whom it affects and how that is known: before any solution (R52)."""

    problem: Prose
    affects: tuple[Line, ...] = Field(min_length=1)
    known_by: Prose


class AssessNovelty(AssessmentCommand):
    """Say whether it is new here, and where it is known, with links to the origin (R41)."""

    new_here: bool
    elsewhere: tuple[KnownElsewhere, ...] = ()


class InvolvePeople(AssessmentCommand):
    """Record who took part, how and when, or is to (R50, R51, R53); `note`, what they said, is kept sealed.

    The same participant, `who` and day are the same occasion: `how` can be put right, the first note stands.
    """

    participant: Participant
    who: Line
    how: Line
    on: date
    note: Prose | None = None


class AssessSolution(AssessmentCommand):
    """Say what the solution is made of: digital or not (R5), how mature its technology is (R35).

    With `ai` each of the barriers is stated, or given without a statement because it is not relevant (R34).
    """

    solution: Prose
    digital: bool
    technologies: tuple[TechnologySaid, ...] = ()
    ai: bool = False
    barriers: tuple[BarrierSaid, ...] = ()

    @model_validator(mode="after")
    def _each_barrier_once(self) -> Self:
        if len({each.barrier for each in self.barriers}) != len(self.barriers):
            msg = "a barrier is stated once"
            raise ValueError(msg)
        return self


class EstimateProfitability(AssessmentCommand):
    """Estimate what it costs and frees, in kroner and hours (R21), and its effects (R44).

    0 is 0; leave out what is not known.
    """

    cost: Figure | None = None
    yearly_cost: Figure | None = None
    freed: Figure | None = None
    freed_hours: Figure | None = None
    basis: Prose
    effects: tuple[EffectSaid, ...] = ()


class AssessCapacity(AssessmentCommand):
    """Say which competences it needs (R37) and who in top management stands behind it (R38).

    `receiving`: what the municipality must master to receive what a supplier delivers (mottakerkompetanse).
    """

    competences: tuple[Line, ...] = ()
    receiving: tuple[Line, ...] = ()
    sponsor: PersonId | None = None


class StateGrounds(AssessmentCommand):
    """Say which law demands it, and how it serves the municipality's own priorities (R6)."""

    statutory: Line | None = None
    fits: tuple[FitSaid, ...] = ()


class ScoreCase(AssessmentCommand):
    """Score the case on one of the council's criteria, in one's own name."""

    criterion: Slug
    score: Score
    comment: Prose


class RecommendOutcome(AssessmentCommand):
    """Recommend an outcome to the council (innstilling), and what belongs to it: of a referral, to whom."""

    outcome: Outcome
    reasons: Prose
    form: Slug | None = None
    route: Route | None = None
    strength: Strength | None = None
    priorities: tuple[Line, ...] = ()
    responsible: PersonId | None = None
    deadline: date | None = None
    conditions: tuple[Line, ...] = ()
    referral: Referred | None = None


class RankCase(CaseCommand):
    """Put a case at a place in the queue, or an approved one at a place in the portfolio (R17), and say why.

    A `place` past the end is the last; without one the case is ranked no more and finds its place by the criteria.
    """

    place: int | None = Field(default=None, ge=1)
    reason: Prose

"""How a case's assessment is told."""

from __future__ import annotations

from contracts.events.assessment import (
    CapacityAssessed,
    CaseScored,
    GroundsStated,
    NoveltyAssessed,
    OutcomeRecommended,
    PeopleInvolved,
    ProblemDescribed,
    ProfitabilityEstimated,
    SolutionAssessed,
)
from contracts.message import Message


class AssessmentShown(Message):
    """A case's assessment as it stands: the latest of each part, what has not been assessed left out.

    `involved` by day; `scores` by criterion and assessor. `reuse`: it is new here and known elsewhere, which counts as
    innovation (R41).
    """

    problem: ProblemDescribed | None = None
    novelty: NoveltyAssessed | None = None
    reuse: bool = False
    involved: tuple[PeopleInvolved, ...] = ()
    solution: SolutionAssessed | None = None
    profitability: ProfitabilityEstimated | None = None
    capacity: CapacityAssessed | None = None
    grounds: GroundsStated | None = None
    scores: tuple[CaseScored, ...] = ()
    recommendation: OutcomeRecommended | None = None

"""What the council service says no to before a case is decided, and where an assessment bars a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from contracts.ruleset import NamedForm


@dataclass(eq=False)
class RecommendedLate(Refused):
    """A recommendation (innstilling) lies before the meeting; once the case is up there, the council decides."""

    number: str
    meeting: UUID
    says = "case {number} is up in meeting {meeting}: what is recommended was recommended before"


@dataclass(eq=False)
class RecommendsOwn(Refused):
    """Who is a party to a case, or recused in it, does not prepare its decision either (forvaltningsloven § 6)."""

    person: str
    number: str
    says = "{person} is a party to case {number}, or their recusal stands: another recommends what it is to come to"


@dataclass(eq=False)
class ProblemFirst(Refused):
    """The problem is understood before a solution is assessed or an outcome recommended (R52)."""

    number: str
    says = "the problem in {number} has not been described: what it is, for whom, and how that is known comes first"


@dataclass(eq=False)
class AssessmentFixed(Refused):
    """What a decision rests on stands as it was when it was made."""

    number: str
    decided: date
    says = "{number} was decided on {decided}, and its assessment stands as it was then"


@dataclass(eq=False)
class BarriersMissing(Refused):
    """Where artificial intelligence is involved, every kind of barrier has been considered (R34)."""

    missing: tuple[str, ...]
    says = "artificial intelligence is involved, and nothing is said of the barriers {missing}"
    field: ClassVar[str | None] = "barriers"
    accepts = "each kind of barrier, without a statement where it is not relevant"


@dataclass(eq=False)
class NoAi(Refused):
    """The barriers are those of artificial intelligence."""

    given: tuple[str, ...]
    says = "the barriers {given} are those of artificial intelligence, which is said not to be involved"
    field: ClassVar[str | None] = "ai"
    accepts = "true"


@dataclass(eq=False)
class UnknownCriterion(Refused):
    """A case is scored by the criteria of the council's own rules."""

    criterion: str
    criteria: tuple[str, ...]
    says = "the council has no criterion {criterion}"
    field: ClassVar[str | None] = "criterion"
    accepts = "one of {criteria}"


@dataclass(eq=False)
class RecommendationIncomplete(Refused):
    """A recommendation says what the decision would have to say."""

    outcome: str
    missing: tuple[str, ...]
    says = "a recommendation of the outcome {outcome} also needs {missing}"


@dataclass(eq=False)
class ImmatureTechnology(Refused):
    """Technology is introduced at a satisfying maturity (R35); before that it may be tried."""

    technology: str
    level: int
    source: str
    least: int
    form: str
    trials: tuple[str, ...]
    form_names: tuple[NamedForm, ...] = ()
    says = "{technology} is at readiness level {level} ({source}), and the form {form} needs {least}"
    field: ClassVar[str | None] = "form"
    accepts = "one of {trials}"


@dataclass(eq=False)
class NothingToRank(Refused):
    """What waits is ranked in the queue and what was approved in the portfolio; the rest is over (R17)."""

    number: str
    says = "{number} neither waits nor was approved, so there is nothing to rank"

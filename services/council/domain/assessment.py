"""The assessment of a case (vurdering, aggregate Assessment): what is known of it before the council decides."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.commands import assessment as do
from contracts.events import assessment as events
from contracts.events.council import Outcome
from contracts.sealed import Retention, Sealed
from services.council.domain import assessing_refusals as refused
from services.council.domain import deciding, dossier, publicity, refusals, withholding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from contracts.ruleset import RuleSet
    from services.council.domain.folder import Dossier

Event: TypeAlias = (
    events.ProblemDescribed
    | events.NoveltyAssessed
    | events.PeopleInvolved
    | events.SolutionAssessed
    | events.ProfitabilityEstimated
    | events.CapacityAssessed
    | events.GroundsStated
    | events.CaseScored
    | events.OutcomeRecommended
)
Occasion: TypeAlias = tuple[events.Participant, str, "date"]
"""What makes two involvements the same one: who took part, and when."""


@dataclass(frozen=True)
class Assessment:
    """What has been assessed of a case so far; each part as it was last stated."""

    council: UUID
    case: UUID
    problem: events.ProblemDescribed | None = None
    novelty: events.NoveltyAssessed | None = None
    involved: Mapping[Occasion, events.PeopleInvolved] = field(default_factory=dict)
    solution: events.SolutionAssessed | None = None
    profitability: events.ProfitabilityEstimated | None = None
    capacity: events.CapacityAssessed | None = None
    grounds: events.GroundsStated | None = None
    scores: Mapping[tuple[str, str], events.CaseScored] = field(default_factory=dict)
    recommendation: events.OutcomeRecommended | None = None


@dataclass(frozen=True)
class Assess:
    """A command by somebody (`by`), with the case as it stands and the rules of the day.

    `kept` are the sealed texts of what has been assessed so far, by their references.
    """

    command: do.AssessmentCommand
    case: dossier.State
    rules: RuleSet
    by: str
    kept: Mapping[UUID, str] = field(default_factory=dict)


SOLVES: dict[type[do.AssessmentCommand], type[Event]] = {
    do.AssessNovelty: events.NoveltyAssessed,
    do.AssessSolution: events.SolutionAssessed,
    do.EstimateProfitability: events.ProfitabilityEstimated,
    do.AssessCapacity: events.CapacityAssessed,
    do.ScoreCase: events.CaseScored,
    do.RecommendOutcome: events.OutcomeRecommended,
}
"""What is about a solution, and so comes after the problem (R52); the event each command becomes."""

UNDERSTANDS: dict[type[do.AssessmentCommand], type[Event]] = {
    do.DescribeProblem: events.ProblemDescribed,
    do.InvolvePeople: events.PeopleInvolved,
    do.StateGrounds: events.GroundsStated,
}
"""What is about the problem itself, and may come first."""


NEEDED = {Outcome.APPROVED: ("form",), Outcome.REFERRED: ("referral",)}
"""What a recommendation must say."""


def decide(assessment: Assessment, assess: Assess) -> list[Event]:
    """What the assessment records on a command. Raises `Refused`."""
    held, command = dossier.dossier(assess.case), assess.command
    event = _event(assessment, assess)
    if _known(assessment, event, assess.kept):
        return []
    if isinstance(assess.case, dossier.Closed) and held.last is not None:
        raise refused.AssessmentFixed(held.number, held.last.decided)
    if isinstance(assess.case, dossier.Closed | dossier.Withdrawn):
        raise refusals.CaseClosed(held.number)
    if isinstance(assess.case, dossier.TakenUp) and isinstance(command, do.RecommendOutcome):
        raise refused.RecommendedLate(held.number, assess.case.floor.meeting)
    if isinstance(command, do.RecommendOutcome) and assess.by in held.parties | held.kept_out:
        raise refused.RecommendsOwn(assess.by, held.number)
    if type(command) in SOLVES and assessment.problem is None:
        raise refused.ProblemFirst(held.number)
    _must_hold(command, assess.rules, held)
    if isinstance(event, events.OutcomeRecommended):
        return [publicity.veiled_recommendation(event, held)]
    notice = publicity.of_assessment(held)
    return [event if notice is None else _sealed(assessment, event, notice, assess.kept)]


def _event(assessment: Assessment, assess: Assess) -> Event:
    """What the command would have recorded."""
    command = assess.command
    said = command.model_dump(exclude={"at", "case", "note"})
    said |= {"council": assessment.council, "case": assessment.case, "assessed": command.day}
    match command:
        case do.ScoreCase():
            said["assessor"] = assess.by
        case do.RecommendOutcome():
            said["recommended_by"] = assess.by
            said["form_name"] = assess.rules.form_name(command.form)
        case do.InvolvePeople(note=str() as note):
            said["note"] = Sealed[str].of(note, Retention.CONTENT)
    return (SOLVES | UNDERSTANDS)[type(command)](**said)


def _known(assessment: Assessment, event: Event, kept: Mapping[UUID, str]) -> bool:
    """Whether the same stands already, whenever it was said."""
    standing = _standing(assessment, event, kept)
    if standing is None:
        return False
    besides = {"assessed", "form_name", "note", "written", "sealed_reasons", "sealed_conditions", "sealed_priorities"}
    return withholding.opened(standing, kept).model_dump(exclude=besides) == event.model_dump(exclude=besides)


def _sealed(assessment: Assessment, event: Event, notice: str, kept: Mapping[UUID, str]) -> Event:
    """The event as it may be recorded; of those involved on a day, each is told from the others."""
    veiled = withholding.sealed(event, notice)
    if not isinstance(event, events.PeopleInvolved):
        return veiled
    standing = _standing(assessment, event, kept)
    if isinstance(standing, events.PeopleInvolved):
        return veiled.model_copy(update={"who": standing.who})
    alike = sum(1 for participant, _, on in assessment.involved if (participant, on) == (event.participant, event.on))
    return veiled.model_copy(update={"who": f"{notice} ({alike + 1})"}) if alike else veiled


def _standing(  # noqa: PLR0911 - one line a part
    assessment: Assessment, event: Event, kept: Mapping[UUID, str]
) -> Event | None:
    """What stands of the part the event is about."""
    match event:
        case events.ProblemDescribed():
            return assessment.problem
        case events.NoveltyAssessed():
            return assessment.novelty
        case events.PeopleInvolved():
            known = assessment.involved.values()
            return next((each for each in known if _occasion(withholding.opened(each, kept)) == _occasion(event)), None)
        case events.SolutionAssessed():
            return assessment.solution
        case events.ProfitabilityEstimated():
            return assessment.profitability
        case events.CapacityAssessed():
            return assessment.capacity
        case events.GroundsStated():
            return assessment.grounds
        case events.CaseScored():
            return assessment.scores.get((event.criterion, event.assessor))
        case events.OutcomeRecommended():
            return assessment.recommendation


def _occasion(event: events.PeopleInvolved) -> Occasion:
    return event.participant, event.who, event.on


def _must_hold(command: do.AssessmentCommand, rules: RuleSet, held: Dossier) -> None:
    match command:
        case do.AssessSolution(ai=True):
            considered = {barrier.barrier for barrier in command.barriers}
            if missing := tuple(kind for kind in events.BarrierKind if kind not in considered):
                raise refused.BarriersMissing(missing)
        case do.AssessSolution() if command.barriers:
            raise refused.NoAi(tuple(barrier.barrier for barrier in command.barriers))
        case do.ScoreCase(criterion=criterion):
            keys = tuple(each.key for each in rules.criteria)
            if criterion not in keys:
                raise refused.UnknownCriterion(criterion, keys)
        case do.RecommendOutcome():
            _must_be_decidable(command, rules, held)


def _must_be_decidable(command: do.RecommendOutcome, rules: RuleSet, held: Dossier) -> None:
    """Nothing is recommended that could not be decided so; who is responsible, and on what, the council may yet say."""
    missing = tuple(name for name in NEEDED.get(command.outcome, ()) if not getattr(command, name))
    if missing:
        raise refused.RecommendationIncomplete(command.outcome, missing)
    deciding.must_be_possible(command, rules, command.day, held)


def written(assessment: Assessment) -> tuple[UUID, ...]:
    """The vault's references to what stands of the assessment and is sealed."""
    several = (*assessment.involved.values(), *assessment.scores.values())
    parts = (assessment.problem, assessment.novelty, assessment.solution, assessment.profitability)
    return withholding.references(
        (*several, *parts, assessment.capacity, assessment.grounds, assessment.recommendation)
    )


def gate(assessment: Assessment, form: str | None, rules: RuleSet) -> None:
    """Bar an onward course whose technology is not mature enough for its form (R35). Raises `ImmatureTechnology`.

    What has not been assessed to rest on any technology passes, and so does every form in which it may be tried.
    """
    if form is None or form in rules.trials or assessment.solution is None:
        return
    technologies = sorted(assessment.solution.technologies, key=lambda each: each.level)
    if technologies and technologies[0].level < rules.maturity:
        least = technologies[0]
        raise refused.ImmatureTechnology(
            least.technology, least.level, least.source, rules.maturity, form, tuple(rules.trials), rules.form_names
        )


def evolve(assessment: Assessment, event: Event) -> Assessment:  # noqa: PLR0911 - one line a part
    """The assessment with the event in it."""
    match event:
        case events.ProblemDescribed():
            return replace(assessment, problem=event)
        case events.NoveltyAssessed():
            return replace(assessment, novelty=event)
        case events.PeopleInvolved():
            known = assessment.involved.get(_occasion(event))
            kept = event if known is None or event.note else event.model_copy(update={"note": known.note})
            return replace(assessment, involved={**assessment.involved, _occasion(event): kept})
        case events.SolutionAssessed():
            return replace(assessment, solution=event)
        case events.ProfitabilityEstimated():
            return replace(assessment, profitability=event)
        case events.CapacityAssessed():
            return replace(assessment, capacity=event)
        case events.GroundsStated():
            return replace(assessment, grounds=event)
        case events.CaseScored():
            return replace(assessment, scores={**assessment.scores, (event.criterion, event.assessor): event})
        case events.OutcomeRecommended():
            return replace(assessment, recommendation=event)

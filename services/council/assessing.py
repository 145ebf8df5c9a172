"""What the council service does before a case is decided: assesses it, ranks it, and bars immature technology."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.commands import assessment as commands
from contracts.events.council import Outcome
from contracts.queries.assessment import AssessmentShown
from runtime.decider import Decider
from services.council.domain import assessment, composition, dossier, publicity, ranking
from services.council.domain.assessing_refusals import NothingToRank
from services.council.domain.ids import assessment_id, council_id, ranking_id
from services.council.loading import own_case, own_council

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.commands.council import DecisionCommand
    from contracts.envelope import Recorded
    from contracts.events.assessment import Queue
    from contracts.message import Command
    from contracts.ruleset import RuleSet
    from runtime.declaration import UseCase
    from runtime.work import Work


def assessments(acting: Acting, case: UUID) -> Decider[assessment.Assessment]:
    """The decider of a case's assessment."""
    initial = assessment.Assessment(council_id(acting.tenant), case)
    return Decider("assessment", initial, assessment.decide, assessment.evolve)


def rankings(acting: Acting, among: Queue) -> Decider[ranking.Ranking]:
    """The decider of one of the acting tenant's council's two rankings."""
    initial = ranking.Ranking(council_id(acting.tenant), among)
    return Decider("ranking", initial, ranking.decide, ranking.evolve)


def assess(work: Work, command: commands.AssessmentCommand, acting: Acting) -> UUID:
    """Assess a case by the rules of the day, in the name of the one who acts. Raises `NotFound`."""
    held = own_case(work, command.case, acting)
    rules = composition.rules_on(own_council(work, acting), command.day)
    known = work.state(assessments(acting, command.case), assessment_id(command.case))
    kept = {ref: row.value for ref, row in work.ledger.unseal(assessment.written(known)).items()}
    assessing = assessment.Assess(command, held, rules, acting.person or acting.system, kept)
    work.do(assessments(acting, command.case), assessment_id(command.case), assessing)
    return command.case


def rank(work: Work, command: commands.RankCase, acting: Acting) -> UUID:
    """Rank a case among those of its kind, and drop those that no longer are. Raises `NotFound`, `NothingToRank`."""
    held = own_case(work, command.case, acting)
    among = _among(held)
    if among is None:
        raise NothingToRank(dossier.dossier(held).number)
    decider, of = rankings(acting, among), ranking_id(council_id(acting.tenant), among)
    ranked = work.state(decider, of).order
    gone = frozenset(case for case in ranked if _among(own_case(work, case, acting)) != among)
    notice = publicity.of_assessment(dossier.dossier(held))
    work.do(decider, of, ranking.Rank(command, gone, notice, _reason_kept(work, of, command.case)))
    return command.case


def _reason_kept(work: Work, ranked: UUID, case: UUID) -> str | None:
    """The sealed reason for the case's place, if its last ranking has one."""
    told = [each.data for each in work.ledger.history(ranked) if each.data.case == case]
    ref = told[-1].sealed_reason.ref if told and told[-1].sealed_reason else None
    return work.ledger.unseal([ref])[ref].value if ref else None


def _among(case: dossier.State) -> Queue | None:
    """The list a case belongs to, if any. Raises `NotFound`."""
    held = dossier.dossier(case)
    match case:
        case dossier.Waiting() | dossier.Tabled() | dossier.TakenUp():
            return "queue"
        case dossier.Closed() if held.last is not None and held.last.outcome in {Outcome.APPROVED, Outcome.FORMAL}:
            return "portfolio"
        case _:
            return None


def gate(work: Work, command: DecisionCommand, rules: RuleSet, acting: Acting) -> None:
    """Bar an onward course that rests on immature technology, by the rules it is decided under (R35)."""
    if command.outcome in {Outcome.APPROVED, Outcome.FORMAL}:
        known = work.state(assessments(acting, command.case), assessment_id(command.case))
        assessment.gate(known, command.form, rules)


def shown(case: UUID, history: Sequence[Recorded[Any]]) -> AssessmentShown | None:
    """The assessment with this history, if there is any of it."""
    if not history:
        return None
    state = assessment.Assessment(history[0].data.council, case)
    for recorded in history:
        state = assessment.evolve(state, recorded.data)
    novelty = state.novelty
    return AssessmentShown(
        problem=state.problem,
        novelty=novelty,
        reuse=novelty is not None and novelty.new_here and bool(novelty.elsewhere),
        involved=tuple(sorted(state.involved.values(), key=lambda each: (each.on, each.participant, each.who))),
        solution=state.solution,
        profitability=state.profitability,
        capacity=state.capacity,
        grounds=state.grounds,
        scores=tuple(state.scores[key] for key in sorted(state.scores)),
        recommendation=state.recommendation,
    )


COMMANDS: Mapping[type[Command], UseCase] = {
    **dict.fromkeys((*assessment.UNDERSTANDS, *assessment.SOLVES), assess),
    commands.RankCase: rank,
}

"""How much of what there is in each municipality: ideas, waits, decisions, activities, benefits, and by employees."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from contracts.events.council import Outcome
from contracts.events.intake import Kind, SubmitterKind
from contracts.queries.reporting import MunicipalityCounts

if TYPE_CHECKING:
    from contracts.queries.reporting import IdeaRow
    from services.reporting.views.coordinating import Facts

FINAL = frozenset({Outcome.APPROVED, Outcome.DECLINED, Outcome.REFERRED, Outcome.FORMAL, Outcome.ADOPTED})
"""The outcomes that end the wait (R10): a deferred or returned case waits on."""


@dataclass
class Tally:
    """One municipality's counts while they are being counted."""

    by_kind: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    waits: list[int] = field(default_factory=list)
    took: list[int] = field(default_factory=list)
    employees: list[IdeaRow] = field(default_factory=list)
    decided: int = 0
    running: int = 0
    stopped: int = 0
    completed: int = 0
    planned: int = 0
    realised: int = 0


def counts(ideas: list[IdeaRow], facts: Facts) -> tuple[MunicipalityCounts, ...]:
    """Counts of all ideas, and of all activities whether an idea began them or not.

    Of another municipality, of what came of an idea that may be seen.
    """
    asked = facts.asked
    seen = {str(idea.idea) for idea in ideas}

    def told(row: Any) -> bool:  # noqa: ANN401 - a row
        return row.tenant in asked.scope.own or row.idea in seen

    tallies = {tenant: Tally() for tenant in asked.tenants}
    for idea in ideas:
        tally = tallies[idea.municipality]
        tally.by_kind[idea.kind] += 1
        if idea.waiting:
            tally.waits.append(idea.waiting_days)
        elif idea.outcome in FINAL:
            tally.took.append(idea.waiting_days)
        if idea.submitter is SubmitterKind.EMPLOYEE:
            tally.employees.append(idea)
    for case in (each for of_idea in facts.cases.values() for each in of_idea if told(each)):
        tallies[case.tenant].decided += any(each.outcome in FINAL for each in facts.decisions.get(case.case, []))
    activities = [each for of_idea in facts.activities.values() for each in of_idea if told(each)]
    for activity in activities:
        tally = tallies[activity.tenant]
        stopped, completed = facts.happened(activity.stopped), facts.happened(activity.completed)
        tally.stopped += stopped and bool(activity.lesson)
        tally.completed += completed
        tally.running += not stopped and not completed and not facts.happened(activity.handed_over)
    running = {activity.activity for activity in activities}
    for benefit in asked.rows("benefits", dated="planned"):
        tallies[benefit.tenant].planned += benefit.activity in running
    measured = {(row.tenant, row.benefit) for one in running for row in facts.measurements.get(one, [])}
    for tenant, _benefit in measured:
        tallies[tenant].realised += 1
    return tuple(
        MunicipalityCounts(
            municipality=tenant,
            submitted=sum(tally.by_kind.values()),
            by_kind=tally.by_kind,
            waiting=len(tally.waits),
            longest_wait=max(tally.waits, default=0),
            decided=tally.decided,
            running=tally.running,
            stopped_with_lesson=tally.stopped,
            completed=tally.completed,
            benefits_planned=tally.planned,
            benefits_realised=tally.realised,
            by_employees=len(tally.employees),
            employees_decided=sum(idea.outcome in FINAL for idea in tally.employees),
            employees_begun=sum(idea.activity is not None for idea in tally.employees),
            days_to_decision=round(median(tally.took)) if tally.took else None,
        )
        for tenant, tally in sorted(tallies.items())
    )

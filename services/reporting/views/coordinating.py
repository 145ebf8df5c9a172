"""What the coordination view tells: each idea's state and wait, counts by municipality, shared needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from contracts.events.council import Outcome
from contracts.queries.reporting import (
    CoordinationShown,
    IdeaRow,
    Linked,
    NeedGroup,
    State,
)
from services.reporting.views import council_standing, exemptions
from services.reporting.views.counting import FINAL, counts
from services.reporting.views.scope import Asked, by, load

if TYPE_CHECKING:
    from contracts.queries.reporting import Coordination
    from runtime.declaration import Scope
    from runtime.projector import Reader


@dataclass(frozen=True)
class Facts:
    """The rows of the day, grouped by what they are about; each group in the order things happened."""

    asked: Asked
    questions: dict[str, list[Any]]
    links: dict[str, list[Any]]
    referrals: dict[str, list[Any]]
    cases: dict[str, list[Any]]
    tablings: dict[str, list[Any]]
    decisions: dict[str, list[Any]]
    reopenings: dict[str, list[Any]]
    activities: dict[str, list[Any]]
    phases: dict[str, list[Any]]
    responsibles: dict[str, list[Any]]
    reports: dict[str, list[Any]]
    measurements: dict[str, list[Any]]
    veils: dict[str, exemptions.Veil]

    @classmethod
    def of(cls, asked: Asked) -> Facts:
        """Everything the tenants of the question have."""
        return cls(
            asked,
            questions=by(asked.rows("questions", "asked", dated="asked"), "idea"),
            links=by(asked.rows("links", "linked", dated="linked"), "idea"),
            referrals=by(asked.rows("referrals", "number", dated="referred"), "idea"),
            cases=by(asked.rows("cases", "received", dated="received"), "idea"),
            tablings=by(asked.rows("tablings", "number", dated="tabled"), "case"),
            decisions=by(asked.rows("decisions", "decided", "number", dated="decided"), "case"),
            reopenings=by(asked.rows("reopenings", "number", dated="reopened"), "case"),
            activities=by(asked.rows("activities", "started", dated="started"), "idea"),
            phases=by(asked.rows("phases", "entered", "number", dated="entered"), "activity"),
            responsibles=by(asked.rows("responsibles", "since", "number", dated="since"), "activity"),
            reports=by(asked.rows("reports", "reported", dated="reported"), "activity"),
            measurements=by(asked.rows("measurements", "measured", dated="measured"), "activity"),
            veils=exemptions.veils(asked),
        )

    def happened(self, day: str | None) -> bool:
        """Whether a column's date lies within the question's."""
        return day is not None and (self.asked.until is None or day <= self.asked.until)


def coordination(reader: Reader, query: Coordination, scope: Scope) -> CoordinationShown:
    """Ideas by municipality and date, counts by municipality, and the groups of linked needs."""
    asked = Asked.of(reader, query, scope)
    facts = Facts.of(asked)
    ideas = [
        _idea(row, facts)
        for row in asked.rows("ideas", "tenant", "submitted", dated="submitted")
        if scope.shows(row.tenant, row.visibility)
    ]
    last = None if query.limit is None else query.offset + query.limit
    return CoordinationShown(
        **asked.envelope(),
        total=len(ideas),
        ideas=tuple(ideas[query.offset : last]),
        municipalities=counts(ideas, facts),
        needs=_needs(ideas),
        councils=council_standing.standings(asked),
        late=council_standing.late(asked, _seen(ideas, facts)),
    )


def _seen(ideas: list[IdeaRow], facts: Facts) -> set[str]:
    """The cases and activities of the ideas that are shown."""
    known = [str(idea.idea) for idea in ideas]
    cases = {row.case for idea in known for row in facts.cases.get(idea, [])}
    return cases | {row.activity for idea in known for row in facts.activities.get(idea, [])}


@dataclass(frozen=True)
class Course:
    """How far one idea has come."""

    state: State
    decision: Any = None
    final: Any = None
    case: Any = None
    activity: Any = None


def _course(row: Any, facts: Facts) -> Course:  # noqa: ANN401 - a row
    case = next(iter(facts.cases.get(row.idea, [])[-1:]), None)
    decisions = facts.decisions.get(case.case, []) if case else []
    decision = next(iter(decisions[-1:]), None)
    final = next((each for each in decisions if each.outcome in FINAL), None)
    activity = next(iter(facts.activities.get(row.idea, [])[-1:]), None)
    state = _state(row, facts, case, decision, activity)
    return Course(state, decision, final, case, activity)


def _state(row: Any, facts: Facts, case: Any, decision: Any, activity: Any) -> State:  # noqa: ANN401 - rows
    if facts.happened(row.withdrawn) or (case and facts.happened(case.withdrawn) and not facts.happened(row.merged)):
        return State.WITHDRAWN
    if facts.happened(row.merged):
        return State.MERGED
    if activity:
        return _running(activity, facts)
    if decision and decision.outcome in FINAL:
        again = facts.reopenings.get(case.case, [])
        if not again or again[-1].left or again[-1].number < decision.number:
            return State.DECIDED
    return _waiting(row, facts, case, decision)


def _running(activity: Any, facts: Facts) -> State:  # noqa: ANN401 - a row
    for reached, state in (
        (facts.happened(activity.stopped), State.STOPPED),
        (activity.activity in facts.measurements, State.BENEFIT_REALISED),
        (facts.happened(activity.completed), State.COMPLETED),
        (facts.happened(activity.handed_over), State.HANDED_OVER),
        (activity.activity in facts.reports, State.FOLLOWED_UP),
    ):
        if reached:
            return state
    return State.STARTED


def _waiting(row: Any, facts: Facts, case: Any, decision: Any) -> State:  # noqa: ANN401 - rows
    referrals = facts.referrals.get(row.idea, [])
    tabled = facts.tablings.get(case.case, [])[-1:] if case else []
    tabled = [each for each in tabled if not facts.happened(each.carried_over)]
    if tabled and (decision is None or tabled[0].number > decision.number):
        return State.TABLED
    if decision and decision.outcome == Outcome.DEFERRED:
        return State.DEFERRED
    again = decision is not None and any(each.number > 1 and each.referred >= decision.decided for each in referrals)
    if decision and decision.outcome == Outcome.RETURNED and not again:
        return State.RETURNED
    if referrals or case:
        return State.REFERRED
    open_questions = [each for each in facts.questions.get(row.idea, []) if not facts.happened(each.clarified)]
    return State.CLARIFYING if open_questions else State.SUBMITTED


def _idea(row: Any, facts: Facts) -> IdeaRow:  # noqa: ANN401 - a row
    course = _course(row, facts)
    scope = facts.asked.scope
    over = course.state in {State.WITHDRAWN, State.MERGED}
    waiting = course.final is None and not over
    end = course.final.decided if course.final else _ended(row, course, facts) or facts.asked.day
    decision, activity = course.decision, course.activity
    veil = facts.veils.get(course.case.case, exemptions.NOTHING) if course.case else exemptions.NOTHING
    phases = facts.phases.get(activity.activity, []) if activity else []
    responsibles = facts.responsibles.get(activity.activity, []) if activity else []
    responsible = responsibles[-1].responsible if responsibles else decision and decision.responsible
    return IdeaRow(
        idea=row.idea,
        municipality=row.tenant,
        title=veil.told("title", scope.title(row.visibility, row.title)),
        kind=row.kind,
        submitter=row.submitter,
        submitted=row.submitted,
        visibility=row.visibility,
        tags=load(row.tags) if scope.names(row.visibility) else (),
        state=course.state,
        waiting=waiting,
        waiting_days=max(0, (date.fromisoformat(end) - date.fromisoformat(row.submitted)).days),
        number=course.case.label if course.case else None,
        decided=decision.decided if decision else None,
        outcome=decision.outcome if decision else None,
        form=decision.form if decision else None,
        form_name=(load(decision.form_name) or None) if decision else None,
        route=decision.route if decision else None,
        strength=decision.strength if decision else None,
        responsible=responsible if row.tenant in scope.own else None,
        activity=activity.activity if activity else None,
        phase=phases[-1].phase if phases else None,
        merged_into=row.merged_into if course.state is State.MERGED else None,
        linked=tuple(
            Linked(idea=link.other, municipality=link.other_tenant)
            for link in facts.links.get(row.idea, [])
            if link.other_tenant in scope.own | scope.others
        ),
    )


def _ended(row: Any, course: Course, facts: Facts) -> str | None:  # noqa: ANN401 - a row
    """The date an idea left the queue without a decision."""
    dates = {
        State.WITHDRAWN: [row.withdrawn, course.case and course.case.withdrawn],
        State.MERGED: [row.merged],
    }
    return next((day for day in dates.get(course.state, []) if facts.happened(day)), None)


def _needs(ideas: list[IdeaRow]) -> tuple[NeedGroup, ...]:
    """Ideas that links connect, directly or by way of others, where they are of at least two municipalities."""
    leader: dict[Any, Any] = {}
    place = {idea.idea: idea.municipality for idea in ideas}

    def lead(one: Any) -> Any:  # noqa: ANN401 - an id
        while leader.setdefault(one, one) != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for idea in ideas:
        for link in idea.linked:
            place.setdefault(link.idea, link.municipality)
            leader[lead(idea.idea)] = lead(link.idea)
    groups: dict[Any, list[Any]] = {}
    for one in sorted(leader, key=lambda one: (place[one], str(one))):
        groups.setdefault(lead(one), []).append(one)
    titles = {idea.idea: idea.title for idea in ideas if idea.title}
    return tuple(
        NeedGroup(
            municipalities=tuple(sorted({place[one] for one in group})),
            ideas=tuple(Linked(idea=one, municipality=place[one]) for one in group),
            titles=tuple(titles[one] for one in group if one in titles),
        )
        for group in groups.values()
        if len({place[one] for one in group}) > 1
    )

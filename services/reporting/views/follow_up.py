"""The follow-up: each decision that asks for something, and where that stands (R13)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from contracts.events import assessment, council
from contracts.queries.prioritising import FollowUpRow, FollowUpShown, Standing
from runtime.projector import Row, View
from services.reporting.views import exemptions, portfolio, queue
from services.reporting.views.exemptions import NOTHING
from services.reporting.views.queueing import Ranks, reopened
from services.reporting.views.scope import Asked, by, json, load, named, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.envelope import Recorded
    from contracts.queries.prioritising import FollowUp
    from contracts.queries.reporting import ActivityRow
    from runtime.declaration import Scope
    from runtime.projector import Reader
    from runtime.views import Values

TABLES = sa.MetaData()
portfolio.tables(TABLES)
table("cases", TABLES, ["case"], ["withdrawn"])
table("moves", TABLES, ["case", "number#"], ["what", "moved"])
table(
    "decisions",
    TABLES,
    ["case", "number#"],
    [
        *("event", "label", "title", "visibility", "decided", "outcome", "form", "route", "strength", "conditions"),
        *("form_name", "responsible", "deadline"),
    ],
)
table("rankings", TABLES, ["council", "number#"], ["among", "case", "reason", "order", "ranked"])

SETTLED = frozenset({"declined", "referred", "adopted"})
"""Outcomes that ask for nothing."""

UP = frozenset({"tabled", "taken-up"})
"""How a case stands that is on an agenda."""


def project(recorded: Recorded[Any]) -> Iterator[Row]:
    """The rows of one event of the council or the portfolio."""
    match recorded.data:
        case assessment.CaseRanked():
            yield from queue.ranking(recorded)
        case council.CaseWithdrawn() as event:
            yield Row("cases", (str(event.case),), {"tenant": recorded.tenant, "withdrawn": text(event.withdrawn)})
        case council.CaseEvent() as event:
            yield from queue.move(recorded, event, str(recorded.time.date()))
            yield from exemptions.project(recorded, event)
            if isinstance(event, council.CouncilDecided):
                yield _decision(recorded, event)
        case _:
            yield from portfolio.project(recorded)


def _decision(recorded: Recorded[Any], event: council.CouncilDecided) -> Row:
    about: Values = {"event": str(recorded.id), "label": event.number, "title": event.title}
    seen: Values = {"visibility": event.visibility.value, "decided": text(event.decided)}
    form: Values = {"form": event.form, "form_name": named(event.form_name)}
    course: Values = {**form, "route": event.route, "strength": event.strength}
    asks: Values = {"responsible": event.responsible, "deadline": text(event.deadline)}
    what: Values = {"outcome": event.outcome.value, "conditions": json(event.conditions)}
    values = {"tenant": recorded.tenant, **about, **seen, **course, **asks, **what}
    return Row("decisions", (str(event.case), recorded.sequence), values)


VIEW = View("follow-up", 6, TABLES, project)


def follow_up(reader: Reader, query: FollowUp, scope: Scope) -> FollowUpShown:
    """The latest decision in each case, if it asks for something or is to be made anew; what is late first."""
    asked = Asked.of(reader, query, scope)
    activities = {str(row.case): row for row in portfolio.activities(asked) if row.case is not None}
    moves = by(asked.rows("moves", "number", dated="moved"), "case")
    withdrawn = {row.case for row in asked.rows("cases", dated="withdrawn")}
    ranks = {
        tenant: Ranks.of(rows, "portfolio")
        for tenant, rows in by(asked.rows("rankings", "number", dated="ranked"), "tenant").items()
    }
    veils = exemptions.veils(asked)
    latest = {row.case: row for row in asked.rows("decisions", "number", dated="decided")}
    rows = [
        _row(row, asked, activities.get(case), moves.get(case, []), ranks.get(row.tenant), veils.get(case, NOTHING))
        for case, row in latest.items()
        if row.outcome not in SETTLED or reopened(moves.get(case, []))
        if case not in withdrawn and scope.shows(row.tenant, row.visibility)
    ]
    rows.sort(key=lambda row: (row.municipality, row.late_days == 0, -row.late_days, row.decided, row.number))
    return FollowUpShown(**asked.envelope(), decisions=tuple(rows))


def _row(  # noqa: PLR0913, PLR0917 - all there is to know of it
    row: Any,  # noqa: ANN401 - a row
    asked: Asked,
    activity: ActivityRow | None,
    moves: list[Any],
    ranks: Ranks | None,
    veil: exemptions.Veil,
) -> FollowUpRow:
    own = row.tenant in asked.scope.own
    standing, since = _standing(row, activity, moves)
    deadline = activity.deadline if activity else _day(row.deadline)
    end = activity.ended if activity and activity.ended else asked.on
    benefits = activity.benefits if activity else ()
    return FollowUpRow(
        decision=row.event,
        case=row.case,
        municipality=row.tenant,
        number=row.label,
        title=veil.told("title", asked.scope.title(row.visibility, row.title)),
        visibility=row.visibility,
        decided=row.decided,
        outcome=row.outcome,
        form=row.form,
        form_name=load(row.form_name) or None,
        route=row.route,
        strength=row.strength,
        conditions=veil.told("conditions", load(row.conditions)),
        responsible=(activity.responsible if activity else row.responsible) if own else None,
        deadline=deadline,
        standing=standing,
        since=since,
        late_days=max(0, (end - deadline).days) if deadline else 0,
        rank=ranks.order.index(row.case) + 1 if ranks and row.case in ranks.order else None,
        benefits=len(benefits),
        reached=sum(each.achieved is not None and each.achieved >= 1 for each in benefits),
        activity=activity,
    )


def _standing(row: Any, activity: ActivityRow | None, moves: list[Any]) -> tuple[Standing, date]:  # noqa: ANN401 - a row
    """Where it stands, and since when; a decision to be made anew, whatever the one that holds set going."""
    decided = date.fromisoformat(row.decided)
    after = [(move.what, date.fromisoformat(move.moved)) for move in moves if move.number > row.number]
    if after and after[-1][0] == "settled":
        after = []  # it was reopened, and left as it was decided
    what, since = after[-1] if after else (row.outcome, decided)
    if (anew := reopened(moves)) is not None:
        return (Standing.TABLED, since) if what in UP else (Standing.REOPENED, date.fromisoformat(anew))
    if activity is not None:
        return Standing(activity.state), activity.ended or activity.started
    if row.form is not None:
        return Standing.NOT_STARTED, decided
    if what in UP:
        return Standing.TABLED, since
    if what == "referred-again":
        return Standing.RETURNED_ANEW, since
    if row.outcome == "deferred" or after:
        return Standing.WAITING, since
    return (Standing.WITH_SUBMITTER if row.outcome == "returned" else Standing.ELSEWHERE), decided


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None

"""What the queue view tells: the cases that wait, in their order, each with the reasons for its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from contracts.publicity import Part
from contracts.queries.prioritising import Because, CriterionScore, QueueRow, QueueShown
from contracts.ruleset import CRITERIA, Criterion
from services.reporting.views import exemptions
from services.reporting.views.scope import Asked, by, holds, load

if TYPE_CHECKING:
    from contracts.queries.prioritising import Queue
    from runtime.declaration import Scope
    from runtime.projector import Reader

OPEN = frozenset({"waiting", "referred-again", "tabled", "taken-up", "deferred", "reopened"})
"""How a case stands that waits for the council; a returned one waits for its submitter, and is followed up instead."""

ENDED = frozenset({"approved", "declined", "referred", "formal", "adopted", "settled"})
"""The outcomes that end a case, until it is reopened, and that a reopening was withdrawn."""


@dataclass(frozen=True)
class Ranks:
    """The places given by hand on the day, and the latest reason for each."""

    order: tuple[str, ...]
    reasons: dict[str, str]

    @classmethod
    def of(cls, rankings: list[Any], among: str) -> Ranks:
        """What the rankings of a municipality come to, in the order they were recorded."""
        said = [row for row in rankings if row.among == among]
        order = tuple(load(said[-1].order)) if said else ()
        return cls(order, {row.case: row.reason for row in said})


def queue(reader: Reader, query: Queue, scope: Scope) -> QueueShown:
    """Each municipality's queue: ranked by hand, then statutory, then by weighted score, then by time waited."""
    asked = Asked.of(reader, query, scope)
    known = {
        "moves": by(asked.rows("moves", "number", dated="moved"), "case"),
        "problems": by(asked.rows("problems", "number", dated="described"), "case"),
        "grounds": by(asked.rows("grounds", "number", dated="stated"), "case"),
        "scores": by(asked.rows("scores", "number", dated="scored"), "case"),
        "recommendations": by(asked.rows("recommendations", "number", dated="recommended"), "case"),
    }
    veils = exemptions.veils(asked)
    rankings = by(asked.rows("rankings", "number", dated="ranked"), "tenant")
    editions = by(asked.rows("editions", "number", dated="in_force"), "tenant")
    rows: list[QueueRow] = []
    for tenant, cases in groupby(asked.rows("cases", "tenant", "received", dated="received"), lambda row: row.tenant):
        ranks = Ranks.of(rankings.get(tenant, []), "queue")
        criteria = _criteria(editions.get(tenant, []), asked.day)
        own = [
            _row(row, asked, {name: found.get(row.case, []) for name, found in known.items()}, ranks, criteria, veils)
            for row in cases
            if scope.shows(row.tenant, row.visibility)
        ]
        waiting = sorted((row for row in own if row is not None), key=_order)
        rows += [_told(row, place, veils) for place, row in enumerate(waiting, start=1)]
    return QueueShown(**asked.envelope(), cases=tuple(rows))


def _told(row: QueueRow, place: int, veils: dict[str, exemptions.Veil]) -> QueueRow:
    """The row at its place. How an exempt case was scored is told nobody, though its place rests on it."""
    if veils.get(str(row.case), exemptions.NOTHING).over(Part.ASSESSMENT) is None:
        return row.model_copy(update={"place": place})
    criteria = tuple(each.model_copy(update={"score": None}) for each in row.criteria)
    return row.model_copy(update={"place": place, "score": None, "criteria": criteria})


def _criteria(editions: list[Any], day: str) -> tuple[Criterion, ...]:
    """The criteria in force on the day: those of the mandate, or everybody's five where there is none (R2)."""
    said = next((each.criteria for each in reversed(editions) if holds(each, day)), None)
    return tuple(Criterion(**each) for each in load(said)) or CRITERIA


def _row(  # noqa: PLR0913, PLR0917 - all there is to know of it
    row: Any,  # noqa: ANN401 - a row
    asked: Asked,
    known: dict[str, list[Any]],
    ranks: Ranks,
    criteria: tuple[Criterion, ...],
    veils: dict[str, exemptions.Veil],
) -> QueueRow | None:
    """The case, if it waits; its place is given later."""
    gone = row.withdrawn is not None and (asked.until is None or row.withdrawn <= asked.until)
    state = known["moves"][-1].what if known["moves"] else "waiting"
    if gone or state not in OPEN:
        return None
    own = row.tenant in asked.scope.own
    grounds, recommended = (next(iter(known[name][-1:]), None) for name in ("grounds", "recommendations"))
    veil = veils.get(row.case, exemptions.NOTHING)
    secret = veil.over(Part.ASSESSMENT)
    scored = _scored(known["scores"], criteria, secret)
    score = _weighted(scored)
    told = recommended if own and veil.over_recommendation is None else None
    rank = ranks.order.index(row.case) if row.case in ranks.order else None
    reasons = (
        (Because.RANKED, rank is not None),
        (Because.STATUTORY, bool(grounds and grounds.statutory)),
        (Because.SCORED, score is not None),
        (Because.UNSCORED, score is None),
    )
    again = reopened(known["moves"])
    since = date.fromisoformat(again or row.submitted or row.received)
    return QueueRow(
        place=0,
        because=tuple(reason for reason, holds in reasons if holds),
        case=row.case,
        municipality=row.tenant,
        number=row.label,
        title=veil.told("title", asked.scope.title(row.visibility, row.title)),
        visibility=row.visibility,
        kind=row.kind,
        idea=row.idea,
        submitted=row.submitted,
        received=row.received,
        state="waiting" if state == "referred-again" else state,
        days=max(0, (asked.on - since).days),
        rank=None if rank is None else rank + 1,
        reason=secret or ranks.reasons[row.case] if own and rank is not None else None,
        statutory=grounds.statutory and (secret or grounds.statutory) if grounds else None,
        priorities=((secret,) if secret else load(grounds.priorities)) if grounds and load(grounds.priorities) else (),
        score=score,
        criteria=scored if own else (),
        understood=bool(known["problems"]),
        recommended=told.outcome if told else None,
        recommended_form=told.form if told else None,
        recommended_form_name=(load(told.form_name) or None) if told else None,
    )


def reopened(moves: list[Any]) -> str | None:
    """The day the case was reopened, until it is decided anew."""
    settled = max((number for number, move in enumerate(moves) if move.what in ENDED), default=-1)
    return next((move.moved for move in moves[settled + 1 :] if move.what == "reopened"), None)


def _scored(scores: list[Any], criteria: tuple[Criterion, ...], secret: str | None) -> tuple[CriterionScore, ...]:
    """Each criterion of the day with the mean of its assessors' latest scores; `secret` stands for their words."""
    latest = {(row.criterion, row.assessor): row for row in scores}
    of = by(latest.values(), "criterion")
    return tuple(
        CriterionScore(
            criterion=criterion.key,
            nb=criterion.nb,
            nn=criterion.nn,
            weight=criterion.weight,
            score=round(Decimal(sum(row.score for row in given)) / len(given), 2) if given else None,
            comments=tuple(secret or row.comment for row in given),
        )
        for criterion in criteria
        for given in [of.get(criterion.key, [])]
    )


def _weighted(scored: tuple[CriterionScore, ...]) -> Decimal | None:
    """The weighted mean; nothing until every criterion is scored, so that leaving one out never lifts a case."""
    given = [(each.score, each.weight) for each in scored if each.score is not None]
    if len(given) < len(scored):
        return None
    return round(sum((score * weight for score, weight in given), Decimal(0)) / sum(weight for _, weight in given), 2)


def _order(row: QueueRow) -> tuple[Any, ...]:
    rank = (0, row.rank) if row.rank is not None else (1, 0)
    score = (1, Decimal(0)) if row.score is None else (0, -row.score)
    return (rank, row.statutory is None, score, -row.days, row.received, row.number)

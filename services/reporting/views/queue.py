"""The queue view: what is known of each case that waits, as the council service recorded it (R4, R17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from contracts.events import assessment, council
from runtime.projector import Row, View
from services.reporting.views import exemptions
from services.reporting.views.scope import json, named, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.envelope import Recorded
    from runtime.views import Values

TABLES = sa.MetaData()
table("cases", TABLES, ["case"], ["label", "title", "visibility", "kind", "idea", "submitted", "received", "withdrawn"])
table("moves", TABLES, ["case", "number#"], ["what", "moved"])
table("problems", TABLES, ["case", "number#"], ["described"])
table("grounds", TABLES, ["case", "number#"], ["statutory", "priorities", "stated"])
table(
    "scores",
    TABLES,
    ["case", "number#"],
    ["criterion", "assessor", sa.Column("score", sa.Integer), "comment", "scored"],
)
table("recommendations", TABLES, ["case", "number#"], ["outcome", "form", "form_name", "recommended"])
table("rankings", TABLES, ["council", "number#"], ["among", "case", "reason", "order", "ranked"])
exemptions.tables(TABLES)
table("editions", TABLES, ["council", "number#"], ["criteria", "in_force", "withdrawn"])


def project(recorded: Recorded[Any]) -> Iterator[Row]:
    """The rows of one event; none for those of other services."""
    match recorded.data:
        case council.MandateAdopted():
            yield from mandate(recorded)
        case council.MandateWithdrawn() as event:
            ended: Values = {"tenant": recorded.tenant, "withdrawn": text(event.withdrawn)}
            yield Row("editions", (str(event.council), event.edition), ended)
        case assessment.CaseRanked():
            yield from ranking(recorded)
        case council.CaseEvent():
            yield from _case(recorded, recorded.data)
        case assessment.AssessmentEvent():
            yield from _assessment(recorded, recorded.data)


def mandate(recorded: Recorded[council.MandateAdopted]) -> Iterator[Row]:
    """An edition's criteria; nothing where the edition said nothing of them."""
    event = recorded.data
    rules = event.rules
    said = (
        json([each.model_dump(exclude_unset=True) for each in rules.criteria])
        if "criteria" in rules.model_fields_set
        else None
    )
    values = {"tenant": recorded.tenant, "criteria": said, "in_force": text(event.in_force)}
    yield Row("editions", (str(event.council), event.edition), values)


def ranking(recorded: Recorded[assessment.CaseRanked]) -> Iterator[Row]:
    """A ranking by hand: the whole order after it."""
    event = recorded.data
    values: Values = {"among": event.among, "case": str(event.case), "reason": event.reason}
    order: Values = {"order": json(event.order), "ranked": text(event.ranked)}
    yield Row("rankings", (str(event.council), recorded.sequence), {"tenant": recorded.tenant, **values, **order})


MOVES: dict[type[council.CaseEvent], str] = {
    council.CaseOpened: "waiting",
    council.CaseReferredAgain: "referred-again",
    council.CaseTabled: "tabled",
    council.CaseStruck: "waiting",
    council.CaseTakenUp: "taken-up",
    council.CaseCarriedOver: "waiting",
    council.CaseReopened: "reopened",
    council.ReopeningWithdrawn: "settled",
}
"""How a case stands after these events; after a decision by its outcome."""


def _case(recorded: Recorded[Any], event: council.CaseEvent) -> Iterator[Row]:
    case, tenant, day = str(event.case), {"tenant": recorded.tenant}, str(recorded.time.date())
    match event:
        case council.CaseOpened():
            about: Values = {"label": event.number, "title": event.title, "visibility": event.visibility.value}
            came: Values = {"kind": event.kind and event.kind.value, "idea": text(event.idea)}
            dated: Values = {"submitted": text(event.submitted), "received": text(event.received)}
            yield Row("cases", (case,), {**tenant, **about, **came, **dated})
        case council.CaseReferredAgain():
            yield Row("cases", (case,), {"title": event.title, "visibility": event.visibility.value})
        case council.CaseWithdrawn():
            yield Row("cases", (case,), {"withdrawn": text(event.withdrawn)})
    yield from exemptions.project(recorded, event)
    yield from move(recorded, event, day)


def move(recorded: Recorded[Any], event: council.CaseEvent, day: str) -> Iterator[Row]:
    """How the case stands after the event, if it moves."""
    what = next((state for kind, state in MOVES.items() if isinstance(event, kind)), None)
    if isinstance(event, council.CouncilDecided):
        what, day = event.outcome.value, str(event.decided)
    elif isinstance(event, council.CaseOpened | council.CaseReferredAgain):
        day = str(event.received)
    elif isinstance(event, council.CaseReopened):
        day = str(event.reopened)
    if what is not None:
        yield Row(
            "moves", (str(event.case), recorded.sequence), {"tenant": recorded.tenant, "what": what, "moved": day}
        )


def _assessment(recorded: Recorded[Any], event: assessment.AssessmentEvent) -> Iterator[Row]:
    key, day = (str(event.case), recorded.sequence), text(event.assessed)
    tenant: Values = {"tenant": recorded.tenant}
    match event:
        case assessment.ProblemDescribed():
            yield Row("problems", key, {**tenant, "described": day})
        case assessment.GroundsStated():
            fits = json([fit.priority for fit in event.fits])
            yield Row("grounds", key, {**tenant, "statutory": event.statutory, "priorities": fits, "stated": day})
        case assessment.CaseScored():
            who: Values = {"criterion": event.criterion, "assessor": event.assessor, "scored": day}
            yield Row("scores", key, {**tenant, **who, "score": event.score, "comment": event.comment})
        case assessment.OutcomeRecommended():
            said: Values = {"outcome": text(event.outcome), "form": event.form, "form_name": named(event.form_name)}
            yield Row("recommendations", key, {**tenant, **said, "recommended": day})


VIEW = View("queue", 6, TABLES, project)

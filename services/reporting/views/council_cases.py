"""The council history's cases: on which meetings each was, who was recused and what was decided."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from contracts.events import council as ev
from contracts.events import minutes
from contracts.publicity import Part
from contracts.queries.council_history import CaseSummary, DecisionShown, RecusalShown, StatementShown
from runtime.projector import Row
from services.reporting.views import exemptions
from services.reporting.views.scope import by, json, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.envelope import Recorded
    from runtime.views import Values
    from services.reporting.views.scope import Asked


def tables(metadata: sa.MetaData) -> None:
    """Declare the tables: a case, each meeting it was tabled for, each turn of a question of recusal, each decision."""
    about = ["council", "idea", "label", "title", "visibility", "submitted", "received", "withdrawn"]
    table("cases", metadata, ["case"], about)
    table("tablings", metadata, ["case", "meeting"], ["tabled"])
    table("recusals", metadata, ["case", "number#"], ["member", "ground", "what", "reasons", "told"])
    exemptions.tables(metadata)
    table(
        "statements",
        metadata,
        ["case", "number#"],
        ["meeting", "member", "text", "told", sa.Column("dissent", sa.Boolean)],
    )
    table("political", metadata, ["case", "number#"], ["purpose", "body", "told"])
    table("reopenings", metadata, ["case", "number#"], ["reopened", "left"])
    table("reports", metadata, ["case"], ["meeting", "reported"])
    table("decisions", metadata, ["event"], ["case", "decided", "body", sa.Column("number", sa.BigInteger)])


def project(recorded: Recorded[Any], event: ev.CaseEvent) -> Iterator[Row]:  # noqa: C901 - one case an event
    """The rows of one event of a case."""
    case, tenant, day = str(event.case), {"tenant": recorded.tenant}, str(recorded.time.date())
    match event:
        case ev.CaseOpened():
            about = {"council": str(event.council), "idea": text(event.idea), "label": event.number}
            shown = {"title": event.title, "visibility": event.visibility.value}
            dates = {"submitted": text(event.submitted), "received": text(event.received)}
            yield Row("cases", (case,), {**tenant, **about, **shown, **dates})
        case ev.CaseReferredAgain():
            yield Row("cases", (case,), {"title": event.title, "visibility": event.visibility.value})
        case ev.CaseWithdrawn():
            yield Row("cases", (case,), {"withdrawn": text(event.withdrawn)})
        case ev.CaseTabled():
            yield Row("tablings", (case, str(event.meeting)), {**tenant, "tabled": day})
        case ev.RecusalRaised() | ev.RecusalFindingEvent():
            turn = event.how.value if isinstance(event, ev.RecusalRaised) else type(event).__name__
            why = {"member": event.member, "ground": event.ground.value, "told": day, "what": turn}
            reasons = event.reasons if isinstance(event, ev.RecusalFindingEvent) else None
            yield Row("recusals", (case, recorded.sequence), {**tenant, **why, "reasons": reasons})
        case ev.StatementRecorded():
            said: Values = {"meeting": str(event.meeting), "member": event.member, "text": event.text, "told": day}
            yield Row("statements", (case, recorded.sequence), {**tenant, **said, "dissent": event.dissent})
        case ev.PoliticalDecisionNoted():
            noted = {"purpose": event.political.purpose.value, "body": json(event.political), "told": day}
            yield Row("political", (case, recorded.sequence), {**tenant, **noted})
        case ev.CaseReopened():
            anew: Values = {**tenant, "reopened": text(event.reopened), "left": None}
            yield Row("reopenings", (case, recorded.sequence), anew)
        case ev.ReopeningWithdrawn():
            left = text(event.withdrawn)
            yield Row("reopenings", (case, recorded.sequence), {**tenant, "reopened": left, "left": left})
        case ev.LeaderDecisionReported():
            at = str(event.reported.date())
            yield Row("reports", (case,), {**tenant, "meeting": str(event.meeting), "reported": at})
        case minutes.CaseExempted() | minutes.CaseOpenedToPublic():
            yield from exemptions.project(recorded, event)
        case ev.CouncilDecided():
            what = {"case": case, "decided": text(event.decided), "number": recorded.sequence, "body": json(event)}
            yield Row("decisions", (str(recorded.id),), {**tenant, **what})


def records(asked: Asked) -> dict[str, tuple[CaseSummary, ...]]:
    """The cases of each council, by its id."""
    tablings = by(asked.rows("tablings", "tabled", dated="tabled"), "case")
    recusals = by(asked.rows("recusals", "number", dated="told"), "case")
    decisions = by(asked.rows("decisions", "decided", "number", dated="decided"), "case")
    statements = by(asked.rows("statements", "number", dated="told"), "case")
    political = by(asked.rows("political", "number", dated="told"), "case")
    reopenings = by(asked.rows("reopenings", "number", dated="reopened"), "case")
    veils = exemptions.veils(asked)
    reports = {row.case: row.meeting for row in asked.rows("reports", dated="reported")}
    shown: dict[str, tuple[CaseSummary, ...]] = {}
    for row in asked.rows("cases", "received", "label", dated="received"):
        visible = asked.scope.shows(row.tenant, row.visibility)
        veil = veils.get(row.case, exemptions.NOTHING)
        exempt, instead = veil.exempt, veil.instead
        case = CaseSummary(
            case=row.case,
            number=row.label,
            title=instead.get("title", asked.scope.title(row.visibility, row.title)) if visible else None,
            exempt=exempt,
            idea=row.idea,
            visibility=row.visibility,
            submitted=row.submitted,
            received=row.received,
            meetings=tuple(tabling.meeting for tabling in tablings.get(row.case, [])),
            recusals=_recusals(recusals.get(row.case, []), veil, visible=visible),
            decisions=tuple(
                _decision(one, instead, reports.get(row.case), visible=visible) for one in decisions.get(row.case, [])
            ),
            statements=_statements(statements.get(row.case, []), instead, visible=visible),
            political=instead.get("political", _political(political.get(row.case, []))) if visible else (),
            reopened=_reopened(reopenings.get(row.case, []), decisions.get(row.case, [])),
            withdrawn=row.withdrawn if asked.until is None or (row.withdrawn or "") <= asked.until else None,
        )
        shown[row.council] = (*shown.get(row.council, ()), case)
    return shown


def _statements(rows: list[Any], instead: dict[str, Any], *, visible: bool) -> tuple[StatementShown, ...]:
    if "votes" in instead:
        return ()  # they tell who voted what
    return tuple(
        StatementShown(
            meeting=row.meeting,
            member=row.member,
            text=instead.get("reasons", row.text) if visible else None,
            dissent=row.dissent,
        )
        for row in rows
    )


def _political(rows: list[Any]) -> tuple[ev.PoliticalDecision, ...]:
    """The latest for each purpose."""
    noted = {row.purpose: ev.PoliticalDecision.model_validate_json(row.body) for row in rows}
    return tuple(noted.values())


def _reopened(reopenings: list[Any], decisions: list[Any]) -> Any:  # noqa: ANN401 - a column of a row
    """When the case was reopened, until it is decided anew or left as it was."""
    if not reopenings or reopenings[-1].left:
        return None
    since = [ev.CouncilDecided.model_validate_json(row.body) for row in decisions if row.number > reopenings[-1].number]
    return None if any(each.corrects for each in since) else reopenings[-1].reopened


def _recusals(rows: list[Any], veil: exemptions.Veil, *, visible: bool) -> tuple[RecusalShown, ...]:
    """The latest of each question: how it was raised, and what was found since."""
    latest: dict[tuple[str, str], RecusalShown] = {}
    for row in rows:
        key = (row.member, row.ground)
        if row.what in set(ev.Raised):
            why = {"ground": row.ground, "how": row.what} if veil.over(Part.CASE) is None else {}
            about = {"ground": None, "how": None} | why | {"member": row.member, "raised": row.told}
            latest[key] = RecusalShown(**about, recused=None, reasons=None, found=None)
        else:
            found = {
                "recused": row.what == ev.MemberRecused.__name__,
                "reasons": veil.instead.get("reasons", row.reasons),
            }
            found["found"] = date.fromisoformat(row.told)
            latest[key] = latest[key].model_copy(update=found if visible else found | {"reasons": None})
    return tuple(latest.values())


def _decision(
    row: Any,  # noqa: ANN401 - a row
    instead: dict[str, Any],
    report: str | None,
    *,
    visible: bool,
) -> DecisionShown:
    decided = ev.CouncilDecided.model_validate_json(row.body)
    told = {name: getattr(decided, name) for name in DecisionShown.model_fields if name not in {"event", "reported"}}
    told["reported"] = report if decided.by_leader else None
    told |= {name: value for name, value in instead.items() if told.get(name)}
    if not visible:  # what would tell what the case is about
        told |= {"reasons": None, "priorities": (), "conditions": (), "formal": None, "reference": None}
        told |= {"referral": None, "political": ()}
    return DecisionShown(event=row.event, **told)

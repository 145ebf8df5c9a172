"""How each council stands, for the coordination view: whether there is one, what it lacks, and what is late."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from contracts.events import council as ev
from contracts.events import watch
from contracts.events.portfolio import LateActivityNoticed, LateBenefitNoticed, LateReportNoticed
from contracts.queries.reporting import CouncilStanding, Noticed
from runtime.projector import Row
from services.reporting.views.scope import by, table, text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import sqlalchemy as sa

    from contracts.envelope import Recorded
    from services.reporting.views.scope import Asked

WHAT = {
    "LongWaitNoticed": "long-wait",
    "MissingCallNoticed": "missing-call",
    "MissedCadenceNoticed": "missed-cadence",
    "LateFollowUpNoticed": "late-follow-up",
    "LateActivityNoticed": "late-activity",
    "LateReportNoticed": "late-report",
    "LateBenefitNoticed": "late-benefit",
}


def tables(metadata: sa.MetaData) -> None:
    """Declare the tables: the councils, who has sat for ROR-IKT in them, and what was noticed to be late."""
    table("councils", metadata, ["council"], ["name", "established"])
    table("ror_seats", metadata, ["council", "member", "from_"], ["until"])
    table("releases", metadata, ["council", "member", "until"], [])
    table("late", metadata, ["event"], ["what", "about", "label", "due", "noticed"])


def project(recorded: Recorded[Any]) -> Iterator[Row]:
    """The rows of one event; none for those that say nothing of it."""
    tenant, event = {"tenant": recorded.tenant}, recorded.data
    match event:
        case ev.CouncilEstablished():
            about = {"name": event.name, "established": text(event.established)}
            yield Row("councils", (str(event.council),), {**tenant, **about})
        case ev.MemberAppointed(ror=True):
            key = (str(event.council), event.member, str(event.from_))
            yield Row("ror_seats", key, {**tenant, "until": text(event.until)})
        case ev.MemberReleased(undone=date() as undone):
            key = (str(event.council), event.member, str(undone))
            yield Row("ror_seats", key, {**tenant, "until": text(event.until)})
        case ev.MemberReleased():
            yield Row("releases", (str(event.council), event.member, str(event.until)), tenant)
        case watch.OverdueEvent() | LateActivityNoticed() | LateReportNoticed() | LateBenefitNoticed():
            label = getattr(event, "number", None)
            dates = {"due": text(event.due), "noticed": text(event.noticed)}
            told = {"what": WHAT[recorded.name], "about": str(_about(event)), "label": label}
            yield Row("late", (str(recorded.id),), {**tenant, **told, **dates})


def _about(event: watch.OverdueEvent | LateActivityNoticed | LateReportNoticed | LateBenefitNoticed) -> object:
    match event:
        case LateActivityNoticed() | LateReportNoticed() | LateBenefitNoticed():
            return event.activity
        case watch.LongWaitNoticed() | watch.LateFollowUpNoticed():
            return event.case
        case watch.MissingCallNoticed():
            return event.meeting
        case _:
            return event.council


def standings(asked: Asked) -> tuple[CouncilStanding, ...]:
    """Of each municipality asked about: one without a council (R2) lacks nothing; one needs its ROR-IKT seat (R8)."""
    councils = by(asked.rows("councils", dated="established"), "tenant")
    seats = by(asked.rows("ror_seats"), "council")
    releases = by(asked.rows("releases"), "council", "member")

    def taken(row: Any) -> bool:  # noqa: ANN401 - a row
        ends = [end.until for end in releases.get((row.council, row.member), []) if end.until >= row.from_]
        last = min([*ends, *([row.until] if row.until else [])], default=None)
        return bool(row.from_ <= asked.day) and (last is None or asked.day <= last)

    return tuple(
        CouncilStanding(
            municipality=tenant,
            council=council.council if council else None,
            name=council.name if council else None,
            lacks=("ror-seat",) if council and not any(map(taken, seats.get(council.council, []))) else (),
        )
        for tenant in asked.tenants
        for council in (next(iter(councils.get(tenant, [])), None),)
    )


def late(asked: Asked, seen: Collection[str]) -> tuple[Noticed, ...]:
    """What was noticed to be late, oldest first; of another municipality's cases and activities only those `seen`."""
    return tuple(
        Noticed(
            municipality=row.tenant, what=row.what, about=row.about, number=row.label, due=row.due, noticed=row.noticed
        )
        for row in asked.rows("late", "noticed", "due", "tenant", dated="noticed")
        if row.tenant in asked.scope.own or row.what in {"missing-call", "missed-cadence"} or row.about in seen
    )

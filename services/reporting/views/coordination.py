"""The coordination view: what is submitted, decided and running where, and the same need in several places."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from contracts.events import council, intake, portfolio
from runtime.projector import Row, View
from services.reporting.views import council_standing, exemptions
from services.reporting.views.scope import json, named, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.envelope import Recorded
    from runtime.views import Values

TABLES = sa.MetaData()
table(
    "ideas",
    TABLES,
    ["idea"],
    [
        *("title", "kind", "submitter", "submitted", "visibility", "tags", "service_area"),
        *("withdrawn", "merged", "merged_into"),
    ],
)
table("questions", TABLES, ["idea", "question"], ["asked", "clarified"])
table("links", TABLES, ["idea", "other"], ["other_tenant", "linked"])
table("referrals", TABLES, ["idea", "number#"], ["referred"])
table("cases", TABLES, ["case"], ["idea", "label", "received", "withdrawn"])
table("tablings", TABLES, ["case", "meeting"], ["tabled", "carried_over", sa.Column("number", sa.BigInteger)])
table("reopenings", TABLES, ["case", "number#"], ["reopened", "left"])
table(
    "decisions",
    TABLES,
    ["event"],
    [
        *("case", "idea", "label", "decided", "outcome", "form", "form_name", "route", "strength", "responsible"),
        sa.Column("number", sa.BigInteger),
    ],
)
table("activities", TABLES, ["activity"], ["idea", "case", "started", "stopped", "lesson", "completed", "handed_over"])
table("phases", TABLES, ["activity", "number#"], ["phase", "entered"])
table("responsibles", TABLES, ["activity", "number#"], ["responsible", "since"])
table("reports", TABLES, ["activity", "reported"], [])
table("benefits", TABLES, ["activity", "benefit"], ["planned"])
table("measurements", TABLES, ["activity", "benefit", "measured"], [])
council_standing.tables(TABLES)
exemptions.tables(TABLES)


def project(recorded: Recorded[Any]) -> Iterator[Row]:
    """The rows of one event; none for those of other services."""
    yield from council_standing.project(recorded)
    match recorded.data:
        case intake.IntakeEvent():
            yield from _intake(recorded, recorded.data)
        case council.CaseEvent():
            yield from exemptions.project(recorded, recorded.data)
            yield from _case(recorded, recorded.data)
        case portfolio.PortfolioEvent():
            yield from _activity(recorded, recorded.data)


def _intake(recorded: Recorded[Any], event: intake.IntakeEvent) -> Iterator[Row]:
    tenant = {"tenant": recorded.tenant}
    match event:
        case intake.IdeaSubmitted():
            what = {"title": event.title, "kind": event.kind.value, "submitter": event.submitter.value}
            where = {"visibility": event.visibility.value, "tags": json(event.tags), "service_area": event.service_area}
            yield Row("ideas", (str(event.idea),), {**tenant, **what, **where, "submitted": text(event.submitted)})
        case intake.IdeaCorrected():
            put_right = {
                "title": event.title,
                "tags": None if event.tags is None else json(event.tags),
                "service_area": event.service_area,
            }
            yield Row("ideas", (str(event.idea),), {name: put for name, put in put_right.items() if put is not None})
        case intake.IdeaWithdrawn():
            yield Row("ideas", (str(event.idea),), {"withdrawn": text(event.withdrawn)})
        case intake.IdeaMerged():
            yield Row("ideas", (str(event.idea),), {"merged": text(event.merged), "merged_into": str(event.into)})
        case intake.ClarificationRequested():
            yield Row("questions", (str(event.idea), str(event.question)), {**tenant, "asked": text(event.asked)})
        case intake.IdeaClarified():
            yield Row("questions", (str(event.idea), str(event.question)), {"clarified": text(event.clarified)})
        case intake.IdeaLinked():
            other = {"other_tenant": event.other_tenant, "linked": text(event.linked)}
            yield Row("links", (str(event.idea), str(event.other)), {**tenant, **other})
        case intake.IdeaReferred():
            yield Row("referrals", (str(event.idea), event.referral), {**tenant, "referred": text(event.referred)})


def _case(recorded: Recorded[Any], event: council.CaseEvent) -> Iterator[Row]:
    case, tenant, number = str(event.case), {"tenant": recorded.tenant}, recorded.sequence
    match event:
        case council.CaseOpened():
            about = {"idea": text(event.idea), "label": event.number, "received": text(event.received)}
            yield Row("cases", (case,), {**tenant, **about})
        case council.CaseWithdrawn():
            yield Row("cases", (case,), {"withdrawn": text(event.withdrawn)})
        case council.CaseTabled():
            when: Values = {"tabled": str(recorded.time.date()), "carried_over": None, "number": number}
            yield Row("tablings", (case, str(event.meeting)), {**tenant, **when})
        case council.CaseCarriedOver() | council.CaseStruck():
            yield Row("tablings", (case, str(event.meeting)), {**tenant, "carried_over": str(recorded.time.date())})
        case council.CaseReopened():
            yield Row("reopenings", (case, number), {**tenant, "reopened": text(event.reopened), "left": None})
        case council.ReopeningWithdrawn():
            left = text(event.withdrawn)
            yield Row("reopenings", (case, number), {**tenant, "reopened": left, "left": left})
        case council.CouncilDecided():
            about = {"case": case, "idea": text(event.idea), "label": event.number, "decided": text(event.decided)}
            form = {"form": event.form, "form_name": named(event.form_name)}
            course = {**form, "route": event.route, "strength": event.strength}
            what = {"outcome": event.outcome.value, "responsible": event.responsible}
            yield Row("decisions", (str(recorded.id),), {**tenant, **about, **course, **what, "number": number})


def _activity(  # noqa: C901 - one case an event
    recorded: Recorded[Any], event: portfolio.PortfolioEvent
) -> Iterator[Row]:
    activity, tenant, number = str(event.activity), {"tenant": recorded.tenant}, recorded.sequence
    match event:
        case portfolio.ActivityStarted():
            about = {"idea": text(event.idea), "case": text(event.case), "started": text(event.started)}
            yield Row("activities", (activity,), {**tenant, **about})
            who = {"responsible": event.responsible, "since": text(event.started)}
            yield Row("responsibles", (activity, number), {**tenant, **who})
        case portfolio.ActivityCorrected(started=date() as started):
            yield Row("activities", (activity,), {**tenant, "started": text(started)})
        case portfolio.ResponsibleChanged():
            who = {"responsible": event.responsible, "since": text(event.on)}
            yield Row("responsibles", (activity, number), {**tenant, **who})
        case portfolio.PhaseEntered():
            yield Row("phases", (activity, number), {**tenant, "phase": event.phase, "entered": text(event.on)})
        case portfolio.StatusReported():
            yield Row("reports", (activity, str(event.on)), tenant)
        case portfolio.BenefitPlanned():
            yield Row("benefits", (activity, str(event.benefit)), {**tenant, "planned": str(recorded.time.date())})
        case portfolio.BenefitRealised():
            yield Row("measurements", (activity, str(event.benefit), str(event.on)), tenant)
        case portfolio.ActivityStopped():
            yield Row("activities", (activity,), {"stopped": text(event.on), "lesson": event.lesson})
        case portfolio.ActivityCompleted():
            yield Row("activities", (activity,), {"completed": text(event.on)})
        case portfolio.ActivityHandedOver():
            yield Row("activities", (activity,), {"handed_over": text(event.on)})


VIEW = View("coordination", 9, TABLES, project)

"""The portfolio: a council's activities, their phases, status, benefits and lessons (R13, R18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from contracts.events import portfolio as ev
from contracts.events.case import CaseEvent
from contracts.figure import achievement
from contracts.queries.reporting import ActivityRow, BenefitRow, PortfolioShown, StatusShown
from runtime.projector import Row, View
from services.reporting.views import exemptions
from services.reporting.views.scope import Asked, by, load, named, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from contracts.envelope import Recorded
    from contracts.queries.reporting import Portfolio
    from runtime.declaration import Scope
    from runtime.projector import Reader
    from runtime.views import Values

LIGHTS = ("time", "economy", "quality", "risk", "benefits")


def tables(metadata: sa.MetaData) -> None:
    """The tables that hold the activities, in the metadata of a view that tells of them."""
    table(
        "activities",
        metadata,
        ["activity"],
        [
            *("title", "visibility", "started", "idea", "case", "label", "form", "route", "strength", "led_by"),
            *("form_name", "stopped", "completed", "handed_over", "stop_lesson", "end_lesson"),
        ],
    )
    table("responsibles", metadata, ["activity", "number#"], ["responsible", "since"])
    table("deadlines", metadata, ["activity", "number#"], ["deadline", "moved"])
    table("phases", metadata, ["activity", "number#"], ["phase", "entered"])
    table("reports", metadata, ["activity", "reported"], [*LIGHTS, "summary"])
    table("benefits", metadata, ["activity", "benefit"], ["planned", "indicator", "unit", "start", "desired", "due"])
    table("measurements", metadata, ["activity", "benefit", "measured"], ["value", sa.Column("number", sa.BigInteger)])
    exemptions.tables(metadata)
    table("evidence", metadata, ["activity", "sign"], ["shown"])


TABLES = sa.MetaData()
tables(TABLES)


def project(recorded: Recorded[Any]) -> Iterator[Row]:  # noqa: C901, PLR0912 - one case an event
    """The rows of one event of the portfolio, and what is exempt of a case that an activity came of."""
    event = recorded.data
    if isinstance(event, CaseEvent):
        yield from exemptions.project(recorded, event)
    if not isinstance(event, ev.PortfolioEvent):
        return
    activity, number, day = str(event.activity), recorded.sequence, str(recorded.time.date())
    tenant: Values = {"tenant": recorded.tenant}

    def rows(name: str, key: str | int, values: Values) -> Row:
        return Row(name, (activity, key), {**tenant, **values})

    match event:
        case ev.ActivityStarted():
            about: Values = {"title": event.title, "visibility": event.visibility.value, "started": text(event.started)}
            came_of: Values = {"idea": text(event.idea), "case": text(event.case), "label": event.number}
            form: Values = {"form": event.form, "form_name": named(event.form_name)}
            course: Values = {**form, "route": event.route, "strength": event.strength}
            yield Row("activities", (activity,), {**tenant, **about, **came_of, **course, "led_by": event.led_by})
            yield rows("responsibles", number, {"responsible": event.responsible, "since": text(event.started)})
            yield rows("deadlines", number, {"deadline": text(event.deadline), "moved": text(event.started)})
        case ev.ActivityCorrected():
            fields = ("title", "started", "form", "route", "strength", "led_by")
            said: Values = {name: text(getattr(event, name)) for name in fields if getattr(event, name) is not None}
            called: Values = {"form_name": named(event.form_name)} if event.form is not None else {}
            yield Row("activities", (activity,), {**tenant, **said, **called})
        case ev.ResponsibleChanged():
            yield rows("responsibles", number, {"responsible": event.responsible, "since": text(event.on)})
        case ev.DeadlineMoved():
            yield rows("deadlines", number, {"deadline": text(event.deadline), "moved": day})
        case ev.PhaseEntered():
            yield rows("phases", number, {"phase": event.phase, "entered": text(event.on)})
        case ev.StatusReported():
            lights: Values = {light: getattr(event, light) for light in LIGHTS}
            yield rows("reports", str(event.on), {**lights, "summary": event.summary})
        case ev.BenefitPlanned():
            what: Values = {"planned": day, "indicator": event.indicator, "unit": event.unit, "due": text(event.due)}
            figures: Values = {"start": text(event.start), "desired": text(event.desired)}
            yield rows("benefits", str(event.benefit), {**what, **figures})
        case ev.BenefitRealised():
            key = (activity, str(event.benefit), str(event.on))
            yield Row("measurements", key, {**tenant, "value": text(event.value), "number": number})
        case ev.InnovationEvidenced():
            yield rows("evidence", event.sign.value, {"shown": text(event.on)})
        case ev.ActivityStopped():
            yield Row("activities", (activity,), {"stopped": text(event.on), "stop_lesson": event.lesson})
        case ev.ActivityCompleted():
            yield Row("activities", (activity,), {"completed": text(event.on), "end_lesson": event.lesson})
        case ev.ActivityHandedOver():
            yield Row("activities", (activity,), {"handed_over": text(event.on)})


VIEW = View("portfolio", 4, TABLES, project)


def portfolio(reader: Reader, query: Portfolio, scope: Scope) -> PortfolioShown:
    """The activities by municipality and start, each as it stood on the answer's day."""
    asked = Asked.of(reader, query, scope)
    return PortfolioShown(**asked.envelope(), activities=activities(asked))


def activities(asked: Asked) -> tuple[ActivityRow, ...]:
    """The activities that may be shown."""
    grouped = {
        "responsibles": by(asked.rows("responsibles", "since", "number", dated="since"), "activity"),
        "deadlines": by(asked.rows("deadlines", "moved", "number", dated="moved"), "activity"),
        "phases": by(asked.rows("phases", "entered", "number", dated="entered"), "activity"),
        "reports": by(asked.rows("reports", "reported", dated="reported"), "activity"),
        "benefits": by(asked.rows("benefits", "due", dated="planned"), "activity"),
        "evidence": by(asked.rows("evidence", "shown", "sign", dated="shown"), "activity"),
    }
    veils = exemptions.veils(asked)
    measured = by(asked.rows("measurements", "measured", dated="measured"), "activity", "benefit")
    return tuple(
        _activity(row, asked, {name: rows.get(row.activity, []) for name, rows in grouped.items()}, measured, veils)
        for row in asked.rows("activities", "tenant", "started", dated="started")
        if asked.scope.shows(row.tenant, row.visibility)
    )


def _activity(
    row: Any,  # noqa: ANN401 - a row
    asked: Asked,
    of: dict[str, list[Any]],
    measured: dict[tuple[str, str], list[Any]],
    veils: dict[str, exemptions.Veil],
) -> ActivityRow:
    veil = veils.get(row.case, exemptions.NOTHING)
    own = row.tenant in asked.scope.own
    ends = (("stopped", row.stopped), ("completed", row.completed), ("handed-over", row.handed_over))
    ended = [(state, day) for state, day in ends if day is not None and (asked.until is None or day <= asked.until)]
    state, end = ended[0] if ended else ("running", None)
    deadline = of["deadlines"][-1].deadline if of["deadlines"] else None
    lesson = {"stopped": row.stop_lesson, "completed": row.end_lesson}.get(state)
    return ActivityRow.model_validate(
        {
            "activity": row.activity,
            "municipality": row.tenant,
            "title": veil.told("title", asked.scope.title(row.visibility, row.title)),
            "visibility": row.visibility,
            "state": state,
            "started": row.started,
            "idea": row.idea,
            "case": row.case,
            "number": row.label,
            "form": row.form,
            "form_name": load(row.form_name) or None,
            "route": row.route,
            "strength": row.strength,
            "responsible": of["responsibles"][-1].responsible if own and of["responsibles"] else None,
            "led_by": row.led_by,
            "phase": of["phases"][-1].phase if of["phases"] else None,
            "deadline": deadline,
            "late": deadline is not None and deadline < (end or asked.day),
            "status": _status(of["reports"][-1]) if of["reports"] else None,
            "benefits": tuple(
                _benefit(plan, measured.get((row.activity, plan.benefit), []), asked) for plan in of["benefits"]
            ),
            "evidence": tuple(sign.sign for sign in of["evidence"]),
            "ended": end,
            "lesson": lesson,
        }
    )


def _status(row: Any) -> StatusShown:  # noqa: ANN401 - a row
    lights = {light: getattr(row, light) for light in LIGHTS}
    return StatusShown(on=row.reported, **lights, summary=row.summary)


def _benefit(plan: Any, measured: list[Any], asked: Asked) -> BenefitRow:  # noqa: ANN401 - rows
    shown = BenefitRow(
        benefit=plan.benefit,
        indicator=plan.indicator,
        unit=plan.unit,
        start=plan.start,
        desired=plan.desired,
        due=plan.due,
        value=measured[-1].value if measured else None,
        measured=measured[-1].measured if measured else None,
        achieved=None,
        overdue=not measured and plan.due < asked.day,
    )
    if shown.value is None or shown.start == shown.desired:
        return shown
    return shown.model_copy(update={"achieved": _rounded(achievement(shown.start, shown.desired, shown.value))})


def _rounded(share: Decimal) -> Decimal:
    """To four decimals: a figure has at most six."""
    return round(share, 4)

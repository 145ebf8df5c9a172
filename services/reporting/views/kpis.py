"""The KPIs: what is measured, its values period by period, and which way they go (R28, R47)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from contracts.events import reporting as ev
from contracts.queries.reporting import KpiRow, KpisShown, KpiValue
from runtime.projector import Row, View
from services.reporting.views.scope import Asked, by, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from contracts.envelope import Recorded
    from contracts.queries.reporting import Kpis
    from runtime.declaration import Scope
    from runtime.projector import Reader

TABLES = sa.MetaData()
table(
    "kpis",
    TABLES,
    ["kpi"],
    ["key", "name", "unit", "direction", "kind", "every", "activity", "measure", "target"],
)
table("readings", TABLES, ["kpi", "period"], ["recorded", "corrected", "was", "reason", "source"])


def project(recorded: Recorded[Any]) -> Iterator[Row]:
    """The rows of one event; none for those of other services."""
    match recorded.data:
        case ev.KpiDefined() as event:
            named = {"key": event.key, "name": event.name, "unit": event.unit, "direction": event.direction}
            about = {"kind": event.kind, "every": event.every, "activity": text(event.activity)}
            aim = {"measure": event.measure, "target": text(event.target)}
            yield Row("kpis", (str(event.kpi),), {"tenant": recorded.tenant, **named, **about, **aim})
        case ev.KpiRecorded() as event:
            stood = {"recorded": text(event.value), "source": event.source}
            yield Row("readings", (str(event.kpi), event.period), {"tenant": recorded.tenant, **stood})
        case ev.KpiCorrected() as event:
            stood = {"corrected": text(event.value), "was": text(event.was), "reason": event.reason}
            yield Row("readings", (str(event.kpi), event.period), {"tenant": recorded.tenant, **stood})


VIEW = View("kpis", 1, TABLES, project)


def kpis(reader: Reader, query: Kpis, scope: Scope) -> KpisShown:
    """The asker's own KPIs by municipality and key; of a day, the periods that had ended by then."""
    asked = Asked.of(reader, query, scope)
    readings = by(asked.rows("readings", "period"), "kpi")
    return KpisShown(
        **asked.envelope(),
        kpis=tuple(
            _kpi(
                row,
                [each for each in readings.get(row.kpi, []) if query.as_of is None or ends(each.period) <= query.as_of],
            )
            for row in asked.rows("kpis", "tenant", "key")
            if row.tenant in scope.own
        ),
    )


def ends(period: str) -> date:
    """The last day of a month (`2026-03`), a quarter (`2026-Q1`) or a year (`2026`)."""
    year, _, part = period.partition("-")
    month = 12 if not part else int(part[1:]) * 3 if part.startswith("Q") else int(part)
    return date(int(year), month, monthrange(int(year), month)[1])


def _kpi(row: Any, readings: list[Any]) -> KpiRow:  # noqa: ANN401 - a row
    defined = {name: getattr(row, name) for name in KpiRow.model_fields if hasattr(row, name)}
    shown = KpiRow.model_validate({**defined, "municipality": row.tenant, "reached": None, "values": ()})
    lower = shown.direction == "lower"
    values: list[KpiValue] = []
    for reading in readings:
        value = KpiValue.model_validate(
            {
                "period": reading.period,
                "value": reading.recorded if reading.corrected is None else reading.corrected,
                "was": reading.was,
                "reason": reading.reason,
                "source": reading.source,
                "change": None,
            }
        )
        change = _change(values[-1].value, value.value, lower=lower) if values else None
        values.append(value.model_copy(update={"change": change}))
    reached = None
    if values and shown.target is not None:
        reached = values[-1].value == shown.target or _change(shown.target, values[-1].value, lower=lower) == "better"
    return shown.model_copy(update={"values": tuple(values), "reached": reached})


def _change(before: Decimal, after: Decimal, *, lower: bool) -> str:
    if before == after:
        return "same"
    return "better" if (after < before) == lower else "worse"

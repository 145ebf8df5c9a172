"""The council history: what each municipality's council (innovasjonsråd) was, who sat, met, voted and decided."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from contracts.events import council as ev
from contracts.queries.council_history import (
    CouncilHistoryShown,
    CouncilRecord,
    MandateShown,
    OfficeShown,
    SeatShown,
)
from runtime.projector import Row, View
from services.reporting.views import council_cases, council_meetings
from services.reporting.views.elsewhere import as_seen_by
from services.reporting.views.scope import Asked, by, holds, json, load, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.envelope import Recorded
    from contracts.queries.reporting import CouncilHistory
    from runtime.declaration import Scope
    from runtime.projector import Reader
    from runtime.views import Values

TABLES = sa.MetaData()
table("councils", TABLES, ["council"], ["name", "established"])
table(
    "mandates",
    TABLES,
    ["council", "edition#"],
    ["adopted", "in_force", "case_reference", "case", "body", "change", "text", "rules", "withdrawn"],
)
table(
    "seats",
    TABLES,
    ["council", "member", "from_"],
    [
        *("name", "discipline", "unit", "until"),
        *(sa.Column(name, sa.Boolean) for name in ("voting", "ror", "substitute")),
        sa.Column("order", sa.Integer),
    ],
)
table("releases", TABLES, ["council", "member", "until"], [])
table("offices", TABLES, ["council", "office", "from_"], ["member", "name", "until"])
council_meetings.tables(TABLES)
council_cases.tables(TABLES)


def project(recorded: Recorded[Any]) -> Iterator[Row]:
    """The rows of one event; none for those of other services."""
    match recorded.data:
        case ev.MeetingEvent():
            yield from council_meetings.project(recorded, recorded.data)
        case ev.CaseEvent():
            yield from council_cases.project(recorded, recorded.data)
        case ev.CouncilEvent():
            yield from _council(recorded, recorded.data)


def _council(recorded: Recorded[Any], event: ev.CouncilEvent) -> Iterator[Row]:
    council, tenant = str(event.council), {"tenant": recorded.tenant}
    match event:
        case ev.CouncilEstablished():
            yield Row("councils", (council,), {**tenant, "name": event.name, "established": text(event.established)})
        case ev.MandateAdopted():
            dates = {"adopted": text(event.adopted), "in_force": text(event.in_force)}
            words = {"case_reference": event.case_reference, "change": event.change, "text": event.text}
            rests: Values = {"case": text(event.case), "body": event.body, "rules": json(event.rules)}
            yield Row("mandates", (council, event.edition), {**tenant, **dates, **words, **rests})
        case ev.MandateWithdrawn():
            yield Row("mandates", (council, event.edition), {**tenant, "withdrawn": text(event.withdrawn)})
        case ev.MemberAppointed():
            told: Values = {"name": json(event.name), "discipline": event.discipline, "unit": event.unit}
            what: Values = {"voting": event.voting, "ror": event.ror, "substitute": event.substitute}
            key = (council, event.member, str(event.from_))
            yield Row("seats", key, {**tenant, **told, **what, "order": event.order, "until": text(event.until)})
        case ev.MemberReleased(undone=date() as undone):
            yield Row("seats", (council, event.member, str(undone)), {**tenant, "until": text(event.until)})
        case ev.MemberReleased():
            yield Row("releases", (council, event.member, str(event.until)), tenant)
        case ev.LeaderAppointed() | ev.DeputyAppointed():
            office = "leader" if isinstance(event, ev.LeaderAppointed) else "deputy"
            held = {"member": event.member, "until": text(event.until)}
            yield Row("offices", (council, office, str(event.from_)), {**tenant, **held})
        case ev.SecretaryAppointed():
            held = {"member": event.person, "name": json(event.name), "until": text(event.until)}
            yield Row("offices", (council, "secretary", str(event.from_)), {**tenant, **held})


VIEW = View("council-history", 14, TABLES, project)


def council_history(reader: Reader, query: CouncilHistory, scope: Scope) -> CouncilHistoryShown:
    """Each council's history, by municipality; facts dated after `as_of` are left out."""
    asked = Asked.of(reader, query, scope)
    mandates = by(asked.rows("mandates", "edition", dated="adopted"), "council")
    seats = _seats(asked, mandates)
    offices = _offices(asked, seats)
    meetings, cases = council_meetings.records(asked), council_cases.records(asked)
    councils = tuple(
        CouncilRecord(
            municipality=row.tenant,
            council=row.council,
            name=row.name,
            established=row.established,
            mandates=tuple(_mandate(asked, edition) for edition in mandates.get(row.council, [])),
            seats=seats.get(row.council, ()),
            offices=offices.get(row.council, ()),
            meetings=meetings.get(row.council, ()),
            cases=cases.get(row.council, ()),
        )
        for row in asked.rows("councils", "tenant", dated="established")
    )
    return CouncilHistoryShown(**asked.envelope(), councils=tuple(as_seen_by(scope, record) for record in councils))


def _mandate(asked: Asked, edition: Any) -> MandateShown:  # noqa: ANN401 - a row
    """An edition; that it was withdrawn is told from that day on."""
    told = {name: getattr(edition, name) for name in MandateShown.model_fields} | {"rules": load(edition.rules)}
    ahead = asked.until is not None and edition.withdrawn is not None and edition.withdrawn > asked.until
    return MandateShown.model_validate(told | {"withdrawn": None if ahead else edition.withdrawn})


def _seats(asked: Asked, mandates: Mapping[str, Sequence[Any]]) -> dict[str, tuple[SeatShown, ...]]:
    """Appointments by council; a release ends the one it came after. ROR-IKT's seat votes by the rules of the day."""
    ror_votes = {council: _ror_votes(asked, editions) for council, editions in mandates.items()}
    releases = by(asked.rows("releases"), "council", "member")
    shown: dict[str, tuple[SeatShown, ...]] = {}
    for row in asked.rows("seats", "from_", "member", dated="from_"):
        ends = [release.until for release in releases.get((row.council, row.member), []) if release.until >= row.from_]
        until = min([*ends, *([row.until] if row.until else [])], default=None)
        seat = SeatShown(
            member=row.member,
            name=load(row.name) or None,
            discipline=row.discipline,
            unit=row.unit,
            voting=ror_votes.get(row.council, False) if row.ror else row.voting,
            ror=row.ror,
            substitute=row.substitute,
            from_=row.from_,
            until=until,
            order=row.order,
            sits=row.from_ <= asked.day and (until is None or asked.day <= until),
        )
        shown[row.council] = (*shown.get(row.council, ()), seat)
    return shown


def _ror_votes(asked: Asked, editions: Sequence[Any]) -> bool:
    """Whether ROR-IKT's seat votes by the edition in force on the answer's day (R8)."""
    in_force = [load(edition.rules) for edition in editions if holds(edition, asked.day)]
    return bool(in_force and in_force[-1].get("ror_votes"))


def _offices(asked: Asked, seats: Mapping[str, tuple[SeatShown, ...]]) -> dict[str, tuple[OfficeShown, ...]]:
    """Who held which office: one at a time, so the next one's first day ends the one before.

    A leader or deputy who has left the council since has left the office too, as has a deputy who has come to lead.
    """
    shown: dict[str, tuple[OfficeShown, ...]] = {}
    held = asked.rows("offices", "from_", dated="from_")
    for row in held:
        later = [other.from_ for other in held if (other.council, other.office) == (row.council, row.office)]
        begun = max((start for start in later if start <= asked.day), default=None)
        holds = row.from_ == begun and (row.until is None or asked.day <= row.until)
        if row.office != "secretary":
            own = [seat for seat in seats.get(row.council, ()) if seat.member == row.member and not seat.substitute]
            holds = holds and _sat_through(own, date.fromisoformat(row.from_), date.fromisoformat(asked.day))
        office = OfficeShown(
            office=row.office,
            member=row.member,
            name=load(row.name) or None,
            from_=row.from_,
            until=row.until,
            holds=holds,
        )
        shown[row.council] = (*shown.get(row.council, ()), office)
    return {council: tuple(_apart(offices)) for council, offices in shown.items()}


def _apart(offices: tuple[OfficeShown, ...]) -> Iterator[OfficeShown]:
    leading = {each.member for each in offices if each.office == "leader" and each.holds}
    for each in offices:
        if each.office == "deputy" and each.member in leading:
            yield each.model_copy(update={"holds": False})
        else:
            yield each


def _sat_through(terms: Sequence[SeatShown], first: date, last: date) -> bool:
    """Whether the terms, in the order they began, have every day from the first through the last."""
    reached = first
    for term in terms:
        if term.from_ <= reached and (term.until is None or reached <= term.until):
            if term.until is None:
                return True
            reached = term.until + timedelta(days=1)
    return reached > last

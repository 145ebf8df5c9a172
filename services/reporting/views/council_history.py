"""The council history: what each municipality's council (innovasjonsråd) was, who sat, met, voted and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from contracts.events import council as ev
from contracts.queries.council_history import (
    CaseSummary,
    CouncilHistoryShown,
    CouncilRecord,
    DecisionShown,
    MandateShown,
    MeetingRecord,
    MovementShown,
    OfficeShown,
    RecusalShown,
    SeatShown,
)
from runtime.projector import Row, View
from services.reporting.views.elsewhere import as_seen_by
from services.reporting.views.scope import Asked, by, json, load, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.envelope import Recorded
    from contracts.queries.reporting import CouncilHistory
    from runtime.declaration import Scope
    from runtime.projector import Reader
    from runtime.views import Values

TABLES = sa.MetaData()
table("councils", TABLES, ["council"], ["name", "established"])
table("mandates", TABLES, ["council", "edition#"], ["adopted", "in_force", "case_reference", "change", "text", "rules"])
table(
    "seats",
    TABLES,
    ["council", "member", "from_"],
    ["name", "discipline", "unit", "until", *(sa.Column(n, sa.Boolean) for n in ("voting", "ror", "substitute"))],
)
table("releases", TABLES, ["council", "member", "until"], [])
table("offices", TABLES, ["council", "office", "from_"], ["member", "until"])
table(
    "meetings",
    TABLES,
    ["meeting"],
    [
        *("council", "starts", "notice", "called", "place", "agenda", "opened", "chair", "present", "absent"),
        *("closed", "adjourned", "reason", "opened_on", "ended_on"),
        *(sa.Column(name, sa.Boolean) for name in ("remote", "quorate")),
        sa.Column("seats", sa.Integer),
    ],
)
table("agenda", TABLES, ["meeting", "number#"], ["case", "added"])
table("movements", TABLES, ["meeting", "number#"], ["what", "member", "instead_of", "moved"])
table(
    "cases", TABLES, ["case"], ["council", "idea", "label", "title", "visibility", "submitted", "received", "withdrawn"]
)
table("tablings", TABLES, ["case", "meeting"], ["tabled"])
table("recusals", TABLES, ["case", "member"], ["ground", "recused", sa.Column("declared", sa.Boolean)])
table("decisions", TABLES, ["event"], ["case", "decided", "body", sa.Column("number", sa.BigInteger)])


def project(recorded: Recorded[Any]) -> Iterator[Row]:
    """The rows of one event; none for those of other services."""
    match recorded.data:
        case ev.MeetingEvent():
            yield from _meeting(recorded, recorded.data)
        case ev.CaseEvent():
            yield from _case(recorded, recorded.data)
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
            yield Row("mandates", (council, event.edition), {**tenant, **dates, **words, "rules": json(event.rules)})
        case ev.MemberAppointed():
            told: Values = {"name": json(event.name), "discipline": event.discipline, "unit": event.unit}
            what = {"voting": event.voting, "ror": event.ror, "substitute": event.substitute}
            key = (council, event.member, str(event.from_))
            yield Row("seats", key, {**tenant, **told, **what, "until": text(event.until)})
        case ev.MemberReleased():
            yield Row("releases", (council, event.member, str(event.until)), tenant)
        case ev.LeaderAppointed() | ev.DeputyAppointed():
            office = "leader" if isinstance(event, ev.LeaderAppointed) else "deputy"
            held = {"member": event.member, "until": text(event.until)}
            yield Row("offices", (council, office, str(event.from_)), {**tenant, **held})
        case ev.SecretaryAppointed():
            held = {"member": event.person, "until": text(event.until)}
            yield Row("offices", (council, "secretary", str(event.from_)), {**tenant, **held})


def _meeting(recorded: Recorded[Any], event: ev.MeetingEvent) -> Iterator[Row]:  # noqa: C901 - one case an event
    key, number, day = (str(event.meeting),), recorded.sequence, str(recorded.time.date())
    tenant = {"tenant": recorded.tenant}

    def moved(what: str, member: str, instead_of: str | None = None) -> Row:
        who = {"what": what, "member": member, "instead_of": instead_of, "moved": day}
        return Row("movements", (*key, number), {**tenant, **who})

    match event:
        case ev.MeetingCalled():
            where = {"place": event.place, "remote": event.remote, "council": str(event.council)}
            when = {"starts": event.starts.isoformat(), "notice": text(event.notice), "called": text(event.notice)}
            yield Row("meetings", key, {**tenant, **where, **when, "agenda": json(event.agenda)})
        case ev.AgendaExtended():
            yield Row("agenda", (*key, number), {**tenant, "case": str(event.case), "added": day})
        case ev.MeetingOpened():
            who = {"present": json(event.present), "absent": json(event.absent), "chair": event.chair}
            what: Values = {"opened": event.opened.isoformat(), "seats": event.seats, "quorate": event.quorate}
            yield Row("meetings", key, {**tenant, **who, **what, "opened_on": text(event.opened.date())})
        case ev.MemberArrived():
            yield moved("arrived", event.member)
        case ev.MemberLeft():
            yield moved("left", event.member)
        case ev.SubstituteSeated():
            yield moved("seated", event.substitute, event.instead_of)
        case ev.ChairTaken():
            yield moved("chairs", event.chair)
        case ev.MeetingClosed():
            yield Row("meetings", key, {"closed": event.closed.isoformat(), "ended_on": text(event.closed.date())})
        case ev.MeetingAdjourned():
            ended = {"adjourned": event.adjourned.isoformat(), "ended_on": text(event.adjourned.date())}
            yield Row("meetings", key, {**ended, "reason": event.reason})


def _case(recorded: Recorded[Any], event: ev.CaseEvent) -> Iterator[Row]:
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
        case ev.MemberRecused():
            why = {"ground": event.ground.value, "declared": event.declared, "recused": day}
            yield Row("recusals", (case, event.member), {**tenant, **why})
        case ev.CouncilDecided():
            what = {"case": case, "decided": text(event.decided), "number": recorded.sequence, "body": json(event)}
            yield Row("decisions", (str(recorded.id),), {**tenant, **what})


VIEW = View("council-history", 2, TABLES, project)


def council_history(reader: Reader, query: CouncilHistory, scope: Scope) -> CouncilHistoryShown:
    """Each council's history, by municipality; facts dated after `as_of` are left out."""
    asked = Asked.of(reader, query, scope)
    mandates = by(asked.rows("mandates", "edition", dated="adopted"), "council")
    seats, offices = _seats(asked), _offices(asked)
    meetings, cases = _meetings(asked), _cases(asked)
    councils = tuple(
        CouncilRecord(
            municipality=row.tenant,
            council=row.council,
            name=row.name,
            established=row.established,
            mandates=tuple(
                MandateShown.model_validate(
                    {name: getattr(edition, name) for name in MandateShown.model_fields if name != "rules"}
                    | {"rules": load(edition.rules)}
                )
                for edition in mandates.get(row.council, [])
            ),
            seats=seats.get(row.council, ()),
            offices=offices.get(row.council, ()),
            meetings=meetings.get(row.council, ()),
            cases=cases.get(row.council, ()),
        )
        for row in asked.rows("councils", "tenant", dated="established")
    )
    return CouncilHistoryShown(**asked.envelope(), councils=tuple(as_seen_by(scope, record) for record in councils))


def _seats(asked: Asked) -> dict[str, tuple[SeatShown, ...]]:
    """Appointments by council; a release ends the one it came after."""
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
            voting=row.voting,
            ror=row.ror,
            substitute=row.substitute,
            from_=row.from_,
            until=until,
            sits=row.from_ <= asked.day and (until is None or asked.day <= until),
        )
        shown[row.council] = (*shown.get(row.council, ()), seat)
    return shown


def _offices(asked: Asked) -> dict[str, tuple[OfficeShown, ...]]:
    """Who held which office: one at a time, so the next one's first day ends the one before."""
    shown: dict[str, tuple[OfficeShown, ...]] = {}
    held = asked.rows("offices", "from_", dated="from_")
    for row in held:
        later = [other.from_ for other in held if (other.council, other.office) == (row.council, row.office)]
        begun = max((start for start in later if start <= asked.day), default=None)
        holds = row.from_ == begun and (row.until is None or asked.day <= row.until)
        office = OfficeShown(office=row.office, member=row.member, from_=row.from_, until=row.until, holds=holds)
        shown[row.council] = (*shown.get(row.council, ()), office)
    return shown


def _meetings(asked: Asked) -> dict[str, tuple[MeetingRecord, ...]]:
    added = by(asked.rows("agenda", "number", dated="added"), "meeting")
    movements = by(asked.rows("movements", "number", dated="moved"), "meeting")
    shown: dict[str, tuple[MeetingRecord, ...]] = {}
    for row in asked.rows("meetings", "starts", dated="called"):
        opened = row.opened_on is not None and (asked.until is None or row.opened_on <= asked.until)
        ended = row.ended_on is not None and (asked.until is None or row.ended_on <= asked.until)
        meeting = MeetingRecord(
            meeting=row.meeting,
            starts=row.starts,
            notice=row.notice,
            place=row.place,
            remote=row.remote,
            agenda=(*load(row.agenda), *(point.case for point in added.get(row.meeting, []))),
            state=("adjourned" if row.adjourned else "closed") if ended else ("open" if opened else "called"),
            opened=row.opened if opened else None,
            chair=row.chair if opened else None,
            present=load(row.present) if opened else (),
            absent=load(row.absent) if opened else (),
            seats=row.seats if opened else None,
            quorate=row.quorate if opened else None,
            movements=tuple(
                MovementShown(what=move.what, member=move.member, instead_of=move.instead_of)
                for move in movements.get(row.meeting, [])
            ),
            ended=(row.adjourned or row.closed) if ended else None,
            adjourned=row.reason if ended else None,
        )
        shown[row.council] = (*shown.get(row.council, ()), meeting)
    return shown


def _cases(asked: Asked) -> dict[str, tuple[CaseSummary, ...]]:
    tablings = by(asked.rows("tablings", "tabled", dated="tabled"), "case")
    recusals = by(asked.rows("recusals", "member", dated="recused"), "case")
    decisions = by(asked.rows("decisions", "decided", "number", dated="decided"), "case")
    shown: dict[str, tuple[CaseSummary, ...]] = {}
    for row in asked.rows("cases", "received", "label", dated="received"):
        visible = asked.scope.shows(row.tenant, row.visibility)
        case = CaseSummary(
            case=row.case,
            number=row.label,
            title=row.title if visible else None,
            idea=row.idea,
            visibility=row.visibility,
            submitted=row.submitted,
            received=row.received,
            meetings=tuple(tabling.meeting for tabling in tablings.get(row.case, [])),
            recusals=tuple(
                RecusalShown(member=who.member, ground=who.ground, declared=who.declared)
                for who in recusals.get(row.case, [])
            ),
            decisions=tuple(_decision(decision, visible=visible) for decision in decisions.get(row.case, [])),
            withdrawn=row.withdrawn if asked.until is None or (row.withdrawn or "") <= asked.until else None,
        )
        shown[row.council] = (*shown.get(row.council, ()), case)
    return shown


def _decision(row: Any, *, visible: bool) -> DecisionShown:  # noqa: ANN401 - a row
    decided = ev.CouncilDecided.model_validate_json(row.body)
    told = {name: getattr(decided, name) for name in DecisionShown.model_fields if name != "event"}
    if not visible:  # what would tell what the case is about
        told |= {"reasons": None, "priorities": (), "conditions": (), "formal": None, "reference": None}
    return DecisionShown(event=row.event, **told)

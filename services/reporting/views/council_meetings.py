"""The council history's meetings: how each was announced, who was there, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from contracts.events import council as ev
from contracts.queries.council_history import MeetingRecord, MovementShown, StruckShown
from runtime.projector import Row
from services.reporting.views import exemptions
from services.reporting.views.scope import by, json, load, table, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from contracts.envelope import Recorded
    from runtime.views import Values
    from services.reporting.views.scope import Asked


def tables(metadata: sa.MetaData) -> None:
    """Declare the tables: a meeting, each time it was announced, each turn of its agenda, and who came and went."""
    meeting = ["council", "agenda", "opened", "chair", "present", "absent", "remotely"]
    ended = ["closed", "adjourned", "reason", "opened_on", "ended_on"]
    numbers: list[sa.Column[Any]] = [sa.Column("quorate", sa.Boolean), sa.Column("seats", sa.Integer)]
    table("meetings", metadata, ["meeting"], [*meeting, *ended, *numbers])
    announced = ["what", "starts", "place", "notice", "urgent", "reason", "day", "announced"]
    table("announcements", metadata, ["meeting", "number#"], [*announced, sa.Column("remote", sa.Boolean)])
    turned: list[sa.Column[Any] | str] = [
        "case",
        "added",
        "at",
        "reason",
        "order",
        "moved_to",
        sa.Column("off", sa.Boolean),
    ]
    table("agenda", metadata, ["meeting", "number#"], turned)
    moved = ["what", "member", "instead_of", "moved"]
    table("movements", metadata, ["meeting", "number#"], [*moved, sa.Column("remote", sa.Boolean)])


def project(recorded: Recorded[Any], event: ev.MeetingEvent) -> Iterator[Row]:
    """The rows of one event of a meeting."""
    key, number, day = (str(event.meeting),), recorded.sequence, str(recorded.time.date())
    tenant = {"tenant": recorded.tenant}
    match event:
        case ev.MeetingPlanned() | ev.MeetingCalled() | ev.MeetingMoved() | ev.MeetingCancelled():
            yield from _announced(recorded, event)
        case ev.AgendaExtended() | ev.AgendaReduced() | ev.AgendaArranged():
            turned = {"added": day, "at": recorded.time.isoformat()}
            yield Row("agenda", (*key, number), {**tenant, **turned, **_turned(event)})
        case ev.MeetingOpened():
            who = {"present": json(event.present), "absent": json(event.absent), "remotely": json(event.remote)}
            what: Values = {"opened": event.opened.isoformat(), "seats": event.seats, "quorate": event.quorate}
            how: Values = {"chair": event.chair, "opened_on": text(event.opened.date())}
            yield Row("meetings", key, {**tenant, **who, **what, **how})
        case ev.MeetingClosed():
            yield Row("meetings", key, {"closed": event.closed.isoformat(), "ended_on": text(event.closed.date())})
        case ev.MeetingAdjourned():
            ended = {"adjourned": event.adjourned.isoformat(), "ended_on": text(event.adjourned.date())}
            yield Row("meetings", key, {**ended, "reason": event.reason})
        case _:
            if isinstance(event, ev.SubstituteSeated) and event.quorate is not None:
                yield Row("meetings", key, {"quorate": event.quorate})
            yield from (Row("movements", (*key, number), {**tenant, **moved, "moved": day}) for moved in _moved(event))


def _announced(
    recorded: Recorded[Any],
    event: ev.MeetingPlanned | ev.MeetingCalled | ev.MeetingMoved | ev.MeetingCancelled,
) -> Iterator[Row]:
    key, tenant = str(event.meeting), {"tenant": recorded.tenant}
    day: datetime = recorded.time
    if not isinstance(event, ev.MeetingMoved | ev.MeetingCancelled):
        agenda = {"agenda": json(event.agenda)} if isinstance(event, ev.MeetingCalled) else {}
        yield Row("meetings", (key,), {**tenant, "council": str(event.council), **agenda})
    told: dict[str, str | bool | None] = {"what": "cancelled", "day": text(day.date())}
    match event:
        case ev.MeetingPlanned():
            told |= {"what": "planned"}
        case ev.MeetingCalled():
            told |= {"what": "called", "notice": text(event.notice), "day": text(event.notice), "urgent": event.urgent}
        case ev.MeetingMoved():
            told |= {"what": "moved", "notice": text(event.moved.date()), "urgent": event.urgent}
    if isinstance(event, ev.MeetingCancelled):
        told |= {"reason": event.reason}
    else:
        told |= {"starts": event.starts.isoformat(), "place": event.place, "remote": event.remote}
    if isinstance(event, ev.MeetingMoved):
        told |= {"reason": event.reason}
    yield Row("announcements", (key, recorded.sequence), {**tenant, **told, "announced": day.isoformat()})


def _turned(event: ev.AgendaExtended | ev.AgendaReduced | ev.AgendaArranged) -> Values:
    match event:
        case ev.AgendaExtended():
            return {"case": str(event.case), "off": False}
        case ev.AgendaReduced():
            return {"case": str(event.case), "off": True, "reason": event.reason, "moved_to": text(event.moved_to)}
        case ev.AgendaArranged():
            return {"order": json(event.agenda)}


def _moved(event: ev.MeetingEvent) -> Iterator[Values]:
    match event:
        case ev.MemberArrived():
            yield {"what": "arrived", "member": event.member, "remote": event.remote}
        case ev.MemberLeft():
            yield {"what": "left", "member": event.member}
        case ev.SubstituteSeated():
            yield {"what": "seated", "member": event.substitute, "instead_of": event.instead_of}
        case ev.ChairTaken():
            yield {"what": "chairs", "member": event.chair}


def records(asked: Asked) -> dict[str, tuple[MeetingRecord, ...]]:
    """The meetings that had been announced by the question's day, by council and in the order they start."""
    turns = by(asked.rows("agenda", "number", dated="added"), "meeting")
    movements = by(asked.rows("movements", "number", dated="moved"), "meeting")
    announcements = by(asked.rows("announcements", "number", dated="day"), "meeting")
    veils = exemptions.veils(asked)
    shown: dict[str, list[MeetingRecord]] = {}
    for row in asked.rows("meetings"):
        if announced := announcements.get(row.meeting):
            of = turns.get(row.meeting, []), movements.get(row.meeting, [])
            record = _record(asked, row, announced, *of, veils)
            shown.setdefault(row.council, []).append(record)
    return {
        council: tuple(sorted(found, key=lambda one: (one.starts, one.meeting))) for council, found in shown.items()
    }


def _record(  # noqa: PLR0913, PLR0917 - all there is to know of it
    asked: Asked,
    row: Any,  # noqa: ANN401 - a row
    announced: list[Any],
    turns: list[Any],
    movements: list[Any],
    veils: dict[str, exemptions.Veil],
) -> MeetingRecord:
    opened = row.opened_on is not None and (asked.until is None or row.opened_on <= asked.until)
    ended = row.ended_on is not None and (asked.until is None or row.ended_on <= asked.until)
    said = [each for each in announced if each.what != "cancelled"][-1]
    call = next((each.number for each in announced if each.what == "called"), None)
    called, agenda = call is not None, _agenda(turns, load(row.agenda), call)
    state = "cancelled" if announced[-1].what == "cancelled" else "called" if called else "planned"
    if opened or ended:
        state = ("adjourned" if row.adjourned else "closed") if ended else "open"
    return MeetingRecord.model_validate(
        {
            "meeting": row.meeting,
            "starts": said.starts,
            "notice": said.notice if called else None,
            "place": said.place,
            "remote": said.remote,
            "agenda": agenda,
            "struck": tuple(
                StruckShown(
                    case=turn.case,
                    struck=turn.added,
                    reason=veils.get(turn.case, exemptions.NOTHING).told("reasons", turn.reason),
                    moved_to=turn.moved_to,
                )
                for turn in turns
                if turn.reason or turn.moved_to
            ),
            "state": state,
            "opened": row.opened if opened else None,
            "chair": row.chair if opened else None,
            "present": load(row.present) if opened else (),
            "absent": load(row.absent) if opened else (),
            "seats": row.seats if opened else None,
            "quorate": row.quorate if opened else None,
            "movements": tuple(
                MovementShown(what=move.what, member=move.member, instead_of=move.instead_of, remote=bool(move.remote))
                for move in movements
            ),
            "ended": (row.adjourned or row.closed) if ended else None,
            "adjourned": row.reason if ended else None,
            "urgent": said.urgent,
            "remotely": load(row.remotely) if opened else (),
            "sequence": len(announced) - 1 + len(turns),
            "changed": max([announced[-1].announced, *(turn.at for turn in turns[-1:])]),
            "reason": announced[-1].reason,
        }
    )


def _agenda(turns: list[Any], said: Iterable[str], call: int | None) -> tuple[str, ...]:
    """The cases in order: what a planned meeting had comes after what the call said, and each turn where it was."""
    cases: dict[str, None] = {}
    for turn in turns:
        if call is not None and turn.number > call:
            cases, call = dict.fromkeys((*said, *cases)), None
        if turn.order is not None:
            cases = dict.fromkeys(load(turn.order))
        elif turn.off:
            cases.pop(turn.case, None)
        else:
            cases[turn.case] = cases.pop(turn.case, None)
    return tuple(cases if call is None else dict.fromkeys((*said, *cases)))

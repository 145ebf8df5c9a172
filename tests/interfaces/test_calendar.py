"""A council's meetings in a calendar: known again when they are moved, and gone when they are cancelled (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar

from contracts.events import council as c
from contracts.queries.council_history import CouncilRecord
from contracts.queries.reporting import CouncilHistory
from interfaces.calendar import calendar
from runtime.declaration import Scope
from tests.services.reporting.story import Story, ident
from tests.services.reporting.test_views import ask, over

COUNCIL, MEETING = ident("council", "molde"), ident("meeting")
STARTS = datetime(2026, 3, 5, 11, 0, tzinfo=UTC)
ON = {"council": COUNCIL, "meeting": MEETING}


def council(*changes: Any) -> CouncilRecord:
    story = Story()
    about = {"council": COUNCIL, "tenant": "molde", "name": "Innovasjonsrådet i Molde"}
    story.tell("molde", "2026-01-02", c.CouncilEstablished(**about, established=date(2026, 1, 2)))
    for day, change in enumerate(changes, start=1):
        story.tell("molde", f"2026-02-{day:02}", change)
    (found,) = ask(over(story.events), CouncilHistory(), Scope(own=frozenset({"molde"}))).councils
    assert isinstance(found, CouncilRecord)
    return found


def event(*changes: Any) -> Any:
    record = council(*changes)
    text = calendar(record, record.meetings)
    assert calendar(record, record.meetings) == text  # the same meetings, the same bytes
    (found,) = Calendar.from_ical(text).walk("VEVENT")
    return found


PLANNED = c.MeetingPlanned(**ON, starts=STARTS)
CALLED = c.MeetingCalled(**ON, starts=STARTS, notice=date(2026, 2, 2), place="Rådhuset, møterom Æ")
MOVED = c.MeetingMoved(
    **ON, starts=STARTS + timedelta(days=7), moved=STARTS - timedelta(days=20), reason="Salen er oppteken", place="Bua"
)
CANCELLED = c.MeetingCancelled(**ON, cancelled=STARTS, reason="Ingen saker")


def test_a_meeting_is_tentative_then_called_moved_and_cancelled_under_one_uid() -> None:
    steps = (PLANNED, CALLED, MOVED, CANCELLED)
    seen = [event(*steps[:end]) for end in range(1, 5)]
    assert {str(each["uid"]) for each in seen} == {f"{MEETING}@molde.loypa"}
    assert [int(each["sequence"]) for each in seen] == [0, 1, 2, 3]
    assert [str(each["status"]) for each in seen] == ["TENTATIVE", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [each["dtstart"].dt for each in seen] == [STARTS, STARTS, MOVED.starts, MOVED.starts]
    assert [str(each.get("location")) for each in seen[1:]] == ["Rådhuset, møterom Æ", "Bua", "Bua"]
    assert "Ingen saker" in str(seen[3]["description"])


def test_the_text_is_what_rfc_5545_asks_for() -> None:
    record = council(CALLED)
    text = calendar(record, record.meetings)
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "DTSTART:20260305T110000Z\r\n" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert list(Calendar.from_ical(text).walk("VEVENT")[0].errors) == []


def test_a_council_without_meetings_has_an_empty_calendar() -> None:
    assert Calendar.from_ical(calendar(council(), ())).walk("VEVENT") == []


def test_a_meeting_whose_agenda_changes_is_announced_anew() -> None:
    first, second, third = (ident("case", number) for number in range(3))
    called = CALLED.model_copy(update={"agenda": (first, second)})
    changes = (
        c.AgendaExtended(**ON, case=third),
        c.AgendaReduced(**ON, case=first, reduced=STARTS, reason="Ikkje klar"),
        c.AgendaArranged(**ON, agenda=(third, second), arranged=STARTS),
    )
    seen = [event(called, *changes[:end]) for end in range(4)]
    assert [int(each["sequence"]) for each in seen] == [0, 1, 2, 3]
    assert [str(each["description"]) for each in seen] == ["Saker: 2", "Saker: 3", "Saker: 2", "Saker: 2"]
    assert [each["last-modified"].dt.day for each in seen] == [1, 2, 3, 4]
    (told,) = council(called, *changes).meetings
    assert told.agenda == (third, second)
    assert [(each.case, each.struck, each.reason) for each in told.struck] == [(first, date(2026, 2, 3), "Ikkje klar")]


def test_what_was_struck_from_a_planned_meeting_is_on_the_agenda_that_the_call_says() -> None:
    first, second = (ident("case", number) for number in range(2))
    planned = (PLANNED, c.AgendaExtended(**ON, case=first), c.AgendaExtended(**ON, case=second))
    struck = c.AgendaReduced(**ON, case=first, reduced=STARTS, reason="Ikkje klar")
    (told,) = council(*planned, struck, CALLED.model_copy(update={"agenda": (first,)})).meetings
    assert told.agenda == (first, second)
    (told,) = council(*planned, struck).meetings
    assert told.agenda == (second,)

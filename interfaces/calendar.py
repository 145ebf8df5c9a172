"""A council's meetings as an iCalendar (RFC 5545): a meeting keeps its UID, each change counts its SEQUENCE up."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.queries.council_history import CouncilRecord, MeetingRecord

STATUS = {"planned": "TENTATIVE", "cancelled": "CANCELLED"}
"""What a meeting's state is in a calendar; otherwise it is CONFIRMED."""

REMOTE = "Fjernmøte"


def calendar(council: CouncilRecord, meetings: Iterable[MeetingRecord]) -> str:
    """The meetings in UTC, which every calendar shows in its own zone; names no person and no case's title."""
    made = Calendar()
    made.add("prodid", "-//Løypa//Innovasjonsrådet//NO")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", council.name)
    made.add("x-wr-timezone", "Europe/Oslo")
    for meeting in meetings:
        made.add_component(_event(council, meeting))
    written: bytes = made.to_ical()
    return written.decode()


def _event(council: CouncilRecord, meeting: MeetingRecord) -> Event:
    event = Event()
    event.add("uid", f"{meeting.meeting}@{council.municipality}.loypa")
    event.add("dtstamp", meeting.changed.astimezone(UTC))
    event.add("last-modified", meeting.changed.astimezone(UTC))
    event.add("sequence", meeting.sequence)
    event.add("summary", f"Møte i {council.name}")
    if meeting.starts is not None:
        event.add("dtstart", meeting.starts.astimezone(UTC))
    if meeting.ended is not None and meeting.starts is not None and meeting.ended > meeting.starts:
        event.add("dtend", meeting.ended.astimezone(UTC))
    if place := meeting.place or (REMOTE if meeting.remote else None):
        event.add("location", place)
    event.add("status", STATUS.get(meeting.state, "CONFIRMED"))
    said = [f"Saker: {len(meeting.agenda)}", *(word for word in (meeting.urgent, meeting.reason) if word)]
    event.add("description", "\n".join(said))
    return event

"""What becomes of what the council set going: it is reported on, stopped with a lesson, or completed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from contracts.commands import portfolio as do
from contracts.identity import derive
from contracts.queries.council import ShowCase
from interfaces.demo.council_year.book import at, meetings
from interfaces.demo.council_year.deliberating import approved, last_of
from interfaces.demo.council_year.telling import manager, of, step
from interfaces.demo.step import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from interfaces.demo.council_year.book import Case
    from interfaces.demo.step import Step

UNREAD = UUID(int=0)
"""An activity's id before its decision is read."""


def ends(case: Case) -> tuple[str, date] | None:
    """How and when what came of a case is told of: the day after the second meeting from its own, if there was one."""
    after = last_of(case).number + 2
    how = ("completed", "reported", "stopped", None)[case.number % 4]
    return (how, meetings()[after].day + timedelta(days=1)) if how and after < len(meetings()) else None


def followed_up(after: int) -> Iterator[Step]:
    """What is told after this meeting."""
    for case in approved():
        told = ends(case)
        if told and last_of(case).number + 2 == after:
            yield _told(case, *told)


def _told(case: Case, how: str, day: date) -> Step:
    on: Any = {"at": at(day, 13), "activity": UNREAD, "on": day}
    command: do.ActivityCommand
    match how:
        case "completed":
            command = do.CompleteActivity(**on, result=case.turn("completed"))
        case "stopped":
            command = do.StopActivity(**on, reason=case.turn("stopped"), lesson=case.turn("lesson"))
        case _:
            lights: Any = dict.fromkeys(("time", "economy", "quality", "risk", "benefits"), "green")
            command = do.ReportStatus(**on, **lights, summary=case.turn("report"))

    def activity(shown: Mapping[str, Any]) -> dict[str, Any]:
        made = (turn["event"] for turn in shown["history"] if turn["name"] == "CouncilDecided")
        first = next(UUID(event) for event, said in zip(made, shown["decisions"], strict=True) if said["form"])
        return {"activity": derive("activity", case.id, first)}  # a correction changes what the first one started

    note = of(case, how, summary=case.turn("report"))
    return step(manager(case), command, note, Reading(ShowCase(case=case.id), activity))

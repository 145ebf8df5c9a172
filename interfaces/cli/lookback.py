"""What `loypa council` tells: rows from the council's history and its follow-up, as they stood on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from contracts.door import NotFound
from contracts.queries.prioritising import FollowUp
from contracts.queries.record import Unseal
from contracts.queries.reporting import CouncilHistory
from interfaces.cli import lookback_tables, naming, viewing
from interfaces.cli.common import new_id, now, run, say
from interfaces.cli.lookback_rows import OF_A_DAY, ROWS, Asked
from interfaces.cli.printing import as_json, as_lines
from interfaces.cli.printing import show as show_tables
from interfaces.cli.refusals import NoCouncilOnRecord, NoCouncilThen
from interfaces.client import Denied, doors
from interfaces.installation import OPERATOR_PERSON
from runtime.ror import COMMAND_LINE

if TYPE_CHECKING:
    from interfaces.cli.common import Common
    from interfaces.cli.council import When, Which
    from interfaces.installation import Installation

Record = dict[str, Any]
Rows = list[Record]


def tell(what: str, when: When, which: Which, common: Common) -> None:
    """Print one thing about a council.

    Raises `NoSuchMeeting`, `NoMeetingThatDay`, `SeveralMeetings`, `NoCouncilThen`, `NoCouncilOnRecord`, `NotServed`,
    `Denied` (no such case or meeting), `UnknownTenant`.
    """
    here = common.running()
    history, follow_up, names = run(_asked(here, what, when))
    if history["provisional"]:
        say(f"provisional: the record is complete up to {history['complete_to']}; what is older may still turn up")
    if not history["councils"]:
        known_at, day = viewing.been(when.known_at), date.fromisoformat(history["on"])
        if known_at is not None:
            raise NoCouncilOnRecord(when.municipality, day, known_at)
        raise NoCouncilThen(when.municipality, day)
    asked = Asked(
        council=history["councils"][0],
        follow_up=follow_up,
        today=history["on"],
        on=when.on.isoformat() if when.on else None,
        meeting=_meeting(history, which.meeting) if which.meeting else None,
        case=which.case,
    )
    must_be_there(asked)
    rows = ROWS[what](asked)
    if not rows and asked.of_a_day and what in OF_A_DAY:
        before = max((row["on"] for row in ROWS[what](replace(asked, on=None))), default=None)
        say(f"no {what} on {asked.on}" + (f"; the last before are of {before}" if before else ""))
    head = {name: asked.council[name] for name in ("municipality", "council", "name")} | {"on": asked.today}
    match common.output:
        case "json":
            complete = {name: history[name] for name in ("complete_to", "provisional")}
            as_json(head | {what: [_named(row, names) for row in rows]} | complete)
        case "ndjson":
            as_lines(_named(row, names) for row in rows)
        case _:
            show_tables(*lookback_tables.TABLES[what](head, rows, names))


def _meeting(history: Record, given: str) -> str:
    """The id of the meeting that is given by it or by its day, in the record as it is asked for."""
    return str(naming.among(history, history["councils"][0]["municipality"], given))


def must_be_there(asked: Asked) -> None:
    """Raises `Denied` for a case or a meeting that the record of the day has not."""
    numbers = {case["number"] for case in asked.council["cases"]}
    meetings = {meeting["meeting"] for meeting in asked.council["meetings"]}
    if asked.case is not None and asked.case not in numbers:
        raise Denied(NotFound("case", asked.case).on_the_wire())
    if asked.meeting is not None and asked.meeting not in meetings:
        raise Denied(NotFound("meeting", asked.meeting).on_the_wire())


async def _asked(here: Installation, what: str, when: When) -> tuple[Record, Rows, dict[str, str]]:
    """The council's history and follow-up, and people's names where a purpose to open them is given."""
    tenant = here.registry.tenant(when.municipality).slug
    times = {"known_at": viewing.been(when.known_at), "as_of": when.on}
    history = await viewing.answer(here, tenant, CouncilHistory, {"municipality": tenant, **times})
    follow_up: Rows = []
    if what == "cases":
        follow_up = (await viewing.answer(here, tenant, FollowUp, {"municipality": tenant, **times}))["decisions"]
    names = await _names(here, tenant, history, when.purpose) if when.purpose else {}
    return history, follow_up, names


async def _names(here: Installation, tenant: str, history: Record, purpose: str) -> dict[str, str]:
    """People's names by pseudonym, opened on record."""
    people = [each for council in history["councils"] for each in (*council["seats"], *council["offices"])]
    sealed = {each["name"]["ref"]: each["member"] for each in people if each["name"]}
    if not sealed:
        return {}
    async with doors(here, tenant, COMMAND_LINE, now, new_id) as door:
        opened = await door.query(Unseal(refs=tuple(map(UUID, sealed)), purpose=purpose), OPERATOR_PERSON, "council")
    return {sealed[each["ref"]]: each["value"] for each in opened.result["values"] if each["value"]}


def _named(row: Record, names: dict[str, str]) -> Record:
    """The row with the name of who it is of, where it is known."""
    return row | ({"name": names[row["member"]]} if row.get("member") in names else {})

"""Cases by their number and meetings by their day, as people name them, where messages want ids."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from contracts.queries.council import ShowCase, ShowCouncil
from contracts.queries.reporting import CouncilHistory
from interfaces.cli import viewing
from interfaces.cli.common import new_id, now
from interfaces.cli.refusals import NoMeetingThatDay, NoSuchMeeting, SeveralMeetings
from interfaces.client import Denied, doors
from interfaces.installation import OPERATOR_PERSON
from runtime.ror import COMMAND_LINE

if TYPE_CHECKING:
    from interfaces.installation import Installation


async def case(here: Installation, tenant: str, given: str, person: str) -> str:
    """The id of a case that is given by its number, as the person who asks may see it. Raises `Denied`."""
    if _is_id(given):
        return given
    async with doors(here, tenant, COMMAND_LINE, now, new_id) as door:
        shown = (await door.query(ShowCase(number=given), person, "council")).result
    return str(shown["case"])


async def meeting(here: Installation, tenant: str, given: str | date | UUID) -> UUID:
    """The id of a meeting that is given by its day.

    Raises `NoSuchMeeting`, and unless there is one meeting on that day `NoMeetingThatDay` or `SeveralMeetings`.
    """
    if isinstance(given, UUID) or _is_id(str(given)):
        return UUID(str(given))
    day(str(given))
    known = {"municipality": tenant, "after": await _come_to(here, tenant)}
    return among(await viewing.answer(here, tenant, CouncilHistory, known), tenant, str(given))


def among(history: dict[str, Any], tenant: str, given: str) -> UUID:
    """The id of a meeting that is given by it, or by its day in the councils' history. Raises as `meeting`."""
    if _is_id(given):
        return UUID(given)
    on = day(given)
    meetings = [met for council in history["councils"] for met in council["meetings"] if met["starts"]]
    there = [met for met in meetings if met["starts"][:10] == str(on) and met["state"] != "cancelled"]
    if len(there) == 1:
        return UUID(there[0]["meeting"])
    if there:
        raise SeveralMeetings(on, tuple(met["meeting"] for met in there))
    raise NoMeetingThatDay(tenant, on, tuple(sorted({met["starts"][:10] for met in meetings})))


def day(given: str) -> date:
    """The day a meeting goes by. Raises `NoSuchMeeting`."""
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise NoSuchMeeting(given) from error


async def _come_to(here: Installation, tenant: str) -> dict[str, int]:
    """How far the council's record has come, so that a meeting called a moment ago is known; nothing without one."""
    async with doors(here, tenant, COMMAND_LINE, now, new_id) as door:
        try:
            return (await door.query(ShowCouncil(on=now().date()), OPERATOR_PERSON, "council")).positions
        except Denied:
            return {}


def _is_id(given: str) -> bool:
    try:
        UUID(given)
    except ValueError:
        return False
    return True

"""A case that was struck from an agenda is told with the reason, to those who may see the case and read the reason."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from contracts.events import council as c
from contracts.events.intake import Visibility
from contracts.publicity import Part
from contracts.queries.reporting import CouncilHistory
from tests.services.reporting.story import NOTICE, Story, exempted, ident, queued
from tests.services.reporting.test_views import EVERYBODY, ROR, ask, over

if TYPE_CHECKING:
    from runtime.declaration import Scope

DAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
WHY = "Søkjaren er sjuk."


def struck_in(told: Story, scope: Scope = EVERYBODY) -> list[tuple[str, str | None]]:
    projector = over(told.events)
    (council,) = ask(projector, CouncilHistory(), scope).councils
    projector.close()
    numbers = {case.case: case.number for case in council.cases}
    return [(numbers.get(one.case, "?"), one.reason) for meeting in council.meetings for one in meeting.struck]


def test_why_a_case_was_struck_is_withheld_with_its_reasons_and_from_those_who_may_not_see_it() -> None:
    told, council, meeting = Story(), ident("council", "molde"), ident("meeting")
    established = c.CouncilEstablished(council=council, tenant="molde", name="Rådet", established=date(2026, 1, 2))
    told.tell("molde", "2026-01-02", established)
    seen, hidden, at_home = (
        queued(told, "molde", "2026-01-03", f"PS-{number}/26", visibility=visibility)
        for number, visibility in enumerate((Visibility.NETWORK, Visibility.NETWORK, Visibility.OWN), start=1)
    )
    cases = (seen, hidden, at_home)
    call = c.MeetingCalled(council=council, meeting=meeting, starts=DAY, notice=date(2026, 1, 10), agenda=cases)
    told.tell("molde", "2026-01-10", call)
    for case in cases:
        off = c.AgendaReduced(council=council, meeting=meeting, case=case, reduced=DAY, reason=WHY)
        told.tell("molde", "2026-01-11", off)
    told.tell("molde", "2026-01-12", exempted(hidden, Part.REASONS))
    assert struck_in(told) == [("PS-1/26", WHY), ("PS-2/26", NOTICE), ("PS-3/26", WHY)]
    assert struck_in(told, ROR) == [("PS-1/26", WHY), ("PS-2/26", NOTICE)]


def test_a_case_that_went_to_another_meeting_is_told_as_moved_there() -> None:
    told, council, meeting, other = Story(), ident("council", "molde"), ident("meeting"), ident("meeting", "other")
    established = c.CouncilEstablished(council=council, tenant="molde", name="Rådet", established=date(2026, 1, 2))
    told.tell("molde", "2026-01-02", established)
    case = queued(told, "molde", "2026-01-03", "PS-1/26")
    call = c.MeetingCalled(council=council, meeting=meeting, starts=DAY, notice=date(2026, 1, 10), agenda=(case,))
    told.tell("molde", "2026-01-10", call)
    moved = {"reduced": DAY, "moved_to": other, "moved_starts": DAY}
    told.tell("molde", "2026-01-11", c.AgendaReduced(council=council, meeting=meeting, case=case, **moved))
    projector = over(told.events)
    (record,) = ask(projector, CouncilHistory(), EVERYBODY).councils
    projector.close()
    (held,) = record.meetings
    assert (held.agenda, [(one.case, one.reason, one.moved_to) for one in held.struck]) == ((), [(case, None, other)])

"""Minutes of meetings that went otherwise than planned say what happened there, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.commands import council as do
from contracts.commands.minutes import ApproveMinutes
from contracts.queries.minutes import DraftMinutes
from tests.services.council.chamber import CALLED, Chamber, at
from tests.services.council.desk import AtTheDesk
from tests.services.council.town import START, appoint

if TYPE_CHECKING:
    from tests.services.council.town import Town


def test_whatever_signs_people_write_the_minutes_can_be_made_and_approved_and_the_json_keeps_the_signs(
    molde: Town,
) -> None:
    chamber = Chamber.of(molde)
    molde.send(appoint("solveig", name="Solveig 王", discipline="helse", from_=START))
    case = chamber.case(key="smil")
    other = molde.send(do.OpenCase(at=CALLED, key="bossbil", title="Betre tømming 🙂"))
    meeting = chamber.met(case, other, present="bjorg are guro solveig")
    chamber.decided(case, "bjorg are guro solveig", reasons="Steg 1️⃣ er teke 🇳🇴.")
    chamber.closed(meeting)
    assert chamber.minutes(meeting).cases[1].title == "Betre tømming 🙂"
    page = chamber.page(meeting)
    for written in ("Betre tømming [U+1F642]", "Solveig [U+738B]", "Steg 1[U+20E3] er teke [U+1F1F3 U+1F1F4]."):
        assert written in page
    desk = AtTheDesk(molde)
    draft = desk.ask(DraftMinutes(meeting=meeting))
    assert desk.do(ApproveMinutes(at=at(10, 0), meeting=meeting, digest=draft["sha256"])) == "accepted"

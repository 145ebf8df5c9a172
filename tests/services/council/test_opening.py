"""A meeting is held to its end by the council that it was opened with: its seats, its voters and its rules (§ 11-9)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Acting, Role
from contracts.commands import council as do
from contracts.events import council as events
from contracts.events.council import Ground
from contracts.identity import derive
from runtime.ledger import Origin
from runtime.work import Work
from services.council import doors
from services.council.domain import refusals
from services.council.domain.opening import known
from tests.services.council.chamber import Chamber, at
from tests.services.council.given import ADA, AT, BO, CAN, COUNCIL, DAY, MEETING
from tests.services.council.record import Kept

if TYPE_CHECKING:
    from uuid import UUID

    from tests.services.council.town import Town

BEFORE = date(2026, 3, 3)


def recorded(event: Any, sequence: int) -> Any:
    return Kept(event, derive("event", sequence), sequence)


def released(member: str, sequence: int) -> Any:
    return recorded(events.MemberReleased(council=COUNCIL, member=member, until=DAY), sequence)


def test_a_meeting_is_held_by_what_was_on_record_of_its_council_when_it_was_opened() -> None:
    on: dict[str, Any] = {"council": COUNCIL, "meeting": MEETING}
    called = recorded(events.MeetingCalled(**on, starts=AT, notice=DAY), 2)
    opened = recorded(events.MeetingOpened(**on, opened=AT, chair=ADA, present=(ADA,), seats=3, quorate=False), 5)
    came = recorded(events.MemberArrived(**on, member=BO, arrived=AT), 7)
    council = [released(ADA, 1), released(BO, 4), released(CAN, 5), released("ror", 6)]
    first, second, _, _ = (kept.data for kept in council)
    assert known([called, opened, came], council) == [first, second]


def test_until_it_is_opened_a_meeting_is_prepared_by_all_that_is_on_record() -> None:
    called = recorded(events.MeetingCalled(council=COUNCIL, meeting=MEETING, starts=AT, notice=DAY), 1)
    council = [released(ADA, 1), released(BO, 2)]
    assert known([called], council) == [kept.data for kept in council]


def test_who_is_released_while_a_meeting_is_open_is_a_member_of_it_until_it_is_over(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("lys")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO, CAN)))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    molde.send(do.ReleaseMember(at=AT, member=BO, until=BEFORE))
    assert [roles(molde, person) for person in (ADA, BO, "siv")] == [{Role.MEMBER, Role.LEADER}, {Role.MEMBER}, set()]
    molde.send(do.CastVote(at=AT, case=case, member=BO, vote="for"), BO, Role.MEMBER)
    molde.send(do.CloseMeeting(at=AT, meeting=meeting))
    assert roles(molde, BO) == set()


def roles(town: Town, person: str) -> frozenset[Role]:
    acting = Acting(town.tenant, "portal", person, frozenset())
    return doors.roles(Work(town.ledger, Origin(town.tenant, person, AT, "c", "c")), acting, DAY)


def test_nobody_gets_a_quorum_by_releasing_who_stayed_away(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case()
    meeting = chamber.met(case, present="bjorg are", up=False)
    up = do.TakeUpCase(at=at(8, 42), case=case, meeting=meeting)
    for member in ("toril", "ida"):
        molde.send(do.ReleaseMember(at=at(8, 41), member=member, until=BEFORE))
    with pytest.raises(refusals.NoQuorum) as no:
        molde.send(up)
    assert no.value.facts == {"seats": 6, "present": 2, "voted": 0}
    later = molde.send(do.CallMeeting(at=at(9, 0), starts=at(8, 30, 11), agenda=()))
    molde.send(do.CloseMeeting(at=at(9, 0), meeting=meeting))
    molde.send(do.OpenMeeting(at=at(8, 30, 11), meeting=later, present=("bjorg", "are")))
    assert molde.history(later)[-1].data.seats == 4


def test_who_is_released_while_a_meeting_sits_is_of_it_to_its_end(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case, other = chamber.case(), chamber.case("lys")
    meeting = chamber.met(case, other, present="bjorg are guro pal")
    before = chamber.minutes(meeting)
    molde.send(do.ReleaseMember(at=at(8, 41), member="pal", until=BEFORE))
    molde.send(do.RecordDeparture(at=at(8, 42), meeting=meeting, member="pal"))
    molde.send(do.RecordArrival(at=at(8, 43), meeting=meeting, member="pal"))
    molde.send(do.PointOutRecusal(at=at(8, 43), case=other, member="pal", ground=Ground.KIN))
    chamber.decided(case, "bjorg are pal")
    decision = _decision(molde, case)
    assert (decision.seats, decision.present, len(decision.votes)) == (6, 4, 3)
    after = chamber.minutes(meeting)
    assert (after.seats, after.with_vote) == (before.seats, before.with_vote) == (6, 4)
    assert [(one.person, one.votes) for one in after.attendance] == [(o.person, o.votes) for o in before.attendance]


def test_who_is_appointed_while_a_meeting_sits_sits_from_the_next_one(molde: Town) -> None:
    chamber = Chamber.of(molde)
    meeting = chamber.met()
    said: dict[str, Any] = {"name": "Ny", "discipline": "helse", "from_": DAY}
    molde.send(do.AppointMember(at=at(8, 35), member="ny", **said))
    with pytest.raises(refusals.NotInCouncil):
        molde.send(do.RecordArrival(at=at(8, 36), meeting=meeting, member="ny"))
    case = chamber.case()
    with pytest.raises(refusals.NotInCouncil):  # nobody has sat at all
        molde.send(do.PointOutRecusal(at=at(8, 36), case=case, member="nokon", ground=Ground.KIN))
    assert chamber.minutes(meeting).seats == 6


def test_an_edition_adopted_while_a_meeting_sits_binds_the_next_one(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case()
    meeting = chamber.met(case, present="bjorg are guro pal ror", up=False)
    before = chamber.minutes(meeting)
    on = {"adopted": DAY, "body": "Formannskapet", "case_reference": "FS-1/26", "change": "Ny", "mandate": "Rådet."}
    rules = do.Rules(ror_votes=True, majority="consensus", seats=9)
    molde.send(do.AdoptMandate.model_validate({"at": at(8, 35), "rules": rules, **on}))
    assert chamber.minutes(meeting) == before
    molde.send(do.TakeUpCase(at=at(8, 40), case=case, meeting=meeting))
    with pytest.raises(refusals.NoVote):
        molde.send(do.CastVote(at=at(8, 41), case=case, member="ror", vote="for"))
    chamber.decided(case, "bjorg are guro")
    assert _decision(molde, case).seats == 6
    chamber.closed(meeting)
    after = chamber.minutes(meeting)
    assert (after.mandate, after.rules, after.attendance) == (before.mandate, before.rules, before.attendance)


def _decision(town: Town, case: UUID) -> events.CouncilDecided:
    (decision,) = (kept.data for kept in town.history(case) if isinstance(kept.data, events.CouncilDecided))
    return decision

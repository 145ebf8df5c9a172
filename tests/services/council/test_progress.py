"""What is told of a meeting comes after what was voted and decided in it: who left had voted, and its end came last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import council as do
from contracts.events import council as events
from contracts.events.council import Ground, Outcome
from contracts.events.intake import Visibility
from contracts.identity import derive
from services.council.domain import refusals
from services.council.domain.progress import must_follow
from tests.services.council.chamber import Chamber, at
from tests.services.council.given import ADA, AT, BO, CAN, CASE, COUNCIL, DAY, LATER, MEETING, vote_cast
from tests.services.council.record import Kept

if TYPE_CHECKING:
    from tests.services.council.town import Town

MINUTE = timedelta(minutes=1)


def done(event: Any, minute: int) -> Any:
    return Kept(event, derive("event", minute), minute, AT + minute * MINUTE)


def found(*voters: str) -> events.MemberRecused:
    votes = tuple(events.VoteRecord(member=member, vote="for") for member in voters)
    said: dict[str, Any] = {"member": CAN, "ground": Ground.KIN, "found": AT, "reasons": "Syster.", "chair": ADA}
    return events.MemberRecused(council=COUNCIL, case=CASE, meeting=MEETING, votes=votes, **said)


def decided(*voters: str, meeting: Any = MEETING) -> events.CouncilDecided:
    votes = tuple(events.VoteRecord(member=member, vote="for") for member in voters)
    said: dict[str, Any] = {
        "number": "PS-3/26",
        "title": "Sak",
        "visibility": Visibility.OWN,
        "outcome": Outcome.DECLINED,
        "reasons": "Nei.",
    }
    return events.CouncilDecided(council=COUNCIL, case=CASE, meeting=meeting, decided=DAY, seats=3, votes=votes, **said)


def told_back(cases: list[list[Any]], minute: int, member: str | None = None) -> int | None:
    """The minute the meeting had come to, if this one is before it."""
    moment = AT + minute * MINUTE
    try:
        must_follow(cases, MEETING, moment, member)
    except refusals.BackInTime as no:
        refused = no
    else:
        return None
    assert (refused.meeting, refused.moment) == (MEETING, moment)
    return int((refused.since - AT) / MINUTE)


def test_a_meeting_ends_no_earlier_than_the_last_that_was_voted_or_decided_in_any_of_its_cases() -> None:
    tabled = events.CaseTabled(council=COUNCIL, case=CASE, number="PS-3/26", meeting=MEETING)
    for last in (vote_cast(BO, "for"), found(ADA), decided(ADA)):
        cases = [[done(vote_cast(ADA, "for"), 1), done(last, 3), done(tabled, 9)], [done(vote_cast(ADA, "for"), 2)]]
        assert [told_back(cases, minute) for minute in (0, 2, 3, 4)] == [3, 3, None, None]


def test_what_was_done_in_another_meeting_does_not_hold_this_one_back() -> None:
    assert told_back([[done(decided(ADA, meeting=LATER), 3)], [done(decided(ADA, meeting=None), 4)]], 1) is None
    assert told_back([], 1) is None


def test_a_member_leaves_no_earlier_than_their_own_last_vote_on_the_case_or_on_recusal() -> None:
    cases = [[done(vote_cast(ADA, "for"), 1), done(found(ADA, BO), 2), done(vote_cast(BO, "for"), 4)]]
    assert [told_back(cases, minute, ADA) for minute in (1, 2)] == [2, None]
    assert [told_back(cases, minute, BO) for minute in (3, 4)] == [4, None]
    assert told_back(cases, 0, CAN) is None


def test_who_voted_before_they_left_is_counted_in_a_decision_made_after() -> None:
    """Kommuneloven § 11-9 first paragraph."""
    assert told_back([[done(vote_cast(ADA, "for"), 1), done(decided(ADA), 3)]], 2, ADA) is None


# --- in a meeting


def test_nobody_left_a_meeting_nor_was_it_over_before_the_decision_they_took_part_in(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case()
    meeting = chamber.met(case, present="bjorg are guro pal")
    chamber.decided(case, "bjorg are guro")
    for told in (
        do.RecordDeparture(at=at(8, 41), meeting=meeting, member="guro"),
        do.CloseMeeting(at=at(8, 43), meeting=meeting),
        do.AdjournMeeting(at=at(8, 43), meeting=meeting, reason="Straumen gjekk."),
    ):
        head = molde.ledger.head()
        with pytest.raises(refusals.BackInTime) as no:
            molde.send(told)
        assert (no.value.meeting, no.value.since, molde.ledger.head()) == (meeting, at(8, 45), head)
    molde.send(do.RecordDeparture(at=at(8, 41), meeting=meeting, member="pal"))  # who did not vote
    molde.send(do.RecordDeparture(at=at(8, 45), meeting=meeting, member="guro"))
    chamber.closed(meeting)
    molde.send(do.CloseMeeting(at=at(9, 0), meeting=meeting))


@pytest.mark.parametrize("together", [True, False])
def test_nobody_votes_before_they_came(molde: Town, *, together: bool) -> None:
    """Also a vote that is registered along with the decision."""
    chamber = Chamber.of(molde)
    case = chamber.case()
    meeting = chamber.met(case, present="bjorg are guro")
    molde.send(do.RecordArrival(at=at(8, 55), meeting=meeting, member="pal"))
    early = do.CastVote(at=at(8, 45), case=case, member="pal", vote="for")
    with pytest.raises(refusals.BackInTime) as no:
        chamber.decided(case, "bjorg are pal") if together else molde.send(early)
    assert (no.value.meeting, no.value.since, no.value.moment) == (meeting, at(8, 55), at(8, 45))
    vote = do.CastVote(at=at(8, 55), case=case, member="pal", vote="for")
    molde.send(vote)
    molde.send(do.RecordDeparture(at=at(8, 56), meeting=meeting, member="pal"))
    molde.send(do.RecordArrival(at=at(8, 57), meeting=meeting, member="pal"))
    head = molde.ledger.head()
    molde.send(vote)
    assert molde.ledger.head() == head


def test_a_decision_is_made_no_earlier_than_the_votes_it_rests_on(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case()
    meeting = chamber.met(case)
    for member in ("bjorg", "are", "guro"):
        molde.send(do.CastVote(at=at(8, 50), case=case, member=member, vote="for"))
    with pytest.raises(refusals.BackInTime) as no:
        chamber.decided(case, "")
    assert (no.value.meeting, no.value.since, no.value.moment) == (meeting, at(8, 50), at(8, 45))

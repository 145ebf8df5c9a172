"""What is done in a meeting comes in its time: on the day it is called for, after its opening, and once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import council as do
from contracts.events import council as events
from contracts.events.council import CouncilDecided, Ground, Motion, Outcome
from contracts.ruleset import RuleSet
from services.council.domain import refusals
from services.council.domain.afterwards import Reopening
from services.council.domain.case import CarryOver
from services.council.domain.roll import Floor
from services.council.domain.voting import OnFloor
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    COUNCIL,
    DECLINE,
    DEFER,
    EVA,
    LATER,
    MEETING,
    RETURN,
    TABLED,
    approve,
    given,
    taken_up,
    then,
    up,
    vote,
    vote_cast,
    when,
)
from tests.services.council.town import Town, appoint

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEFORE = AT - timedelta(minutes=1)
NEXT = AT + 28 * DAY
DEFERRED = (*up(ADA, BO), *(vote_cast(member, "for", Motion.DEFERRAL) for member in (ADA, BO)))


def opened(town: Town, *agenda: UUID) -> UUID:
    meeting = town.called(*agenda)
    town.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO, CAN)))
    return meeting


@pytest.mark.parametrize("days", [-1, 1, 40])
def test_a_meeting_is_opened_on_the_day_it_is_called_for_or_moved_first(molde: Town, *, days: int) -> None:
    """Kommuneloven § 11-3: who is called to one day is not met on another."""
    molde.establish(ADA)
    starts = AT + days * DAY
    meeting = molde.called(starts=starts)
    opening = do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,))
    with pytest.raises(refusals.NotTheDay) as no:
        molde.send(opening)
    assert no.value.facts == {"meeting": str(meeting), "called": str(starts.date()), "day": str(AT.date())}
    molde.send(do.MoveMeeting(at=AT, meeting=meeting, starts=AT + HOUR, reason="Alle er her"))
    molde.send(opening)
    assert molde.meeting(meeting).status == "open"


def test_nothing_is_done_in_a_meeting_before_its_opening(molde: Town) -> None:
    molde.establish(ADA, BO, CAN, "dag")
    molde.send(appoint(EVA, substitute=True))
    case = molde.opened("nattilsyn")
    meeting = opened(molde, case)
    on: dict[str, Any] = {"at": BEFORE, "meeting": meeting}
    for early in (
        do.RecordArrival(**on, member="dag"),
        do.RecordDeparture(**on, member=BO),
        do.SeatSubstitute(**on, substitute=EVA, instead_of="dag"),
        do.TakeChair(**on, chair=BO),
        do.TakeUpCase(**on, case=case),
        do.CloseMeeting(**on),
        do.AdjournMeeting(**on, reason="Uvêr"),
    ):
        with pytest.raises(refusals.BackInTime) as no:
            molde.send(early)
        assert (no.value.since, no.value.moment) == (AT, BEFORE)


def test_a_meeting_does_not_end_before_the_last_who_came_or_went(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    meeting = opened(molde)
    molde.send(do.RecordDeparture(at=AT + HOUR, meeting=meeting, member=BO))
    for end in (do.CloseMeeting(at=AT, meeting=meeting), do.AdjournMeeting(at=AT, meeting=meeting, reason="Uvêr")):
        with pytest.raises(refusals.BackInTime) as no:
            molde.send(end)
        assert no.value.since == AT + HOUR
    molde.send(do.CloseMeeting(at=AT + HOUR, meeting=meeting))


def test_a_meeting_that_never_opened_is_called_off_at_any_time(molde: Town) -> None:
    molde.establish(ADA)
    meeting = molde.called()
    molde.send(do.AdjournMeeting(at=AT - DAY, meeting=meeting, reason="Uvêr"))
    assert molde.meeting(meeting).status == "adjourned"


def test_in_a_case_that_is_up_nothing_is_done_before_it_was_taken_up(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("nattilsyn")
    meeting = opened(molde, case)
    molde.send(do.PointOutRecusal(at=AT, case=case, member=CAN, ground=Ground.KIN))
    molde.send(do.TakeUpCase(at=AT + HOUR, case=case, meeting=meeting))
    finding = {"member": CAN, "ground": Ground.KIN, "recused": True, "reasons": "Søsken."}
    for early in (
        do.DecideRecusal(at=AT, case=case, **finding),  # type: ignore[arg-type]  # the fields of a command
        do.CallInSubstitute(at=AT, case=case, substitute=EVA, instead_of=CAN),
        do.CastVote(at=AT, case=case, member=BO, vote="for"),
        do.DeferCase(at=AT, case=case, reasons="Må greiast ut."),
    ):
        with pytest.raises(refusals.BackInTime) as no:
            molde.send(early)
        assert no.value.since == AT + HOUR


@pytest.mark.parametrize("back", [DAY, timedelta(minutes=1), timedelta(seconds=1)])
def test_no_meeting_is_planned_for_or_called_for_or_moved_to_a_time_that_has_been(molde: Town, back: timedelta) -> None:
    molde.establish(ADA)
    planned = molde.send(do.PlanMeeting(at=AT, starts=NEXT))
    for command in (
        do.MoveMeeting(at=AT, meeting=planned, starts=AT - back, reason="Kollisjon"),
        do.PlanMeeting(at=AT, starts=AT - back),
        do.CallMeeting(at=AT, starts=AT - back),
    ):
        with pytest.raises(refusals.StartsInThePast) as no:
            molde.send(command)
        assert (no.value.starts, no.value.moment) == (AT - back, AT)
    molde.send(do.MoveMeeting(at=AT, meeting=planned, starts=AT, reason="Kollisjon"))


def test_a_meeting_may_begin_in_the_minute_in_which_it_is_called(molde: Town) -> None:
    molde.establish(ADA)
    assert molde.send(do.CallMeeting(at=AT + timedelta(seconds=40), starts=AT, urgent="Straumen er ute"))


def test_a_meeting_that_has_been_held_is_entered_afterwards_with_the_time_of_its_call(molde: Town) -> None:
    molde.establish(ADA)
    call = do.CallMeeting(at=AT, starts=NEXT)
    meeting = molde.send(call)
    molde.send(do.OpenMeeting(at=NEXT, meeting=meeting, present=(ADA,)))
    assert molde.send(call) == meeting  # told again, also once it has been
    assert molde.meeting(meeting).status == "open"


# --- a decision is told once, and asked for anew in another meeting


def test_what_a_meeting_deferred_is_not_deferred_unasked_in_the_next() -> None:
    case = given(*DEFERRED)
    case = then(case, when(case, DEFER))
    assert when(case, DEFER) == []
    again = DEFER.model_copy(update={"at": NEXT})
    tabled = then(case, [TABLED.model_copy(update={"meeting": LATER})])
    put_off = then(tabled, when(tabled, CarryOver(LATER, floor=None)))
    for state in (case, tabled, put_off):
        assert when(state, DEFER) == []
        assert when(state, vote(ADA, "for", Motion.DEFERRAL)) == []
        for anew in (again, vote(ADA, "for", Motion.DEFERRAL).model_copy(update={"at": NEXT})):
            with pytest.raises(refusals.NotTakenUp):
                when(state, anew)


def test_a_deferral_entered_the_day_after_is_known_when_it_comes_twice() -> None:
    case = given(*DEFERRED)
    for late in (DEFER.model_copy(update={"at": AT + DAY}), DEFER):
        deferred = then(case, when(case, late))
        assert when(deferred, late) == []
    assert when(deferred, DEFER.model_copy(update={"at": AT + HOUR})) == []  # nor later on the day


def test_what_was_deferred_earlier_the_same_day_is_not_deferred_by_a_late_replay() -> None:
    case = given(*DEFERRED)
    case = then(case, when(case, DEFER))
    again = taken_up(ADA, BO, meeting=LATER, since=AT + HOUR)
    votes = (vote_cast(member, "for", Motion.DEFERRAL) for member in (ADA, BO))
    case = then(case, [TABLED.model_copy(update={"meeting": LATER}), again, *votes])
    assert when(case, DEFER) == []
    (anew,) = when(case, DEFER.model_copy(update={"at": AT + HOUR}))
    assert isinstance(anew, CouncilDecided)


def test_a_reopened_case_is_not_decided_by_repeating_the_decision() -> None:
    case = given(*up(ADA, BO), vote_cast(ADA, "against"), vote_cast(BO, "against"))
    case = then(case, when(case, DECLINE))
    assert when(case, DECLINE.model_copy(update={"at": NEXT})) == []  # it stands
    reopened = do.ReopenCase(at=AT + DAY, case=CASE, reasons="Kostnaden var feil.")
    case = then(case, when(case, Reopening(reopened, MEETING)))
    assert when(case, DECLINE) == []
    with pytest.raises(refusals.NotTakenUp):
        when(case, DECLINE.model_copy(update={"at": NEXT}))


def test_a_deferral_and_its_votes_that_come_late_do_not_fall_in_the_next_meeting(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("nattilsyn")
    first = opened(molde, case)
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=first))
    votes = tuple(do.Ballot(member=member, vote="for") for member in (ADA, BO, CAN))
    deferral = do.DeferCase(at=AT, case=case, reasons="Må greiast ut.", votes=votes)
    molde.send(deferral)
    molde.send(do.CloseMeeting(at=AT + HOUR, meeting=first))
    second = molde.called(case, starts=NEXT)
    molde.send(do.OpenMeeting(at=NEXT, meeting=second, present=(ADA, BO, CAN)))
    molde.send(do.TakeUpCase(at=NEXT, case=case, meeting=second))
    head = molde.ledger.head()
    molde.send(deferral)
    assert molde.ledger.head() == head
    molde.send(deferral.model_copy(update={"at": NEXT}))
    assert [each.outcome for each in molde.case(case).decisions] == [Outcome.DEFERRED, Outcome.DEFERRED]


# --- what comes up once more in the meeting that has dealt with it

REOPENED = events.CaseReopened(council=COUNCIL, case=CASE, decision=CASE, reopened=AT.date(), reasons="Feil kostnad.")
AFTER = AT + timedelta(minutes=1)


def closed() -> Any:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    return then(case, when(case, approve()))


def asked(moment: datetime, meeting: Any = MEETING) -> tuple[Any, Any]:
    """To table it in the meeting, and to take it up there."""
    floor = Floor(meeting, AT.date(), ADA, 1, (ADA,), (), RuleSet(), since=AT)
    return (
        do.TableCase(at=moment, case=CASE, meeting=meeting),
        OnFloor(do.TakeUpCase(at=moment, case=CASE, meeting=meeting), floor),
    )


def test_what_waits_anew_does_not_come_up_again_in_the_meeting_that_dealt_with_it() -> None:
    deferred = given(*DEFERRED)
    deferred = then(deferred, when(deferred, DEFER))
    reopened = then(closed(), [REOPENED])
    elsewhere = then(reopened, [TABLED.model_copy(update={"meeting": LATER})])
    up_there = then(elsewhere, [taken_up(ADA, meeting=LATER)])
    for state in (deferred, reopened, elsewhere, up_there):
        for command in asked(AFTER):
            with pytest.raises(refusals.DealtWith) as no:
                when(state, command)
            assert no.value.facts == {"number": "PS-3/26", "meeting": str(MEETING)}
        for replay in asked(AT):
            assert when(state, replay) == []


def test_what_the_meeting_has_closed_is_told_to_be_closed_when_it_is_asked_for_anew() -> None:
    returned = given(*up(ADA), vote_cast(ADA, "for", Motion.RETURN))
    returned = then(returned, when(returned, RETURN))
    for state, rule in ((closed(), refusals.CaseClosed), (returned, refusals.CaseReturned)):
        for command in asked(AFTER):
            with pytest.raises(rule):
                when(state, command)
        for replay in asked(AT):
            assert when(state, replay) == []


def test_a_meeting_that_ended_without_deciding_or_whose_decision_has_no_moment_leaves_nothing_to_ask() -> None:
    left = then(given(*up(ADA)), when(given(*up(ADA)), CarryOver(MEETING, None)))
    before = closed()
    last = before.dossier.last.model_copy(update={"made": None})
    old = then(given(*up(ADA), vote_cast(ADA, "for")), [last, REOPENED])
    put_off = given(*DEFERRED)
    put_off = then(put_off, when(put_off, DEFER))
    later = then(put_off, [last.model_copy(update={"meeting": LATER, "made": AT}), REOPENED])
    for state in (left, old, later):
        for command in asked(AFTER):
            assert when(state, command) == []


def test_at_the_doors_a_case_is_dealt_with_once_in_a_meeting(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("nattilsyn")
    meeting = opened(molde, case)
    take_up = do.TakeUpCase(at=AT, case=case, meeting=meeting)
    molde.send(take_up)
    ballots = tuple(do.Ballot(member=member, vote="for") for member in (ADA, BO))
    molde.send(do.DeferCase(at=AT, case=case, reasons="Til etter lunsj.", votes=ballots))
    head = molde.ledger.head()
    for again in (do.TableCase, do.TakeUpCase):
        with pytest.raises(refusals.DealtWith):
            molde.send(again(at=AFTER, case=case, meeting=meeting))
        molde.send(again(at=AT, case=case, meeting=meeting))
    assert molde.ledger.head() == head

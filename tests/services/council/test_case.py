"""How a case is voted on and decided: kommuneloven § 11-9, as the rule set has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.commands import council as do
from contracts.door import NotFound
from contracts.events import council as events
from contracts.events.council import FormName, Motion, Outcome, Substitution
from contracts.identity import derive
from contracts.ruleset import Majority, NamedForm, Quorum, RuleSet, Tie
from contracts.sealed import Retention
from services.council.domain import refusals
from services.council.domain.case import CarryOver, Numbered
from services.council.domain.dossier import Closed, Returned, Tabled, Waiting, Withdrawn
from services.council.domain.roll import Floor
from services.council.domain.voting import MoveFloor, OnFloor
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    COUNCIL,
    DAG,
    DAY,
    DECLINE,
    DEFER,
    EVA,
    LATER,
    MEETING,
    OPENED,
    RETURN,
    TABLED,
    approve,
    decided,
    facts,
    given,
    recused,
    taken_up,
    then,
    up,
    vote,
    vote_cast,
    when,
)

FLOOR = Floor(MEETING, DAY, ADA, 3, (ADA, BO), (), RuleSet())
TAKE_UP = do.TakeUpCase(at=AT, case=CASE, meeting=MEETING)


def opening(**changes: Any) -> Numbered:
    said: dict[str, Any] = {"key": "nattilsyn", "title": "Digitalt nattilsyn"}
    return Numbered(do.OpenCase(at=AT, **{**said, **changes}), "PS-3/26")


# --- quorum (vedtaksfør), § 11-9 first paragraph


def test_half_of_the_seats_present_and_voting_is_enough() -> None:
    case = given(*up(ADA, BO, seats=4), vote_cast(ADA, "for"), vote_cast(BO, "for"))
    assert decided(case, approve()).outcome is Outcome.APPROVED


def test_fewer_than_half_of_the_seats_voting_decide_nothing() -> None:
    case = given(*up(ADA, BO, CAN, seats=5), vote_cast(ADA, "for"), vote_cast(BO, "for"))
    with pytest.raises(refusals.NoQuorum) as no:
        when(case, approve())
    assert no.value.facts == {"seats": 5, "present": 3, "voted": 2}


def test_being_present_without_voting_does_not_count() -> None:
    case = given(*up(ADA, BO, CAN, DAG), vote_cast(ADA, "for"))
    with pytest.raises(refusals.NoQuorum):
        when(case, approve())


def test_recusal_never_shrinks_the_seats_that_count() -> None:
    case = given(*up(ADA, BO, CAN, DAG, EVA), *recused(CAN), *recused(DAG), *recused(EVA))
    case = then(case, when(case, vote(ADA, "for")))
    case = then(case, when(case, vote(BO, "for")))
    with pytest.raises(refusals.NoQuorum) as no:
        when(case, approve())
    assert no.value.facts == {"seats": 5, "present": 2, "voted": 2}


def test_one_who_voted_and_then_left_has_been_present_and_voted() -> None:
    gone = events.FloorChanged(council=COUNCIL, case=CASE, meeting=MEETING, chair=ADA, voters=(ADA,))
    case = given(*up(ADA, BO, seats=4), vote_cast(BO, "for"), gone, vote_cast(ADA, "for"))
    decision = decided(case, approve())
    assert (len(decision.votes), decision.present) == (2, 2)


def test_who_voted_and_left_counts_in_the_motion_they_voted_on_and_nowhere_else() -> None:
    gone = events.FloorChanged(council=COUNCIL, case=CASE, meeting=MEETING, chair=ADA, voters=(ADA, CAN))
    votes = (vote_cast(BO, "for", Motion.DEFERRAL), gone, vote_cast(ADA, "for"), vote_cast(ADA, "for", Motion.DEFERRAL))
    case = given(*up(ADA, BO, CAN, seats=4, quorum=Quorum.HALF_PRESENT), *votes)
    assert decided(case, approve()).present == 2
    assert decided(case, DEFER).present == 3


def test_a_seat_counts_once_whoever_sits_in_it_and_a_substitute_in_the_seat_they_voted_in() -> None:
    for_can, for_bo = (events.Substitution(substitute=EVA, instead_of=member) for member in (CAN, BO))
    on: dict[str, Any] = {"council": COUNCIL, "case": CASE, "meeting": MEETING, "chair": ADA}
    sat = vote_cast(EVA, "for").model_copy(update={"seat": for_can})
    relieved = events.Substitution(substitute=DAG, instead_of=CAN)
    for voters, seated in (((ADA, CAN), ()), ((ADA, DAG), (relieved,)), ((ADA, EVA), (for_bo,))):
        moved = events.FloorChanged(**on, voters=voters, substitutions=seated)
        case = given(*up(ADA, EVA, seats=4), sat, moved, vote_cast(ADA, "for"))
        decision = decided(case, approve())
        assert (decision.present, len(decision.votes)) == (2, 2)


def test_a_deferral_and_a_return_need_a_quorum_of_votes_too() -> None:
    case = given(*up(ADA, BO, CAN), vote_cast(ADA, "for", Motion.DEFERRAL), vote_cast(ADA, "for", Motion.RETURN))
    for command in (DEFER, RETURN):
        with pytest.raises(refusals.NoQuorum):
            when(case, command)


def test_a_council_may_choose_that_presence_is_enough() -> None:
    case = given(*up(ADA, BO, seats=4, quorum=Quorum.HALF_PRESENT), vote_cast(ADA, "for"))
    assert decided(case, approve()).unanimous
    with pytest.raises(refusals.NoQuorum):
        when(then(case, recused(BO)), approve())


def test_a_council_may_do_without_a_quorum_but_not_without_votes() -> None:
    case = given(*up(ADA, seats=9, quorum=Quorum.NONE))
    with pytest.raises(refusals.Unsettled):
        when(case, approve())
    assert decided(then(case, [vote_cast(ADA, "for")]), approve()).seats == 9


def test_a_case_is_not_taken_up_without_half_of_the_seats_present() -> None:
    case = given(OPENED, TABLED)
    with pytest.raises(refusals.NoQuorum):
        when(case, OnFloor(TAKE_UP, Floor(MEETING, DAY, ADA, 3, (ADA,), (), RuleSet())))
    assert len(when(case, OnFloor(TAKE_UP, FLOOR))) == 1


# --- majority and tie, § 11-9 second paragraph


def test_the_majority_of_the_votes_cast_decides() -> None:
    case = given(*up(ADA, BO, CAN), vote_cast(ADA, "against"), vote_cast(BO, "for"), vote_cast(CAN, "for"))
    decision = decided(case, approve())
    assert (decision.unanimous, decision.tie_broken_by) == (False, None)
    assert {(record.member, record.vote) for record in decision.votes} == {
        (ADA, "against"),
        (BO, "for"),
        (CAN, "for"),
    }


def test_a_decision_is_what_the_votes_say() -> None:
    case = given(*up(ADA, BO), vote_cast(ADA, "for"), vote_cast(BO, "for"))
    with pytest.raises(refusals.VotesSayOtherwise):
        when(case, DECLINE)
    case = given(*up(ADA, BO), vote_cast(ADA, "against"), vote_cast(BO, "against"))
    with pytest.raises(refusals.VotesSayOtherwise):
        when(case, approve())
    assert decided(case, DECLINE).unanimous


def test_the_chair_of_the_meeting_breaks_a_tie() -> None:
    for chair, outcome in ((ADA, approve()), (BO, DECLINE)):
        case = given(*up(ADA, BO, chair=chair), vote_cast(ADA, "for"), vote_cast(BO, "against"))
        decision = decided(case, outcome)
        assert decision.tie_broken_by == chair
        assert not decision.unanimous


def test_who_chairs_when_the_decision_is_made_breaks_the_tie() -> None:
    changed = events.FloorChanged(council=COUNCIL, case=CASE, meeting=MEETING, chair=BO, voters=(ADA, BO))
    case = given(*up(ADA, BO, chair=ADA), vote_cast(ADA, "for"), vote_cast(BO, "against"), changed)
    assert decided(case, DECLINE).tie_broken_by == BO


def test_a_recused_chair_neither_breaks_a_tie_nor_leads_the_deciding() -> None:
    case = given(*up(ADA, BO, CAN, chair=CAN), *recused(CAN), vote_cast(ADA, "for"), vote_cast(BO, "against"))
    for command in (approve(), DECLINE, DEFER, RETURN):
        with pytest.raises(refusals.ChairKeptOut) as no:
            when(case, command)
        assert no.value.facts == {"chair": CAN, "number": "PS-3/26", "others": [ADA, BO]}


def test_a_case_whose_chair_is_recused_is_decided_once_another_has_the_chair() -> None:
    case = given(*up(ADA, BO, CAN, chair=CAN), *recused(CAN), vote_cast(ADA, "for"), vote_cast(BO, "for"))
    taken = Floor(MEETING, DAY, BO, 3, (ADA, BO, CAN), (), RuleSet())
    assert decided(then(case, when(case, MoveFloor(taken, AT))), approve()).chair == BO


def test_a_chair_who_has_left_the_seat_to_its_member_breaks_no_tie() -> None:
    case = given(*up(ADA, BO, chair=EVA), vote_cast(ADA, "for"), vote_cast(BO, "against"))
    for command in (approve(), DECLINE):
        with pytest.raises(refusals.Unsettled):
            when(case, command)


def test_a_council_may_let_a_proposal_fall_on_a_tie() -> None:
    case = given(*up(ADA, BO, tie=Tie.FALLS), vote_cast(ADA, "for"), vote_cast(BO, "against"))
    assert decided(case, DECLINE).tie_broken_by is None
    with pytest.raises(refusals.VotesSayOtherwise):
        when(case, approve())


def test_a_council_that_decides_by_consensus_needs_everybody() -> None:
    votes = (vote_cast(ADA, "for"), vote_cast(BO, "for"), vote_cast(CAN, "against"))
    case = given(*up(ADA, BO, CAN, majority=Majority.CONSENSUS), *votes)
    for command in (approve(), DECLINE):
        with pytest.raises(refusals.Unsettled):
            when(case, command)
    assert decided(then(case, [vote_cast(CAN, "for")]), approve()).unanimous


# --- votes


def test_only_who_is_there_with_a_vote_votes() -> None:
    with pytest.raises(refusals.NoVote) as no:
        when(given(*up(ADA, BO)), vote(CAN, "for"))
    assert no.value.facts == {"member": CAN, "voters": [ADA, BO]}


def test_a_vote_on_a_deferral_or_a_return_is_no_vote_on_the_substance() -> None:
    case = given(*up(ADA, BO), vote_cast(ADA, "for"))
    for motion in (Motion.DEFERRAL, Motion.RETURN, Motion.REFERRAL):
        assert when(case, vote(ADA, "for", motion)) == [vote_cast(ADA, "for", motion)]


def test_the_last_vote_before_the_decision_counts() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    assert when(case, vote(ADA, "for")) == []
    assert when(case, vote(ADA, "against")) == [vote_cast(ADA, "against")]


def test_a_vote_changes_nothing_after_the_decision() -> None:
    case = given(*up(ADA, BO), vote_cast(ADA, "for"), vote_cast(BO, "for"))
    case = then(case, when(case, approve()))
    assert when(case, vote(ADA, "for")) == []
    with pytest.raises(refusals.CaseClosed):
        when(case, vote(ADA, "against"))


def test_a_seat_votes_once_whoever_sits_in_it() -> None:
    pair = Substitution(substitute=EVA, instead_of=BO)
    stepped_in = MoveFloor(Floor(MEETING, DAY, ADA, 2, (ADA, EVA), (pair,), RuleSet()), AT)
    case = given(*up(ADA, BO), vote_cast(BO, "for"))
    case = then(case, when(case, stepped_in))
    with pytest.raises(refusals.SeatHasVoted) as no:
        when(case, vote(EVA, "against"))
    assert no.value.facts == {"member": BO, "voted": BO}  # it is Bo who has the seat
    came_back = MoveFloor(Floor(MEETING, DAY, ADA, 2, (ADA, BO), (), RuleSet()), AT)
    case = given(*up(ADA, BO))
    for command in (stepped_in, vote(EVA, "for"), came_back):
        case = then(case, when(case, command))
    with pytest.raises(refusals.SeatHasVoted) as no:
        when(case, vote(BO, "for"))
    assert no.value.facts == {"member": BO, "voted": EVA}
    vacant = Substitution(substitute=EVA, vacancy=1), Substitution(substitute=DAG, vacancy=1)
    floors = [MoveFloor(Floor(MEETING, DAY, ADA, 2, (ADA, one.substitute), (one,), RuleSet()), AT) for one in vacant]
    case = given(*up(ADA))
    for command in (floors[0], vote(EVA, "for"), floors[1]):
        case = then(case, when(case, command))
    with pytest.raises(refusals.SeatHasVoted) as no:
        when(case, vote(DAG, "for"))
    assert no.value.facts == {"member": DAG, "voted": EVA}


# --- what a decision says


@pytest.mark.parametrize("missing", ["form", "priorities", "responsible"])
@pytest.mark.requirement("R6", "R11", "R15")
def test_an_approval_says_form_priorities_and_responsible(missing: str) -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    without = () if missing == "priorities" else None
    with pytest.raises(refusals.DecisionIncomplete) as no:
        when(case, approve(**{missing: without}))
    assert no.value.facts["missing"] == [missing]


def test_what_is_declined_has_no_onward_course() -> None:
    case = given(*up(ADA), vote_cast(ADA, "against"))
    with pytest.raises(refusals.NothingToCarryOut):
        when(case, DECLINE.model_copy(update={"form": "project"}))


@pytest.mark.requirement("R11")
def test_the_form_is_one_of_the_councils() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    with pytest.raises(refusals.UnknownForm) as no:
        when(case, approve(form="hackathon"))
    assert "project" in str(no.value.on_the_wire().accepts)
    name = NamedForm(key="hackathon", nb="dugnad", nn="dugnad")
    case = given(*up(ADA, forms=("hackathon", "fest"), form_names=(name,)), vote_cast(ADA, "for"))
    decision = decided(case, approve(form="hackathon"))
    assert (decision.form, decision.form_name) == ("hackathon", FormName(nb="dugnad", nn="dugnad"))
    assert decided(case, approve(form="fest")).form_name is None
    with pytest.raises(refusals.UnknownForm) as no:
        when(case, approve(form="project"))
    assert no.value.facts["form_names"] == [name.model_dump()]


@pytest.mark.parametrize("route", ["pilot", "inter-municipal"])
@pytest.mark.parametrize("strength", ["should", "shall"])
@pytest.mark.requirement("R12")
def test_both_routes_come_with_both_strengths(route: str, strength: str) -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    decision = decided(case, approve(route=route, strength=strength))
    assert (decision.route, decision.strength) == (route, strength)
    with pytest.raises(refusals.StrengthWithoutRoute):
        when(case, approve(strength=strength))


def test_a_deadline_is_not_before_the_decision() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    with pytest.raises(refusals.DeadlinePassed):
        when(case, approve(deadline=date(2026, 3, 3)))
    assert decided(case, approve(deadline=DAY)).deadline == DAY


def test_the_name_of_who_is_responsible_is_sealed() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    name = decided(case, approve(responsible_name="Bo Namn")).responsible_name
    assert name is not None
    assert (name.plain, name.retention) == ("Bo Namn", Retention.ARCHIVE)
    assert decided(case, approve()).responsible_name is None
    of_nobody = DECLINE.model_copy(update={"responsible_name": "Bo Namn"})
    assert decided(given(*up(ADA), vote_cast(ADA, "against")), of_nobody).responsible_name is None


def test_a_decision_says_the_days_its_rules_give_until_the_first_report() -> None:
    case = given(*up(ADA, report_days=90), vote_cast(ADA, "for"))
    assert decided(case, approve()).report_days == 90


@pytest.mark.parametrize("command", [approve(), DECLINE, DEFER, RETURN])
def test_nothing_is_decided_before_the_case_was_taken_up(command: Any) -> None:
    late = AT + timedelta(minutes=10)
    with pytest.raises(refusals.BackInTime) as no:
        when(given(*up(ADA, since=late)), command)
    assert (no.value.meeting, no.value.since, no.value.moment) == (MEETING, late, AT)


def test_the_council_can_follow_a_formal_decision_of_another_body() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    bare = do.DecideCase(at=AT, case=CASE, outcome=Outcome.FORMAL, reasons="Kommunestyret har vedteke det.")
    with pytest.raises(refusals.DecisionIncomplete):
        when(case, bare)
    formal = do.Formal(body="Molde kommunestyre", reference="PS 12/26", decided=date(2026, 2, 19))
    decision = decided(case, bare.model_copy(update={"formal": formal}))
    assert decision.formal is not None
    assert decision.formal.reference == "PS 12/26"


def test_the_same_decision_again_is_nothing_new_and_another_is_refused() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    case = then(case, when(case, approve()))
    assert isinstance(case, Closed)
    assert when(case, approve()) == []
    with pytest.raises(refusals.CaseClosed):
        when(case, approve(form="experiment"))


# --- the case's way


def test_a_case_is_opened_once() -> None:
    case = given()
    (opened,) = when(case, opening())
    assert isinstance(opened, events.CaseOpened)
    assert opened.number == "PS-3/26"
    assert when(then(case, [opened]), opening()) == []


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("title", "Elektrisk ferje"),
        ("submitted", DAY),
        ("kind", "need"),
        ("person", ADA),
        ("visibility", "public"),
        ("parties", (ADA,)),
        ("matter", "mandate"),
    ],
)
def test_a_case_is_not_opened_otherwise_under_the_key_of_another(name: str, other: Any) -> None:
    case = then(given(), when(given(), opening()))
    told = facts(refusals.OpenedOtherwise, when, case, opening(**{name: other}))
    assert told == {"key": "nattilsyn", "number": "PS-3/26", "differs": [name]}
    for closed in (then(case, when(case, do.WithdrawCase(at=AT, case=CASE))), given(*up(ADA), vote_cast(ADA, "for"))):
        assert when(closed, opening()) == []
        assert facts(refusals.OpenedOtherwise, when, closed, opening(**{name: other})) == told


def test_an_idea_has_one_case_whatever_is_said_of_it_when_its_referral_comes_late() -> None:
    of_an_idea = {"key": None, "idea": derive("idea", "nattilsyn")}
    case = then(given(), when(given(), opening(**of_an_idea)))
    assert when(case, opening(**of_an_idea, title="Nattilsyn")) == []


def test_a_case_that_was_never_opened_does_not_exist() -> None:
    for command in (approve(), DEFER, vote(ADA, "for"), do.TableCase(at=AT, case=CASE, meeting=MEETING)):
        with pytest.raises(NotFound) as no:
            when(given(), command)
        assert no.value.facts == {"kind": "case", "id": str(CASE)}


def test_a_deferred_case_keeps_its_number_and_is_tabled_again() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for", Motion.DEFERRAL))
    case = then(case, when(case, DEFER))
    assert isinstance(case, Waiting)
    assert case.dossier.number == "PS-3/26"
    assert when(case, DEFER) == []
    case = then(case, when(case, do.TableCase(at=AT, case=CASE, meeting=LATER)))
    assert isinstance(case, Tabled)
    case = then(case, [taken_up(ADA, meeting=LATER)])
    with pytest.raises(refusals.NoQuorum):  # the votes of the last meeting are not those of this one
        when(case, DEFER)


def test_a_late_replay_does_not_table_it_again_in_the_meeting_that_dealt_with_it() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for", Motion.DEFERRAL))
    case = then(case, when(case, DEFER))
    assert when(case, do.TableCase(at=AT, case=CASE, meeting=MEETING)) == []
    assert when(case, OnFloor(TAKE_UP, FLOOR)) == []


def test_what_a_meeting_has_decided_is_neither_tabled_nor_taken_up_there_by_a_late_replay() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    case = then(case, when(case, approve()))
    assert when(case, do.TableCase(at=AT, case=CASE, meeting=MEETING)) == []
    assert when(case, OnFloor(TAKE_UP, FLOOR)) == []


def test_a_returned_case_opens_again_under_its_number_when_it_is_referred_again() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for", Motion.RETURN))
    case = then(case, when(case, RETURN))
    assert isinstance(case, Returned)
    assert when(case, opening()) == []  # a late replay of the first referral
    with pytest.raises(refusals.CaseReturned):
        when(case, do.TableCase(at=AT, case=CASE, meeting=LATER))
    case = then(case, when(case, opening(referral=2, title="Digitalt nattilsyn, klårare")))
    assert isinstance(case, Waiting)
    assert (case.dossier.number, case.dossier.title) == ("PS-3/26", "Digitalt nattilsyn, klårare")
    assert when(case, opening(referral=2)) == when(case, opening(referral=2, title="Eit anna nattilsyn")) == []


@pytest.mark.parametrize("history", [(OPENED,), (OPENED, TABLED), up(ADA)])
def test_a_case_that_is_referred_again_while_the_council_has_it_stays_where_it_is(history: Any) -> None:
    case = given(*history)
    again = opening(referral=2, title="Nattilsyn, klårare", visibility="public")
    anew = then(case, when(case, again))
    held = replace(case.dossier, referral=2, title="Nattilsyn, klårare", visibility="public")
    assert anew == replace(case, dossier=held)
    assert when(anew, again) == []


def test_a_history_that_cannot_have_been_is_a_loud_error() -> None:
    with pytest.raises(AssertionError, match=r"^impossible history: CaseTabled of a case that was never opened$"):
        given(TABLED)
    with pytest.raises(AssertionError, match=r"^impossible history: VoteCast of Waiting\("):
        given(OPENED, vote_cast(ADA, "for"))


def test_a_case_is_voted_on_and_decided_only_while_a_meeting_has_it_up() -> None:
    returned = given(*up(ADA), vote_cast(ADA, "for", Motion.RETURN))
    returned = then(returned, when(returned, RETURN))
    for case, rule in (
        (given(OPENED), refusals.NotTakenUp),
        (given(OPENED, TABLED), refusals.NotTakenUp),
        (returned, refusals.CaseReturned),
    ):
        for command in (vote(ADA, "for"), approve(), DECLINE):
            with pytest.raises(rule) as no:
                when(case, command)
            assert no.value.facts == {"number": "PS-3/26"}


def test_a_closed_case_is_not_opened_by_another_referral() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    case = then(case, when(case, approve()))
    with pytest.raises(refusals.CaseClosed):
        when(case, opening(referral=2))


def test_what_a_meeting_did_not_decide_goes_back_to_the_queue() -> None:
    over = CarryOver(MEETING, None)
    for history in ((OPENED, TABLED), up(ADA)):
        case = given(*history)
        case = then(case, when(case, over))
        assert isinstance(case, Waiting)
        assert when(case, over) == []
        assert when(case, do.TableCase(at=AT, case=CASE, meeting=MEETING)) == []  # a late replay


@pytest.mark.parametrize(
    ("there", "rules", "enough"),
    [
        ((ADA, BO), RuleSet(), True),
        ((ADA,), RuleSet(), False),
        ((ADA, BO), RuleSet(quorum=Quorum.HALF_PRESENT), True),
        ((ADA,), RuleSet(quorum=Quorum.HALF_PRESENT), False),
        ((ADA,), RuleSet(quorum=Quorum.NONE), True),
    ],
)
def test_a_case_is_carried_over_with_whether_those_there_in_the_end_could_have_decided_it(
    there: tuple[str, ...], rules: RuleSet, *, enough: bool
) -> None:
    floor = Floor(MEETING, DAY, ADA, 3, there, (), rules)
    for history in ((OPENED, TABLED), up(*there, rules=rules)):
        over = events.CaseCarriedOver(council=COUNCIL, case=CASE, meeting=MEETING, quorate=enough)
        assert when(given(*history), CarryOver(MEETING, floor)) == [over]


def test_a_substitute_called_in_for_the_recused_is_among_those_who_could_have_decided_it() -> None:
    called_in = events.SubstituteCalledIn(council=COUNCIL, case=CASE, meeting=MEETING, substitute=EVA, instead_of=BO)
    case = given(*up(ADA, BO, CAN, seats=4), *recused(BO), *recused(CAN), called_in)
    (over,) = when(case, CarryOver(MEETING, Floor(MEETING, DAY, ADA, 4, (ADA, BO, CAN), (), RuleSet())))
    assert over.quorate is True  # type: ignore[union-attr]


def test_who_is_kept_out_of_a_case_could_not_have_decided_it() -> None:
    floor = Floor(MEETING, DAY, ADA, 3, (ADA, BO), (), RuleSet())
    question = events.RecusalRaised(
        council=COUNCIL, case=CASE, member=BO, ground=events.Ground.KIN, how=events.Raised.DECLARED, raised=AT
    )
    for history in ((OPENED, TABLED, question), (*up(ADA, BO), question)):
        (over,) = when(given(*history), CarryOver(MEETING, floor))
        assert isinstance(over, events.CaseCarriedOver)
        assert over.quorate is False


def test_what_a_meeting_has_up_is_not_withdrawn_from_under_it() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    with pytest.raises(refusals.CaseIsUp) as no:
        when(case, do.WithdrawCase(at=AT, case=CASE))
    assert no.value.facts == {"number": "PS-3/26", "meeting": str(MEETING)}
    (gone,) = when(case, do.WithdrawCase(at=AT, case=CASE, cause=LATER))  # the idea itself was withdrawn
    assert isinstance(gone, events.CaseWithdrawn)


def test_a_withdrawn_case_is_not_decided() -> None:
    case = given(OPENED, TABLED)
    withdraw = do.WithdrawCase(at=AT, case=CASE)
    case = then(case, when(case, withdraw))
    assert isinstance(case, Withdrawn)
    assert when(case, withdraw) == []
    with pytest.raises(refusals.CaseClosed):
        when(case, approve())


def test_what_is_decided_stands_though_the_idea_is_withdrawn() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    case = then(case, when(case, approve()))
    assert when(case, do.WithdrawCase(at=AT, case=CASE, cause=MEETING)) == []
    with pytest.raises(refusals.CaseClosed):
        when(case, do.WithdrawCase(at=AT, case=CASE))


def test_an_idea_withdrawn_before_it_reached_the_council_is_nothing_to_the_council() -> None:
    assert when(given(), do.WithdrawCase(at=AT, case=CASE, cause=MEETING)) == []

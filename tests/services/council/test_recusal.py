"""Recusal (inhabilitet): who may not take part in a case, and how the body decides it: forvaltningsloven §§ 6 and 8."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.commands import council as do
from contracts.commands.minutes import ExemptFromPublicity
from contracts.events import council as events
from contracts.events.council import Ground, Motion, Raised, Substitution
from contracts.publicity import ExemptionGround, Part
from contracts.ruleset import Majority, Quorum, RuleSet, Tie
from services.council.domain import recusal, refusals
from services.council.domain.case import CarryOver
from services.council.domain.dossier import Tabled, TakenUp
from services.council.domain.questions import Finding, Question
from services.council.domain.roll import Floor, Roll
from services.council.domain.voting import MoveFloor, OnFloor
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    DAG,
    DAY,
    DEFER,
    EVA,
    LATER,
    MEETING,
    OPENED,
    RETURN,
    TABLED,
    approve,
    decided,
    found,
    given,
    raised,
    recused,
    taken_up,
    then,
    up,
    vote,
    vote_cast,
    when,
)

LATE = AT + timedelta(minutes=10)
SUBMITTED_BY_BO = OPENED.model_copy(update={"person": BO})
ROLL = Roll(DAY, RuleSet(), 4, (ADA, BO, CAN, DAG, EVA), (ADA, BO, CAN, DAG), (EVA, "frida"), ADA, BO)


def declare(member: str, ground: Ground = Ground.KIN, **said: Any) -> do.DeclareRecusal:
    return do.DeclareRecusal(**{"at": AT, "case": CASE, "member": member, "ground": ground, **said})


def point_out(member: str, ground: Ground = Ground.KIN, **said: Any) -> do.PointOutRecusal:
    return do.PointOutRecusal(**{"at": AT, "case": CASE, "member": member, "ground": ground, **said})


def find(member: str, *, recused: bool = True, ground: Ground = Ground.KIN, **said: Any) -> do.DecideRecusal:
    told = {"at": AT, "case": CASE, "member": member, "ground": ground, "recused": recused}
    return do.DecideRecusal(**{**told, "reasons": "Søsken av søkjaren.", **said})


def ballots(**votes: Any) -> tuple[do.Ballot, ...]:
    return tuple(do.Ballot(member=member, vote=cast) for member, cast in votes.items())


def call_in(substitute: str, instead_of: str, present: tuple[str, ...] = (EVA, "frida"), **changes: Any) -> Any:
    command = do.CallInSubstitute(at=AT, case=CASE, substitute=substitute, instead_of=instead_of)
    return recusal.CallIn(command, changes.pop("roll", ROLL), present, **changes)


def finding(state: Any, command: Any) -> Any:
    (event,) = when(state, command)
    assert isinstance(event, events.RecusalFindingEvent)
    return event


# --- the question is raised, § 6


def test_a_member_says_so_or_somebody_points_it_out_and_the_note_is_sealed() -> None:
    case = given(OPENED)
    for command, how in ((declare(BO), Raised.DECLARED), (point_out(BO), Raised.POINTED_OUT)):
        (event,) = when(case, command.model_copy(update={"note": "styreleiar i selskapet"}))
        assert isinstance(event, events.RecusalRaised)
        assert (event.member, event.ground, event.how, event.raised) == (BO, Ground.KIN, how, AT)
        assert event.note is not None
        assert event.note.plain == "styreleiar i selskapet"
        assert "styreleiar" not in repr(event)
    (bare,) = when(case, declare(BO))
    assert bare.note is None  # type: ignore[union-attr]


def test_the_same_question_is_raised_once_and_a_new_ground_is_a_new_question() -> None:
    case = given(OPENED, raised(BO))
    assert when(case, declare(BO)) == []
    assert when(case, point_out(BO, at=LATE)) == []
    (another,) = when(case, declare(BO, Ground.LEADS))
    assert isinstance(another, events.RecusalRaised)


def test_of_a_closed_case_nobody_asks() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    case = then(case, when(case, approve()))
    with pytest.raises(refusals.CaseClosed):
        when(case, declare(ADA))
    with pytest.raises(refusals.CaseClosed):
        when(case, do.NameParty(at=AT, case=CASE, party=ADA))


# --- while it stands


def test_while_the_question_stands_the_member_has_no_vote() -> None:
    case = given(*up(ADA, BO), raised(BO))
    with pytest.raises(refusals.RecusalUndecided) as no:
        when(case, vote(BO, "for"))
    assert no.value.facts == {"number": "PS-3/26", "members": [BO]}


@pytest.mark.parametrize("command", [approve(), DEFER, RETURN])
def test_while_the_question_stands_the_case_is_not_decided(command: Any) -> None:
    votes = [vote_cast(member, "for", motion) for member in (ADA, CAN) for motion in Motion]
    case = given(*up(ADA, BO, CAN), *votes, raised(BO))
    with pytest.raises(refusals.RecusalUndecided) as no:
        when(case, command)
    assert no.value.facts == {"number": "PS-3/26", "members": [BO]}
    assert decided(then(case, [found(BO)]), command)


# --- the body decides it without the member concerned, § 8 second paragraph


def test_the_body_finds_a_member_recused() -> None:
    case = given(*up(ADA, BO, CAN), raised(BO))
    event = finding(case, find(BO))
    assert isinstance(event, events.MemberRecused)
    assert (event.meeting, event.found, event.reasons, event.chair) == (MEETING, AT, "Søsken av søkjaren.", ADA)
    assert [(each.member, each.vote) for each in event.votes] == [(ADA, "for"), (CAN, "for")]
    case = then(case, [event])
    with pytest.raises(refusals.Recused) as no:
        when(case, vote(BO, "for"))
    assert no.value.facts == {"member": BO, "ground": "kin"}


def test_the_body_finds_that_a_member_is_not_recused_and_says_why() -> None:
    case = given(*up(ADA, BO, CAN), raised(BO))
    event = finding(case, find(BO, recused=False, reasons="Tremenningar er ikkje nære nok."))
    assert isinstance(event, events.RecusalDismissed)
    assert event.reasons == "Tremenningar er ikkje nære nok."
    assert {each.vote for each in event.votes} == {"against"}
    assert when(then(case, [event]), vote(BO, "for")) == [vote_cast(BO, "for")]


def test_the_member_concerned_takes_no_part() -> None:
    case = given(*up(ADA, BO, CAN), raised(BO))
    with pytest.raises(refusals.NoPartInQuestion) as no:
        when(case, find(BO, recused=False, votes=ballots(ada="for", bo="against", can="against")))
    assert no.value.facts == {"member": BO, "deciding": [ADA, CAN]}


def test_where_several_are_concerned_none_of_them_decides_of_another() -> None:
    case = given(*up(ADA, BO, CAN, DAG), raised(BO), raised(CAN, Ground.LEADS))
    assert [each.member for each in finding(case, find(BO)).votes] == [ADA, DAG]
    with pytest.raises(refusals.NoPartInQuestion):
        when(case, find(BO, votes=ballots(ada="for", dag="for", can="for")))


def test_who_was_found_recused_decides_of_no_other_either() -> None:
    case = given(*up(ADA, BO, CAN, DAG), *recused(BO), raised(CAN))
    assert [each.member for each in finding(case, find(CAN)).votes] == [ADA, DAG]


def test_a_substitute_decides_a_question_in_the_seat_they_sit_in() -> None:
    case = given(*up(ADA, BO, CAN, DAG), *recused(BO), raised(CAN))
    case = then(case, when(case, call_in(EVA, BO)))
    told = [(each.member, each.instead_of) for each in finding(case, find(CAN)).votes]
    assert told == [(ADA, None), (DAG, None), (EVA, BO)]


def test_where_several_are_concerned_and_the_rest_are_no_quorum_everybody_decides() -> None:
    case = given(*up(ADA, BO, CAN, DAG), raised(BO), raised(CAN), raised(DAG))
    assert [each.member for each in finding(case, find(BO)).votes] == [ADA, BO, CAN, DAG]


def test_one_member_alone_never_decides_of_themselves() -> None:
    case = given(*up(ADA, BO, seats=4), raised(BO))
    with pytest.raises(refusals.NoQuorum) as no:
        when(case, find(BO))
    assert no.value.facts == {"seats": 4, "present": 1, "voted": 1}


def test_only_the_concerned_who_are_there_make_several() -> None:
    case = given(*up(ADA, BO, seats=4), raised(BO), raised("fjern"))
    with pytest.raises(refusals.NoQuorum):
        when(case, find(BO))


def test_the_question_needs_a_quorum_of_votes() -> None:
    case = given(*up(ADA, BO, CAN, DAG, seats=5), raised(BO))
    with pytest.raises(refusals.NoQuorum) as no:
        when(case, find(BO, votes=ballots(ada="for", can="for")))
    assert no.value.facts == {"seats": 5, "present": 3, "voted": 2}
    assert finding(case, find(BO, votes=ballots(ada="for", can="for", dag="against")))


def test_presence_is_enough_where_the_council_chose_so() -> None:
    case = given(*up(ADA, BO, CAN, seats=4, quorum=Quorum.HALF_PRESENT), raised(BO))
    assert finding(case, find(BO, votes=ballots(ada="for")))


def test_the_finding_is_what_the_votes_say() -> None:
    case = given(*up(ADA, BO, CAN, DAG), raised(BO))
    votes = ballots(ada="against", can="for", dag="for")
    with pytest.raises(refusals.VotesFindOtherwise) as no:
        when(case, find(BO, recused=False, votes=votes))
    assert no.value.facts == {"member": BO, "recused": False, "votes_for": 2, "votes_against": 1}
    with pytest.raises(refusals.VotesFindOtherwise) as no:
        when(case, find(BO, votes=ballots(ada="against", can="for", dag="against")))
    assert no.value.facts == {"member": BO, "recused": True, "votes_for": 1, "votes_against": 2}
    assert isinstance(finding(case, find(BO, votes=votes)), events.MemberRecused)


def test_the_chair_breaks_a_tie_if_they_have_a_vote_in_the_question() -> None:
    case = given(*up(ADA, BO, CAN), raised(BO))
    assert finding(case, find(BO, recused=False, votes=ballots(ada="against", can="for")))
    case = given(*up(ADA, BO, CAN, chair=EVA), raised(BO))
    with pytest.raises(refusals.Unsettled) as no:
        when(case, find(BO, votes=ballots(ada="against", can="for")))
    assert no.value.facts == {"votes_for": 1, "votes_against": 1, "chair": EVA}


def test_a_question_goes_by_simple_majority_also_where_the_cases_take_consensus() -> None:
    """The body decides it (§ 8), and nothing more can be done in the case until it has."""
    case = given(*up(ADA, BO, CAN, DAG, majority=Majority.CONSENSUS), raised(BO))
    assert isinstance(finding(case, find(BO, votes=ballots(ada="for", can="for", dag="against"))), events.MemberRecused)
    against = find(BO, recused=False, votes=ballots(ada="against", can="for", dag="against"))
    assert isinstance(finding(case, against), events.RecusalDismissed)
    falls = given(*up(ADA, BO, CAN, majority=Majority.CONSENSUS, tie=Tie.FALLS), raised(BO))
    assert finding(falls, find(BO, recused=False, votes=ballots(ada="for", can="against")))


def test_nobody_chairs_the_deciding_of_their_own_recusal_nor_while_their_own_is_in_question() -> None:
    case = given(*up(ADA, BO, CAN, DAG, chair=BO), raised(BO), raised(CAN))
    for member in (BO, CAN):
        with pytest.raises(refusals.ChairKeptOut) as no:
            when(case, find(member))
        assert no.value.facts == {"chair": BO, "number": "PS-3/26", "others": [ADA, DAG]}


def test_where_everybody_decides_of_everybody_any_of_them_may_chair() -> None:
    case = given(*up(ADA, BO, CAN, DAG, chair=BO), raised(BO), raised(CAN), raised(DAG))
    assert finding(case, find(BO)).chair == BO


def test_what_nobody_asked_is_not_decided() -> None:
    with pytest.raises(refusals.NoSuchQuestion):
        when(given(*up(ADA, BO)), find(BO))


def test_it_is_decided_in_a_meeting_that_has_the_case_up() -> None:
    with pytest.raises(refusals.NotTakenUp):
        when(given(OPENED, raised(BO)), find(BO))


def test_it_is_decided_and_a_substitute_called_in_only_after_the_case_was_taken_up() -> None:
    case = given(*up(ADA, BO, CAN, since=LATE), raised(BO))
    later = find(BO, at=LATE)
    for state, early in ((case, find(BO)), (then(case, when(case, later)), call_in(EVA, BO))):
        with pytest.raises(refusals.BackInTime) as no:
            when(state, early)
        assert (no.value.meeting, no.value.since, no.value.moment) == (MEETING, LATE, AT)


# --- the finding stands, and is undone the way it was made


def test_the_same_finding_again_is_nothing_new_and_another_needs_the_question_raised_anew() -> None:
    case = given(*up(ADA, BO, CAN), *recused(BO))
    assert when(case, find(BO)) == []
    assert when(case, find(BO, at=LATE)) == []
    for other in (find(BO, recused=False), find(BO, reasons="Andre grunnar.", at=LATE)):
        with pytest.raises(refusals.RecusalDecided) as no:
            when(case, other)
        assert no.value.facts == {"member": BO, "ground": "kin", "recused": True}


def test_the_question_raised_anew_lets_the_body_find_otherwise() -> None:
    case = given(*up(ADA, BO, CAN), *recused(BO))
    assert when(case, point_out(BO)) == []  # a late replay of what has been decided
    case = then(case, when(case, point_out(BO, at=LATE)))
    assert when(case, find(BO)) == []  # a late replay of the first finding
    with pytest.raises(refusals.RecusalUndecided):
        when(case, vote(BO, "for"))
    case = then(case, when(case, find(BO, recused=False, at=LATE, reasons="Det var ein annan med same namn.")))
    assert when(case, vote(BO, "for")) == [vote_cast(BO, "for")]


def test_every_finding_is_kept_and_a_question_raised_anew_stands_until_it_is_answered() -> None:
    first, second = (
        Finding(recused=True, reasons="Søsken av søkjaren.", found=AT),
        found(BO, recused=False, moment=LATE),
    )
    case = given(*up(ADA, BO, CAN), *recused(BO))
    assert case.dossier.questions == {(BO, Ground.KIN): Question((first,), stands=False, how=Raised.POINTED_OUT)}
    case = then(case, [raised(BO, moment=LATE)])
    assert case.dossier.questions == {(BO, Ground.KIN): Question((first,), stands=True, how=Raised.POINTED_OUT)}
    case = then(case, [second])
    both = (first, Finding(recused=False, reasons=second.reasons, found=LATE))
    assert case.dossier.questions == {(BO, Ground.KIN): Question(both, stands=False, how=Raised.POINTED_OUT)}


def test_what_was_dismissed_on_one_ground_is_not_dismissed_on_another() -> None:
    case = given(*up(ADA, BO, CAN), raised(BO), found(BO, recused=False), raised(BO, Ground.LEADS))
    with pytest.raises(refusals.RecusalUndecided):
        when(case, vote(BO, "for"))
    case = then(case, [found(BO, Ground.LEADS)])
    with pytest.raises(refusals.Recused) as no:
        when(case, vote(BO, "for"))
    assert no.value.facts["ground"] == "leads"


def test_a_recusal_holds_in_the_next_meeting_too() -> None:
    case = given(*up(ADA, BO, CAN), *recused(BO))
    case = then(case, when(case, CarryOver(MEETING, None)))
    case = then(case, [TABLED.model_copy(update={"meeting": LATER}), taken_up(ADA, BO, CAN, meeting=LATER)])
    with pytest.raises(refusals.Recused):
        when(case, vote(BO, "for"))


def test_a_vote_cast_before_the_recusal_no_longer_counts() -> None:
    votes = (vote_cast(ADA, "for"), vote_cast(BO, "against"), vote_cast(CAN, "for"))
    decision = decided(given(*up(ADA, BO, CAN), *votes, *recused(BO)), approve())
    assert BO not in {record.member for record in decision.votes}
    assert decision.recused == (BO,)
    assert decision.unanimous


# --- the submitter of an idea, and a party, do not decide it unnoticed


def test_the_submitter_who_is_there_is_in_question_when_the_case_is_taken_up() -> None:
    case = given(SUBMITTED_BY_BO, TABLED)
    command = do.TakeUpCase(at=AT, case=CASE, meeting=MEETING)
    taken, asked = when(case, OnFloor(command, Floor(MEETING, DAY, ADA, 3, (ADA, BO), (), RuleSet())))
    assert isinstance(taken, events.CaseTakenUp)
    assert isinstance(asked, events.RecusalRaised)
    assert (asked.member, asked.ground, asked.how, asked.note) == (BO, Ground.PARTY, Raised.OF_ITSELF, None)
    with pytest.raises(refusals.RecusalUndecided):
        when(then(case, [taken, asked]), vote(BO, "for"))


def test_the_parties_of_a_case_are_its_submitter_and_those_who_are_named() -> None:
    assert given(OPENED).dossier.parties == frozenset()
    case = given(SUBMITTED_BY_BO.model_copy(update={"parties": (CAN,)}))
    case = then(case, when(case, do.NameParty(at=AT, case=CASE, party=DAG)))
    assert case.dossier.parties == {BO, CAN, DAG}


def test_a_submitter_who_is_not_there_raises_no_question_until_they_come() -> None:
    case = given(SUBMITTED_BY_BO, TABLED, taken_up(ADA, CAN, seats=3))
    assert isinstance(case, TakenUp)
    assert case.dossier.in_question == {}
    come = MoveFloor(Floor(MEETING, DAY, ADA, 3, (ADA, CAN, BO), (), RuleSet()), LATE)
    _, asked = when(case, come)
    assert isinstance(asked, events.RecusalRaised)
    assert (asked.member, asked.raised) == (BO, LATE)


def test_a_member_the_case_is_opened_with_as_a_party_is_in_question_too() -> None:
    case = given(OPENED.model_copy(update={"parties": (CAN,)}), TABLED)
    command = do.TakeUpCase(at=AT, case=CASE, meeting=MEETING)
    _, asked = when(case, OnFloor(command, Floor(MEETING, DAY, ADA, 3, (ADA, CAN), (), RuleSet())))
    assert asked.member == CAN  # type: ignore[union-attr]


def test_who_is_named_as_a_party_while_the_case_is_up_is_in_question_at_once() -> None:
    case = given(*up(ADA, BO))
    name = do.NameParty(at=AT, case=CASE, party=BO)
    said = when(case, name)
    assert [type(event).__name__ for event in said] == ["PartyNamed", "RecusalRaised"]
    assert when(then(case, said), name) == []
    assert len(when(given(OPENED), name)) == 1


def test_what_the_body_has_found_of_a_party_is_not_asked_again_of_itself() -> None:
    case = given(SUBMITTED_BY_BO, TABLED, taken_up(ADA, BO, CAN), raised(BO, Ground.PARTY))
    case = then(case, [found(BO, Ground.PARTY, recused=False)])
    gone_and_back = MoveFloor(Floor(MEETING, DAY, CAN, 3, (ADA, BO, CAN), (), RuleSet()), LATE)
    assert [type(event).__name__ for event in when(case, gone_and_back)] == ["FloorChanged"]


def test_a_party_who_is_found_not_recused_on_another_ground_is_still_asked_of() -> None:
    case = given(SUBMITTED_BY_BO, TABLED, taken_up(ADA, BO, CAN), raised(BO))
    _, asked = when(case, find(BO, recused=False))
    assert (asked.member, asked.ground) == (BO, Ground.PARTY)  # type: ignore[union-attr]


# --- a substitute is called in for the recused


def test_recusal_never_shrinks_the_seats_but_a_substitute_called_in_fills_one() -> None:
    case = given(*up(ADA, BO, seats=3), *recused(BO), vote_cast(ADA, "for"))
    with pytest.raises(refusals.NoQuorum):
        when(case, approve())
    case = then(case, when(case, call_in(EVA, BO)))
    case = then(case, when(case, vote(EVA, "for")))
    decision = decided(case, approve())
    assert [(each.member, each.instead_of) for each in decision.votes] == [(ADA, None), (EVA, BO)]
    assert (decision.seats, decision.recused) == (3, (BO,))


def test_a_substitute_who_sits_already_is_not_called_in_again() -> None:
    case = given(*up(ADA, BO, CAN), *recused(BO), *recused(CAN))
    case = then(case, when(case, call_in(EVA, BO)))
    assert when(case, call_in(EVA, BO)) == []
    for substitute, member in ((EVA, CAN), ("frida", BO)):
        with pytest.raises(refusals.NoSeatFree):
            when(case, call_in(substitute, member))


def test_a_substitute_is_called_in_for_the_recused_only() -> None:
    case = given(*up(ADA, BO, CAN), raised(BO))
    for member in (BO, CAN):
        with pytest.raises(refusals.NotRecused):
            when(case, call_in(EVA, member))


def test_who_is_called_in_is_a_substitute_and_is_there() -> None:
    case = given(*up(ADA, BO), *recused(BO))
    with pytest.raises(refusals.NotInCouncil):
        when(case, call_in("turist", BO))
    with pytest.raises(refusals.NotThere):
        when(case, call_in(EVA, BO, present=(ADA, BO)))


def test_a_seat_without_a_vote_or_taken_in_the_meeting_is_not_free() -> None:
    case = given(*up(ADA, BO), *recused(BO))
    with pytest.raises(refusals.NoSeatFree):
        when(case, call_in(EVA, BO, taken=frozenset({BO})))
    observer = Roll(DAY, RuleSet(), 1, (ADA, BO, EVA), (ADA,), (EVA,), ADA, None)
    with pytest.raises(refusals.NoSeatFree):
        when(case, call_in(EVA, BO, roll=observer))
    with pytest.raises(refusals.NoSeatFree):  # she votes in the meeting already
        when(given(*up(ADA, BO, EVA), *recused(BO)), call_in(EVA, BO))


def test_a_substitute_who_is_recused_or_in_question_themselves_is_not_called_in() -> None:
    case = given(*up(ADA, BO, CAN), *recused(BO))
    with pytest.raises(refusals.Recused) as no:
        when(then(case, recused(EVA)), call_in(EVA, BO))
    assert no.value.facts == {"member": EVA, "ground": "kin"}
    with pytest.raises(refusals.RecusalUndecided) as undecided:
        when(then(case, [raised(EVA)]), call_in(EVA, BO))
    assert undecided.value.facts == {"number": "PS-3/26", "members": [EVA]}
    assert when(then(case, recused(EVA)), call_in("frida", BO))


def test_a_substitute_who_was_called_in_and_is_found_recused_leaves_the_seat_to_another() -> None:
    case = given(*up(ADA, BO, CAN), *recused(BO), *recused(CAN))
    for command in (vote(ADA, "for"), call_in(EVA, BO), call_in("frida", CAN), vote(EVA, "against")):
        case = then(case, when(case, command))
    case = then(case, recused(EVA))
    assert case.called_in == (Substitution(substitute="frida", instead_of=CAN),)
    assert case.votes_on(Motion.SUBSTANCE) == {ADA: "for"}
    third = replace(ROLL, substitutes=(EVA, "frida", "geir"))
    case = then(case, when(case, call_in("geir", BO, ("geir",), roll=third)))
    case = then(case, when(case, vote("geir", "for")))
    case = then(case, [raised(EVA, moment=LATE), found(EVA, recused=False, moment=LATE)])
    assert case.votes_on(Motion.SUBSTANCE) == {ADA: "for", "geir": "for"}  # what Eva had voted is gone with her seat
    assert case.voters() == (ADA, "frida", "geir")


def seated(*voters: str, seat: Any = BO, substitute: str = EVA) -> tuple[Any, ...]:
    """The case up where a substitute sits in the seat of a member who is not there."""
    pair = Substitution(substitute=substitute, **({"vacancy": seat} if isinstance(seat, int) else {"instead_of": seat}))
    return OPENED, TABLED, taken_up(*voters).model_copy(update={"substitutions": (pair,)})


def test_another_substitute_is_called_in_to_the_seat_where_a_recused_one_sits() -> None:
    case = given(*seated(ADA, CAN, EVA))
    calling = call_in("frida", BO, taken=frozenset({BO}))
    for state in (case, then(case, [raised(EVA)]), then(case, recused(CAN))):
        with pytest.raises(refusals.NotRecused) as no:
            when(state, calling)
        assert no.value.facts == {"member": BO, "number": "PS-3/26"}
    case = then(case, recused(EVA))
    with pytest.raises(refusals.NoSeatFree):  # that seat alone is opened by it
        when(then(case, recused(CAN)), call_in("frida", CAN, taken=frozenset({BO, CAN})))
    case = then(case, when(case, calling))
    assert case.voters() == (ADA, CAN, "frida")
    assert when(case, calling) == []
    (cast,) = when(case, vote("frida", "for"))
    assert cast.seat == Substitution(substitute="frida", instead_of=BO)  # type: ignore[union-attr]


def test_another_substitute_is_called_in_to_the_vacant_seat_where_a_recused_one_sits() -> None:
    roll, taken = replace(ROLL, seats=6), frozenset({"vacant seat 2"})
    case = given(*seated(ADA, CAN, EVA, seat=2), *recused(EVA))
    calling = call_in("frida", EVA, taken=taken, roll=roll)
    (called,) = when(case, calling)
    assert (called.instead_of, called.vacancy) == (EVA, 2)  # type: ignore[union-attr]
    with pytest.raises(refusals.NoSeatFree):
        when(case, call_in("frida", EVA, taken=taken, roll=replace(roll, seats=5)))
    case = then(case, [called])
    assert case.voters() == (ADA, CAN, "frida")
    assert when(case, calling) == []
    with pytest.raises(refusals.NoSeatFree):
        when(case, call_in("geir", EVA, ("geir",), taken=taken, roll=replace(roll, substitutes=(EVA, "frida", "geir"))))
    (cast,) = when(case, vote("frida", "for"))
    seat = Substitution(substitute="frida", vacancy=2)
    assert cast.seat == seat  # type: ignore[union-attr]
    there = (ADA, CAN, EVA, "frida", "geir")
    for pair, kept in (
        (Substitution(substitute="geir", vacancy=1), (seat,)),
        (Substitution(substitute="geir", vacancy=2), ()),
    ):
        floor = Floor(MEETING, DAY, ADA, 3, (ADA, CAN, "geir"), (pair,), RuleSet(), present=there)
        (changed,) = when(case, MoveFloor(floor, LATE))
        assert changed.called_in == kept  # type: ignore[union-attr]
    back = then(case, [raised(EVA, moment=LATE), found(EVA, recused=False, moment=LATE)])
    assert (back.voters(), back.called_in) == ((ADA, CAN, EVA), ())


def test_the_seat_is_the_first_substitutes_again_when_the_body_finds_them_not_recused() -> None:
    case = given(*seated(ADA, CAN, EVA), *recused(EVA), *recused(CAN))
    case = then(case, when(case, call_in("frida", BO, taken=frozenset({BO}))))
    for command in (vote(ADA, "against"), vote("frida", "for")):
        case = then(case, when(case, command))
    of_can = then(case, [raised(CAN, moment=LATE), found(CAN, recused=False, moment=LATE)])
    assert of_can.votes_on(Motion.SUBSTANCE) == {ADA: "against", "frida": "for"}
    case = then(case, [raised(EVA, moment=LATE), found(EVA, recused=False, moment=LATE)])
    assert case.voters() == (ADA, EVA)
    assert case.votes_on(Motion.SUBSTANCE) == {ADA: "against"}


def test_a_substitute_of_whom_the_question_is_dismissed_keeps_seat_and_vote() -> None:
    for seat in (BO, 1):
        case = given(*seated(ADA, CAN, EVA, seat=seat))
        case = then(case, when(case, vote(EVA, "for")))
        case = then(case, [raised(EVA), found(EVA, recused=False)])
        assert case.votes_on(Motion.SUBSTANCE) == {EVA: "for"}
    case = given(*up(ADA, BO, CAN), *recused(BO))
    for command in (call_in(EVA, BO), vote(EVA, "for")):
        case = then(case, when(case, command))
    case = then(case, [raised(EVA), found(EVA, recused=False)])
    assert case.called_in == (Substitution(substitute=EVA, instead_of=BO),)
    assert case.votes_on(Motion.SUBSTANCE) == {EVA: "for"}


def test_who_is_called_in_beside_a_recused_substitute_stays_until_the_seat_is_filled_otherwise() -> None:
    case = given(*seated(ADA, CAN, EVA), *recused(EVA))
    case = then(case, when(case, call_in("frida", BO, taken=frozenset({BO}))))
    pair, kept = Substitution(substitute=EVA, instead_of=BO), (Substitution(substitute="frida", instead_of=BO),)
    other = Substitution(substitute="geir", instead_of=BO)
    there = (ADA, CAN, EVA, "frida", BO, "geir")
    for voters, substitutions, called_in in (
        ((CAN, ADA, EVA), (pair,), kept),  # it is another order, and nothing more
        ((ADA, CAN), (), kept),  # Eva has left the room
        ((ADA, CAN, BO), (), ()),  # whose seat it is has come
        ((ADA, CAN, "geir"), (other,), ()),
    ):
        floor = Floor(MEETING, DAY, ADA, 3, voters, substitutions, RuleSet(), present=there)
        (changed,) = when(case, MoveFloor(floor, LATE))
        assert changed.called_in == called_in  # type: ignore[union-attr]


def test_a_case_that_is_not_up_calls_in_nobody() -> None:
    with pytest.raises(refusals.NotTakenUp):
        when(given(OPENED, TABLED), call_in(EVA, BO))


def test_who_was_called_in_yields_to_the_member_whom_the_body_finds_not_recused_after_all() -> None:
    case = given(*up(ADA, BO, CAN), *recused(BO))
    for command in (vote(ADA, "for"), call_in(EVA, BO), vote(EVA, "against"), point_out(BO, at=LATE)):
        case = then(case, when(case, command))
    case = then(case, when(case, find(BO, recused=False, at=LATE, reasons="Forveksling.")))
    with pytest.raises(refusals.NoVote):
        when(case, vote(EVA, "for"))
    case = then(case, when(case, vote(BO, "for")))
    assert [each.member for each in decided(case, approve()).votes] == [ADA, BO]


def test_who_was_called_in_stays_while_the_member_is_recused_on_any_ground() -> None:
    case = given(*up(ADA, BO, CAN), *recused(BO), raised(BO, Ground.LEADS), raised(BO, Ground.PARTY))
    case = then(case, when(case, call_in(EVA, BO)))
    case = then(case, when(case, vote(EVA, "for")))
    for ground, so in ((Ground.LEADS, True), (Ground.PARTY, False)):
        case = then(case, [found(BO, ground, recused=so)])
        assert case.voters() == (ADA, CAN, EVA)
        assert case.votes_on(Motion.SUBSTANCE) == {EVA: "for"}


def test_who_was_called_in_and_leaves_votes_no_more_and_another_may_sit_there() -> None:
    case = given(*up(ADA, BO, CAN), *recused(BO))
    case = then(case, when(case, call_in(EVA, BO)))
    gone = MoveFloor(Floor(MEETING, DAY, ADA, 3, (ADA, BO, CAN), (), RuleSet(), present=(ADA, BO, CAN)), LATE)
    voted = then(case, when(case, vote(EVA, "for")))
    for state in (case, voted):
        after = then(state, when(state, gone))
        assert isinstance(after, TakenUp)
        assert after.called_in == ()
        after = then(after, when(after, call_in("frida", BO)))
        if state is case:
            assert when(after, vote("frida", "for"))
        else:
            with pytest.raises(refusals.SeatHasVoted):
                when(after, vote("frida", "for"))


def test_who_was_called_in_stays_as_others_come_and_go() -> None:
    case = given(*up(ADA, BO), *recused(BO))
    case = then(case, when(case, call_in(EVA, BO)))
    come = Floor(MEETING, DAY, ADA, 3, (ADA, BO, CAN), (), RuleSet(), present=(ADA, BO, CAN, EVA))
    (changed,) = when(case, MoveFloor(come, LATE))
    assert changed.called_in == (Substitution(substitute=EVA, instead_of=BO),)  # type: ignore[union-attr]
    assert when(then(case, [changed]), MoveFloor(come, LATE)) == []


def test_a_case_is_tabled_and_asked_about_before_any_meeting() -> None:
    case = then(given(OPENED, TABLED), when(given(OPENED, TABLED), declare(BO)))
    assert isinstance(case, Tabled)
    assert case.dossier.in_question == {BO: Ground.KIN}


def test_reasons_that_are_exempt_from_publicity_enter_no_finding_in_the_clear() -> None:
    """Offentleglova § 13: a notice with the ground stands in their place."""
    exempt = ExemptFromPublicity(at=AT, case=CASE, parts=(Part.REASONS,), ground=ExemptionGround.PERSONAL)
    case = given(*up(ADA, BO, CAN), raised(BO))
    case = then(case, when(case, exempt))
    event = finding(case, find(BO, reasons="Dei er gifte."))
    assert event.reasons == "Unntatt offentlighet (offl. § 13, jf. fvl. § 13 første ledd nr. 1)"
    assert event.sealed_reasons is not None
    assert "gifte" not in repr(event)
    assert when(then(case, [event]), find(BO, reasons="Dei er gifte.")) == []


def test_who_steps_in_for_the_recused_is_the_first_substitute_who_is_there_and_able() -> None:
    in_turn = replace(ROLL, turns={EVA: 1, "frida": 2})
    case = given(*up(ADA, BO, CAN, seats=4), *recused(BO), *recused(CAN))
    with pytest.raises(refusals.OutOfTurn) as no:
        when(case, call_in("frida", BO, roll=in_turn))
    assert no.value.facts == {"substitute": "frida", "first": EVA}
    assert when(case, call_in("frida", BO, ("frida",), roll=in_turn))
    assert when(case, call_in("frida", BO))  # nobody has given them an order
    assert when(then(case, [raised(EVA)]), call_in("frida", BO, roll=in_turn))
    case = then(case, when(case, call_in(EVA, BO, roll=in_turn)))
    assert when(case, call_in("frida", CAN, roll=in_turn))

"""What `CouncilDecided` carries for those who read it elsewhere: recusals, attendance, and in which seat each voted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.acting import Role
from contracts.commands import council as do
from contracts.commands.minutes import ExemptFromPublicity
from contracts.events import council as events
from contracts.events.council import Ground, Raised, RecusalRecord, Substitution
from contracts.events.minutes import CaseExempted
from contracts.publicity import ExemptionGround, Part
from services.council.domain.voting import recorded
from services.council.seen import as_seen_by
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    COUNCIL,
    DAG,
    EVA,
    OPENED,
    TABLED,
    approve,
    decided,
    found,
    given,
    raised,
    recused,
    taken_up,
    up,
    vote_cast,
)
from tests.services.council.town import Town, appoint

LATE = AT + timedelta(minutes=5)
KIN = RecusalRecord(member=BO, ground=Ground.KIN, how=Raised.POINTED_OUT, recused=True, found=AT)
FOR = (vote_cast(ADA, "for"), vote_cast(CAN, "for"))


def exempted(*parts: Part) -> CaseExempted:
    return CaseExempted(council=COUNCIL, case=CASE, parts=parts, ground=ExemptionGround.PERSONAL)


def test_a_decision_tells_who_was_recused_on_what_ground_how_it_came_up_and_what_was_found() -> None:
    decision = decided(given(*up(ADA, BO, CAN), *recused(BO), *FOR), approve())
    assert (decision.recused, decision.recusals) == ((BO,), (KIN,))


def test_a_question_that_was_answered_with_no_is_told_of_too_and_of_one_raised_anew_its_last_answer() -> None:
    dismissed = found(CAN, Ground.REPRESENTS, recused=False, moment=LATE)
    history = (*up(ADA, BO, CAN), *recused(BO), raised(CAN, Ground.REPRESENTS), dismissed)
    declared = raised(BO).model_copy(update={"how": Raised.DECLARED})
    again = (declared, found(BO, recused=False, moment=LATE))
    decision = decided(given(*history, *again, *FOR), approve())
    assert decision.recused == ()
    assert decision.recusals == (
        RecusalRecord(member=BO, ground=Ground.KIN, how=Raised.DECLARED, recused=False, found=LATE),
        RecusalRecord(member=CAN, ground=Ground.REPRESENTS, how=Raised.POINTED_OUT, recused=False, found=LATE),
    )


@pytest.mark.parametrize(("part", "ground"), [(Part.CASE, None), (Part.REASONS, Ground.KIN), (Part.VOTES, Ground.KIN)])
def test_the_ground_is_left_out_where_the_whole_case_is_exempt(part: Part, ground: Ground | None) -> None:
    decision = decided(given(*up(ADA, BO, CAN), exempted(part), *recused(BO), *FOR), approve())
    assert [(each.member, each.ground) for each in decision.recusals] == [(BO, ground)]


def test_a_decision_tells_how_many_were_there_with_a_vote_and_of_how_many_seats() -> None:
    decision = decided(given(*up(ADA, BO, CAN, DAG, seats=6), *recused(BO), *FOR, vote_cast(DAG, "for")), approve())
    assert (decision.seats, decision.present, len(decision.votes)) == (6, 3, 3)
    silent = decided(given(*up(ADA, BO, CAN, seats=4), *FOR), approve())
    assert (silent.present, len(silent.votes)) == (3, 2)


@pytest.mark.parametrize(
    ("seat", "told"),
    [
        (None, {"member": EVA, "vote": "for", "instead_of": None, "vacancy": None}),
        (Substitution(substitute=EVA, instead_of=BO), {"instead_of": BO, "vacancy": None}),
        (Substitution(substitute=EVA, vacancy=2), {"instead_of": None, "vacancy": 2}),
    ],
)
def test_a_vote_is_told_with_the_seat_it_was_cast_in(seat: Any, told: dict[str, Any]) -> None:
    assert told.items() <= recorded(EVA, "for", seat).model_dump().items()


def test_a_substitute_in_a_vacant_seat_is_no_stranger_to_who_reads_of_the_vote() -> None:
    pair = Substitution(substitute=EVA, vacancy=1)
    floor = taken_up(ADA, EVA).model_copy(update={"substitutions": (pair,)})
    cast = vote_cast(EVA, "for").model_copy(update={"seat": pair})
    decision = decided(given(OPENED, TABLED, floor, vote_cast(ADA, "for"), cast), approve())
    assert [(each.member, each.instead_of, each.vacancy) for each in decision.votes] == [
        (ADA, None, None),
        (EVA, None, 1),
    ]


def test_a_substitute_who_decides_a_recusal_is_told_in_whose_seat(molde: Town) -> None:
    molde.establish(ADA, BO, CAN, DAG)
    molde.send(appoint(EVA, substitute=True))
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO, CAN)))
    molde.send(do.SeatSubstitute(at=AT, meeting=meeting, substitute=EVA, instead_of=DAG))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    molde.send(do.DeclareRecusal(at=AT, case=case, member=BO, ground=Ground.KIN), BO)
    molde.send(do.DecideRecusal(at=AT, case=case, member=BO, ground=Ground.KIN, recused=True, reasons="Syskin."))
    (finding,) = [each.data for each in molde.history(case) if isinstance(each.data, events.MemberRecused)]
    assert [(each.member, each.instead_of) for each in finding.votes] == [(ADA, None), (CAN, None), (EVA, DAG)]


def test_a_case_exempted_after_its_decision_shows_no_grounds_to_who_may_not_read_it(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO, CAN)))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    molde.send(do.DeclareRecusal(at=AT, case=case, member=BO, ground=Ground.KIN), BO)
    molde.send(do.DecideRecusal(at=AT, case=case, member=BO, ground=Ground.KIN, recused=True, reasons="Syskin."))
    ballots = [{"member": member, "vote": "against"} for member in (ADA, CAN)]
    decline = {"outcome": "declined", "reasons": "Nei.", "votes": ballots}
    molde.send(do.DecideCase.model_validate({"at": AT, "case": case, **decline}))
    manager = molde.acting("kari", Role.MANAGER)
    assert [each.ground for each in as_seen_by(manager, molde.case(case)).decisions[0].recusals] == [Ground.KIN]
    molde.send(ExemptFromPublicity(at=AT, case=case, parts=(Part.CASE,), ground=ExemptionGround.PERSONAL))
    assert as_seen_by(manager, molde.case(case)).decisions[0].recusals == ()
    assert [each.ground for each in molde.case(case).decisions[0].recusals] == [Ground.KIN]


def test_a_members_vote_is_given_once_in_a_command() -> None:
    twice = (do.Ballot(member=ADA, vote="for"), do.Ballot(member=ADA, vote="against"))
    for command in (
        lambda: do.DecideRecusal(
            at=AT, case=CASE, member=BO, ground=Ground.KIN, recused=True, reasons="Syskin.", votes=twice
        ),
        lambda: do.DeferCase(at=AT, case=CASE, reasons="Seinare.", votes=twice),
        lambda: do.ReturnCase(at=AT, case=CASE, reasons="Kva?", votes=twice),
        lambda: approve(votes=twice),
    ):
        with pytest.raises(ValidationError, match="a member's vote is given once"):
            command()

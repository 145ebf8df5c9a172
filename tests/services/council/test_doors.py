"""The council's use cases on a real ledger: what opening a case does, who may vote for whom, who sees what."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from contracts import catalogue
from contracts.acting import Role
from contracts.commands import council as do
from contracts.door import NotFound
from contracts.events.council import Ground, Raised
from contracts.identity import derive
from contracts.queries import council as ask
from services.council import watching
from services.council.domain import refusals
from services.council.doors import COMMANDS, DISCLOSING, QUERIES
from tests.services.council.given import ADA, AT, BO, CAN

if TYPE_CHECKING:
    from contracts.message import Command, Query
    from tests.services.council.town import Town

IDEA = derive("idea", "molde", "portal", "1")
NEXT_YEAR = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def test_every_command_and_query_of_the_council_has_its_use_case() -> None:
    own: dict[tuple[str, str], type[Command]] = catalogue.commands()
    theirs: dict[tuple[str, str], type[Query]] = catalogue.queries()
    shared = {"ErasePersonalData", "ClaimStatus", "Unseal", "UnsealingLog", "Validate"}
    assert {kind.__name__ for kind in (*COMMANDS, *watching.COMMANDS)} == {n for s, n in own if s == "council"} - shared
    assert {kind.__name__ for kind in (*QUERIES, *DISCLOSING)} == {n for s, n in theirs if s == "council"} - shared


def test_opening_a_case_numbers_it_in_the_same_transaction(molde: Town) -> None:
    cases = [molde.opened(key) for key in ("nattilsyn", "lys", "nattilsyn")]
    assert [molde.case(case).number for case in cases] == ["PS-1/26", "PS-2/26", "PS-1/26"]
    assert molde.ledger.head() == 4


def test_numbers_begin_anew_each_year_and_the_same_case_keeps_its_own(molde: Town) -> None:
    case = molde.opened("nattilsyn")
    assert molde.opened("nattilsyn", NEXT_YEAR) == case
    assert molde.case(molde.opened("lys", NEXT_YEAR)).number == "PS-1/27"
    assert molde.case(case).number == "PS-1/26"


def test_each_municipality_has_numbers_of_its_own(molde: Town, aukra: Town) -> None:
    assert molde.case(molde.opened("lys")).number == aukra.case(aukra.opened("lys")).number == "PS-1/26"


@pytest.mark.requirement("R2")
def test_a_case_waits_without_a_council_and_is_dealt_with_once_there_is_one(molde: Town) -> None:
    case = molde.opened("nattilsyn")
    with pytest.raises(refusals.NoCouncil):
        molde.called(case)
    molde.establish(ADA, numbering="INNO <n>/<yyyy>")
    assert molde.case(molde.opened("lys")).number == "INNO 2/2026"
    molde.called(case)
    assert molde.case(case).status == "tabled"


def test_a_case_is_found_by_its_number_however_numbers_were_written(molde: Town, aukra: Town) -> None:
    first = molde.opened("nattilsyn")
    molde.establish(ADA, numbering="INNO <n>/<yyyy>")
    second = molde.opened("lys")
    assert molde.case("PS-1/26").case == first
    assert molde.case("INNO 2/2026").case == second
    for town, number in ((molde, "PS-3/26"), (molde, "tull"), (aukra, "PS-1/26")):
        with pytest.raises(NotFound):
            town.case(number)


def test_who_carries_on_for_a_municipality_is_shown_its_cases_and_meetings_and_changes_none(
    molde: Town, aukra: Town
) -> None:
    molde.establish(ADA)
    aukra.establish(ADA)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    heir = dataclasses.replace(aukra.acting("revisor", Role.AUDITOR), carries_on=frozenset({"molde"}))
    for query, shown in (
        (ask.ShowCase(case=case), molde.case(case)),
        (ask.ShowCase(number="PS-1/26"), molde.case(case)),
        (ask.ShowMeeting(meeting=meeting), molde.meeting(meeting)),
    ):
        assert QUERIES[type(query)](aukra.ledger.history, query, heir) == shown
    own = aukra.opened("lys")  # with the same number, which is then its own
    assert QUERIES[ask.ShowCase](aukra.ledger.history, ask.ShowCase(number="PS-1/26"), heir) == aukra.case(own)
    with pytest.raises(NotFound):
        aukra.send(do.WithdrawCase(at=AT, case=case))


def test_to_another_municipality_a_case_and_a_meeting_do_not_exist(molde: Town, aukra: Town) -> None:
    molde.establish(ADA)
    aukra.establish(ADA)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    theirs = aukra.opened("lys")
    for command in (
        do.WithdrawCase(at=AT, case=case),
        do.TakeUpCase(at=AT, case=case, meeting=meeting),
        do.TableCase(at=AT, case=theirs, meeting=meeting),
        do.CastVote(at=AT, case=case, member=ADA, vote="for"),
        do.DeferCase(at=AT, case=case, reasons="x"),
        do.PointOutRecusal(at=AT, case=case, member=ADA, ground=Ground.KIN),
        do.CloseMeeting(at=AT, meeting=meeting),
        do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,)),
        do.CallMeeting(at=AT, starts=NEXT_YEAR, agenda=(case,)),
    ):
        with pytest.raises(NotFound):
            aukra.send(command)
    with pytest.raises(NotFound):
        aukra.case(case)
    with pytest.raises(NotFound):
        aukra.meeting(meeting)


def test_an_id_that_is_another_kind_of_thing_s_is_not_found(molde: Town) -> None:
    molde.establish(ADA)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    for command in (
        do.WithdrawCase(at=AT, case=meeting),
        do.WithdrawCase(at=AT, case=molde.council),
        do.TakeUpCase(at=AT, case=meeting, meeting=case),
        do.TableCase(at=AT, case=case, meeting=molde.council),
        do.CastVote(at=AT, case=molde.council, member=ADA, vote="for"),
        do.OpenMeeting(at=AT, meeting=case, present=(ADA,)),
    ):
        with pytest.raises(NotFound):
            molde.send(command)


def test_another_municipality_cannot_take_the_case_of_an_idea_that_is_not_its_own(molde: Town, aukra: Town) -> None:
    opening = do.OpenCase(at=AT, idea=IDEA, title="Digitalt nattilsyn")
    assert aukra.send(opening) != molde.send(opening)
    assert molde.case("PS-1/26").idea == IDEA


def test_a_member_votes_for_themselves_and_the_secretary_registers_for_all(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO, CAN)))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    molde.send(do.CastVote(at=AT, case=case, member=BO, vote="for"), BO, Role.MEMBER)
    with pytest.raises(refusals.NotYourVote):
        molde.send(do.CastVote(at=AT, case=case, member=CAN, vote="for"), BO, Role.MEMBER)
    with pytest.raises(refusals.NotYourVote):
        molde.send(do.CastVote(at=AT, case=case, member=CAN, vote="for"), None, Role.SYSTEM)
    molde.send(do.CastVote(at=AT, case=case, member=CAN, vote="against"), "siv", Role.SECRETARY)
    assert [(cast.member, cast.vote) for cast in molde.case(case).votes] == [(BO, "for"), (CAN, "against")]


def test_a_member_declares_their_own_recusal(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("nattilsyn")
    declare = do.DeclareRecusal(at=AT, case=case, member=BO, ground=Ground.KIN, note="Søster av søkjaren")
    with pytest.raises(refusals.NotYourRecusal):
        molde.send(declare, ADA, Role.MEMBER)
    molde.send(declare, BO, Role.MEMBER)
    molde.send(declare, BO, Role.MEMBER)
    (recusal,) = molde.case(case).recusals
    assert (recusal.member, recusal.ground, recusal.how, recusal.recused) == (BO, Ground.KIN, Raised.DECLARED, None)
    assert b"ster av s" not in b"".join(stored.body for stored in molde.ledger.read(0))
    with pytest.raises(refusals.NotInCouncil):
        molde.send(do.PointOutRecusal(at=AT, case=case, member="turist", ground=Ground.KIN))


def test_a_refused_decision_leaves_no_votes_behind(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO)))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    votes = (do.Ballot(member=ADA, vote="for"), do.Ballot(member=CAN, vote="for"))
    with pytest.raises(refusals.NoVote):
        molde.send(do.DeferCase(at=AT, case=case, reasons="Må greiast ut", votes=votes))
    assert molde.case(case).votes == ()


def test_a_deferral_is_registered_with_its_votes_and_again_is_nothing_new(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("nattilsyn")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO)))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    votes = (do.Ballot(member=ADA, vote="for"), do.Ballot(member=BO, vote="for"))
    defer = do.DeferCase(at=AT, case=case, reasons="Må greiast ut", votes=votes)
    molde.send(defer)
    head = molde.ledger.head()
    molde.send(defer)
    assert molde.ledger.head() == head
    shown = molde.case(case)
    assert (shown.status, shown.number, len(shown.decisions)) == ("waiting", "PS-1/26", 1)
    assert [turn.name for turn in shown.history][-1] == "CouncilDecided"

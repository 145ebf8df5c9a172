"""What comes after a decision: statements for the minutes, other bodies' decisions, correction and reversal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.commands import council as do
from contracts.commands.minutes import ExemptFromPublicity
from contracts.events import council as events
from contracts.events.council import Addressee, Motion, Outcome, Purpose, Referral
from contracts.identity import derive
from contracts.publicity import ExemptionGround, Part, notice
from services.council.domain import refusals
from services.council.domain.afterwards import Reopening, Statement, drop
from services.council.domain.dossier import Closed, Waiting
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    COUNCIL,
    DECLINE,
    DEFER,
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
    vote_cast,
    when,
)

FIRST = derive("event", "council", CASE, 7)
NEXT = AT + timedelta(days=35)
COUNTY = do.Political(
    purpose=Purpose.CARRY_OUT, body="Molde kommunestyre", reference="PS 12/26", decided=date(2026, 2, 19)
)
TO_SUPPLIERS = do.DecideCase(
    at=AT,
    case=CASE,
    outcome=Outcome.REFERRED,
    reasons="Dette er produktutvikling.",
    referral=do.Referred(to=Addressee.SUPPLIERS, whom="Leverandøren av fagsystemet"),
)


def passed(*against: str) -> Any:
    """A case that Ada, Bo and Can have approved, or voted against."""
    votes = (vote_cast(member, "against" if member in against else "for") for member in (ADA, BO, CAN))
    case = given(*up(ADA, BO, CAN), *votes)
    return then(case, when(case, approve()))


def statement(member: str, text: str = "Kostnaden er for høg.", **said: Any) -> Statement:
    """By one of those in the room: the three, and ROR-IKT's, who has no vote."""
    command = do.RecordStatement(**{"at": AT, "case": CASE, "member": member, "text": text, **said})
    return Statement(command, (ADA, BO, CAN, "ror"))


def reopening(reasons: str = "Kostnaden var feil.", **said: Any) -> Reopening:
    return Reopening(do.ReopenCase(**{"at": NEXT, "case": CASE, "reasons": reasons, **said}), FIRST)


def again(*votes: Any, **floor: Any) -> Any:
    """The approved case reopened and up in the next meeting."""
    case = passed()
    case = then(case, when(case, reopening()))
    tabled = TABLED.model_copy(update={"meeting": LATER})
    later = taken_up(ADA, BO, CAN, meeting=LATER, **floor).model_copy(update={"on": NEXT.date()})
    return then(case, [tabled, later, *votes])


# --- referred to the line, to suppliers or to KS Digital


@pytest.mark.requirement("R27")
@pytest.mark.parametrize("to", list(Addressee))
def test_a_case_is_handed_on_and_the_decision_says_to_whom(to: Addressee) -> None:
    case = given(*up(ADA), vote_cast(ADA, "for", Motion.REFERRAL))
    said = do.Referred(to=to, whom="Eining for eigedom")
    decision = decided(case, TO_SUPPLIERS.model_copy(update={"referral": said}))
    assert (decision.outcome, decision.motion) == (Outcome.REFERRED, Motion.REFERRAL)
    assert decision.referral == Referral(to=to, whom="Eining for eigedom")
    assert isinstance(then(case, [decision]), Closed)


def test_votes_on_the_substance_hand_nothing_on() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    with pytest.raises(refusals.NoQuorum):
        when(case, TO_SUPPLIERS)
    case = given(*up(ADA), vote_cast(ADA, "against", Motion.REFERRAL))
    with pytest.raises(refusals.VotesSayOtherwise):
        when(case, TO_SUPPLIERS)


def test_who_hands_on_says_to_whom_and_only_then() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for", Motion.REFERRAL), vote_cast(ADA, "for"))
    with pytest.raises(refusals.DecisionIncomplete) as no:
        when(case, TO_SUPPLIERS.model_copy(update={"referral": None}))
    assert no.value.facts == {"outcome": "referred", "missing": ["referral"]}
    with pytest.raises(refusals.NothingToCarryOut):
        when(case, TO_SUPPLIERS.model_copy(update={"form": "project"}))
    with pytest.raises(refusals.NotHandedOn) as no_referral:
        when(case, approve(referral=TO_SUPPLIERS.referral))
    assert no_referral.value.facts == {"outcome": "approved"}


@pytest.mark.requirement("R12")
def test_the_route_is_one_of_the_mandates() -> None:
    case = given(*up(ADA, routes=("pilot",)), vote_cast(ADA, "for"))
    with pytest.raises(refusals.UnknownRoute) as no:
        when(case, approve(route="inter-municipal"))
    assert no.value.facts == {"route": "inter-municipal", "routes": ["pilot"]}
    assert decided(case, approve(route="pilot")).route == "pilot"


# --- statements for the minutes (protokolltilførsel)


@pytest.mark.parametrize(("member", "dissent"), [(CAN, True), (ADA, False)])
def test_who_voted_has_a_statement_on_record_and_it_is_a_dissent_if_they_were_outvoted(
    member: str, *, dissent: bool
) -> None:
    (event,) = when(passed(CAN), statement(member))
    assert isinstance(event, events.StatementRecorded)
    assert (event.meeting, event.member, event.stated, event.dissent) == (MEETING, member, AT, dissent)
    assert (event.text, event.sealed_text) == ("Kostnaden er for høg.", None)


def test_against_is_no_dissent_where_the_case_was_declined() -> None:
    case = given(*up(ADA, BO, CAN), *(vote_cast(member, "against") for member in (ADA, BO)), vote_cast(CAN, "for"))
    case = then(case, when(case, DECLINE))
    for member, dissent in ((ADA, False), (CAN, True)):
        (event,) = when(case, statement(member))
        assert event.dissent is dissent  # type: ignore[union-attr]


def test_a_statement_is_recorded_once() -> None:
    case = passed(CAN)
    case = then(case, when(case, statement(CAN)))
    assert when(case, statement(CAN)) == []
    assert when(case, statement(CAN, at=NEXT)) == []
    assert len(when(case, statement(CAN, "Og personvernet er ikkje greia ut.", at=NEXT))) == 1
    assert len(when(case, statement(ADA))) == 1


def test_who_sits_there_without_a_vote_has_a_say_that_is_no_dissent_and_who_is_recused_has_none() -> None:
    for against in ((), (CAN,)):
        (event,) = when(passed(*against), statement("ror"))
        assert isinstance(event, events.StatementRecorded)
        assert (event.member, event.dissent) == ("ror", False)
    voted = (vote_cast(member, "for") for member in (ADA, BO))
    case = given(*up(ADA, BO, CAN), *recused(CAN), *voted)
    with pytest.raises(refusals.NoPartInDecision) as no:
        when(then(case, when(case, approve())), statement(CAN))
    assert no.value.facts["may"] == [ADA, BO, "ror"]


def test_who_was_not_there_and_a_case_that_is_not_decided_have_no_statements() -> None:
    with pytest.raises(refusals.NoPartInDecision) as no:
        when(passed(), statement("dag"))
    assert no.value.facts == {"member": "dag", "number": "PS-3/26", "may": [ADA, BO, CAN, "ror"]}
    assert facts(refusals.NotDecided, when, given(*up(ADA)), statement(ADA)) == {"number": "PS-3/26"}


def test_a_statement_is_sealed_where_the_reasons_are_exempt() -> None:
    case = passed(CAN)
    exempt = ExemptFromPublicity(at=AT, case=CASE, parts=(Part.REASONS,), ground=ExemptionGround.PERSONAL)
    case = then(case, when(case, exempt))
    (event,) = when(case, statement(CAN))
    assert isinstance(event, events.StatementRecorded)
    assert event.text.startswith("Unntatt offentlighet")
    assert event.sealed_text is not None
    assert when(then(case, [event]), statement(CAN)) == []


# --- the two political decisions of other bodies


@pytest.mark.requirement("R54")
@pytest.mark.parametrize("purpose", list(Purpose))
def test_another_bodys_decision_is_noted_after_the_councils_own(purpose: Purpose) -> None:
    case, said = passed(), COUNTY.model_copy(update={"purpose": purpose})
    note = do.NotePoliticalDecision(at=AT, case=CASE, political=said)
    (event,) = when(case, note)
    assert isinstance(event, events.PoliticalDecisionNoted)
    assert (event.political.purpose, event.political.body) == (purpose, "Molde kommunestyre")
    assert when(then(case, [event]), note) == []


@pytest.mark.requirement("R54")
def test_another_bodys_decision_is_referred_to_in_the_councils_own() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    decision = decided(case, approve(political=(COUNTY,)))
    assert [each.reference for each in decision.political] == ["PS 12/26"]
    note = do.NotePoliticalDecision(at=AT, case=CASE, political=COUNTY)
    assert when(then(case, [decision]), note) == []


@pytest.mark.requirement("R54")
def test_a_decision_says_what_other_bodies_had_decided_before_it_and_what_it_is_told_with_it_counts() -> None:
    case = given(*up(ADA), vote_cast(ADA, "for"))
    case = then(case, when(case, do.NotePoliticalDecision(at=AT, case=CASE, political=COUNTY)))
    use = COUNTY.model_copy(update={"purpose": Purpose.PUT_INTO_USE, "reference": "PS 30/26"})
    for said, told in (((), ["PS 12/26"]), ((use,), ["PS 12/26", "PS 30/26"])):
        decision = decided(case, approve(political=said))
        assert [each.reference for each in decision.political] == told
        assert when(then(case, [decision]), approve(political=said)) == []
    newer = COUNTY.model_copy(update={"reference": "PS 31/26"})
    decision = decided(case, approve(political=(newer,)))
    for political in (decision.political, then(case, [decision]).dossier.political):
        assert [each.reference for each in political] == ["PS 31/26"]


def test_a_later_decision_for_the_same_purpose_takes_the_place_of_the_earlier() -> None:
    case = passed()
    later = COUNTY.model_copy(update={"reference": "PS 30/26", "decided": AT.date()})
    for political in (COUNTY, later):
        case = then(case, when(case, do.NotePoliticalDecision(at=AT, case=CASE, political=political)))
    assert [each.reference for each in case.dossier.political] == ["PS 30/26"]


def test_what_another_body_has_not_decided_yet_is_not_noted() -> None:
    ahead = COUNTY.model_copy(update={"decided": AT.date() + timedelta(days=1)})
    told = {"decided": "2026-03-05", "day": "2026-03-04"}
    assert (
        facts(refusals.DecidedAhead, when, passed(), do.NotePoliticalDecision(at=AT, case=CASE, political=ahead))
        == told
    )
    withdrawn = then(given(OPENED), when(given(OPENED), do.WithdrawCase(at=AT, case=CASE)))
    note = do.NotePoliticalDecision(at=AT, case=CASE, political=COUNTY)
    assert facts(refusals.CaseClosed, when, withdrawn, note) == {"number": "PS-3/26"}


def test_two_decisions_of_other_bodies_for_the_same_purpose_are_not_told_at_once() -> None:
    other = COUNTY.model_copy(update={"reference": "PS 30/26"})
    with pytest.raises(ValidationError, match="another body's decision for a purpose is given once"):
        approve(political=(COUNTY, other))
    assert approve(political=(COUNTY, other.model_copy(update={"purpose": Purpose.PUT_INTO_USE}))).political


def test_in_a_case_exempt_as_a_whole_which_body_decided_is_kept_sealed_purpose_by_purpose() -> None:
    everything = ExemptFromPublicity(at=AT, case=CASE, parts=(Part.CASE,), ground=ExemptionGround.PERSONAL)
    case = given(*up(ADA), vote_cast(ADA, "for"))
    case = then(case, when(case, everything))
    (noted,) = when(case, do.NotePoliticalDecision(at=AT, case=CASE, political=COUNTY))
    assert isinstance(noted, events.PoliticalDecisionNoted)
    veil = COUNTY.model_copy(update={"body": notice(ExemptionGround.PERSONAL)})
    veil = veil.model_copy(update={"reference": veil.body})
    assert dict(noted.political) == dict(veil)
    assert noted.sealed_political is not None
    kept = noted.sealed_political
    assert (kept.purpose, kept.body.plain, kept.reference.plain) == (COUNTY.purpose, COUNTY.body, COUNTY.reference)
    case = then(case, [noted])
    assert case.dossier.sealed_political == (kept,)
    use = COUNTY.model_copy(update={"purpose": Purpose.PUT_INTO_USE, "reference": "PS 30/26"})
    decision = decided(case, approve(political=(use,)))
    assert [each.body for each in decision.political] == [veil.body, veil.body]
    (new,) = decision.sealed_political  # what was noted before it is kept there
    assert (new.purpose, new.reference.plain) == (Purpose.PUT_INTO_USE, "PS 30/26")
    case = then(case, [decision])
    assert case.dossier.sealed_political == (kept, new)
    assert [each.purpose for each in case.dossier.political] == list(Purpose)
    assert when(case, do.NotePoliticalDecision(at=AT, case=CASE, political=veil)) == []
    (later,) = when(case, do.NotePoliticalDecision(at=AT, case=CASE, political=COUNTY))  # as other words
    assert isinstance(later, events.PoliticalDecisionNoted)
    case = then(case, [later])
    assert case.dossier.sealed_political == (new, later.sealed_political)
    assert [each.purpose for each in case.dossier.political] == [use.purpose, COUNTY.purpose]
    public = noted.model_copy(update={"political": noted.political.model_copy(update=dict(COUNTY))})
    case = then(case, [public.model_copy(update={"sealed_political": None})])
    assert case.dossier.sealed_political == (new,)


# --- correction and reversal (omgjøring): a new decision that points to the old


def test_a_decided_case_is_reopened_and_the_decision_there_holds_until_it_is_decided_anew() -> None:
    case = passed()
    (event,) = when(case, reopening())
    assert event == events.CaseReopened(
        council=COUNCIL, case=CASE, decision=FIRST, reopened=NEXT.date(), made=NEXT, reasons="Kostnaden var feil."
    )
    case = then(case, [event])
    assert isinstance(case, Waiting)
    assert case.dossier.standing == FIRST
    assert when(case, reopening()) == []


@pytest.mark.parametrize(("vote", "command"), [("for", approve(responsible=CAN)), ("against", DECLINE)])
def test_it_is_corrected_or_reversed_by_a_decision_that_points_to_the_first(vote: Any, command: Any) -> None:
    case = again(*(vote_cast(member, vote) for member in (ADA, BO, CAN)))
    command = command.model_copy(update={"at": NEXT})
    decision = decided(case, command)
    assert (decision.corrects, decision.meeting, decision.decided) == (FIRST, LATER, NEXT.date())
    case = then(case, [decision])
    assert isinstance(case, Closed)
    assert (case.dossier.standing, case.dossier.holds) == (None, None)
    assert case.dossier.last == decision


def test_deciding_anew_takes_a_quorum_of_votes_as_the_first_time() -> None:
    for votes in ((), (vote_cast(ADA, "for"),)):
        with pytest.raises(refusals.NoQuorum):
            when(again(*votes), approve(at=NEXT))


def test_a_reopened_case_that_is_put_off_corrects_nothing_yet() -> None:
    case = again(*(vote_cast(member, "for", Motion.DEFERRAL) for member in (ADA, BO, CAN)))
    decision = decided(case, DEFER)
    assert decision.corrects is None
    case = then(case, [decision])
    assert isinstance(case, Waiting)
    assert case.dossier.standing == FIRST


def test_a_late_replay_of_the_first_decision_decides_nothing_anew() -> None:
    case = again(*(vote_cast(member, "for") for member in (ADA, BO, CAN)))
    assert when(case, approve()) == []
    assert decided(case, approve(at=NEXT)).corrects == FIRST


def test_a_reopened_case_that_is_withdrawn_is_left_as_it_was_decided() -> None:
    case = passed()
    first = case.dossier.last
    withdraw = do.WithdrawCase(at=NEXT, case=CASE)
    put_off = again(*(vote_cast(member, "for", Motion.DEFERRAL) for member in (ADA, BO, CAN)))
    for reopened in (then(case, when(case, reopening())), then(put_off, when(put_off, DEFER))):
        (event,) = when(reopened, withdraw)
        told = {"decision": FIRST, "withdrawn": NEXT.date()}
        assert event == events.ReopeningWithdrawn(council=COUNCIL, case=CASE, **told)
        left = then(reopened, [event])
        assert isinstance(left, Closed)
        assert (left.dossier.last, left.dossier.standing, left.dossier.holds) == (first, None, None)
        assert when(left, withdraw) == []
        with pytest.raises(refusals.CaseClosed):
            when(left, do.WithdrawCase(at=NEXT + timedelta(days=1), case=CASE))
        (anew,) = when(left, reopening("Det var rett likevel."))
        assert isinstance(anew, events.CaseReopened)


def test_a_reopening_that_was_withdrawn_is_made_again_the_same_day_for_the_same_reasons() -> None:
    case, anew = passed(), reopening(at=NEXT + timedelta(hours=2))
    case = then(case, when(case, reopening()))
    assert when(case, anew) == []  # it is reopened, for that
    for other in (reopening("Noko anna."), reopening(at=NEXT + timedelta(days=1))):
        with pytest.raises(refusals.NotDecided):
            when(case, other)
    case = then(case, when(case, do.WithdrawCase(at=NEXT, case=CASE)))
    assert when(case, reopening()) == []  # the first, told again
    assert when(case, reopening("Noko anna."))
    (event,) = when(case, anew)
    assert isinstance(event, events.CaseReopened)
    assert (event.made, event.reasons) == (NEXT + timedelta(hours=2), "Kostnaden var feil.")
    case = then(case, [event])
    assert isinstance(case, Waiting)
    assert when(case, anew) == when(case, reopening()) == []


def test_a_reopened_case_is_not_returned_and_does_not_end_with_its_idea() -> None:
    case = passed()
    case = then(case, when(case, reopening()))
    assert when(case, do.WithdrawCase(at=NEXT, case=CASE, cause=MEETING)) == []
    with pytest.raises(refusals.DecisionStands) as no:
        when(again(*(vote_cast(member, "for", Motion.RETURN) for member in (ADA, BO, CAN))), RETURN)
    assert no.value.facts == {"number": "PS-3/26"}


def test_what_is_not_decided_is_not_reopened() -> None:
    put_off = given(*up(ADA), vote_cast(ADA, "for", Motion.DEFERRAL))
    put_off = then(put_off, when(put_off, DEFER))
    for case in (given(OPENED), given(*up(ADA)), put_off):
        assert facts(refusals.NotDecided, when, case, reopening()) == {"number": "PS-3/26"}
    without = Reopening(reopening().command, None)  # no decision that a correction could point to
    assert facts(refusals.NotDecided, when, passed(), without) == {"number": "PS-3/26"}
    with pytest.raises(AssertionError, match=r"^case PS-3/26 was not reopened$"):
        drop(passed().dossier, NEXT.date())


def test_another_bodys_decision_is_not_reopened_by_the_council() -> None:
    decision = decided(given(*up(ADA), vote_cast(ADA, "for")), approve())
    for body, told in (("Formannskapet", "Formannskapet"), (None, "")):
        elsewhere = given(*up(ADA), decision.model_copy(update={"external": True, "body": body}))
        assert facts(refusals.DecidedElsewhere, when, elsewhere, reopening()) == {"number": "PS-3/26", "body": told}

"""Publicity (offentleglova): public unless exempt, and what is exempt enters no event in the clear afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.commands.assessment import RecommendOutcome, ScoreCase
from contracts.commands.minutes import ExemptFromPublicity, OpenToPublic
from contracts.events.assessment import OutcomeRecommended
from contracts.events.minutes import CaseExempted, CaseOpenedToPublic
from contracts.minutes import Minutes
from contracts.publicity import ExemptionGround, Part
from contracts.queries.council import ShowCase
from contracts.queries.minutes import DraftMinutes
from contracts.sealed import Retention, references
from services.council.domain import minutes_refusals as refusals
from services.council.domain import withholding
from services.council.domain.ids import assessment_id
from services.council.domain.refusals import CaseClosed
from tests.services.council.chamber import text_of
from tests.services.council.desk import AtTheDesk, body
from tests.services.council.given import ADA, AT, BO, CASE, DEFER, approve, decided, given, recused, up, vote_cast, when
from tests.services.council.meeting_of_march import REASONS, at, held
from tests.services.council.preparing import prepared

if TYPE_CHECKING:
    from tests.services.council.town import Town

PERSONAL = ExemptionGround.PERSONAL


def exempt(*parts: Part, ground: ExemptionGround = PERSONAL, **more: str) -> ExemptFromPublicity:
    return ExemptFromPublicity(at=AT, case=CASE, parts=parts, ground=ground, **more)


def open_up(*parts: Part) -> OpenToPublic:
    return OpenToPublic(at=AT, case=CASE, parts=parts, reason="Saka er avslutta")


def exempted(*parts: Part, **more: str) -> CaseExempted:
    (event,) = when(given(*up(ADA, BO)), exempt(*parts, **more))
    assert isinstance(event, CaseExempted)
    return event


VOTES = (vote_cast(ADA, "for"), vote_cast(BO, "for"))


def test_a_case_is_public_when_nothing_is_said() -> None:
    """Offentleglova § 3."""
    decision = decided(given(*up(ADA, BO), *VOTES), approve())
    assert (decision.exempt, decision.sealed_reasons) == ((), None)
    assert decision.reasons == approve().reasons


def test_an_internal_document_is_exempt_only_when_more_access_has_been_considered() -> None:
    """Offentleglova §§ 14 and 11 (meirinnsyn)."""
    state = given(*up(ADA, BO))
    with pytest.raises(refusals.MoreAccessNotConsidered) as refused:
        when(state, exempt(Part.RECOMMENDATION, ground=ExemptionGround.INTERNAL))
    assert "§ 14" in str(refused.value)
    (event,) = when(
        state, exempt(Part.RECOMMENDATION, ground=ExemptionGround.INTERNAL, more_access="Arbeidet er ikkje ferdig")
    )
    assert isinstance(event, CaseExempted)


def test_a_duty_of_confidentiality_leaves_nothing_to_consider() -> None:
    """Offentleglova § 13, forvaltningsloven § 13."""
    assert exempted(Part.REASONS).more_access is None


def test_reasons_and_conditions_that_are_exempt_are_sealed_and_a_notice_stands_in_their_place() -> None:
    """Offentleglova § 13: the legal ground is named."""
    state = given(*up(ADA, BO), exempted(Part.REASONS, Part.CONDITIONS), *VOTES)
    decision = decided(state, approve(conditions=("Eitt", "To")))
    notice = "Unntatt offentlighet (offl. § 13, jf. fvl. § 13 første ledd nr. 1)"
    assert (decision.reasons, decision.conditions) == (notice, (notice,))
    assert decision.sealed_reasons is not None
    assert (decision.sealed_reasons.plain, decision.sealed_reasons.retention) == (approve().reasons, Retention.ARCHIVE)
    assert [condition.plain for condition in decision.sealed_conditions] == ["Eitt", "To"]


def test_with_the_whole_case_every_part_of_it_is_exempt() -> None:
    decision = decided(given(*up(ADA, BO), exempted(Part.CASE), *VOTES), approve(conditions=("Eitt",)))
    assert decision.title.startswith("Unntatt offentlighet")
    assert decision.sealed_reasons
    assert decision.sealed_conditions


def test_only_what_is_exempt_is_withheld() -> None:
    """Offentleglova § 12: the rest of the document is public."""
    decision = decided(given(*up(ADA, BO), exempted(Part.TITLE, public_title="Sak om ein tilsett"), *VOTES), approve())
    assert (decision.title, decision.reasons) == ("Sak om ein tilsett", approve().reasons)


def test_a_deferral_keeps_its_reasons_sealed_too() -> None:
    votes = (vote_cast(ADA, "for", "deferral"), vote_cast(BO, "for", "deferral"))  # type: ignore[arg-type]
    assert decided(given(*up(ADA, BO), exempted(Part.REASONS), *votes), DEFER).sealed_reasons


def test_what_is_exempt_can_be_opened_and_the_next_decision_is_in_the_clear() -> None:
    state = given(*up(ADA, BO), exempted(Part.REASONS), *VOTES)
    (opened,) = when(state, open_up(Part.REASONS))
    assert isinstance(opened, CaseOpenedToPublic)
    assert decided(given(*up(ADA, BO), exempted(Part.REASONS), opened, *VOTES), approve()).reasons == approve().reasons
    assert when(given(*up(ADA, BO)), open_up(Part.REASONS)) == []


def test_what_was_exempt_cannot_have_been_opened_before_it_was_exempted() -> None:
    state = given(*up(ADA, BO), exempted(Part.REASONS))
    with pytest.raises(refusals.OpenedBeforeExempted) as refused:
        when(state, open_up(Part.REASONS).model_copy(update={"at": AT - timedelta(seconds=1)}))
    assert (refused.value.number, refused.value.exempted) == ("PS-3/26", AT)
    assert refused.value.moment == AT - timedelta(seconds=1)
    again = exempt(Part.REASONS, ground=ExemptionGround.BUSINESS).model_copy(update={"at": AT + timedelta(days=1)})
    (event,) = when(state, again)
    with pytest.raises(refusals.OpenedBeforeExempted):  # of what has been exempted anew since, this is no release
        when(given(*up(ADA, BO), exempted(Part.REASONS), event), open_up(Part.REASONS))
    assert when(given(*up(ADA, BO)), open_up(Part.REASONS)) == []


def test_a_part_of_a_case_that_is_exempt_as_a_whole_is_not_opened_by_itself() -> None:
    state = given(*up(ADA, BO), exempted(Part.CASE))
    with pytest.raises(refusals.ExemptAsAWhole):
        when(state, open_up(Part.REASONS))
    (opened,) = when(state, open_up(Part.CASE))
    assert isinstance(opened, CaseOpenedToPublic)


def test_the_same_exemption_again_is_nothing_new_and_another_ground_is() -> None:
    state = given(*up(ADA, BO), exempted(Part.REASONS))
    assert when(state, exempt(Part.REASONS)) == []
    assert len(when(state, exempt(Part.REASONS, ground=ExemptionGround.BUSINESS))) == 1


def test_an_exemption_changes_neither_votes_nor_recusals() -> None:
    before = given(*up(ADA, BO), *recused(BO), VOTES[0])
    after = given(*up(ADA, BO), *recused(BO), VOTES[0], exempted(Part.CASE))
    assert before.votes == after.votes  # type: ignore[union-attr]
    assert before.dossier.recused == after.dossier.recused  # type: ignore[union-attr]


def test_no_word_of_what_is_exempt_is_in_any_event(molde: Town) -> None:
    march = held(molde)
    stored = b"".join(one.body for one in molde.ledger.read(0, 5000))
    assert REASONS.encode() not in stored
    assert "Utstyret følgjer".encode() not in stored
    (decision,) = molde.case(march.cases["hjelpemiddel"]).decisions
    assert decision.title == "Tilrettelegging for ein tilsett"


def test_the_same_decision_again_is_nothing_new_and_another_is_refused(molde: Town) -> None:
    """What is sealed is compared with what is said again, so that a redelivery is known and a change is not lost."""
    march, head = held(molde), molde.ledger.head()
    again = do.DecideCase(
        at=at(10, 15),
        case=march.cases["hjelpemiddel"],
        outcome="approved",
        form="experiment",
        priorities=("Arbeidsgivarstrategien",),
        responsible="pal",
        conditions=("Utstyret følgjer den tilsette.",),
        reasons=REASONS,
    )
    molde.send(again)
    assert molde.ledger.head() == head
    with pytest.raises(CaseClosed):
        molde.send(again.model_copy(update={"reasons": "Noko anna"}))


def test_a_view_and_a_case_show_a_notice_to_whoever_may_not_read_what_is_exempt(molde: Town) -> None:
    """Also of what was recorded in the clear before it was exempted."""
    march = held(molde)
    molde.send(
        ExemptFromPublicity(at=AT, case=march.cases["bårebil"], parts=(Part.REASONS, Part.VOTES), ground=PERSONAL)
    )
    desk, query = AtTheDesk(molde), ShowCase(case=march.cases["bårebil"])
    seen, full = desk.ask(query, Role.MANAGER, "pia"), desk.ask(query)
    assert seen["decisions"][0]["reasons"].startswith("Unntatt offentlighet (offl. § 13")
    assert (seen["votes"], seen["decisions"][0]["votes"]) == ([], [])
    assert full["decisions"][0]["reasons"].startswith("Driftskostnaden")
    assert len(full["votes"]) == 4


def test_the_public_draft_says_how_it_was_decided_but_not_by_whom_where_the_votes_are_exempt(molde: Town) -> None:
    march = held(molde)
    molde.send(ExemptFromPublicity(at=AT, case=march.cases["bårebil"], parts=(Part.VOTES,), ground=PERSONAL))
    query = DraftMinutes(meeting=march.meeting, public=True, media_type="application/json")
    text = body(AtTheDesk(molde).ask(query)).decode()
    case = Minutes.model_validate_json(text).cases[1]
    (voting,) = case.votings
    assert (voting.in_favour, voting.against, voting.ballots) == (2, 2, ())
    assert case.decision is not None
    assert case.decision.tie_broken_by is None


@pytest.mark.parametrize("part", [Part.RECOMMENDATION, Part.REASONS, Part.CASE])
def test_a_recommendation_in_an_exempt_case_is_sealed_and_again_it_is_nothing_new(molde: Town, part: Part) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("tilsett")
    molde.send(ExemptFromPublicity(at=AT, case=case, parts=(part,), ground=ExemptionGround.PERSONAL))
    molde.send(prepared(case)[0], "siv")
    written = {"reasons": "Han treng det no.", "conditions": ("Berre for han.",)}
    recommend = RecommendOutcome(at=AT, case=case, outcome="approved", form="experiment", **written)
    molde.send(recommend, "siv")
    head = molde.ledger.head()
    molde.send(recommend, "siv")
    assert molde.ledger.head() == head
    stored = b"".join(one.body for one in molde.ledger.read(0))
    assert b"Han treng" not in stored
    assert b"Berre for" not in stored
    assessed = molde.case(case).assessment
    assert assessed is not None
    assert assessed.recommendation is not None
    said = assessed.recommendation
    assert said.reasons.startswith("Unntatt offentlighet")
    assert {getattr(said, name) for name in withholding.TERMS} == {None}
    other = recommend.model_copy(update={"reasons": "Ho treng det no."})
    molde.send(other, "siv")
    assert molde.ledger.head() == head + 1
    molde.send(recommend.model_copy(update={"form": "project"}), "siv")
    kept = [one.data for one in molde.history(assessment_id(case)) if isinstance(one.data, OutcomeRecommended)]
    opened = molde.ledger.unseal([ref for event in kept for ref in references(event)])
    forms = [withholding.opened(event, {ref: row.value for ref, row in opened.items()}).form for event in kept]
    assert forms == ["experiment", "experiment", "project"]
    reasons = [event.sealed_reasons.ref for event in kept if event.sealed_reasons]
    assert [opened[ref].value for ref in reasons if ref] == [f"{who} treng det no." for who in ("Han", "Ho", "Han")]


RECOMMENDED = {
    "outcome": "referred",
    "reasons": "Ho treng det no.",
    "referral": {"to": "line", "whom": "Familievernet"},
    "responsible": "pal",
}


@pytest.mark.parametrize("exempt_first", [True, False])
def test_what_is_recommended_in_an_exempt_case_is_told_in_full_alone(molde: Town, *, exempt_first: bool) -> None:
    """Offentleglova § 14: a recommendation is the body's internal document, and what it comes to is its core."""
    molde.establish(ADA, BO)
    case = molde.opened("tilsett")
    internal = {"ground": ExemptionGround.INTERNAL, "more_access": "Vurdert: rådet har ikkje avgjort saka."}
    exempted = ExemptFromPublicity(at=AT, case=case, parts=(Part.RECOMMENDATION,), **internal)
    molde.send(prepared(case)[0], "siv")
    recommend = RecommendOutcome.model_validate({"at": AT, "case": case, **RECOMMENDED})
    for command in (exempted, recommend) if exempt_first else (recommend, exempted):
        molde.send(command, "siv")
    molde.send(recommend, "siv")
    stored = b"".join(one.body for one in molde.ledger.read(0))
    assert (b"Familievernet" in stored, b'"outcome":"referred"' in stored) == (not exempt_first, not exempt_first)
    seen = AtTheDesk(molde).ask(ShowCase(case=case), Role.CASEWORKER, "kai")["assessment"]["recommendation"]
    assert {seen[name] for name in withholding.TERMS} == {None}
    meeting = molde.called(case)
    told = []
    for public in (False, True):
        query = DraftMinutes(meeting=meeting, public=public, media_type="application/json")
        (entry,) = Minutes.model_validate_json(body(AtTheDesk(molde).ask(query))).cases
        said = entry.recommendation
        assert said is not None
        told.append((said.outcome, said.handed_to, said.responsible and said.responsible.id, said.reasons[:13]))
    assert told == [("referred", "Familievernet", "pal", "Ho treng det "), (None, None, None, "Unntatt offen")]
    page = text_of(body(AtTheDesk(molde).ask(DraftMinutes(meeting=meeting, public=True))))
    assert "Innstilling Unntatt offentlighet (offl. § 14)" in page


def test_how_an_exempt_case_is_scored_is_in_no_answer_to_whoever_may_not_read_it_in_full(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("tilsett")
    molde.send(ExemptFromPublicity(at=AT, case=case, parts=(Part.ASSESSMENT,), ground=ExemptionGround.PERSONAL))
    molde.send(prepared(case)[0], "siv")
    molde.send(ScoreCase(at=AT, case=case, criterion="quality", score=4, comment="Godt."), "siv")
    desk, query = AtTheDesk(molde), ShowCase(case=case)
    assert desk.ask(query, Role.CASEWORKER, "kai")["assessment"]["scores"] == []
    assert [each["score"] for each in desk.ask(query)["assessment"]["scores"]] == [4]


def test_exempt_conditions_are_sealed_in_a_recommendation_and_stand_in_the_full_minutes(
    molde: Town,
) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("tilsett")
    molde.send(ExemptFromPublicity(at=AT, case=case, parts=(Part.CONDITIONS,), ground=ExemptionGround.PERSONAL))
    molde.send(prepared(case)[0], "siv")
    written = {"reasons": "Det trengst no.", "conditions": ("Berre for han.",)}
    molde.send(RecommendOutcome(at=AT, case=case, outcome="approved", form="experiment", **written), "siv")
    assert b"Berre for" not in b"".join(one.body for one in molde.ledger.read(0))
    meeting = molde.called(case)
    told = []
    for public in (False, True):
        query = DraftMinutes(meeting=meeting, public=public, media_type="application/json")
        (entry,) = Minutes.model_validate_json(body(AtTheDesk(molde).ask(query))).cases
        assert entry.recommendation is not None
        assert entry.recommendation.reasons == "Det trengst no."
        told.append(entry.recommendation.conditions)
    assert told[0] == ("Berre for han.",)
    assert told[1][0].startswith("Unntatt offentlighet")

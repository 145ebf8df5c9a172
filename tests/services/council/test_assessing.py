"""Assessing and ranking through the council's doors, on a real ledger: what is shown, and what is barred."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.acting import Role
from contracts.commands import assessment as do
from contracts.commands import council as deciding
from contracts.door import NotFound
from contracts.events.assessment import CaseRanked
from contracts.events.council import Outcome
from contracts.ruleset import Criterion
from services.council.domain import assessing_refusals as refused
from services.council.domain.ids import ranking_id
from tests.services.council.given import ADA, AT, BO, CAN
from tests.services.council.preparing import prepared, solution

if TYPE_CHECKING:
    from uuid import UUID

    from tests.services.council.town import Town

VOTES = tuple(deciding.Ballot(member=member, vote="for") for member in (ADA, BO, CAN))


def prepare(town: Town, case: UUID) -> None:
    for command in prepared(case):
        town.send(command, "kari", Role.CASEWORKER)


def approve(case: UUID, form: str) -> deciding.DecideCase:
    return deciding.DecideCase(
        at=AT,
        case=case,
        outcome=Outcome.APPROVED,
        form=form,
        priorities=("Barn og unge først",),
        responsible=BO,
        reasons="Behovet er godt kjent.",
        votes=VOTES,
    )


def taken_up(town: Town, case: UUID) -> None:
    meeting = town.called(case)
    town.send(deciding.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO, CAN)))
    town.send(deciding.TakeUpCase(at=AT, case=case, meeting=meeting))


@pytest.mark.requirement("R5", "R34", "R37", "R38", "R41", "R44", "R50", "R52", "R53")
def test_a_case_shows_its_assessment_and_the_recommendation(molde: Town) -> None:
    case = molde.opened("referat")
    assert molde.case(case).assessment is None
    prepare(molde, case)
    shown = molde.case(case).assessment
    assert shown is not None
    assert (shown.reuse, shown.recommendation.outcome, shown.capacity.sponsor) == (True, "approved", "kommunalsjef")
    assert [each.participant for each in shown.involved] == ["experts", "front-line"]
    assert [(score.criterion, score.score) for score in shown.scores] == [
        ("economy", 3),
        ("need", 5),
        ("quality", 4),
        ("risk", 2),
        ("strategy", 4),
    ]
    assert {score.assessor for score in shown.scores} == {"kari"}
    assert b"Vi rekker" not in b"".join(stored.body for stored in molde.ledger.read(0))


@pytest.mark.requirement("R41")
@pytest.mark.parametrize(("new", "known", "reuse"), [(True, True, True), (True, False, False), (False, True, False)])
def test_what_is_new_here_though_known_elsewhere_counts_as_re_use_and_points_to_its_origin(
    molde: Town, *, new: bool, known: bool, reuse: bool
) -> None:
    case = molde.opened("referat")
    molde.send(prepared(case)[0], "kari")
    origin = do.KnownElsewhere(where="Nittedal", link="https://www.nittedal.kommune.no/referat")
    molde.send(do.AssessNovelty(at=AT, case=case, new_here=new, elsewhere=(origin,) if known else ()), "kari")
    shown = molde.case(case).assessment
    assert shown is not None
    assert shown.novelty is not None
    assert (shown.reuse, [each.link for each in shown.novelty.elsewhere]) == (reuse, [origin.link] if known else [])


@pytest.mark.requirement("R35")
def test_immature_technology_is_no_project_but_may_be_an_experiment(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("referat")
    prepare(molde, case)
    molde.send(solution(case, level=4))
    taken_up(molde, case)
    head = molde.ledger.head()
    with pytest.raises(refused.ImmatureTechnology):
        molde.send(approve(case, "project"))
    assert molde.ledger.head() == head  # nor are the votes on record
    molde.send(approve(case, "experiment"))
    assert molde.case(case).status == "approved"
    with pytest.raises(refused.AssessmentFixed):
        molde.send(solution(case, level=9))


@pytest.mark.requirement("R35", "R54")
def test_another_bodys_decision_stands_and_the_course_the_council_gives_it_passes_the_same_gate(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = molde.opened("referat")
    prepare(molde, case)
    molde.send(solution(case, level=4))
    taken_up(molde, case)
    formal = deciding.Formal(body="Kommunestyret", reference="PS 12/26", decided=AT.date())
    followed = approve(case, "project").model_copy(update={"outcome": Outcome.FORMAL, "formal": formal})
    with pytest.raises(refused.ImmatureTechnology):
        molde.send(followed)
    molde.send(followed.model_copy(update={"form": None}))
    assert molde.case(case).status == "formal"


@pytest.mark.requirement("R35")
def test_a_council_with_other_rules_lets_through_what_its_own_mandate_does(molde: Town) -> None:
    molde.establish(ADA, BO, CAN, maturity=4)
    case = molde.opened("referat")
    prepare(molde, case)
    molde.send(solution(case, level=4))
    taken_up(molde, case)
    molde.send(approve(case, "project"))
    assert molde.case(case).status == "approved"


def test_a_case_is_scored_by_the_mandates_own_criteria(molde: Town) -> None:
    own = Criterion(key="trivsel", nb="Trivsel", nn="Trivsel", weight=2)
    molde.establish(ADA, BO, CAN, criteria=(own.model_dump(),))
    assert molde.on(AT.date()).rules.criteria == (own,)
    case = molde.opened("referat")
    molde.send(prepared(case)[0], "kari")
    score = do.ScoreCase(at=AT, case=case, criterion="quality", score=4, comment="Bra.")
    with pytest.raises(refused.UnknownCriterion):
        molde.send(score, "kari")
    molde.send(score.model_copy(update={"criterion": "trivsel"}), "kari")


@pytest.mark.requirement("R17")
def test_what_waits_and_what_was_approved_are_ranked_apart_and_what_is_over_is_not(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    cases = [molde.opened(key) for key in ("referat", "lys", "drone")]
    for place, case in enumerate(cases, start=1):
        molde.send(do.RankCase(at=AT, case=case, place=place, reason="Etter behov."))
    taken_up(molde, cases[0])
    molde.send(approve(cases[0], "experiment"))
    molde.send(do.RankCase(at=AT, case=cases[2], place=1, reason="Haster mest."))
    molde.send(do.RankCase(at=AT, case=cases[0], place=1, reason="Følges tettest."))
    ranked = {among: molde.history(ranking_id(molde.council, among)) for among in ("queue", "portfolio")}
    last = {among: history[-1].data for among, history in ranked.items()}
    assert all(isinstance(event, CaseRanked) for event in last.values())
    assert last["queue"].order == (cases[2], cases[1])
    assert last["portfolio"].order == (cases[0],)
    molde.send(deciding.WithdrawCase(at=AT, case=cases[1]))
    with pytest.raises(refused.NothingToRank):
        molde.send(do.RankCase(at=AT, case=cases[1], place=1, reason="For sent."))


def test_to_another_municipality_there_is_no_case_to_assess_or_rank(molde: Town, aukra: Town) -> None:
    case = molde.opened("referat")
    for command in prepared(case):
        with pytest.raises(NotFound):
            aukra.send(command)

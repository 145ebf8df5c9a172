"""What is written of an exempt case before it is decided enters no event in the clear (offentleglova §§ 13, 14)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Role
from contracts.commands import assessment as do
from contracts.commands.council import ReopenCase
from contracts.commands.minutes import ExemptFromPublicity
from contracts.events import assessment as events
from contracts.events import council as council_events
from contracts.publicity import ExemptionGround, Part
from contracts.queries.council import ShowCase
from services.council.domain import withholding
from services.council.domain.ids import assessment_id
from tests.services.council.desk import AtTheDesk
from tests.services.council.given import ADA, AT, BO
from tests.services.council.meeting_of_march import at, held

if TYPE_CHECKING:
    from uuid import UUID

    from tests.services.council.town import Town

WORDS = "Kari i Storgata"
NOTICE = "Unntatt offentlighet (offl. § 13, jf. fvl. § 13 første ledd nr. 1)"


def exempt(molde: Town, case: UUID, *parts: Part) -> None:
    molde.send(ExemptFromPublicity(at=AT, case=case, parts=parts, ground=ExemptionGround.PERSONAL))


def everything(case: UUID) -> list[do.AssessmentCommand]:
    """Each part of an assessment, with the secret wherever something is written."""
    on: Any = {"at": AT, "case": case}
    barriers = tuple(do.BarrierSaid(barrier=kind, statement=WORDS) for kind in events.BarrierKind)
    return [
        do.DescribeProblem(**on, problem=WORDS, affects=(WORDS, "Naboane"), known_by=WORDS),
        do.AssessNovelty(
            **on, new_here=True, elsewhere=(do.KnownElsewhere(where=WORDS, link="https://x.no/Storgata"),)
        ),
        do.InvolvePeople(**on, participant="users", who=WORDS, how=WORDS, on=date(2026, 3, 1)),
        do.InvolvePeople(**on, participant="users", who=f"{WORDS} 2", how=WORDS, on=date(2026, 3, 1)),
        do.AssessSolution(
            **on,
            solution=WORDS,
            digital=True,
            technologies=(do.TechnologySaid(technology=WORDS, level=8, source=WORDS),),
            ai=True,
            barriers=barriers,
        ),
        do.EstimateProfitability(
            **on, cost="271828.5", basis=WORDS, effects=(do.EffectSaid(effect="labour", statement=WORDS),)
        ),
        do.AssessCapacity(**on, competences=(WORDS,), receiving=(WORDS,), sponsor="pal"),
        do.StateGrounds(**on, statutory=WORDS, fits=(do.FitSaid(priority=WORDS, how=WORDS),)),
        do.ScoreCase(**on, criterion="quality", score=4, comment=WORDS),
        do.RecommendOutcome(**on, outcome="approved", form="experiment", reasons=WORDS, priorities=(WORDS,)),
        do.RankCase(**on, place=1, reason=WORDS),
    ]


def stored(molde: Town) -> bytes:
    return b"".join(one.body for one in molde.ledger.read(0, 5000))


def test_no_word_of_an_exempt_case_s_assessment_is_in_any_event_and_again_it_is_nothing_new(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("tilsett")
    exempt(molde, case, Part.CASE)
    for command in everything(case):
        molde.send(command, "siv")
    body = stored(molde)
    for word in (WORDS, "Naboane", "Storgata", "271828"):
        assert word.encode() not in body, word
    head = molde.ledger.head()
    for command in everything(case):
        molde.send(command, "siv")
    assert molde.ledger.head() == head
    kept = [one.data for one in molde.history(assessment_id(case))]
    texts = {ref: row.value for ref, row in molde.ledger.unseal(withholding.references(kept[:-1])).items()}
    problem = withholding.opened(kept[0], texts)
    assert (problem.problem, problem.affects) == (WORDS, (WORDS, "Naboane"))
    (solution,) = [withholding.opened(each, texts) for each in kept if isinstance(each, events.SolutionAssessed)]
    assert (solution.technologies[0].source, solution.technologies[0].level) == (WORDS, 8)
    (cost,) = [withholding.opened(each, texts) for each in kept if isinstance(each, events.ProfitabilityEstimated)]
    assert str(cost.cost) == "271828.5"
    shown = molde.case(case).assessment
    assert shown is not None
    assert [each.who for each in shown.involved] == [NOTICE, f"{NOTICE} (2)"]


def test_a_part_that_is_said_otherwise_takes_the_place_of_what_was_said_in_secret(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("tilsett")
    exempt(molde, case, Part.ASSESSMENT)
    involved = [command for command in everything(case) if isinstance(command, do.InvolvePeople)]
    for command in (*involved, involved[0].model_copy(update={"how": "Heime hos henne"})):
        molde.send(command, "siv")
    shown = molde.case(case).assessment
    assert shown is not None
    assert len(shown.involved) == 2
    assert b"Heime hos" not in stored(molde)


def test_who_may_not_read_what_is_exempt_sees_notices_also_for_what_was_written_before(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("tilsett")
    for command in everything(case):
        molde.send(command, "siv")
    exempt(molde, case, Part.CASE)
    desk, query = AtTheDesk(molde), ShowCase(case=case)
    assert WORDS in str(desk.ask(query))
    seen = desk.ask(query, Role.CASEWORKER, "kai")
    assert WORDS not in str(seen)
    assert "271828" not in str(seen)
    assert (seen["assessment"]["problem"]["problem"], seen["assessment"]["scores"]) == (NOTICE, [])


def test_why_an_exempt_case_is_reopened_is_sealed_and_again_it_is_nothing_new(molde: Town) -> None:
    case = held(molde).cases["bårebil"]
    exempt(molde, case, Part.REASONS)
    reopen = ReopenCase(at=at(10, 59), case=case, reasons=WORDS)
    molde.send(reopen)
    head = molde.ledger.head()
    molde.send(reopen)
    assert molde.ledger.head() == head
    assert WORDS.encode() not in stored(molde)
    (event,) = [one.data for one in molde.history(case) if isinstance(one.data, council_events.CaseReopened)]
    assert event.reasons == NOTICE
    assert event.sealed_reasons is not None


@pytest.mark.parametrize("kind", sorted(withholding.NOTICED, key=lambda kind: kind.__name__), ids=lambda k: k.__name__)
def test_every_text_of_an_assessment_is_withheld_or_said_not_to_be(kind: type[Any]) -> None:
    """A field that is added to an assessment is withheld, or is a choice, a figure, a day or somebody's pseudonym."""
    told = {*withholding.NOTICED[kind], *withholding.LEFT_OUT.get(kind, ()), *OPEN}
    assert set(kind.model_fields) <= told


OPEN = frozenset(
    {
        *("council", "case", "assessed", "written", "note"),
        *("new_here", "participant", "on", "digital", "ai", "level", "barrier", "effect"),
        *("criterion", "score", "assessor", "sponsor"),
    }
)
"""What tells nothing of what a case is about, or is sealed anyway."""

"""Minutes of a meeting that made somebody responsible whom the council has never heard of."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader

from contracts.commands import council as do
from contracts.commands.assessment import DescribeProblem, RecommendOutcome
from contracts.minutes import Minutes
from contracts.queries.minutes import DraftMinutes
from tests.services.council.desk import AtTheDesk, body
from tests.services.council.given import ADA, AT, BO

if TYPE_CHECKING:
    from tests.services.council.town import Town

NAME = "Kari Lønset"


def decided(molde: Town, **named: Any) -> DraftMinutes:
    """A case that was recommended to be deferred and was approved; how to ask for its minutes."""
    molde.establish(ADA, BO)
    case = molde.opened("nattilsyn")
    problem = DescribeProblem(at=AT, case=case, problem="Vekking.", affects=("Bebuarar",), known_by="Avvik")
    molde.send(problem, "siv")
    molde.send(RecommendOutcome(at=AT, case=case, outcome="deferred", reasons="Tala manglar."), "siv")
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO)))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    votes = (do.Ballot(member=ADA, vote="for"), do.Ballot(member=BO, vote="for"))
    course = {"outcome": "approved", "form": "project", "priorities": ("Plan",), "reasons": "Ja.", "votes": votes}
    molde.send(do.DecideCase(at=AT, case=case, **course, **named))
    return DraftMinutes(meeting=meeting, language="nn", media_type="application/json")


def test_the_responsible_stands_by_the_name_that_was_given_with_the_decision_which_no_event_has(molde: Town) -> None:
    query = decided(molde, responsible="mo-1101", responsible_name=NAME)
    (entry,) = Minutes.model_validate_json(body(AtTheDesk(molde).ask(query))).cases
    assert entry.decision is not None
    assert entry.decision.responsible is not None
    assert (entry.decision.responsible.id, entry.decision.responsible.name) == ("mo-1101", NAME)
    assert NAME.encode() not in b"".join(one.body for one in molde.ledger.read(0))


def test_a_responsible_whose_name_nobody_gave_stands_by_pseudonym(molde: Town) -> None:
    (entry,) = Minutes.model_validate_json(body(AtTheDesk(molde).ask(decided(molde, responsible="mo-1101")))).cases
    assert entry.decision is not None
    assert entry.decision.responsible is not None
    assert (entry.decision.responsible.id, entry.decision.responsible.name) == ("mo-1101", None)


def test_a_recommendation_without_terms_stands_in_a_paragraph_of_its_own(molde: Town) -> None:
    query = decided(molde, responsible="mo-1101")
    document = body(AtTheDesk(molde).ask(query.model_copy(update={"media_type": "application/pdf"})))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)
    assert "Saka blir utsett.\n" in text
    assert "Tala manglar." in text

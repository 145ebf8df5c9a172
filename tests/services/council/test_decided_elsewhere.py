"""A decision that another system claims in a case that is exempt from publicity: sealed and withheld like our own."""

from __future__ import annotations

from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.commands.minutes import ExemptFromPublicity, OpenToPublic
from contracts.events.council import CouncilDecided
from contracts.events.intake import Kind, Source, Visibility
from contracts.identity import derive
from contracts.publicity import ExemptionGround, Part, notice
from contracts.queries.council import ShowCase
from services.council.domain import external
from services.council.domain.dossier import State, Unopened, evolve
from services.council.domain.refusals import AlreadyDecided
from tests.services.council.chamber import CALLED, Chamber, at
from tests.services.council.desk import AtTheDesk

if TYPE_CHECKING:
    from uuid import UUID

    from tests.services.council.town import Town

IDEA = derive("idea", "robot")
NOTICE = notice(ExemptionGround.PERSONAL)
SECRET = ("Kari Nordmann", "Barnevernsnemnda", "BV-9/26")


def claimed(id_: str = "V-1", **more: Any) -> external.AdoptDecision:
    """The board's decision, claimed before the meeting."""
    said = {"title": "Til Kari Nordmann", "reasons": "Kari Nordmann treng det.", "conditions": ("For Kari Nordmann.",)}
    said |= {"body": "Barnevernsnemnda", "reference": "BV-9/26", "outcome": "approved", "form": "project"}
    of = {"ideas": (IDEA,), "idea": str(IDEA), "system": "portal", "claim_id": id_, "decided": date(2026, 3, 2)}
    return external.AdoptDecision.model_validate({"at": at(12, 0, 3)} | of | said | more)


def tabled(chamber: Chamber) -> tuple[UUID, UUID]:
    """A case of the idea, and the meeting it is on the agenda of."""
    known = {"title": "Robot", "kind": Kind.IDEA, "submitted": date(2026, 1, 5), "visibility": Visibility.NETWORK}
    chamber.town.send(external.NoteIdea(at=CALLED, idea=IDEA, **known), None)
    case = chamber.town.send(do.OpenCase(at=CALLED, idea=IDEA, title="Robot", submitted=date(2026, 1, 5), referral=1))
    return case, chamber.called(case)


def exempt(molde: Town, case: UUID, *parts: Part, day: int = 2) -> None:
    molde.send(ExemptFromPublicity(at=at(12, 0, day), case=case, parts=parts, ground=ExemptionGround.PERSONAL))


def test_what_is_exempt_in_the_case_is_sealed_in_a_decision_claimed_from_elsewhere(molde: Town) -> None:
    """Offentleglova § 13: the claim of another system lifts no exemption that is on record."""
    case, _ = tabled(Chamber.of(molde))
    exempt(molde, case, Part.CASE)
    molde.send(claimed(), None)
    (decided,) = (one.data for one in AtTheDesk(molde).recorded("CouncilDecided"))
    assert (decided.title, decided.reasons, decided.conditions) == (NOTICE, NOTICE, (NOTICE,))
    assert (decided.body, decided.reference, [one.part for one in decided.exempt]) == (NOTICE, NOTICE, [Part.CASE])
    stored = b"".join(one.body for one in molde.ledger.read(0, 5000))
    assert [text for text in SECRET if text.encode() in stored] == []
    kept = decided.sealed_elsewhere
    opened = molde.ledger.unseal([kept.body.ref, kept.reference.ref, decided.sealed_reasons.ref])
    assert {row.value for row in opened.values()} == {"Barnevernsnemnda", "BV-9/26", "Kari Nordmann treng det."}


def test_only_what_is_exempt_is_sealed_in_a_decision_claimed_from_elsewhere(molde: Town) -> None:
    case, _ = tabled(Chamber.of(molde))
    exempt(molde, case, Part.REASONS)
    molde.send(claimed(), None)
    (decided,) = (one.data for one in AtTheDesk(molde).recorded("CouncilDecided"))
    assert (decided.title, decided.reasons, decided.body) == ("Til Kari Nordmann", NOTICE, "Barnevernsnemnda")


def test_its_publisher_puts_a_sealed_decision_right_and_another_is_not_told_its_reference(molde: Town) -> None:
    case, _ = tabled(Chamber.of(molde))
    exempt(molde, case, Part.CASE)
    molde.send(claimed(), None)
    with pytest.raises(AlreadyDecided) as refused:
        molde.send(claimed("V-2"), None)
    assert refused.value.number == molde.case(case).number
    (known,) = (one.data for one in AtTheDesk(molde).recorded("IdeaNoted"))
    initial: State = Unopened(molde.council, case)
    state = reduce(evolve, (one.data for one in molde.history(case)), initial)
    (right,) = external.decide(state, external.Adoption(claimed("V-2", corrects="V-1", reasons="Ho flyttar."), known))
    assert isinstance(right, CouncilDecided)
    assert (right.origin, right.reasons) == (Source(system="portal", id="V-2"), NOTICE)


@pytest.mark.parametrize("first", ["exempted", "claimed"])
def test_which_body_decided_an_exempt_case_is_told_in_full_alone(molde: Town, first: str) -> None:
    """Offentleglova § 13, R54."""
    chamber = Chamber.of(molde)
    case, meeting = tabled(chamber)
    if first == "exempted":
        exempt(molde, case, Part.CASE)
    molde.send(claimed(), None)
    if first == "claimed":
        exempt(molde, case, Part.CASE, day=3)
    molde.send(do.OpenMeeting(at=at(8, 30), meeting=meeting, present=("bjorg", "are", "guro", "pal")))
    chamber.closed(meeting)
    full, public = (chamber.page(meeting, public=each) for each in (False, True))
    assert "avgjort 2. mars 2026 av Barnevernsnemnda, sak BV-9/26" in full
    assert [text for text in SECRET if text in public] == []
    assert "Saken ble avgjort 2. mars 2026 i et annet organ. Hvilket det er, er unntatt offentlighet." in public
    assert "Saka vart avgjord 2. mars 2026 i eit anna organ." in chamber.page(meeting, public=True, language="nn")
    (told,) = AtTheDesk(molde).ask(ShowCase(case=case), Role.CASEWORKER, "kai")["decisions"]
    assert (told["body"], told["reference"], told["origin"]) == (None, None, None)
    molde.send(OpenToPublic(at=at(10, 0), case=case, parts=(Part.CASE,), reason="Partane har samtykt."))
    (entry,) = chamber.minutes(meeting, public=True).cases
    assert entry.settled is not None
    assert (entry.settled.body, entry.settled.reference) == ("Barnevernsnemnda", "BV-9/26")

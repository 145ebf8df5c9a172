"""A case that is exempt as a whole: to whom it is handed on, and why somebody is recused, is withheld with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.commands.minutes import ExemptFromPublicity, OpenToPublic
from contracts.events.council import Ground
from contracts.publicity import ExemptionGround, Part, notice
from contracts.queries.council import ShowCase
from tests.services.council.chamber import Chamber, at
from tests.services.council.desk import AtTheDesk

if TYPE_CHECKING:
    from uuid import UUID

    from tests.services.council.town import Town

WHOM = "Barnevernet, i saka til Kari Nordmann"
NOTICE = notice(ExemptionGround.PERSONAL)
HAND_ON: dict[str, Any] = {"outcome": "referred", "referral": {"to": "line", "whom": WHOM}}


@dataclass
class Handled:
    chamber: Chamber
    case: UUID
    meeting: UUID

    def exempt(self, *, after: bool) -> None:
        when = at(9, 30) if after else at(8, 31)
        everything = {"parts": (Part.CASE,), "ground": ExemptionGround.PERSONAL}
        self.chamber.town.send(ExemptFromPublicity(at=when, case=self.case, **everything))

    def handle(self) -> None:
        self.chamber.question(self.case, "pal", declared=True)
        self.chamber.found(self.case, "pal")
        self.chamber.town.send(do.CastVote(at=at(8, 44), case=self.case, member="guro", vote="for", motion="referral"))
        self.chamber.decided(self.case, "bjorg are", **HAND_ON)


@pytest.fixture(params=["before", "after"])
def handled(molde: Town, request: pytest.FixtureRequest) -> Handled:
    """The case is handed on, and is exempted before or after that."""
    chamber = Chamber.of(molde)
    case = chamber.case()
    handled = Handled(chamber, case, chamber.met(case))
    if request.param == "before":
        handled.exempt(after=False)
    handled.handle()
    chamber.closed(handled.meeting)
    if request.param == "after":
        handled.exempt(after=True)
    return handled


def test_the_public_minutes_tell_neither_and_the_full_ones_both(handled: Handled) -> None:
    """Offentleglova § 13."""
    full, public = (handled.chamber.minutes(handled.meeting, public=each) for each in (False, True))
    told = [(entry.decision, entry.recusals[0]) for minutes in (full, public) for entry in minutes.cases]
    assert [(decision and decision.handed_to, recusal.ground) for decision, recusal in told] == [
        (WHOM, "kin"),
        (None, None),
    ]
    page = handled.chamber.page(handled.meeting, public=True)
    assert "Nordmann" not in page
    assert "§ 6" not in page
    assert "Saken sendes videre. Hvem den sendes til, er unntatt offentlighet." in page
    assert "ble kjent inhabil, på et grunnlag som er unntatt offentlighet (offl. § 13, jf. fvl. § 13" in page
    assert "vart kjend inhabil, på eit grunnlag som er unnateke offentlegheit (offl. § 13" in handled.chamber.page(
        handled.meeting, public=True, language="nn"
    )


def test_the_case_shows_neither_to_whoever_may_not_read_it_in_full(handled: Handled) -> None:
    query, desk = ShowCase(case=handled.case), AtTheDesk(handled.chamber.town)
    seen = desk.ask(query, Role.MANAGER, "pia")
    assert (seen["decisions"][0]["referral"], seen["recusals"][0]["ground"]) == (None, None)
    assert desk.ask(query)["recusals"][0]["ground"] == "kin"


def test_to_whom_it_is_handed_on_is_sealed_where_it_was_exempt_and_read_again_once_it_is_opened(molde: Town) -> None:
    chamber = Chamber.of(molde)
    case = chamber.case()
    handled = Handled(chamber, case, chamber.met(case))
    handled.exempt(after=False)
    handled.handle()
    head = molde.ledger.head()
    handled.chamber.decided(case, "bjorg are", **HAND_ON)  # once more, which is nothing new
    assert molde.ledger.head() == head
    chamber.closed(handled.meeting)
    (decided,) = AtTheDesk(molde).recorded("CouncilDecided")
    assert (decided.data.referral.to, decided.data.referral.whom) == ("line", NOTICE)
    assert b"Nordmann" not in b"".join(one.body for one in molde.ledger.read(0, 5000))
    molde.send(OpenToPublic(at=at(10, 0), case=case, parts=(Part.CASE,), reason="Partane har samtykt."))
    (entry,) = chamber.minutes(handled.meeting, public=True).cases
    assert entry.decision is not None
    assert (entry.decision.handed_to, entry.recusals[0].ground) == (WHOM, "kin")


BOARD = do.Formal(body="Barnevernsnemnda", reference="SAK KARI 1", decided=date(2026, 3, 1))
CARRIED = do.Political(purpose="carry-out", body="Formannskapet", reference="KARI 2/26", decided=date(2026, 3, 1))
USED = do.Political(purpose="put-into-use", body="Kommunestyret", reference="KARI 3/26", decided=date(2026, 3, 2))


def follow(molde: Town, *, exempt: bool) -> Handled:
    """A case in which the council follows the board, exempted before that or after it."""
    chamber = Chamber.of(molde)
    case = chamber.case()
    handled = Handled(chamber, case, chamber.met(case))
    if exempt:
        handled.exempt(after=False)
    noted = do.NotePoliticalDecision(at=at(8, 41), case=case, political=CARRIED)
    molde.send(noted)
    chamber.decided(case, "bjorg are guro", outcome="formal", formal=BOARD, political=(USED,))
    head = molde.ledger.head()
    molde.send(noted)
    chamber.decided(case, "bjorg are guro", outcome="formal", formal=BOARD, political=(USED,))
    assert molde.ledger.head() == head  # once more, which is nothing new
    chamber.closed(handled.meeting)
    if not exempt:
        handled.exempt(after=True)
    return handled


@pytest.mark.parametrize("exempt", [True, False])
def test_which_other_bodies_decisions_it_leans_on_is_told_in_full_alone(molde: Town, *, exempt: bool) -> None:
    """Offentleglova § 13, R54."""
    handled = follow(molde, exempt=exempt)
    full, public = (handled.chamber.minutes(handled.meeting, public=each).cases[0].decision for each in (False, True))
    assert full is not None
    assert public is not None
    assert (full.formal_body, full.formal_reference, full.formal_date) == tuple(dict(BOARD).values())
    assert [dict(each) for each in full.political] == [dict(CARRIED), dict(USED)]
    assert (public.formal_body, public.formal_reference, public.formal_date, public.political) == (None, None, None, ())
    page = handled.chamber.page(handled.meeting, public=True)
    assert "Rådet følger et vedtak i et annet organ. Hvilket det er, er unntatt offentlighet." in page
    assert "KARI" not in page
    query, desk = ShowCase(case=handled.case), AtTheDesk(molde)
    seen = desk.ask(query, Role.MANAGER, "pia")
    told = seen["decisions"][0]
    assert (told["formal"], told["political"], seen["political"]) == (None, [], [])
    assert len(desk.ask(query)["political"]) == len((CARRIED, USED))


def test_they_are_sealed_where_it_was_exempt_and_read_again_once_it_is_opened(molde: Town) -> None:
    handled = follow(molde, exempt=True)
    (noted,) = AtTheDesk(molde).recorded("PoliticalDecisionNoted")
    (decided,) = AtTheDesk(molde).recorded("CouncilDecided")
    for other in (noted.data.political, decided.data.formal, *decided.data.political):
        assert (other.body, other.reference) == (NOTICE, NOTICE)
    assert b"KARI" not in b"".join(one.body for one in molde.ledger.read(0, 5000))
    molde.send(OpenToPublic(at=at(10, 0), case=handled.case, parts=(Part.CASE,), reason="Partane har samtykt."))
    (entry,) = handled.chamber.minutes(handled.meeting, public=True).cases
    assert entry.decision is not None
    assert (entry.decision.formal_reference, [each.reference for each in entry.decision.political]) == (
        BOARD.reference,
        [CARRIED.reference, USED.reference],
    )


@pytest.mark.parametrize("answer", ["found recused", "found able", "left open"])
def test_that_a_question_raised_itself_is_withheld_with_the_ground_it_tells(molde: Town, answer: str) -> None:
    """A party's question raises itself (forvaltningsloven § 6 a): to tell how it came up is to tell the ground."""
    chamber = Chamber.of(molde)
    case = chamber.case()
    handled = Handled(chamber, case, chamber.met(case))
    handled.exempt(after=False)
    molde.send(do.NameParty(at=at(8, 41), case=case, party="pal"))
    if answer != "left open":
        chamber.found(case, "pal", recused=answer == "found recused", ground=Ground.PARTY)
        chamber.decided(case, "bjorg are guro")
    chamber.closed(handled.meeting)
    page = chamber.page(handled.meeting, public=True)
    assert "Habiliteten til Pal" in page
    assert "part i saken" not in page
    assert "part i saka" not in chamber.page(handled.meeting, public=True, language="nn")
    assert "Pal står som innmelder av eller part i saken" in chamber.page(handled.meeting)
    (public,) = chamber.minutes(handled.meeting, public=True).cases
    assert (public.recusals[0].raised, public.recusals[0].ground) == (None, None)
    seen = AtTheDesk(molde).ask(ShowCase(case=case), Role.CASEWORKER, "kai")["recusals"][0]
    assert (seen["how"], seen["ground"]) == (None, None)
    told = [each for one in AtTheDesk(molde).recorded("CouncilDecided") for each in one.data.recusals]
    assert all((each.how, each.ground) == (None, None) for each in told)


def test_how_any_question_came_up_is_told_alike_in_an_exempt_case(handled: Handled) -> None:
    """Were only what a party's question says left out, it would be known by that."""
    page = handled.chamber.page(handled.meeting, public=True)
    assert "Habiliteten til Pal ble vurdert. Vedkommende ble kjent inhabil, på et grunnlag som er unntatt" in page
    assert "meldte seg" not in page
    assert "Pal meldte seg inhabil" in handled.chamber.page(handled.meeting)

"""The mandate in editions, and what is in force on a day (R8, R19): read from the first day through the last."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.commands import council as do
from contracts.door import NotFound
from contracts.events.council import CouncilDecided, Matter, Outcome
from contracts.identity import derive
from contracts.ruleset import RuleSet
from services.council.domain import refusals
from services.council.domain.composition import Council, Edition, Unestablished, edition_on, rules_on
from tests.services.council.given import ADA, AT, BO, CAN, COUNCIL, DAG, EVA
from tests.services.council.town import MANDATE, START, Town, appoint

if TYPE_CHECKING:
    from uuid import UUID

DAY = timedelta(days=1)
APRIL = date(2026, 4, 1)
MARCH = AT.date()


def adopt(**changes: Any) -> do.AdoptMandate:
    said: dict[str, Any] = {
        "adopted": MARCH,
        "in_force": APRIL,
        "case_reference": "PS-14/26",
        "change": "Ny utgåve",
        "mandate": MANDATE,
        "rules": do.Rules(ror_votes=True),
    }
    said |= changes
    return do.AdoptMandate(**{"at": max(AT, datetime.combine(said["adopted"], AT.timetz())), **said})


def edition(number: int, in_force: date, **rules: Any) -> Edition:
    return Edition(number, in_force, in_force, f"PS-{number}/26", "Endring", MANDATE, RuleSet(**rules))


def bound_by(*editions: Edition) -> Council:
    return Council(COUNCIL, "molde", "Innovasjonsrådet", START, editions)


def decided(
    town: Town, *votes: str, outcome: Outcome = Outcome.ADOPTED, matter: Matter | None = Matter.MANDATE, **said: Any
) -> UUID:
    """A case of the council's own about its mandate, decided on AT's day."""
    case = town.opened("mandat", matter=matter)
    meeting = town.called(case)
    town.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO, CAN)))
    town.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    town.send(
        do.DecideCase(
            at=AT,
            case=case,
            outcome=outcome,
            reasons="Rådet treng andre reglar.",
            votes=tuple(
                do.Ballot.model_validate({"member": member, "vote": vote})
                for member, vote in zip((ADA, BO, CAN), votes, strict=True)
            ),
            **said,
        )
    )
    town.send(do.CloseMeeting(at=AT, meeting=meeting))
    return case


@pytest.mark.requirement("R19")
def test_an_edition_is_in_force_from_its_date_and_until_the_day_before_the_next() -> None:
    council = bound_by(edition(1, START), edition(2, APRIL))
    in_force = {day: edition_on(council, day) for day in (START - DAY, START, APRIL - DAY, APRIL, APRIL + DAY)}
    assert [found.number if found else None for found in in_force.values()] == [None, 1, 1, 2, 2]


def test_of_two_editions_from_the_same_day_the_later_one_is_in_force() -> None:
    council = bound_by(edition(1, START), edition(2, APRIL), edition(3, APRIL))
    assert [edition_on(council, day).number for day in (APRIL - DAY, APRIL)] == [1, 3]  # type: ignore[union-attr]


def test_before_there_is_a_mandate_the_rules_are_those_of_the_law() -> None:
    assert rules_on(Unestablished(COUNCIL, "molde"), APRIL) == RuleSet()
    assert rules_on(bound_by(edition(1, APRIL, ror_votes=True)), APRIL - DAY) == RuleSet()
    assert rules_on(bound_by(edition(1, APRIL, ror_votes=True)), APRIL).ror_votes


@any_of(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(-2, 42))
def test_whatever_the_editions_the_one_in_force_is_the_last_that_has_begun(starts: list[int], asked: int) -> None:
    editions = tuple(edition(number, START + DAY * start) for number, start in enumerate(sorted(starts), start=1))
    begun = [each for each in editions if each.in_force <= START + DAY * asked]
    assert edition_on(bound_by(*editions), START + DAY * asked) == (begun[-1] if begun else None)


@pytest.mark.requirement("R19")
def test_the_first_edition_says_when_it_was_adopted_in_which_case_and_by_whom(molde: Town) -> None:
    established = date(2022, 11, 9)
    molde.send(
        do.EstablishCouncil(
            at=AT,
            name="Innovasjonsrådet i Molde",
            established=established,
            mandate=MANDATE,
            case_reference="PS-27/22",
            body="Representantskapet i ROR-IKT",
        )
    )
    shown = molde.on(established)
    assert (shown.edition, shown.in_force, shown.case_reference) == (1, established, "PS-27/22")
    assert (shown.body, shown.case) == ("Representantskapet i ROR-IKT", None)
    with pytest.raises(refusals.NoCouncil):
        molde.on(established - DAY)


@pytest.mark.requirement("R19")
def test_the_body_amends_the_mandate_by_a_decision_of_its_own_and_the_edition_points_to_it(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = decided(molde, "for", "for", "against")
    change = adopt(case=case, case_reference=None)
    molde.send(change)
    head = molde.ledger.head()
    molde.send(change)
    assert molde.ledger.head() == head
    shown = molde.on(APRIL)
    assert (shown.edition, shown.case, shown.case_reference, shown.body) == (2, case, "PS-1/26", None)
    assert molde.on(APRIL - DAY).edition == 1


@pytest.mark.parametrize("adopted", [MARCH - DAY, MARCH, MARCH + DAY])
def test_an_edition_is_not_adopted_before_it_is_decided(molde: Town, adopted: date) -> None:
    molde.establish(ADA, BO, CAN)
    change = adopt(case=decided(molde, "for", "for", "for"), case_reference=None, adopted=adopted)
    if adopted < MARCH:
        with pytest.raises(refusals.MandateNotDecided) as refused:
            molde.send(change)
        assert (refused.value.number, refused.value.adopted, refused.value.decided) == ("PS-1/26", adopted, MARCH)
    else:
        molde.send(change)
        assert molde.on(APRIL).edition == 2


def test_an_edition_does_not_rest_on_a_case_without_a_yes(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    waiting = molde.opened("anna-sak", matter=Matter.MANDATE)
    declined = decided(molde, "against", "against", "for", outcome=Outcome.DECLINED)
    for case in (waiting, declined):
        with pytest.raises(refusals.MandateNotDecided):
            molde.send(adopt(case=case, case_reference=None))
    with pytest.raises(NotFound):
        molde.send(adopt(case=derive("case", "ingen"), case_reference=None))
    assert molde.on(APRIL).edition == 1


@pytest.mark.requirement("R19")
def test_to_adopt_a_mandate_sets_no_activity_going(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = decided(molde, "for", "for", "for")
    (decision,) = [event.data for event in molde.history(case) if isinstance(event.data, CouncilDecided)]
    assert (decision.outcome, decision.form, decision.goes_on) == (Outcome.ADOPTED, None, False)
    assert molde.case(case).status == "adopted"


@pytest.mark.parametrize("matter", [None, Matter.PROCEDURE])
def test_an_edition_rests_on_a_case_about_the_mandate(molde: Town, matter: Matter | None) -> None:
    molde.establish(ADA, BO, CAN)
    going_on = {"outcome": Outcome.APPROVED, "form": "project", "priorities": ("Klima",), "responsible": ADA}
    case = decided(molde, "for", "for", "for", matter=matter, **({} if matter else going_on))
    with pytest.raises(refusals.NotAboutMandate) as refused:
        molde.send(adopt(case=case, case_reference=None))
    assert refused.value.facts == {"number": "PS-1/26"}


def test_an_edition_can_rest_on_another_bodys_decision_that_the_council_follows(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    formal = do.Formal(body="Kommunestyret", reference="PS 12/26", decided=MARCH)
    case = decided(molde, "for", "for", "for", outcome=Outcome.FORMAL, formal=formal)
    molde.send(adopt(case=case, case_reference=None))
    assert molde.on(APRIL).case == case


def test_a_decision_bears_one_edition_and_what_is_reopened_none(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = decided(molde, "for", "for", "for")
    first = adopt(case=case, case_reference=None)
    molde.send(first)
    again = adopt(case=case, case_reference=None, change="Enda ei utgåve")
    with pytest.raises(refusals.MandateRests) as refused:
        molde.send(again)
    assert refused.value.facts == {"number": "PS-1/26", "edition": 2}
    molde.send(do.ReopenCase(at=AT + DAY, case=case, reasons="Feil varsel."))
    with pytest.raises(refusals.MandateNotDecided) as reopened:
        molde.send(again)
    assert reopened.value.decided is None
    head = molde.ledger.head()
    molde.send(first)  # told again, whatever has become of the case
    assert molde.ledger.head() == head
    later = AT + DAY
    decided_anew(molde, case, later, Outcome.ADOPTED)
    molde.send(again.model_copy(update={"at": later, "adopted": later.date()}))
    editions = [event.data for event in molde.history(molde.council) if event.name == "MandateAdopted"]
    assert [edition.case for edition in editions] == [None, case, case]
    assert len({edition.decision for edition in editions}) == len(editions)
    assert not [event for event in molde.history(molde.council) if event.name == "MandateWithdrawn"]


@pytest.mark.requirement("R19")
def test_an_edition_whose_decision_the_council_takes_back_is_in_force_no_more_from_that_day(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    case = decided(molde, "for", "for", "for")
    rules = do.Rules(numbering="IR-<n>/<yyyy>")
    molde.send(adopt(case=case, case_reference=None, in_force=MARCH, rules=rules))
    molde.send(do.ReopenCase(at=AT + DAY, case=case, reasons="Feil varsel."))
    assert molde.on(APRIL).edition == 2  # what was decided holds until it is decided otherwise
    later = AT + 2 * DAY
    decide_anew = decided_anew(molde, case, later, Outcome.DECLINED)
    head = molde.ledger.head()
    molde.send(decide_anew)
    assert molde.ledger.head() == head
    (withdrawn,) = [event.data for event in molde.history(molde.council) if event.name == "MandateWithdrawn"]
    *_, decision = [event.id for event in molde.history(case) if event.name == "CouncilDecided"]
    assert (withdrawn.edition, withdrawn.withdrawn, withdrawn.decision) == (2, later.date(), decision)
    assert [molde.on(day).edition for day in (MARCH, later.date() - DAY, later.date(), APRIL)] == [2, 2, 1, 1]
    assert molde.case(molde.opened("ny", later)).number == "PS-2/26"  # by the rules of the edition before


def decided_anew(town: Town, case: UUID, at: datetime, outcome: Outcome) -> do.DecideCase:
    """A decision in another meeting, where all want the outcome."""
    meeting = town.called(case, starts=at)
    town.send(do.OpenMeeting(at=at, meeting=meeting, present=(ADA, BO, CAN)))
    town.send(do.TakeUpCase(at=at, case=case, meeting=meeting))
    vote: Any = "against" if outcome is Outcome.DECLINED else "for"
    ballots = tuple(do.Ballot(member=member, vote=vote) for member in (ADA, BO, CAN))
    command = do.DecideCase(at=at, case=case, outcome=outcome, reasons="Etter nytt varsel.", votes=ballots)
    town.send(command)
    town.send(do.CloseMeeting(at=at + timedelta(hours=1), meeting=meeting))
    return command


def test_another_municipalitys_case_is_no_ground_for_an_edition(molde: Town, aukra: Town) -> None:
    molde.establish(ADA, BO, CAN)
    aukra.establish(DAG)
    with pytest.raises(NotFound):
        aukra.send(adopt(case=decided(molde, "for", "for", "for"), case_reference=None))


def test_an_edition_names_one_decision() -> None:
    for pointers in (
        {"case_reference": None},
        {"case": COUNCIL},
        {"case": COUNCIL, "case_reference": None, "body": "Kommunestyret"},
    ):
        with pytest.raises(ValidationError, match="points to a case"):
            adopt(**pointers)


@pytest.mark.requirement("R8", "R19")
def test_ror_ikts_vote_follows_the_edition_of_the_day_also_for_a_seat_appointed_before_it(molde: Town) -> None:
    molde.establish(ADA, BO)
    molde.send(adopt())
    votes = {day: [seat.votes for seat in molde.on(day).members if seat.ror] for day in (APRIL - DAY, APRIL)}
    assert votes == {APRIL - DAY: [False], APRIL: [True]}
    assert (molde.on(APRIL - DAY).seats, molde.on(APRIL).seats) == (2, 3)
    molde.send(adopt(adopted=APRIL, in_force=APRIL + DAY, rules=do.Rules(), case_reference="PS-20/26"))
    assert molde.on(APRIL + DAY).seats == 2  # and is lost again by the next
    head = molde.ledger.head()
    molde.send(appoint("ror", ror=True))  # the appointment, replayed under other rules, is the same
    assert molde.ledger.head() == head


@pytest.mark.requirement("R8")
def test_in_a_meeting_ror_ikt_votes_by_the_edition_of_the_meetings_day(molde: Town) -> None:
    molde.establish(ADA)
    molde.send(adopt())
    for starts, voters in ((APRIL - DAY, {ADA}), (APRIL, {ADA, "ror"})):
        at = AT.replace(month=starts.month, day=starts.day)
        case = molde.opened(f"sak-{starts.day}", at)
        meeting = molde.called(case, starts=at)
        molde.send(do.OpenMeeting(at=at, meeting=meeting, present=(ADA, "ror")))
        molde.send(do.TakeUpCase(at=at, case=case, meeting=meeting))
        up = next(event.data for event in molde.history(case) if event.name == "CaseTakenUp")
        assert set(up.voters) == voters
        molde.send(do.CloseMeeting(at=at, meeting=meeting))


@pytest.mark.requirement("R8")
def test_a_council_without_an_appointed_ror_ikt_seat_says_so_and_works_all_the_same(molde: Town) -> None:
    molde.establish(ADA, BO, CAN)
    molde.send(do.ReleaseMember(at=AT, member="ror", until=MARCH))
    assert (molde.on(MARCH).lacks, molde.on(MARCH + DAY).lacks) == ((), ("ror-seat",))
    starts = AT + DAY
    case = molde.opened("nattilsyn", starts)
    meeting = molde.called(case, starts=starts)
    molde.send(do.OpenMeeting(at=starts, meeting=meeting, present=(ADA, BO)))
    molde.send(do.TakeUpCase(at=starts, case=case, meeting=meeting))
    assert molde.case(case).status == "taken-up"
    molde.send(appoint(EVA, ror=True, from_=APRIL))
    assert (molde.on(APRIL - DAY).lacks, molde.on(APRIL).lacks) == (("ror-seat",), ())


def test_vacant_seats_are_those_the_mandate_establishes_and_nobody_holds(molde: Town) -> None:
    molde.establish(ADA, BO, seats=3, ror_votes=True)
    assert molde.on(MARCH).vacant == 0
    molde.send(do.ReleaseMember(at=AT, member=BO, until=MARCH))
    assert (molde.on(MARCH).vacant, molde.on(MARCH + DAY).vacant) == (0, 1)


def test_numbers_are_written_as_the_edition_of_the_day_says(molde: Town) -> None:
    molde.establish(ADA)
    molde.send(adopt(rules=do.Rules(numbering="IR-<n>/<yyyy>")))
    before, after = (AT.replace(month=day.month, day=day.day) for day in (APRIL - DAY, APRIL))
    numbers = [molde.case(molde.opened(key, at)).number for key, at in (("a", before), ("b", after))]
    assert numbers == ["PS-1/26", "IR-2/2026"]  # the running number goes on


# --- what is entered late, or by mistake


def test_an_edition_is_on_record_once_it_is_adopted_and_not_before(molde: Town) -> None:
    molde.establish(ADA)
    with pytest.raises(refusals.AdoptedAhead) as no:
        molde.send(adopt(at=AT, adopted=APRIL))
    assert no.value.facts == {"adopted": "2026-04-01", "day": "2026-03-04"}
    establish = do.EstablishCouncil(at=AT, name="Rådet", established=APRIL, mandate=MANDATE, case_reference="1/26")
    with pytest.raises(refusals.AdoptedAhead):
        Town(molde.ledger, "aukra").send(establish)
    Town(molde.ledger, "aukra").send(establish.model_copy(update={"adopted": MARCH}))


def test_an_edition_does_not_reach_back_over_what_the_council_has_done(molde: Town) -> None:
    """R19: its rules hold from its date."""
    molde.establish(ADA)
    with pytest.raises(refusals.MandateReachesBack) as no:
        molde.send(adopt(in_force=MARCH - DAY))
    assert no.value.facts == {"in_force": "2026-03-03", "adopted": "2026-03-04"}


def test_an_edition_that_is_not_in_force_yet_is_put_right_by_the_next(molde: Town) -> None:
    molde.establish(ADA)
    mistaken = adopt(in_force=date(2031, 1, 1))
    molde.send(mistaken)
    molde.send(adopt(rules=do.Rules(notice_days=7)))
    for day in (APRIL, date(2032, 1, 1)):
        assert (molde.on(day).edition, molde.on(day).rules.notice_days) == (3, 7)
    molde.send(mistaken)  # come late, it sets nothing back
    assert molde.on(date(2032, 1, 1)).edition == 3


def test_nobody_is_released_from_what_they_have_taken_part_in(molde: Town) -> None:
    molde.establish(ADA, BO)
    with pytest.raises(refusals.ReleasedBack) as no:
        molde.send(do.ReleaseMember(at=AT, member=BO, until=MARCH - 2 * DAY))
    assert no.value.facts == {"member": BO, "until": "2026-03-02", "earliest": "2026-03-03"}
    molde.send(do.ReleaseMember(at=AT - DAY, member=BO, until=MARCH - 2 * DAY))  # it was decided then
    assert BO not in {seat.member for seat in molde.on(MARCH).members}


def test_an_appointment_that_has_not_begun_is_undone_and_made_anew(molde: Town) -> None:
    molde.establish(ADA)
    mistaken = appoint(BO, from_=APRIL, discipline="skule")
    molde.send(mistaken)
    release = do.ReleaseMember(at=AT, member=BO, until=APRIL - DAY)
    molde.send(release)
    assert [seat.member for seat in molde.on(APRIL).members] == [ADA, "ror"]
    with pytest.raises(refusals.NotInCouncil):
        molde.send(do.ReleaseMember(at=AT, member=BO, until=APRIL - 2 * DAY))
    molde.send(appoint(BO, from_=APRIL))
    molde.send(do.ReleaseMember(at=AT, member=BO, until=APRIL - DAY))
    molde.send(mistaken)  # the same appointment as was undone first
    assert [seat.discipline for seat in molde.on(APRIL).members if seat.member == BO] == ["skule"]

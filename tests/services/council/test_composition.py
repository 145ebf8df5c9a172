"""What holds on a day, told from a council's editions and terms alone (the mandate, R2, R8, R9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.events import council as events
from contracts.ruleset import RuleSet
from services.council.domain import council as appointing
from services.council.domain import refusals
from services.council.domain.composition import (
    Council,
    Edition,
    Membership,
    Term,
    Unestablished,
    edition_on,
    has_sat,
    holder_on,
    lacks_on,
    roles_of,
    roll_on,
    rules_on,
    sitting_on,
    ways_of_numbering,
)
from services.council.domain.roll import Roll
from tests.services.council.given import ADA, AT, BO, COUNCIL, EVA

START, MARCH, JUNE = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 30)
NONE_YET = Unestablished(COUNCIL, "molde")


def sits(person: str, from_: date = START, until: date | None = None, *, ror: bool = False) -> Membership:
    return Membership(person, from_, until, "helse", None, not ror, ror, substitute=False, appointed_until=until)


def council(*members: Membership, editions: tuple[Edition, ...] = (), **offices: tuple[Term, ...]) -> Council:
    return Council(COUNCIL, "molde", "Innovasjonsrådet", START, editions, members, **offices)


def edition(number: int, in_force: date, **rules: Any) -> Edition:
    return Edition(number, in_force, in_force, f"PS-{number}/26", "", "", RuleSet.model_validate(rules))


@pytest.mark.requirement("R9")
@pytest.mark.parametrize("until", [None, JUNE])
def test_a_term_holds_from_its_first_through_its_last_day(until: date | None) -> None:
    term = Term(ADA, MARCH, until)
    assert [term.holds(day) for day in (date(2026, 2, 28), MARCH, JUNE)] == [False, True, True]
    assert term.holds(date(2026, 7, 1)) is (until is None)


def test_terms_meet_when_they_share_a_day_and_only_then() -> None:
    first = Term(ADA, START, MARCH)
    assert first.meets(Term(ADA, MARCH, None))
    assert Term(ADA, MARCH, None).meets(first)
    assert not first.meets(Term(ADA, date(2026, 3, 2), None))
    assert not Term(ADA, date(2026, 3, 2), None).meets(first)


@pytest.mark.requirement("R9")
def test_an_office_is_held_from_the_first_day_of_its_term() -> None:
    term = (Term(ADA, MARCH, None),)
    assert [holder_on(term, day) for day in (date(2026, 2, 28), MARCH)] == [None, ADA]


@pytest.mark.requirement("R9")
def test_who_began_last_holds_the_office_in_whatever_order_it_was_put_on_record() -> None:
    assert holder_on((Term(BO, MARCH, None), Term(ADA, START, None)), JUNE) == BO
    assert holder_on((Term(BO, JUNE, None), Term(ADA, START, None)), MARCH) == ADA
    assert holder_on((), MARCH) is None


def test_of_two_who_began_the_same_day_the_one_put_on_record_last_holds_the_office() -> None:
    assert holder_on((Term(ADA, START, None), Term(BO, START, None)), MARCH) == BO


def test_an_office_whose_last_term_has_ended_is_nobody_s() -> None:
    assert holder_on((Term(ADA, START, None), Term(BO, MARCH, MARCH)), JUNE) is None


@pytest.mark.requirement("R2")
@pytest.mark.requirement("R9")
def test_who_left_the_council_left_the_office_too_and_does_not_get_it_back_by_sitting_again() -> None:
    left, back, day = date(2026, 3, 31), date(2026, 5, 1), date(2026, 4, 1)
    led = {"leaders": (Term(ADA, START, None),)}
    again = council(sits(ADA, until=left), sits(ADA, back), **led)
    leaders = {each: roll_on(again, each).leader for each in (START, left, day, back, JUNE)}
    assert leaders == {START: ADA, left: ADA, day: None, back: None, JUNE: None}
    for members in ((sits(ADA, until=left), sits(ADA, day)), (sits(ADA, day), sits(ADA, until=left))):
        unbroken = council(*members, sits(BO), **led)
        assert {roll_on(unbroken, each).leader for each in (START, left, day, JUNE)} == {ADA}
    last = council(sits(ADA, until=JUNE), **led)
    assert (roll_on(last, JUNE).leader, roll_on(last, date(2026, 7, 1)).leader) == (ADA, None)
    stand_in = council(replace(sits(ADA), substitute=True), **led)
    assert roll_on(stand_in, START).leader is None
    anew = council(sits(ADA, until=left), sits(ADA, back), leaders=(*led["leaders"], Term(ADA, back, None)))
    assert roll_on(anew, back).leader == ADA


def test_who_leads_on_the_day_is_not_made_deputy_and_whoever_led_before_is() -> None:
    led = council(sits(ADA), sits(BO), leaders=(Term(ADA, START, None), Term(BO, MARCH, None)))
    with pytest.raises(refusals.LeaderIsNoDeputy) as no:
        appointing.decide(led, do.AppointDeputy(at=AT, member=BO, from_=MARCH))
    assert no.value.facts == {"member": BO, "day": "2026-03-01"}
    (event,) = appointing.decide(led, do.AppointDeputy(at=AT, member=ADA, from_=MARCH))
    assert event == events.DeputyAppointed(council=COUNCIL, member=ADA, from_=MARCH)
    both = replace(led, deputies=(Term(BO, MARCH, None),))
    assert appointing.decide(both, do.AppointDeputy(at=AT, member=BO, from_=MARCH)) == []  # told again


def test_a_deputy_is_none_while_they_lead_and_is_deputy_again_after() -> None:
    leads = {"leaders": (Term(ADA, START, None), Term(BO, MARCH, JUNE)), "deputies": (Term(BO, START, None),)}
    led = council(sits(ADA), sits(BO), **leads)
    offices = [(roll.leader, roll.deputy) for roll in (roll_on(led, day) for day in (START, MARCH, date(2026, 7, 1)))]
    assert offices == [(ADA, BO), (BO, None), (None, BO)]


def test_where_there_is_no_council_nobody_sits_and_the_default_rules_hold() -> None:
    assert sitting_on(NONE_YET, MARCH) == ()
    assert edition_on(NONE_YET, MARCH) is None
    assert rules_on(NONE_YET, MARCH) == RuleSet()
    assert roles_of(NONE_YET, ADA, MARCH) == frozenset()
    with pytest.raises(refusals.NoCouncil):
        roll_on(NONE_YET, MARCH)


def test_a_council_is_none_before_the_day_it_was_established() -> None:
    with pytest.raises(refusals.NoCouncil):
        roll_on(council(sits(ADA)), date(2025, 12, 31))
    assert roll_on(council(sits(ADA)), START).sitting == (ADA,)


def test_a_council_in_which_nobody_sits_has_no_seats() -> None:
    assert roll_on(council(), MARCH).seats == 0


@pytest.mark.requirement("R3", "R8", "R9", "R19")
def test_the_roll_of_a_day_is_what_the_mandate_and_the_appointments_of_that_day_say() -> None:
    observer = replace(sits("dag"), voting=False)
    substitute = replace(sits(EVA), substitute=True)
    moved_on = sits("frode", until=date(2026, 2, 28))
    both = council(
        *(sits(ADA), sits("ror", ror=True), sits(BO), observer, substitute, moved_on),
        editions=(edition(1, START, seats=9), edition(2, MARCH, ror_votes=True)),
        leaders=(Term(ADA, START, None),),
        deputies=(Term(BO, START, None),),
    )
    assert roll_on(both, MARCH) == Roll(
        day=MARCH,
        rules=RuleSet(ror_votes=True),
        seats=3,
        sitting=(ADA, "ror", BO, "dag", EVA),
        voting=(ADA, BO, "ror"),
        substitutes=(EVA,),
        leader=ADA,
        deputy=BO,
        edition=2,
    )
    before = roll_on(both, START)
    assert (before.voting, before.seats, before.edition) == ((ADA, BO, "frode"), 9, 1)
    assert roll_on(council(sits(ADA)), MARCH).edition is None


@pytest.mark.requirement("R9")
def test_an_office_is_held_only_by_who_sits_and_not_by_a_substitute() -> None:
    until_march, substitute = sits(BO, until=MARCH), replace(sits(EVA), substitute=True)
    leads, stands_in = (Term(BO, START, None),), (Term(EVA, START, None),)
    offices = council(sits(ADA), until_march, substitute, leaders=leads, deputies=stands_in)
    assert [roll_on(offices, day).leader for day in (MARCH, JUNE)] == [BO, None]
    assert roll_on(offices, MARCH).deputy is None


@pytest.mark.requirement("R9")
def test_who_leads_and_who_keeps_the_records_has_that_role_while_the_office_is_theirs() -> None:
    leads, keeps = (Term(ADA, START, None),), (Term("siv", START, MARCH),)
    offices = council(sits(ADA), sits(BO), leaders=leads, secretaries=keeps)
    assert roles_of(offices, ADA, MARCH) == {Role.MEMBER, Role.LEADER}
    assert roles_of(offices, BO, MARCH) == {Role.MEMBER}
    assert [roles_of(offices, "siv", day) for day in (MARCH, JUNE)] == [{Role.SECRETARY}, frozenset()]
    assert [has_sat(offices, person) for person in (ADA, BO, "siv")] == [True, True, False]
    assert not has_sat(NONE_YET, ADA)


@pytest.mark.requirement("R19")
def test_the_edition_in_force_on_the_day_rules_from_that_day_on() -> None:
    both = council(editions=(edition(1, START, seats=5), edition(2, MARCH, seats=9)))
    assert [rules_on(both, day).seats for day in (date(2025, 12, 31), START, date(2026, 2, 28), MARCH)] == [
        None,
        5,
        5,
        9,
    ]


@pytest.mark.requirement("R8")
def test_whoever_sits_for_ror_ikt_is_a_member_and_coordinates() -> None:
    sitting = council(sits(ADA), sits("ror", ror=True))
    assert roles_of(sitting, "ror", MARCH) == {Role.MEMBER, Role.COORDINATOR}
    assert roles_of(sitting, ADA, MARCH) == {Role.MEMBER}


@pytest.mark.requirement("R8")
def test_what_a_council_lacks_without_anybody_for_ror_ikt_is_their_seat() -> None:
    assert lacks_on(NONE_YET, MARCH) == ("ror-seat",)
    until_march = council(sits(ADA), sits("ror", until=MARCH, ror=True))
    assert [lacks_on(until_march, day) for day in (START, MARCH, JUNE)] == [(), (), ("ror-seat",)]


def test_substitutes_stand_in_their_order_and_those_who_have_none_come_last_as_appointed() -> None:
    def substitute(person: str, order: int | None) -> Membership:
        return replace(sits(person), substitute=True, voting=False, order=order)

    called_in = (substitute("can", None), substitute(BO, 2), substitute("dag", None), substitute("eva", 1))
    roll = roll_on(council(replace(sits(ADA), order=3), *called_in), MARCH)
    assert roll.substitutes == ("eva", BO, "can", "dag")
    assert roll.turns == {"eva": 1, BO: 2}


def test_a_councils_numbers_have_been_written_in_the_ways_of_all_its_editions_and_of_none() -> None:
    """R2: cases are numbered before there is a council."""
    assert ways_of_numbering(NONE_YET) == ("PS-<n>/<yy>",)
    ways = ("IR-<n>/<yyyy>", "PS-<n>/<yy>", "IR-<n>/<yyyy>")
    editions = tuple(edition(number, MARCH, numbering=way) for number, way in enumerate(ways))
    assert ways_of_numbering(council(editions=editions)) == ("PS-<n>/<yy>", "IR-<n>/<yyyy>")

"""Who sits in a council and what binds it, on any day (the mandate, R2, R3, R8, R9, R19)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.ruleset import Quorum
from runtime.ledger import Origin
from runtime.work import Work
from services.council.domain import refusals
from services.council.doors import councils, roles
from tests.services.council.chamber import CALLED, Chamber
from tests.services.council.given import ADA, AT, BO, CAN
from tests.services.council.town import ESTABLISH, MANDATE, START, Town, appoint

if TYPE_CHECKING:
    from contracts.acting import Acting

MARCH = date(2026, 3, 1)
JUNE = date(2026, 6, 30)
BEFORE = AT - timedelta(days=3)


def roles_of(town: Town, person: str, day: date) -> frozenset[Role]:
    acting: Acting = town.acting(person)
    return roles(Work(town.ledger, Origin(town.tenant, acting.actor, AT, "c", "c")), acting, day)


@pytest.mark.requirement("R2")
def test_a_municipality_establishes_one_council(molde: Town) -> None:
    molde.send(ESTABLISH)
    molde.send(ESTABLISH)
    assert [event.name for event in molde.history(molde.council)] == ["CouncilEstablished", "MandateAdopted"]
    with pytest.raises(refusals.AlreadyEstablished):
        molde.send(ESTABLISH.model_copy(update={"name": "Eit anna råd"}))


@pytest.mark.requirement("R2")
def test_a_municipality_without_a_council_appoints_nobody(molde: Town) -> None:
    with pytest.raises(refusals.NoCouncil):
        molde.send(appoint(ADA))
    with pytest.raises(refusals.NoCouncil):
        molde.on(MARCH)


@pytest.mark.requirement("R19")
def test_the_rules_of_an_edition_hold_from_its_date(molde: Town) -> None:
    molde.establish(ADA, quorum=Quorum.HALF_PRESENT)
    adopt = do.AdoptMandate(
        at=AT + timedelta(days=77),
        adopted=date(2026, 5, 20),
        in_force=JUNE,
        case_reference="PS-14/26",
        change="ROR-IKT får stemme",
        mandate=MANDATE,
        rules=do.Rules(ror_votes=True),
    )
    molde.send(adopt)
    molde.send(adopt)
    before, after = molde.on(date(2026, 6, 29)), molde.on(JUNE)
    assert (before.edition, before.case_reference, before.rules.quorum) == (1, "PS-27/22", Quorum.HALF_PRESENT)
    assert (after.edition, after.case_reference, after.rules.ror_votes) == (2, "PS-14/26", True)
    with pytest.raises(refusals.MandateOutOfOrder):
        molde.send(adopt.model_copy(update={"at": AT + timedelta(days=200), "adopted": MARCH, "in_force": MARCH}))


@pytest.mark.requirement("R3", "R9")
def test_members_sit_from_the_first_through_the_last_day(molde: Town) -> None:
    molde.establish(ADA)
    molde.send(appoint(BO, from_=MARCH, until=JUNE, discipline="økonomi", unit="Økonomiavdelinga"))
    sits = {day: BO in {seat.member for seat in molde.on(day).members} for day in (date(2026, 2, 28), MARCH, JUNE)}
    assert sits == {date(2026, 2, 28): False, MARCH: True, JUNE: True}
    assert BO not in {seat.member for seat in molde.on(date(2026, 7, 1)).members}
    seat = next(seat for seat in molde.on(MARCH).members if seat.member == BO)
    assert (seat.discipline, seat.unit, seat.votes) == ("økonomi", "Økonomiavdelinga", True)


def test_the_names_of_members_are_sealed(molde: Town) -> None:
    molde.establish(ADA)
    assert b"Ada Namn" not in b"".join(stored.body for stored in molde.ledger.read(0))
    name = molde.on(MARCH).members[0].name
    assert name.ref is not None
    assert molde.ledger.unseal([name.ref])[name.ref].value == "Ada Namn"


def test_a_released_member_sits_no_longer_and_can_be_appointed_anew(molde: Town) -> None:
    molde.establish(ADA, BO)
    release = do.ReleaseMember(at=BEFORE, member=BO, until=MARCH)
    molde.send(release)
    molde.send(release)
    molde.send(appoint(BO))  # the first appointment, replayed, sets nothing back
    assert molde.on(date(2026, 3, 2)).seats == 1
    molde.send(appoint(BO, from_=JUNE))
    assert molde.on(JUNE).seats == 2
    with pytest.raises(refusals.NotInCouncil):
        molde.send(do.ReleaseMember(at=BEFORE, member=CAN, until=MARCH))


def test_nobody_sits_twice_at_a_time(molde: Town) -> None:
    molde.establish(ADA)
    with pytest.raises(refusals.AlreadyAppointed):
        molde.send(appoint(ADA, from_=MARCH))


def test_a_term_does_not_end_before_it_begins(molde: Town) -> None:
    molde.establish()
    with pytest.raises(refusals.TermReversed):
        molde.send(appoint(ADA, from_=JUNE, until=MARCH))


@pytest.mark.requirement("R8")
def test_ror_ikt_has_one_seat_in_every_council_and_votes_if_the_rules_say_so(molde: Town, aukra: Town) -> None:
    molde.establish(ADA, BO)
    aukra.establish(ADA, BO, ror_votes=True)
    without, with_vote = molde.on(MARCH), aukra.on(MARCH)
    assert (without.seats, with_vote.seats) == (2, 3)
    assert [seat.votes for seat in without.members if seat.ror] == [False]
    assert [seat.votes for seat in with_vote.members if seat.ror] == [True]
    with pytest.raises(refusals.SeatTaken):
        molde.send(appoint(CAN, ror=True))


@pytest.mark.requirement("R8")
def test_ror_ikts_voting_seat_counts_also_while_it_is_vacant(molde: Town) -> None:
    molde.establish(ADA, BO, ror_votes=True)
    molde.send(do.ReleaseMember(at=BEFORE, member="ror", until=MARCH))
    assert molde.on(JUNE).seats == 3


def test_the_mandates_seats_count_while_they_are_vacant_and_those_who_sit_if_they_are_more(
    molde: Town, aukra: Town
) -> None:
    molde.establish(ADA, BO, seats=9, ror_votes=True)  # ROR-IKT's is one of the nine
    molde.send(do.ReleaseMember(at=BEFORE, member=BO, until=MARCH))
    aukra.establish(ADA, BO, seats=2, ror_votes=True)
    assert (molde.on(MARCH).seats, molde.on(JUNE).seats) == (9, 9)
    assert aukra.on(MARCH).seats == 3


def test_observers_and_substitutes_are_no_seats(molde: Town) -> None:
    molde.establish(ADA)
    molde.send(appoint(BO, voting=False))
    molde.send(appoint(CAN, substitute=True))
    shown = molde.on(MARCH)
    assert shown.seats == 1
    assert [seat.member for seat in shown.members if seat.votes] == [ADA]


@pytest.mark.requirement("R9")
def test_a_new_leader_relieves_the_one_before(molde: Town) -> None:
    molde.establish(ADA, BO)
    molde.send(do.AppointLeader(at=AT, member=BO, from_=JUNE))
    molde.send(do.AppointLeader(at=AT, member=ADA, from_=START))  # replayed
    assert (molde.on(MARCH).leader, molde.on(JUNE).leader) == (ADA, BO)


@pytest.mark.requirement("R9")
def test_only_a_sitting_member_leads(molde: Town) -> None:
    molde.establish(ADA)
    molde.send(appoint(CAN, substitute=True))
    for person in (BO, CAN):
        with pytest.raises(refusals.NotInCouncil):
            molde.send(do.AppointLeader(at=AT, member=person, from_=START))
        with pytest.raises(refusals.NotInCouncil):
            molde.send(do.AppointDeputy(at=AT, member=person, from_=START))
    molde.send(do.ReleaseMember(at=BEFORE, member=ADA, until=MARCH))
    assert molde.on(JUNE).leader is None


def test_roles_follow_from_the_composition_of_the_day(molde: Town) -> None:
    assert roles_of(molde, ADA, MARCH) == frozenset()
    molde.establish(ADA, BO)
    molde.send(do.AppointDeputy(at=AT, member=BO, from_=START))
    molde.send(do.AppointSecretary(at=AT, person="siv", name="Siv Sekretær", from_=START, until=JUNE))
    assert roles_of(molde, ADA, MARCH) == {Role.LEADER, Role.MEMBER}
    assert roles_of(molde, BO, MARCH) == {Role.MEMBER}
    assert roles_of(molde, "ror", MARCH) == {Role.MEMBER, Role.COORDINATOR}
    assert roles_of(molde, "siv", MARCH) == {Role.SECRETARY}
    assert roles_of(molde, "siv", date(2026, 7, 1)) == frozenset()
    assert molde.on(MARCH).deputy == BO
    assert molde.on(MARCH).secretary == "siv"


def test_a_misspelt_name_is_put_right_by_the_same_appointment_with_the_right_one(molde: Town) -> None:
    chamber = Chamber.of(molde)
    meeting = chamber.met()
    chamber.closed(meeting)
    later = CALLED + timedelta(days=14)
    wrong = appoint("are", name="Are", discipline="helse").model_copy(update={"at": CALLED})
    right = wrong.model_copy(update={"at": later, "name": "Aret Fjeld"})
    secretary = do.AppointSecretary(at=later, person="siv", name="Siv Moen", from_=START)
    before, sat = molde.ledger.head(), molde.on(MARCH)
    for command in (right, right, wrong, secretary, secretary):  # sent again, also what was said before, it stays right
        molde.send(command)
    assert molde.ledger.head() == before + 2
    attended = {each.person.id: each.person.name for each in chamber.minutes(meeting).attendance}
    assert (attended["are"], attended["guro"]) == ("Aret Fjeld", "Guro")
    assert "Siv Moen" in chamber.page(meeting)
    now = molde.on(MARCH)
    assert [seat.model_copy(update={"name": None}) for seat in now.members] == [
        seat.model_copy(update={"name": None}) for seat in sat.members
    ]
    assert (now.leader, now.deputy, now.secretary) == (sat.leader, sat.deputy, sat.secretary)
    assert b"Fjeld" not in molde.history(molde.council)[-2].to_bytes()


def test_every_appointment_is_idempotent(molde: Town) -> None:
    molde.establish(ADA, BO)
    appointments = (
        do.AppointLeader(at=AT, member=ADA, from_=START),
        do.AppointDeputy(at=AT, member=BO, from_=START),
        do.AppointSecretary(at=AT, person="siv", name="Siv", from_=START),
    )
    for command in appointments:
        molde.send(command)
    head = molde.ledger.head()
    for command in appointments:
        molde.send(command)
    assert molde.ledger.head() == head


def test_the_leader_is_not_the_deputy_too_and_a_deputy_who_comes_to_lead_is_deputy_no_more(molde: Town) -> None:
    molde.establish(ADA, BO)
    with pytest.raises(refusals.LeaderIsNoDeputy) as no:
        molde.send(do.AppointDeputy(at=AT, member=ADA, from_=START))
    assert no.value.facts == {"member": ADA, "day": str(START)}
    molde.send(do.AppointDeputy(at=AT, member=BO, from_=START))
    molde.send(do.AppointLeader(at=AT, member=BO, from_=START))
    assert (molde.on(START).leader, molde.on(START).deputy) == (BO, None)


def test_a_command_of_another_aggregate_is_a_loud_error(molde: Town) -> None:
    molde.establish(ADA)
    decider = councils(molde.acting(ADA))
    state = decider.evolve(decider.initial, molde.history(molde.council)[0].data)
    with pytest.raises(AssertionError):
        decider.decide(state, do.CloseMeeting(at=AT, meeting=molde.council))

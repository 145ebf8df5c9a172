"""A council is established, and people appointed to it and released: told from its history alone (R2, R9)."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import council as do
from contracts.events import council as events
from contracts.identity import derive
from contracts.ruleset import RuleSet
from contracts.sealed import Retention
from services.council.domain import refusals
from services.council.domain.composition import Council, Edition, Membership, Term
from services.council.domain.council import Appointment, decide, evolve
from tests.services.council.established import A_DAY, JUNE, MARCH, NONE_YET, TODAY, adopt, after, council, no
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    COUNCIL,
    DAG,
    EVA,
)
from tests.services.council.town import ESTABLISH, MANDATE, START, appoint

if TYPE_CHECKING:
    from datetime import date

LEADER = do.AppointLeader(at=AT, member=ADA, from_=START, until=JUNE)
DEPUTY = do.AppointDeputy(at=AT, member=BO, from_=START, until=JUNE)
SECRETARY = do.AppointSecretary(at=AT, person="siv", name="Siv Sekretær", from_=START, until=JUNE)


def release(member: str, until: date, at: Any = AT) -> do.ReleaseMember:
    return do.ReleaseMember(at=at, member=member, until=until)


# --- established, R2


@pytest.mark.requirement("R2", "R19")
def test_a_council_is_established_with_the_first_edition_of_its_mandate() -> None:
    adopted = START - A_DAY
    named = {"adopted": adopted, "body": "Kommunestyret", "change": "Fyrste", "rules": do.Rules(seats=5)}
    assert decide(NONE_YET, ESTABLISH.model_copy(update=named)) == [
        events.CouncilEstablished(council=COUNCIL, tenant="molde", name="Innovasjonsrådet i Molde", established=START),
        events.MandateAdopted(
            council=COUNCIL,
            edition=1,
            adopted=adopted,
            in_force=START,
            case_reference="PS-27/22",
            change="Fyrste",
            text=MANDATE,
            rules=RuleSet(seats=5),
            body="Kommunestyret",
        ),
    ]
    assert council() == Council(
        COUNCIL,
        "molde",
        "Innovasjonsrådet i Molde",
        START,
        editions=(Edition(1, START, START, "PS-27/22", "Første utgave", MANDATE, RuleSet()),),
    )


@pytest.mark.requirement("R2")
def test_a_municipality_has_one_council() -> None:
    assert decide(council(), ESTABLISH) == []
    others: tuple[dict[str, Any], ...] = (
        {"name": "Eit anna råd"},
        {"established": MARCH},
        {"mandate": "Eit anna mandat."},
        {"case_reference": "PS-28/22"},
        {"body": "Kommunestyret"},
        {"adopted": START - A_DAY},
        {"change": "Ny utgåve"},
        {"rules": do.Rules(seats=5)},
    )
    for other in others:
        told = no(refusals.AlreadyEstablished, council(), ESTABLISH.model_copy(update=other))
        assert told == {"established": "2026-01-01"}
    for command in (LEADER, SECRETARY, appoint(ADA), adopt()):
        no(refusals.NoCouncil, NONE_YET, command)


def test_the_first_edition_is_put_on_record_once_it_is_adopted() -> None:
    assert decide(NONE_YET, ESTABLISH.model_copy(update={"adopted": TODAY}))
    told = no(refusals.AdoptedAhead, NONE_YET, ESTABLISH.model_copy(update={"adopted": TODAY + A_DAY}))
    assert told == {"adopted": "2026-03-05", "day": "2026-03-04"}


# --- offices, R9


@pytest.mark.requirement("R9")
def test_a_leader_a_deputy_and_a_secretary_are_appointed_for_a_term() -> None:
    sitting = council(appoint(ADA), appoint(BO))
    term = {"council": COUNCIL, "from_": START, "until": JUNE}
    (leader,), (deputy,), (secretary,) = (decide(sitting, each) for each in (LEADER, DEPUTY, SECRETARY))
    assert leader == events.LeaderAppointed(member=ADA, **term)
    assert deputy == events.DeputyAppointed(member=BO, **term)
    assert isinstance(secretary, events.SecretaryAppointed)
    assert (secretary.council, secretary.person, secretary.from_, secretary.until) == (COUNCIL, "siv", START, JUNE)
    assert (secretary.name.plain, secretary.name.retention) == ("Siv Sekretær", Retention.ARCHIVE)
    appointed = reduce(after, (LEADER, DEPUTY, SECRETARY), sitting)
    assert isinstance(appointed, Council)
    assert appointed.leaders == (Term(ADA, START, JUNE),)
    assert appointed.deputies == (Term(BO, START, JUNE),)
    assert appointed.secretaries == (Term("siv", START, JUNE),)
    assert [decide(appointed, each) for each in (LEADER, DEPUTY, SECRETARY)] == [[], [], []]
    again = (each.model_copy(update={"from_": MARCH, "until": None}) for each in (LEADER, DEPUTY, SECRETARY))
    longer = reduce(after, again, appointed)
    assert isinstance(longer, Council)
    assert longer.leaders == (Term(ADA, START, JUNE), Term(ADA, MARCH, None))
    assert longer.deputies == (Term(BO, START, JUNE), Term(BO, MARCH, None))
    assert longer.secretaries == (Term("siv", START, JUNE), Term("siv", MARCH, None))


@pytest.mark.requirement("R9")
def test_only_who_sits_on_the_first_day_of_the_term_and_is_no_substitute_leads() -> None:
    sitting = council(appoint(ADA, from_=MARCH), appoint(BO, substitute=True))
    for command in (LEADER, do.AppointLeader(at=AT, member=BO, from_=START), DEPUTY):
        told = {"member": command.member, "day": "2026-01-01"}
        assert no(refusals.NotInCouncil, sitting, command) == told
    assert decide(sitting, LEADER.model_copy(update={"from_": MARCH}))


def test_no_term_ends_before_it_begins_but_it_may_last_a_day() -> None:
    sitting, told = council(appoint(ADA), appoint(BO)), {"from_": "2026-06-30", "until": "2026-06-29"}
    for command in (LEADER, DEPUTY, SECRETARY, appoint(CAN)):
        reversed_ = command.model_copy(update={"from_": JUNE, "until": JUNE - A_DAY})
        assert no(refusals.TermReversed, sitting, reversed_) == told
        assert decide(sitting, command.model_copy(update={"from_": JUNE, "until": JUNE}))


# --- names


@pytest.mark.parametrize("command", [appoint(BO, from_=MARCH, until=JUNE, substitute=True, order=2), SECRETARY])
def test_the_same_appointment_under_another_name_puts_the_name_right_and_nothing_else(command: Any) -> None:
    sitting = council(command)
    (first,) = decide(council(), command)
    right = command.model_copy(update={"name": "Bodil Namn", "at": AT + A_DAY})
    (event,) = decide(sitting, Appointment(right, name="Bodli Namn"))
    assert event == first.model_copy(update={"name": event.name, "corrected": AT + A_DAY})
    assert (event.name.plain, event.name.retention) == ("Bodil Namn", Retention.ARCHIVE)
    assert first.corrected is None
    assert evolve(sitting, event) == sitting
    for same in (Appointment(right, name="Bodil Namn"), Appointment(right)):  # in a ledger that has lost the name
        assert decide(sitting, same) == []


@pytest.mark.parametrize("command", [appoint(BO), SECRETARY])
def test_what_was_said_before_a_correction_and_comes_after_it_takes_nothing_back(command: Any) -> None:
    sitting = council(command)
    for corrected, puts_right in ((AT - A_DAY, True), (AT, False), (AT + A_DAY, False)):
        said = decide(sitting, Appointment(command, name="Anna", corrected=corrected))
        assert bool(said) is puts_right


def test_the_name_of_somebody_who_has_been_released_is_put_right_and_they_stay_released() -> None:
    sitting = council(appoint(BO), release(BO, TODAY))
    (event,) = decide(sitting, Appointment(appoint(BO, name="Bodil"), name="Bodli"))
    assert evolve(sitting, event) == sitting


# --- members, R3, R8, R9


@pytest.mark.requirement("R3", "R9")
def test_a_member_is_appointed_with_what_they_know_and_where_they_work() -> None:
    said = {"discipline": "økonomi", "unit": "Rekneskap", "from_": MARCH, "until": JUNE}
    command = appoint(BO, **said, substitute=True, voting=False, order=2)
    (event,) = decide(council(), command)
    assert isinstance(event, events.MemberAppointed)
    assert (event.name.plain, event.name.retention) == ("Bo Namn", Retention.ARCHIVE)
    named = {"voting": False, "ror": False, "substitute": True, "order": 2}
    assert event == events.MemberAppointed(council=COUNCIL, member=BO, name=event.name, **said, **named)
    appointed = council(appoint(ADA), command)
    assert appointed.members == (
        Membership(ADA, START, None, "helse", None, voting=True, ror=False, substitute=False, appointed_until=None),
        Membership(BO, MARCH, JUNE, "økonomi", "Rekneskap", **named, appointed_until=JUNE),
    )
    assert decide(appointed, command) == []


@pytest.mark.requirement("R8")
def test_ror_ikts_seat_is_one_and_votes_only_as_the_rules_of_the_day_say() -> None:
    with_ror = council(appoint("ror", ror=True, until=MARCH))
    (seat,) = with_ror.members
    assert (seat.ror, seat.voting) == (True, False)
    told = {"holder": "ror", "from_": "2026-01-01", "until": "2026-03-01"}
    assert no(refusals.SeatTaken, with_ror, appoint(BO, ror=True, from_=MARCH)) == told
    assert decide(with_ror, appoint(BO, from_=MARCH))
    (event,) = decide(with_ror, appoint(BO, ror=True, from_=MARCH + A_DAY))
    assert isinstance(event, events.MemberAppointed)
    assert (event.ror, event.voting) == (True, False)
    said_so = events.MemberAppointed(
        council=COUNCIL, member=CAN, name=event.name, discipline="IKT", voting=True, ror=True, from_=JUNE
    )
    assert evolve(with_ror, said_so).members[-1].voting is False  # type: ignore[union-attr]


@pytest.mark.requirement("R9")
def test_nobody_sits_twice_at_a_time_but_again_afterwards() -> None:
    sitting = council(appoint(ADA, until=JUNE), appoint(BO))
    told = {"member": ADA, "from_": "2026-01-01", "until": "2026-06-30"}
    assert no(refusals.AlreadyAppointed, sitting, appoint(ADA, from_=JUNE)) == told
    assert decide(sitting, appoint(ADA, from_=JUNE + A_DAY))


@pytest.mark.requirement("R9")
def test_a_member_is_released_from_a_day_and_the_appointment_replayed_sets_nothing_back() -> None:
    sitting = council(appoint(ADA), appoint(BO, until=JUNE))
    (event,) = decide(sitting, release(BO, TODAY))
    assert event == events.MemberReleased(council=COUNCIL, member=BO, until=TODAY)
    released = evolve(sitting, event)
    assert isinstance(released, Council)
    assert released.members == (sitting.members[0], replace(sitting.members[1], until=TODAY))
    assert decide(released, release(BO, TODAY)) == []
    assert decide(released, appoint(BO, until=JUNE)) == []
    assert decide(released, appoint(BO, from_=TODAY + A_DAY))


def test_only_who_sits_is_released_and_not_from_what_they_have_taken_part_in() -> None:
    sitting = council(appoint(ADA), appoint(BO, until=MARCH))
    for member, until in ((CAN, TODAY), (BO, TODAY), (ADA, START - 2 * A_DAY)):
        assert no(refusals.NotInCouncil, sitting, release(member, until)) == {"member": member, "day": str(until)}
    told = {"member": ADA, "until": "2026-03-02", "earliest": "2026-03-03"}
    assert no(refusals.ReleasedBack, sitting, release(ADA, TODAY - 2 * A_DAY)) == told
    assert decide(sitting, release(ADA, TODAY - A_DAY))


def test_an_appointment_is_undone_before_its_first_day_and_leaves_no_term() -> None:
    sitting = council(appoint(ADA), appoint(BO, from_=JUNE), appoint(CAN))
    (event,) = decide(sitting, release(BO, JUNE - A_DAY))
    assert event == events.MemberReleased(council=COUNCIL, member=BO, until=JUNE - A_DAY, undone=JUNE)
    undone = evolve(sitting, event)
    assert isinstance(undone, Council)
    assert [term.person for term in undone.members] == [ADA, CAN]
    (on_the_day,) = decide(sitting, release(BO, JUNE))
    assert isinstance(on_the_day, events.MemberReleased)
    assert on_the_day.undone is None


def test_a_release_ends_the_term_of_its_day_and_not_the_one_that_begins_the_day_after() -> None:
    twice = council(appoint(BO, from_=JUNE + A_DAY), appoint(BO, until=JUNE), appoint(EVA, until=JUNE))
    ended = after(twice, release(BO, JUNE - A_DAY))
    assert isinstance(ended, Council)
    assert [(term.person, term.until) for term in ended.members] == [(BO, None), (BO, JUNE - A_DAY), (EVA, JUNE)]


# --- what cannot be


def test_a_history_or_a_command_that_is_not_of_a_council_is_a_loud_error() -> None:
    closed = do.CloseMeeting(at=AT, meeting=derive("meeting", 1))
    with pytest.raises(AssertionError, match=r"^CloseMeeting is no command to a council$"):
        decide(council(), closed)  # type: ignore[arg-type]
    (appointed,) = decide(council(), appoint(DAG))
    with pytest.raises(AssertionError, match=r"^impossible history: MemberAppointed of Unestablished\("):
        evolve(NONE_YET, appointed)

"""A council is bound by its mandate, edition by edition (R19): told from its history alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import council as do
from contracts.events import council as events
from contracts.events.council import Matter, Outcome
from contracts.identity import derive
from contracts.ruleset import RuleSet
from services.council.domain import refusals
from services.council.domain.composition import Council, Edition, edition_on
from services.council.domain.council import decide, evolve
from services.council.domain.mandate import Adoption, Reversal
from tests.services.council.established import A_DAY, FIRST, JUNE, MARCH, NONE_YET, TODAY, adopt, after, council, no
from tests.services.council.given import (
    ADA,
    AT,
    CASE,
    COUNCIL,
    OPENED,
    TABLED,
    decided,
    given,
    taken_up,
    then,
    vote_cast,
)
from tests.services.council.town import ESTABLISH, START

if TYPE_CHECKING:
    from services.council.domain.composition import State

APRIL, AT_APRIL = date(2026, 4, 1), AT.replace(month=4, day=1)
REOPENED = events.CaseReopened(council=COUNCIL, case=CASE, decision=FIRST, reopened=TODAY, reasons="Feil.")


def about_the_mandate(matter: Matter | None = Matter.MANDATE, **changes: Any) -> Any:
    """A case of the council's own, in which it has adopted a new edition, or as the changes to the decision say."""
    adopt_it = do.DecideCase(at=AT, case=CASE, outcome=Outcome.ADOPTED, reasons="Rådet treng andre reglar.")
    case = given(OPENED.model_copy(update={"matter": Matter.MANDATE}), TABLED, taken_up(ADA), vote_cast(ADA, "for"))
    closed: Any = then(case, [decided(case, adopt_it).model_copy(update=changes)])
    return replace(closed, dossier=replace(closed.dossier, matter=matter))


@pytest.mark.requirement("R19")
def test_an_edition_says_all_that_binds_the_council_from_its_date_and_the_decision_it_rests_on() -> None:
    command = adopt(in_force=JUNE, body="Kommunestyret", rules=do.Rules(ror_votes=True))
    (adopted,) = decide(council(), command)
    assert adopted == events.MandateAdopted(
        council=COUNCIL,
        edition=2,
        adopted=TODAY,
        in_force=JUNE,
        case_reference="PS-14/26",
        change="Ny utgåve",
        text="Meir.",
        rules=RuleSet(ror_votes=True),
        body="Kommunestyret",
    )
    held = evolve(council(), adopted)
    assert isinstance(held, Council)
    rules = RuleSet(ror_votes=True)
    assert held.editions[1] == Edition(
        2, TODAY, JUNE, "PS-14/26", "Ny utgåve", "Meir.", rules, case=None, body="Kommunestyret"
    )
    assert len(held.editions) == 2


@pytest.mark.requirement("R19")
@pytest.mark.parametrize("outcome", [Outcome.ADOPTED, Outcome.FORMAL])
def test_an_edition_that_rests_on_a_case_of_the_councils_own_takes_its_number_and_holds_from_its_adoption(
    outcome: Outcome,
) -> None:
    (adopted,) = decide(council(), adopt(about_the_mandate(outcome=outcome)))
    assert isinstance(adopted, events.MandateAdopted)
    assert (adopted.case, adopted.case_reference, adopted.decision) == (CASE, "PS-3/26", FIRST)
    assert adopted.in_force == TODAY
    held = evolve(council(), adopted)
    assert isinstance(held, Council)
    assert (held.editions[-1].case, held.editions[-1].decision) == (CASE, FIRST)


@pytest.mark.requirement("R19")
def test_an_edition_is_adopted_once_also_when_it_is_told_again_after_a_later_one() -> None:
    first, second = adopt(), adopt(in_force=JUNE, case_reference="PS-20/26")
    both = council(first, second)
    assert [decide(both, command) for command in (first, second)] == [[], []]
    assert len(decide(both, adopt(in_force=JUNE, case_reference="PS-21/26"))) == 1


def test_an_edition_rests_on_what_the_body_itself_has_said_yes_to_by_then() -> None:
    told = {"number": "PS-3/26", "adopted": "2026-03-04"}
    no_yes = (
        given(OPENED.model_copy(update={"matter": Matter.MANDATE})),
        about_the_mandate(outcome=Outcome.DECLINED),
        about_the_mandate(by_leader=ADA),
        then(about_the_mandate(), [REOPENED]),
    )
    for case in no_yes:
        assert no(refusals.MandateNotDecided, council(), adopt(case)) == {**told, "decided": None}
    late = about_the_mandate(decided=TODAY + A_DAY)
    assert no(refusals.MandateNotDecided, council(), adopt(late)) == {**told, "decided": "2026-03-05"}
    assert decide(council(), adopt(about_the_mandate(decided=TODAY - A_DAY)))


def test_an_edition_rests_on_a_case_about_the_mandate_and_each_decision_bears_one() -> None:
    for matter in (None, next(each for each in Matter if each is not Matter.MANDATE)):
        told = no(refusals.NotAboutMandate, council(), adopt(about_the_mandate(matter=matter)))
        assert told == {"number": "PS-3/26"}
    borne = council(adopt(about_the_mandate()))
    another = {"change": "Enda ei utgåve"}
    told = no(refusals.MandateRests, borne, adopt(about_the_mandate(), **another))
    assert told == {"number": "PS-3/26", "edition": 2}
    assert decide(borne, adopt(about_the_mandate(), decision=derive("decision", 2), **another))
    assert decide(borne, adopt(about_the_mandate(), decision=derive("decision", 2))) == []


def test_an_edition_that_points_nowhere_is_a_loud_error() -> None:
    nowhere = adopt().command.model_copy(update={"case_reference": None})
    pointed = r"^an edition points to a case of the council's own or to another body's case reference$"
    with pytest.raises(AssertionError, match=pointed):
        decide(council(), Adoption(nowhere))


def test_an_edition_is_not_on_record_before_its_adoption_nor_in_force_before_it() -> None:
    ahead = adopt(adopted=TODAY + A_DAY)
    assert no(refusals.AdoptedAhead, council(), ahead) == {"adopted": "2026-03-05", "day": "2026-03-04"}
    told = {"in_force": "2026-03-03", "adopted": "2026-03-04"}
    assert no(refusals.MandateReachesBack, council(), adopt(in_force=TODAY - A_DAY)) == told


def test_an_edition_takes_the_place_of_the_one_in_force_on_its_day_or_later_and_of_any_that_is_not_in_force_yet() -> (
    None
):
    february = date(2026, 2, 1)
    in_force, to_come = adopt(adopted=february, in_force=MARCH), adopt(adopted=february, in_force=JUNE)
    told = no(refusals.MandateOutOfOrder, council(in_force), adopt(adopted=february, in_force=MARCH - A_DAY))
    assert told == {"in_force": "2026-02-28", "edition": 2, "edition_in_force": "2026-03-01"}
    assert decide(council(in_force), adopt(adopted=february, in_force=MARCH, case_reference="PS-15/26"))
    assert no(refusals.MandateOutOfOrder, council(adopt()), adopt(adopted=february, in_force=TODAY - A_DAY))
    assert decide(council(in_force, to_come), adopt(in_force=JUNE - A_DAY))
    founded = date(2026, 12, 1)
    ahead = after(NONE_YET, ESTABLISH.model_copy(update={"established": founded, "adopted": START}))
    assert decide(ahead, adopt(in_force=JUNE))


# --- what an edition rests on, decided otherwise

AGAIN = derive("decision", 2)


def reversal(outcome: Outcome = Outcome.DECLINED, **changes: Any) -> Reversal:
    """The council's decision in the case about the mandate, once it is reopened."""
    said: dict[str, Any] = {"outcome": outcome, "corrects": FIRST, "decided": APRIL}
    case = about_the_mandate(**(said | changes))
    return Reversal(case.dossier.last, AGAIN)


def held_on(state: State, *days: date) -> list[int | None]:
    found = [edition_on(state, day) for day in days]
    return [edition.number if edition else None for edition in found]


@pytest.mark.requirement("R19")
@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.REFERRED])
def test_an_edition_is_in_force_until_the_day_the_council_takes_back_what_it_rests_on(outcome: Outcome) -> None:
    state = council(adopt(about_the_mandate()), adopt(change="Av eit anna organ", adopted=START, in_force=TODAY))
    state = after(state, adopt(about_the_mandate(), decision=derive("third"), change="Til slutt", in_force=JUNE))
    ends: Any = decide(state, reversal(outcome))
    assert ends == [
        events.MandateWithdrawn(council=COUNCIL, edition=number, withdrawn=APRIL, case=CASE, decision=AGAIN)
        for number in (2, 4)
    ]
    state = after(state, reversal(outcome))
    assert decide(state, reversal(outcome)) == []
    assert held_on(state, TODAY - A_DAY, TODAY, APRIL, JUNE) == [1, 3, 3, 3]


def test_the_edition_before_holds_again_and_what_was_not_in_force_yet_never_is() -> None:
    begun = after(council(adopt(about_the_mandate())), reversal())
    assert held_on(begun, TODAY - A_DAY, TODAY, APRIL - A_DAY, APRIL, JUNE) == [1, 2, 2, 1, 1]
    for in_force in (APRIL, JUNE):
        to_come = after(council(adopt(about_the_mandate(), in_force=in_force)), reversal())
        assert held_on(to_come, TODAY, APRIL, JUNE) == [1, 1, 1]


def test_what_is_reopened_deferred_or_decided_with_another_yes_takes_no_edition_back() -> None:
    state = council(adopt(about_the_mandate()), adopt(change="Av eit anna organ", case_reference="PS-1/26"))
    for kept in (
        reversal(Outcome.ADOPTED),
        reversal(Outcome.FORMAL),
        reversal(Outcome.DEFERRED, corrects=None),
        reversal(case=derive("another case")),
    ):
        assert decide(state, kept) == []
    assert decide(state, reversal(Outcome.ADOPTED, by_leader=ADA))  # the leader alone says no yes that bears one
    with pytest.raises(refusals.NoCouncil):
        decide(NONE_YET, reversal())


def test_what_was_taken_back_is_adopted_anew_on_a_new_yes_word_for_word_and_told_again_is_the_first() -> None:
    first = adopt(about_the_mandate())
    state = after(council(first), reversal())
    anew = adopt(about_the_mandate(decided=APRIL), decision=derive("third"), at=AT_APRIL, adopted=APRIL)
    assert decide(state, first) == []
    told = no(refusals.MandateNotDecided, state, adopt(reversed_case(), at=AT_APRIL, adopted=APRIL))
    assert told == {"number": "PS-3/26", "adopted": "2026-04-01", "decided": None}
    state = after(state, anew)
    assert [decide(state, command) for command in (first, anew)] == [[], []]
    assert held_on(state, APRIL - A_DAY, APRIL) == [2, 3]
    same_day = after(council(first), reversal(decided=TODAY))
    assert decide(same_day, adopt(about_the_mandate(), decision=derive("third")))


def reversed_case() -> Any:
    return about_the_mandate(outcome=Outcome.DECLINED, corrects=FIRST, decided=APRIL)


def test_an_edition_comes_into_force_after_every_other_that_has_been_in_force_withdrawn_or_not() -> None:
    february = date(2026, 2, 1)
    other = adopt(at=AT_APRIL, adopted=february, in_force=MARCH, change="Seint ført", case_reference="PS-1/26")
    begun = after(council(adopt(about_the_mandate())), reversal())
    told = no(refusals.MandateOutOfOrder, begun, other)
    assert told == {"in_force": "2026-03-01", "edition": 2, "edition_in_force": "2026-03-04"}
    never = after(council(adopt(about_the_mandate(), in_force=APRIL)), reversal())
    assert decide(never, other)


# --- how cases are numbered


def test_an_edition_writes_no_number_that_could_be_another_cases() -> None:
    """Cases are numbered through the year, and by the law's own way before there is a mandate (R2)."""
    told = {"numbering": "PS-1<n>/<yy>", "other": "PS-<n>/<yy>"}
    assert no(refusals.NumbersAlike, council(), adopt(rules=do.Rules(numbering="PS-1<n>/<yy>"))) == told
    held = council(adopt(rules=do.Rules(numbering="IR-<n>/<yy>")))
    assert no(refusals.NumbersAlike, held, adopt(change="Ny", rules=do.Rules(numbering="PS-1<n>/<yy>"))) == told
    told = {"numbering": "IR-2<n>/<yy>", "other": "IR-<n>/<yy>"}
    assert no(refusals.NumbersAlike, held, adopt(change="Ny", rules=do.Rules(numbering="IR-2<n>/<yy>"))) == told
    assert decide(held, adopt(change="Ny", rules=do.Rules(numbering="PS-<n>/<yy>")))  # as before, each number once
    establish = ESTABLISH.model_copy(update={"rules": do.Rules(numbering="PS-1<n>/<yy>")})
    told = {"numbering": "PS-1<n>/<yy>", "other": "PS-<n>/<yy>"}
    assert no(refusals.NumbersAlike, NONE_YET, establish) == told

"""Case numbers run per council and year, and are written as the council writes them."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.identity import derive
from contracts.ruleset import RuleSet
from services.council.domain.numbering import CaseRegister, NumberCase, alike, decide, evolve, label, year_of
from tests.services.council.given import COUNCIL


@pytest.mark.requirement("R19")
def test_the_default_number_is_written_as_the_mandate_writes_its_own() -> None:
    assert label(RuleSet().numbering, 27, 2022) == "PS-27/22"


@pytest.mark.requirement("R19")
def test_a_number_can_be_written_otherwise() -> None:
    assert label("<yyyy>/INNO-<n>", 3, 2026) == "2026/INNO-3"
    assert label("PS-<n>/<yy>", 3, 2005) == "PS-3/05"


@pytest.mark.parametrize("numbering", ["PS-<n>", "PS/<yy>", "<n>-<n>/<yy>", "<n>/<yy>/<yyyy>"])
def test_a_way_of_writing_has_one_number_and_one_year(numbering: str) -> None:
    with pytest.raises(ValidationError, match="each once"):
        RuleSet(numbering=numbering)


@given(st.sampled_from(["PS-<n>/<yy>", "<yyyy>/<n>", "I.<n>(<yy>)"]), st.integers(1, 9999), st.integers(2000, 2099))
def test_a_written_number_says_its_year(numbering: str, number: int, year: int) -> None:
    assert year_of(numbering, label(numbering, number, year)) == year
    assert year_of(numbering, "x" + label(numbering, number, year)) is None


@given(st.lists(st.integers(0, 30)))
def test_numbers_have_no_gap_and_no_repeat(keys: list[int]) -> None:
    register = CaseRegister(COUNCIL, 2026)
    for key in keys:
        register = reduce(evolve, decide(register, NumberCase(derive("case", key), "PS-<n>/<yy>")), register)
    assert list(register.numbers.values()) == list(range(1, len(set(keys)) + 1))
    assert len(register.labels) == len(set(keys))


@pytest.mark.parametrize(
    ("one", "other", "could"),
    [
        ("PS-<n>/<yy>", "PS-<n>/<yy>", False),  # one way, and each number once
        ("PS-<n>/<yy>", "PS-1<n>/<yy>", True),  # 13 and 3
        ("PS-<n>/<yy>", "PS-0<n>/<yy>", False),  # no number begins with 0
        ("PS-<n>/<yy>", "PS-<n>0/<yy>", True),  # but some end with it
        ("PS-<n>/<yy>", "PS-<n>/<yyyy>", False),
        ("PS-<n>/<yy>", "PS-<n>/20<yy>", False),
        ("PS-<n>/<yyyy>", "PS-<n>/20<yy>", True),
        ("PS-<n>/<yy>", "IR-<n>/<yy>", False),
        ("PS-<n>/<yy>", "PS-<yy>/<n>", True),  # PS-26/27: the 26th of 2027, or the 27th of 2026
        ("PS-<n>/<yy>", "PS-12345<n>/<yy>", True),
        ("PS-<n>/<yy>", "PS-123456<n>/<yy>", False),  # no council numbers a million cases in a year
        ("PS-<n>/<yyyy>", "PS-<n>/<yy>7", False),
        ("PS-<n>/<yyyy>", "PS-<n>/<yy>77", True),
    ],
)
def test_two_ways_of_writing_are_alike_if_they_could_write_two_numbers_the_same(
    one: str, other: str, *, could: bool
) -> None:
    assert (alike(one, other), alike(other, one)) == (could, could)


@given(st.sampled_from(["PS-<n>/<yy>", "IR<n>-<yyyy>", "1<n>/<yy>"]), st.sampled_from(["PS-1<n>/<yy>", "<n>/<yy>"]))
def test_ways_of_writing_that_are_not_alike_write_no_two_numbers_the_same(one: str, other: str) -> None:
    first, second = ({label(way, number, 2026) for number in range(1, 40)} for way in (one, other))
    assert alike(one, other) or not first & second


def test_a_case_has_one_number() -> None:
    register = CaseRegister(COUNCIL, 2026)
    command = NumberCase(derive("case", 1), "PS-<n>/<yy>")
    (numbered,) = decide(register, command)
    assert (numbered.year, numbered.number, numbered.label) == (2026, 1, "PS-1/26")
    assert decide(evolve(register, numbered), command) == []

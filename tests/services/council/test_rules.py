"""Quorum, majority and tie as such (kommuneloven § 11-9), whatever the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.ruleset import Majority, Quorum, RuleSet, Tie
from services.council.domain.rules import Result, quorate, result

if TYPE_CHECKING:
    from contracts.events.council import Vote

BOTH: dict[str, Vote] = {"ada": "for", "bo": "against"}


def votes(in_favour: int, against: int) -> dict[str, Vote]:
    cast: dict[str, Vote] = {f"for-{number}": "for" for number in range(in_favour)}
    return {**cast, **{f"against-{number}": "against" for number in range(against)}}


@pytest.mark.parametrize(
    ("quorum", "seats", "present", "voted", "enough"),
    [
        (Quorum.HALF_VOTED, 4, 4, 2, True),
        (Quorum.HALF_VOTED, 5, 5, 2, False),
        (Quorum.HALF_VOTED, 5, 5, 3, True),
        (Quorum.HALF_PRESENT, 4, 2, 1, True),
        (Quorum.HALF_PRESENT, 5, 2, 2, False),
        (Quorum.NONE, 9, 0, 0, True),
    ],
)
def test_half_of_the_seats_is_a_quorum(quorum: Quorum, seats: int, present: int, voted: int, enough: bool) -> None:  # noqa: FBT001 - what is expected
    assert quorate(quorum, seats=seats, present=present, voted=voted) is enough


def test_no_votes_settle_nothing() -> None:
    assert result(RuleSet(), {}, "ada") is None


@pytest.mark.parametrize("majority", list(Majority))
def test_what_all_agree_on_is_unanimous(majority: Majority) -> None:
    rules = RuleSet(majority=majority)
    assert result(rules, votes(2, 0), "ada") == Result(carried=True, unanimous=True)
    assert result(rules, votes(0, 1), "ada") == Result(carried=False, unanimous=True)


def test_the_majority_carries_it_or_lets_it_fall_by_one_vote() -> None:
    assert result(RuleSet(), votes(3, 2), "ada") == Result(carried=True)
    assert result(RuleSet(), votes(2, 3), "ada") == Result(carried=False)


def test_where_consensus_is_needed_one_vote_against_settles_nothing() -> None:
    assert result(RuleSet(majority=Majority.CONSENSUS), votes(4, 1), "for-1") is None


@pytest.mark.parametrize(("chair", "carried"), [("ada", True), ("bo", False)])
def test_a_tie_goes_as_the_chair_of_the_meeting_voted(chair: str, *, carried: bool) -> None:
    assert result(RuleSet(), BOTH, chair) == Result(carried=carried, tie_broken_by=chair)


def test_a_tie_stands_when_the_chair_has_not_voted() -> None:
    assert result(RuleSet(), BOTH, "can") is None


def test_a_tie_falls_where_the_rules_say_so_whoever_chairs() -> None:
    assert result(RuleSet(tie=Tie.FALLS), BOTH, "ada") == Result(carried=False)

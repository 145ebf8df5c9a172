"""What the council ranks by hand: one case a place, the reason on record."""

from __future__ import annotations

from functools import reduce
from uuid import UUID, uuid5

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from contracts.commands.assessment import RankCase
from services.council.domain import ranking
from tests.services.council.given import AT, COUNCIL

NOTHING = ranking.Ranking(COUNCIL, "queue")
A, B, C, D = (uuid5(COUNCIL, name) for name in "abcd")


def put(case: UUID, place: int | None, reason: str = "Rådet mener det haster.") -> RankCase:
    return RankCase(at=AT, case=case, place=place, reason=reason)


def after(*commands: RankCase, gone: frozenset[UUID] = frozenset()) -> ranking.Ranking:
    return reduce(
        lambda held, command: reduce(ranking.evolve, ranking.decide(held, ranking.Rank(command, gone)), held),
        commands,
        NOTHING,
    )


@pytest.mark.requirement("R17")
@pytest.mark.parametrize(
    ("commands", "order"),
    [
        ((put(A, 1),), (A,)),
        ((put(A, 1), put(B, 1)), (B, A)),
        ((put(A, 1), put(B, 2), put(C, 2)), (A, C, B)),
        ((put(A, 1), put(B, 2), put(A, 2)), (B, A)),
        ((put(A, 1), put(B, 9)), (A, B)),
        ((put(A, 1), put(B, 2), put(A, None)), (B,)),
        ((put(A, None),), ()),
    ],
)
def test_a_case_gets_its_place_and_the_others_move(commands: tuple[RankCase, ...], order: tuple[UUID, ...]) -> None:
    assert after(*commands).order == order


@pytest.mark.requirement("R17")
def test_the_same_ranking_again_is_nothing_new_but_another_reason_is() -> None:
    held = after(put(A, 1), put(B, 2))
    assert ranking.decide(held, ranking.Rank(put(B, 2))) == []
    (event,) = ranking.decide(held, ranking.Rank(put(B, 2, "Nytt lovkrav.")))
    assert (event.order, event.reason, event.place) == ((A, B), "Nytt lovkrav.", 2)


@pytest.mark.requirement("R17")
def test_what_no_longer_belongs_takes_no_place() -> None:
    held = after(put(A, 1), put(B, 2))
    (event,) = ranking.decide(held, ranking.Rank(put(C, 2), frozenset({A})))
    assert event.order == (B, C)


@pytest.mark.requirement("R17")
@examples(st.lists(st.tuples(st.sampled_from((A, B, C, D)), st.none() | st.integers(1, 6)), max_size=20))
def test_nobody_is_twice_in_the_order_and_it_always_says_why(moves: list[tuple[UUID, int | None]]) -> None:
    held = after(*(put(case, place) for case, place in moves))
    assert len(set(held.order)) == len(held.order)
    assert set(held.reasons) == set(held.order)
    for case, place in moves[-1:]:
        assert ranking.decide(held, ranking.Rank(put(case, place))) == []

"""What holds of a vote in a case that is up, whatever is said and done in the meeting before the decision."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from contracts.commands import council as do
from contracts.events.council import FloorChanged, Ground, MemberRecused, Outcome, Substitution, VoteCast
from contracts.refusals import Refused
from contracts.ruleset import RuleSet
from services.council.domain import refusals
from services.council.domain.dossier import dossier
from services.council.domain.roll import Floor
from services.council.domain.voting import MoveFloor
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    DAG,
    DAY,
    DECLINE,
    EVA,
    MEETING,
    approve,
    given,
    then,
    up,
    vote,
    when,
)

if TYPE_CHECKING:
    from services.council.domain.dossier import Event, State

MEMBERS = (ADA, BO, CAN, DAG)
STAND_IN = Substitution(substitute=EVA, instead_of=CAN)
a_member = st.sampled_from((*MEMBERS, EVA))
votes = st.builds(vote, a_member, st.sampled_from(["for", "against"]))
recusals = st.builds(
    lambda member: do.PointOutRecusal(at=AT, case=CASE, member=member, ground=Ground.KIN), st.sampled_from(MEMBERS)
)
happenings = st.lists(
    st.one_of(votes, votes, votes, recusals, st.tuples(st.sampled_from(MEMBERS), st.booleans())), max_size=14
)


def played(state: State, seats: int, happenings: list[Any]) -> tuple[State, list[Event]]:
    """The case after all of it, and what was recorded: a pair is who chairs now, and whether Eva sits in Can's seat.

    Whom it is a question of, the body then finds recused.
    """
    said: list[Event] = []
    for happening in happenings:
        command = happening
        if isinstance(happening, tuple):
            chair, stands_in = happening
            voters = (ADA, BO, EVA, DAG) if stands_in else MEMBERS
            command = MoveFloor(
                Floor(MEETING, DAY, chair, seats, voters, (STAND_IN,) if stands_in else (), RuleSet()), AT
            )
        with suppress(Refused):
            new = when(state, command)
            state, said = then(state, new), [*said, *new]
    for member in dossier(state).in_question:
        new = then_found(state, member)
        state, said = then(state, new), [*said, *new]
    return state, said


def then_found(state: State, member: str) -> list[Event]:
    finding = {"member": member, "ground": Ground.KIN, "recused": True, "reasons": "Søsken."}
    with suppress(refusals.NoQuorum, refusals.ChairKeptOut):
        return when(state, do.DecideRecusal(at=AT, case=CASE, **finding))
    return []


@for_all(happenings, st.integers(4, 9))
def test_a_decision_counts_each_seat_once_and_no_recused_and_only_with_a_quorum(done: list[Any], seats: int) -> None:
    state, said = played(given(*up(*MEMBERS, seats=seats)), seats, done)
    if dossier(state).in_question:
        for command in (approve(), DECLINE):
            with pytest.raises(refusals.RecusalUndecided):
                when(state, command)
        return
    last = {event.member: event.vote for event in said if isinstance(event, VoteCast)}
    recused = {event.member for event in said if isinstance(event, MemberRecused)}
    counted = {member: cast for member, cast in last.items() if member not in recused}
    in_favour = list(counted.values()).count("for")
    against = len(counted) - in_favour
    chair = next((event.chair for event in reversed(said) if isinstance(event, FloorChanged)), ADA)
    chairs = {"for": 1, "against": -1}.get(counted.get(chair, ""), 0) if in_favour == against else 0
    lead = in_favour - against + chairs
    assert len({CAN if member == EVA else member for member in counted}) == len(counted)
    for command, due in ((approve(), lead > 0), (DECLINE, lead < 0)):
        if chair in recused:
            with pytest.raises(refusals.ChairKeptOut):
                when(state, command)
        elif 2 * len(counted) < seats:
            with pytest.raises(refusals.NoQuorum):
                when(state, command)
        elif due:
            (decision,) = when(state, command)
            assert {record.member: record.vote for record in decision.votes} == counted  # type: ignore[union-attr]
            assert (decision.outcome is Outcome.APPROVED) == (lead > 0)  # type: ignore[union-attr]
        else:
            with pytest.raises((refusals.VotesSayOtherwise, refusals.Unsettled)):
                when(state, command)

"""Given a case's events, when a command comes, then these events: what the council's tests are written in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands import council as do
from contracts.events import council as events
from contracts.events.council import Ground, Motion, Outcome, Raised
from contracts.ruleset import RuleSet
from services.council.domain import case, dossier
from services.council.domain.ids import case_id, council_id, meeting_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.events.council import Vote
    from contracts.refusals import Refused

AT = datetime(2026, 3, 4, 8, 30, tzinfo=UTC)
DAY = date(2026, 3, 4)
COUNCIL = council_id("molde")
CASE = case_id(COUNCIL, "nattilsyn")
MEETING = meeting_id(COUNCIL, AT)
LATER = meeting_id(COUNCIL, datetime(2026, 4, 8, 8, 30, tzinfo=UTC))
ADA, BO, CAN, DAG, EVA = "ada", "bo", "can", "dag", "eva"

OPENED = events.CaseOpened(council=COUNCIL, case=CASE, title="Digitalt nattilsyn", number="PS-3/26", received=DAY)
TABLED = events.CaseTabled(council=COUNCIL, case=CASE, number="PS-3/26", meeting=MEETING)


def taken_up(
    *voters: str,
    seats: int | None = None,
    chair: str = ADA,
    meeting: Any = MEETING,
    since: datetime | None = None,
    **rules: Any,
) -> events.CaseTakenUp:
    return events.CaseTakenUp(
        council=COUNCIL,
        case=CASE,
        meeting=meeting,
        on=DAY,
        chair=chair,
        seats=len(voters) if seats is None else seats,
        voters=voters,
        rules=RuleSet(**rules),
        since=since,
    )


def vote_cast(member: str, vote: Vote, motion: Motion = Motion.SUBSTANCE) -> events.VoteCast:
    return events.VoteCast(council=COUNCIL, case=CASE, meeting=MEETING, member=member, vote=vote, motion=motion)


def raised(member: str, ground: Ground = Ground.KIN, moment: datetime = AT) -> events.RecusalRaised:
    return events.RecusalRaised(
        council=COUNCIL, case=CASE, member=member, ground=ground, how=Raised.POINTED_OUT, raised=moment
    )


def found(member: str, ground: Ground = Ground.KIN, *, recused: bool = True, moment: datetime = AT) -> Any:
    kind = events.MemberRecused if recused else events.RecusalDismissed
    votes = (events.VoteRecord(member=ADA, vote="for" if recused else "against"),)
    return kind(
        council=COUNCIL,
        case=CASE,
        meeting=MEETING,
        member=member,
        ground=ground,
        found=moment,
        reasons="Søsken av søkjaren.",
        votes=votes,
        chair=ADA,
    )


def recused(member: str, ground: Ground = Ground.KIN) -> tuple[Any, ...]:
    """The question, and the body's finding."""
    return raised(member, ground), found(member, ground)


def given(*history: Any) -> dossier.State:
    initial: dossier.State = dossier.Unopened(COUNCIL, CASE)
    return reduce(dossier.evolve, history, initial)


def up(*voters: str, **floor: Any) -> tuple[Any, ...]:
    return OPENED, TABLED, taken_up(*voters, **floor)


def when(state: dossier.State, command: Any) -> list[dossier.Event]:
    return case.decide(state, command)


def then(state: dossier.State, said: Sequence[dossier.Event]) -> dossier.State:
    return reduce(dossier.evolve, said, state)


def decided(state: dossier.State, command: Any) -> events.CouncilDecided:
    (decision,) = case.decide(state, command)
    assert isinstance(decision, events.CouncilDecided)
    return decision


def facts(rule: type[Refused], act: Callable[..., Any], *told: Any) -> dict[str, Any]:
    """What the refusal says, when what is asked breaks this rule."""
    with pytest.raises(rule) as no:
        act(*told)
    return no.value.facts


def vote(member: str, what: Vote, motion: Motion = Motion.SUBSTANCE) -> do.CastVote:
    return do.CastVote(at=AT, case=CASE, member=member, vote=what, motion=motion)


def approve(**changes: Any) -> do.DecideCase:
    said = {
        "at": AT,
        "form": "project",
        "priorities": ("Trygge tenester heile døgnet",),
        "responsible": BO,
        "reasons": "Natteroen blir betre og hendene fleire.",
    }
    return do.DecideCase(case=CASE, outcome=Outcome.APPROVED, **{**said, **changes})


DECLINE = do.DecideCase(at=AT, case=CASE, outcome=Outcome.DECLINED, reasons="Finst allereie i regionen.")
DEFER = do.DeferCase(at=AT, case=CASE, reasons="Kostnaden må greiast ut.")
RETURN = do.ReturnCase(at=AT, case=CASE, reasons="Kva er problemet for brukaren?")

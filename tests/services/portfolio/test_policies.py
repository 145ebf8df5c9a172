"""What the portfolio does when a council has decided."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.commands.portfolio import StartActivity
from contracts.envelope import Recorded
from contracts.events.council import CouncilDecided, FormalDecision, FormName, MandateAdopted
from contracts.identity import derive
from services.portfolio.domain.activity import INITIAL, decide
from services.portfolio.policies import react

CASE = derive("case", "vestnes", 12)
FORMAL = FormalDecision(body="Kommunestyret", reference="PS-44/26", decided=date(2026, 3, 3))


def recorded(event: Any, version: int = 5) -> Recorded[Any]:
    return Recorded(
        id=derive("event", "council", CASE, version),
        type=event.type_in("council"),
        source="/vestnes/council",
        subject=CASE,
        time=datetime(2026, 3, 4, 12, 0, tzinfo=UTC),
        tenant="vestnes",
        sequence=97,
        recordedtime=datetime(2026, 3, 4, 12, 1, tzinfo=UTC),
        correlationid="c",
        causationid="c",
        actor="vestnes/web/leder",
        data=event,
    )


def decided(outcome: str, **fields: Any) -> CouncilDecided:
    return CouncilDecided.model_validate(
        {
            "council": derive("council", "vestnes"),
            "case": CASE,
            "idea": derive("idea", 1),
            "number": "PS-12/26",
            "title": "Felles vikarpool",
            "visibility": "network",
            "decided": date(2026, 3, 4),
            "outcome": outcome,
            "reasons": "Bygger på økonomiplanen.",
            "seats": 5,
            **fields,
        }
    )


@pytest.mark.requirement("R13", "R18")
def test_a_decision_to_go_on_starts_an_activity_with_what_was_decided() -> None:
    event = recorded(
        decided(
            "approved",
            form="service-design",
            form_name={"nb": "tjenestedesign", "nn": "tenestedesign"},
            route="inter-municipal",
            strength="shall",
            responsible="kari",
            deadline=date(2026, 9, 1),
        )
    )
    (reaction,) = react(event)
    assert reaction.tenant == "vestnes"
    assert reaction.command == StartActivity(
        at=event.time,
        tenant="vestnes",
        case=CASE,
        decision=event.id,
        council=derive("council", "vestnes"),
        idea=derive("idea", 1),
        number="PS-12/26",
        title="Felles vikarpool",
        started=date(2026, 3, 4),
        form="service-design",
        form_name=FormName(nb="tjenestedesign", nn="tenestedesign"),
        route="inter-municipal",
        strength="shall",
        responsible="kari",
        deadline=date(2026, 9, 1),
        visibility="network",
    )
    assert len(decide(INITIAL, StartActivity.model_validate(reaction.command.model_dump()))) == 1


@pytest.mark.parametrize("outcome", ["declined", "deferred", "returned"])
def test_a_decision_not_to_go_on_starts_nothing(outcome: str) -> None:
    assert list(react(recorded(decided(outcome)))) == []


def test_another_bodys_decision_starts_an_activity_when_the_council_gives_it_a_form() -> None:
    assert len(list(react(recorded(decided("formal", formal=FORMAL, form="project"))))) == 1
    assert list(react(recorded(decided("formal", formal=FORMAL)))) == []


def test_two_decisions_of_one_case_are_two_activities_and_one_decision_is_one() -> None:
    first, again, later = (recorded(decided("approved"), version) for version in (5, 5, 9))
    started = [
        decide(INITIAL, StartActivity.model_validate(reaction.command.model_dump()))[0].activity
        for event in (first, again, later)
        for reaction in react(event)
    ]
    assert started[0] == started[1] != started[2]


def test_what_else_a_council_records_starts_nothing() -> None:
    mandate = MandateAdopted.model_construct(council=derive("council", "vestnes"))
    assert list(react(recorded(mandate))) == []

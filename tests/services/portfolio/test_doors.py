"""The portfolio's use cases on a real ledger: what is recorded, shown, and hidden from others."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Acting, Role
from contracts.commands import portfolio as commands
from contracts.door import AnotherMunicipality, NotFound
from contracts.events.portfolio import Sign
from contracts.identity import derive
from contracts.queries.portfolio import ActivityShown, ShowActivity
from runtime.ledger import Ledger, Origin
from runtime.work import Work
from services.portfolio.doors import COMMANDS, QUERIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

AT = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
MOLDE = Acting("molde", "web", "ada", frozenset({Role.MANAGER}))
AUKRA = Acting("aukra", "web", "ola", frozenset({Role.MANAGER}))
CASE = derive("case", "molde", 3)
START = commands.StartActivity(
    at=AT, case=CASE, decision=derive("event", CASE), title="Digital nattilsyn", started=date(2026, 2, 10)
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path}/portfolio.db", "portfolio", clock=lambda: AT, salt=lambda: b"salt")
    yield opened
    opened.close()


def send(ledger: Ledger, command: commands.PortfolioCommand, acting: Acting = MOLDE) -> UUID:
    work = Work(ledger, Origin(acting.tenant, acting.actor, command.moment, "c", "c"))
    about = COMMANDS[type(command)](work, command, acting)
    ledger.append(work.entries)
    return about


def show(ledger: Ledger, activity: UUID, acting: Acting = MOLDE) -> ActivityShown:
    answer = QUERIES[ShowActivity](ledger.history, ShowActivity(activity=activity), acting)
    assert isinstance(answer, ActivityShown)
    return answer


def to(kind: type[commands.ActivityCommand], activity: UUID, **fields: Any) -> Any:
    return kind(activity=activity, at=AT, **fields)


def test_an_activity_belongs_to_the_municipality_it_was_started_in(ledger: Ledger) -> None:
    activity = send(ledger, START)
    assert show(ledger, activity).start.tenant == "molde"
    assert activity == derive("activity", START.case, START.decision)


def test_a_decision_delivered_twice_is_recorded_once(ledger: Ledger) -> None:
    assert send(ledger, START) == send(ledger, START)
    assert ledger.head() == 2  # the start, and which decision it carries out


def test_to_another_municipality_an_activity_does_not_exist(ledger: Ledger) -> None:
    activity = send(ledger, START)
    nowhere = derive("nothing")
    for about in (activity, nowhere):
        with pytest.raises(NotFound) as seen:
            show(ledger, about, AUKRA)
        with pytest.raises(NotFound) as changed:
            send(ledger, to(commands.EnterPhase, about, phase="innsikt"), AUKRA)
        assert seen.value.facts == changed.value.facts == {"kind": "activity", "id": str(about)}
    assert ledger.head() == 2


def test_who_carries_on_for_a_municipality_is_shown_its_activities_and_changes_none(ledger: Ledger) -> None:
    activity = send(ledger, START)
    heir = dataclasses.replace(AUKRA, carries_on=frozenset({"molde"}))
    assert show(ledger, activity, heir) == show(ledger, activity)
    with pytest.raises(NotFound):
        send(ledger, to(commands.EnterPhase, activity, phase="innsikt"), heir)


def test_nobody_starts_or_joins_anything_for_another_municipality(ledger: Ledger) -> None:
    join = commands.JoinActivity(at=AT, tenant="molde", reference="x", title="X", led_by="KS", started=date(2026, 1, 1))
    for command in (START.model_copy(update={"tenant": "molde"}), join):
        with pytest.raises(AnotherMunicipality) as refused:
            send(ledger, command, AUKRA)
        assert refused.value.facts == {"named": "molde", "own": "aukra"}


def test_two_municipalities_may_use_the_same_reference_for_what_they_join(ledger: Ledger) -> None:
    join = commands.JoinActivity(at=AT, reference="nettverk", title="Nettverk", led_by="KS", started=date(2026, 1, 1))
    assert send(ledger, join, MOLDE) != send(ledger, join, AUKRA)


def test_an_activity_is_shown_with_all_it_has_been_through(ledger: Ledger) -> None:
    activity = send(ledger, START)
    send(ledger, to(commands.EnterPhase, activity, phase="pilotering"))
    plan = {"indicator": "Nattbesøk", "unit": "per uke", "start": "70", "desired": "0", "due": date(2026, 12, 31)}
    send(ledger, to(commands.PlanBenefit, activity, **plan))
    benefit = show(ledger, activity).benefits[0]
    assert (benefit.measured, benefit.achieved) == ((), None)
    for on, value in ((date(2026, 4, 1), "0"), (date(2026, 3, 1), "35")):
        measured = {"benefit": benefit.plan.benefit, "value": value, "evidence": "Uttrekk", "on": on}
        send(ledger, to(commands.RealiseBenefit, activity, **measured))
    for sign in Sign:
        assert not show(ledger, activity).innovation
        send(ledger, to(commands.EvidenceInnovation, activity, sign=sign, evidence="Vist i soneteam nord."))
    send(ledger, to(commands.HandOverActivity, activity, to="Hjemmetjenesten", responsible="bo"))
    send(ledger, to(commands.CompleteActivity, activity, result="I drift."))

    told = show(ledger, activity)

    assert (told.state, told.responsible, told.innovation) == ("completed", "bo", True)
    assert [entered.phase for entered in told.phases] == ["pilotering"]
    assert [str(realised.value) for realised in told.benefits[0].measured] == ["35", "0"]
    assert told.benefits[0].achieved == 1.0
    assert told.handover is not None
    assert told.end is not None


def test_no_achievement_is_shown_as_zero(ledger: Ledger) -> None:
    activity = send(ledger, START)
    plan = {"indicator": "Nattbesøk", "unit": "per uke", "start": "70", "desired": "0", "due": date(2026, 12, 31)}
    send(ledger, to(commands.PlanBenefit, activity, **plan))
    benefit = show(ledger, activity).benefits[0].plan.benefit
    send(ledger, to(commands.RealiseBenefit, activity, benefit=benefit, value=70, evidence="Uttrekk"))
    assert '"achieved":0.0' in show(ledger, activity).model_dump_json()

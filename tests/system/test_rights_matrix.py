"""Every role, every kind of tenant, every command, query and sealed field: what the table forbids is refused (R56).

Made from the catalogue, so a new message is in it by being there. The services decide alone here: no server vouches for
anything, and nobody stands before the desk.
"""

from __future__ import annotations

import itertools
import json
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from contracts import catalogue, rights
from contracts.acting import Kind, Role
from contracts.answers import Accepted, Answered, RefusedAnswer
from contracts.generate import golden, schemas
from contracts.identity import derive
from contracts.queries.reporting import ViewQuery
from contracts.refusals import Refused
from contracts.sealed import Retention, Sealed, references, sealed_fields
from runtime.desk import Caller, Desk
from runtime.ledger import Entry, Ledger, Origin
from services.council.app import SERVICE as COUNCIL
from services.intake.app import SERVICE as INTAKE
from services.portfolio.app import SERVICE as PORTFOLIO
from services.reporting.app import SERVICE as REPORTING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WRITTEN = "Ola Nordmann, 900 00 000"
OWNER = "ada"  # whose the golden idea is
DECLARED = {service.name: service for service in (INTAKE, COUNCIL, PORTFOLIO, REPORTING)}
PEERS = frozenset({"molde", "aukra"})
TENANTS = {
    "own": Caller("molde", "portal", "bert", frozenset()),
    "in the network": Caller("aukra", "portal", "bert", frozenset(), peers=PEERS - {"aukra"}),
    "outside": Caller("nittedal", "portal", "bert", frozenset()),
    "network": Caller("ror", "portal", "bert", frozenset(), Kind.NETWORK),
}
ROLES: tuple[Role | None, ...] = (None, *Role)
CALLERS = [
    (where, role, replace(caller, granted=frozenset({role} if role else ())))
    for (where, caller), role in itertools.product(TENANTS.items(), ROLES)
]
WHERE = {
    "no.loypa.intake.IdeaSubmitted.v1": "idea",
    "no.loypa.council.CaseOpened.v1": "case",
    "no.loypa.council.MeetingCalled.v1": "meeting",
    "no.loypa.portfolio.ActivityStarted.v1": "activity",
    "no.loypa.reporting.KpiDefined.v1": "kpi",
}
"""What is there of molde's, under the ids that the examples of commands and queries name."""


@dataclass
class Town:
    """A service's desk over what is molde's, and each sealed value's reference."""

    desk: Desk
    refs: dict[str, UUID]

    @property
    def head(self) -> int:
        return self.desk.ledger.head()


@pytest.fixture(params=catalogue.SERVICES)
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    name = request.param
    salts, ids = itertools.count(), itertools.count()
    ledger = Ledger.open(
        f"sqlite:///{tmp_path}/{name}.db", name, clock=lambda: NOW, salt=lambda: next(salts).to_bytes(16, "big")
    )
    refs: dict[str, UUID] = {}
    for type_, kind in sorted(catalogue.events().items()):
        _, _, service, event, _ = type_.split(".")
        if service == name and (type_ in WHERE or sealed_fields(kind)):
            said = kind.model_validate(golden.examples(type_)[0]["data"])
            sealed = {field: written(getattr(said, field)) for field in sealed_fields(kind)}
            council = {"council": derive("council", "molde")} if "council" in kind.model_fields else {}
            about = derive("example", WHERE[type_]) if type_ in WHERE else derive("aggregate", type_)
            origin = Origin("molde", "molde/portal", NOW, "seed", "seed")
            (recorded,) = ledger.append([Entry(about, 0, (said.model_copy(update=sealed | council),), origin)])
            rows = ledger.unseal(references(recorded.data)).values()
            refs |= {f"{service}.{event}.{row.field.split('.')[0]}": row.ref for row in rows}
    yield Town(Desk(DECLARED[name], ledger, lambda: NOW, lambda: derive("message", next(ids))), refs)
    ledger.close()


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "loypa.denied")


def example(folder: str, service: str, name: str, kind: Any) -> dict[str, Any]:
    return golden.body(kind, schemas.everything()[f"{folder}/{service}.{name}"])


def written(value: Any) -> Any:
    """An example's value with a text wherever it has a sealed one."""
    match value:
        case Sealed():
            return Sealed.of(WRITTEN, Retention.CONTENT)
        case BaseModel():
            return value.model_copy(update={name: written(getattr(value, name)) for name in sealed_fields(type(value))})
        case tuple():
            return tuple(map(written, value))
        case _:
            return value


def elsewhere(text: str) -> str:
    """The same with ids of what is nowhere in place of the ids of what is molde's."""
    for what in WHERE.values():
        text = text.replace(str(derive("example", what)), str(derive("nowhere", what)))
    return text


def verdict(answer: Any) -> str:
    return answer.refusal.rule if isinstance(answer, RefusedAnswer) else answer.outcome


def told(answer: Any) -> str:
    """An answer as its reader sees it, as far as it may say anything of what is asked about."""
    if isinstance(answer, Accepted):
        return answer.outcome
    return elsewhere(
        answer.refusal.model_dump_json() if isinstance(answer, RefusedAnswer) else json.dumps(answer.result)
    )


@pytest.mark.requirement("R56")
def test_no_command_passes_that_the_table_does_not_open(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    service, refused, passed = town.desk.service.name, 0, 0
    for (owner, name), kind in catalogue.commands().items():
        if owner != service:
            continue
        body = json.dumps(example("commands", service, name, kind))
        for where, role, caller in CALLERS:
            may = role in rights.COMMANDS.get(f"{service}.{name}", ()) and where != "network"
            before = town.head
            answer = town.desk.command(name, body.encode(), caller)
            assert (verdict(answer) != "NotAllowed") == may, (where, role, name, answer)
            if may and where != "own":
                nothing = town.desk.command(name, elsewhere(body).encode(), caller)
                assert told(answer) == told(nothing), (where, role, name)
            new = {stored.subject.split(".")[1] for stored in town.desk.ledger.read(before)}
            assert new <= ({caller.tenant} if may else set()), (where, role, name)
            refused, passed = refused + (not may), passed + may
    _say(capsys, service, "commands", refused, passed)


@pytest.mark.requirement("R56")
def test_no_query_is_answered_that_the_table_does_not_open(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    service, refused, passed = town.desk.service.name, 0, 0
    for (owner, name), kind in catalogue.queries().items():
        if owner != service:
            continue
        body = json.dumps(example("queries", service, name, kind))
        for where, role, caller in CALLERS:
            may = role in rights.QUERIES[f"{service}.{name}"]
            may = may and (where != "network" or f"{service}.{name}" in rights.IN_A_NETWORK)
            answers = [_asked(town.desk, kind, name, asked, caller) for asked in (body, elsewhere(body))]
            assert (verdict(answers[0]) != "NotAllowed") == may, (where, role, name, answers[0])
            assert where == "own" or told(answers[0]) == told(answers[1]), (where, role, name)
            refused, passed = refused + (not may), passed + may
    _say(capsys, service, "queries", refused, passed)


def _asked(desk: Desk, kind: Any, name: str, body: str, caller: Caller) -> Any:
    if not issubclass(kind, ViewQuery):
        return desk.query(name, body.encode(), caller)
    try:
        desk.permitted(name, body.encode(), caller)  # what a view then shows whom is the views' own test
    except Refused as no:
        return RefusedAnswer(refusal=no.on_the_wire())
    return Answered()


@pytest.mark.requirement("R56")
def test_no_sealed_field_is_opened_that_the_table_does_not_open(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    service, refused, passed = town.desk.service.name, 0, 0
    for field, ref in town.refs.items():
        for (where, role, caller), person in itertools.product(CALLERS, (OWNER, "bert")):
            own = person == OWNER and field.startswith("intake.IdeaSubmitted.")
            may = where == "own" and role in rights.SEALED[field] and (role is not Role.SUBMITTER or own)
            before = town.head
            body = json.dumps({"refs": [str(ref), str(derive("nowhere"))], "purpose": "Saksbehandling"}).encode()
            answer = town.desk.query("Unseal", body, replace(caller, person=person))
            assert (WRITTEN in answer.model_dump_json()) == may, (where, role, person, field)
            if isinstance(answer, Answered):
                value, nowhere = answer.result["values"]
                assert nowhere["absent"] == "unknown"
                assert value["absent"] == (None if may else "not entitled" if where == "own" else "unknown")
            opened = [catalogue.decode(stored.body) for stored in town.desk.ledger.read(before)]
            seen = [(event.name, event.actor, event.data.refs) for event in opened]
            assert seen == ([("PersonalDataUnsealed", f"molde/portal/{person}", (ref,))] if may else [])
            refused, passed = refused + (not may), passed + may
    _say(capsys, service, "sealed fields", refused, passed)


def _say(capsys: pytest.CaptureFixture[str], service: str, what: str, refused: int, passed: int) -> None:
    with capsys.disabled():
        print(f"\n  {service}: {what}: {refused} pairs refused, {passed} not", end="")  # noqa: T201 - the numbers are asked for

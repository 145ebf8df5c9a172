"""What is sealed is shown to those entitled, on record; what is erased is said to be, to its own municipality alone."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Acting, Role
from contracts.commands.record import ErasePersonalData
from contracts.door import NotFound
from contracts.events.intake import IdeaSubmitted, Kind, SubmitterKind
from contracts.events.record import PersonalDataErased
from contracts.identity import derive
from contracts.queries.record import Unseal, UnsealingLog
from contracts.sealed import Retention, Sealed
from runtime.ledger import Entry, Ledger, Origin
from runtime.personal import Vault, erase
from runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
IDEA = derive("idea", "1")
CLERK = Acting("molde", "portal", "siri", frozenset({Role.CASEWORKER, Role.SUBMITTER}))
MEMBER = Acting("molde", "portal", "bo", frozenset({Role.MEMBER}))
STRANGER = Acting("aukra", "portal", "anne", frozenset({Role.CASEWORKER}))
KARI = Acting("molde", "portal", "kari", frozenset({Role.SUBMITTER}))
PER = Acting("molde", "portal", "per", frozenset({Role.SUBMITTER}))
HEIR = dataclasses.replace(STRANGER, carries_on=frozenset({"molde"}))
"""Aukra's caseworker, when Molde has been merged into Aukra."""


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    salts = itertools.count()
    ledger = Ledger.open(
        f"sqlite:///{tmp_path}/i.db", "intake", clock=lambda: NOW, salt=lambda: next(salts).to_bytes(16, "big")
    )
    submitted = IdeaSubmitted(
        idea=IDEA,
        tenant="molde",
        kind=Kind.IDEA,
        title="Turnus",
        problem=Sealed.of("Mange sluttar.", Retention.CONTENT),
        contact=Sealed.of("kari@eksempel.no", Retention.CONTACT),
        submitter=SubmitterKind.EMPLOYEE,
        person="kari",
        submitted=NOW.date(),
    )
    ledger.append([Entry(IDEA, 0, (submitted,), Origin("molde", "molde/portal/kari", NOW, "c", "c"))])
    yield Vault(ledger)
    ledger.close()


def refs(vault: Vault) -> tuple[Any, Any]:
    said = vault.ledger.history(IDEA)[0].data
    return said.problem.ref, said.contact.ref


def opened(vault: Vault, acting: Acting, *asked: Any) -> list[str | None]:
    cause = derive("cause", vault.ledger.head(), acting.actor)
    told = vault.unseal(Unseal(refs=asked, purpose="Saksbehandling"), acting, NOW, cause)
    return [value.value or value.absent for value in told.values]


def test_each_reference_is_answered_by_itself(vault: Vault) -> None:
    problem, contact = refs(vault)
    nowhere = derive("nowhere")
    assert opened(vault, CLERK, problem, contact, nowhere) == ["Mange sluttar.", "kari@eksempel.no", "unknown"]
    assert opened(vault, MEMBER, problem, contact, nowhere) == ["Mange sluttar.", "not entitled", "unknown"]
    assert opened(vault, STRANGER, problem, contact, nowhere) == ["unknown"] * 3


def test_a_submitter_opens_their_own_and_no_other_s(vault: Vault) -> None:
    assert opened(vault, KARI, *refs(vault)) == ["Mange sluttar.", "kari@eksempel.no"]
    assert opened(vault, PER, *refs(vault)) == ["not entitled"] * 2


def test_what_is_erased_is_said_to_be_to_its_own_municipality_alone(vault: Vault) -> None:
    problem, contact = refs(vault)
    assert opened(vault, CLERK, contact) == ["kari@eksempel.no"]
    erased = PersonalDataErased(about=IDEA, refs=(contact,), ground="Ho bad om det")
    origin = Origin("molde", "molde/portal/siri", NOW, "c", "c")
    vault.ledger.append([Entry(derive("erased", IDEA), 0, (erased,), origin)], erase=[contact])
    assert opened(vault, CLERK, problem, contact) == ["Mange sluttar.", "erased"]
    assert opened(vault, STRANGER, problem, contact) == ["unknown", "unknown"]


def test_the_log_tells_who_opened_what_and_why_to_its_own_municipality(vault: Vault) -> None:
    problem, contact = refs(vault)
    opened(vault, CLERK, problem)
    opened(vault, MEMBER, problem, contact)
    opened(vault, PER, problem)
    log = vault.unsealings(UnsealingLog(), CLERK)
    assert [(one.actor, one.purpose, one.refs) for one in log.unsealings] == [
        ("molde/portal/siri", "Saksbehandling", (problem,)),
        ("molde/portal/bo", "Saksbehandling", (problem,)),
    ]
    assert log.upto == vault.ledger.head()
    assert vault.unsealings(UnsealingLog(since=log.upto), CLERK).unsealings == ()
    assert vault.unsealings(UnsealingLog(), STRANGER).unsealings == ()


def erased_by(vault: Vault, acting: Acting) -> Any:
    work = Work(vault.ledger, Origin(acting.tenant, acting.actor, NOW, "c", "c"))
    erase(work, ErasePersonalData(about=IDEA, ground="Ho bad om det"), acting)
    [event] = vault.ledger.append(work.entries, erase=work.erasures)
    return event


def test_who_carries_on_opens_what_the_one_before_left_sealed_and_both_have_it_on_record(vault: Vault) -> None:
    problem, contact = refs(vault)
    told = {"idea": derive("idea", "2"), "tenant": "aukra", "problem": Sealed.of("Vårt.", Retention.CONTENT)}
    own = vault.ledger.history(IDEA)[0].data.model_copy(update=told | {"contact": None})
    vault.ledger.append([Entry(own.idea, 0, (own,), Origin("aukra", "aukra/portal/anne", NOW, "c", "c"))])
    ours = vault.ledger.history(own.idea)[0].data.problem.ref
    assert opened(vault, HEIR, problem, ours, contact) == ["Mange sluttar.", "Vårt.", "kari@eksempel.no"]
    log = [("aukra/portal/anne", (ours,)), ("aukra/portal/anne", (problem, contact))]
    assert [(one.actor, one.refs) for one in vault.unsealings(UnsealingLog(), HEIR).unsealings] == log
    assert [(one.actor, one.refs) for one in vault.unsealings(UnsealingLog(), CLERK).unsealings] == log[1:]
    assert [one.refs for one in vault.unsealings(UnsealingLog(), STRANGER).unsealings] == [(ours,)]
    assert opened(vault, CLERK, ours) == ["unknown"]  # never the other way


def test_a_pseudonym_is_nobodys_own_in_the_municipality_that_carries_on(vault: Vault) -> None:
    namesake = dataclasses.replace(HEIR, person="kari", roles=frozenset({Role.SUBMITTER}))
    assert opened(vault, namesake, *refs(vault)) == ["not entitled"] * 2


def test_who_carries_on_erases_for_the_one_before_on_its_record(vault: Vault) -> None:
    problem, contact = refs(vault)
    with pytest.raises(NotFound):
        erased_by(vault, STRANGER)
    event = erased_by(vault, HEIR)
    assert (event.tenant, event.actor, set(event.data.refs)) == ("molde", "aukra/portal/anne", {problem, contact})
    assert opened(vault, HEIR, problem, contact) == opened(vault, CLERK, problem, contact) == ["erased"] * 2
    assert opened(vault, STRANGER, problem) == ["unknown"]


def test_one_who_is_not_entitled_is_logged_by_pseudonym(vault: Vault, caplog: pytest.LogCaptureFixture) -> None:
    opened(vault, PER, refs(vault)[0])
    assert '"rule": "NotEntitled", "tenant": "molde", "system": "portal", "person": "per"' in caplog.text
    assert "sluttar" not in caplog.text

"""The story played on the four services' own rules and ledgers, without a server between them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from contracts import subjects
from contracts.acting import Role
from contracts.catalogue import SERVICES, decode
from contracts.clock import iso
from contracts.message import Claim
from interfaces.demo.play import as_told, play
from interfaces.demo.story import people, steps
from runtime import claims
from runtime.desk import Caller, Desk
from runtime.inbox import Inbox
from runtime.ledger import Ledger
from runtime.reception import peers_of
from runtime.ror import ror
from services.council.app import SERVICE as COUNCIL
from services.intake.app import SERVICE as INTAKE
from services.portfolio.app import SERVICE as PORTFOLIO
from services.reporting.app import SERVICE as REPORTING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.envelope import Recorded
    from interfaces.demo.play import Answer
    from interfaces.demo.step import Step

PRESENT = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Trail:
    """The four services; what one records is taken in by those that follow it when they `catch_up`."""

    def __init__(self, directory: Path) -> None:
        made = {service.name: service for service in (INTAKE, COUNCIL, PORTFOLIO, REPORTING)}
        self.ledgers = {
            name: Ledger.open(f"sqlite:///{directory}/{name}.db", name, clock=lambda: PRESENT, salt=lambda: b"salt")
            for name in SERVICES
        }
        registry = ror()
        self.desks = {
            name: Desk(
                made[name],
                self.ledgers[name],
                lambda: PRESENT,
                uuid4,
                lambda tenant, system: registry.system(tenant, system).claims,
            )
            for name in SERVICES
        }
        self.inboxes = [
            Inbox(desk.ledger, None, desk.service.react, desk.carry_out, sources=desk.service.follows)  # type: ignore[arg-type]  # asks no server
            for desk in self.desks.values()
            if desk.service.react
        ]

    def heads(self) -> dict[str, int]:
        return {name: ledger.head() for name, ledger in self.ledgers.items()}

    def events(self, service: str, after: int = 0) -> list[Recorded[Any]]:
        return [decode(stored.body) for stored in self.ledgers[service].read(after, 100_000)]

    def send(self, step: Step) -> Answer:
        return self._claimed(step) if isinstance(step.message, Claim) else self._commanded(step)

    def catch_up(self) -> None:
        while any(self._taken_in(inbox) for inbox in self.inboxes):
            pass

    def _taken_in(self, inbox: Inbox) -> int:
        taken = 0
        for source in inbox._sources:  # noqa: SLF001 - stands in for its follower
            for event in self.events(source, inbox.positions.get(source, 0)):
                inbox.take([event])
                taken += 1
        return taken

    def _commanded(self, step: Step) -> Answer:
        assert not isinstance(step.message, Claim)
        granted = {grant.role for tenant, grant in people() if (tenant, grant.person) == (step.tenant, step.person)}
        roles, peers = frozenset(granted | {Role.SUBMITTER}), peers_of(step.tenant, ror())
        caller = Caller(step.tenant, step.system, step.person, roles, peers=peers)
        desk = self.desks[str(step.message.service)]
        return desk.command(type(step.message).__name__, step.message.model_dump_json().encode(), caller)

    def _claimed(self, step: Step) -> Answer:
        claim = step.message
        assert isinstance(claim, Claim)
        event = {
            "specversion": "1.0",
            "id": step.claim_id,
            "source": f"/{step.system}",
            "type": claim.type(),
            "time": iso(step.at),
            "data": claim.model_dump(mode="json", exclude_none=True),
        }
        subject = subjects.claim(step.tenant, step.system, type(claim).__name__)
        return self.desks[claim.service].claims.decide(claims.read(subject, json.dumps(event).encode()))

    def close(self) -> None:
        for ledger in self.ledgers.values():
            ledger.close()


@dataclass
class Played:
    """The story after its last step, and what each step came to; `again` are those that were not the same twice."""

    trail: Trail
    answers: list[tuple[Step, Answer]] = field(default_factory=list)
    again: list[str] = field(default_factory=list)

    def take(self, _index: int, step: Step, answer: Answer) -> None:
        self.answers.append((step, answer))

    @cached_property
    def events(self) -> list[Recorded[Any]]:
        return [event for service in SERVICES for event in self.trail.events(service)]

    def of(self, name: str) -> list[Recorded[Any]]:
        return [event for event in self.events if event.name == name]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The story with every step sent twice, each taken in by every service before the next."""
    trail = Trail(tmp_path_factory.mktemp("story"))
    result = Played(trail)

    async def twice(step: Step) -> Answer:
        answer = trail.send(step)
        trail.catch_up()
        heads = trail.heads()
        again = trail.send(step)
        trail.catch_up()
        if heads != trail.heads() or type(again) is not type(answer):
            result.again.append(str(step))
        return answer

    asyncio.run(play(twice, steps(), result.take))
    yield result
    trail.close()


@pytest.fixture(scope="session")
def lagging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The story with services that react to nothing until something has been refused for want of it."""
    trail = Trail(tmp_path_factory.mktemp("lagging"))
    result = Played(trail)

    async def late(step: Step) -> Answer:
        answer = trail.send(step)
        if not as_told(step, answer):
            trail.catch_up()
        return answer

    asyncio.run(play(late, steps(), result.take))
    trail.catch_up()
    yield result
    trail.close()

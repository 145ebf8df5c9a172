"""The story played on the four services' own rules and ledgers, without a server between them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from contracts import subjects
from contracts.acting import Role
from contracts.catalogue import SERVICES, decode
from contracts.clock import iso
from contracts.message import Claim
from interfaces.demo.play import play
from interfaces.demo.story import people, steps
from runtime import claims
from runtime.desk import Caller, Desk
from runtime.inbox import Inbox
from runtime.ledger import Ledger
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
    """The four services, each event of one taken in by those that follow it before the next step."""

    def __init__(self, directory: Path) -> None:
        made = {service.name: service for service in (INTAKE, COUNCIL, PORTFOLIO, REPORTING)}
        self.ledgers = {
            name: Ledger.open(f"sqlite:///{directory}/{name}.db", name, clock=lambda: PRESENT, salt=lambda: b"salt")
            for name in SERVICES
        }
        self.desks = {name: Desk(made[name], self.ledgers[name], lambda: PRESENT, uuid4) for name in SERVICES}
        self.inboxes = [
            Inbox(desk.ledger, None, desk.service.react, desk.carry_out, sources=desk.service.follows)  # type: ignore[arg-type]  # asks no server
            for desk in self.desks.values()
            if desk.service.react
        ]

    def heads(self) -> dict[str, int]:
        return {name: ledger.head() for name, ledger in self.ledgers.items()}

    def events(self, service: str, after: int = 0) -> list[Recorded[Any]]:
        return [decode(stored.body) for stored in self.ledgers[service].read(after, 100_000)]

    def everything(self) -> list[Recorded[Any]]:
        return [event for service in SERVICES for event in self.events(service)]

    async def send(self, step: Step) -> Answer:
        answer = self._claimed(step) if isinstance(step.message, Claim) else self._commanded(step)
        while any(self._taken_in(inbox) for inbox in self.inboxes):
            pass
        return answer

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
        caller = Caller(step.tenant, step.system, step.person, frozenset(granted | {Role.SUBMITTER}))
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

    def of(self, name: str) -> list[Recorded[Any]]:
        return [event for event in self.trail.everything() if event.name == name]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    trail = Trail(tmp_path_factory.mktemp("story"))
    yield _played(trail)
    trail.close()


def _played(trail: Trail) -> Played:
    import asyncio  # noqa: PLC0415 - the fixture lasts longer than one test's loop

    result = Played(trail)

    async def twice(step: Step) -> Answer:
        answer = await trail.send(step)
        heads = trail.heads()
        second = await trail.send(step)
        if heads != trail.heads() or type(second) is not type(answer):
            result.again.append(str(step))
        return answer

    asyncio.run(
        play(twice, steps(), lambda _index, step, answer: result.answers.append((step, answer)), patience=0),
    )
    return result

"""Four services on their own ledgers and the systems that claim to them, with a clock that stands until it is moved."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from contracts import subjects
from contracts.acting import Acting, Role
from contracts.answers import Answered, ClaimVerdict
from contracts.catalogue import SERVICES, claims, decode
from contracts.queries.record import Validate
from contracts.refusals import Refused
from runtime.claims import read
from runtime.desk import Caller, Desk
from runtime.inbox import Inbox
from runtime.ledger import Ledger, Origin
from runtime.ror import ror
from runtime.work import Work
from services.council.app import SERVICE as COUNCIL
from services.intake.app import SERVICE as INTAKE
from services.portfolio.app import SERVICE as PORTFOLIO
from services.reporting.app import SERVICE as REPORTING

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from contracts.answers import ClaimOutcome
    from contracts.envelope import Recorded
    from contracts.message import Command

START = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
OWNERS = {kind.__name__: kind.service for kind in claims().values()}

IDEA = {"title": "Felles bårebil", "problem": "Pårørande ventar for lenge."}
DECISION = {
    "idea": "7",
    "body": "Formannskapet",
    "reference": "26/0123-4",
    "outcome": "approved",
    "decided": "2026-03-03",
    "reasons": "Behovet er felles.",
}
ACTIVITY = {"activity": "P-11", "title": "Felles bårebil, prosjekt", "started": "2026-03-04"}
FIGURE = {"kpi": "ventetid", "period": "2026-01", "value": "12.50"}
SYSTEM = {"IdeaSubmitted": "sak", "CouncilDecided": "sak", "ActivityStarted": "prosjekt", "KpiRecorded": "dvh"}


def by_registry(tenant: str, system: str) -> tuple[str, ...]:
    """What ROR-IKT's registry lets a system claim."""
    found = [each for each in ror().tenant(tenant).systems if each.name == system]
    return found[0].claims if found else ()


@dataclass
class Claimants:
    """Everybody at the doors. What one service records is taken in by the others when they `catch_up`."""

    directory: Path
    now: datetime = START
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    inboxes: list[Inbox] = field(default_factory=list)

    def __post_init__(self) -> None:
        for service in (INTAKE, COUNCIL, PORTFOLIO, REPORTING):
            path = f"sqlite:///{self.directory}/{service.name}.db"
            ledger = Ledger.open(path, service.name, clock=lambda: self.now, salt=lambda: b"salt")
            self.ledgers[service.name] = ledger
            self.desks[service.name] = Desk(service, ledger, lambda: self.now, uuid4, by_registry)
            if service.react:
                execute = self.desks[service.name].carry_out
                self.inboxes.append(Inbox(ledger, None, service.react, execute, sources=service.follows))  # type: ignore[arg-type]  # asks no server

    def publish(self, name: str, id_: str, data: Any, **how: Any) -> ClaimOutcome:
        """One claim as it is decided on; `published`: when it came to INGEST, if it may wait."""
        tenant, system = how.get("tenant", "molde"), how.get("system", SYSTEM.get(name, "sak"))
        raw = json.dumps(event(name, id_, data, **how.get("attributes", {}))).encode()
        desk = self.desks[how.get("service", OWNERS.get(name, "intake"))]
        return desk.claims.decide(read(subjects.claim(tenant, system, name), raw), how.get("published"))

    def validate(
        self, name: str, id_: str, data: Any, system: str | None = None, at: str | None = None
    ) -> ClaimVerdict:
        """What the service says would become of it."""
        body = Validate(claim=event(name, id_, data)).model_dump_json().encode()
        caller = Caller("molde", system or SYSTEM[name], None, frozenset({Role.SYSTEM}))
        answer = self.desks[at or OWNERS[name]].query("Validate", body, caller)
        assert isinstance(answer, Answered), answer
        return ClaimVerdict.model_validate(answer.result)

    def do(self, command: Command, *roles: Role) -> UUID:
        """A command of the municipality's own people."""
        command = command.done_at(self.now)
        acting = Acting("molde", "web", "ada", frozenset(roles or {Role.DIRECTOR, Role.CASEWORKER, Role.SECRETARY}))
        desk = self.desks[str(command.service)]
        work = Work(desk.ledger, Origin("molde", acting.actor, command.moment, "c", "c"))
        about = desk.carry_out(work, command, acting)
        desk.ledger.append(work.entries)
        return about

    def catch_up(self) -> None:
        while any(self._taken_in(inbox) for inbox in self.inboxes):
            pass

    def _taken_in(self, inbox: Inbox) -> int:
        taken = 0
        for source in inbox._sources:  # noqa: SLF001 - stands in for its follower
            for each in self.events(source, inbox.positions.get(source, 0)):
                inbox.take([each])
                taken += 1
        return taken

    def replayed(self) -> list[str]:
        """What would be recorded if every service were told everything once more."""
        found: list[str] = []
        for desk in self.desks.values():
            work = Work(desk.ledger, Origin("molde", "molde/policy", self.now, "c", "c"))
            for source in desk.service.follows if desk.service.react else ():
                for each in self.events(source):
                    for reaction in desk.service.react(each) if desk.service.react else ():
                        acting = Acting(reaction.tenant, desk.service.name, None, frozenset({Role.SYSTEM}))
                        with contextlib.suppress(Refused), work.attempt():
                            desk.carry_out(work, reaction.command.done_at(each.time), acting)
            found += [type(event).__name__ for entry in work.entries for event in entry.events]
        return found

    def events(self, service: str, after: int = 0) -> list[Recorded[Any]]:
        return [decode(stored.body) for stored in self.ledgers[service].read(after, 100_000)]

    def of(self, name: str) -> list[Any]:
        return [each.data for service in SERVICES for each in self.events(service) if each.name == name]

    def heads(self) -> dict[str, int]:
        return {name: ledger.head() for name, ledger in self.ledgers.items()}

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)

    def close(self) -> None:
        for ledger in self.ledgers.values():
            ledger.close()


def event(name: str, id_: str, data: Any, **attributes: Any) -> dict[str, Any]:
    """A claim as its publisher writes it."""
    type_ = f"no.loypa.claim.{name}.v1"
    return {"specversion": "1.0", "id": id_, "source": "urn:molde", "type": type_, "data": data, **attributes}

"""The desk behind the doors: who asks, whether they may, what is decided, and the answer."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from contracts import door, rights
from contracts.acting import Acting, Kind, Role
from contracts.answers import Accepted, Answered, RefusedAnswer, Unavailable
from contracts.catalogue import commands, queries
from contracts.commands.record import ErasePersonalData
from contracts.envelope import MAX_BYTES
from contracts.queries.record import ClaimStatus, Unseal, UnsealingLog, Validate
from contracts.refusals import Refused
from runtime import attempts, personal, strict
from runtime import ledger as ledgers
from runtime.adjudication import PATIENCE, Adjudication
from runtime.claims import LONGEST_NAME, invalid
from runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from contracts.message import Command, Message, Query
    from runtime.declaration import Service

CLOCK_TOLERANCE = timedelta(seconds=5)
"""How far a sender's clock may run ahead of ours."""

TRIES = 5
"""How often a command is decided anew when somebody else was faster."""


@dataclass(frozen=True)
class Caller:
    """Who is at the door: tenant and system as the server vouches for them, the person as their front end does.

    `granted` are the roles the tenant registry gives the person (or the system acting by itself), `kind` is what the
    tenant is, `called` what people call it, `peers` are the municipalities it shares a network with and `carries_on`
    those that have been merged into it.
    """

    tenant: str
    system: str
    person: str | None
    granted: frozenset[Role]
    kind: Kind = Kind.MUNICIPALITY
    peers: frozenset[str] = frozenset()
    called: str = ""
    carries_on: frozenset[str] = frozenset()

    def acting(self, *more: Role) -> Acting:
        """The caller with these further roles."""
        roles = self.granted | set(more)
        kind, peers, called = self.kind, self.peers, self.called
        return Acting(self.tenant, self.system, self.person, roles, kind, peers, called, self.carries_on)


@dataclass(frozen=True)
class Opened:
    """Sealed text as somebody's question needs it (`declaration.Opening`)."""

    vault: personal.Vault
    acting: Acting
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]

    def unseal(self, refs: Sequence[UUID], purpose: str) -> dict[UUID, str]:
        """What the table of rights opens to the acting person, on record."""
        if not refs:
            return {}
        asked = Unseal(refs=tuple(refs), purpose=purpose)
        found = self.vault.unseal(asked, self.acting, self.clock(), self.new_id())
        return {one.ref: one.value for one in found.values if one.value is not None}

    def published(self, refs: Sequence[UUID]) -> dict[UUID, str]:
        """What the service itself has opened to everybody, which is nothing to keep a record of."""
        return {ref: row.value for ref, row in self.vault.ledger.unseal(refs).items()}


def nothing(_tenant: str, _system: str) -> tuple[str, ...]:
    """What a system may claim where no registry says otherwise."""
    return ()


@dataclass(frozen=True)
class Desk:
    """One service's desk. Synchronous: commands and claims run on the service's writing thread, queries on any.

    `may_claim` names the events that a tenant's system is registered to claim; `patience` is how long a claim is tried
    again when what it refers to is not known.
    """

    service: Service
    ledger: ledgers.Ledger
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    may_claim: Callable[[str, str], Collection[str]] = nothing
    patience: timedelta = PATIENCE

    @cached_property
    def claims(self) -> Adjudication:
        """The part of the desk that decides on claims."""
        return Adjudication(
            self.service, self.ledger, self.clock, self.carry_out, CLOCK_TOLERANCE, self.may_claim, self.patience
        )

    @cached_property
    def vault(self) -> personal.Vault:
        """The part of the desk that shows personal text."""
        return personal.Vault(self.ledger)

    def command(self, name: str, body: bytes, caller: Caller) -> Accepted | RefusedAnswer | Unavailable:
        """Decide on a command; never raises for what the sender or the infrastructure did."""
        try:
            return self._decided(self._read(commands(), name, body), caller)
        except Refused as refused:
            return RefusedAnswer(refusal=refused.on_the_wire())
        except (ledgers.Conflict, ledgers.Unavailable) as error:
            return Unavailable(says=str(error))

    def _decided(self, command: Command, caller: Caller) -> Accepted:
        now = self.clock()
        command = command.done_at(now)
        if command.moment > now + CLOCK_TOLERANCE:
            raise door.InTheFuture(command.moment, now)
        cause = str(self.new_id())
        origin = ledgers.Origin(
            tenant=caller.tenant,
            actor=caller.acting().actor,
            time=min(command.moment, now),
            correlation=cause,
            causation=cause,
        )
        for attempt in range(TRIES):
            work = Work(self.ledger, origin)
            acting = self._acting(work, caller, command.moment)
            may = rights.may_send(self.service.name, type(command).__name__, acting.kind)
            self._allow(may, command, acting)
            about = self.carry_out(work, command, acting)
            try:
                self.ledger.append(work.entries, erase=work.erasures)
            except ledgers.Conflict:
                if attempt == TRIES - 1:
                    raise
            else:
                return Accepted(service=self.service.name, position=self.ledger.head(), about=about)
        raise AssertionError("unreachable: the loop answers or raises")

    def carry_out(self, work: Work, command: Command, acting: Acting) -> UUID:
        """Let the service decide on a command in this unit of work; the aggregate it is about. Raises `Refused`."""
        if isinstance(command, ErasePersonalData):
            return personal.erase(work, command, acting)
        return self.service.commands[type(command)](work, command, acting)

    def query(self, name: str, body: bytes, caller: Caller) -> Answered | RefusedAnswer | Unavailable:
        """Answer a query from the ledger."""
        try:
            query, acting = self.permitted(name, body, caller)
            result = self._told(query, acting)
        except Refused as refused:
            return RefusedAnswer(refusal=refused.on_the_wire())
        except (ledgers.Conflict, ledgers.Unavailable) as error:
            return Unavailable(says=str(error))
        head = self.ledger.head()
        stale = query.after.get(self.service.name, 0) > head
        return Answered(positions={self.service.name: head}, stale=stale, result=result.model_dump(mode="json"))

    def permitted(self, name: str, body: bytes, caller: Caller) -> tuple[Query, Acting]:
        """The query, read and allowed, and who asks it. Raises `Refused`."""
        query: Query = self._read(queries(), name, body)
        now = self.clock()
        looking = Work(self.ledger, ledgers.Origin(caller.tenant, caller.acting().actor, now, "", ""))
        acting = self._acting(looking, caller, now)
        self._allow(rights.may_ask(self.service.name, name, acting.kind), query, acting)
        return query, acting

    def _told(self, query: Query, acting: Acting) -> Message:
        match query:
            case ClaimStatus():
                return self.claims.status(query, acting)
            case Validate():
                return self.claims.validate(query, acting)
            case Unseal():
                return self.vault.unseal(query, acting, self.clock(), self.new_id())
            case UnsealingLog():
                return self.vault.unsealings(query, acting)
            case _ if type(query) in self.service.disclosing:
                opening = Opened(self.vault, acting, self.clock, self.new_id)
                return self.service.disclosing[type(query)](self.ledger.history, opening, query, acting)
            case _:
                return self.service.queries[type(query)](self.ledger.history, query, acting)

    def _acting(self, work: Work, caller: Caller, moment: datetime) -> Acting:
        """The caller with every role they have: granted by the registry, or following from the service's record."""
        bare = caller.acting()
        return dataclasses.replace(bare, roles=bare.roles | self.service.roles(work, bare, moment.date()))

    def _read(self, known: dict[tuple[str, str], type[Any]], name: str, body: bytes) -> Any:  # noqa: ANN401 - by name
        if len(body) > MAX_BYTES:
            raise door.TooBig(len(body))
        kind = known.get((self.service.name, name))
        if kind is None:
            ours = tuple(sorted(other for service, other in known if service == self.service.name))
            raise door.UnknownType(name, ours)
        try:
            strict.document(body or b"{}")
        except ValueError as error:
            raise door.NotJson(str(error)[:LONGEST_NAME]) from error
        try:
            return kind.model_validate_json(body or b"{}")
        except ValidationError as error:
            raise invalid(error) from error

    def _allow(self, may: frozenset[Role], message: Message, acting: Acting) -> None:
        if may & acting.roles:
            return
        what = type(message).__name__
        attempts.denied(
            "NotAllowed",
            tenant=acting.tenant,
            system=acting.system,
            person=acting.person,
            service=self.service.name,
            message=what,
        )
        raise door.NotAllowed(what, tuple(sorted(acting.roles)), tuple(sorted(may)))

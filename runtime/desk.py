"""The desk behind the doors: who asks, whether they may, what is decided, and the answer."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from contracts import door, rights
from contracts.acting import Acting, Role
from contracts.answers import (
    Accepted,
    Answered,
    ClaimOutcome,
    ClaimOutcomes,
    RefusedAnswer,
    Unavailable,
    Unsealed,
    UnsealedValue,
)
from contracts.catalogue import commands, decode, queries
from contracts.commands.record import ErasePersonalData
from contracts.envelope import MAX_BYTES
from contracts.events.record import (
    ClaimAccepted,
    ClaimQuarantined,
    ClaimRejected,
    PersonalDataErased,
    PersonalDataUnsealed,
)
from contracts.identity import derive
from contracts.queries.record import ClaimStatus, Unseal
from contracts.refusals import Refusal, Refused
from contracts.sealed import Retention, Sealed
from runtime import ledger as ledgers
from runtime.claims import Submission, invalid
from runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.message import Command, Message, Query
    from runtime.declaration import Service

CLOCK_TOLERANCE = timedelta(seconds=5)
"""How far a front end's clock may run ahead of ours."""

TRIES = 5
"""How often a command is decided anew when somebody else was faster."""


@dataclass(frozen=True)
class Caller:
    """Who is at the door: tenant and system as the server vouches for them, the person as their front end does.

    `granted` are the roles the tenant registry gives the person (or the system acting by itself).
    """

    tenant: str
    system: str
    person: str | None
    granted: frozenset[Role]


@dataclass(frozen=True)
class Desk:
    """One service's desk. Synchronous: it runs on the service's writer thread, queries on any."""

    service: Service
    ledger: ledgers.Ledger
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]

    # --- commands

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
            tenant=caller.tenant, actor=_actor(caller), time=command.moment, correlation=cause, causation=cause
        )
        for attempt in range(TRIES):
            work = Work(self.ledger, origin)
            acting = self.acting(work, caller, command.moment)
            _allow(rights.may_send(self.service.name, type(command).__name__), command, acting)
            about = self._carry_out(work, command, acting)
            try:
                return Accepted(service=self.service.name, position=self._append(work), about=about)
            except ledgers.Conflict:
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable: the loop answers or raises")

    def _carry_out(self, work: Work, command: Command, acting: Acting) -> UUID:
        if isinstance(command, ErasePersonalData):
            return self._erase(work, command, acting)
        return self.service.commands[type(command)](work, command, acting)

    def acting(self, work: Work, caller: Caller, moment: datetime) -> Acting:
        """The caller with every role they have: granted by the registry, or following from the service's record."""
        bare = Acting(caller.tenant, caller.system, caller.person, caller.granted)
        return dataclasses.replace(bare, roles=bare.roles | self.service.roles(work, bare, moment.date()))

    def _append(self, work: Work) -> int:
        if work.entries:
            self.ledger.append(work.entries, erase=work.erasures)
        return self.ledger.head()

    # --- queries

    def query(self, name: str, body: bytes, caller: Caller) -> Answered | RefusedAnswer | Unavailable:
        """Answer a query from the ledger. Those answered from views pass through `permitted` only."""
        try:
            query = self.permitted(name, body, caller)
            acting = self.acting(self._looking(caller), caller, self.clock())
            result = self._told(query, acting)
        except Refused as refused:
            return RefusedAnswer(refusal=refused.on_the_wire())
        except (ledgers.Conflict, ledgers.Unavailable) as error:
            return Unavailable(says=str(error))
        head = self.ledger.head()
        stale = query.after.get(self.service.name, 0) > head
        return Answered(positions={self.service.name: head}, stale=stale, result=result.model_dump(mode="json"))

    def permitted(self, name: str, body: bytes, caller: Caller) -> Query:
        """The query, read and allowed. Raises `Refused`."""
        query: Query = self._read(queries(), name, body)
        acting = self.acting(self._looking(caller), caller, self.clock())
        _allow(rights.may_ask(self.service.name, name), query, acting)
        return query

    def _looking(self, caller: Caller) -> Work:
        now = self.clock()
        return Work(self.ledger, ledgers.Origin(caller.tenant, _actor(caller), now, "", ""))

    def _told(self, query: Query, acting: Acting) -> Message:
        match query:
            case ClaimStatus():
                return self._claim_status(query, acting)
            case Unseal():
                return self._unseal(query, acting)
            case _:
                return self.service.queries[type(query)](self.ledger.history, query, acting)

    def _read(self, known: dict[tuple[str, str], type[Any]], name: str, body: bytes) -> Any:  # noqa: ANN401 - by name
        if len(body) > MAX_BYTES:
            raise door.TooBig(len(body))
        kind = known.get((self.service.name, name))
        if kind is None:
            ours = tuple(sorted(other for service, other in known if service == self.service.name))
            raise door.UnknownType(name, ours)
        try:
            return kind.model_validate_json(body or b"{}")
        except ValidationError as error:
            raise invalid(error) from error

    # --- claims

    def claim(self, submission: Submission) -> ClaimOutcome:
        """Decide on a claim and record the outcome: the same id and content again gives the same outcome.

        Raises `Conflict` or `Unavailable` when it could not be recorded; the claim is then tried again.
        """
        history = self.ledger.history(submission.claim_uuid)
        same = next((past for past in history if past.data.body == submission.body), None)
        if same is not None:
            return outcome(same)
        now = self.clock()
        refused = submission.refused
        if history:
            refused = door.IdConflict(submission.claim_id, history[0].recordedtime)
        elif submission.time is not None and submission.time > now + CLOCK_TOLERANCE:
            refused = door.InTheFuture(submission.time, now)
        work = Work(self.ledger, self._claim_origin(submission, now))
        if refused is None:
            try:
                about = self._adopt(work, submission, now)
                work.record(submission.claim_uuid, ClaimAccepted(**_named(submission), about=about))
            except Refused as error:
                refused = error
                work = Work(self.ledger, work.origin)
        if refused is not None:
            work.record(submission.claim_uuid, _rejected(submission, refused.on_the_wire()))
        recorded = self.ledger.append(work.entries)
        return outcome(next(event for event in recorded if event.subject == submission.claim_uuid))

    def quarantine(self, submission: Submission, reason: str, attempts: int) -> ClaimOutcome:
        """Set aside a claim that cannot be decided on, with its reason and its original bytes in the vault."""
        work = Work(self.ledger, self._claim_origin(submission, self.clock()))
        original = Sealed.of(submission.original, Retention.CONTENT)
        event = ClaimQuarantined(**_named(submission), reason=reason, attempts=attempts, original=original)
        work.record(submission.claim_uuid, event)
        return outcome(self.ledger.append(work.entries)[0])

    def _adopt(self, work: Work, submission: Submission, now: datetime) -> UUID:
        claim = submission.claim
        if claim is None:
            raise AssertionError("a submission holds a claim or a refusal")
        tenant, system = submission.tenant, submission.system
        acting = Acting(tenant, system, None, frozenset({Role.SYSTEM}))
        command = self.service.claims[type(claim)](claim, tenant, system, submission.claim_id)
        return self._carry_out(work, command.done_at(submission.time or now), acting)

    def _claim_origin(self, submission: Submission, now: datetime) -> ledgers.Origin:
        cause = str(submission.claim_uuid)
        return ledgers.Origin(
            tenant=submission.tenant,
            actor=f"{submission.tenant}/{submission.system}",
            time=submission.time or now,
            correlation=cause,
            causation=cause,
        )

    def _claim_status(self, query: ClaimStatus, acting: Acting) -> ClaimOutcomes:
        head = self.ledger.head()
        if query.ids:
            return ClaimOutcomes(claims=tuple(self._status(claim_id, acting) for claim_id in query.ids), upto=head)
        found: list[ClaimOutcome] = []
        upto = query.since
        while len(found) < 1000 and (page := self.ledger.read(upto)):
            for stored in page:
                name = stored.subject.rsplit(".", 1)[-1]
                if name in {"ClaimAccepted", "ClaimRejected", "ClaimQuarantined"}:
                    event = decode(stored.body)
                    if event.actor == f"{acting.tenant}/{acting.system}":
                        found.append(outcome(event))
            upto = page[-1].position
        return ClaimOutcomes(claims=tuple(found), upto=upto)

    def _status(self, claim_id: str, acting: Acting) -> ClaimOutcome:
        history = self.ledger.history(derive("claim", acting.tenant, acting.system, claim_id))
        return outcome(history[0]) if history else ClaimOutcome(claim_id=claim_id, state="pending")

    # --- what people wrote about people

    def _unseal(self, query: Unseal, acting: Acting) -> Unsealed:
        rows = self.ledger.unseal(query.refs)
        own = {ref: row for ref, row in rows.items() if self._tenant_of(row.subject) == acting.tenant}
        if own:
            origin = ledgers.Origin(acting.tenant, acting.actor, self.clock(), *[str(self.new_id())] * 2)
            work = Work(self.ledger, origin)
            seen = PersonalDataUnsealed(refs=tuple(own), purpose=query.purpose)
            work.record(derive("unsealed", self.service.name, origin.causation), seen)
            self.ledger.append(work.entries)
        return Unsealed(
            values=tuple(
                UnsealedValue(ref=ref, value=own[ref].value)
                if ref in own
                else UnsealedValue(ref=ref, value=None, absent="unknown")
                for ref in query.refs
            )
        )

    def _erase(self, work: Work, command: ErasePersonalData, acting: Acting) -> UUID:
        history = self.ledger.history(command.about)
        if not history or history[0].tenant != acting.tenant:
            raise door.NotFound("record", str(command.about))
        held = tuple(self.ledger.sealed_of(command.about))
        refs = tuple(ref for ref in command.refs or held if ref in held)
        if refs:
            work.erase(*refs)
            erased = PersonalDataErased(about=command.about, refs=refs, ground=command.ground, person=command.person)
            work.record(derive("erased", command.about), erased)
        return command.about

    def _tenant_of(self, subject: UUID) -> str | None:
        history = self.ledger.history(subject)
        return history[0].tenant if history else None


def outcome(recorded: Recorded[Any]) -> ClaimOutcome:
    """What a claim's publisher is told of a recorded outcome."""
    event = recorded.data
    told: dict[str, Any] = {
        "claim_id": event.claim_id,
        "claim": event.claim,
        "claim_type": event.claim_type,
        "recorded": recorded.recordedtime,
        "position": recorded.sequence,
    }
    match event:
        case ClaimAccepted():
            return ClaimOutcome(state="accepted", about=event.about, **told)
        case ClaimQuarantined():
            refusal = Refusal(rule="Quarantined", says=f"set aside after {event.attempts} attempts: {event.reason}")
            return ClaimOutcome(state="quarantined", refusal=refusal, **told)
        case _:
            refusal = Refusal(
                rule=event.rule, says=event.says, facts=event.facts, field=event.field, accepts=event.accepts
            )
            return ClaimOutcome(state="rejected", refusal=refusal, **told)


def _named(submission: Submission) -> dict[str, Any]:
    return {
        "claim": submission.claim_uuid,
        "system": submission.system,
        "claim_id": submission.claim_id,
        "claim_type": submission.claim_type,
        "body": submission.body,
    }


def _rejected(submission: Submission, refusal: Refusal) -> ClaimRejected:
    """The rejection as it is recorded: the offending value stays in the vault, since it may be about a person."""
    facts = {name: fact for name, fact in refusal.facts.items() if name != "value"}
    return ClaimRejected(
        **_named(submission),
        rule=refusal.rule,
        says=refusal.says,
        field=refusal.field or refusal.facts.get("at"),
        accepts=refusal.accepts,
        facts=facts,
        original=Sealed.of(submission.original, Retention.CONTENT),
    )


def _actor(caller: Caller) -> str:
    return Acting(caller.tenant, caller.system, caller.person, caller.granted).actor


def _allow(may: frozenset[Role], message: Message, acting: Acting) -> None:
    if not may & acting.roles:
        what = type(message).__name__
        raise door.NotAllowed(what, tuple(sorted(acting.roles)), tuple(sorted(may)))

"""What becomes of a claim: accepted, rejected or set aside; recorded once, and told to whoever asks again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts import door
from contracts.acting import Acting, Role
from contracts.answers import ClaimOutcome, ClaimOutcomes
from contracts.catalogue import decode
from contracts.events.record import ClaimAccepted, ClaimQuarantined, ClaimRejected
from contracts.identity import derive
from contracts.refusals import Refusal, Refused
from contracts.sealed import Retention, Sealed
from runtime.ledger import Origin
from runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.message import Command
    from contracts.queries.record import ClaimStatus
    from runtime.claims import Submission
    from runtime.declaration import Service
    from runtime.ledger import Ledger

OUTCOMES = {"ClaimAccepted", "ClaimRejected", "ClaimQuarantined"}

PAGE = 1000
"""How many outcomes one answer holds at the most."""


@dataclass(frozen=True)
class Adjudication:
    """Decides on the claims of one service. Everything that writes runs on the service's writing thread.

    `carry_out` decides on a command in a unit of work; `ahead` is how far a publisher's clock may run ahead of ours.
    """

    service: Service
    ledger: Ledger
    clock: Callable[[], datetime]
    carry_out: Callable[[Work, Command, Acting], UUID]
    ahead: timedelta

    def decide(self, submission: Submission) -> ClaimOutcome:
        """Decide on a claim and record the outcome: the same id and content again gives the same outcome.

        Raises `Conflict` or `Unavailable` when it could not be recorded; the claim is then to be tried again.
        """
        history = self.ledger.history(submission.claim_uuid)
        same = next((past for past in history if past.data.body == submission.body), None)
        if same is not None:
            return told(same)
        now = self.clock()
        work = Work(self.ledger, _origin(submission, now))
        try:
            self._may_be_decided(submission, history, now)
            about = self._adopt(work, submission, now)
            work.record(submission.claim_uuid, ClaimAccepted(**_named(submission), about=about))
        except Refused as refused:
            work = Work(self.ledger, work.origin)
            work.record(submission.claim_uuid, _rejected(submission, refused.on_the_wire()))
        return self._recorded(work, submission)

    def quarantine(self, submission: Submission, reason: str, attempts: int) -> ClaimOutcome:
        """Set aside a claim that cannot be decided on, with its reason and its original bytes in the vault."""
        work = Work(self.ledger, _origin(submission, self.clock()))
        original = Sealed.of(submission.original, Retention.CONTENT)
        event = ClaimQuarantined(**_named(submission), reason=reason, attempts=attempts, original=original)
        work.record(submission.claim_uuid, event)
        return self._recorded(work, submission)

    def status(self, query: ClaimStatus, acting: Acting) -> ClaimOutcomes:
        """What became of the asking system's own claims."""
        if query.ids:
            outcomes = tuple(self._status(claim_id, acting) for claim_id in query.ids)
            return ClaimOutcomes(claims=outcomes, upto=self.ledger.head())
        found: list[ClaimOutcome] = []
        upto = query.since
        while len(found) < PAGE and (page := self.ledger.read(upto)):
            for stored in page:
                if len(found) < PAGE:
                    upto = stored.position
                    if stored.subject.rsplit(".", 1)[-1] in OUTCOMES:
                        event = decode(stored.body)
                        found += [told(event)] if event.actor == f"{acting.tenant}/{acting.system}" else []
        return ClaimOutcomes(claims=tuple(found), upto=upto)

    def _status(self, claim_id: str, acting: Acting) -> ClaimOutcome:
        history = self.ledger.history(derive("claim", acting.tenant, acting.system, claim_id))
        return told(history[0]) if history else ClaimOutcome(claim_id=claim_id, state="pending")

    def _may_be_decided(self, submission: Submission, history: list[Recorded[Any]], now: datetime) -> None:
        if history:
            raise door.IdConflict(submission.claim_id, history[0].recordedtime)
        if submission.refused is not None:
            raise submission.refused
        if submission.time is not None and submission.time > now + self.ahead:
            raise door.InTheFuture(submission.time, now)

    def _adopt(self, work: Work, submission: Submission, now: datetime) -> UUID:
        claim = submission.claim
        if claim is None:
            raise AssertionError("a submission holds a claim or a refusal")
        tenant, system = submission.tenant, submission.system
        command = self.service.claims[type(claim)](claim, tenant, system, submission.claim_id)
        acting = Acting(tenant, system, None, frozenset({Role.SYSTEM}))
        return self.carry_out(work, command.done_at(submission.time or now), acting)

    def _recorded(self, work: Work, submission: Submission) -> ClaimOutcome:
        recorded = self.ledger.append(work.entries)
        return told(next(event for event in recorded if event.subject == submission.claim_uuid))


def told(recorded: Recorded[Any]) -> ClaimOutcome:
    """What a claim's publisher is told of a recorded outcome."""
    event = recorded.data
    facts: dict[str, Any] = {
        "claim_id": event.claim_id,
        "claim": event.claim,
        "claim_type": event.claim_type,
        "recorded": recorded.recordedtime,
        "position": recorded.sequence,
    }
    match event:
        case ClaimAccepted():
            return ClaimOutcome(state="accepted", about=event.about, **facts)
        case ClaimQuarantined():
            refusal = Refusal(rule="Quarantined", says=f"set aside after {event.attempts} attempts: {event.reason}")
            return ClaimOutcome(state="quarantined", refusal=refusal, **facts)
        case _:
            refusal = Refusal(
                rule=event.rule, says=event.says, facts=event.facts, field=event.field, accepts=event.accepts
            )
            return ClaimOutcome(state="rejected", refusal=refusal, **facts)


def _origin(submission: Submission, now: datetime) -> Origin:
    cause = str(submission.claim_uuid)
    actor = f"{submission.tenant}/{submission.system}"
    time = min(submission.time or now, now)
    return Origin(tenant=submission.tenant, actor=actor, time=time, correlation=cause, causation=cause)


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

"""What becomes of a claim: accepted, rejected or set aside; recorded once, and told to whoever asks again."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from contracts import catalogue, door, subjects
from contracts.acting import Acting, Role
from contracts.answers import ClaimOutcome, ClaimOutcomes, ClaimVerdict
from contracts.events.record import ClaimAccepted, ClaimQuarantined, ClaimRejected
from contracts.identity import derive
from contracts.message import Slug
from contracts.refusals import Refused
from contracts.sealed import Retention, Sealed
from runtime import claims, outcomes
from runtime.ledger import Origin
from runtime.recording import Head, put_on_record
from runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.message import Command
    from contracts.queries.record import ClaimStatus, Validate
    from runtime.claims import Submission
    from runtime.declaration import Service
    from runtime.ledger import Ledger

OUTCOMES = {"ClaimAccepted", "ClaimRejected", "ClaimQuarantined", "ClaimDiscarded"}

PAGE = 1000
"""How many outcomes one answer holds at the most."""

SCAN = 5000
"""How many events one question about outcomes since a position reads at the most."""

PATIENCE = timedelta(seconds=60)
"""How long after it was published a claim is tried again when what it refers to is not known."""

_SLUG: TypeAdapter[str] = TypeAdapter(Slug)
_NAMED = re.compile(r"no\.loypa\.claim\.([A-Za-z]+)\.v[0-9]+")


class Waits(Exception):  # noqa: N818 - it is an answer: try again later
    """What the claim refers to is not known yet; `left` is how long it may still be tried. Nothing is recorded."""

    def __init__(self, refused: door.UnknownReference, left: timedelta) -> None:
        super().__init__(str(refused))
        self.refused, self.left = refused, left


@dataclass(frozen=True)
class Adjudication:
    """Decides on the claims of one service. Everything that writes runs on the service's writing thread.

    `carry_out` decides on a command in a unit of work; `ahead` is how far a publisher's clock may run ahead of ours;
    `may_claim` names the events that a tenant's system is registered to claim; `patience` is for unknown references.
    """

    service: Service
    ledger: Ledger
    clock: Callable[[], datetime]
    carry_out: Callable[[Work, Command, Acting], UUID]
    ahead: timedelta
    may_claim: Callable[[str, str], Collection[str]]
    patience: timedelta = PATIENCE

    def decide(self, submission: Submission, published: datetime | None = None, *, again: bool = False) -> ClaimOutcome:
        """Decide on a claim and record the outcome: the same id and content again gives the same outcome.

        `published` is when it came to INGEST; without it, nothing is waited for. `again`: it is in quarantine, and this
        outcome takes the place of that. Raises `Waits`, and `Conflict` or `Unavailable` when it could not be recorded:
        the claim is then to be tried again.
        """
        submission = self.veiled(submission)
        work = Work(self.ledger, _origin(submission, self.clock()))
        place = self.weighed(work, submission, published, again=again)
        if isinstance(place, ClaimOutcome):
            return place
        try:
            return self._recorded(work, place)
        except Refused as refused:  # what it amounts to does not fit in an event
            work = Work(self.ledger, work.origin)
            work.record(place, self._rejected(submission, refused))
        return self._recorded(work, place)

    def weighed(
        self, work: Work, submission: Submission, published: datetime | None, *, again: bool = False
    ) -> UUID | ClaimOutcome:
        """Decide on a claim in this unit of work: under which id it holds the outcome, or the outcome there was before.

        Raises `Waits`.
        """
        submission = self.veiled(submission)
        history, body = self.ledger.history(submission.claim_uuid), self._body(submission)
        if not again and (past := self._decided(submission.claim_uuid, history, body)) is not None:
            return self.told(past)
        place = submission.claim_uuid if again or not history else _beside(submission.claim_uuid, body)
        now = self.clock()
        work.origin = _origin(submission, now)
        try:
            with work.attempt():
                self._weigh(work, submission, [] if again else history, now)
        except Refused as refused:
            left = published + self.patience - now if published else timedelta()
            if isinstance(refused, door.UnknownReference) and left > timedelta():
                raise Waits(refused, left) from refused
            work.record(place, self._rejected(submission, refused))
        return place

    def quarantine(self, submission: Submission, reason: str, attempts: int) -> ClaimOutcome:
        """Set aside a claim that cannot be decided on, with its reason and its original bytes in the vault."""
        submission = self.veiled(submission)
        work = Work(self.ledger, _origin(submission, self.clock()))
        original = Sealed.of(submission.original, Retention.CONTENT)
        event = ClaimQuarantined(
            **self._named(submission), reason=reason, attempts=attempts, original=original, subject=submission.subject
        )
        work.record(submission.claim_uuid, event)
        return self._recorded(work, submission.claim_uuid)

    def validate(self, query: Validate, acting: Acting) -> ClaimVerdict:
        """What `decide` would say of the asking system's claim now. Nothing is recorded."""
        named = _NAMED.fullmatch(str(query.claim.get("type")))
        subject = subjects.claim(acting.tenant, acting.system, named[1] if named else "unknown")
        submission = claims.read(subject, json.dumps(query.claim, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        submission = self.veiled(submission)
        history, body = self.ledger.history(submission.claim_uuid), self._body(submission)
        if (past := self._decided(submission.claim_uuid, history, body)) is not None:
            told = self.told(past)
            return ClaimVerdict(
                claim_id=told.claim_id, would_be=told.state, about=told.about, refusal=told.refusal, decided=True
            )
        now = self.clock()
        work = Work(self.ledger, _origin(submission, now))
        try:
            about = self._weigh(work, submission, history, now)
            put_on_record(self.service.name, work.entries, Head(0, None), now, lambda: b"")
        except Refused as refused:
            waits = isinstance(refused, door.UnknownReference) and self.patience > timedelta()
            return ClaimVerdict(
                claim_id=submission.claim_id,
                would_be="waits" if waits else "rejected",
                refusal=outcomes.in_claim(refused.on_the_wire(), submission),
            )
        return ClaimVerdict(claim_id=submission.claim_id, would_be="accepted", about=about)

    def status(self, query: ClaimStatus, acting: Acting) -> ClaimOutcomes:
        """What became of the asking system's own claims."""
        if query.ids or query.contents:
            upto = self.ledger.head()  # first: what is decided on meanwhile is found when it is asked for since here
            told = [self._status(claim_id, acting) for claim_id in query.ids]
            told += [self._status_of(claim_id, content, acting) for claim_id, content in query.contents.items()]
            return ClaimOutcomes(claims=tuple(told), upto=upto)
        found: list[ClaimOutcome] = []
        upto, last = query.since, query.since + SCAN
        while len(found) < PAGE and upto < last and (page := self.ledger.read(upto, min(500, last - upto))):
            for stored in page:
                if len(found) < PAGE:
                    upto = stored.position
                    if stored.subject.rsplit(".", 1)[-1] in OUTCOMES:
                        event = catalogue.decode(stored.body)
                        whose = (event.tenant, event.data.system)
                        found += [self.told(event)] if whose == (acting.tenant, acting.system) else []
        return ClaimOutcomes(claims=tuple(found), upto=upto, more=upto < self.ledger.head())

    def _status(self, claim_id: str, acting: Acting) -> ClaimOutcome:
        history = self.ledger.history(claims.identity(acting.tenant, acting.system, claim_id))
        if not history and claim_id.startswith(claims.UNNAMED):  # as whoever has the bytes would name it
            history = self.ledger.history(claims.identity(acting.tenant, acting.system, self._veil(claim_id)))
        if not history:
            return ClaimOutcome(claim_id=claim_id, state="pending")
        return self.told(next(past for past in reversed(history) if past.data.body == history[0].data.body))

    def _status_of(self, claim_id: str, content: str, acting: Acting) -> ClaimOutcome:
        claim = claims.identity(acting.tenant, acting.system, claim_id)
        past = self._decided(claim, self.ledger.history(claim), self.ledger.keyed(content))
        return ClaimOutcome(claim_id=claim_id, state="pending") if past is None else self.told(past)

    def _decided(self, claim: UUID, history: list[Recorded[Any]], body: str) -> Recorded[Any] | None:
        """The outcome there is of this content under the claim's id: the first's own, or that of a conflict with it."""
        if not history:
            return None
        same = [past for past in history if past.data.body == body] or self.ledger.history(_beside(claim, body))
        return same[-1] if same else None

    def _weigh(self, work: Work, submission: Submission, history: list[Recorded[Any]], now: datetime) -> UUID:
        """Let the service decide on the claim in this unit of work; the aggregate it is about. Raises `Refused`."""
        if history:
            raise door.IdConflict(submission.claim_id, history[0].recordedtime)
        self._may_be_decided(submission, now)
        claim = submission.claim
        if claim is None:
            raise AssertionError("a submission holds a claim or a refusal")
        tenant, system = submission.tenant, submission.system
        command = self.service.claims[type(claim)](claim, tenant, system, submission.claim_id)
        acting = Acting(tenant, system, None, frozenset({Role.SYSTEM}))
        about = self.carry_out(work, command.done_at(submission.time or now), acting)
        work.record(submission.claim_uuid, ClaimAccepted(**self._named(submission), about=about))
        return about

    def _may_be_decided(self, submission: Submission, now: datetime) -> None:
        kind = submission.kind
        if kind is not None:
            may = self.may_claim(submission.tenant, submission.system)
            if kind.__name__ not in may:
                raise door.ClaimNotRegistered(kind.__name__, submission.system, tuple(sorted(may)))
        if submission.refused is not None:
            raise submission.refused
        if kind is not None and kind not in self.service.claims:
            raise door.AnotherService(kind.__name__, kind.service)
        if submission.time is not None and submission.time > now + self.ahead:
            raise door.InTheFuture(submission.time, now)

    def veiled(self, submission: Submission) -> Submission:
        """The claim under a name that can be recorded: of one without an id, nobody else may try a guess on it."""
        if not submission.unnamed:
            return submission
        return dataclasses.replace(submission, claim_id=self._veil(submission.claim_id), unnamed=False)

    def _veil(self, claim_id: str) -> str:
        return f"hmac:{self.ledger.keyed(claim_id)}"

    def _body(self, submission: Submission) -> str:
        """What is recorded of the content, to know it again: nobody outside can try a guess on it."""
        return self.ledger.keyed(submission.content)

    def _named(self, submission: Submission) -> dict[str, Any]:
        try:
            system = _SLUG.validate_python(submission.system)
        except ValidationError:  # no registered system is called so; the envelope's actor has it as it came
            system = "unregistered"
        return {
            "claim": submission.claim_uuid,
            "system": system,
            "claim_id": submission.claim_id,
            "claim_type": submission.claim_type,
            "body": self._body(submission),
        }

    def _rejected(self, submission: Submission, refused: Refused) -> ClaimRejected:
        """The rejection as it is recorded: what the sender wrote stays in the vault, since it may be about a person."""
        refusal = refused.on_record()
        wire = outcomes.in_claim(refused.on_the_wire(), submission)
        return ClaimRejected(
            **self._named(submission),
            rule=refusal.rule,
            says=refusal.says,
            field=wire.field,
            accepts=refusal.accepts,
            facts=refusal.facts,
            original=Sealed.of(submission.original, Retention.CONTENT),
            value=None if wire.value is None else Sealed.of(wire.value, Retention.CONTENT),
        )

    def _recorded(self, work: Work, place: UUID) -> ClaimOutcome:
        recorded = self.ledger.append(work.entries)
        return self.told(next(event for event in recorded if event.subject == place))

    def told(self, recorded: Recorded[Any]) -> ClaimOutcome:
        """What a claim's publisher is told of a recorded outcome.

        The value at fault comes from the vault, while it is kept. That is no unsealing: nobody is told but the one who
        said it.
        """
        event, value = recorded.data, None
        if isinstance(event, ClaimRejected) and event.value is not None and event.value.ref is not None:
            row = self.ledger.unseal([event.value.ref]).get(event.value.ref)
            value = row.value if row else None
        return outcomes.told(recorded, value)


def _beside(claim: UUID, body: str) -> UUID:
    """Where a conflict is recorded: beside the first, so that no number of them makes its history long."""
    return derive("conflict", claim, body)


def _origin(submission: Submission, now: datetime) -> Origin:
    cause = str(submission.claim_uuid)
    actor = f"{submission.tenant}/{submission.system}"
    time = min(submission.time or now, now)
    return Origin(tenant=submission.tenant, actor=actor, time=time, correlation=cause, causation=cause)

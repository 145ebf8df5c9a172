"""What any service records about the messages it was sent and the personal text it keeps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.message import Event, Line, PersonId, Slug
from contracts.sealed import Sealed


class ClaimAccepted(Event):
    """An outside system's claim became a fact; `about` is the aggregate.

    By `body` the service knows the same content again: an HMAC-SHA256 of type and data under a secret of its ledger, so
    that nobody else can try a guess on it. It is the same in the other outcomes.
    """

    claim: UUID
    system: Slug
    claim_id: str
    claim_type: str
    body: str
    about: UUID


class ClaimRejected(Event):
    """An outside system's claim was not accepted: the broken rule, the field at fault, and what would be accepted.

    `value` is what stood in that field, and `original` the message as it came, both as far as they are kept: a sender
    may have written about a person, so `says` and `facts` do not repeat it.
    """

    claim: UUID
    system: Slug
    claim_id: str
    claim_type: str
    body: str
    rule: str
    says: str
    field: str | None = None
    accepts: str | None = None
    facts: dict[str, Any] = {}
    original: Sealed[str] | None = None
    value: Sealed[str] | None = None


class ClaimQuarantined(Event):
    """A claim could be neither accepted nor rejected, after `attempts`; the message as it came is kept in the vault.

    `reason` is what the system says went wrong, `subject` where it was published (`ingest.<tenant>.<system>.<Event>`).
    """

    claim: UUID
    system: Slug
    claim_id: str
    claim_type: str
    body: str
    reason: str
    attempts: int
    original: Sealed[str]
    subject: str | None = None


class ClaimDiscarded(Event):
    """The operator will not have a quarantined claim tried again, and why; the message as it came is erased."""

    claim: UUID
    system: Slug
    claim_id: str
    claim_type: str
    body: str
    reason: Line


class ReactionRefused(Event):
    """What one service wanted done because of another's event was refused by a rule; kept so that nobody wonders."""

    reaction: UUID
    cause: UUID
    command: str
    rule: str
    says: str
    facts: dict[str, Any] = {}


class ReactionQuarantined(Event):
    """What was to follow from another service's event could not be worked out; the events after it went on.

    `cause` is the event, `position` its place in the ledger of `source`, `about` its aggregate, `event` its name.
    `reason` is what the system says went wrong, after `attempts`.
    """

    reaction: UUID
    cause: UUID
    source: Slug
    position: int
    about: UUID
    event: str
    reason: str
    attempts: int


class ReactionRetried(Event):
    """What was to follow from an event that had been set aside has been worked out after all."""

    reaction: UUID
    cause: UUID


class ReactionDiscarded(Event):
    """The operator wants nothing to follow any more from an event that had been set aside, and why."""

    reaction: UUID
    cause: UUID
    reason: Line


class PersonalDataUnsealed(Event):
    """Somebody entitled was shown sealed values: who is in the envelope, why is `purpose`, which are `refs`."""

    refs: tuple[UUID, ...]
    purpose: Line


class PersonalDataErased(Event):
    """Sealed values were erased for good; the history and its digests stay. `person`: whom they were about."""

    about: UUID
    refs: tuple[UUID, ...]
    ground: Line
    person: PersonId | None = None

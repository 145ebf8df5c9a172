"""What a command and a query get back, whichever service answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from contracts.message import Instant, Message
from contracts.refusals import Refusal


class Accepted(Message):
    """The command is done and recorded. A query that names `{service: position}` in `after` sees what it did.

    `about` is the aggregate it concerned; `position` is the service's head right after it, unchanged when the command
    was a repetition.
    """

    outcome: Literal["accepted"] = "accepted"
    service: str
    position: Annotated[int, Field(ge=0)]
    about: UUID


class RefusedAnswer(Message):
    """A rule said no, or the message could not be read: nothing was changed, and sending the same again is no use."""

    outcome: Literal["refused"] = "refused"
    refusal: Refusal


class Unavailable(Message):
    """The service cannot answer now; the same message again is safe, at the earliest after `retry_after` seconds."""

    outcome: Literal["unavailable"] = "unavailable"
    says: str
    retry_after: Annotated[float, Field(ge=0)] = 1.0


class Answered(Message):
    """What was asked for, taken from a record that holds each service's events up to `positions`.

    `stale`: the positions the query named in `after` were not reached in time. `complete_to` is the moment up to which
    every relay has published; an answer known at a later moment is `provisional`.
    """

    outcome: Literal["answered"] = "answered"
    stale: bool = False
    positions: dict[str, int] = {}
    complete_to: Instant | None = None
    provisional: bool = False
    result: Any = None


CommandAnswer = Annotated[Accepted | RefusedAnswer | Unavailable, Field(discriminator="outcome")]
"""The reply to a command."""

QueryAnswer = Annotated[Answered | RefusedAnswer | Unavailable, Field(discriminator="outcome")]
"""The reply to a query."""

COMMAND_ANSWER: TypeAdapter[Accepted | RefusedAnswer | Unavailable] = TypeAdapter(CommandAnswer)
QUERY_ANSWER: TypeAdapter[Answered | RefusedAnswer | Unavailable] = TypeAdapter(QueryAnswer)


class ClaimOutcome(Message):
    """What became of one claim, by the publisher's own id.

    `about` is the aggregate an accepted claim is about, `refusal` the rule that stopped a rejected one (or why it was
    quarantined, which an operator can mend); `recorded` and
    `position` are when and where the service recorded its fate. A claim no service has seen is `pending`.
    """

    claim_id: str
    state: Literal["pending", "accepted", "rejected", "quarantined"]
    claim: UUID | None = None
    claim_type: str | None = None
    about: UUID | None = None
    refusal: Refusal | None = None
    recorded: Instant | None = None
    position: Annotated[int, Field(ge=1)] | None = None


class ClaimOutcomes(Message):
    """The result of `ClaimStatus`, in the order recorded; go on with `since=upto` for what has come after.

    `more`: the record goes on after `upto` already, so ask again at once.
    """

    claims: tuple[ClaimOutcome, ...]
    upto: Annotated[int, Field(ge=0)]
    more: bool = False


class ClaimVerdict(Message):
    """The result of `Validate`: what would become of the claim, as far as is known now.

    `waits`: what it refers to is not known yet, and it would be tried again for a while before it is rejected. `about`
    is the aggregate an accepted claim would be about, `refusal` the rule that would stop it. `decided`: it was
    published before, and this is what became of it.
    """

    claim_id: str
    would_be: Literal["accepted", "waits", "rejected", "quarantined"]
    about: UUID | None = None
    refusal: Refusal | None = None
    decided: bool = False


class UnsealedValue(Message):
    """One sealed value for somebody entitled; without a `value`, `absent` says why.

    `not entitled`: it is of the asker's own municipality, but not theirs to see. `unknown` is what is nowhere, and what
    is another municipality's.
    """

    ref: UUID
    value: str | None
    absent: Literal["erased", "not entitled", "unknown"] | None = None


class Unsealed(Message):
    """The result of `Unseal`: one value a reference, in the order asked."""

    values: tuple[UnsealedValue, ...]


class Unsealing(Message):
    """Once that sealed text was opened: when, by whom (`tenant/system/person`), for what purpose, and which."""

    time: Instant
    actor: str
    purpose: str
    refs: tuple[UUID, ...]
    position: Annotated[int, Field(ge=1)]


class Unsealings(Message):
    """The result of `UnsealingLog`, oldest first; go on with `since=upto` for what has come after."""

    unsealings: tuple[Unsealing, ...]
    upto: Annotated[int, Field(ge=0)]

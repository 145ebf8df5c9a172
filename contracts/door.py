"""The refusals any door may give, before a service has looked at what the message means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from contracts.envelope import MAX_BYTES
from contracts.refusals import Refused


@dataclass(eq=False)
class NotJson(Refused):
    """The bytes are not a JSON document."""

    reason: str
    says = "the message is not JSON: {reason}"
    accepts = "a UTF-8 JSON object"


@dataclass(eq=False)
class NotCloudEvents(Refused):
    """An attribute that CloudEvents 1.0 requires is missing or wrong."""

    attribute: str
    reason: str
    value: str | None = None
    says = "not a CloudEvents 1.0 event: `{attribute}` {reason}"
    offending: ClassVar[str | None] = "value"
    accepts = "structured JSON with specversion 1.0, id, source, type, time (optional) and data"


@dataclass(eq=False)
class TooBig(Refused):
    """A message may weigh 60 KiB."""

    size: int
    most: int = MAX_BYTES
    says = "the message is {size} bytes; {most} are allowed"
    accepts = "at most {most} bytes"


@dataclass(eq=False)
class AnswerTooBig(Refused):
    """An answer may be as long as one message may be."""

    size: int
    most: int
    says = "the answer would be {size} bytes; {most} can be sent"
    accepts = "a narrower question: one municipality, or fewer rows at a time"


@dataclass(eq=False)
class UnknownType(Refused):
    """Nobody owns messages of this type."""

    type: str
    known: tuple[str, ...]
    says = "nobody here takes `{type}`"
    field: ClassVar[str | None] = "type"
    offending: ClassVar[str | None] = "type"
    accepts = "one of {known}"


@dataclass(eq=False)
class NewerVersion(Refused):
    """The type is known, but not in so new a version."""

    type: str
    newest: str
    says = "`{type}` is newer than what is understood here"
    field: ClassVar[str | None] = "type"
    offending: ClassVar[str | None] = "type"
    accepts = "{newest}"


@dataclass(eq=False)
class SubjectMismatch(Refused):
    """The subject it was published on names another event than its type."""

    subject: str
    type: str
    says = "its type is `{type}`, but it was published under the name of another event"
    offending: ClassVar[str | None] = "type"
    quoted: ClassVar[tuple[str, ...]] = ("subject",)
    accepts = "the same event name in both"


class Fault(StrEnum):
    """What is wrong with a field, so that it can be said in any language."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    NO_CHOICE = "no-choice"
    NO_ID = "no-id"
    NO_DAY = "no-day"
    NO_MOMENT = "no-moment"
    NO_YES_OR_NO = "no-yes-or-no"
    NO_FIGURE = "no-figure"
    NO_TEXT = "no-text"
    NO_LIST = "no-list"
    NO_OBJECT = "no-object"
    PATTERN = "pattern"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    TOO_SMALL = "too-small"
    TOO_LARGE = "too-large"
    OTHER = "other"


@dataclass(eq=False)
class Invalid(Refused):
    """A field is missing, unknown or has a value that is not allowed.

    `fault` is one of `Fault`, or the sentence of a rule of the message's own; `allowed` is what would do instead.
    """

    at: str
    problem: str
    value: str | None = None
    fault: str = Fault.OTHER
    allowed: tuple[str, ...] = ()
    says = "`{at}`: {problem}"

    @property
    def field(self) -> str:  # type: ignore[override]  # each has its own
        """Where in the message."""
        return self.at

    offending: ClassVar[str | None] = "value"
    accepts = "what the message's published JSON Schema says of `{at}`"


@dataclass(eq=False)
class AnotherMunicipality(Refused):
    """A system speaks for its own municipality only."""

    named: str
    own: str
    says = "the message speaks of `{named}`, but its sender belongs to `{own}`"
    field: ClassVar[str | None] = "tenant"
    offending: ClassVar[str | None] = "named"
    accepts = "{own}, or nothing: the municipality follows from the credentials"


@dataclass(eq=False)
class IdConflict(Refused):
    """The same id was used before for something else; the first stands."""

    id: str
    first: datetime
    says = "the id `{id}` was used at {first} for another content, which stands"
    field: ClassVar[str | None] = "id"
    offending: ClassVar[str | None] = "id"
    accepts = "a new id for a new content"


@dataclass(eq=False)
class NotIdentified(Refused):
    """Who acts could not be established."""

    why: str
    says = "it could not be established who acts: {why}"
    accepts = "the credentials of a registered system, and for a person an assertion that a front end signed"


@dataclass(eq=False)
class NotAllowed(Refused):
    """None of the roles of the one who acts may do this."""

    what: str
    roles: tuple[str, ...]
    may: tuple[str, ...]
    says = "`{what}` is not open to {roles}"
    accepts = "one of the roles {may}"


@dataclass(eq=False)
class InTheFuture(Refused):
    """What has not happened yet cannot be recorded."""

    at: datetime
    now: datetime
    says = "`at` is {at}, which is after the present ({now})"
    field: ClassVar[str | None] = "at"
    accepts = "a moment that has been"


@dataclass(eq=False)
class NotFound(Refused):
    """There is no such thing, or none that the one who asks may know of."""

    kind: str
    id: str
    says = "there is no {kind} `{id}`"
    offending: ClassVar[str | None] = "id"


@dataclass(eq=False)
class ClaimNotRegistered(Refused):
    """A system publishes what its registration lists, and nothing else."""

    claim: str
    system: str
    may: tuple[str, ...]
    says = "`{system}` is not registered to publish {claim}"
    field: ClassVar[str | None] = "type"

    @property
    def accepts(self) -> str:  # type: ignore[override]  # says so where it is nothing
        """What the registration lists."""
        return "{may}" if self.may else "nothing, until the municipality registers what it may publish"


@dataclass(eq=False)
class UnknownReference(Refused):
    """What is referred to is not known here; a claim is tried again for a while, since it may be on its way."""

    at: str
    value: str
    expected: str
    says = "`{at}` refers to `{value}`, which is not known here"
    accepts = "{expected}"
    offending: ClassVar[str | None] = "value"


@dataclass(eq=False)
class AnotherService(Refused):
    """Each type of claim is decided on by one service, which alone can check it."""

    claim: str
    owner: str
    says = "{claim} is decided on by {owner}, not here"
    field: ClassVar[str | None] = "type"
    accepts = "the same question to {owner}"

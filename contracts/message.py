"""The kinds of message: events say what happened, commands what to do, queries what to tell, claims what others say."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

from contracts.clock import to_utc

Instant = Annotated[AwareDatetime, AfterValidator(to_utc)]
"""A moment with its offset, kept in UTC; ISO 8601 on the wire."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
"""A line of text that is in the clear: titles, names of things, reasons' headings."""

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
"""Running text, at most 20,000 characters."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""A short permanent name: a tenant, a system, a tag, the key of an extensible list."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest in hex."""

PersonId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
"""The pseudonym by which a municipality's front ends know a person; never a name and never a national number."""


class Message(BaseModel):
    """Anything that crosses a boundary: immutable, and the same meaning whoever reads it."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Event(Message):
    """What happened, in the past tense. Readers ignore fields they do not know.

    `service` is the service that records it (`None`: any service may). `version` is the `.v<N>` of its type.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=True)

    service: ClassVar[str | None] = None
    version: ClassVar[int] = 1

    @classmethod
    def type_in(cls, service: str) -> str:
        """The CloudEvents type when recorded by `service`, such as `no.loypa.council.CouncilDecided.v1`."""
        return f"no.loypa.{cls.service or service}.{cls.__name__}.v{cls.version}"


class Command(Message):
    """What somebody wants done, in the imperative.

    `at` is when it was done in the world (a secretary may enter Tuesday's meeting on Wednesday); the door sets it to
    the present when it is left out and refuses a future one. `service` is the one that does it (`None`: any may).
    """

    service: ClassVar[str | None] = None
    at: Instant | None = None

    @property
    def moment(self) -> datetime:
        """When it was done. A command that reaches the domain always has it."""
        if self.at is None:
            msg = f"{type(self).__name__} reached the domain without its time"
            raise ValueError(msg)
        return self.at

    @property
    def day(self) -> date:
        """The date of `moment`."""
        return self.moment.date()

    def done_at(self, moment: datetime) -> Self:
        """The same command with its time, unless it has one."""
        return self if self.at is not None else self.model_copy(update={"at": moment})


class Query(Message):
    """What somebody wants to know.

    `after` names positions (`{"intake": 812}`) the answer must have taken in; the door waits for them or says that the
    answer is stale. `service` is the one that knows (`None`: any may be asked).
    """

    service: ClassVar[str | None] = None
    after: dict[str, int] = {}


class Claim(Message):
    """What an outside system says happened, in plain text and by its own ids. `service` is the one that decides."""

    service: ClassVar[str]
    version: ClassVar[int] = 1

    @classmethod
    def type(cls) -> str:
        """The CloudEvents type, such as `no.loypa.claim.IdeaSubmitted.v1`."""
        return f"no.loypa.claim.{cls.__name__}.v{cls.version}"

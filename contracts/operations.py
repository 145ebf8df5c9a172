"""What an operator asks a running service, and what it says: inside HUB only, on `ops.<service>.<operation>`."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from contracts.message import Instant, Line, Message


class Health(Message):
    """How one part of a service stands: a relay, a follower, an inbox or a view.

    `position` is how far it has come of the `head` it follows; `lag` is how many events it is behind.
    """

    part: str
    healthy: bool
    why: str | None = None
    position: dict[str, int] = {}
    lag: int = 0


class ServiceHealth(Message):
    """How a service stands. `standby`: another process has its ledger; this one takes over when that ends."""

    service: str
    process: int
    healthy: bool
    standby: bool = False
    recorded: int
    published: int
    complete_to: Instant | None = None
    parts: tuple[Health, ...] = ()


class Beat(Message):
    """A relay's word, every second: what `service` recorded up to `complete_to` is published, the last at `head`."""

    service: str
    head: int
    complete_to: Instant


class Rebuild(Message):
    """Build a view anew beside the live one, then swap."""

    view: str


class Verify(Message):
    """Compare the content of views with one full replay."""

    views: Annotated[tuple[str, ...], Field(min_length=1)]


class Republish(Message):
    """Publish the ledger anew into an empty EVENTS, up to and including what was recorded by `up_to`."""

    up_to: Instant | None = None


class ListQuarantine(Message):
    """Tell what is set aside, the oldest first, at most 200 at a time: those recorded after position `after`."""

    after: Annotated[int, Field(ge=0)] = 0


class ShowQuarantined(Message):
    """Show the message that was set aside as it came; it may be about people, so this is on record."""

    id: UUID
    purpose: Line


class RetryQuarantined(Message):
    """Try what was set aside once more, now that its cause is mended."""

    id: UUID


class DiscardQuarantined(Message):
    """Never try it again; a claim's original is erased."""

    id: UUID
    reason: Line


class SetAside(Message):
    """A claim, or what was to follow from an event (`reaction`), that waits for an operator.

    `name` is the claim's type or the event's name, `key` the publisher's own id of a claim, `cause` the id of an event.
    """

    id: UUID
    kind: Literal["claim", "reaction"]
    service: str
    tenant: str
    system: str | None = None
    name: str
    key: str | None = None
    cause: UUID | None = None
    reason: str
    attempts: int
    recorded: Instant
    position: int


class Step(Message):
    """An operation goes on: `done` of `of`."""

    outcome: Literal["step"] = "step"
    done: int
    of: int


class Differing(Message):
    """A value of a live view that the events do not say; without `column` the whole row is one too many or few."""

    table: str
    key: tuple[Any, ...]
    column: str | None = None
    live: Any = None
    replayed: Any = None


class Compared(Message):
    """What `Verify` found in a view of so many rows; the first 100 `differences`."""

    view: str
    rows: int
    says: str
    differences: tuple[Differing, ...] = ()


class Done(Message):
    """An operation has ended well; what `Verify` found is in `compared`, what quarantine holds in `set_aside`.

    `original` is the message as it came, as text or as a `data:` URL of its bytes.
    """

    outcome: Literal["done"] = "done"
    says: str
    rows: int = 0
    compared: tuple[Compared, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    original: str | None = None


class Failed(Message):
    """An operation could not be carried out; nothing was changed."""

    outcome: Literal["failed"] = "failed"
    says: str


Report = Annotated[Step | Done | Failed, Field(discriminator="outcome")]
REPORT: TypeAdapter[Step | Done | Failed] = TypeAdapter(Report)

"""What an operator asks a running service, and what it says: inside HUB only, on `ops.<service>.<operation>`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from contracts.message import Instant, Message


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
    """Compare a view's content with a full replay."""

    view: str


class Republish(Message):
    """Publish the ledger anew into an empty EVENTS, up to and including what was recorded by `up_to`."""

    up_to: Instant | None = None


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


class Done(Message):
    """An operation has ended well; what `Verify` found is in `differences`."""

    outcome: Literal["done"] = "done"
    says: str
    rows: int = 0
    differences: tuple[Differing, ...] = ()


class Failed(Message):
    """An operation could not be carried out; nothing was changed."""

    outcome: Literal["failed"] = "failed"
    says: str


Report = Annotated[Step | Done | Failed, Field(discriminator="outcome")]
REPORT: TypeAdapter[Step | Done | Failed] = TypeAdapter(Report)

"""The envelope of every event: CloudEvents 1.0, structured JSON, stored and published as the same bytes."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, SerializeAsAny

from contracts.clock import iso
from contracts.message import Event, Instant

E = TypeVar("E", bound=Event)

MAX_BYTES = 60 * 1024
"""What one message may weigh, in bytes of JSON."""

Stamp = Annotated[Instant, PlainSerializer(iso, return_type=str)]
"""A moment written with microseconds, so that text order is time order."""

Sequence = Annotated[int, Field(ge=1), PlainSerializer(lambda number: f"{number:012d}", return_type=str)]
"""A position, zero-padded on the wire as CloudEvents' `sequence` extension asks (text order is number order)."""


class Recorded(BaseModel, Generic[E]):
    """One recorded event with what the record says of it.

    `time` is when it happened, `recordedtime` when the ledger took it in (always after its cause); `sequence` is its
    position in its service's ledger; `causationid` is the id of the event, command or claim that brought it about;
    `actor` is who did it: `tenant/system`, or `tenant/system/person`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    type: str
    source: str
    subject: UUID
    time: Stamp
    datacontenttype: Literal["application/json"] = "application/json"
    tenant: str
    sequence: Sequence
    recordedtime: Stamp
    correlationid: str
    causationid: str
    actor: str
    data: SerializeAsAny[E]

    @property
    def service(self) -> str:
        """The service that recorded it."""
        return self.source.rsplit("/", 1)[-1]

    @property
    def name(self) -> str:
        """The event's name, such as `CouncilDecided`."""
        return self.type.split(".")[3]

    def to_bytes(self) -> bytes:
        """The bytes that are stored and published."""
        return self.model_dump_json(exclude_none=True).encode()

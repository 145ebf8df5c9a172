"""Text about people: an event holds a reference and a salted digest, the value sits in the owning service's vault."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_serializer

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.message import Event

T = TypeVar("T", bound=str)


class Retention(StrEnum):
    """How long a sealed value is kept, and whether a person may have it erased."""

    CONTACT = "contact"
    """Names and contact details of submitters: erased on request, and when the idea has been closed for a year."""
    CONTENT = "content"
    """Free text by or about private persons: erased on request."""
    ARCHIVE = "archive"
    """Bound for the archive (arkivlova): erasure is refused."""


class Sealed(BaseModel, Generic[T]):
    """A value that never enters an event. Made with `Sealed.of`, sealed by the ledger, opened by an `Unseal` query."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ref: UUID | None = None
    digest: str = ""
    retention: Retention
    plain: T | None = Field(default=None, exclude=True, repr=False)

    @classmethod
    def of(cls, value: T, retention: Retention) -> Sealed[T]:
        """A value on its way to the vault."""
        return cls(retention=retention, plain=value)

    @model_serializer(mode="plain")
    def _only_when_sealed(self) -> dict[str, str]:
        if self.ref is None:
            msg = "a value that is not sealed yet cannot be written"
            raise ValueError(msg)
        return {"ref": str(self.ref), "digest": self.digest, "retention": self.retention.value}


class VaultRow(BaseModel):
    """One sealed value where it is kept: the only place that holds the text."""

    model_config = ConfigDict(frozen=True)

    ref: UUID
    subject: UUID
    field: str
    retention: Retention
    salt: bytes
    value: str


def digest(salt: bytes, value: str) -> str:
    """`sha256` of salt and text, in hex: proves the text while the vault has its salt, nothing once it is gone."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


@cache
def sealed_fields(kind: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that may hold a `Sealed`, directly or in a model or tuple below it."""
    return tuple(name for name, field in kind.model_fields.items() if _mentions_sealed(field.annotation))


def _mentions_sealed(annotation: Any) -> bool:  # noqa: ANN401 - an annotation can be anything
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return issubclass(annotation, Sealed) or bool(sealed_fields(annotation))
    return any(_mentions_sealed(part) for part in getattr(annotation, "__args__", ()))


def seal(
    event: Event, subject: UUID, name: Callable[[str], UUID], salt: Callable[[], bytes]
) -> tuple[Event, tuple[VaultRow, ...]]:
    """The event with each plain value replaced by its reference, and the vault rows that hold them.

    `name(path)` gives the reference of the field at `path`; `salt()` gives fresh random bytes.
    """
    if not sealed_fields(type(event)):
        return event, ()
    rows: list[VaultRow] = []

    def close(value: Any, path: str) -> Any:  # noqa: ANN401 - walks any field
        if isinstance(value, Sealed):
            if value.plain is None:
                return value
            row = VaultRow(
                ref=name(path), subject=subject, field=path, retention=value.retention, salt=salt(), value=value.plain
            )
            rows.append(row)
            return Sealed(ref=row.ref, digest=digest(row.salt, row.value), retention=row.retention)
        if isinstance(value, BaseModel):
            changes = {field: close(getattr(value, field), f"{path}.{field}") for field in sealed_fields(type(value))}
            return value.model_copy(update=changes) if changes else value
        if isinstance(value, tuple):
            return tuple(close(item, f"{path}.{index}") for index, item in enumerate(value))
        return value

    changes = {field: close(getattr(event, field), field) for field in sealed_fields(type(event))}
    return event.model_copy(update=changes), tuple(rows)


def references(event: Event) -> tuple[UUID, ...]:
    """The vault's references in an event, in the order of its fields."""
    found: list[UUID] = []

    def look(value: Any) -> None:  # noqa: ANN401 - walks any field
        if isinstance(value, Sealed):
            found.extend([value.ref] if value.ref is not None else [])
        elif isinstance(value, BaseModel):
            for field in sealed_fields(type(value)):
                look(getattr(value, field))
        elif isinstance(value, tuple):
            for item in value:
                look(item)

    look(event)
    return tuple(found)

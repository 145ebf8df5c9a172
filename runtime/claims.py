"""What an outside system published, read strictly: a claim that can be decided on, or a refusal that says why not."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model

from contracts import catalogue, door
from contracts.envelope import MAX_BYTES
from contracts.events.record import ClaimAccepted
from contracts.identity import derive
from contracts.message import Instant
from contracts.refusals import Refused
from runtime import strict
from runtime.faults import fault, problem

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from contracts.message import Claim
    from runtime.work import Work

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
_TYPE = re.compile(r"no\.loypa\.claim\.(?P<name>[A-Za-z]+)\.v(?P<version>[1-9][0-9]*)")
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*")

LONGEST_ID = 200
"""How many characters a publisher's own id may have."""

UNNAMED = "sha256:"
"""What the id of a claim begins with that has none of its own: the rest is the digest of its bytes."""

LONGEST_NAME = 200
"""How many characters of what a message calls something are repeated in a refusal, which has to fit in an event."""


@dataclass(frozen=True)
class Submission:
    """A message on INGEST as far as it could be read.

    `tenant` and `system` come from the subject, which the server vouches for. `claim_id` is the publisher's own id, or
    `sha256:…` of the bytes when there is none to read (`unnamed`). `claim_type` is one there is, or `unknown`.
    `content` is the SHA-256 of type and data, whatever their spacing. No digest is recorded as it is, since anybody
    could try a guess on it. `original` is what `strict.kept` makes of the bytes. `kind` is the type of claim when it
    is one there is. Exactly one of `claim` and `refused` is set.
    """

    tenant: str
    system: str
    claim_id: str
    claim_type: str
    content: str
    original: str
    subject: str
    time: datetime | None = None
    kind: type[Claim] | None = None
    claim: Claim | None = None
    refused: Refused | None = None
    unnamed: bool = False

    @property
    def claim_uuid(self) -> UUID:
        """The claim's identity: the same for the same tenant, system and id, whatever source the message names."""
        return identity(self.tenant, self.system, self.claim_id)


def identity(tenant: str, system: str, claim_id: str) -> UUID:
    """The identity of the claim that a system of a tenant published under this id."""
    return derive("claim", tenant, system, claim_id)


def read(subject: str, raw: bytes) -> Submission:
    """Read a message published on `ingest.<tenant>.<system>.<Event>`. Never raises: what is wrong is in `refused`."""
    _, tenant, system, _ = subject.split(".", 3)
    fields: dict[str, Any] = {}
    kind: type[Claim] | None = None
    claim: Claim | None = None
    time: datetime | None = None
    refused: Refused | None = None
    try:
        fields = _json(raw)
        kind = catalogue.claims().get(str(fields.get("type")))
        if len(raw) > MAX_BYTES:
            raise door.TooBig(len(raw))
        _is_cloudevent(fields)
        time = _time(fields)
        claim = _claim(fields, raw, kind, subject)
        _own_municipality(fields, tenant)
    except Refused as error:
        refused, claim = error, None
    claim_id, digest = _identity(fields, raw)
    return Submission(
        tenant=tenant,
        system=system,
        claim_id=claim_id,
        claim_type=kind.type() if kind else "unknown",
        content=digest,
        original=strict.kept(raw),
        subject=subject,
        time=time,
        kind=kind,
        claim=claim,
        refused=refused,
        unnamed=claim_id != fields.get("id"),
    )


def unread(subject: str, raw: bytes) -> Submission:
    """What is known of a message that could not be read: where it was published, and its bytes."""
    _, tenant, system, _ = subject.split(".", 3)
    whole = hashlib.sha256(raw).hexdigest()
    return Submission(
        tenant=tenant,
        system=system,
        claim_id=f"{UNNAMED}{whole}",
        claim_type="unknown",
        content=whole,
        original=strict.kept(raw),
        subject=subject,
        refused=door.NotJson("it could not be read"),
        unnamed=True,
    )


def _json(raw: bytes) -> dict[str, Any]:
    try:
        fields = strict.document(raw)
    except ValueError as error:
        raise door.NotJson(str(error)[:LONGEST_NAME]) from error
    if not isinstance(fields, dict):
        raise door.NotJson(f"it is {type(fields).__name__}, not an object")
    return fields


def _is_cloudevent(fields: dict[str, Any]) -> None:
    if "specversion" not in fields:
        raise door.NotCloudEvents("specversion", "is missing")
    if fields["specversion"] != "1.0":
        raise door.NotCloudEvents("specversion", "must be 1.0", _shown(fields["specversion"]))
    for attribute, most in (("id", LONGEST_ID), ("source", 2000), ("type", 200)):
        value = fields.get(attribute)
        if value is None:
            raise door.NotCloudEvents(attribute, "is missing")
        if not isinstance(value, str) or not value.strip():
            raise door.NotCloudEvents(attribute, "must be a text that is not empty", _shown(value))
        if len(value) > most:
            raise door.NotCloudEvents(attribute, f"is longer than {most} characters", _shown(value))
    if "data" not in fields:
        raise door.NotCloudEvents("data", "is missing")


def _time(fields: dict[str, Any]) -> datetime | None:
    """When it happened, by the message. Numbers are no times: nobody can tell which ones they are."""
    said = fields.get("time")
    if said is None:
        return None
    wrong = door.NotCloudEvents("time", "must be an RFC 3339 time with its offset", _shown(said))
    if not isinstance(said, str) or not _RFC_3339.fullmatch(said):
        raise wrong
    try:
        return _INSTANT.validate_python(said)
    except ValueError as error:
        raise wrong from error


@cache
def _message(kind: type[Claim]) -> type[BaseModel]:
    """The message around a claim, so that its data is read from the very bytes: a decimal keeps its digits."""
    return create_model(f"{kind.__name__}Message", __config__=ConfigDict(extra="ignore"), data=(kind, ...))


def _claim(fields: dict[str, Any], raw: bytes, kind: type[Claim] | None, subject: str) -> Claim:
    type_ = fields["type"]
    if kind is None:
        known = catalogue.claims()
        match = _TYPE.fullmatch(type_)
        versions = [each for each in known.values() if match and each.__name__ == match["name"]]
        if versions:
            raise door.NewerVersion(type_, max(versions, key=lambda each: each.version).type())
        raise door.UnknownType(type_, tuple(sorted(known)))
    if kind.__name__ != subject.split(".", 3)[3]:
        raise door.SubjectMismatch(subject[:LONGEST_NAME], type_)
    try:
        read: Claim = _message(kind).model_validate_json(raw, strict=True).data  # type: ignore[attr-defined]  # made above
    except ValidationError as error:
        raise invalid(error, within=fields) from error
    return read


def _own_municipality(fields: dict[str, Any], tenant: str) -> None:
    if fields.get("tenant") not in (None, tenant):
        raise door.AnotherMunicipality(_shown(fields["tenant"]), tenant)


def _identity(fields: dict[str, Any], raw: bytes) -> tuple[str, str]:
    """The publisher's id and the digest of what it stands for."""
    whole = hashlib.sha256(raw).hexdigest()
    claim_id = fields.get("id")
    if not isinstance(claim_id, str) or not claim_id.strip() or len(claim_id) > LONGEST_ID:
        return f"{UNNAMED}{whole}", whole
    return claim_id, content(fields)


def content(fields: dict[str, Any]) -> str:
    """The digest of what a message says: the same for the same type and data, whatever their spacing and order."""
    said = json.dumps([fields.get("type"), fields.get("data")], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


def invalid(error: ValidationError, below: str = "", within: Any = None) -> door.Invalid:  # noqa: ANN401 - any JSON
    """The first thing pydantic found wrong, as a refusal that names the field, the problem and the offending value.

    With `within`, the message as it came, the field is where it stands there; a name that the contract does not know is
    the value at fault and not the name of a field.
    """
    first = error.errors(include_url=False)[0]
    loc = [below, *map(str, first["loc"])] if below else list(map(str, first["loc"]))
    value = None if first["type"] == "missing" else _shown(first["input"])
    if within is not None:
        loc, unknown = _place(first["loc"], within, missing=first["type"] == "missing"), first["type"]
        value = _shown(first["loc"][-1]) if unknown == "extra_forbidden" else value
        loc = loc[:-1] if unknown == "extra_forbidden" else loc
    wrong, allowed = fault(first)
    return door.Invalid(".".join(loc)[:LONGEST_NAME] or "message", problem(first)[:LONGEST_NAME], value, wrong, allowed)


def _place(loc: tuple[int | str, ...], within: Any, *, missing: bool) -> list[str]:  # noqa: ANN401 - any JSON
    """Where in a message a fault is: without the names of the alternatives that were tried there."""
    place: list[str] = []
    for index, part in enumerate(loc):
        if (isinstance(within, dict) and part in within) or (
            isinstance(within, list) and isinstance(part, int) and part < len(within)
        ):
            within = within[part]  # type: ignore[index]  # what it is was just looked at
            place.append(str(part))
        elif missing and index == len(loc) - 1:
            place.append(str(part))
    return place


def _shown(value: object) -> str:
    """A value as it is repeated to the one who sent it: the beginning of it."""
    return value[:LONGEST_NAME] if isinstance(value, str) else repr(value)[:LONGEST_NAME]


def accepted(work: Work, tenant: str, system: str, claim_id: str) -> UUID | None:
    """The aggregate that an accepted claim of this system was about; `None` when this service has accepted none."""
    for outcome in work.ledger.history(identity(tenant, system, claim_id)):
        if isinstance(outcome.data, ClaimAccepted):
            about: UUID = outcome.data.about
            return about
    return None

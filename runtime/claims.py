"""What an outside system published, read strictly: a claim that can be decided on, or a refusal that says why not."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from contracts import catalogue, door
from contracts.envelope import MAX_BYTES
from contracts.identity import derive
from contracts.message import Instant
from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from contracts.message import Claim

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
_TYPE = re.compile(r"no\.loypa\.claim\.(?P<name>[A-Za-z]+)\.v(?P<version>[1-9][0-9]*)")

LONGEST_NAME = 200
"""How many characters of what a message calls something are repeated in a refusal, which has to fit in an event."""


@dataclass(frozen=True)
class Submission:
    """A message on INGEST as far as it could be read.

    `tenant` and `system` come from the subject, which the server vouches for. `claim_id` is the publisher's own id, or
    `sha256:…` of the bytes when there is none to read. `body` is the SHA-256 of type and data, whatever their spacing.
    Exactly one of `claim` and `refused` is set.
    """

    tenant: str
    system: str
    claim_id: str
    claim_type: str
    body: str
    original: str
    time: datetime | None = None
    claim: Claim | None = None
    refused: Refused | None = None

    @property
    def claim_uuid(self) -> UUID:
        """The claim's identity: the same for the same tenant, system and id, whatever source the message names."""
        return derive("claim", self.tenant, self.system, self.claim_id)


def read(subject: str, raw: bytes) -> Submission:
    """Read a message published on `ingest.<tenant>.<system>.<Event>`. Never raises: what is wrong is in `refused`."""
    _, tenant, system, *rest = subject.split(".")
    named = ".".join(rest)
    fields: dict[str, Any] = {}
    claim: Claim | None = None
    refused: Refused | None = None
    try:
        fields = _json(raw)
        _is_cloudevent(fields)
        claim = _claim(fields, named, subject)
        _own_municipality(fields, tenant)
    except Refused as error:
        refused, claim = error, None
    claim_id, body = _identity(fields, raw)
    return Submission(
        tenant=tenant,
        system=system,
        claim_id=claim_id,
        claim_type=str(fields.get("type", named))[:200],
        body=body,
        original=raw.decode("utf-8", "backslashreplace"),
        time=_INSTANT.validate_python(fields["time"]) if claim and fields.get("time") else None,
        claim=claim,
        refused=refused,
    )


def _json(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_BYTES:
        raise door.TooBig(len(raw))
    try:
        fields = json.loads(raw)
        if b"\\u" in raw:
            json.dumps(fields, ensure_ascii=False).encode()  # half a character can be written in JSON and nowhere else
    except (ValueError, RecursionError) as error:
        raise door.NotJson(str(error)) from error
    if not isinstance(fields, dict):
        raise door.NotJson(f"it is {type(fields).__name__}, not an object")
    return fields


def _is_cloudevent(fields: dict[str, Any]) -> None:
    if fields.get("specversion") != "1.0":
        raise door.NotCloudEvents("specversion", "must be 1.0")
    for attribute, most in (("id", 200), ("source", 2000), ("type", 200)):
        value = fields.get(attribute)
        if not isinstance(value, str) or not value.strip():
            raise door.NotCloudEvents(attribute, "is missing" if value is None else "must be a text that is not empty")
        if len(value) > most:
            raise door.NotCloudEvents(attribute, f"is longer than {most} characters")
    if fields.get("time") is not None:
        try:
            _INSTANT.validate_python(fields["time"], strict=False)
        except ValidationError as error:
            raise door.NotCloudEvents("time", "must be an RFC 3339 time with its offset") from error
    if "data" not in fields:
        raise door.NotCloudEvents("data", "is missing")


def _claim(fields: dict[str, Any], named: str, subject: str) -> Claim:
    type_ = fields["type"]
    known = catalogue.claims()
    if type_ not in known:
        match = _TYPE.fullmatch(type_)
        versions = [kind for kind in known.values() if match and kind.__name__ == match["name"]]
        if versions:
            raise door.NewerVersion(type_, max(versions, key=lambda kind: kind.version).type())
        raise door.UnknownType(type_, tuple(sorted(known)))
    kind = known[type_]
    if kind.__name__ != named:
        raise door.SubjectMismatch(subject, type_)
    try:
        return kind.model_validate_json(json.dumps(fields["data"]))
    except ValidationError as error:
        raise invalid(error, "data") from error


def _own_municipality(fields: dict[str, Any], tenant: str) -> None:
    if fields.get("tenant") not in (None, tenant):
        raise door.AnotherMunicipality(str(fields["tenant"])[:LONGEST_NAME], tenant)


def _identity(fields: dict[str, Any], raw: bytes) -> tuple[str, str]:
    """The publisher's id and the digest of what it stands for."""
    whole = hashlib.sha256(raw).hexdigest()
    claim_id = fields.get("id")
    if not isinstance(claim_id, str) or not claim_id.strip():
        return f"sha256:{whole}", whole
    content = json.dumps([fields.get("type"), fields.get("data")], sort_keys=True, ensure_ascii=False)
    return claim_id[:200], hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def invalid(error: ValidationError, below: str = "") -> door.Invalid:
    """The first thing pydantic found wrong, as a refusal that names the field, the problem and the offending value."""
    first = error.errors(include_url=False)[0]
    at = ".".join([below, *map(str, first["loc"])] if below else map(str, first["loc"]))
    value = None if first["type"] == "missing" else repr(first["input"])[:120]
    return door.Invalid(at[:LONGEST_NAME] or "message", first["msg"], value)

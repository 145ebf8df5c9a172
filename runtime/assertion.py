"""A person's assertion: for some minutes a registered front end vouches, by its signature, for who is behind a message.

It is a JWT signed with Ed25519 (`alg` EdDSA) that travels in the header `Loypa-Assertion`. It is for one message, once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.message import PersonId
from contracts.refusals import Refused

if TYPE_CHECKING:
    from runtime.registry import Registry
    from runtime.signing import Key

HEADER = "Loypa-Assertion"
LONGEST = timedelta(minutes=5)
"""How long an assertion may be valid."""
LEEWAY = timedelta(seconds=30)
"""How far a front end's clock may be ahead."""
REMEMBERED = 200_000
"""How many used assertions a service remembers at the most; about 30 MB."""


@dataclass(eq=False)
class NotAnAssertion(Refused):
    """The header holds no assertion in the form there is."""

    says: ClassVar[str] = "the assertion of who acts cannot be read"
    field: ClassVar[str | None] = HEADER
    accepts: ClassVar[str | None] = "a JWT with alg EdDSA and iss, sub, aud, iat, exp and jti"


@dataclass(eq=False)
class NotAFrontEnd(Refused):
    """This system has registered no key: it acts for itself only."""

    tenant: str
    system: str

    says: ClassVar[str] = "{tenant}/{system} is not registered as a front end and cannot say who its person is"


@dataclass(eq=False)
class WrongKey(Refused):
    """The signature is not the registered front end's."""

    tenant: str
    system: str

    says: ClassVar[str] = "the assertion is not signed with the key that {tenant}/{system} has registered"


@dataclass(eq=False)
class AnotherTenant(Refused):
    """The assertion is made out to another tenant than the message."""

    asserted: str
    tenant: str

    says: ClassVar[str] = "the assertion is for {asserted}, the message for {tenant}"


@dataclass(eq=False)
class AnotherSystem(Refused):
    """The assertion was made by another system than the one that sends it."""

    asserted: str
    sender: str

    says: ClassVar[str] = "the assertion is by {asserted}, the message from {sender}"


@dataclass(eq=False)
class Expired(Refused):
    """The assertion was valid once."""

    until: datetime

    says: ClassVar[str] = "the assertion was valid until {until}"


@dataclass(eq=False)
class NotYetValid(Refused):
    """The front end's clock is ahead, or the assertion was made for later."""

    since: datetime

    says: ClassVar[str] = "the assertion is valid from {since} on only"


@dataclass(eq=False)
class ValidTooLong(Refused):
    """A stolen assertion must be worthless soon."""

    seconds: int
    most: int

    says: ClassVar[str] = "the assertion is valid for {seconds} seconds, at most {most} are allowed"


@dataclass(eq=False)
class AnotherMessage(Refused):
    """The assertion was made for another message: another subject or another body."""

    says: ClassVar[str] = "the assertion was made for another message"
    field: ClassVar[str | None] = HEADER
    accepts: ClassVar[str | None] = "req: the SHA-256, in base64url, of the subject, a line feed and the body"


@dataclass(eq=False)
class Replayed(Refused):
    """The assertion was used before: each counts once."""

    says: ClassVar[str] = "the assertion was used before"
    field: ClassVar[str | None] = HEADER
    accepts: ClassVar[str | None] = "a new assertion, with a jti of its own, each time a message is sent"


class _Asserted(BaseModel):
    """What the token says; times are whole seconds since 1970."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    iss: str
    sub: PersonId
    aud: str
    iat: int
    exp: int
    jti: Annotated[str, Field(min_length=1, max_length=200)]
    req: str


class Once:
    """The assertions that were used, for as long as one of them could still be valid."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._used: dict[tuple[str, str], float] = {}

    def use(self, front_end: str, jti: str, now: datetime) -> None:
        """Use an assertion up. Raises `Replayed`."""
        present = now.timestamp()
        long_ago = present - (LONGEST + LEEWAY).total_seconds()
        while self._used:
            oldest = next(iter(self._used))
            if self._used[oldest] >= long_ago and len(self._used) < self._most:
                break
            del self._used[oldest]
        if (front_end, jti) in self._used:
            raise Replayed
        self._used[front_end, jti] = present


def request(subject: str, body: bytes) -> str:
    """What ties an assertion to its message: `subject` is the one the front end publishes to, in its own account."""
    return _encoded(hashlib.sha256(subject.encode() + b"\n" + body).digest())


def sign(  # noqa: PLR0913 - what the token says
    key: Key,
    *,
    tenant: str,
    system: str,
    person: str,
    now: datetime,
    jti: str,
    req: str,
    lifetime: timedelta = LONGEST / 5,
) -> str:
    """An assertion that `person` is behind the message `req` stands for (see `request`).

    It is by the front end `system` of `tenant` and valid from `now` for `lifetime`.
    """
    issued = int(now.timestamp())
    asserted = _Asserted(
        iss=f"{tenant}/{system}",
        sub=person,
        aud=tenant,
        iat=issued,
        exp=issued + int(lifetime.total_seconds()),
        jti=jti,
        req=req,
    )
    header = json.dumps({"alg": "EdDSA", "typ": "JWT"})
    signed = f"{_encoded(header.encode())}.{_encoded(asserted.model_dump_json().encode())}"
    return f"{signed}.{_encoded(key.sign(signed.encode()))}"


def verify(  # noqa: PLR0913 - what the token is held against
    token: str, registry: Registry, *, tenant: str, system: str, now: datetime, req: str, once: Once
) -> str:
    """The id of the person behind the message `req` stands for, which came from `system` of `tenant`.

    Raises `NotAnAssertion`, `NotAFrontEnd`, `WrongKey`, `AnotherTenant`, `AnotherSystem`, `Expired`, `NotYetValid`,
    `ValidTooLong`, `AnotherMessage`, `Replayed`; and the registry's refusals. Nothing the token says is believed before
    its signature holds, and only what is believed is remembered in `once`.
    """
    registered = registry.system(tenant, system).front_end
    if registered is None:
        raise NotAFrontEnd(tenant=tenant, system=system)
    try:
        header, payload, signature = token.split(".")
        algorithm, decoded, sealed = json.loads(_decoded(header)), _decoded(payload), _decoded(signature)
    except (ValueError, binascii.Error):
        raise NotAnAssertion from None
    if not isinstance(algorithm, dict) or algorithm.get("alg") != "EdDSA":
        raise NotAnAssertion
    try:
        _public(registered).verify(f"{header}.{payload}".encode(), sealed)
    except (BadSignatureError, ValueError):
        raise WrongKey(tenant=tenant, system=system) from None
    try:
        asserted = _Asserted.model_validate_json(decoded)
    except ValidationError:
        raise NotAnAssertion from None
    _check(asserted, tenant, system, now)
    if asserted.req != req:
        raise AnotherMessage
    once.use(asserted.iss, asserted.jti, now)
    return asserted.sub


def _check(asserted: _Asserted, tenant: str, system: str, now: datetime) -> None:
    if asserted.aud != tenant:
        raise AnotherTenant(asserted=asserted.aud, tenant=tenant)
    if asserted.iss != f"{tenant}/{system}":
        raise AnotherSystem(asserted=asserted.iss, sender=f"{tenant}/{system}")
    longest = int(LONGEST.total_seconds())
    if asserted.exp - asserted.iat > longest:
        raise ValidTooLong(seconds=asserted.exp - asserted.iat, most=longest)
    present = now.timestamp()
    if asserted.exp <= present:
        raise Expired(until=_moment(asserted.exp, now))
    if asserted.iat > present + LEEWAY.total_seconds():
        raise NotYetValid(since=_moment(asserted.iat, now))


def _moment(seconds: int, like: datetime) -> datetime:
    return like + timedelta(seconds=seconds - like.timestamp())


def _public(nkey: str) -> VerifyKey:
    """The 32 bytes inside a public key as NATS writes it: a prefix before them, a checksum of two behind."""
    return VerifyKey(base64.b32decode(nkey)[1:-2])


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> Any:  # noqa: ANN401 - bytes; json and pydantic take them
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)

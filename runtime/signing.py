"""Keys, and the tokens of NATS (JWTs, version 2) that are signed with them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import nkeys  # type: ignore[import-untyped]  # it ships no types

_PREFIX = {"O": nkeys.PREFIX_BYTE_OPERATOR, "A": nkeys.PREFIX_BYTE_ACCOUNT, "U": nkeys.PREFIX_BYTE_USER}


@dataclass(frozen=True)
class Key:
    """An ed25519 key pair of NATS; `public` names its holder, the seed is never shown."""

    seed: bytes = field(repr=False)
    public: str

    @classmethod
    def of(cls, seed: bytes) -> Key:
        """The key with this seed. Raises `nkeys.NkeysError` when it is none."""
        return cls(seed, _pair(seed).public_key.decode())

    @classmethod
    def new(cls, kind: str, randomness: bytes | None = None) -> Key:
        """A fresh key; `kind` is O(perator), A(ccount) or U(ser); `randomness` 32 bytes."""
        return cls.of(bytes(nkeys.encode_seed(randomness or os.urandom(32), _PREFIX[kind])))

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`, 64 bytes."""
        return bytes(_pair(self.seed).sign(data))


@cache
def _pair(seed: bytes) -> nkeys.KeyPair:
    """What a seed stands for, worked out once a process: to provision is to sign hundreds of tokens with few keys."""
    return nkeys.from_seed(bytearray(seed))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(  # noqa: PLR0913 - who says it of whom, and what
    signer: Key,
    holder: str,
    name: str,
    type_: str,
    expires: int | None = None,
    *,
    since: int | None = None,
    **nats: object,
) -> str:
    """A token of NATS (a JWT, version 2) in which `signer` says what `holder` is; times in seconds since 1970."""
    claims: dict[str, Any] = {
        "iat": int(time.time()) if since is None else since,
        "iss": signer.public,
        "name": name,
        "sub": holder,
        "nats": {**nats, "type": type_, "version": 2},
        **({"exp": expires} if expires else {}),
    }
    digest = hashlib.sha256(json.dumps(claims).encode()).digest()
    claims["jti"] = base64.b32encode(digest).decode().rstrip("=")
    header = {"typ": "JWT", "alg": "ed25519-nkey"}
    text = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{_encoded(signer.sign(text.encode()))}"


def says(token: str) -> dict[str, Any]:
    """What a token says, whenever it was made."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return {name: value for name, value in claims.items() if name not in {"iat", "jti"}}

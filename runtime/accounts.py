"""Who may connect: an operator, the accounts SYS, HUB and one a tenant, and their users, as the signed tokens of NATS.

HUB exports each kind of subject once, with the tenant as a token and an activation required; a tenant's account imports
its own token under a local name. A new tenant is one signed token pushed to the running server: HUB never changes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import nkeys  # type: ignore[import-untyped]  # it ships no types

from runtime.files import private_directory, write_private, write_private_once

if TYPE_CHECKING:
    from pathlib import Path

HUB = "HUB"
SYS = "SYS"

_PREFIX = {"O": nkeys.PREFIX_BYTE_OPERATOR, "A": nkeys.PREFIX_BYTE_ACCOUNT, "U": nkeys.PREFIX_BYTE_USER}
_UNLIMITED = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), -1) | {"wildcards": True}
_JETSTREAM = dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), -1)
_NO_JETSTREAM = dict.fromkeys(_JETSTREAM, 0)

# The subject inside a tenant's account → the subject in HUB; `{t}` is the tenant.
_SERVICES = {
    "ingest.>": "ingest.{t}.>",
    "cmd.>": "cmd.{t}.>",
    "query.>": "query.{t}.>",
    "HUB.JS.API.CONSUMER.RESET.EVENTS.{t}": "$JS.API.CONSUMER.RESET.EVENTS.{t}",
    "$JS.FC.EVENTS.{t}.>": "$JS.FC.EVENTS.{t}.>",
}
_STREAMS = {"rej.>": "rej.{t}.>", "deliver.{t}.>": "deliver.{t}.>"}


class KeyTooOpen(PermissionError):  # noqa: N818 - named for what is wrong
    """A key's file can be read by others than its owner."""


@dataclass(frozen=True)
class Key:
    """An ed25519 key pair of NATS; `public` names its holder, the seed is never shown."""

    seed: bytes = field(repr=False)
    public: str

    @classmethod
    def of(cls, seed: bytes) -> Key:
        """The key with this seed. Raises `nkeys.NkeysError` when it is none."""
        return cls(seed, nkeys.from_seed(bytearray(seed)).public_key.decode())

    @classmethod
    def new(cls, kind: str, randomness: bytes | None = None) -> Key:
        """A fresh key; `kind` is O(perator), A(ccount) or U(ser); `randomness` 32 bytes."""
        return cls.of(bytes(nkeys.encode_seed(randomness or os.urandom(32), _PREFIX[kind])))

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`, 64 bytes."""
        return bytes(nkeys.from_seed(bytearray(self.seed)).sign(data))


@dataclass(frozen=True)
class Permissions:
    """What a user may publish and subscribe to; `denied` takes away from what `publish` allows."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()


def inbox_of(user: str) -> str:
    """The inbox prefix that only this user of its account may listen on."""
    return f"_INBOX_{user}"


@dataclass(frozen=True)
class Authority:
    """The directory of keys and what they sign. Keys are made when first asked for, readable by their owner only.

    A user's key is named with a full stop, which no name of a tenant or a system holds: `more-sak` of `romsdal` and
    `sak` of `romsdal-more` have a key each.
    """

    keys: Path
    credentials: Path

    def key(self, name: str, kind: str) -> Key:
        """The key in `<keys>/<name>.nk`. Raises `KeyTooOpen` when others than its owner could read it."""
        path = self.keys / f"{name}.nk"
        private_directory(path.parent)
        if not path.exists():
            write_private_once(path, Key.new(kind).seed)
        if path.stat().st_mode & 0o077:
            raise KeyTooOpen(f"others can read {path}: make it `chmod 600` and consider the key known")
        return Key.of(path.read_bytes().strip())

    def account(self, account: str) -> Key:
        """The key of HUB, SYS or a tenant's account."""
        return self.key(f"account-{account}", "A")

    def front_end(self, tenant: str, system: str) -> Key:
        """The key with which a local front end signs who its person is."""
        return self.key(f"frontend-{tenant}.{system}", "U")

    @property
    def operator(self) -> Key:
        """The key everything else rests on."""
        return self.key("operator", "O")

    def operator_token(self) -> str:
        """The operator's own token, for the server's configuration."""
        return _token(self.operator, self.operator.public, "loypa", "operator", system_account=self.account(SYS).public)

    def system_token(self) -> str:
        """The token of SYS: the server's own account, without storage."""
        return _token(self.operator, self.account(SYS).public, SYS, "account", limits=_UNLIMITED | _NO_JETSTREAM)

    def hub_token(self) -> str:
        """The token of HUB: everything it exports needs an activation signed by HUB's key."""
        exports = [
            {"name": subject, "subject": subject.format(t="*"), "type": kind, "token_req": True}
            for kind, subjects in (("service", _SERVICES), ("stream", _STREAMS))
            for subject in subjects.values()
        ]
        limits = _UNLIMITED | _JETSTREAM
        return _token(self.operator, self.account(HUB).public, HUB, "account", limits=limits, exports=exports)

    def tenant_token(self, tenant: str, *, closed: bool = False) -> str:
        """The token of a tenant's account: its own part of HUB under local names, and storage for its FEED.

        A `closed` one has no part of HUB, and none of the users that it ever had.
        """
        hub, account = self.account(HUB), self.account(tenant)

        def imported(local: str, subject: str, kind: str) -> dict[str, Any]:
            remote = subject.format(t=tenant)
            activation = _token(hub, account.public, remote, "activation", subject=remote, kind=kind)
            return {
                "name": local,
                "subject": remote,
                "local_subject": local.format(t=tenant),
                "account": hub.public,
                "type": kind,
                "token": activation,
                # The server then tells HUB which account and user a request came from.
                **({"share": True} if kind == "service" else {}),
            }

        services = [imported(local, remote, "service") for local, remote in _SERVICES.items()]
        streams = [imported(local, remote, "stream") for local, remote in _STREAMS.items()]
        return _token(
            self.operator,
            account.public,
            tenant,
            "account",
            limits=_UNLIMITED | _JETSTREAM,
            imports=[] if closed else services + streams,
            revocations=self.revoked(tenant) | ({"*": int(time.time())} if closed else {}),
        )

    def credentials_of(self, account: str, user: str) -> Path:
        """Where the credentials of this user are, whether or not they have been made."""
        return self.credentials / account / f"{user}.creds"

    def revoked(self, account: str) -> dict[str, int]:
        """The users' keys that this account no longer lets in, and since when (seconds since 1970)."""
        path = self.keys / f"revoked-{account}.json"
        return dict(json.loads(path.read_bytes())) if path.exists() else {}

    def revoke(self, account: str, user: str) -> bool:
        """Do away with a user's key and credentials; false when there were none.

        Servers keep letting it in until they are told the account's token anew.
        """
        path = self.keys / f"user-{account}.{user}.nk"
        if not path.exists():
            return False
        known = self.revoked(account) | {self.key(f"user-{account}.{user}", "U").public: int(time.time())}
        write_private(self.keys / f"revoked-{account}.json", json.dumps(known).encode())
        self.credentials_of(account, user).unlink(missing_ok=True)
        path.unlink()
        return True

    def new_front_end(self, tenant: str, system: str) -> Key:
        """Another key for a local front end; what the one before signs counts as long as it is registered."""
        (self.keys / f"frontend-{tenant}.{system}.nk").unlink(missing_ok=True)
        return self.front_end(tenant, system)

    def has_front_end(self, tenant: str, system: str) -> bool:
        """Whether the signing key of this front end is here, and not with whoever runs it."""
        return (self.keys / f"frontend-{tenant}.{system}.nk").exists()

    def issue(self, account: str, user: str, permissions: Permissions, expires: int | None = None) -> Path:
        """Write the credentials of a user and return their path. Made again, they hold the same key.

        They end by themselves at `expires`, in seconds since 1970.
        """
        key = self.key(f"user-{account}.{user}", "U")
        token = _token(
            self.account(account),
            key.public,
            user,
            "user",
            expires,
            subs=-1,
            data=-1,
            payload=-1,
            pub={"allow": list(permissions.publish), "deny": list(permissions.denied)},
            sub={"allow": [f"{inbox_of(user)}.>", *permissions.subscribe]},
        )
        path = self.credentials_of(account, user)
        private_directory(self.credentials)
        private_directory(path.parent)
        write_private(path, _CREDENTIALS.format(token=token, seed=key.seed.decode()).encode())
        return path

    def server_fragment(self, directory: Path | str) -> str:
        """The part of a server's configuration that makes it trust this operator; tokens are kept in `directory`."""
        return (
            f"operator: {self.operator_token()}\n"
            f"system_account: {self.account(SYS).public}\n"
            f'resolver: {{ type: full, dir: "{directory}", allow_delete: false, interval: "2m" }}\n'
            "resolver_preload: {\n"
            f"  {self.account(SYS).public}: {self.system_token()}\n"
            f"  {self.account(HUB).public}: {self.hub_token()}\n"
            "}\n"
        )


_CREDENTIALS = """-----BEGIN NATS USER JWT-----
{token}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
{seed}
------END USER NKEY SEED------
"""


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _token(signer: Key, holder: str, name: str, type_: str, expires: int | None = None, **nats: object) -> str:
    """A token of NATS (a JWT, version 2) in which `signer` says what `holder` is."""
    claims: dict[str, Any] = {
        "iat": int(time.time()),
        "iss": signer.public,
        "name": name,
        "sub": holder,
        "nats": {**nats, "type": type_, "version": 2},
        **({"exp": expires} if expires else {}),
    }
    digest = hashlib.sha256(json.dumps(claims).encode()).digest()
    claims["jti"] = base64.b32encode(digest).decode().rstrip("=")
    header = {"typ": "JWT", "alg": "ed25519-nkey"}
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{_encoded(signer.sign(signed.encode()))}"

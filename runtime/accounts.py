"""Who may connect: an operator, the accounts SYS, HUB, one a tenant and one a user, as the signed tokens of NATS.

HUB exports each kind of subject once, with tenant and system as tokens and an activation required. A tenant's account
holds its FEED and exports how to read that. A system or an auditor is alone in an account of its own, which imports
what it may say and hear and nothing else: whatever reply or delivery subject it names, nobody else listens there.
A new tenant is a few signed tokens pushed to the running server: HUB never changes.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runtime.files import private_directory, write_private, write_private_once
from runtime.registry import RESERVED
from runtime.signing import Key, says, signed

if TYPE_CHECKING:
    from pathlib import Path

HUB = "HUB"
SYS = "SYS"

_UNLIMITED = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), -1) | {"wildcards": True}
_JETSTREAM = dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), -1)
_NO_JETSTREAM = dict.fromkeys(_JETSTREAM, 0)

# What a FEED is filled by: the subject inside the tenant's account → the subject in HUB; `{t}` is the tenant.
_FILLING = {
    "HUB.JS.API.CONSUMER.RESET.EVENTS.{t}": "$JS.API.CONSUMER.RESET.EVENTS.{t}",
    "$JS.FC.EVENTS.{t}.>": "$JS.FC.EVENTS.{t}.>",
}
_FILLED = {"deliver.{t}.>": "deliver.{t}.>"}

# What HUB exports, with any tenant and any system for a `*`.
_HUB_SERVICES = ("ingest.*.*.>", "cmd.*.*.>", "query.*.*.>", *(subject.format(t="*") for subject in _FILLING.values()))
_HUB_STREAMS = ("rej.*.*", *(subject.format(t="*") for subject in _FILLED.values()))

# How a FEED is read, as its tenant's account exports it; what `_IN_MANY` asks is answered by more than one message.
_IN_ONE = (
    "$JS.API.INFO",
    "$JS.API.STREAM.INFO.FEED",
    "$JS.API.CONSUMER.CREATE.FEED.*",
    "$JS.API.CONSUMER.CREATE.FEED.*.>",
    "$JS.API.CONSUMER.INFO.FEED.*",
    "$JS.API.CONSUMER.DELETE.FEED.*",
    "$JS.ACK.FEED.*.>",
)
_IN_MANY = ("$JS.API.DIRECT.GET.FEED", "$JS.API.DIRECT.GET.FEED.>", "$JS.API.CONSUMER.MSG.NEXT.FEED.*")


class KeyTooOpen(PermissionError):  # noqa: N818 - named for what is wrong
    """A key's file can be read by others than its owner."""


@dataclass(frozen=True)
class Permissions:
    """What a user may publish and subscribe to; `denied` takes away from what `publish` allows."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()


def inbox_of(user: str) -> str:
    """The inbox prefix that only this user of its account may listen on."""
    return f"_INBOX_{user}"


def home(account: str, user: str) -> str:
    """The account that a user is in: alone in one of its own, or with the FEED, or in HUB or SYS when it is ours."""
    return account if account in {HUB, SYS} or user in RESERVED else f"{account}.{user}"


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
        return signed(self.operator, self.operator.public, "loypa", "operator", system_account=self.account(SYS).public)

    def system_token(self) -> str:
        """The token of SYS: the server's own account, without storage."""
        return signed(self.operator, self.account(SYS).public, SYS, "account", limits=_UNLIMITED | _NO_JETSTREAM)

    def hub_token(self) -> str:
        """The token of HUB: everything it exports needs an activation signed by HUB's key."""
        exports = [*(_exported(subject) for subject in _HUB_SERVICES), *(_exported(s, "stream") for s in _HUB_STREAMS)]
        limits = _UNLIMITED | _JETSTREAM
        return signed(self.operator, self.account(HUB).public, HUB, "account", limits=limits, exports=exports)

    def tenant_token(self, tenant: str, *, closed: bool = False) -> str:
        """The token of a tenant's account: storage for its FEED, what fills it, and how it is read.

        A `closed` one has and gives nothing, and none of the users that it ever had.
        """
        hub, account = self.account(HUB), self.account(tenant)
        imports = [
            _imported(hub, account, remote.format(t=tenant), local.format(t=tenant), kind)
            for kind, subjects in (("service", _FILLING), ("stream", _FILLED))
            for local, remote in subjects.items()
        ]
        exports = [*map(_exported, _IN_ONE), *(_exported(s) | {"response_type": "Stream"} for s in _IN_MANY)]
        return self._kept(
            tenant,
            {
                "limits": _UNLIMITED | _JETSTREAM,
                "imports": [] if closed else imports,
                "exports": [] if closed else exports,
                "revocations": self._out(tenant, closed=closed),
            },
        )

    def user_token(self, tenant: str, user: str, permissions: Permissions | None) -> str:
        """The token of the account in which a tenant's user is alone: what it may say and hear, and no storage.

        What goes to HUB is what begins with a door, and gains the tenant's name on the way; the rest goes to the FEED.
        One without `permissions` has nothing, and lets nobody in.
        """
        hub, feed, account = self.account(HUB), self.account(tenant), self.account(home(tenant, user))

        def through(subject: str, kind: str) -> dict[str, Any]:
            if subject.startswith("$JS."):
                return _imported(feed, account, subject, subject, kind)
            door, rest = subject.split(".", 1)
            return _imported(hub, account, f"{door}.{tenant}.{rest}", subject, kind)

        services = [through(subject, "service") for subject in permissions.publish] if permissions else []
        streams = [through(subject, "stream") for subject in permissions.subscribe] if permissions else []
        return self._kept(
            home(tenant, user),
            {
                "limits": _UNLIMITED | _NO_JETSTREAM,
                "imports": services + streams,
                "revocations": self._out(home(tenant, user), closed=permissions is None),
            },
        )

    def _out(self, account: str, *, closed: bool) -> dict[str, int]:
        """Whom an account does not let in."""
        return self.revoked(account) | ({"*": int(time.time())} if closed else {})

    def _kept(self, account: str, nats: dict[str, Any]) -> str:
        """The token of an account; the very same as long as it says the same.

        A server passes over a token that it has. One that is new costs whoever waits for an event from that account's
        FEED the one that comes first: it is sent again when its acknowledgement is overdue.
        """
        path = self.keys / f"token-{account}.jwt"
        token = signed(self.operator, self.account(account).public, account, "account", **nats)
        if path.exists() and says(kept := path.read_text()) == says(token):
            return kept
        write_private(path, token.encode())
        return token

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
        within = home(account, user)
        known = self.revoked(within) | {self.key(f"user-{account}.{user}", "U").public: int(time.time())}
        write_private(self.keys / f"revoked-{within}.json", json.dumps(known).encode())
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
        """Write the credentials of a user and return their path. Those that are there and say the same are left.

        They end by themselves at `expires`, in seconds since 1970.
        """
        key = self.key(f"user-{account}.{user}", "U")
        token = signed(
            self.account(home(account, user)),
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
        if not _held(path, token, key):
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


def _held(path: Path, token: str, key: Key) -> bool:
    """Whether these are whole credentials with this key, open to nobody else, whose token says the same."""
    try:
        kept = path.read_text("ascii")
        found = kept.splitlines()[1]
        whole = kept == _CREDENTIALS.format(token=found, seed=key.seed.decode())
        return whole and says(found) == says(token) and not path.stat().st_mode & 0o077
    except (FileNotFoundError, IndexError, ValueError):
        return False


def _exported(subject: str, kind: str = "service") -> dict[str, Any]:
    return {"name": subject, "subject": subject, "type": kind, "token_req": True}


def _imported(of: Key, account: Key, remote: str, local: str, kind: str) -> dict[str, Any]:
    """What `account` has of another's, under a local name, with the activation that `of`, the other's key, signs."""
    return {
        "name": local,
        "subject": remote,
        "local_subject": local,
        "account": of.public,
        "type": kind,
        "token": signed(of, account.public, remote, "activation", since=0, subject=remote, kind=kind),
        # The server then tells the other account which account and user a request came from.
        **({"share": True} if kind == "service" else {}),
    }

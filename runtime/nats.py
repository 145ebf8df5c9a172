"""The one module that connects to NATS: connections that never give up, say what was denied, and know their server."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import logging
from typing import TYPE_CHECKING, Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, NoRespondersError
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError

from runtime.accounts import inbox_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

__all__ = ["Client", "Msg", "NatsError", "api", "connect", "server_name", "store", "user_of"]

log = logging.getLogger(__name__)

STALE = 10071
"""JetStream's error code when an expected last sequence is no longer the last."""


class NotReachable(Exception):  # noqa: N818 - named for what is wrong
    """No server answered within the time given, or none let us in."""


class AnotherServer(Exception):  # noqa: N818 - named for what is wrong
    """Somebody else's server answers where ours was expected."""


class BadCredentials(Exception):  # noqa: N818 - named for what is wrong
    """The file holds no NATS user's credentials."""


class InClear(NatsError):  # noqa: N818 - named for what is wrong
    """TLS was asked for, and this server offers none."""


class NoAnswer(Exception):  # noqa: N818 - named for what is wrong
    """JetStream did not answer: it is away, the stream is not there, or we may not ask."""


class ApiRefused(Exception):  # noqa: N818 - named for what is wrong
    """JetStream said no; `code` is its error code."""

    def __init__(self, subject: str, code: int, description: str) -> None:
        super().__init__(f"{subject}: {description} ({code})")
        self.code = code


class NotThere(ApiRefused):
    """There is no such stream, consumer or message."""


class Stale(ApiRefused):
    """Somebody else has published behind the same fence."""


class Duplicate(ApiRefused):
    """The stream has passed over a message for its `Nats-Msg-Id`, whatever is in it."""


class Wary(Client):
    """A client that, where it was given whom to trust, says nothing to a server without TLS.

    The library leaves it to the server whether there is TLS: somebody in between would only have to say that there is
    none.
    """

    def _connect_command(self) -> bytes:  # the first that is said, on each new connection
        if self.options.get("tls") is not None and not self._server_info.get("tls_required"):
            raise InClear("TLS was asked for, and the server offers none")
        return super()._connect_command()


async def connect(  # noqa: PLR0913 - each is a choice of its own
    urls: str | Sequence[str],
    credentials: Path,
    *,
    label: str,
    servers: Collection[str] = (),
    within: float | None = None,
    tls: ssl.SSLContext | None = None,
    on_closed: Callable[[], None] | None = None,
) -> Client:
    """A connection as the user in `credentials`, under the name `label`, with the inbox only that user may listen on.

    It reconnects for ever. `on_closed` is called when it has ended for good, by our own `close` too: where that was
    not asked for, end the process. `servers` are the names a server may give (empty: any). `within` is in seconds
    (`None`: wait for a server for ever).
    Raises `BadCredentials`, `NotReachable`, `AnotherServer`.
    """
    user = _user_in(credentials)
    heard: dict[str, None] = {}  # what kept us out, each once, in order
    entered: list[str] = []

    async def on_error(error: Exception) -> None:
        says = str(error) or type(error).__name__
        if not entered:
            heard[says] = None
        denied = "permissions violation" in str(error).lower()
        log.warning("%s as %s: %s%s", label, user, "denied: " if denied else "", says)

    async def closed() -> None:
        if on_closed is not None and entered:
            on_closed()

    async def reconnected() -> None:
        log.warning("%s as %s: connected again to %s", label, user, server_name(client))
        if servers and server_name(client) not in servers:
            log.critical("%s as %s: %s is somebody else's server", label, user, server_name(client))
            await client.close()

    client = Wary()
    connecting = client.connect(
        list([urls] if isinstance(urls, str) else urls),
        name=label,
        user_credentials=str(credentials),
        inbox_prefix=inbox_of(user).encode(),
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.25,  # type: ignore[arg-type]  # it only sleeps this long
        connect_timeout=5,
        ping_interval=10,
        max_outstanding_pings=3,
        error_cb=on_error,
        closed_cb=closed,
        reconnected_cb=reconnected,
        tls=tls,
    )
    try:
        await done_within(within, asyncio.ensure_future(connecting))
    except (TimeoutError, NatsError, OSError) as error:
        await client.close()
        why = "; ".join(heard) or type(error).__name__
        raise NotReachable(f"no NATS server let {user} in at {urls}: {why}") from error
    if servers and server_name(client) not in servers:
        name = server_name(client)
        await client.close()
        raise AnotherServer(f"{urls} is {name}, somebody else's server; expected {' or '.join(servers)}")
    entered.append(server_name(client))
    return client


async def done_within(seconds: float | None, attempt: asyncio.Future[None]) -> None:
    """Wait for the attempt, and end it when the time is out or nobody waits any more. Raises what it raises.

    The client takes a cancellation that reaches it while it closes a failed try for the end of that try, and goes on
    trying; it is told again until it ends.
    """
    late = True
    try:
        await asyncio.wait({attempt}, timeout=seconds)
        late = not attempt.done()
    finally:
        while not attempt.done():
            attempt.cancel()
            await asyncio.wait({attempt}, timeout=0.05)
    if attempt.cancelled() or (late and attempt.exception() is None):  # it may end as if it had got through
        raise TimeoutError
    attempt.result()


def server_name(client: Client) -> str:
    """The name the connected server gives in its INFO."""
    return str(client._server_info.get("server_name", ""))  # noqa: SLF001 - the client shows it nowhere else


def user_of(client: Client) -> str:
    """The name of the user this connection is, by the inboxes it may listen on."""
    return str(client.new_inbox()).split(".", 1)[0].removeprefix(inbox_of(""))


async def api(client: Client, call: str, body: object = None, *, within: float = 5) -> dict[str, Any]:
    """Ask JetStream's JSON API, such as `STREAM.INFO.EVENTS`. Raises `NoAnswer`, `NotThere`, `ApiRefused`."""
    subject = f"$JS.API.{call}"
    return await _asked(client, subject, b"" if body is None else json.dumps(body).encode(), None, within)


async def store(
    client: Client, subject: str, body: bytes, headers: Mapping[str, str] | None = None, *, within: float = 5
) -> int:
    """Publish into a stream and return the stored message's sequence.

    Raises `NoAnswer`, `Stale`, `Duplicate`, `ApiRefused`.
    """
    stored = await _asked(client, subject, body, headers, within)
    if stored.get("duplicate"):
        raise Duplicate(subject, 0, "not stored: another message with this Nats-Msg-Id had just been")
    return int(stored["seq"])


async def _asked(
    client: Client, subject: str, body: bytes, headers: Mapping[str, str] | None, within: float
) -> dict[str, Any]:
    try:
        message = await client.request(subject, body, timeout=within, headers=dict(headers) if headers else None)
    except (NatsTimeoutError, NoRespondersError, ConnectionClosedError) as error:
        raise NoAnswer(f"{subject}: {type(error).__name__} (is it there, and may we ask?)") from error
    reply: dict[str, Any] = json.loads(message.data)
    if "error" in reply:
        code, says = int(reply["error"].get("err_code", 0)), str(reply["error"].get("description", ""))
        kind = Stale if code == STALE else NotThere if reply["error"].get("code") == 404 else ApiRefused  # noqa: PLR2004 - HTTP's
        raise kind(subject, code, says)
    return reply


def _user_in(credentials: Path) -> str:
    """The user's name in a credentials file; the client itself would look for ever in a file that has none."""
    lines = credentials.read_text().splitlines()
    try:
        token = lines[lines.index("-----BEGIN NATS USER JWT-----") + 1]
        payload = token.split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["name"])
    except (ValueError, IndexError, KeyError, binascii.Error) as error:
        raise BadCredentials(f"{credentials} holds no NATS user's credentials") from error

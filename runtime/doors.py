"""The doors: commands and queries by request and reply on FastStream, claims from each tenant's INGEST."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import anyio._backends._asyncio  # noqa: F401 - the first subscriber asks for it; forked services share what is here
from faststream.nats import NatsBroker
from faststream.nats.security import NatsCredentials

from contracts import subjects
from contracts.answers import RefusedAnswer, Unavailable
from contracts.door import AnswerTooBig
from contracts.refusals import Refused
from runtime import claims, ledger
from runtime.adjudication import Waits
from runtime.nats import Wary
from runtime.provision import ingest_name
from runtime.pull import Pull
from runtime.reason import reason
from runtime.together import Together
from runtime.turns import Busy, Turns

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from contracts.answers import ClaimOutcome
    from contracts.message import Message
    from runtime.desk import Caller, Desk
    from runtime.nats import Client, Msg
    from runtime.tenants import Taking

ATTEMPTS = 5
"""How often an impossible claim is tried before it is set aside."""

AT_ONCE = 1024
"""How many messages a door has in hand at once, most of them waiting for their system's turn."""

LONGEST_ANSWER = 1024 * 1024 - 4096
"""Bytes: a message of NATS holds 1 MiB, its headers included."""

LONGEST_DELAY = 30.0
"""Seconds between two attempts, at the most."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A command or a query as it came."""

    subject: str
    body: bytes
    headers: Mapping[str, str]


async def _raw(message: Any) -> Incoming:  # noqa: ANN401 - FastStream's own message type
    """The bytes as they came: reading them is ours, so that each mistake gets its own answer."""
    return Incoming(message.raw_message.subject, message.body, message.headers)


class _Broker(NatsBroker):
    async def _connect(self) -> Client:
        client = Wary()
        await client.connect(**self._connection_kwargs)
        self.config.connect(client)
        return client


def open_broker(
    urls: Sequence[str], credentials: Path, inbox: str, tls: ssl.SSLContext | None, on_closed: Callable[[], None]
) -> NatsBroker:
    """FastStream's connection. It reconnects for ever; `on_closed` is called if it ends all the same."""

    async def closed() -> None:
        on_closed()

    return _Broker(
        list(urls),
        security=NatsCredentials(str(credentials), ssl_context=tls, use_ssl=tls is not None),
        inbox_prefix=inbox,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        closed_cb=closed,
        graceful_timeout=5.0,
        logger=logging.getLogger("loypa.doors"),
        log_level=logging.DEBUG,
        serializer=None,
        apply_types=False,  # what a handler asks for besides the message costs a thread and a model a message
    )


@dataclass(frozen=True)
class Doors:
    """One service's doors. `identify` says who asks, from subject, body and headers, or raises `Refused`.

    `ask` answers a query; `reject` publishes without waiting for anybody to listen. Everything that writes runs on
    `writer`, the service's one writing thread.
    """

    desk: Desk
    writer: Executor
    identify: Callable[[str, bytes, Mapping[str, str]], Caller]
    ask: Callable[[str, bytes, Caller], Awaitable[Message]]
    reject: Callable[[str, bytes], Awaitable[None]]

    @cached_property
    def turns(self) -> Turns:
        """Whose turn it is to have a command or a query worked on."""
        return Turns()

    @cached_property
    def together(self) -> Together:
        """Where claims of all tenants wait for the writing thread."""
        return Together(self.desk.claims, self.writer)

    def open_on(self, broker: NatsBroker) -> None:
        """Declare the subscribers for commands and queries; they take messages once the broker is started."""
        name = self.desk.service.name
        for subject, answer in (
            (subjects.command("*", "*", name, "*"), self.command),
            (subjects.query("*", "*", name, "*"), self.query),
        ):
            broker.subscriber(subject, queue=name, max_workers=AT_ONCE, decoder=_raw)(answer)

    def take(self, client: Client, tenant: str) -> Taking:
        """What takes a tenant's claims, in order, once it is started."""
        return Pull(client, ingest_name(tenant), self.desk.service.name, self.ingest)

    async def command(self, message: Incoming) -> bytes:
        """Answer one command."""

        async def decide(name: str, caller: Caller) -> Message:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self.writer, self.desk.command, name, message.body, caller)

        return await self._answer(message, decide)

    async def query(self, message: Incoming) -> bytes:
        """Answer one query."""

        async def tell(name: str, caller: Caller) -> Message:
            return await self.ask(name, message.body, caller)

        return await self._answer(message, tell)

    async def _answer(self, message: Incoming, decide: Callable[[str, Caller], Awaitable[Message]]) -> bytes:
        _, tenant, system, _, name = message.subject.split(".")
        answer: Message
        try:
            caller = self.identify(message.subject, message.body, message.headers)
            async with self.turns.of(tenant, system):
                answer = await decide(name, caller)
        except Busy as busy:
            answer = Unavailable(says=str(busy), retry_after=1)
        except Refused as refused:
            answer = RefusedAnswer(refusal=refused.on_the_wire())
        except Exception:
            log.exception("%s from %s/%s could not be answered", name, tenant, system)
            answer = Unavailable(says=f"{self.desk.service.name} failed on {name}; it is logged", retry_after=5)
        raw = answer.model_dump_json(exclude_none=True).encode()
        if len(raw) > LONGEST_ANSWER:
            too_big = AnswerTooBig(len(raw), LONGEST_ANSWER).on_the_wire()
            return RefusedAnswer(refusal=too_big).model_dump_json(exclude_none=True).encode()
        return raw

    async def ingest(self, messages: Sequence[Msg]) -> None:
        """Decide on a tenant's next claims, in order; each is acknowledged when its outcome is recorded."""
        read = [_read(each) for each in messages]
        asked = [(submission, raw.metadata.timestamp) for raw, submission, why in read if why is None]
        decided = iter(await self.together.decide(asked))
        for raw, submission, why in read:
            outcome = next(decided) if why is None else why
            try:
                await self._settle(raw, submission, outcome)
            except Exception:
                log.exception("claim %s could not be acknowledged; it comes again", submission.claim_uuid)

    async def _settle(self, raw: Msg, submission: claims.Submission, outcome: ClaimOutcome | Exception) -> None:
        attempts = raw.metadata.num_delivered or 1
        if isinstance(outcome, Waits):  # the next claim comes meanwhile, and may be what this one refers to
            await raw.nak(delay=min(_delay(attempts), outcome.left.total_seconds() + 0.05))
            return
        if isinstance(outcome, ledger.Conflict | ledger.Unavailable):
            log.warning("claim %s is tried again: %s", submission.claim_uuid, outcome)
            await raw.nak(delay=_delay(attempts))
            return
        if isinstance(outcome, Exception):
            log.error("claim %s failed, attempt %d", submission.claim_uuid, attempts, exc_info=outcome)
            if attempts < ATTEMPTS:
                await raw.nak(delay=_delay(attempts))
                return
            quarantine = self.desk.claims.quarantine
            loop = asyncio.get_running_loop()
            outcome = await loop.run_in_executor(self.writer, quarantine, submission, reason(outcome), attempts)
        await self.tell(submission, outcome)
        await raw.ack()

    async def tell(self, submission: claims.Submission, outcome: ClaimOutcome) -> None:
        """Tell the publisher of a rejection at once, as far as it listens; `ClaimStatus` has it for good."""
        if outcome.state != "accepted":
            subject = subjects.rejection(submission.tenant, submission.system)
            await self.reject(subject, outcome.model_dump_json(exclude_none=True).encode())


def _read(raw: Msg) -> tuple[Msg, claims.Submission, Exception | None]:
    """A message as far as it can be read, and why it cannot be decided on if reading itself failed."""
    try:
        return raw, claims.read(raw.subject, raw.data), None
    except Exception as error:  # noqa: BLE001 - it is this message's own, and handed back as that
        return raw, claims.unread(raw.subject, raw.data), error


def _delay(attempts: int) -> float:
    """Seconds until the next attempt: doubling from a quarter, up to `LONGEST_DELAY`."""
    return float(min(LONGEST_DELAY, 0.25 * 2 ** min(attempts - 1, 10)))

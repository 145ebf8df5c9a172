"""The doors seen from outside: commands, queries and claims sent as a system, or as a person it vouches for."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts import subjects
from contracts.answers import (
    COMMAND_ANSWER,
    QUERY_ANSWER,
    Accepted,
    Answered,
    ClaimOutcome,
    RefusedAnswer,
    Unavailable,
)
from contracts.operations import REPORT, Done, Failed, ServiceHealth, Step
from runtime import assertion
from runtime.accounts import HUB
from runtime.nats import NatsError, api, store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime
    from uuid import UUID

    from contracts.message import Command, Message, Query
    from contracts.refusals import Refusal
    from interfaces.installation import Installation
    from runtime.nats import Client, Msg

WAIT = 15.0
"""Seconds a door may take to answer."""


class NotServed(Exception):  # noqa: N818 - it says what is the matter
    """No service answered."""


class Denied(Exception):  # noqa: N818 - it says what is the matter
    """A service refused, with its refusal."""

    def __init__(self, refusal: Refusal) -> None:
        wanted = f" (accepted: {refusal.accepts})" if refusal.accepts else ""
        super().__init__(f"{refusal.rule}: {refusal.says}{wanted}")
        self.refusal = refusal


@dataclass
class Doors:
    """The doors of one tenant, seen by one of its systems."""

    installation: Installation
    client: Client
    tenant: str
    system: str
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]

    async def command(
        self, command: Command, person: str | None, service: str | None = None
    ) -> Accepted | RefusedAnswer | Unavailable:
        """Send a command and return the answer; `service` where any takes such a command. Raises `NotServed`."""
        body = command.model_dump_json(exclude_unset=True).encode()
        return await self.send(service or command.service, type(command).__name__, body, person)

    async def send(
        self, service: str | None, name: str, body: bytes, person: str | None
    ) -> Accepted | RefusedAnswer | Unavailable:
        """Send what may be a command and return the answer, which says what is wrong with it. Raises `NotServed`."""
        return COMMAND_ANSWER.validate_json(await self._request("cmd", service, name, body, person))

    async def query(
        self, query: Query, person: str | None, service: str | None = None, *, within: float = WAIT
    ) -> Answered:
        """Ask and return the answer; `service` where any service answers such a query. Raises `NotServed`, `Denied`."""
        body = query.model_dump_json(exclude_defaults=True).encode()
        raw = await self._request("query", service or query.service, type(query).__name__, body, person, within)
        answer = QUERY_ANSWER.validate_json(raw)
        match answer:
            case RefusedAnswer(refusal=refusal):
                raise Denied(refusal)
            case Unavailable(says=says):
                raise NotServed(says)
            case _:
                return answer

    async def claim(self, name: str, body: bytes) -> int:
        """Publish a claim; once the stream has it for sure, its place there. Raises `NoAnswer`, `ApiRefused`."""
        return await store(self.client, f"ingest.{self.system}.{name}", body)

    async def rejections(self, hear: Callable[[ClaimOutcome], None]) -> None:
        """Hear at once, as far as it gets through, of each claim of this system that is not accepted."""

        async def heard(message: Msg) -> None:
            hear(ClaimOutcome.model_validate_json(message.data))

        await self.client.subscribe(f"rej.{self.system}", cb=heard)
        await self.client.flush()

    async def _request(  # noqa: PLR0913, PLR0917 - what to ask, of whom, as whom
        self, kind: str, service: str | None, name: str, body: bytes, person: str | None, within: float = WAIT
    ) -> bytes:
        subject = f"{kind}.{self.system}.{service}.{name}"
        for attempt in range(2):
            # anew each time: the first may have got through, and an assertion counts once
            headers = {assertion.HEADER: self._vouch(person, subject, body)} if person else None
            try:
                return bytes((await self.client.request(subject, body, timeout=within, headers=headers)).data)
            except NatsError as error:
                if attempt:
                    raise NotServed(f"{service} does not answer: {type(error).__name__}") from error
                await asyncio.sleep(1)  # it may just be starting
        raise AssertionError("unreachable: the loop answers or raises")

    def _vouch(self, person: str, subject: str, body: bytes) -> str:
        return assertion.sign(
            self.installation.authority.front_end(self.tenant, self.system),
            tenant=self.tenant,
            system=self.system,
            person=person,
            now=self.clock(),
            jti=str(self.new_id()),
            req=assertion.request(subject, body),
        )


@asynccontextmanager
async def doors(
    installation: Installation, tenant: str, system: str, clock: Callable[[], datetime], new_id: Callable[[], UUID]
) -> AsyncIterator[Doors]:
    """The doors of a tenant, for as long as the block lasts."""
    client = await installation.connect(tenant, system)
    try:
        yield Doors(installation, client, tenant, system, clock, new_id)
    finally:
        await _close(client)


async def _close(client: Client) -> None:
    """Close the connection; one that was lost may say so once more, and what the block did stands."""
    with suppress(NatsError, OSError):
        await client.close()


@dataclass
class Operator:
    """The operator's door in HUB."""

    client: Client

    async def health(self, service: str, within: float = 2.0) -> ServiceHealth | None:
        """How a service stands; nothing when it does not answer."""
        try:
            raw = (await self.client.request(subjects.operation(service, "health"), b"", timeout=within)).data
        except NatsError:
            return None
        return ServiceHealth.model_validate_json(raw)

    async def run(self, service: str, name: str, request: Message, step: Callable[[Step], None]) -> Done:
        """Have an operation carried out; `step` hears how far it is. Raises `NotServed`, `OperationFailed`."""
        inbox = self.client.new_inbox()
        said: asyncio.Queue[Msg] = asyncio.Queue()
        subscription = await self.client.subscribe(inbox, cb=said.put)
        try:
            await self.client.publish(
                subjects.operation(service, name), request.model_dump_json().encode(), reply=inbox
            )
            while True:
                message = await self._next(said, service)
                if not message.data:
                    raise NotServed(f"{service} is not running")
                report = REPORT.validate_json(message.data)
                if isinstance(report, Done):
                    return report
                if isinstance(report, Failed):
                    raise OperationFailed(report.says)
                step(report)
        finally:
            await subscription.unsubscribe()

    async def _next(self, said: asyncio.Queue[Msg], service: str) -> Msg:
        """The next report, for as long as the service lives."""
        while True:
            try:
                return await asyncio.wait_for(said.get(), 5)
            except TimeoutError:
                if await self.health(service) is None:
                    raise NotServed(f"{service} has ended") from None

    async def state(self, stream: str) -> dict[str, Any]:
        """What a stream holds. Raises `NoAnswer`, `NotThere`."""
        found: dict[str, Any] = (await api(self.client, f"STREAM.INFO.{stream}"))["state"]
        return found


class OperationFailed(Exception):  # noqa: N818 - it says what is the matter
    """The service could not do it; nothing was changed."""


@asynccontextmanager
async def operator(installation: Installation) -> AsyncIterator[Operator]:
    """The operator's door, for as long as the block lasts."""
    client = await installation.connect(HUB, "operator")
    try:
        yield Operator(client)
    finally:
        await _close(client)

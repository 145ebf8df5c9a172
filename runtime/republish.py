"""Republishing a lost stream: the services take turns, so that EVENTS fills again in the order of recording."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pydantic_core

from contracts import subjects
from contracts.clock import iso
from contracts.operations import ServiceHealth
from runtime.nats import NatsError
from runtime.standing import Halted
from runtime.stream import TROUBLE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterable

    from runtime.nats import Client, Msg
    from runtime.relay import Relay

REPUBLISH = "republish"

_END = datetime.max.replace(tzinfo=UTC)

_WAIT = 60.0
"""Seconds one turn may take."""

_AGAIN = "what is published stays, and `loypa republish` goes on from there when it is run again"


class NotRepublished(Exception):  # noqa: N818 - it says what became of it
    """A service did not take its turn. Nothing is lost or doubled: mend that, and republish again."""


@dataclass(frozen=True)
class Turn:
    """After a turn, `service` has published `published` of `head` events; all of them when `done`."""

    service: str
    published: int
    head: int
    done: bool


async def take_turns(client: Client, relay: Relay) -> None:
    """Let the operator open, step and end a republish of this relay, on `ops.<service>.republish`.

    The request is `{"up_to": TIME}` (`null`: only begin) or `{"end": true}`, the answer `{"next": TIME}`.
    """

    async def turn(message: Msg) -> None:
        try:
            asked = pydantic_core.from_json(message.data or b"{}")
            if asked.get("end"):
                await relay.resume()
                after = None
            else:
                after = await relay.republish(datetime.fromisoformat(asked["up_to"]) if asked.get("up_to") else None)
        except (Halted, *TROUBLE, ValueError) as error:
            await message.respond(pydantic_core.to_json({"error": str(error)}))
            return
        state = relay.state
        answer = {"next": iso(after) if after else None, "published": state.published, "head": state.head}
        await message.respond(pydantic_core.to_json(answer))

    await client.subscribe(subjects.operation(relay.service, REPUBLISH), cb=turn)


async def republish(client: Client, services: Collection[str]) -> AsyncIterator[Turn]:
    """Fill the stream again from every ledger, in the order of `recordedtime`; yields each turn taken.

    Whoever has the earliest event publishes until somebody else's is earlier. A relay that has lost nothing takes no
    part. Nothing is begun while a ledger is an older copy.
    Raises `NotRepublished`; the relays then stay closed until it is run again.
    """
    readers = await healths(client, services)
    if copies := older_copies(readers, await healths(client, services)):
        raise NotRepublished("; ".join(copies.values()))
    due: dict[str, datetime] = {}
    for service in services:
        await _step(client, service, {"up_to": None}, due)
    while due:
        service = min(due, key=lambda one: due[one])
        others = [moment for one, moment in due.items() if one != service]
        yield await _step(client, service, {"up_to": iso(min(others, default=_END))}, due)
    for service in services:
        yield await _step(client, service, {"end": True}, due)


async def healths(client: Client, services: Collection[str]) -> list[ServiceHealth]:
    """How the services stand that answer."""

    async def ask(service: str) -> ServiceHealth | None:
        try:
            answer = await client.request(subjects.operation(service, "health"), b"", timeout=2)
        except NatsError:
            return None
        return ServiceHealth.model_validate_json(answer.data)

    return [health for health in await asyncio.gather(*map(ask, services)) if health is not None]


def older_copies(readers: Iterable[ServiceHealth], ledgers: Iterable[ServiceHealth]) -> dict[str, str]:
    """For each service whose ledger ends before what somebody has read of it: what is wrong, and what to do.

    By the stream alone, an older copy of a ledger beside a stream that holds even less looks like a lost stream. But
    nobody has read what was not recorded. Ask the `readers` before the `ledgers`, so that no ledger is looked at first.
    """
    heads = {each.service: each.recorded for each in ledgers if not each.standby and _readable(each)}
    found: dict[str, str] = {}
    for reader in readers:
        for part in reader.parts:
            for service, position in part.position.items():
                if (head := heads.get(service, position)) < position and service not in found:
                    found[service] = (
                        f"the ledger of {service} ends at {head}, and {part.part} of {reader.service} read it up to "
                        f"{position}: an older copy of it was put back. Put the newest copy in place; where there is "
                        "none, put back every ledger and every view as they were at the time of this one"
                    )
    return found


def _readable(health: ServiceHealth) -> bool:
    return all(part.healthy for part in health.parts if part.part == "ledger")


async def _step(client: Client, service: str, request: dict[str, object], due: dict[str, datetime]) -> Turn:
    subject = subjects.operation(service, REPUBLISH)
    try:
        raw = (await client.request(subject, pydantic_core.to_json(request), timeout=_WAIT)).data
    except TROUBLE as error:
        raise NotRepublished(f"{service} does not answer: {error or type(error).__name__}; {_AGAIN}") from error
    answer = pydantic_core.from_json(raw)
    if "error" in answer:
        raise NotRepublished(f"{service}: {answer['error']}; {_AGAIN}")
    due.pop(service, None)
    if answer["next"]:
        due[service] = datetime.fromisoformat(answer["next"])
    return Turn(service, answer["published"], answer["head"], done=service not in due)

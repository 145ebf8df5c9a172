"""Republishing a lost stream: the services take turns, so that EVENTS fills again in the order of recording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pydantic_core

from contracts import subjects
from contracts.clock import iso
from runtime.standing import Halted
from runtime.stream import TROUBLE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

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
    part. Raises `NotRepublished`; the relays then stay closed until it is run again.
    """
    due: dict[str, datetime] = {}
    for service in services:
        await _step(client, service, {"up_to": None}, due)
    while due:
        service = min(due, key=lambda one: due[one])
        others = [moment for one, moment in due.items() if one != service]
        yield await _step(client, service, {"up_to": iso(min(others, default=_END))}, due)
    for service in services:
        yield await _step(client, service, {"end": True}, due)


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

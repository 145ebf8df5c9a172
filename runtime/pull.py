"""Pulls claims from a durable consumer, one by one, and takes nothing a publisher wrote for the server's word."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING

from runtime.threads import unless_cancelled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from runtime.nats import Client, Msg

log = logging.getLogger(__name__)

WAIT = 3.0
"""Seconds that the server keeps a request for the next message."""

GRACE = 1.0
"""Seconds after which a request is given up as lost, and between two when the server says that something is amiss."""

_DELIVERED = "$JS.ACK."
_QUIET = {"404", "408"}  # the server's word that there was no message in time


class Pull:
    """Takes messages of a stream by one of its durables between `start` and `stop`; `handle` acknowledges each.

    A message is the stream's when the subject to acknowledge it on is the server's: whatever status its headers name,
    the publisher wrote them. (nats-py's own pull believes them, and then loses the message or the subscription.)
    """

    def __init__(self, client: Client, stream: str, durable: str, handle: Callable[[Msg], Awaitable[None]]) -> None:
        self._client, self._handle, self._what = client, handle, f"{stream}.{durable}"
        self._heard: asyncio.Queue[Msg] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; what is under way is delivered again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        inbox = self._client.new_inbox()
        subscription = await self._client.subscribe(inbox, cb=self._heard.put)
        try:
            while True:
                unless_cancelled()
                await self._next(inbox)
        finally:
            if not self._client.is_closed:
                await subscription.unsubscribe()

    async def _next(self, inbox: str) -> None:
        request = json.dumps({"batch": 1, "expires": int(WAIT * 1_000_000_000)}).encode()
        try:
            if self._heard.empty():  # else one came after its request had been given up
                await self._client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{self._what}", request, reply=inbox)
            message = await asyncio.wait_for(self._heard.get(), WAIT + GRACE)
            if message.reply.startswith(_DELIVERED):
                await self._handle(message)
            elif (status := (message.headers or {}).get("Status")) not in _QUIET:
                log.warning("%s hands out nothing: %s", self._what, status)
                await asyncio.sleep(GRACE)
        except TimeoutError:
            return
        except Exception:
            log.exception("a message of %s was not dealt with; it comes again", self._what)
            await asyncio.sleep(GRACE)

"""Pulls claims from a durable consumer, some ahead, in order; takes no publisher's word for the server's own."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING

from runtime.nats import api
from runtime.threads import unless_cancelled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from runtime.nats import Client, Msg

log = logging.getLogger(__name__)

AHEAD = 32
"""How many messages are asked for ahead: dealt with well before the server thinks them lost and sends them again."""

WAIT = 3.0
"""Seconds that the server keeps a request for the next messages."""

GRACE = 1.0
"""Seconds after which a request is given up as lost, and between two when the server says that something is amiss."""

_DELIVERED = "$JS.ACK."
_QUIET = {"404", "408"}  # the server's word that there was no message in time


class Pull:
    """Takes messages of a stream by one of its durables between `start` and `stop`; `handle` acknowledges each.

    `handle` is given those that have come, the oldest first, and no others until it is done with them.

    A message is the stream's when the subject to acknowledge it on is the server's: whatever status its headers name,
    the publisher wrote them. (nats-py's own pull believes them, and then loses the message or the subscription.)
    """

    def __init__(
        self, client: Client, stream: str, durable: str, handle: Callable[[Sequence[Msg]], Awaitable[None]]
    ) -> None:
        self._client, self._handle, self._what = client, handle, f"{stream}.{durable}"
        self._heard: asyncio.Queue[Msg] = asyncio.Queue()
        self._to_come = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin, at the first message that is not acknowledged: what was handed out before is handed out anew.

        Raises `NotThere`, `NoAnswer`, `ApiRefused`.
        """
        await api(self._client, f"CONSUMER.RESET.{self._what}")
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
        try:
            if self._to_come <= AHEAD // 2:
                more = AHEAD - max(0, self._to_come)
                request = json.dumps({"batch": more, "expires": int(WAIT * 1_000_000_000)}).encode()
                await self._client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{self._what}", request, reply=inbox)
                self._to_come = AHEAD
            heard = [await asyncio.wait_for(self._heard.get(), WAIT + GRACE)]
            heard += [self._heard.get_nowait() for _ in range(min(self._heard.qsize(), AHEAD - 1))]
            messages = [one for one in heard if one.reply.startswith(_DELIVERED)]
            self._to_come -= len(messages)
            statuses = [one for one in heard if not one.reply.startswith(_DELIVERED)]
            if messages:
                await self._handle(messages)
            for status in statuses:
                await self._told(status)
        except TimeoutError:
            self._to_come = 0
        except Exception:
            log.exception("messages of %s were not dealt with; they come again", self._what)
            await asyncio.sleep(GRACE)

    async def _told(self, word: Msg) -> None:
        """The server's word on a request: it is at its end, and so much of it will not come."""
        headers = word.headers or {}
        status, left = headers.get("Status"), headers.get("Nats-Pending-Messages", "")
        self._to_come = max(0, self._to_come - int(left)) if left.isdecimal() else 0
        if status not in _QUIET:
            log.warning("%s hands out nothing: %s", self._what, status)
            await asyncio.sleep(GRACE)

"""What EVENTS holds of a service: asked of the stream's leader, one message at a time, without a consumer."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic_core

from contracts import subjects
from runtime.nats import ApiRefused, NatsError, NoAnswer, NotThere, api

if TYPE_CHECKING:
    from runtime.nats import Client

EVENTS = "EVENTS"

TROUBLE = (NoAnswer, ApiRefused, NatsError, OSError)
"""What passes by itself: the leader is away, the disk is full, the connection is down. Try again with back-off."""

_NO_MESSAGE = 10037

_WAIT = 2.0
"""Seconds for one message: a leader that has just died never answers, the next one may be there already."""


@dataclass(frozen=True)
class Kept:
    """A message as the stream keeps it; `place` is its stream sequence, which never leaves the runtime."""

    place: int
    subject: str
    body: bytes

    @property
    def position(self) -> int:
        """Its position in its service's ledger. Raises `ValueError` when these are not an event's bytes."""
        try:
            return int(pydantic_core.from_json(self.body)["sequence"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"message {self.place} of {EVENTS} is not an event") from error


async def last_of(client: Client, service: str) -> Kept | None:
    """The last event of a service in the stream. Raises `TROUBLE`."""
    return await _kept(client, {"last_by_subj": subjects.events_of(service)})


async def next_of(client: Client, service: str, place: int) -> Kept | None:
    """The first event of a service at or after a place in the stream. Raises `TROUBLE`."""
    return await _kept(client, {"seq": place, "next_by_subj": subjects.events_of(service)})


async def place_after(client: Client, service: str, position: int) -> int | None:
    """Where in the stream the first event of `service` after `position` is, `None` when there is none yet.

    A service's events lie in the stream in their order, so bisecting finds it in some twenty questions, whatever
    happened to the stream since somebody last looked. Raises `TROUBLE`, `ValueError`.
    """
    last = await last_of(client, service)
    if last is None or last.position <= position:
        return None
    place, low, high = last.place, 1, last.place - 1
    while low <= high:
        middle = (low + high) // 2
        found = await next_of(client, service, middle)
        if found is None:  # deleted while we looked
            return None
        if found.position > position:
            place, high = found.place, middle - 1
        else:
            low = found.place + 1
    return place


async def _kept(client: Client, request: dict[str, int | str]) -> Kept | None:
    try:
        message = (await api(client, f"STREAM.MSG.GET.{EVENTS}", request, within=_WAIT))["message"]
    except NotThere as missing:
        if missing.code == _NO_MESSAGE:
            return None
        raise
    return Kept(message["seq"], message["subject"], base64.b64decode(message.get("data", "")))

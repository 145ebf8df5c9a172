"""How every tenant's FEED stands against EVENTS, as whoever holds the data directory can see it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from runtime.accounts import HUB
from runtime.feed import declared
from runtime.feeds import PATIENCE, FeedState, look
from runtime.nats import NoAnswer, NotReachable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from interfaces.installation import Installation
    from runtime.nats import Client

AT_ONCE = 8
"""How many tenants are looked at at a time."""


async def feeds(here: Installation, on: date, patience: float = PATIENCE) -> Sequence[FeedState]:
    """The FEED of every tenant there is on that day. Raises `NotReachable`, `AnotherServer`, `NoAnswer`."""
    turn = asyncio.Semaphore(AT_ONCE)
    hub = await here.connect(HUB, "operator")

    async def one(tenant: str) -> FeedState:
        async with turn:
            return await _state(here, hub, tenant, on, patience)

    try:
        return await asyncio.gather(*map(one, here.registry.slugs))
    finally:
        await hub.close()


async def _state(here: Installation, hub: Client, tenant: str, on: date, patience: float) -> FeedState:
    feed = declared(here.registry, tenant, on, quota=here.settings.feed_quota, replicas=here.settings.replicas)
    try:
        watch = await here.connect(tenant, "watch")
    except (FileNotFoundError, NotReachable) as error:
        return FeedState(tenant, why=f"cannot be looked at ({type(error).__name__}): `loypa provision`")
    try:
        return await look(hub, watch, feed, patience)
    except NoAnswer as error:
        return FeedState(tenant, why=f"does not answer ({error})")
    finally:
        await watch.close()

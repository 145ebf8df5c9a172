"""Each tenant's FEED: the stream in its own account that holds its events, filled by a consumer of EVENTS of its own.

The two are made together and built anew together: a FEED whose consumer is another gets only what comes from then on.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runtime.feed import FEED
from runtime.nats import ApiRefused, NotThere, api
from runtime.stream import EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.feed import Declared
    from runtime.nats import Client

NEAR = 0.8
"""The part of its quota at which a FEED is said to be near it."""

NOT_YET = {10035, 10039}
"""JetStream's codes for an account that this node has not heard of, or has heard of and not given JetStream yet."""

PROPAGATION = 60
"""How often a node that has not made an account ready is asked again, four times a second."""

PATIENCE = 5.0
"""Seconds without progress after which a FEED that is behind is said to stand still."""

STALLED = 25.0
"""Seconds without progress after which one is built anew: the server sees by itself to a source that has fallen silent,
every ten seconds, and whoever reads a FEED that is built anew loses its consumer."""

LOOK = 0.25
"""Seconds between two looks at a FEED that is behind."""

_MEND = "`loypa provision` builds it anew"


@dataclass(frozen=True)
class FeedState:
    """How a FEED stands: it holds `held` of the `recorded` events it should; `why` it is not as it should be, if so.

    `mend` says that building it anew would help, `outdated` that it is filled from others' events than it should be
    now: a member has joined, or a day has come on which one carries on for another.
    """

    tenant: str
    held: int = 0
    recorded: int = 0
    size: int = 0
    quota: int = -1
    why: str = ""
    mend: bool = False
    outdated: bool = False

    @property
    def lag(self) -> int:
        """How many events it is behind EVENTS."""
        return max(0, self.recorded - self.held)


async def recorded(hub: Client, filters: Sequence[str]) -> int:
    """How many events of these EVENTS holds. `hub` may ask for the stream's state. Raises `NoAnswer`, `ApiRefused`."""
    total = 0
    for wanted in filters:
        info = await api(hub, f"STREAM.INFO.{EVENTS}", {"subjects_filter": wanted})
        total += sum((info["state"].get("subjects") or {}).values())
    return total


async def look(hub: Client, inside: Client, feed: Declared, patience: float = PATIENCE) -> FeedState:
    """How a FEED stands; one that is behind has `patience` seconds to make progress before that is held against it.

    `hub` is connected in HUB and may see EVENTS and its consumers, `inside` in the tenant's account and may see FEED.
    Raises `NoAnswer`, `ApiRefused`.
    """
    try:
        consumer = await api(hub, f"CONSUMER.INFO.{EVENTS}.{feed.tenant}")
    except NotThere:
        consumer = None
    loop = asyncio.get_running_loop()
    seen, moved, goal = -1, loop.time(), -1
    while True:
        # On both sides of what FEED holds: an event that is recorded meanwhile is neither missing nor one too many.
        least = await recorded(hub, feed.filters)
        try:
            info = await api(inside, f"STREAM.INFO.{FEED}")
        except NotThere:
            return FeedState(feed.tenant, recorded=least, why="there is no FEED: `loypa provision` makes it", mend=True)
        most = await recorded(hub, feed.filters)
        held, size = int(info["state"]["messages"]), int(info["state"]["bytes"])
        wanted = min(max(held, least), most)
        quota = int(info["config"]["max_bytes"])
        why, mend = _judged(feed, info["config"], consumer, held, wanted)
        outdated = consumer is not None and sorted(_filters(consumer)) != sorted(feed.filters)
        state = FeedState(feed.tenant, held, wanted, size, quota, why or _nearly_full(size, quota), mend, outdated)
        goal = least if goal < 0 else goal  # what comes later is not waited for
        if state.why or held >= goal:
            return state
        if held > seen:
            seen, moved = held, loop.time()
        elif loop.time() - moved >= patience:
            return FeedState(
                feed.tenant, held, wanted, size, quota, f"lacks {wanted - held} events: {_MEND}", mend=True
            )
        if patience == 0:
            return state
        await asyncio.sleep(LOOK)


def _judged(
    feed: Declared, config: dict[str, Any], consumer: dict[str, Any] | None, held: int, wanted: int
) -> tuple[str, bool]:
    """What is wrong with how it is made, and whether building it anew helps."""
    if consumer is None:
        return f"its consumer is gone: {_MEND}", True
    filters = _filters(consumer)
    if sorted(filters) != sorted(feed.filters):
        return f"is filled from {', '.join(map(str, filters))}, declared {', '.join(feed.filters)}: {_MEND}", True
    sources = [source.get("consumer", {}).get("name") for source in config.get("sources") or ()]
    if sources != [feed.tenant]:
        return f"is filled by another consumer: {_MEND}", True
    if held > wanted:
        return f"holds {held - wanted} events more than {EVENTS}: `loypa republish` if that was lost; {_MEND}", True
    return "", False


def _filters(consumer: dict[str, Any]) -> list[str]:
    actual = consumer["config"]
    return actual.get("filter_subjects") or [actual.get("filter_subject", "")]


def _nearly_full(size: int, quota: int) -> str:
    if quota <= 0 or size < NEAR * quota:
        return ""
    part = f"{100 * size // quota} % of its quota of {quota} bytes"
    return f"has taken {part}: give more with LOYPA_FEED_QUOTA, then `loypa provision`"


async def build(
    hub: Client, admin: Client, feed: Declared, *, mend: bool, stalled: float = STALLED
) -> tuple[list[str], list[str]]:
    """Make the FEED where there is none, give it its quota, and say what differs; with `mend` build it anew for that.

    One that is to hold others' events than before is built anew in any case: the registry has the word.
    One that is behind has `stalled` seconds to make progress before that counts.

    `admin` is connected in the tenant's account, `hub` in HUB as `provision`. Returns what was made and what differs.
    Raises `NoAnswer`, `ApiRefused`.
    """
    what = f"FEED of {feed.tenant}"
    missing = await _missing(hub, admin, feed)
    if "stream" in missing:
        await _unmake(hub, admin, feed, missing)
        await _make(hub, admin, feed)
        return [what], []
    made, drift = [], []
    config = (await api(admin, f"STREAM.INFO.{FEED}"))["config"]
    changed = {name: wanted for name, wanted in feed.stream().items() if config.get(name) != wanted}
    if "max_bytes" in changed:
        await api(admin, f"STREAM.UPDATE.{FEED}", config | {"max_bytes": feed.quota})
        made.append(f"{what}: its quota is {feed.quota} bytes, was {config['max_bytes']}")
    drift += [
        f"{what}: {name} is {config.get(name)}, declared {wanted}"
        for name, wanted in changed.items()
        if name not in {"max_bytes", "sources"}
    ]
    state = await look(hub, admin, feed, stalled if mend else 0)
    if state.mend and (mend or state.outdated):
        await _unmake(hub, admin, feed, missing)
        await _make(hub, admin, feed)
        made.append(f"{what}, anew: it {state.why.rsplit(':', 1)[0]}")
    elif state.why:
        drift.append(f"{what}: {state.why}")
    return made, drift


async def _missing(hub: Client, admin: Client, feed: Declared) -> set[str]:
    missing: set[str] = set()
    for name, client, call in (
        ("stream", admin, f"STREAM.INFO.{FEED}"),
        ("consumer", hub, f"CONSUMER.INFO.{EVENTS}.{feed.tenant}"),
    ):
        try:
            await _once_known(client, call)
        except NotThere:
            missing.add(name)
    return missing


async def _make(hub: Client, admin: Client, feed: Declared) -> None:
    request = {"stream_name": EVENTS, "action": "create", "config": feed.consumer()}
    await api(hub, f"CONSUMER.CREATE.{EVENTS}.{feed.tenant}", request)
    await _once_known(admin, f"STREAM.CREATE.{FEED}", feed.stream())


async def _once_known(admin: Client, call: str, body: dict[str, Any] | None = None) -> None:
    """Ask as a tenant whose account was made a moment ago: a cluster's nodes hear of it one after the other."""
    for attempt in range(1, PROPAGATION + 1):
        try:
            await api(admin, call, body)
        except ApiRefused as refused:
            if refused.code not in NOT_YET or attempt == PROPAGATION:
                raise
            await asyncio.sleep(0.25)
        else:
            return


async def _unmake(hub: Client, admin: Client, feed: Declared, missing: set[str]) -> None:
    if "stream" not in missing:
        await api(admin, f"STREAM.DELETE.{FEED}")
    if "consumer" not in missing:
        await api(hub, f"CONSUMER.DELETE.{EVENTS}.{feed.tenant}")

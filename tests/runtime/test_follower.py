"""The follower: every event after a position, in order, once, whatever happens to the stream."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from contracts.catalogue import SERVICES
from runtime.follower import Batch, Follower, Gap
from runtime.ledger import ImpossibleHistory
from runtime.nats import store
from runtime.permissions import READERS
from runtime.stream import place_after
from tests.runtime.trail import Ledgers, join, kill_and_restart, ledgers, lose_the_stream, record, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from runtime.ledger import Ledger
    from runtime.nats import Client
    from tests.runtime.nats_fixtures import Hub

__all__ = ["ledgers"]

Seen = list[tuple[str, int]]


async def publish(hub: Hub, ledger: Ledger, after: int = 0) -> None:
    """What a relay would have published."""
    client = await join(hub, ledger.service)
    for one in ledger.read(after, 10_000):
        await store(client, one.subject, one.body)


def each(batch: Batch) -> Seen:
    return [(event.service, event.sequence) for event in batch.events]


async def read(follower: Follower, enough: Callable[[Seen], bool], seconds: float = 20) -> Seen:
    """What it hands out until that is enough and it has caught up."""
    seen: Seen = []
    batches = follower.batches()
    async with asyncio.timeout(seconds):
        async for batch in batches:
            seen += each(batch)
            if enough(seen) and batch.caught_up:
                break
    await batches.aclose()  # type: ignore[attr-defined]  # it is a generator
    return seen


def follower_of(client: Client, **positions: int) -> Follower:
    return Follower(client, positions, poll=0.1)


async def test_an_empty_stream_is_caught_up_with_at_once(hub: Hub) -> None:
    assert await read(follower_of(await join(hub, "council")), lambda _: True, seconds=2) == []


async def test_events_come_in_stream_order_and_those_known_are_skipped(hub: Hub, ledgers: Ledgers) -> None:
    intake, council = ledgers("intake"), ledgers("council")
    record(intake, "a", "b")
    await publish(hub, intake)
    record(council, "c")
    await publish(hub, council)
    record(intake, "d")
    await publish(hub, intake, after=2)
    client = await join(hub, "council")
    everything = [("intake", 1), ("intake", 2), ("council", 1), ("intake", 3)]
    assert await read(follower_of(client), lambda seen: len(seen) == 4) == everything
    assert await read(follower_of(client, intake=1), lambda seen: len(seen) == 3) == everything[1:]
    assert await read(follower_of(client, intake=2, council=1), bool) == everything[3:]
    assert await read(follower_of(client, intake=3, council=1), lambda _: True) == []
    assert await read(Follower(client, {}, services=["council"]), bool) == [("council", 1)]


async def test_the_live_tail_is_included(hub: Hub, ledgers: Ledgers) -> None:
    intake = ledgers("intake")
    record(intake, "a")
    await publish(hub, intake)
    follower = follower_of(await join(hub, "council"))
    reading = asyncio.create_task(read(follower, lambda seen: len(seen) == 3))
    await until(lambda: follower.positions["intake"] == 1)
    record(intake, "b", "c")
    await publish(hub, intake, after=1)
    assert await reading == [("intake", 1), ("intake", 2), ("intake", 3)]
    assert follower.lag() == dict.fromkeys(SERVICES, 0)
    assert follower.unhealthy == ""


async def test_a_reader_too_many_says_so_and_reads_as_soon_as_another_has_ended(hub: Hub, ledgers: Ledgers) -> None:
    intake = ledgers("intake")
    record(intake, "a")
    await publish(hub, intake)
    client = await join(hub, "council")
    reading = [follower_of(client).batches() for _ in range(READERS)]
    assert [each(await anext(batches)) for batches in reading] == [[("intake", 1)]] * READERS
    late = follower_of(client)
    waiting = asyncio.create_task(read(late, bool))
    await until(lambda: "in use" in late.unhealthy)
    await reading[3].aclose()  # type: ignore[attr-defined]  # it is a generator
    assert await waiting == [("intake", 1)]
    assert late.unhealthy == ""
    for batches in reading:
        await batches.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_a_position_that_is_missing_is_never_skipped(hub: Hub, ledgers: Ledgers) -> None:
    intake, client = ledgers("intake"), await join(hub, "intake")
    record(intake, "a", "b", "c")
    for one in (intake.read(0)[0], intake.read(0)[2]):
        await store(client, one.subject, one.body)
    follower = follower_of(client)
    with pytest.raises(Gap, match="intake jumps from 1 to 3"):
        await read(follower, lambda seen: len(seen) == 2)
    assert follower.positions["intake"] == 1
    assert "jumps" in follower.unhealthy


@pytest.mark.parametrize("body", [b"", b"not JSON", b'{"specversion": "1.0", "sequence": "000000000002"}', b"[]"])
async def test_bytes_that_are_no_event_stop_the_follower_with_an_alarm(
    hub: Hub, ledgers: Ledgers, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    intake, client = ledgers("intake"), await join(hub, "intake")
    record(intake, "a", "b")
    first = intake.read(0)[0]
    await store(client, first.subject, first.body)
    await store(client, first.subject, body)
    follower = follower_of(client)
    with pytest.raises(ImpossibleHistory):
        await read(follower, lambda seen: len(seen) == 2)
    assert follower.unhealthy
    assert "stopped" in caplog.text


async def test_a_killed_server_is_outlived(hub: Hub, ledgers: Ledgers) -> None:
    intake = ledgers("intake")
    record(intake, *(f"{number}" for number in range(50)))
    await publish(hub, intake)
    follower = Follower(await join(hub, "council"), {}, batch=7, poll=0.1)
    reading = asyncio.create_task(read(follower, lambda seen: len(seen) >= 60))
    await until(lambda: follower.positions["intake"] == 50)
    await asyncio.to_thread(kill_and_restart, hub)
    record(intake, *(f"later {number}" for number in range(10)))
    await publish(hub, intake, after=50)
    assert await reading == [("intake", number) for number in range(1, 61)]


async def test_a_stream_that_was_emptied_and_filled_again_is_gone_on_with(hub: Hub, ledgers: Ledgers) -> None:
    intake, council = ledgers("intake"), ledgers("council")
    record(intake, *(f"{number}" for number in range(20)))
    record(council, "a", "b")
    await publish(hub, intake)
    await publish(hub, council)
    follower = follower_of(await join(hub, "portfolio"))
    reading = asyncio.create_task(read(follower, lambda seen: len(seen) >= 24))
    await until(lambda: sum(follower.positions.values()) == 22)
    await lose_the_stream(hub)
    record(council, "c")
    record(intake, "the last")
    await publish(hub, council)  # in another order than before
    await publish(hub, intake)
    seen = await reading
    assert len(seen) == len(set(seen)) == 24
    assert seen[22:] in ([("council", 3), ("intake", 21)], [("intake", 21), ("council", 3)])


async def test_its_lag_is_measured_against_the_stream(hub: Hub, ledgers: Ledgers) -> None:
    intake = ledgers("intake")
    record(intake, *(f"{number}" for number in range(30)))
    await publish(hub, intake)
    follower = Follower(await join(hub, "council"), {}, batch=10, poll=0.1)
    batches: AsyncIterator[Batch] = follower.batches()
    first = await anext(batches)
    assert follower.lag()["intake"] == 30 - len(first.events) > 0
    await batches.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_the_place_of_a_position_is_found_wherever_it_lies(hub: Hub, ledgers: Ledgers) -> None:
    intake, council, client = ledgers("intake"), ledgers("council"), await join(hub, "intake")
    order = "iicicccciiciiic"
    places: dict[str, list[int]] = {"i": [], "c": []}
    for place, one in enumerate(order, start=1):
        ledger = intake if one == "i" else council
        record(ledger, f"{place}")
        await publish(hub, ledger, after=ledger.head() - 1)
        places[one].append(place)
    for service, found in (("intake", places["i"]), ("council", places["c"])):
        for position in range(len(found) + 1):
            expected = found[position] if position < len(found) else None
            assert await place_after(client, service, position) == expected

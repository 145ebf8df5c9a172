"""The relay: everything a ledger holds is in EVENTS once, in order, whatever happens in between."""

from __future__ import annotations

import asyncio
import shutil
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from contracts.catalogue import decode
from contracts.envelope import MAX_BYTES
from contracts.operations import Health, ServiceHealth
from runtime.ledger import Ledger, Stored, Unavailable
from runtime.nats import Stale, store
from runtime.operations import tell_health
from runtime.relay import Relay
from runtime.republish import NotRepublished, older_copies, republish, take_turns
from runtime.standing import Published, Standing
from tests.runtime.trail import (
    Ledgers,
    bodies,
    join,
    kill_and_restart,
    ledgers,
    lose_the_stream,
    now,
    record,
    running,
    salt,
    stored,
    until,
)

if TYPE_CHECKING:
    from runtime.nats import Client
    from tests.runtime.nats_fixtures import Hub

__all__ = ["ledgers"]


def relay_of(ledger: Ledger, client: Client) -> Relay:
    return Relay(ledger, client, clock=now, poll=0.1, wait=1)


def published(relay: Relay) -> bool:
    return relay.state.healthy and relay.state.published == relay.state.head == relay.ledger.head()


async def test_what_is_recorded_is_published_as_the_same_bytes_in_order(hub: Hub, ledgers: Ledgers) -> None:
    ledger, client = ledgers("council"), await join(hub, "council")
    relay = relay_of(ledger, client)
    record(ledger, *(f"before {number}" for number in range(2500)))
    async with running(relay.run()):
        await until(lambda: published(relay))
        record(ledger, "alone")
        await until(lambda: relay.state.published == 2501)
    assert await bodies(client) == stored(ledger)


async def test_events_as_large_as_they_may_be_are_published_in_batches(hub: Hub, ledgers: Ledgers) -> None:
    ledger, client = ledgers("council"), await join(hub, "council")
    relay = relay_of(ledger, client)
    record(ledger, *(f"{number} {'x' * (MAX_BYTES - 1000)}" for number in range(120)))
    async with running(relay.run()):
        await until(lambda: published(relay))
    assert await bodies(client) == stored(ledger)


async def test_a_ledger_on_postgresql_is_published_too(hub: Hub, postgres_server: str) -> None:
    ledger = Ledger.open(f"{postgres_server}&schema=relay_{uuid4().hex}", "portfolio", clock=now, salt=salt)
    client = await join(hub, "portfolio")
    relay = relay_of(ledger, client)
    try:
        async with running(relay.run()):
            record(ledger, *(f"{number}" for number in range(20)))
            await until(lambda: published(relay))
        assert await bodies(client) == stored(ledger)
    finally:
        ledger.close()


async def test_what_was_committed_before_a_crash_is_published_after_it(hub: Hub, ledgers: Ledgers) -> None:
    ledger, client = ledgers("intake"), await join(hub, "intake")
    record(ledger, "a", "b")  # and the process ends before its first publish ever
    relay = relay_of(ledger, client)
    async with running(relay.run()):
        await until(lambda: published(relay))
    record(ledger, "c")  # and again
    relay = relay_of(ledger, client)
    async with running(relay.run()):
        await until(lambda: published(relay))
    assert await bodies(client) == stored(ledger)


async def test_what_was_published_but_not_acknowledged_is_not_published_again(hub: Hub, ledgers: Ledgers) -> None:
    ledger, client = ledgers("intake"), await join(hub, "intake")
    record(ledger, "a", "b", "c")
    for one in ledger.read(0, 2):  # the relay before got this far, and never heard that it did
        await store(client, one.subject, one.body)
    relay = relay_of(ledger, client)
    async with running(relay.run()):
        await until(lambda: published(relay))
    assert await bodies(client) == stored(ledger)


async def test_a_relay_that_has_been_overtaken_is_stopped_by_the_fence(hub: Hub, ledgers: Ledgers) -> None:
    ledger, client = ledgers("intake"), await join(hub, "intake")
    record(ledger, "a", "b")
    slow, fast = relay_of(ledger, client), relay_of(ledger, client)
    place = await slow._find(0)  # noqa: SLF001 - it looked, and then slept
    async with running(fast.run()):
        await until(lambda: published(fast))
    for chunk in (ledger.read(0), ledger.read(0, 1)):
        slow._cursor = place  # noqa: SLF001 - it wakes
        with pytest.raises(Stale):
            await slow._publish(chunk)  # noqa: SLF001 - with what it had in its hands
    assert await bodies(client) == stored(ledger)


async def test_two_relays_at_once_double_nothing(hub: Hub, ledgers: Ledgers) -> None:
    ledger, client, other = ledgers("intake"), await join(hub, "intake"), await join(hub, "intake")
    relays = relay_of(ledger, client), relay_of(ledger, other)
    async with running(*(relay.run() for relay in relays)):
        for number in range(150):
            await asyncio.to_thread(record, ledger, *(f"{number} {part}" for part in range(number % 3 + 1)))
        await until(lambda: all(published(relay) for relay in relays))
    assert await bodies(client) == stored(ledger)


async def test_each_service_has_its_own_fence_in_the_shared_stream(hub: Hub, ledgers: Ledgers) -> None:
    relays = [relay_of(ledgers(name), await join(hub, name)) for name in ("intake", "council", "portfolio")]
    async with running(*(relay.run() for relay in relays)):
        for number in range(60):
            await asyncio.to_thread(record, relays[number % 3].ledger, f"{number} a", f"{number} b")
        await until(lambda: all(published(relay) for relay in relays))
    client = hub.clients[-1]
    for relay in relays:
        assert await bodies(client, relay.service) == stored(relay.ledger)


async def test_a_server_killed_in_the_middle_costs_nothing_and_doubles_nothing(hub: Hub, ledgers: Ledgers) -> None:
    ledger, client = ledgers("council"), await join(hub, "council")
    relay = relay_of(ledger, client)
    async with running(relay.run()):
        for round_ in range(2):
            record(ledger, *(f"{round_} {number}" for number in range(3000)))
            await until(lambda: relay.state.published > 3000 * round_)  # noqa: B023 - used before the next round
            await asyncio.to_thread(kill_and_restart, hub)
        await until(lambda: published(relay))
    assert await bodies(client) == stored(ledger)


async def test_an_older_copy_of_the_ledger_is_refused(hub: Hub, ledgers: Ledgers) -> None:
    path, client = ledgers.path("council"), await join(hub, "council")
    ledger = ledgers("council")
    record(ledger, "a", "b")
    ledgers.close()
    shutil.copy(path, older := path.with_suffix(".older"))
    relay = relay_of(ledgers("council"), client)
    record(relay.ledger, "c")
    async with running(relay.run()):
        await until(lambda: published(relay))
    everything = await bodies(client)
    ledgers.close()
    shutil.move(path, newest := path.with_suffix(".newest"))
    shutil.copy(older, path)

    relay = relay_of(ledgers("council"), client)
    async with running(relay.run()):
        await until(lambda: relay.state.standing is Standing.FORKED)
        assert "older copy of the ledger" in relay.state.why
        with pytest.raises(Unavailable, match="older copy"):
            record(relay.ledger, "another c")
    ledgers.close()
    relay = relay_of(ledgers("council"), client)
    record(relay.ledger, "another c", "d")  # one that was gone on with, and is longer than the stream now
    async with running(relay.run()):
        await until(lambda: relay.state.standing is Standing.FORKED)
        with pytest.raises(NotRepublished, match="older copy"):
            await refill(hub, relay)
    assert await bodies(client) == everything

    ledgers.close()
    shutil.copy(newest, path)
    relay = relay_of(ledgers("council"), client)
    async with running(relay.run()):
        await until(lambda: published(relay))


async def lost(hub: Hub, relay: Relay) -> None:
    """All that the relay had to publish was there, is gone, and the relay has noticed."""
    await until(lambda: published(relay))
    await lose_the_stream(hub)
    await until(lambda: relay.state.standing is Standing.EMPTY_STREAM)


async def refill(hub: Hub, *relays: Relay) -> list[str]:
    for relay in relays:
        await take_turns(await join(hub, relay.service), relay)
    operator = await join(hub, "operator")
    return [turn.service async for turn in republish(operator, [relay.service for relay in relays])]


async def test_an_older_copy_beside_a_stream_that_holds_even_less_shows_in_what_others_have_read(
    hub: Hub, ledgers: Ledgers
) -> None:
    path, client = ledgers.path("council"), await join(hub, "council")
    record(ledgers("council"), "a", "b", "c")
    relay = relay_of(ledgers("council"), client)
    async with running(relay.run()):
        await until(lambda: published(relay))
    ledgers.close()
    shutil.copy(path, older := path.with_suffix(".older"))
    relay = relay_of(ledgers("council"), client)
    record(relay.ledger, "d", "e")
    async with running(relay.run()):
        await until(lambda: published(relay))
    await lose_the_stream(hub)
    first, *_ = relay.ledger.read(0)
    await store(client, first.subject, first.body)
    ledgers.close()
    shutil.copy(older, path)

    relay, reader = relay_of(ledgers("council"), client), relay_of(ledgers("intake"), await join(hub, "intake"))
    has_read = Health(part="inbox", healthy=True, position={"council": 5})
    await tell_health(client, "council", lambda: standing("council", relay.ledger.head()))
    await tell_health(await join(hub, "intake"), "intake", lambda: standing("intake", 0, has_read))
    async with running(relay.run(), reader.run()):
        await until(lambda: relay.state.standing is Standing.EMPTY_STREAM)
        with pytest.raises(NotRepublished, match="ends at 3, and inbox of intake read it up to 5: an older copy"):
            await refill(hub, relay, reader)
        assert relay.state.standing is Standing.EMPTY_STREAM
        assert len(await bodies(client)) == 1


def standing(service: str, recorded: int, *parts: Health, standby: bool = False) -> ServiceHealth:
    return ServiceHealth(
        service=service, process=1, healthy=True, standby=standby, recorded=recorded, published=0, parts=parts
    )


def test_nobody_reads_what_was_not_recorded_by_a_ledger_that_can_be_read() -> None:
    inbox = Health(part="inbox", healthy=True, position={"council": 5, "portfolio": 2})
    views = Health(part="views", healthy=True, position={"intake": 9, "council": 6})
    readers = [standing("intake", 9, inbox), standing("reporting", 1, views)]
    assert older_copies(readers, [standing("council", 6), standing("intake", 9), standing("portfolio", 7)]) == {}
    unreadable = standing("council", 0, Health(part="ledger", healthy=False, why="locked"))
    assert older_copies(readers, [unreadable, standing("intake", 0, standby=True)]) == {}
    assert {*older_copies(readers, [standing("council", 5), standing("intake", 8)])} == {"council", "intake"}


async def test_an_emptied_stream_is_filled_again_in_the_order_of_recording(hub: Hub, ledgers: Ledgers) -> None:
    relays = [relay_of(ledgers(name), await join(hub, name)) for name in ("intake", "council", "reporting")]
    intake, council, _ = relays
    async with running(*(relay.run() for relay in relays)):
        for number in range(40):
            record((intake if number % 3 else council).ledger, f"{number} a", f"{number} b")
        await until(lambda: published(intake) and published(council))
        await lose_the_stream(hub)
        await until(lambda: intake.state.standing is council.state.standing is Standing.EMPTY_STREAM)
        record(intake.ledger, "meanwhile")
        await asyncio.sleep(0.3)
        client = await join(hub, "intake")
        assert await bodies(client) == []
        assert "loypa republish" in intake.state.why
        await refill(hub, *relays)
        await until(lambda: all(published(relay) for relay in relays))
    events = [decode(body) for body in await bodies(client)]
    assert [event.recordedtime for event in events] == sorted(event.recordedtime for event in events)
    assert len(events) == intake.ledger.head() + council.ledger.head() == 81


async def test_a_look_at_a_quiet_stream_does_not_disturb_a_republish(
    hub: Hub, ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turns of several batches, whose reading takes longer than the relays wait before they look around."""
    intake, council = [
        Relay(ledgers(name), await join(hub, name), clock=now, poll=0.3, wait=5) for name in ("intake", "council")
    ]
    for turn in range(2):
        for relay in (intake, council):
            record(relay.ledger, *(f"{turn} {number}" for number in range(1200)))
    async with running(intake.run(), council.run()):
        await until(lambda: published(intake) and published(council))
        await lose_the_stream(hub)
        await until(lambda: intake.state.standing is council.state.standing is Standing.EMPTY_STREAM)
        read = Ledger.read

        def slowly(ledger: Ledger, after: int, limit: int) -> list[Stored]:
            time.sleep(0.35 if limit > 1 else 0)
            return read(ledger, after, limit)

        monkeypatch.setattr(Ledger, "read", slowly)
        await refill(hub, intake, council)
        monkeypatch.undo()
        await until(lambda: published(intake) and published(council))
    events = [decode(body) for body in await bodies(await join(hub, "intake"))]
    assert len(events) == 4800
    assert [event.recordedtime for event in events] == sorted(event.recordedtime for event in events)


async def test_a_turn_that_somebody_else_published_in_goes_on_from_where_the_stream_is(
    hub: Hub, ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, client = ledgers("intake"), await join(hub, "intake")
    relay = relay_of(ledger, client)
    record(ledger, *(f"{number}" for number in range(2500)))
    async with running(relay.run()):
        await lost(hub, relay)
    await relay.republish(None)
    other = relay_of(ledger, client)  # has lost the lease and does not know it yet
    await other.republish(None)
    first, *_ = ledger.read(0)
    await other.republish(decode(first.body).recordedtime)
    monkeypatch.setattr("runtime.relay.TURN", 1000)
    while await relay.republish(now()):
        pass
    await relay.resume()
    assert await bodies(client) == stored(ledger)


async def test_a_republish_that_was_broken_off_is_taken_up_again(hub: Hub, ledgers: Ledgers) -> None:
    ledger, client = ledgers("intake"), await join(hub, "intake")
    relay = relay_of(ledger, client)
    record(ledger, *(f"{number}" for number in range(10)))
    async with running(relay.run()):
        await lost(hub, relay)
        await relay.republish(None)
        await relay.republish(decode(ledger.read(0)[3].body).recordedtime)
        assert relay.state.standing is Standing.REPUBLISHING
    relay = relay_of(ledger, client)  # and the service is started again
    async with running(relay.run()):
        await until(lambda: relay.state.standing is Standing.EMPTY_STREAM)
        assert "the stream holds 4 of it" in relay.state.why
        await refill(hub, relay)
        await until(lambda: published(relay))
    assert await bodies(client) == stored(ledger)


async def test_it_says_up_to_when_everything_is_published(hub: Hub, ledgers: Ledgers) -> None:
    ledger, client = ledgers("council"), await join(hub, "council")
    heard: list[Published] = []

    async def hear(message: object) -> None:
        heard.append(Published.of(message.data))  # type: ignore[attr-defined]  # NATS gives it its messages

    listener = await join(hub, "reporting")
    await listener.subscribe("ops.*.published", cb=hear)
    await listener.flush()
    relay = relay_of(ledger, client)
    begun = now()
    record(ledger, "a")
    async with running(relay.run()):
        await until(lambda: len(heard) > 1)
    assert heard[-1].service == "council"
    assert heard[-1].position == 1
    assert begun < heard[-1].moment <= now()
    assert relay.state.complete_to is not None
    assert now() - relay.state.complete_to < timedelta(seconds=5)

"""Every tenant's FEED holds its own and nothing else, whatever happens; who reads it can do nothing but read."""

from __future__ import annotations

import asyncio
import json
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from runtime import permissions, tenancy
from runtime.accounts import Permissions
from runtime.feed import declared
from runtime.feeds import FeedState, look
from runtime.nats import ApiRefused, Client, NoAnswer, NotReachable, api, connect, store
from runtime.provision import establish
from runtime.registry import Auditor, System
from runtime.ror import ror
from tests.runtime.nats_fixtures import OWNED, TODAY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from runtime.registry import Registry
    from tests.runtime.nats_fixtures import Hub

TENANTS = ("molde", "aukra", "rauma")


async def happen(hub: Hub, count: int, tenants: Sequence[str] = TENANTS) -> None:
    """So many events, in turn in each tenant, as a service publishes them."""
    council = await hub.connect("HUB", "council")
    for number in range(count):
        await store(council, f"ev.{tenants[number % len(tenants)]}.council.CouncilDecided", b'{"n": %d}' % number)


async def reader(hub: Hub, tenant: str) -> Client:
    """An auditor of the tenant, whether or not it is registered."""
    credentials = hub.authority.credentials_of(tenant, "revisjon")
    if not credentials.exists():
        changed = tenancy.with_auditor(hub.registry, tenant, Auditor(name="revisjon", title="Revisjonen"))
        await change(hub, changed, tenant)
    return await hub.connect(tenant, "revisjon")


async def change(hub: Hub, registry: Registry, *only: str, mend: bool = True) -> Any:
    hub.registry = registry
    return await establish(hub.target, registry, OWNED, on=TODAY, only=only or None, mend=mend)


async def replay(client: Client, after: int = 0) -> list[tuple[str, int]]:
    """Every event of FEED after a place in it, by batched direct gets: subject and number."""
    found: list[tuple[str, int]] = []
    inbox = client.new_inbox()
    answers = await client.subscribe(inbox)
    await client.publish("$JS.API.DIRECT.GET.FEED", json.dumps({"batch": 500, "seq": after + 1}).encode(), reply=inbox)
    while True:
        message = await answers.next_msg(timeout=5)
        if not message.data:
            await answers.unsubscribe()
            return found
        found.append((message.headers["Nats-Subject"], json.loads(message.data)["n"]))


async def holds(hub: Hub, tenant: str, count: int, seconds: float = 10) -> float:
    """Wait until the FEED holds so many; how long that took."""
    client = await hub.connect(tenant, "watch")
    begun = monotonic()
    while (held := (await api(client, "STREAM.INFO.FEED"))["state"]["messages"]) != count:
        assert monotonic() - begun < seconds, f"{tenant} holds {held}, not {count}"
        await asyncio.sleep(0.005)
    return monotonic() - begun


async def state(hub: Hub, tenant: str, patience: float = 0.5, quota: int = -1) -> FeedState:
    operator, watch = await hub.connect("HUB", "operator"), await hub.connect(tenant, "watch")
    return await look(operator, watch, declared(hub.registry, tenant, TODAY, quota=quota), patience)


async def test_a_municipality_has_its_own_and_a_network_its_members(hub: Hub) -> None:
    await happen(hub, 30)
    for tenant, own in (("molde", 10), ("aukra", 10), ("vestnes", 0), ("ror", 30)):
        await holds(hub, tenant, own)
    assert {subject for subject, _ in await replay(await reader(hub, "aukra"))} == {"ev.aukra.council.CouncilDecided"}
    assert [number for _, number in await replay(await reader(hub, "ror"))] == list(range(30))
    assert await state(hub, "ror") == FeedState("ror", held=30, recorded=30, size=(await state(hub, "ror")).size)


async def test_what_is_seen_at_home_only_is_in_the_networks_feed_in_the_form_that_crosses(hub: Hub) -> None:
    council = await hub.connect("HUB", "council")
    for number, form in enumerate(("", ".net", ".own", "")):
        await store(council, f"ev.molde.council.CouncilDecided{form}", b'{"n": %d}' % number)
    for tenant, numbers in (("molde", (0, 2, 3)), ("ror", (0, 1, 3))):
        await holds(hub, tenant, 3)
        wanted = [("ev.molde.council.CouncilDecided", number) for number in numbers]
        assert await replay(await reader(hub, tenant)) == wanted
        assert (await state(hub, tenant)).recorded == 3


async def test_a_live_event_is_in_the_feed_at_once(hub: Hub) -> None:
    council = await hub.connect("HUB", "council")
    took = []
    for number in range(1, 11):
        await store(council, "ev.molde.council.CouncilDecided", b"{}")
        took.append(await holds(hub, "molde", number))
    assert sorted(took)[5] < 0.25


async def test_the_feeds_are_whole_after_the_server_was_killed_in_the_middle(hub: Hub) -> None:
    await happen(hub, 15)
    await hub.close()
    hub.restart()
    assert (await hub.provision()).made == ()
    await happen(hub, 15)
    await holds(hub, "ror", 30, seconds=30)
    await holds(hub, "molde", 10, seconds=30)
    numbers = [number for _, number in await replay(await reader(hub, "ror"))]
    assert numbers == [*range(15), *range(15)]


async def test_an_auditor_replays_and_can_do_nothing_else(hub: Hub) -> None:
    await happen(hub, 3)
    await holds(hub, "molde", 1)
    auditor = await reader(hub, "molde")
    assert await replay(auditor) == [("ev.molde.council.CouncilDecided", 0)]
    for subject in permissions.AUDITOR.publish:  # no right that it has is refused
        question = b"" if subject.endswith(">") else b'{"seq": 1}'
        answer = await auditor.request(subject.replace(">", "ev.molde.council.CouncilDecided"), question, timeout=5)
        assert (answer.headers["Nats-Subject"], answer.data) == ("ev.molde.council.CouncilDecided", b'{"n": 0}')
    for subject in (
        "$JS.API.STREAM.INFO.FEED",
        "$JS.API.STREAM.PURGE.FEED",
        "$JS.API.STREAM.DELETE.FEED",
        "$JS.API.STREAM.UPDATE.FEED",
        "$JS.API.STREAM.CREATE.OTHER",
        "$JS.API.STREAM.MSG.DELETE.FEED",
        "$JS.API.CONSUMER.CREATE.FEED",
        "$JS.API.CONSUMER.CREATE.FEED.x",
        "HUB.JS.API.CONSUMER.RESET.EVENTS.molde",
        "cmd.revisjon.council.DecideCase",
        "ingest.revisjon.IdeaSubmitted",
    ):
        with pytest.raises(NoAnswer):
            await store(auditor, subject, b"{}", within=0.1)
    await holds(hub, "molde", 1)


async def test_a_credential_with_a_last_day_is_refused_after_it(hub: Hub) -> None:
    gone = TODAY.replace(year=2020)
    await change(hub, tenancy.with_auditor(hub.registry, "molde", Auditor(name="i-fjor", title="I fjor", until=gone)))
    with pytest.raises(NotReachable, match="Authorization Violation"):
        await connect(hub.url, hub.credentials("molde", "i-fjor"), label="test", within=0.5)


async def test_a_system_with_the_right_keeps_its_place_in_the_feed_and_has_all_it_missed(hub: Hub) -> None:
    tools = System(name="verktoy", title="ROR-IKTs verktøy", feed=True)
    await change(hub, tenancy.with_system(hub.registry, "ror", tools), "ror")
    await happen(hub, 9)
    await holds(hub, "ror", 9)
    client = await hub.connect("ror", "verktoy")
    assert (await api(client, "STREAM.INFO.FEED"))["state"]["messages"] == 9
    pull = await client.jetstream().pull_subscribe("ev.>", durable="verktoy", stream="FEED")
    for message in await pull.fetch(9, timeout=5):
        await message.ack_sync()
    await client.close()
    await happen(hub, 6)  # while it is away
    await holds(hub, "ror", 15)
    client = await hub.connect("ror", "verktoy")
    pull = await client.jetstream().pull_subscribe("ev.>", durable="verktoy", stream="FEED")
    assert [json.loads(message.data)["n"] for message in await pull.fetch(6, timeout=5)] == list(range(6))


async def test_a_consumer_of_a_feed_bears_its_systems_name_and_reaches_no_door(hub: Hub) -> None:
    for name in ("verktoy", "andre"):
        system = System(name=name, title=name, feed=True)
        await change(hub, tenancy.with_system(hub.registry, "ror", system), "ror", mend=False)
    await happen(hub, 3)
    await holds(hub, "ror", 3)
    client, council = await hub.connect("ror", "verktoy"), await hub.connect("HUB", "council")
    heard = await council.subscribe("cmd.*.*.council.>")
    await council.flush()
    body = {"stream_name": "FEED", "config": {"name": "andre", "durable_name": "andre", "ack_policy": "none"}}
    for call in ("CONSUMER.CREATE.FEED", "CONSUMER.CREATE.FEED.andre", "CONSUMER.DELETE.FEED.andre"):
        with pytest.raises(NoAnswer):
            await api(client, call, body, within=0.1)
    for deliver in ("cmd.andre.council.DecideCase", "ingest.andre.IdeaSubmitted"):
        config = {"name": "verktoy", "deliver_subject": deliver, "ack_policy": "none"}
        await api(client, "CONSUMER.CREATE.FEED.verktoy", {"stream_name": "FEED", "config": config})
        await asyncio.sleep(0.2)
        await api(client, "CONSUMER.DELETE.FEED.verktoy")
    assert heard.pending_msgs == 0
    operator = await hub.connect("HUB", "operator")
    assert (await api(operator, "STREAM.INFO.INGEST_ror"))["state"]["messages"] == 0


async def test_no_consumer_of_a_system_reaches_the_feed_itself_its_source_or_the_server(hub: Hub) -> None:
    await change(hub, tenancy.with_system(hub.registry, "molde", System(name="verktoy", title="x", feed=True)), "molde")
    await happen(hub, 9)
    await holds(hub, "molde", 3)
    client = await hub.connect("molde", "verktoy")
    for deliver in (
        "deliver.molde.d",
        "ev.molde.council.CouncilDecided",
        "$JS.API.STREAM.DELETE.FEED",
        "$JS.API.STREAM.PURGE.FEED",
        "HUB.JS.API.CONSUMER.RESET.EVENTS.molde",
        "$JS.FC.EVENTS.molde.x",
        "query.sak.intake.ClaimStatus",
    ):
        headers_only = deliver.startswith("$JS.API")  # a request without a body, such as the server takes
        config = {"name": "verktoy", "deliver_subject": deliver, "ack_policy": "none", "headers_only": headers_only}
        await api(client, "CONSUMER.CREATE.FEED.verktoy", {"stream_name": "FEED", "config": config})
        await asyncio.sleep(0.1)
        await api(client, "CONSUMER.DELETE.FEED.verktoy")
    await happen(hub, 3)
    await holds(hub, "molde", 4, seconds=30)
    assert [number for _, number in await replay(await reader(hub, "molde"))] == [0, 3, 6, 0]


async def test_a_reply_that_names_what_somebody_may_not_say_says_nothing(hub: Hub) -> None:
    """NATS checks a request's subject against its sender's rights, and not where the answer is to go."""
    await change(hub, tenancy.with_system(hub.registry, "molde", System(name="verktoy", title="x", feed=True)), "molde")
    await happen(hub, 3, ["molde"])
    await holds(hub, "molde", 3)
    system, auditor = await hub.connect("molde", "verktoy"), await reader(hub, "molde")
    sak, operator = await hub.connect("molde", "sak"), await hub.connect("HUB", "operator")
    config = {"name": "verktoy", "durable_name": "verktoy", "ack_policy": "explicit"}
    await api(system, "CONSUMER.CREATE.FEED.verktoy", {"stream_name": "FEED", "config": config})
    own = "$JS.API.CONSUMER.DELETE.FEED.verktoy"  # which the system may say
    for asking, others in ((system, ()), (auditor, (own,)), (sak, (own,))):
        for where in (
            *others,
            "$JS.API.STREAM.DELETE.FEED",
            "$JS.API.STREAM.PURGE.FEED",
            "HUB.JS.API.CONSUMER.RESET.EVENTS.molde",
            "ingest.portal.IdeaSubmitted",
            "ingest.molde.portal.IdeaSubmitted",
            "rej.portal",
        ):
            for subject, body in (
                ("$JS.API.DIRECT.GET.FEED", b'{"seq": 1000000, "batch": 1}'),  # answered by an empty message
                ("$JS.API.DIRECT.GET.FEED", b'{"seq": 1, "batch": 3}'),
                ("$JS.API.STREAM.INFO.FEED", b""),
                ("query.sak.intake.ClaimStatus", b"{}"),
            ):
                await asking.publish(subject, body, reply=where)
        await asking.flush()
    await asyncio.sleep(0.3)
    assert await replay(auditor) == [("ev.molde.council.CouncilDecided", number) for number in range(3)]
    assert (await api(system, "CONSUMER.INFO.FEED.verktoy"))["num_pending"] == 3
    assert (await api(operator, "STREAM.INFO.INGEST_molde"))["state"]["messages"] == 0


async def test_nothing_that_a_system_asks_of_the_feed_reaches_another_system(hub: Hub) -> None:
    """By a consumer that delivers, or by a reply that names another's subject: the answer stays in the account."""
    for name in ("verktoy", "andre"):
        system = System(name=name, title=name, feed=True)
        await change(hub, tenancy.with_system(hub.registry, "molde", system), "molde", mend=False)
    await happen(hub, 3, ["molde"])
    await holds(hub, "molde", 3)
    client, auditor = await hub.connect("molde", "verktoy"), await reader(hub, "molde")
    others = [(name, await hub.connect("molde", name)) for name in ("sak", "andre")]
    heard = [await other.subscribe(where) for name, other in others for where in (f"rej.{name}", f"_INBOX_{name}.>")]
    for _, other in others:
        await other.flush()
    for name, _ in others:
        for where in (f"rej.{name}", f"_INBOX_{name}.x"):
            config = {"name": "verktoy", "ack_policy": "none", "deliver_subject": where}
            made = await api(client, "CONSUMER.CREATE.FEED.verktoy", {"stream_name": "FEED", "config": config})
            assert (made["num_pending"], made.get("push_bound", False)) == (3, False)  # there is nobody to deliver to
            await api(client, "CONSUMER.DELETE.FEED.verktoy")
            config = {"name": "verktoy", "ack_policy": "none"}
            await api(client, "CONSUMER.CREATE.FEED.verktoy", {"stream_name": "FEED", "config": config})
            for asking, call, body in (
                (client, "CONSUMER.MSG.NEXT.FEED.verktoy", b'{"batch": 1, "expires": 100000000}'),
                (client, "DIRECT.GET.FEED", b'{"batch": 3, "seq": 1}'),
                (auditor, "DIRECT.GET.FEED", b'{"batch": 3, "seq": 1}'),
            ):
                await asking.publish(f"$JS.API.{call}", body, reply=where)
                await asking.flush()
            await api(client, "CONSUMER.DELETE.FEED.verktoy")
            await client.publish("query.verktoy.intake.ClaimStatus", b"{}", reply=where)
    for asking in (client, auditor):
        assert [number for _, number in await replay(asking)] == [0, 1, 2]  # what was asked before has been answered
    for _, other in others:
        await other.flush()
    assert [subscription.pending_msgs for subscription in heard] == [0] * len(heard)


async def test_who_waits_for_an_event_does_not_notice_a_change_of_its_tenant(hub: Hub) -> None:
    tools = System(name="verktoy", title="Verktøy", feed=True)
    await change(hub, tenancy.with_system(hub.registry, "molde", tools), "molde")
    client = await hub.connect("molde", "verktoy")
    pull = await client.jetstream().pull_subscribe("ev.>", durable="verktoy", stream="FEED")
    for system in ("ny", "enda-ny"):
        waiting = asyncio.create_task(pull.fetch(1, timeout=20))
        while not (await pull.consumer_info()).num_waiting:  # noqa: ASYNC110 - only the server knows
            await asyncio.sleep(0.02)
        await change(hub, tenancy.with_system(hub.registry, "molde", System(name=system, title=system)), "molde")
        await happen(hub, 1, ["molde"])
        (message,) = await waiting
        await message.ack_sync()
    hub.authority.revoke("molde", "sak")
    await hub.provision()
    await happen(hub, 1, ["molde"])
    assert len(await pull.fetch(1, timeout=20)) == 1


async def test_what_a_service_delivers_to_a_feeds_subject_is_not_taken_in(hub: Hub) -> None:
    await happen(hub, 6)
    await holds(hub, "molde", 2)
    council = await hub.connect("HUB", "council")
    config = {
        "name": "READ-council-1",
        "deliver_subject": "deliver.molde.d",
        "filter_subjects": ["ev.aukra.>"],
        "ack_policy": "none",
    }
    await api(council, "CONSUMER.CREATE.EVENTS.READ-council-1", {"stream_name": "EVENTS", "config": config})
    await asyncio.sleep(0.3)
    await happen(hub, 3)
    await holds(hub, "molde", 3)
    assert {subject for subject, _ in await replay(await reader(hub, "molde"))} == {"ev.molde.council.CouncilDecided"}


async def god(hub: Hub, account: str) -> Client:
    """Somebody with every permission in the account of a FEED, as no identity of ours has."""
    hub.authority.issue(account, "admin", Permissions(publish=(">",), subscribe=(">",)))
    return await hub.connect(account, "admin")


async def test_a_feed_that_was_made_without_its_consumer_is_unhealthy_and_is_built_anew(hub: Hub) -> None:
    await happen(hub, 9)
    await holds(hub, "molde", 3)
    inside, operator = await god(hub, "molde"), await hub.connect("HUB", "operator")
    while (await api(operator, "CONSUMER.INFO.EVENTS.molde"))["num_ack_pending"]:  # noqa: ASYNC110 - only the server knows
        await asyncio.sleep(0.05)  # what FEED has said that it holds is not sent again
    declared_feed = declared(hub.registry, "molde", TODAY).stream()
    await api(inside, "STREAM.DELETE.FEED")
    await api(inside, "STREAM.CREATE.FEED", declared_feed)
    found = await state(hub, "molde")
    assert (found.lag, found.why) == (3, "lacks 3 events: `loypa provision` builds it anew")
    assert (await hub.provision()).made == ()
    mended = await hub.provision(mend=True)
    assert mended.made == ("FEED of molde, anew: it lacks 3 events",)
    await holds(hub, "molde", 3)
    assert (await state(hub, "molde")).why == ""


class Meanwhile:
    """A connection as it is, but something happens after each answer, before whoever asked goes on."""

    def __init__(self, client: Client, then: Callable[[], Awaitable[None]]) -> None:
        self._client, self._then = client, then

    async def request(self, *asked: Any, **how: Any) -> Any:
        answer = await self._client.request(*asked, **how)
        await self._then()
        return answer


async def test_an_event_that_comes_while_a_feed_is_looked_at_is_neither_missing_nor_one_too_many(hub: Hub) -> None:
    held = 0

    async def one_more() -> None:
        nonlocal held
        await happen(hub, 1, ["molde"])
        await holds(hub, "molde", held := held + 1)

    await one_more()
    watch, feed = await hub.connect("molde", "watch"), declared(hub.registry, "molde", TODAY)
    operator = await hub.connect("HUB", "operator")
    for asking, inside in ((Meanwhile(operator, one_more), watch), (operator, Meanwhile(watch, one_more))):
        found = await look(asking, inside, feed, 0)  # type: ignore[arg-type]  # it only asks
        assert (found.why, found.mend, found.lag) == ("", False, 0)


async def test_a_feed_whose_consumer_is_gone_is_unhealthy_and_is_built_anew(hub: Hub) -> None:
    await happen(hub, 3)
    await holds(hub, "aukra", 1)
    await api(await god(hub, "HUB"), "CONSUMER.DELETE.EVENTS.aukra")
    assert (await state(hub, "aukra")).why == "its consumer is gone: `loypa provision` builds it anew"
    assert "FEED of aukra: its consumer is gone: `loypa provision` builds it anew" in (await hub.provision()).drift
    assert (await hub.provision(mend=True)).drift == ()
    await happen(hub, 3)
    await holds(hub, "aukra", 2)


async def test_a_feed_near_its_quota_says_so_and_goes_on_when_it_is_given_more(hub: Hub) -> None:
    async def with_quota(quota: int) -> Any:
        target = type(hub.target)(**{**vars(hub.target), "feed_quota": quota})
        return await establish(target, hub.registry, OWNED, on=TODAY, only={"molde"})

    assert "FEED of molde: its quota is 1000 bytes, was -1" in (await with_quota(1000)).made
    await happen(hub, 60, ["molde"])
    found = await state(hub, "molde", quota=1000)
    assert found.lag > 0
    assert "of its quota of 1000 bytes: give more with LOYPA_FEED_QUOTA" in found.why
    assert (await with_quota(1_000_000)).drift == ()
    await holds(hub, "molde", 60)


async def test_a_network_that_gains_a_member_has_all_of_its_history_in_order(hub: Hub) -> None:
    smaller = ror().tenant("ror").model_copy(update={"members": ("molde",)})
    await change(hub, hub.registry.having(smaller))
    await happen(hub, 9)
    await holds(hub, "ror", 3)
    made = await change(hub, tenancy.with_members(hub.registry, "ror", "aukra"), "ror")
    assert [line for line in made.made if line.startswith("FEED of ror, anew")]
    await holds(hub, "ror", 6)
    assert [number for _, number in await replay(await reader(hub, "ror"))] == [0, 1, 3, 4, 6, 7]


async def test_a_municipality_that_merges_is_readable_under_both(hub: Hub) -> None:
    await happen(hub, 9)
    await holds(hub, "molde", 3)
    await change(hub, tenancy.merged(hub.registry, "aukra", "molde", TODAY - tenancy.DAY), "molde", "aukra", "ror")
    await holds(hub, "molde", 6)
    await holds(hub, "aukra", 3)
    await holds(hub, "ror", 9)
    assert {subject.split(".")[1] for subject, _ in await replay(await reader(hub, "molde"))} == {"molde", "aukra"}


async def test_a_merger_that_was_decided_on_before_takes_effect_on_its_day(hub: Hub) -> None:
    await happen(hub, 9)
    later = tenancy.merged(hub.registry, "aukra", "molde", TODAY)
    await establish(hub.target, later, OWNED, on=TODAY - tenancy.DAY)
    await holds(hub, "molde", 3)
    made = await establish(hub.target, later, OWNED, on=TODAY)
    aukra, molde = "ev.aukra.*.*, ev.aukra.*.*.own", "ev.molde.*.*, ev.molde.*.*.own"
    assert [line for line in made.made if "FEED" in line] == [
        f"FEED of molde, anew: it is filled from {molde}, declared {aukra}, {molde}"
    ]
    await holds(hub, "molde", 6)


async def test_creating_events_consumers_is_beyond_a_tenants_own_provisioning(hub: Hub) -> None:
    admin = await hub.connect("molde", "admin")
    for call in ("STREAM.CREATE.OTHER", "STREAM.PURGE.FEED", "CONSUMER.CREATE.FEED.x", "STREAM.MSG.DELETE.FEED"):
        with pytest.raises((NoAnswer, ApiRefused)):
            await api(admin, call, {"name": "OTHER"}, within=0.1)

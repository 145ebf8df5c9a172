"""What is declared is there, what differs is told, and nobody who runs can harm what happened."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from runtime.accounts import Permissions
from runtime.nats import ApiRefused, Client, NoAnswer, Stale, api, store
from runtime.permissions import reader_names
from runtime.provision import events_stream, ingest_stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.runtime.nats_fixtures import Hub


async def trespasser(hub: Hub) -> Client:
    """Somebody in HUB with every permission there is, as no identity of ours has."""
    hub.authority.issue("HUB", "trespasser", Permissions(publish=(">",), subscribe=(">",)))
    return await hub.connect("HUB", "trespasser")


async def test_a_second_time_makes_nothing_and_finds_no_drift(hub: Hub) -> None:
    again = await hub.provision()
    assert (again.made, again.drift) == ((), ())


async def test_a_stream_that_differs_is_reported_and_left_alone(hub: Hub) -> None:
    changer = await trespasser(hub)
    changed = events_stream() | {"max_msgs": 7, "allow_rollup_hdrs": False, "max_msg_size": 128}
    await api(changer, "STREAM.UPDATE.EVENTS", changed)
    await api(changer, "STREAM.UPDATE.INGEST_molde", ingest_stream("molde") | {"max_age": 60_000_000_000})
    found = await hub.provision()
    assert found.made == ()
    assert found.drift == (
        "stream EVENTS: max_msgs is 7, declared -1",
        "stream EVENTS: max_msg_size is 128, declared 65536",
        "stream INGEST_molde: max_age is 60000000000, declared 2592000000000000",
    )
    assert (await api(changer, "STREAM.INFO.EVENTS"))["config"]["max_msgs"] == 7


async def test_a_service_that_comes_to_own_another_claim_is_handed_it(hub: Hub) -> None:
    system, intake = await hub.connect("molde", "decide"), await hub.connect("HUB", "intake")
    await store(system, "ingest.decide.NeedSubmitted", b"{}")
    pull = await intake.jetstream().pull_subscribe_bind(durable="intake", stream="INGEST_molde")
    with pytest.raises(TimeoutError):
        await pull.fetch(1, timeout=0.3)
    changed = await hub.provision({"intake": ("IdeaSubmitted", "NeedSubmitted"), "reporting": ("KpiRecorded",)})
    assert len(changed.made) == 6
    assert changed.made[0].startswith("consumer INGEST_molde/intake: filter_subjects is")
    assert [message.subject for message in await pull.fetch(1, timeout=2)] == ["ingest.molde.decide.NeedSubmitted"]


async def test_a_claim_too_large_for_an_envelope_is_refused_at_the_door(hub: Hub) -> None:
    system = await hub.connect("molde", "decide")
    with pytest.raises(ApiRefused, match="message size exceeds maximum"):
        await store(system, "ingest.decide.IdeaSubmitted", b"x" * 65 * 1024)


@pytest.mark.parametrize("user", ["council", "intake", "portfolio", "reporting", "operator", "provision"])
async def test_no_identity_can_purge_change_or_delete_events(hub: Hub, user: str) -> None:
    await store(await hub.connect("HUB", "portfolio"), "ev.molde.portfolio.ActivityStarted", b"{}")
    client = await hub.connect("HUB", user)
    for call, body in (
        ("STREAM.PURGE.EVENTS", None),
        ("STREAM.UPDATE.EVENTS", events_stream() | {"max_msgs": 1}),
        ("STREAM.DELETE.EVENTS", None),
        ("STREAM.MSG.DELETE.EVENTS", {"seq": 1}),
    ):
        with pytest.raises(NoAnswer):
            await api(client, call, body, within=0.1)
    info = await api(await hub.connect("HUB", "operator"), "STREAM.INFO.EVENTS")
    assert info["state"]["messages"] == 1
    assert info["config"]["max_msgs"] == -1


async def test_events_cannot_be_purged_or_deleted_even_by_somebody_with_every_permission(hub: Hub) -> None:
    client = await trespasser(hub)
    await store(client, "ev.molde.council.CouncilDecided", b"{}")
    for call, body in (("STREAM.PURGE.EVENTS", None), ("STREAM.MSG.DELETE.EVENTS", {"seq": 1})):
        with pytest.raises(ApiRefused):
            await api(client, call, body)


async def test_creating_events_again_otherwise_is_refused_to_provision_itself(hub: Hub) -> None:
    client = await hub.connect("HUB", "provision")
    with pytest.raises(ApiRefused, match="already in use"):
        await api(client, "STREAM.CREATE.EVENTS", events_stream() | {"max_msgs": 1})


@pytest.mark.parametrize("user", ["intake", "council", "portfolio", "reporting", "operator"])
async def test_no_identity_that_runs_touches_the_consumer_that_fills_a_feed(hub: Hub, user: str) -> None:
    provision = await hub.connect("HUB", "provision")
    before = (await api(provision, "CONSUMER.INFO.EVENTS.molde"))["config"]
    client = await hub.connect("HUB", user)
    foreign = {name: before[name] for name in before if name not in {"metadata", "filter_subject"}}
    foreign |= {"filter_subjects": ["ev.aukra.>"]}
    unnamed = {name: foreign[name] for name in foreign if name not in {"name", "durable_name"}}
    mine = reader_names(user)[0]
    for call, config in (
        ("CONSUMER.CREATE.EVENTS.molde", foreign),
        ("CONSUMER.CREATE.EVENTS.molde.ev.aukra.>", unnamed | {"name": "molde", "filter_subject": "ev.aukra.>"}),
        ("CONSUMER.DURABLE.CREATE.EVENTS.molde", foreign),
        ("CONSUMER.CREATE.EVENTS", unnamed | {"name": "molde"}),
        ("CONSUMER.CREATE.EVENTS", unnamed),
        (f"CONSUMER.CREATE.EVENTS.{mine}", foreign),
        ("CONSUMER.DELETE.EVENTS.molde", None),
        ("CONSUMER.PAUSE.EVENTS.molde", None),
        ("CONSUMER.RESET.EVENTS.molde", None),
        ("CONSUMER.UNPIN.EVENTS.molde", None),
    ):
        body = {"stream_name": "EVENTS", "config": config} if config else None
        with pytest.raises((NoAnswer, ApiRefused)):
            await api(client, call, body, within=0.1)
    assert (await api(provision, "CONSUMER.INFO.EVENTS.molde"))["config"] == before


async def test_a_name_in_the_body_gives_no_other_consumer_than_the_one_in_the_subject(hub: Hub) -> None:
    council = await hub.connect("HUB", "council")
    mine = reader_names("council")[0]
    body = {"stream_name": "EVENTS", "config": {"name": "molde", "ack_policy": "none"}}
    assert (await api(council, f"CONSUMER.CREATE.EVENTS.{mine}", body))["name"] == mine


async def batch(client: Client, subjects: Sequence[str], last: int) -> int:
    """Publish all or nothing, behind the fence of council; returns the last one's sequence."""
    fence = {
        "Nats-Expected-Last-Subject-Sequence": str(last),
        "Nats-Expected-Last-Subject-Sequence-Subject": "ev.*.council.*",
    }
    batch = uuid.uuid4().hex
    for number, subject in enumerate(subjects[:-1], 1):
        headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)} | (fence if number == 1 else {})
        await client.publish(subject, b"{}", headers=headers)
    headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(len(subjects)), "Nats-Batch-Commit": "1"}
    return await store(client, subjects[-1], b"{}", headers)


async def test_a_fenced_batch_is_all_or_nothing_and_stops_no_other_service(hub: Hub) -> None:
    council, intake = await hub.connect("HUB", "council"), await hub.connect("HUB", "intake")
    decided = ["ev.molde.council.CouncilDecided", "ev.aukra.council.CaseOpened", "ev.molde.council.CaseOpened"]
    assert await batch(council, decided, 0) == 3
    assert await store(intake, "ev.molde.intake.IdeaSubmitted", b"{}") == 4
    assert await batch(council, decided, 3) == 7
    with pytest.raises(Stale):
        await batch(council, decided, 3)
    assert (await api(council, "STREAM.INFO.EVENTS"))["state"]["messages"] == 7

"""Who may connect, and what the server vouches for."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from nats.errors import NoRespondersError

from runtime.accounts import Authority, KeyTooOpen, Permissions, home
from runtime.nats import Duplicate, Msg, NoAnswer, api, store
from runtime.provision import establish
from runtime.registry import Registry, System, Tenant
from runtime.signing import Key
from tests.runtime.nats_fixtures import OWNED, REGISTRY, TODAY, told

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.nats import Client
    from tests.runtime.nats_fixtures import Hub


def mode(path: Path) -> int:
    return int(path.stat().st_mode & 0o777)


async def test_keys_and_credentials_are_readable_by_their_owner_only(hub: Hub) -> None:
    files = [*hub.authority.keys.iterdir(), *(hub.authority.credentials.rglob("*.creds"))]
    assert len(files) > 40
    assert {mode(path) for path in files} == {0o600}
    folders = [hub.authority.keys, hub.authority.credentials, *hub.authority.credentials.iterdir()]
    assert {mode(path) for path in folders} == {0o700}


def test_a_key_that_others_can_read_is_refused(authority: Authority) -> None:
    authority.front_end("molde", "cli")
    (authority.keys / "frontend-molde.cli.nk").chmod(0o640)
    with pytest.raises(KeyTooOpen, match=r"frontend-molde\.cli"):
        authority.front_end("molde", "cli")


def test_names_that_run_together_alike_have_keys_of_their_own(authority: Authority) -> None:
    one, other = ("romsdal", "more-sak"), ("romsdal-more", "sak")
    assert authority.front_end(*one) != authority.front_end(*other)
    first, second = (authority.issue(*user, Permissions(publish=())).read_text() for user in (one, other))
    assert first.splitlines()[-2] != second.splitlines()[-2]
    assert authority.revoke(*one)
    assert authority.issue(*other, Permissions(publish=())).read_text().splitlines()[-2] == second.splitlines()[-2]


def test_credentials_that_say_the_same_are_left_and_others_are_made_anew(authority: Authority) -> None:
    def issued(permissions: Permissions) -> tuple[str, int]:
        path = authority.issue("molde", "sak", permissions)
        return path.read_text(), path.stat().st_ino

    first = issued(Permissions(publish=("cmd.>",)))
    assert issued(Permissions(publish=("cmd.>",))) == first
    other = issued(Permissions(publish=("query.>",)))
    assert other[0].splitlines()[1] != first[0].splitlines()[1]
    path = authority.credentials_of("molde", "sak")
    for spoilt in (other[0][:-10], "no credentials", other[0].replace("SU", "SA", 1)):
        path.write_text(spoilt)
        assert issued(Permissions(publish=("query.>",)))[0].splitlines()[-2] == other[0].splitlines()[-2]
    path.chmod(0o644)
    issued(Permissions(publish=("query.>",)))
    assert mode(path) == 0o600


def test_a_key_is_made_once_and_its_seed_is_not_shown(authority: Authority) -> None:
    key = authority.operator
    assert authority.operator == key
    assert key.seed.decode() not in repr(key)
    assert Key.of(key.seed) == key


async def test_a_restart_keeps_keys_accounts_and_streams(hub: Hub) -> None:
    council = await hub.connect("HUB", "council")
    assert await store(council, "ev.molde.council.CouncilDecided", b"kept") == 1
    before = {path: path.read_bytes() for path in hub.authority.keys.iterdir()}
    await hub.close()
    hub.restart()
    assert (await hub.provision()).made == ()
    assert {path: path.read_bytes() for path in hub.authority.keys.iterdir()} == before
    council = await hub.connect("HUB", "council")
    assert (await api(council, "STREAM.INFO.EVENTS"))["state"]["messages"] == 1
    assert await store(await hub.connect("molde", "sak"), "ingest.sak.IdeaSubmitted", b"{}") == 1


async def test_a_claim_that_is_passed_over_for_its_message_id_is_not_taken_for_stored(hub: Hub) -> None:
    sak, portal = await hub.connect("molde", "sak"), await hub.connect("molde", "portal")
    for attempt in range(50):  # the two within a tenth of a second
        same = {"Nats-Msg-Id": f"42-{attempt}"}
        await store(sak, "ingest.sak.IdeaSubmitted", b"{}", same)
        try:
            await store(portal, "ingest.portal.IdeaSubmitted", b"{}", same)
        except Duplicate:
            break
    else:
        pytest.fail("no message was passed over")
    await store(portal, "ingest.portal.IdeaSubmitted", b"{}")


async def test_a_system_publishes_claims_under_its_own_tenant_and_name(hub: Hub) -> None:
    for tenant in ("molde", "aukra"):
        system = await hub.connect(tenant, "sak")
        # Equal message ids of two tenants do not meet.
        assert await store(system, "ingest.sak.IdeaSubmitted", tenant.encode(), {"Nats-Msg-Id": "42"}) == 1
    intake = await hub.connect("HUB", "intake")
    for tenant in ("molde", "aukra"):
        pull = await intake.jetstream().pull_subscribe_bind(durable="intake", stream=f"INGEST_{tenant}")
        claim = (await pull.fetch(1, timeout=2))[0]
        assert (claim.subject, claim.data) == (f"ingest.{tenant}.sak.IdeaSubmitted", tenant.encode())
        await claim.ack_sync()


FORGED = (
    "ingest.dvh.KpiRecorded",
    "ingest.aukra.sak.IdeaSubmitted",
    "cmd.portal.council.DecideCase",
    "cmd.aukra.sak.council.DecideCase",
    "query.portal.council.CaseOf",
    "ev.molde.council.CouncilDecided",
    "rej.sak",
    "ops.council.rebuild",
    "$JS.API.STREAM.INFO.EVENTS",
    "$SYS.REQ.CLAIMS.UPDATE",
)


async def test_a_forged_subject_is_denied_and_logged_and_reaches_nobody(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    operator, sak = await hub.connect("HUB", "operator"), await hub.connect("molde", "sak")
    for subject in FORGED:
        with pytest.raises(NoAnswer):
            await store(sak, subject, b"{}", within=0.1)
        await told(caplog, f'test as sak: denied: nats: permissions violation for publish to "{subject}"')
    for stream in ("EVENTS", "INGEST_molde", "INGEST_aukra"):
        assert (await api(operator, f"STREAM.INFO.{stream}"))["state"]["messages"] == 0


async def test_nobody_listens_on_anothers_answers(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    sak = await hub.connect("molde", "sak")
    for subject in ("_INBOX_cli.>", "*.>", "rej.*", "cmd.>", ">"):
        await sak.subscribe(subject)
        await told(caplog, f'denied: nats: permissions violation for subscription to "{subject}"')


async def first_answer(client: Client, subject: str, headers: dict[str, str]) -> Msg:
    """The answer to a question; just after its start a busy server may not find whoever listens in another account."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await client.request(subject, b"{}", headers=headers)
            except NoRespondersError:
                await asyncio.sleep(0.01)


async def test_a_command_arrives_with_the_tenant_and_system_the_server_vouches_for(hub: Hub) -> None:
    council, sak = await hub.connect("HUB", "council"), await hub.connect("molde", "sak")

    async def answer(message: Msg) -> None:
        assert message.headers
        who = json.loads(message.headers["Nats-Request-Info"])
        await message.respond(json.dumps([message.subject, who["acc"], who["name_tag"]]).encode())

    await council.subscribe("cmd.*.*.council.>", queue="council", cb=answer)
    await council.flush()
    forged = {"Nats-Request-Info": json.dumps({"acc": "somebody else"})}
    reply = json.loads((await first_answer(sak, "cmd.sak.council.DecideCase", forged)).data)
    assert reply == ["cmd.molde.sak.council.DecideCase", hub.authority.account(home("molde", "sak")).public, "sak"]


async def test_a_rejection_reaches_the_system_that_published_and_nobody_else(hub: Hub) -> None:
    intake = await hub.connect("HUB", "intake")
    mine, others = await hub.connect("molde", "sak"), [("molde", "decide"), ("aukra", "sak")]
    heard = await mine.subscribe("rej.sak")
    elsewhere = [(await hub.connect(*who), who[1]) for who in others]
    overheard = [await client.subscribe(f"rej.{name}") for client, name in elsewhere]
    for client in (mine, *(client for client, _ in elsewhere)):
        await client.flush()
    await intake.publish("rej.molde.sak", b"why")
    assert (await heard.next_msg(timeout=2)).data == b"why"
    await asyncio.sleep(0.1)
    assert [subscription.pending_msgs for subscription in overheard] == [0, 0]


async def test_a_service_answers_for_itself_only(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    council = await hub.connect("HUB", "council")
    for subject in ("ev.molde.intake.IdeaSubmitted", "cmd.molde.sak.council.DecideCase", "ingest.molde.sak.X"):
        with pytest.raises(NoAnswer):
            await store(council, subject, b"{}", within=0.1)
    await council.subscribe("cmd.*.*.intake.>")
    await told(caplog, 'permissions violation for subscription to "cmd.*.*.intake.>"')


async def test_a_tenant_is_added_to_the_running_server(hub: Hub) -> None:
    volda = Tenant(slug="volda", name="Volda", kind="municipality", systems=(System(name="sak", title="Sak"),))
    grown = Registry(tenants=(*REGISTRY.tenants, volda))
    made = (await establish(hub.target, grown, OWNED, on=TODAY)).made
    assert made == (
        "stream INGEST_volda",
        "consumer INGEST_volda/intake",
        "consumer INGEST_volda/reporting",
        "FEED of volda",
    )
    assert await store(await hub.connect("volda", "sak"), "ingest.sak.IdeaSubmitted", b"{}") == 1

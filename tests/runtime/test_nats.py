"""Connections that say what is wrong, and come back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from typing import TYPE_CHECKING

import pytest

from runtime.embedded import EmbeddedServer
from runtime.issuing import issue_credentials
from runtime.nats import (
    AnotherServer,
    ApiRefused,
    BadCredentials,
    NotReachable,
    NotThere,
    Stale,
    api,
    connect,
    done_within,
    server_name,
    store,
)
from runtime.registry import Registry

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.accounts import Authority
    from tests.runtime.nats_fixtures import Hub


async def test_somebody_elses_server_is_not_talked_to(hub: Hub) -> None:
    with pytest.raises(AnotherServer, match="somebody else's"):
        await connect(hub.url, hub.credentials("HUB", "council"), label="test", servers=["loypa-other"], within=5)


async def test_a_server_that_is_not_there_is_named_in_time(hub: Hub) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"nats://127.0.0.1:{other.getsockname()[1]}"
    with pytest.raises(NotReachable, match=url):
        await connect(url, hub.credentials("HUB", "council"), label="test", within=0.3)


async def test_a_user_of_another_installation_is_not_let_in(hub: Hub, tmp_path: Path) -> None:
    from_elsewhere = type(hub.authority)(tmp_path / "keys", tmp_path / "credentials")
    credentials = issue_credentials(from_elsewhere, ["council"], Registry(tenants=()))["HUB/council"]
    with pytest.raises(NotReachable, match=r"let council in.*(Authorization Violation|reset by peer)"):
        await connect(hub.url, credentials, label="test", within=4)  # the server first looks for the account


async def test_a_file_without_credentials_is_refused(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "empty.creds").write_text("nothing\n")
    with pytest.raises(BadCredentials, match=r"empty\.creds"):
        await connect(hub.url, tmp_path / "empty.creds", label="test", within=1)


async def test_what_jetstream_refuses_has_a_name(hub: Hub) -> None:
    council = await hub.connect("HUB", "council")
    with pytest.raises(NotThere):
        await api(council, "STREAM.INFO.NOTHING")
    with pytest.raises(ApiRefused, match="10025"):
        await api(council, "STREAM.MSG.GET.EVENTS", {"seq": "not a number"})
    fence = {"Nats-Expected-Last-Subject-Sequence-Subject": "ev.*.council.*"}
    assert await store(council, "ev.molde.council.A", b"", fence | {"Nats-Expected-Last-Subject-Sequence": "0"}) == 1
    with pytest.raises(Stale):
        await store(council, "ev.molde.council.A", b"", fence | {"Nats-Expected-Last-Subject-Sequence": "0"})


async def test_the_end_of_a_connection_is_told(hub: Hub) -> None:
    ended = asyncio.Event()
    client = await connect(hub.url, hub.credentials("HUB", "council"), label="test", within=5, on_closed=ended.set)
    assert not ended.is_set()
    await client.close()
    await asyncio.wait_for(ended.wait(), 1)


async def test_a_connection_comes_back_after_its_server_was_killed(tmp_path: Path, authority: Authority) -> None:
    data = tmp_path / "data"
    credentials = issue_credentials(authority, ["council"], Registry(tenants=()))["HUB/council"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    first = EmbeddedServer.start(data, authority, port=port)
    client = await connect(first.address.url, credentials, label="test", within=5)
    os.kill(first.address.pid, signal.SIGKILL)
    await asyncio.sleep(0.1)
    first.stop()
    with EmbeddedServer.start(data, authority, port=port) as second:
        for _ in range(200):
            if client.is_connected and server_name(client) == second.address.server:
                break
            await asyncio.sleep(0.02)
        assert (await api(client, "INFO"))["streams"] == 0
        await client.close()


async def test_a_connection_that_finds_another_server_in_its_place_ends(tmp_path: Path, authority: Authority) -> None:
    data, ended = tmp_path / "data", asyncio.Event()
    credentials = issue_credentials(authority, ["council"], Registry(tenants=()))["HUB/council"]
    with EmbeddedServer.start(data, authority) as first:
        port, name = int(first.address.url.rsplit(":", 1)[1]), first.address.server
        await connect(first.address.url, credentials, label="test", servers=[name], within=5, on_closed=ended.set)
    with EmbeddedServer.start(data, authority, port=port):
        await asyncio.wait_for(ended.wait(), 5)


async def test_an_attempt_that_ends_quietly_when_it_is_told_to_has_not_got_through() -> None:
    async def yielding() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await done_within(0.01, asyncio.ensure_future(yielding()))


async def test_an_attempt_that_takes_no_notice_of_being_cancelled_once_ends_all_the_same() -> None:
    async def deaf_once() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await done_within(0.01, asyncio.ensure_future(deaf_once()))
    nobody_waits = asyncio.create_task(done_within(60, asyncio.ensure_future(deaf_once())))
    await asyncio.sleep(0)
    nobody_waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await nobody_waits

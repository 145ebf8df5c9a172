"""A server with TLS: everything of ours gets through to it, believes no other, and says nothing in clear text."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sysconfig
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from interfaces.cli.common import now
from interfaces.installation import Installation, owned
from runtime.accounts import HUB, inbox_of
from runtime.doors import open_broker
from runtime.issuing import issue_credentials
from runtime.nats import NatsError, NotReachable, done_within
from runtime.provision import establish
from runtime.service import Running
from services.intake.app import SERVICE

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Iterator
    from pathlib import Path

    from runtime.nats import Client

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="makes its certificates with openssl, which is not installed")


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate for this machine, `<name>.pem`, and its key, `<name>.key`."""
    made = folder / f"{name}.pem"
    subprocess.run(
        [
            *(str(OPENSSL), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", folder / f"{name}.key", "-out", made, "-days", "2", "-subj", f"/CN={name}"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return made


@contextmanager
def sealed_server(here: Installation, folder: Path, shown: Path) -> Iterator[str]:
    """The address of a server that trusts our operator and speaks TLS only."""
    ports = folder / "ports"
    ports.mkdir()
    config = folder / "server.conf"
    config.write_text(
        f"listen: 127.0.0.1:-1\nports_file_dir: {json.dumps(str(ports))}\n"
        f"jetstream {{ store_dir: {json.dumps(str(folder))} }}\n"
        f"tls {{ cert_file: {json.dumps(str(shown))}, key_file: {json.dumps(str(shown.with_suffix('.key')))} }}\n"
        f"{here.authority.server_fragment(folder / 'accounts')}"
    )
    program = f"{sysconfig.get_path('scripts')}/nats-server"
    with subprocess.Popen([program, "-c", config], stderr=subprocess.DEVNULL) as process:
        try:
            while not (told := list(ports.glob("*.ports"))) or not told[0].read_text().strip():
                assert process.poll() is None
                time.sleep(0.01)
            yield "nats://127.0.0.1:" + json.loads(told[0].read_text())["nats"][0].rsplit(":", 1)[1]
        finally:
            process.kill()


def at(url: str, folder: Path, ca: Path | None, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """The installation whose settings name this server, and by what it is to be known."""
    monkeypatch.setenv("LOYPA_NATS", url)
    monkeypatch.delenv("LOYPA_TLS_CA", raising=False)
    if ca is not None:
        monkeypatch.setenv("LOYPA_TLS_CA", str(ca))
    return Installation.open(folder / "data")


async def test_provision_a_service_and_a_system_get_through_and_know_another_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, other = certificate(tmp_path, "ours"), certificate(tmp_path, "others")
    with sealed_server(Installation.open(tmp_path / "data"), tmp_path, shown) as url:
        here = at(url, tmp_path, shown, monkeypatch)
        await establish(here.target, here.registry, owned(), on=now().date(), only=None)
        service = Running(SERVICE, here.settings)
        running = asyncio.create_task(service.run())
        sak = await here.connect("molde", "sak")
        try:
            async with asyncio.timeout(60):
                while (told := await answered(sak)) is None:  # noqa: ASYNC110 - until its doors are open
                    await asyncio.sleep(0.05)
            assert told["outcome"] == "answered"
        finally:
            await sak.close()
            service.stop()
            await running
        for ca in (other, None):
            with pytest.raises(NotReachable, match="CERTIFICATE_VERIFY_FAILED"):
                await at(url, tmp_path, ca, monkeypatch).connect("molde", "sak", within=2)


async def answered(sak: Client) -> dict[str, object] | None:
    try:
        reply = await sak.request("query.sak.intake.ClaimStatus", b'{"ids": ["1"]}', timeout=5)
    except NatsError:
        return None
    return dict(json.loads(reply.data))


@pytest.mark.parametrize("who", ["client", "doors"])
async def test_nothing_is_said_to_a_server_that_says_it_has_no_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    said: asyncio.Queue[bytes] = asyncio.Queue()

    async def pretend(reader: StreamReader, writer: StreamWriter) -> None:
        info = {"server_id": "x", "server_name": "x", "version": "2.15.1", "max_payload": 1024, "nonce": "bm9uY2U"}
        writer.write(b"INFO " + json.dumps(info).encode() + b"\r\n")
        said.put_nowait(await reader.read(1024))
        writer.close()

    server = await asyncio.start_server(pretend, "127.0.0.1", 0)
    async with server:
        url = f"nats://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        here = at(url, tmp_path, certificate(tmp_path, "ours"), monkeypatch)
        issue_credentials(here.authority, ["intake"], here.registry)
        if who == "client":
            trying: asyncio.Task[Any] = asyncio.create_task(here.connect(HUB, "intake", within=60))
        else:
            mine = here.authority.credentials_of(HUB, "intake")
            trying = asyncio.create_task(
                open_broker([url], mine, inbox_of("intake"), here.settings.tls(), print).start()
            )
        for _ in range(2):  # nor when it is tried again
            assert await asyncio.wait_for(said.get(), 30) == b""
        with pytest.raises((TimeoutError, asyncio.CancelledError)):
            await done_within(0, trying)

"""The embedded server: found, alone in its directory, and gone when its parent is."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runtime.embedded import DataDirectoryInUse, EmbeddedServer, PortTaken, ServerDidNotStart, address
from runtime.issuing import issue_credentials
from runtime.nats import connect
from runtime.ror import ror

if TYPE_CHECKING:
    from runtime.accounts import Authority

STARTER = """
import sys, time
from pathlib import Path
from runtime.accounts import Authority
from runtime.embedded import EmbeddedServer
data = Path(sys.argv[1])
server = EmbeddedServer.start(data, Authority(data / "keys", data / "credentials"))
print(server.address.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def one_connection(server: EmbeddedServer, authority: Authority) -> None:
    credentials = authority.credentials_of("HUB", "council")
    client = await connect(server.address.url, credentials, label="test", within=5)
    await client.close()


@pytest.mark.parametrize("any_free", [-1, 0])
def test_any_free_port_is_not_the_one_that_others_look_for_nats_on(
    data: Path, authority: Authority, any_free: int
) -> None:
    with EmbeddedServer.start(data, authority, port=any_free) as server:
        assert not server.address.url.endswith(":4222")


def ended(pid: int) -> bool:
    """Whether the process is gone, within some seconds (nobody may have fetched its exit code yet)."""
    for _ in range(300):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_it_is_found_from_another_process_by_its_data_directory(data: Path, authority: Authority) -> None:
    assert address(data) is None
    with EmbeddedServer.start(data, authority) as server:
        assert address(data) == server.address
        assert server.alive
    assert address(data) is None


def test_a_clean_stop_leaves_no_process_and_a_free_directory(data: Path, authority: Authority) -> None:
    server = EmbeddedServer.start(data, authority)
    server.stop()
    assert ended(server.address.pid)
    EmbeddedServer.start(data, authority).stop()


def test_a_server_that_died_without_a_word_is_not_found(data: Path, authority: Authority) -> None:
    with EmbeddedServer.start(data, authority) as server:
        os.kill(server.address.pid, signal.SIGKILL)
        assert ended(server.address.pid)
        while server.alive:  # until its last thread has gone, which is a moment after it shows as ended
            time.sleep(0.01)
        assert address(data) is None


def test_it_dies_with_its_parent_even_by_kill_9_and_the_directory_is_free_at_once(
    data: Path, authority: Authority
) -> None:
    parent = subprocess.Popen([sys.executable, "-c", STARTER, data], stdout=subprocess.PIPE)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert ended(pid)
    EmbeddedServer.start(data, authority).stop()


def test_a_directory_in_use_is_refused_with_the_process_that_uses_it(data: Path, authority: Authority) -> None:
    with (
        EmbeddedServer.start(data, authority),
        pytest.raises(DataDirectoryInUse, match=f"in use by process {os.getpid()}"),
    ):
        EmbeddedServer.start(data, authority)


def test_a_taken_port_is_named_and_the_directory_stays_free(data: Path, authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            EmbeddedServer.start(data, authority, port=port)
    with EmbeddedServer.start(data, authority, port=port) as server:
        assert server.address.url == f"nats://127.0.0.1:{port}"


def test_a_server_that_does_not_start_says_why(data: Path, authority: Authority) -> None:
    data.mkdir()
    (data / "jetstream").write_text("a file where streams should be")
    with pytest.raises(ServerDidNotStart, match="storage directory is not a directory"):
        EmbeddedServer.start(data, authority)


def test_a_configuration_the_server_does_not_understand_is_quoted(data: Path, authority: Authority) -> None:
    with pytest.raises(ServerDidNotStart, match="sync_interval"):
        EmbeddedServer.start(data, authority, sync="sometimes")


def test_no_secret_is_in_the_command_line_the_configuration_or_the_log(data: Path, authority: Authority) -> None:
    issue_credentials(authority, ["council"], ror())
    with EmbeddedServer.start(data, authority) as server:
        asyncio.run(one_connection(server, authority))
        command_line = Path(f"/proc/{server.address.pid}/cmdline").read_bytes()
        environment = Path(f"/proc/{server.address.pid}/environ").read_bytes()
    seeds = [path.read_bytes() for path in authority.keys.glob("*.nk")]
    assert len(seeds) >= 8
    outside = [path for path in data.rglob("*") if path.is_file() and authority.keys not in path.parents]
    told = [path.read_bytes() for path in outside if authority.credentials not in path.parents]
    assert any(b"nats-server" in text or b"Starting" in text for text in told)
    for text in (command_line, environment, *told):
        assert not [seed for seed in seeds if seed in text]

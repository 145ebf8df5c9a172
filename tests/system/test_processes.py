"""`loypa up` ends cleanly, leaves no process behind however it ends, and starts again what dies alone."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.embedded import address
from tests.system.instance import Instance
from tests.system.test_stream import submit

if TYPE_CHECKING:
    from collections.abc import Callable


def processes(data: Path) -> list[int]:
    """The processes that run for a data directory: what names it at its start, or holds its lock open."""
    lock, found = data / "lock", []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            named = str(data) in (process / "cmdline").read_text()
            holds = any(held.readlink() == lock for held in (process / "fd").iterdir())
        except OSError:  # it has ended, or is a zombie that nobody has buried yet
            continue
        if named or holds:
            found.append(int(process.name))
    return found


def soon(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_second_start_in_the_same_directory_is_refused_with_who_uses_it(year: Instance) -> None:
    assert year.process
    second = year.loypa("up")
    assert second.returncode == 4
    assert second.stderr.strip() == f"loypa: {year.data} is in use by process {year.process.pid}"
    year.wait_until_healthy()


def test_a_taken_port_is_named_and_nothing_is_left_running(year: Instance, tmp_path: Path) -> None:
    del year  # only so that it is not this one that starts meanwhile
    other = Instance(tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = other.loypa("up", "--port", port)
    assert ran.returncode == 4
    assert ran.stderr.strip() == f"loypa: port {port} of this machine is taken by another program"
    assert processes(other.data) == []


def test_a_service_that_is_killed_alone_is_started_again_and_catches_up(year: Instance) -> None:
    for name in ("council", "reporting", "intake"):
        health = year.health()[name]
        assert health
        os.kill(health.process, signal.SIGKILL)
        if name != "intake":
            asyncio.run(submit(year, f"mens-{name}-er-borte", "Felles innkjøp av redningsvester"))
        year.wait_until_healthy()
        again = year.health()[name]
        assert again
        assert again.process != health.process
    year.settle()
    year.verify()


def test_a_server_that_is_killed_alone_is_started_again_with_everything(year: Instance) -> None:
    there = address(year.data)
    assert there
    os.kill(there.pid, signal.SIGKILL)
    assert soon(lambda: (now := address(year.data)) is not None and now.server != there.server, 30)
    year.wait_until_healthy()
    asyncio.run(submit(year, "etter-tenaren", "Felles kart over turløyper"))
    year.settle()


def test_ctrl_c_ends_it_within_seconds_and_leaves_no_process(year: Instance) -> None:
    assert len(processes(year.data)) == 6  # the parent, the server and four services
    begun = time.monotonic()
    assert year.stop() == 0
    assert time.monotonic() - begun < 10
    assert processes(year.data) == []


def test_kill_9_of_the_parent_alone_leaves_no_process_either(year: Instance) -> None:
    assert year.process
    assert len(processes(year.data)) == 6
    os.kill(year.process.pid, signal.SIGKILL)
    year.process.wait()
    assert soon(lambda: processes(year.data) == [])

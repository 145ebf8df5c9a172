"""`loypa`, run in a fork of a process that has imported it already: what users run, without seconds of imports."""

from __future__ import annotations

import array
import atexit
import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

ROOT = Path(__file__).parents[1]
LARGEST = 200_000
"""Bytes of a request: a command line and an environment."""


@dataclass
class Program:
    """A `loypa` that was started: what `subprocess.Popen` would tell of it. It leads a process group of its own."""

    pid: int
    told: socket.socket
    returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, or `None` while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has one. Raises `subprocess.TimeoutExpired`."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("loypa", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it has ended, and that is about to be told
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, within: float | None) -> int | None:
        if self.returncode is None:
            self.told.settimeout(within)
            try:
                self.returncode = int(self.told.recv(20))
            except (BlockingIOError, TimeoutError):
                return None
            self.told.close()
        return self.returncode


def start(
    words: list[str],
    *,
    out: IO[bytes],
    err: IO[bytes],
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> Program:
    """Start `loypa` with these words, or Python with `-c CODE` or `-m MODULE` and more, writing to these files."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    os.umask(mask := os.umask(0))
    begun = {"words": words, "cwd": str(cwd), "env": dict(os.environ if env is None else env), "umask": mask}
    asked = json.dumps(begun).encode()
    handed = array.array("i", [its.fileno(), out.fileno(), err.fileno()])
    with its:
        _door().sendmsg([asked], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handed)])
    return Program(int(ours.recv(20)), ours)


def run(
    words: list[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run `loypa` with these words until it ends. Raises `subprocess.TimeoutExpired`, and ends it."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        program = start(words, out=out, err=err, cwd=cwd, env=env)
        try:
            code = program.wait(timeout)
        finally:
            program.kill()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(["loypa", *words], code, out.read().decode(), err.read().decode())


def program(home: Path) -> Path:
    """Put a `loypa` into this directory for a shell to find; what it is asked is done here, with its own in and out."""
    door = home / "loypa.door"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(door))
        listening.listen()
        socket.send_fds(_door(), [b"{}"], [listening.fileno()])
    made = home / "loypa"
    made.write_text(_PROGRAM.format(python=sys.executable, door=str(door)), "utf-8")
    made.chmod(0o755)
    return made


_PROGRAM = """#!{python} -IS
import json, os, signal, socket, sys
door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
door.connect({door!r})
ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
os.umask(mask := os.umask(0))
asked = dict(words=sys.argv[1:], cwd=os.getcwd(), env=dict(os.environ), umask=mask)
socket.send_fds(door, [json.dumps(asked).encode()], [its.fileno(), 1, 2])
its.close()
pid = int(ours.recv(20))
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: os.kill(pid, number))
code = int(ours.recv(20))
if code < 0:
    signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
sys.exit(code)
"""


@cache
def _door() -> socket.socket:
    """The way to the process that forks; it ends, with all it has started, when nobody can ask any more."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * LARGEST)
    with its:
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
        if run is None:
            _start(its)
        else:  # the test processes of a run share one
            hall = Path(tempfile.gettempdir()) / f"warm-{run}"
            with hall.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not _let_in(hall, its):
                    _start(its, hall)
    atexit.register(ours.close)
    return ours


def _let_in(hall: Path, its: socket.socket) -> bool:
    """Whether there is such a process already, and it will hear what comes through this."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as knocking, contextlib.suppress(OSError):
        knocking.connect(str(hall))
        socket.send_fds(knocking, [b"{}"], [its.fileno()])
        return bool(knocking.recv(20))
    return False


def _start(its: socket.socket, hall: Path | None = None) -> None:
    """Start one; through `hall` others can come to it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        if hall is not None:
            hall.unlink(missing_ok=True)
            listening.bind(str(hall))
            listening.listen()
        passed = [each.fileno() for each in (its, listening)[: 1 if hall is None else 2]]
        command = [sys.executable, "-m", "tests.forking", *map(str, passed)]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=passed, start_new_session=True)
    atexit.register(process.wait)

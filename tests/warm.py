"""`loypa`, run in a fork of a process that has imported it already: what users run, without seconds of imports."""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from contracts import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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
    asked = json.dumps({"words": words, "cwd": str(cwd), "env": dict(os.environ if env is None else env)}).encode()
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
asked = dict(words=sys.argv[1:], cwd=os.getcwd(), env=dict(os.environ))
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
    """The way to the process that forks; it ends, with all it has started, when this one does."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * LARGEST)
    with its:
        command = [sys.executable, "-m", "tests.warm", str(its.fileno())]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[its.fileno()], start_new_session=True)
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


# --- the process that forks


@dataclass
class Forking:
    """Forks whenever a command is asked for, and tells who asked when it has ended."""

    door: socket.socket
    ears: set[socket.socket] = field(default_factory=set)
    running: dict[int, socket.socket] = field(default_factory=dict)

    def serve(self) -> bool:
        """Returns `True` in a fork that is to be what was asked for, and `False` when nobody can ask any more."""
        woken, wake = socket.socketpair()
        wake.settimeout(0)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.ears |= {woken, self.door}
        while self.door in self.ears:
            for heard in select.select(list(self.ears), (), ())[0]:
                if heard is woken:
                    woken.recv(100)
                    self._reap()
                elif heard.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    self.ears.add(heard.accept()[0])
                elif self._asked(heard):
                    signal.set_wakeup_fd(-1)
                    wake.close()
                    return True
        for pid in self.running:
            os.killpg(pid, signal.SIGKILL)
        return False

    def _asked(self, heard: socket.socket) -> bool:
        """Whether this is the fork for what was asked."""
        said, handed, _, _ = socket.recv_fds(heard, LARGEST, 3)
        if not said:
            self.ears.remove(heard)
            heard.close()
            return False
        if len(handed) == 1:
            self.ears.add(socket.socket(fileno=handed[0]))
            return False
        teller, out, err = handed
        pid = os.fork()
        if pid:
            self.running[pid] = socket.socket(fileno=teller)
            os.close(out)
            os.close(err)
            return False
        for left in (*self.ears, *self.running.values()):
            left.close()
        _become(json.loads(said), out, err, teller)
        return True

    def _reap(self) -> None:
        for pid in list(self.running):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                with self.running.pop(pid) as told, contextlib.suppress(OSError):  # whoever asked may have gone
                    told.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(asked: dict[str, Any], out: int, err: int, teller: int) -> None:
    """Be the program that was asked for, as if it had been started by itself."""
    os.setsid()
    with socket.socket(fileno=teller) as told:
        told.send(str(os.getpid()).encode())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(source, target)
    for done in (nothing, out, err):
        os.close(done)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["loypa", *asked["words"]]


def _import_everything() -> None:
    from runtime import generations  # noqa: PLC0415 - only the process that forks needs it
    from services.reporting.views import VIEWS  # noqa: PLC0415 - see above

    for package in ("contracts", "runtime", "services", "interfaces"):
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    catalogue.prepare()
    for view in VIEWS:
        generations.prepare(view)


def _main() -> None:
    from interfaces.cli.main import main  # noqa: PLC0415 - only the process that forks needs it

    _import_everything()
    gc.freeze()
    if Forking(socket.socket(fileno=int(sys.argv[1]))).serve():
        match sys.argv[1:]:
            case "-c", code, *_:
                del sys.argv[1:3]
                _run(lambda: exec(compile(code, "<asked>", "exec"), {"__name__": "__main__"}))  # noqa: S102 - a test's own code
            case "-m", module, *_:
                del sys.argv[1:3]
                _run(lambda: runpy.run_module(module, run_name="__main__"))
            case _:
                _run(main)


def _run(program: Callable[[], object]) -> NoReturn:
    """Run it and end as Python does, but for taking apart what was imported: that takes longer than most programs."""
    code: int | str | None = 0
    try:
        program()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - as Python does
        traceback.print_exc()
        code = 1
    threading._shutdown()  # noqa: SLF001 - what Python itself calls: threads that are no daemons come to their end
    atexit._run_exitfuncs()  # noqa: SLF001 - what Python itself calls
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    _main()

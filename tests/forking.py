"""The process that forks for `tests/warm.py`: it has imported all there is of Løypa, and becomes what it is asked."""

from __future__ import annotations

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
import sys
import threading
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from contracts import catalogue
from tests.warm import LARGEST, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Forking:
    """Forks whenever a command is asked for, and tells who asked when it has ended."""

    doors: set[socket.socket]
    ears: set[socket.socket] = field(default_factory=set)
    running: dict[int, socket.socket] = field(default_factory=dict)

    def serve(self) -> bool:
        """Returns `True` in a fork that is to be what was asked for, and `False` when nobody can ask any more."""
        woken, wake = socket.socketpair()
        wake.settimeout(0)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.ears |= {woken, *self.doors}
        while self.doors:
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
            self.doors.discard(heard)
            heard.close()
            return False
        if len(handed) == 1:
            self._opened(socket.socket(fileno=handed[0]), heard)
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

    def _opened(self, ear: socket.socket, by: socket.socket) -> None:
        """Listen to this too: to whoever comes in through it, or to one more test process."""
        self.ears.add(ear)
        if not ear.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            self.doors.add(ear)
            by.send(b"come in")

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
    os.umask(asked["umask"])
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
    door, *halls = (socket.socket(fileno=int(each)) for each in sys.argv[1:])
    if Forking({door}, {*halls}).serve():
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

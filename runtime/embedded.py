"""The embedded default: a real `nats-server` in the data directory that lives and dies with what starts it."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from runtime.files import private_directory, write_private

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.accounts import Authority

_START_SECONDS = 10.0
_STOP_SECONDS = 10.0
_LOCK_SECONDS = 2.0  # how long a killed predecessor's server may need to be gone
_PDEATHSIG = 1  # prctl's PR_SET_PDEATHSIG


class DataDirectoryInUse(Exception):  # noqa: N818 - named for what is wrong
    """Another process runs Løypa in this data directory."""


class PortTaken(Exception):  # noqa: N818 - named for what is wrong
    """Another program listens on the port that was asked for."""


class ServerDidNotStart(Exception):  # noqa: N818 - named for what is wrong
    """The server ended, or was not ready in time; the message holds the last lines of its log."""


@dataclass(frozen=True)
class Address:
    """Where a server is found: `server` is the name it must give, so that nobody talks to somebody else's."""

    url: str
    server: str
    pid: int


def address(data: Path) -> Address | None:
    """The server that runs in this data directory now, if one does: for a command line in another terminal."""
    try:
        found = Address(**json.loads((data / "nats.json").read_bytes()))
        with contextlib.suppress(PermissionError):  # it runs as somebody else, but it runs
            os.kill(found.pid, 0)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return found


class DataLock:
    """The right to run in a data directory. The server inherits it, so it is free only when that has ended too."""

    def __init__(self, data: Path) -> None:
        """Raises `DataDirectoryInUse` when another process holds it for longer than two seconds."""
        self._file = (private_directory(data) / "lock").open("a+")
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    self._file.seek(0)
                    holder = self._file.read().strip() or "unknown"
                    self._file.close()
                    raise DataDirectoryInUse(f"{data} is in use by process {holder}") from None
                time.sleep(0.02)
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def fileno(self) -> int:
        """The descriptor that the server inherits."""
        return self._file.fileno()

    def release(self) -> None:
        """Let another process run here."""
        self._file.close()


class EmbeddedServer:
    """A running server. Start it from the main thread: it is killed when the thread that started it ends."""

    def __init__(self, address: Address, process: subprocess.Popen[bytes], data: Path, lock: DataLock) -> None:
        self.address = address
        self._process = process
        self._data = data
        self._lock = lock

    @classmethod
    def start(cls, data: Path, authority: Authority, *, port: int = -1, sync: str = "always") -> Self:
        """Start the server on a given port of this machine, or on any free one (-1 or 0), and wait until it is ready.

        Raises `DataDirectoryInUse`, `PortTaken` or `ServerDidNotStart`.
        """
        data = data.resolve()
        lock = DataLock(data)
        process = None
        try:
            name = f"loypa-{secrets.token_hex(8)}"
            config, ports, log = _configure(data, authority, name, port, sync)
            process = _spawn(config, log, lock)
            url = _wait_until_ready(process, ports, log, port)
            found = Address(url, name, process.pid)
            write_private(data / "nats.json", json.dumps(asdict(found)).encode())
        except BaseException:
            if process is not None:
                process.kill()
                process.wait()
            lock.release()
            raise
        return cls(found, process, data, lock)

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the server cleanly; it leaves no process, and the data directory is free."""
        (self._data / "nats.json").unlink(missing_ok=True)
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _configure(data: Path, authority: Authority, name: str, port: int, sync: str) -> tuple[Path, Path, Path]:
    """Write the server's configuration, without keys; returns it, where the port will be told, and the log."""
    folder = private_directory(data / "nats")
    ports = folder / "ports"
    shutil.rmtree(ports, ignore_errors=True)
    private_directory(ports)
    log = folder / "server.log"
    log.unlink(missing_ok=True)
    log.touch(mode=0o600)
    config = folder / "server.conf"
    text = (
        f"listen: 127.0.0.1:{port or -1}\n"  # to the server, 0 would be 4222
        f"server_name: {name}\n"
        f"ports_file_dir: {json.dumps(str(ports))}\n"
        f"log_file: {json.dumps(str(log))}\n"
        "logfile_size_limit: 10MB\n"
        "logfile_max_num: 3\n"
        # A limit of its own: by default it is what is free at the start, and on a fuller disk streams do not come back.
        f"jetstream {{ store_dir: {json.dumps(str(data))}, max_file_store: 1TB, sync_interval: {sync} }}\n"
        f"{authority.server_fragment(folder / 'accounts')}"
    )
    write_private(config, text.encode())
    return config, ports, log


def _spawn(config: Path, log: Path, lock: DataLock) -> subprocess.Popen[bytes]:
    program = Path(sysconfig.get_path("scripts")) / "nats-server"
    with log.open("ab") as said:  # what it says before it has read where to log
        return subprocess.Popen(  # noqa: S603 - our own program with our own file
            [program, "-c", config],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            pass_fds=[lock.fileno()],
            # Its own group: Ctrl-C in a terminal ends the services first, and they end the server.
            process_group=0,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - one system call, looked up beforehand; nothing else offers it
        )


def die_with_parent() -> Callable[[], None] | None:
    """What the child does before it becomes the server: ask to be killed when its parent dies, even by `kill -9`."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def _wait_until_ready(process: subprocess.Popen[bytes], ports: Path, log: Path, port: int) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        for written in ports.glob("*.ports"):
            with contextlib.suppress(ValueError):  # half written
                return str(json.loads(written.read_bytes())["nats"][0])
        if process.poll() is not None:
            break
        time.sleep(0.005)
    lines = log.read_text(errors="replace").splitlines()[-8:]
    if any("address already in use" in line for line in lines):
        raise PortTaken(f"port {port} of this machine is taken by another program")
    raise ServerDidNotStart("nats-server did not start; the end of its log:\n" + "\n".join(lines))

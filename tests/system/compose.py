"""What docker-compose.yml says, as local processes: translated is only what a container engine would give."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from runtime.embedded import die_with_parent
from tests import warm
from tests.system.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path(__file__).parents[2] / "docker-compose.yml"
PROGRAMS = Path(sys.executable).parent
"""Where the programs of the image `loypa` are."""

PATIENCE = 120.0
"""Seconds a container may take to become what another one waits for, on a busy machine."""


@dataclass
class Composition:
    """The containers of a compose file; volumes are directories in `home`, addresses are ports of this machine."""

    home: Path
    said: dict[str, Any]
    processes: dict[str, subprocess.Popen[bytes] | warm.Program] = field(default_factory=dict)
    ports: dict[tuple[str, str], int] = field(default_factory=dict)
    database: Database | None = None

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        """What is said of each container."""
        found: dict[str, dict[str, Any]] = self.said["services"]
        return found

    def up(self) -> None:
        """Start every container without a profile, each when those it depends on are as it says."""
        for name, service in self.services.items():
            if "profiles" not in service:
                self._up(name)

    def _up(self, name: str) -> None:
        if name in self.processes or (self.database and name == "postgres"):
            return
        for other, wanted in self.services[name].get("depends_on", {}).items():
            self._up(other)
            self.wait(other, wanted["condition"])
        self.start(name)

    def start(self, name: str) -> None:
        """Start one container. From the main thread: it dies with the thread that starts it."""
        service = self.services[name]
        if service["image"].startswith("postgres:"):
            self._start_database(name)
            return
        directory = Path(self.translated(name, service["working_dir"])) if "working_dir" in service else self.home
        with self._log(name).open("ab") as log:
            program, *words = self._command(name, service["command"])
            if Path(program).name == "loypa":
                self.processes[name] = warm.start(words, out=log, err=log, cwd=directory, env=self.environment(name))
                return
            self.processes[name] = subprocess.Popen(
                [program, *words],
                env=self.environment(name),
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(),  # noqa: PLW1509 - one system call, looked up beforehand
            )

    def run(self, name: str, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """`docker compose run --rm NAME ARGUMENTS…`; without arguments, what is said."""
        program, *words = self._command(name, [*arguments] or self.services[name]["command"])
        assert Path(program).name == "loypa"
        return warm.run(words, env=self.environment(name), cwd=self.home, timeout=timeout)

    def kill(self, name: str) -> None:
        """`kill -9`."""
        self.processes[name].kill()
        self.processes[name].wait()

    def log(self, name: str) -> str:
        """What a container has said."""
        return self._log(name).read_text(errors="replace") if self._log(name).exists() else ""

    def down(self) -> None:
        """End everything: first what others do not depend on, all at once, then the rest."""
        needed = {other for name in self.processes for other in self.services[name].get("depends_on", {})}
        self._end([name for name in self.processes if name not in needed])
        self._end([name for name in self.processes if name in needed])
        if self.database is not None:
            self.database.stop()

    def _end(self, names: list[str]) -> None:
        for name in names:
            self.processes[name].send_signal(signal.SIGTERM)
        for name in names:
            try:
                self.processes[name].wait(30)
            except subprocess.TimeoutExpired:
                self.kill(name)

    # --- what a container engine gives

    def environment(self, name: str) -> dict[str, str]:
        """A container's environment, and nothing of ours but where programs are."""
        said = self.services[name].get("environment", {})
        return {"PATH": f"{PROGRAMS}:{os.defpath}", "HOME": str(self.home)} | {
            variable: self.translated(name, value) for variable, value in said.items()
        }

    def translated(self, name: str, text: str) -> str:
        """`text` with this container's paths, its own addresses and other containers' as they are on this machine."""
        for target, directory in sorted(self.mounts(name).items(), reverse=True):
            text = re.sub(rf"(?<![\w/]){re.escape(target)}(?=/|$)", str(directory), text)
        text = re.sub(r"\b(?:0\.0\.0\.0|127\.0\.0\.1):(\d+)", lambda own: self._address(name, own[1]), text)
        names = "|".join(map(re.escape, self.services))
        return re.sub(rf"\b({names}):(\d+)", lambda other: self._address(other[1], other[2]), text)

    def mounts(self, name: str) -> dict[str, Path]:
        """The directories behind a container's mounts, by where it sees them."""
        found = {}
        for mount in self.services[name].get("volumes", ()):
            if isinstance(mount, str):
                source, target = mount.split(":")
                below = ""
            else:
                source, target, below = mount["source"], mount["target"], mount.get("volume", {}).get("subpath", "")
            assert source in self.said["volumes"]
            (self.home / source).mkdir(exist_ok=True)
            found[target] = self.home / source / below
        return found

    def _address(self, name: str, port: str) -> str:
        if (name, port) not in self.ports:
            self.ports[name, port] = free_port()
        return f"127.0.0.1:{self.ports[name, port]}"

    def _command(self, name: str, command: list[str]) -> list[str]:
        program, *arguments = [*self.services[name].get("entrypoint", []), *command]
        return [str(PROGRAMS / program), *(self.translated(name, argument) for argument in arguments)]

    def _log(self, name: str) -> Path:
        return self.home / f"{name}.log"

    def _start_database(self, name: str) -> None:
        port = self.ports.setdefault((name, "5432"), free_port())
        mounts = self.mounts(name)
        password = Path(self.environment(name)["POSTGRES_PASSWORD_FILE"]).read_text()
        self.database = Database.start(port, password, self._log(name))
        for script in sorted(mounts["/docker-entrypoint-initdb.d"].glob("*.sql")):
            self.database.run(script.read_text())

    # --- what depends_on waits for

    def wait(self, name: str, condition: str) -> None:
        """Wait until a container is what another would wait for."""
        deadline = time.monotonic() + PATIENCE
        while not self._reached(name, condition):
            assert time.monotonic() < deadline, f"{name} is not {condition} in time:\n{self.log(name)[-4000:]}"
            time.sleep(0.2)  # a look starts a program

    def _reached(self, name: str, condition: str) -> bool:
        ended = self.processes[name].poll() if name in self.processes else None
        match condition:
            case "service_completed_successfully":
                assert ended in {None, 0}, f"{name} ended with {ended}:\n{self.log(name)[-4000:]}"
                return ended == 0
            case "service_healthy":
                assert ended is None, f"{name} ended with {ended}:\n{self.log(name)[-4000:]}"
                return self.healthy(name)
        raise AssertionError(f"depends_on with {condition}")

    def healthy(self, name: str) -> bool:
        """Whether a container passes its health check now."""
        kind, program, *arguments = self.services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        if self.database is not None and name == "postgres":
            return self.database.passes(program, *arguments)
        command, environment = self._command(name, [program, *arguments]), self.environment(name)
        if Path(program).name == "loypa":
            return warm.run(command[1:], env=environment, cwd=self.home).returncode == 0
        return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


def free_port() -> int:
    """A port that is free now, from below the range that the system gives out by itself."""
    while True:
        with contextlib.suppress(OSError), socket.socket() as tried:
            tried.bind(("127.0.0.1", random.randrange(20_000, 32_000)))  # noqa: S311 - any will do
            return int(tried.getsockname()[1])


@contextlib.contextmanager
def composition(home: Path) -> Iterator[Composition]:
    """What docker-compose.yml says, not yet started; it is gone when the block ends, whatever happens in it."""
    made = Composition(home, yaml.safe_load(FILE.read_text()))
    try:
        yield made
    finally:
        made.down()

"""A whole Løypa for system tests: `loypa up` in a process group of its own, driven by the command line."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOYPA = Path(sys.executable).with_name("loypa")
PATIENCE = 60.0
"""Seconds an instance may take to become healthy on a busy machine."""


@dataclass
class Instance:
    """One data directory and the process group that runs it, if one does."""

    data: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def start(self, *arguments: str) -> None:
        """`loypa up`, without waiting for it."""
        log = (self.data.parent / f"{self.data.name}.log").open("a")
        self.process = subprocess.Popen(
            [LOYPA, "up", "--data", self.data, *arguments],
            env={**os.environ, **self.environment},
            stdout=log,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        log.close()

    @property
    def log(self) -> str:
        return (self.data.parent / f"{self.data.name}.log").read_text()

    def up(self, *arguments: str) -> None:
        """`loypa up`, until `loypa status` exits 0."""
        self.start(*arguments)
        self.wait_until_healthy()

    def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            asked = self.loypa("status", "--output", "json")
            if asked.returncode == 0:
                return
            assert self.process is None or self.process.poll() is None, f"it ended:\n{self.log}"
            assert time.monotonic() < deadline, f"not healthy: {asked.stdout}{asked.stderr}\n{self.log}"
            time.sleep(0.1)

    def kill(self) -> None:
        """`kill -9` on the whole process group; the embedded server has one of its own and dies with its parent."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def loypa(self, *arguments: object, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """One command of `loypa` on this data directory."""
        return subprocess.run(
            [str(LOYPA), *map(str, arguments), "--data", str(self.data)],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def json(self, *arguments: object) -> Any:
        """What a command prints as JSON; it must end with 0."""
        ran = self.loypa(*arguments, "--output", "json")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return json.loads(ran.stdout)

    def feed(self, *arguments: object) -> list[dict[str, Any]]:
        """The events of the feed."""
        ran = self.loypa("feed", *arguments, "--output", "ndjson")
        assert ran.returncode == 0, ran.stderr
        return [json.loads(line) for line in ran.stdout.splitlines()]

    def verify(self) -> None:
        ran = self.loypa("verify", "--output", "json")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert json.loads(ran.stdout)["holds"]

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextlib.contextmanager
def instance(data: Path, **environment: str) -> Iterator[Instance]:
    """An instance that is gone when the block ends, whatever happens in it."""
    made = Instance(data, environment)
    try:
        yield made
    finally:
        made.close()

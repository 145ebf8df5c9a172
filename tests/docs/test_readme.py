"""What the README shows is what a newcomer gets: its commands are run in its order, and print what it says."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import warm
from tests.docs.reading import ROOT, Shown, commands, missing, program

if TYPE_CHECKING:
    from collections.abc import Iterator

README = ROOT / "README.md"
DEMO = "make demo ONCE=1"
RECIPE = "exec $(BIN)/loypa demo --data $(DATA) $(if $(ONCE),--once)"
PATIENCE = 90.0


@dataclass
class Newcomer:
    """Somebody who follows the README in a directory of their own, from top to bottom."""

    home: Path
    port: int
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    running: list[tuple[Shown, subprocess.Popen[bytes], Path]] = field(default_factory=list)

    def follow(self, shown: Shown) -> str | None:
        """Run a command. What is said and not printed, if anything."""
        line = "loypa demo --data .data/demo --once" if shown.line == DEMO else shown.line
        line = line.replace("4222", str(self.port))
        if line.startswith("loypa up") or line.endswith("--follow"):
            return self._leave_running(line, shown)
        kept = self.home / "environment"
        script = f"{line}\ncode=$?\nenv -0 > {kept}\nexit $code"
        ran = subprocess.run(
            ["bash", "-c", script],
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ran.returncode == shown.ends, f"{line}\n{ran.stdout}{ran.stderr}"
        self.environment = dict(pair.split("=", 1) for pair in kept.read_text().split("\0") if pair)
        self.environment["PATH"] = f"{self.home}{os.pathsep}{self.environment['PATH']}"  # where the warm `loypa` is
        absent = missing(shown.prints, ran.stdout)
        return absent and f"{absent!r} is not in\n{ran.stdout}"

    def _leave_running(self, line: str, shown: Shown) -> str | None:
        """Let it run on in another terminal, once it has printed what is shown."""
        said = self.home / f"{len(self.running)}.out"
        with said.open("wb") as out:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {line}"], cwd=self.home, env=self.environment, stdout=out, stderr=out
            )
        self.running.append((shown, process, said))
        printed = tuple(each.replace("4222", str(self.port)) for each in shown.prints)
        deadline = time.monotonic() + PATIENCE
        while absent := missing(printed, said.read_text("utf-8")):
            if process.poll() is not None or time.monotonic() > deadline:
                return f"{absent!r} is not in\n{said.read_text('utf-8')}"
            time.sleep(0.1)
        if line.startswith("loypa up"):
            self._until_healthy(deadline)
        return None

    def _until_healthy(self, deadline: float) -> None:
        status = ["loypa", "status"]
        while subprocess.run(status, cwd=self.home, env=self.environment, capture_output=True, check=False).returncode:
            assert time.monotonic() < deadline
            time.sleep(0.2)

    def leave(self) -> None:
        """Ctrl-C in every terminal, the last opened first."""
        for _, process, _ in reversed(self.running):
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    home = tmp_path_factory.mktemp("newcomer")
    (home / ".venv").symlink_to(sys.prefix)
    (home / "first_event.py").write_text(program(README, "first_event.py"), "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join((str(warm.program(home).parent), str(Path(sys.executable).parent), os.environ["PATH"]))
    made = Newcomer(home, port, {**os.environ, "PATH": path})
    source = made.home / "first_event.py"
    source.write_text(source.read_text("utf-8").replace("4222", str(port)), "utf-8")
    try:
        yield made
    finally:
        made.leave()
        shutil.rmtree(home, ignore_errors=True)


def test_make_demo_is_the_command_that_is_run_here():
    assert RECIPE in (ROOT / "Makefile").read_text("utf-8")


@pytest.mark.timeout(400)
def test_every_command_of_the_readme_prints_what_it_shows(newcomer: Newcomer):
    shown = list(commands(README))
    assert [one.line for one in shown[:1]] == [DEMO]
    for one in shown:
        assert newcomer.follow(one) is None, one.line

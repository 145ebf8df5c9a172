"""A running installation in a data directory of its own, and the commands as a user runs them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests import warm
from tests.system.instance import healthy, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Loypa:
    """The command line on one data directory."""

    data: Path

    def __call__(self, *words: object) -> Ran:
        done = warm.run([*map(str, words), "--data", str(self.data)], timeout=60)
        return Ran(done.returncode, done.stdout, done.stderr)

    def take_in(self, file: Path, *more: str, system: str = "decide", municipality: str = "1506") -> Ran:
        """`import ideas` of a file whose columns are called as the fields are."""
        maps = [word for field in ("id", "title", "problem") for word in ("--map", f"{field}={field}")]
        words = ("--municipality", municipality, "--system", system, *maps, *more, "--output", "json")
        return self("import", "ideas", file, *words)


@contextlib.contextmanager
def installation(data: Path) -> Iterator[Loypa]:
    """A running installation; it ends with the block and leaves no process."""
    with (data / "up.log").open("wb") as log:
        up = warm.start(["up", "--data", str(data)], out=log, err=log)
    try:
        asyncio.run(until(data, healthy, lambda: "" if up.poll() is None else (data / "up.log").read_text()))
        yield Loypa(data)
        up.send_signal(signal.SIGINT)
        assert up.wait(30) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(up.pid, 0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(up.pid, signal.SIGKILL)
        up.wait()

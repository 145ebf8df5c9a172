"""A whole Løypa for system tests: `loypa up` in a process group of its own, driven by the command line."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.catalogue import SERVICES
from contracts.operations import Verify
from interfaces.cli.operating import KEEPER, kept
from interfaces.client import NotServed, operator
from interfaces.installation import Installation, NotRunning
from runtime.nats import AnotherServer, NatsError, NoAnswer, NotReachable
from tests import warm

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from contracts.operations import Done, ServiceHealth
    from interfaces.client import Operator

PATIENCE = 120.0
"""Seconds an instance may take to become healthy on a busy machine."""

AWAY = (NotServed, NotRunning, NotReachable, AnotherServer, NoAnswer, NatsError, OSError)
"""What asking an instance raises that is not there, or no more, or not yet."""


@dataclass
class Instance:
    """One data directory and the process group that runs it, if one does."""

    data: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: warm.Program | None = None

    def start(self, *arguments: str) -> None:
        """`loypa up`, without waiting for it."""
        with (self.data.parent / f"{self.data.name}.log").open("ab") as log:
            self.process = warm.start(
                ["up", "--data", str(self.data), *arguments],
                out=log,
                err=log,
                env={**os.environ, **self.environment},
            )

    @property
    def log(self) -> str:
        return (self.data.parent / f"{self.data.name}.log").read_text()

    @property
    def alive(self) -> bool:
        """Whether `loypa up` runs."""
        return self.process is not None and self.process.poll() is None

    def up(self, *arguments: str) -> None:
        """`loypa up`, until every service is healthy, as `loypa status` says it."""
        self.start(*arguments)
        self.wait_until_healthy()

    def wait_until_healthy(self) -> None:
        self._wait(healthy)

    def wait_until_answering(self) -> None:
        """Until every service says how it stands, well or not, and has looked at the stream."""
        self._wait(
            lambda each: all(
                one is not None
                and not one.standby
                and not any("not looked yet" in (part.why or "") for part in one.parts)
                for one in each.values()
            )
        )

    def settle(self) -> dict[str, int]:
        """Wait until everything recorded is published, reacted to and in the views; each service's head."""
        seen: list[dict[str, int]] = [{}]

        def at_rest(each: dict[str, ServiceHealth | None]) -> bool:
            if not healthy(each):
                return False
            heads = {name: one.recorded for name, one in each.items() if one}
            reached = [
                (part.part, part.position) for one in each.values() if one for part in one.parts if part.position
            ]
            seen.append(heads)
            return seen[-2] == heads and all(
                heads[service] == position for _, positions in reached for service, position in positions.items()
            )

        self._wait(at_rest)
        return seen[-1]

    def health(self) -> dict[str, ServiceHealth | None]:
        """How every service says it stands; nothing of one that does not answer. Raises `AWAY`."""

        async def ask() -> dict[str, ServiceHealth | None]:
            async with operator(Installation.open(self.data).found()) as door:
                return await healths(door)

        return asyncio.run(ask())

    def _wait(self, enough: Callable[[dict[str, ServiceHealth | None]], bool]) -> None:
        def ended() -> str:
            return "" if self.alive else f"it ended:\n{self.log}"

        asyncio.run(until(self.data, enough, ended))

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
        words = [*map(str, arguments), "--data", str(self.data)]
        return warm.run(words, env={**os.environ, **self.environment}, timeout=timeout)

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
        """What `loypa verify` asks for, and its verdict: every view holds."""

        async def ask() -> Done:
            async with operator(Installation.open(self.data).found()) as door:
                return await door.run(KEEPER, "verify", Verify(views=kept()), lambda _step: None)

        compared = {each.view: each.differences for each in asyncio.run(ask()).compared}
        assert compared == dict.fromkeys(kept(), ())

    def recorded(self, service: str) -> list[dict[str, Any]]:
        """Every event in a service's ledger, in order."""
        ledger = sqlite3.connect(f"file:{self.data / f'{service}.ledger.sqlite'}?mode=ro", uri=True)
        with contextlib.closing(ledger):
            return [json.loads(state) for (state,) in ledger.execute("SELECT state FROM stored_events ORDER BY rowid")]

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def healthy(each: dict[str, ServiceHealth | None]) -> bool:
    """Whether every service answers, and well."""
    return all(one is not None and one.healthy and not one.standby for one in each.values())


async def healths(door: Operator) -> dict[str, ServiceHealth | None]:
    """How every service says it stands; nothing of one that does not answer."""
    return dict(zip(SERVICES, await asyncio.gather(*map(door.health, SERVICES)), strict=True))


async def until(
    data: Path, enough: Callable[[dict[str, ServiceHealth | None]], bool], ended: Callable[[], str]
) -> None:
    """Ask what runs in this data directory how it stands until that is enough; fails once `ended` says why."""
    deadline = time.monotonic() + PATIENCE
    said: object = "nothing"

    def go_on() -> None:
        assert not (why := ended()), why
        assert time.monotonic() < deadline, f"not as it should be: {said}"

    while True:
        try:
            async with operator(Installation.open(data).found()) as door:
                while door.client.is_connected:  # where it goes down it may come up elsewhere
                    said = each = await healths(door)
                    if enough(each):
                        return
                    go_on()
                    await asyncio.sleep(0.1)
        except AWAY as error:
            said = error
        go_on()
        await asyncio.sleep(0.1)


@contextlib.contextmanager
def instance(data: Path, **environment: str) -> Iterator[Instance]:
    """An instance that is gone when the block ends, whatever happens in it."""
    made = Instance(data, environment)
    try:
        yield made
    finally:
        made.close()

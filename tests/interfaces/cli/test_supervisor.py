"""What holds of a service's process from the moment it is forked."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from interfaces.cli import supervisor


async def deaf(*_: object) -> None:
    """A service that does not listen to signals yet."""
    await asyncio.sleep(60)


def test_a_service_that_is_told_to_end_before_it_listens_ends_and_does_not_wait_to_be_killed(monkeypatch):
    monkeypatch.setattr(supervisor, "serve", deaf)
    nothing: Any = None
    before = {number: signal.signal(number, lambda *_: None) for number in supervisor.ENDING}  # as in `up`
    try:
        child = supervisor.Supervisor(nothing)._start(nothing, "intake", nothing)  # noqa: SLF001 - as it starts each
        child.process.terminate()
        child.process.join(20)
        code = child.process.exitcode
        child.process.kill()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert code == -signal.SIGTERM

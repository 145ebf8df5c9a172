"""A process that writes a ledger until it is killed; what it was answered goes to standard output, a line each."""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from runtime.ledger import Consumed, Ledger
from runtime.sqlite_store import SqliteStore
from tests.runtime.ledger_fixtures import entry, merged, submitted

if TYPE_CHECKING:
    from collections.abc import Callable


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - it is how this program answers


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(method: Callable[..., Any]) -> Callable[..., Any]:
    def dying(*arguments: Any, **named: Any) -> None:
        method(*arguments, **named)
        die()

    return dying


def main(address: str, role: str) -> None:
    ledger = Ledger.open(address, "intake", clock=lambda: datetime.now(UTC), salt=lambda: os.urandom(16))
    if role == "lease":
        lease = ledger.lease()
        say("held" if lease.try_acquire() else "refused")
        signal.pause()
        return
    if role == "dies-before-commit":
        SqliteStore._insert = before(SqliteStore._insert)  # type: ignore[method-assign]  # noqa: SLF001 - the crash point
    if role == "dies-after-commit":
        ledger.on_append(lambda _: die())
    if role == "dies-before-scrub":
        recorded = ledger.append([entry(submitted(problem="Kari Nordmann bur i Storgata"))])
        SqliteStore.scrub = lambda _: die()  # type: ignore[assignment, method-assign, return-value]  # the crash point
        ledger.append([], erase=[recorded[0].data.problem.ref])
    for number in range(1, 1_000_000):
        ident = uuid4()
        ledger.append([entry(submitted(ident), merged(ident), aggregate=ident)], consumed=[Consumed("council", number)])
        say(ident, number)


if __name__ == "__main__":
    main(*sys.argv[1:])

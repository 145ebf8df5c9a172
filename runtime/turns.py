"""Turns: what one system asks may keep that system waiting, and nobody else."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

AT_ONCE = 4
"""How many messages of one system a door works on at once."""

WAITING = 128
"""How many more of them may wait for that."""


class Busy(Exception):  # noqa: N818 - named for what is the matter
    """A system has asked for so much at once that its next message can only come later."""


@dataclass(eq=False)
class _Asker:
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    here: int = 0


class Turns:
    """Each system's place at a door; only those that ask just now are known."""

    def __init__(self) -> None:
        self._askers: dict[tuple[str, str], _Asker] = {}

    @asynccontextmanager
    async def of(self, tenant: str, system: str) -> AsyncIterator[None]:
        """The block is run when it is this system's turn. Raises `Busy` at once when too many wait for theirs."""
        asker = self._askers.setdefault((tenant, system), _Asker())
        if asker.here >= AT_ONCE + WAITING:
            raise Busy(f"{asker.here} messages from {tenant}/{system} are not answered yet")
        asker.here += 1
        try:
            async with asker.places:
                yield
        finally:
            asker.here -= 1
            if not asker.here:
                del self._askers[tenant, system]

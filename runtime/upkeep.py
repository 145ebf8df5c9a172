"""What a ledger needs done now and then while its service runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from runtime.ledger import Unavailable

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from runtime.ledger import Ledger

log = logging.getLogger(__name__)

A_DAY = 24 * 60 * 60.0


async def scrub_daily(ledger: Ledger, writer: Executor, every: float = A_DAY) -> None:
    """Make what was erased unreadable in the database's files, at once and every so many seconds; never ends.

    Where the database is away, it is tried again the next time.
    """
    loop = asyncio.get_running_loop()
    while True:
        try:
            await loop.run_in_executor(writer, ledger.scrub)
        except Unavailable:
            log.warning("what was erased in the ledger of %s is not scrubbed yet", ledger.service)
        await asyncio.sleep(every)

"""Work on a thread that is seen to its end, so that a database may be closed when the task that used it has ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

T = TypeVar("T")


async def on_thread(executor: Executor | None, call: Callable[[], T]) -> T:
    """What `call` returns, from a thread of the executor. A cancelled task waits for it before it ends."""
    work = asyncio.get_running_loop().run_in_executor(executor, call)
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work})
        raise


def unless_cancelled() -> None:
    """End here if this task was cancelled: Python 3.11's `wait_for` may swallow that when an answer comes just then."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError

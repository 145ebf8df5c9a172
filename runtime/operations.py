"""The operator's door to a running service: health, and what takes time (rebuilding, verifying) step by step."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from contracts import subjects
from contracts.operations import (
    Compared,
    Differing,
    DiscardQuarantined,
    Done,
    Failed,
    ListQuarantine,
    Rebuild,
    RetryQuarantined,
    ShowQuarantined,
    Step,
    Verify,
)
from runtime.follower import Follower
from runtime.ledger import Conflict, Unavailable
from runtime.projector import Behind, NotBuilt
from runtime.quarantine import NotSetAside, StillImpossible
from runtime.standing import PUBLISHED, Published

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from contracts.message import Message
    from contracts.operations import ServiceHealth
    from runtime.nats import Client, Msg
    from runtime.projector import Projector, Verified
    from runtime.quarantine import Quarantine

log = logging.getLogger(__name__)

STEP = 0.2
"""Seconds between two reports of progress."""


async def tell_health(client: Client, service: str, health: Callable[[], ServiceHealth]) -> None:
    """Answer on `ops.<service>.health`, also while standing by."""

    async def answer(message: Msg) -> None:
        await message.respond(health().model_dump_json().encode())

    await client.subscribe(subjects.operation(service, "health"), cb=answer)


async def hear_relays(client: Client, projector: Projector) -> None:
    """Take every relay's word up to when it has published everything."""

    async def heard(message: Msg) -> None:
        word = Published.of(message.data)
        projector.published(word.service, word.position, word.moment)

    await client.subscribe(subjects.operation("*", PUBLISHED), cb=heard)


async def open_quarantine(client: Client, service: str, quarantine: Quarantine) -> None:
    """Let the operator see to what is set aside, on `ops.<service>.quarantine.list`, `show`, `retry` and `discard`."""
    doors: dict[str, tuple[type[Any], Callable[[Any], Awaitable[Done]]]] = {
        "list": (ListQuarantine, quarantine.listed),
        "show": (ShowQuarantined, quarantine.show),
        "retry": (RetryQuarantined, quarantine.retry),
        "discard": (DiscardQuarantined, quarantine.discard),
    }

    async def answer(message: Msg) -> None:
        report: Message
        try:
            request, carry_out = doors[message.subject.rsplit(".", 1)[-1]]
            report = await carry_out(request.model_validate_json(message.data))
        except (NotSetAside, StillImpossible, Conflict, Unavailable, ValidationError) as error:
            report = Failed(says=str(error))
        except Exception as error:
            log.exception("%s failed", message.subject)
            report = Failed(says=f"{type(error).__name__}: {error}")
        await client.publish(message.reply, report.model_dump_json().encode())

    for name in doors:
        await client.subscribe(subjects.operation(service, f"quarantine.{name}"), cb=answer)


class Maintenance:
    """Rebuilds and verifies one service's views on request; each report goes to the asker's inbox."""

    def __init__(self, client: Client, service: str, projector: Projector) -> None:
        self._client, self._service, self._projector = client, service, projector
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Take requests on `ops.<service>.rebuild` and `ops.<service>.verify`."""
        await self._client.subscribe(subjects.operation(self._service, "rebuild"), cb=self._rebuild)
        await self._client.subscribe(subjects.operation(self._service, "verify"), cb=self._verify)

    async def close(self) -> None:
        """End what is under way; nothing half done stays."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def bring_up_to_date(self) -> None:
        """Rebuild the views that another version of them left behind."""
        for view in self._projector.stale:
            log.info("the view %s is from another version: building it anew", view)
            await self._projector.rebuild(view, Follower(self._client, {}).batches())

    async def _rebuild(self, message: Msg) -> None:
        self._begin(message, self._rebuilt)

    async def _verify(self, message: Msg) -> None:
        self._begin(message, self._verified)

    def _begin(self, message: Msg, work: Callable[[Msg], object]) -> None:
        task = asyncio.ensure_future(self._reported(message, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reported(self, message: Msg, work: Callable[[Msg], object]) -> None:
        """Whatever becomes of it, the last report says so."""
        report: Message
        try:
            report = await work(message)  # type: ignore[misc]  # both are coroutines
        except (NotBuilt, Behind) as error:
            report = Failed(says=f"{type(error).__name__}: {error}")
        except ValidationError as error:
            report = Failed(says=str(error))
        except KeyError as error:
            report = Failed(says=f"{self._service} keeps no view {error}; it keeps {', '.join(self._projector.views)}")
        except Exception as error:
            log.exception("%s failed", message.subject)
            report = Failed(says=f"{type(error).__name__}: {error}")
        await self._client.publish(message.reply, report.model_dump_json().encode())

    async def _rebuilt(self, message: Msg) -> Done:
        view = Rebuild.model_validate_json(message.data).view
        said = 0.0

        def progress(done: int, of: int) -> None:
            nonlocal said
            if time.monotonic() - said >= STEP:
                said = time.monotonic()
                step = Step(done=min(done, of), of=of).model_dump_json().encode()
                task = asyncio.ensure_future(self._client.publish(message.reply, step))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

        if view not in self._projector.views:
            raise KeyError(view)
        await self._projector.rebuild(view, Follower(self._client, {}).batches(), progress)
        return Done(says=f"{view} is built anew")

    async def _verified(self, message: Msg) -> Done:
        views = Verify.model_validate_json(message.data).views
        for view in views:
            if view not in self._projector.views:
                raise KeyError(view)
        found = await self._projector.verify(views, Follower(self._client, {}).batches())
        return Done(says=f"{', '.join(views)} compared", compared=tuple(_compared(each) for each in found))


def _compared(verified: Verified) -> Compared:
    differences = tuple(
        Differing(table=each.table, key=each.key, column=each.column, live=each.live, replayed=each.replayed)
        for each in verified.differences[:100]
    )
    verdict = "is what the events say" if not differences else f"differs in {len(verified.differences)} values"
    return Compared(view=verified.view, rows=verified.rows, says=f"{verified.view} {verdict}", differences=differences)

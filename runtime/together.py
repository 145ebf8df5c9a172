"""Claims that wait for the writing thread at the same time, whosever they are, are decided on in one turn on it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING
from uuid import UUID

from runtime.ledger import Origin, Unavailable
from runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor
    from datetime import datetime

    from contracts.answers import ClaimOutcome
    from runtime.adjudication import Adjudication
    from runtime.claims import Submission

    Asked = tuple[Submission, datetime | None]
    """A claim, and when it came to INGEST."""

    Answer = ClaimOutcome | Exception
    """Its outcome, or what stood in the way: see `Adjudication.decide`."""

MOST = 64
"""How many claims one turn takes at the most, so that a command waits for no more than these."""


class Together:
    """Has claims decided on by `writer`, in the order they were given, as many at a time as have gathered."""

    def __init__(self, adjudication: Adjudication, writer: Executor) -> None:
        self._adjudication, self._writer = adjudication, writer
        self._waiting: deque[tuple[Asked, asyncio.Future[Answer]]] = deque()
        self._turns: asyncio.Task[None] | None = None

    async def decide(self, asked: Sequence[Asked]) -> list[Answer]:
        """What becomes of each."""
        loop = asyncio.get_running_loop()
        answers: list[asyncio.Future[Answer]] = [loop.create_future() for _ in asked]
        self._waiting.extend(zip(asked, answers, strict=True))
        if self._turns is None or self._turns.done():
            self._turns = asyncio.create_task(self._take_turns())
        return list(await asyncio.gather(*answers))

    async def _take_turns(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            turn = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            turn = [(one, answer) for one, answer in turn if not answer.done()]  # nobody waits for it any more
            work = [one for one, _ in turn]
            decided: Sequence[Answer]
            try:
                decided = await loop.run_in_executor(self._writer, decide_all, self._adjudication, work)
            except Exception as error:  # noqa: BLE001 - handed on to each who waits
                decided = [error] * len(turn)
            for (_, answer), outcome in zip(turn, decided, strict=True):
                if not answer.done():
                    answer.set_result(outcome)


def decide_all(adjudication: Adjudication, asked: Sequence[Asked]) -> list[Answer]:
    """Decide on claims one after the other, each for itself, and record them by as few commits as can be."""
    found: list[Answer] = []
    for group in _groups(asked):
        found += _as_one(adjudication, group) if len(group) > 1 else [_alone(adjudication, *group[0])]
    return found


def _groups(asked: Sequence[Asked]) -> Iterator[list[Asked]]:
    """Claims that may be recorded together, in order: none that looks up what another of them has become."""
    group: list[Asked] = []
    seen: set[UUID] = set()
    for each in asked:
        submission = each[0]
        corrects = getattr(submission.claim, "corrects", None) is not None
        if group and (corrects or submission.claim_uuid in seen):
            yield group
            group, seen = [], set()
        group.append(each)
        seen.add(submission.claim_uuid)
        if corrects:
            yield group
            group, seen = [], set()
    if group:
        yield group


def _as_one(adjudication: Adjudication, group: Sequence[Asked]) -> list[Answer]:
    """Decide on them in one transaction; where that cannot be, on each in its own."""
    work = Work(adjudication.ledger, Origin("", "", adjudication.clock(), "", ""))  # each brings its own
    weighed: list[UUID | Answer] = []
    for submission, published in group:
        try:
            with work.attempt():
                weighed.append(adjudication.weighed(work, submission, published))
        except Exception as error:  # noqa: BLE001 - it is this claim's own, and handed back as that
            weighed.append(error)
    try:
        recorded = {event.subject: event for event in adjudication.ledger.append(work.entries)}
    except Unavailable as error:
        return [error if isinstance(each, UUID) else each for each in weighed]
    except Exception:  # noqa: BLE001 - which of them it is shows when each is tried by itself
        return [_alone(adjudication, *each) for each in group]
    return [adjudication.told(recorded[each]) if isinstance(each, UUID) else each for each in weighed]


def _alone(adjudication: Adjudication, submission: Submission, published: datetime | None) -> Answer:
    try:
        return adjudication.decide(submission, published)
    except Exception as error:  # noqa: BLE001 - handed back
        return error

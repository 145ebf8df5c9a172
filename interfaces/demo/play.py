"""Plays the story through the real doors: waits for services that have yet to react, and stops where it goes wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeAlias

from contracts.answers import Accepted, ClaimOutcome, RefusedAnswer, Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from interfaces.demo.step import Step

Answer: TypeAlias = Accepted | RefusedAnswer | Unavailable | ClaimOutcome
"""What a step comes to: a command's answer, or what became of a claim."""

NOT_YET = frozenset({"NotFound", "UnknownIdea", "NotReturned", "CaseReturned"})
"""Refusals that may mean that another service has not reacted yet: a case not opened, an activity not started, …"""

PATIENCE = 20.0
"""Seconds a step is tried again before the story stops."""

FIRST, LONGEST = 0.05, 1.0
"""Seconds between two tries: doubling from the first to the longest."""


class Stopped(Exception):  # noqa: N818 - it says what the story did
    """A step did not come to what the story tells; `step` and `answer` say which and what it came to instead."""

    def __init__(self, index: int, step: Step, answer: Answer) -> None:
        super().__init__(f"step {index}, {step}\n{said(answer)}" + _wanted(step))
        self.index, self.step, self.answer = index, step, answer


async def play(
    send: Callable[[Step], Awaitable[Answer]],
    story: Sequence[Step],
    progress: Callable[[int, Step, Answer], None],
    resume_from: int = 0,
    *,
    patience: float = PATIENCE,
) -> None:
    """Send every step from `resume_from` on; after each, `progress` hears its index, the step and its answer.

    A step may be sent again right after itself, so who keeps the last index may also resume from it. Raises `Stopped`.
    """
    for index, step in enumerate(story[resume_from:], start=resume_from):
        progress(index, step, await _done(send, index, step, patience))


async def _done(send: Callable[[Step], Awaitable[Answer]], index: int, step: Step, patience: float) -> Answer:
    """The answer the story tells of. Raises `Stopped` for another, or when it has not come in time."""
    clock = asyncio.get_running_loop().time
    until, pause = clock() + patience, FIRST
    while True:
        answer = await send(step)
        if as_told(step, answer):
            return answer
        if not _may_change(answer) or clock() >= until:
            raise Stopped(index, step, answer)
        await asyncio.sleep(max(pause, answer.retry_after) if isinstance(answer, Unavailable) else pause)
        pause = min(LONGEST, 2 * pause)


def as_told(step: Step, answer: Answer) -> bool:
    """Whether the answer is what the story tells: accepted, or refused by the very rule."""
    match answer:
        case Accepted() | ClaimOutcome(state="accepted"):
            return step.refused is None
        case RefusedAnswer(refusal=refusal):
            return step.refused == refusal.rule
        case _:
            return False


def _may_change(answer: Answer) -> bool:
    match answer:
        case Unavailable() | ClaimOutcome(state="pending"):
            return True
        case RefusedAnswer(refusal=refusal):
            return refusal.rule in NOT_YET
        case _:
            return False


def said(answer: Answer) -> str:
    """An answer in a line."""
    match answer:
        case RefusedAnswer(refusal=refusal):
            return f"{refusal.rule}: {refusal.says}"
        case ClaimOutcome(refusal=refusal) if refusal is not None:
            return f"{answer.state}: {refusal.rule}: {refusal.says}"
        case ClaimOutcome():
            return answer.state
        case Unavailable():
            return f"unavailable: {answer.says}"
        case _:
            return answer.outcome


def _wanted(step: Step) -> str:
    return f", where the story has it refused by {step.refused}" if step.refused else ""

"""What the portfolio does of itself: a decision to go on starts an activity (R13, R18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.commands.portfolio import StartActivity
from contracts.events.council import CouncilDecided, Outcome
from runtime.inbox import Reaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.envelope import Recorded


def react(event: Recorded[Any]) -> Iterable[Reaction]:
    """The command to start what a council decided to go on with; it names the decision, so a replay starts no more."""
    if isinstance(event.data, CouncilDecided) and goes_on(event.data):
        yield Reaction(start(event), event.tenant)


def goes_on(decided: CouncilDecided) -> bool:
    """Whether the council chose to go on: it approved, or follows another body's decision (R54) and gave it a form."""
    return decided.outcome == Outcome.APPROVED or (decided.outcome == Outcome.FORMAL and decided.form is not None)


def start(event: Recorded[CouncilDecided]) -> StartActivity:
    """The start that follows from a decision."""
    decided = event.data
    return StartActivity(
        at=event.time,
        tenant=event.tenant,
        case=decided.case,
        decision=event.id,
        council=decided.council,
        idea=decided.idea,
        number=decided.number,
        title=decided.title,
        started=decided.decided,
        form=decided.form,
        route=decided.route,
        strength=decided.strength,
        responsible=decided.responsible,
        deadline=decided.deadline,
        visibility=decided.visibility,
    )

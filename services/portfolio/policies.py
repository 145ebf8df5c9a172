"""What the portfolio does of itself: a decision to go on starts an activity (R13, R18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.commands.portfolio import StartActivity
from contracts.events.council import CouncilDecided
from runtime.inbox import Reaction
from services.portfolio.domain.claimed import RevokeActivity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.envelope import Recorded


def react(event: Recorded[Any]) -> Iterable[Reaction]:
    """The command to start what a council decided to go on with; it names the decision, so a replay starts no more.

    A correction that says no after all stops what the mistaken decision started.
    """
    if not isinstance(event.data, CouncilDecided):
        return
    decided = event.data
    if decided.goes_on:
        yield Reaction(start(event), event.tenant)
    elif decided.corrects is not None:
        revoked = RevokeActivity(at=event.time, decision=decided.corrects, on=decided.decided, reason=decided.reasons)
        yield Reaction(revoked, event.tenant)


def start(event: Recorded[CouncilDecided]) -> StartActivity:
    """The start that follows from a decision."""
    decided = event.data
    return StartActivity(
        at=event.time,
        tenant=event.tenant,
        case=decided.case,
        decision=event.id,
        corrects=decided.corrects,
        origin=decided.origin,
        council=decided.council,
        idea=decided.idea,
        number=decided.number,
        title=decided.title,
        started=decided.decided,
        form=decided.form,
        form_name=decided.form_name,
        route=decided.route,
        strength=decided.strength,
        responsible=decided.responsible,
        deadline=decided.deadline,
        visibility=decided.visibility,
        report_days=decided.report_days,
    )

"""How far a meeting has come in its cases: nobody has left, nor is it over, before what was voted and decided there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.events import council as events
from services.council.domain import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from contracts.envelope import Recorded

_DONE = events.VoteCast | events.RecusalFindingEvent | events.CouncilDecided


def must_follow(
    cases: Iterable[Sequence[Recorded[Any]]], meeting: UUID, moment: datetime, member: str | None = None
) -> None:
    """Whether the moment comes after all that was voted and decided in the meeting, or one member's last vote there.

    `cases` are the histories of those on its agenda. Raises `BackInTime`.
    """
    said = (kept for case in cases for kept in case if isinstance(kept.data, _DONE) and kept.data.meeting == meeting)
    latest = max((kept.time for kept in said if member is None or member in _voted(kept.data)), default=moment)
    if moment < latest:
        raise refusals.BackInTime(meeting, latest, moment)


def _voted(event: events.VoteCast | events.RecusalFindingEvent | events.CouncilDecided) -> tuple[str, ...]:
    """Who was there and voted then; a decision may rest on the vote of somebody who has left since (§ 11-9)."""
    match event:
        case events.VoteCast(member=member):
            return (member,)
        case events.RecusalFindingEvent():
            return tuple(record.member for record in event.votes)
        case _:
            return ()

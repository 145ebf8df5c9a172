"""What the council ranks by hand (prioritering, aggregate Ranking): each place in a list is one case's (R17)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from contracts.events.assessment import CaseRanked
from contracts.sealed import Retention, Sealed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.commands.assessment import RankCase
    from contracts.events.assessment import Queue


@dataclass(frozen=True)
class Ranking:
    """The cases ranked, first things first, and why each has its place."""

    council: UUID
    among: Queue
    order: tuple[UUID, ...] = ()
    reasons: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rank:
    """A case to rank; `gone` are those in the list that no longer belong there.

    `notice` stands for the reason where that is exempt from publicity; `kept` is the reason it stood for before.
    """

    command: RankCase
    gone: frozenset[UUID] = frozenset()
    notice: str | None = None
    kept: str | None = None


def decide(ranking: Ranking, rank: Rank) -> list[CaseRanked]:
    """The ranking anew; nothing when it is as the command says already."""
    command = rank.command
    others = tuple(case for case in ranking.order if case != command.case and case not in rank.gone)
    order = others
    if command.place is not None:
        before = command.place - 1
        order = (*others[:before], command.case, *others[before:])
    elif command.case not in ranking.order:
        return []
    stays = order == tuple(case for case in ranking.order if case not in rank.gone)
    if stays and command.reason == (rank.kept or ranking.reasons.get(command.case)):
        return []
    sealed = Sealed[str].of(command.reason, Retention.ARCHIVE) if rank.notice else None
    return [
        CaseRanked(
            council=ranking.council,
            case=command.case,
            among=ranking.among,
            place=None if command.place is None else order.index(command.case) + 1,
            reason=rank.notice or command.reason,
            order=order,
            ranked=command.day,
            sealed_reason=sealed,
        )
    ]


def evolve(ranking: Ranking, event: CaseRanked) -> Ranking:
    """The ranking with the event in it."""
    reasons = {**ranking.reasons, event.case: event.reason}
    return replace(ranking, order=event.order, reasons={case: reasons[case] for case in event.order})

"""The rules a council decides by: quorum (vedtaksfør), majority and tie, as small functions of numbers and votes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.ruleset import Majority, Quorum, RuleSet, Tie

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.events.council import Vote


@dataclass(frozen=True)
class Result:
    """What the votes come to. `tie_broken_by` is the chair of the meeting, where their vote counted double."""

    carried: bool
    unanimous: bool = False
    tie_broken_by: str | None = None


def half(seats: int, taken: int) -> bool:
    """Whether at least half of the seats are taken."""
    return 2 * taken >= seats


def quorate(quorum: Quorum, *, seats: int, present: int, voted: int) -> bool:
    """Whether the council may decide the case (kommuneloven § 11-9 first paragraph, unless its mandate says otherwise).

    `seats` counts every seat that votes, the recused's included; `present` and `voted` leave those out. A vacant seat
    counts where the mandate establishes a number of seats (`RuleSet.seats`).
    """
    match quorum:
        case Quorum.HALF_VOTED:
            return half(seats, voted)
        case Quorum.HALF_PRESENT:
            return half(seats, present)
        case Quorum.NONE:
            return True


def result(rules: RuleSet, votes: Mapping[str, Vote], chair: str) -> Result | None:
    """What the votes come to, or `None` when they settle nothing: nobody voted, or no consensus, or a tie stands.

    A tie is broken by the vote of the one who chairs the meeting (§ 11-9 second paragraph), if they have one.
    """
    in_favour = sum(vote == "for" for vote in votes.values())
    against = len(votes) - in_favour
    if not votes:
        return None
    if not in_favour or not against:
        return Result(carried=in_favour > 0, unanimous=True)
    if rules.majority is Majority.CONSENSUS:
        return None
    if in_favour > against:
        return Result(carried=True)
    if in_favour < against:
        return Result(carried=False)
    if rules.tie is Tie.FALLS:
        return Result(carried=False)
    if chair not in votes:
        return None
    return Result(carried=votes[chair] == "for", tie_broken_by=chair)

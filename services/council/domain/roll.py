"""What one aggregate tells another: the roll of a council on a day, and the floor a meeting gives a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from contracts.events.council import Substitution
    from contracts.ruleset import RuleSet


@dataclass(frozen=True)
class Roll:
    """Who sits in the council on a day.

    `seats` counts the seats that vote: those the mandate establishes, or those who sit if they are more, with ROR-IKT's
    voting seat also while it is vacant. `substitutes` are in the order they step in, `turns` the places of those who
    have one; `edition` is that of the mandate in force.
    """

    day: date
    rules: RuleSet
    seats: int
    sitting: tuple[str, ...]
    voting: tuple[str, ...]
    substitutes: tuple[str, ...]
    leader: str | None
    deputy: str | None
    turns: Mapping[str, int] = field(default_factory=dict)
    edition: int | None = None

    def vacant(self) -> int:
        """How many of the seats that vote nobody holds."""
        return self.seats - len(self.voting)

    def vacancies(self) -> tuple[str, ...]:
        """The seats that vote and nobody holds, by their number (`Substitution.seat`)."""
        return tuple(f"vacant seat {number}" for number in range(1, self.vacant() + 1))


@dataclass(frozen=True)
class Floor:
    """What the voting in a case rests on: the meeting's chair, the seats, who is there with a vote, and who at all.

    `since`: when the meeting was opened; once the case is up, when it was taken up.
    """

    meeting: UUID
    day: date
    chair: str
    seats: int
    voters: tuple[str, ...]
    substitutions: tuple[Substitution, ...]
    rules: RuleSet
    present: tuple[str, ...] = ()
    since: datetime | None = None

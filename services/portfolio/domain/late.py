"""That an activity is late (aggregate Late): it runs after its deadline, and that was noticed or was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.events.portfolio import LateActivityNoticed
from services.portfolio.domain.activity import Running

if TYPE_CHECKING:
    from contracts.commands.portfolio import NoticeLateActivity
    from services.portfolio.domain.activity import Activity


@dataclass(frozen=True)
class Late:
    """An activity that is said to be late, as it stands."""

    command: NoticeLateActivity
    activity: Activity


def decide(noticed: bool, late: Late) -> list[LateActivityNoticed]:  # noqa: FBT001 - the state is that it was noticed or was not
    """The notice (R13); nothing where it was noticed, or the activity has ended or has another deadline."""
    match late.activity:
        case Running(course=course) if not noticed and course.deadline == late.command.due:
            return [
                LateActivityNoticed(
                    activity=late.command.activity,
                    due=late.command.due,
                    noticed=late.command.day,
                    number=course.start.number,
                    responsible=course.responsible,
                )
            ]
        case _:
            return []


def evolve(_noticed: bool, _event: LateActivityNoticed) -> bool:  # noqa: FBT001 - see above
    """Noticed it is, for good."""
    return True

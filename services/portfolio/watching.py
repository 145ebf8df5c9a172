"""What the portfolio waits for, by its dates: that an activity ends by its deadline (R13); late, it is noticed once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.commands import portfolio as commands
from contracts.events import portfolio as ev
from contracts.identity import derive
from runtime.deadlines import Due
from runtime.decider import Decider
from services.portfolio.domain import late
from services.portfolio.domain.activity import INITIAL, Activity, decide, evolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.envelope import Recorded
    from contracts.message import Command
    from runtime.declaration import UseCase
    from runtime.work import Work


@dataclass
class PortfolioWatch:
    """The running activities with a deadline: the tenant, the deadline, and the day the record last heard of it."""

    reads = (
        ev.ActivityStarted,
        ev.DeadlineMoved,
        ev.ActivityStopped,
        ev.ActivityHandedOver,
        ev.ActivityCompleted,
        ev.LateActivityNoticed,
    )
    rows: dict[UUID, tuple[str, date, date]] = field(default_factory=dict)

    def take(self, recorded: Recorded[Any]) -> None:
        """Take one event in."""
        match recorded.data:
            case (
                ev.ActivityStarted(activity=activity, deadline=deadline)
                | ev.DeadlineMoved(activity=activity, deadline=deadline)
            ) if deadline is not None:
                self.rows[activity] = recorded.tenant, deadline, recorded.recordedtime.date()
            case event:
                self.rows.pop(event.activity, None)

    def due(self, today: date) -> Iterator[Due]:
        """The activities that still run after their deadline."""
        for activity, (tenant, deadline, known) in self.rows.items():
            if today > deadline:
                yield Due(commands.NoticeLateActivity(activity=activity, due=deadline), tenant, known)


ACTIVITY: Decider[Activity] = Decider("activity", INITIAL, decide, evolve)
LATE: Decider[bool] = Decider("late", False, late.decide, late.evolve)  # noqa: FBT003 - its initial state


def notice(work: Work, command: commands.NoticeLateActivity, _acting: Acting) -> UUID:
    """Notice that an activity is late, once for each deadline it has had."""
    of = derive("late-activity", command.activity, command.due.isoformat())
    work.do(LATE, of, late.Late(command, work.state(ACTIVITY, command.activity)))
    return of


COMMANDS: Mapping[type[Command], UseCase] = {commands.NoticeLateActivity: notice}

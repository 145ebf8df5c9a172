"""When a command was done, beside what is on record: the same told again, and what is out of its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.council.domain import refusals
from services.council.domain.dossier import Tabled, Waiting

if TYPE_CHECKING:
    from datetime import datetime

    from contracts.commands import council as do
    from contracts.events.council import CouncilDecided
    from services.council.domain.dossier import State
    from services.council.domain.roll import Floor


def before(floor: Floor, command: do.CaseCommand) -> bool:
    """Whether the command was done before the case was taken up on this floor."""
    return command.moment < floor.since if floor.since else command.day < floor.day


def in_time(floor: Floor, moment: datetime) -> None:
    """Whether what is done on this floor comes after its beginning. Raises `BackInTime`."""
    if floor.since is not None and moment < floor.since:
        raise refusals.BackInTime(floor.meeting, floor.since, moment)


def told_again(case: State, last: CouncilDecided, command: do.CaseCommand) -> bool:
    """Whether the command can be of the last decision, by its time.

    A case that waits anew is decided anew, however alike the words: only what was done by the time of the last
    decision, or in its meeting, is of that one.
    """
    if not isinstance(case, Waiting | Tabled):
        return True
    return command.day <= last.decided or (last.made is not None and command.moment <= last.made)

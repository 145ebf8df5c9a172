"""What is done on commands about a meeting to come: it is planned, called with its agenda, or moved."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from contracts.commands import council as commands
from services.council.domain import composition, meeting, room
from services.council.domain.ids import council_id, meeting_id
from services.council.loading import meetings, own_case, own_council, own_meeting, put_on_agenda

if TYPE_CHECKING:
    from uuid import UUID

    from contracts.acting import Acting
    from runtime.work import Work
    from services.council.domain.calling import Planned


def plan(work: Work, command: commands.PlanMeeting, acting: Acting) -> UUID:
    """Put a meeting in the plan."""
    of = _at(work, command, acting)
    _decide(work, of, command, acting)
    return of


def call(work: Work, command: commands.CallMeeting, acting: Acting) -> UUID:
    """Call a meeting and table what is on its agenda. Raises `NotFound` for a planned one that there is not."""
    of = command.meeting or _at(work, command, acting)
    if command.meeting is not None:
        own_meeting(work, of, acting)
    if _decide(work, of, command, acting):
        for tabled in dict.fromkeys(command.agenda):
            own_case(work, tabled, acting)
            put_on_agenda(work, commands.TableCase(at=command.at, case=tabled, meeting=of), acting)
    return of


def move(work: Work, command: commands.MoveMeeting, acting: Acting) -> UUID:
    """Move a meeting, by the rules of its new day. Raises `NotFound`, also for another municipality's."""
    own_meeting(work, command.meeting, acting)
    _decide(work, command.meeting, command, acting)
    return command.meeting


def _at(work: Work, command: commands.PlanMeeting | commands.CallMeeting, acting: Acting) -> UUID:
    """The meeting at that time: another one, where the one there was had been called off or moved away."""
    ids = (meeting_id(council_id(acting.tenant), command.starts, turn) for turn in count())
    return next(
        of for of in ids if not room.has_left(work.state(meetings(acting, of), of), command.starts, command.moment)
    )


def _decide(work: Work, of: UUID, command: Planned, acting: Acting) -> bool:
    roll = composition.roll_on(own_council(work, acting), command.starts.date())
    return bool(work.do(meetings(acting, of), of, meeting.OnRoll(command, roll)))

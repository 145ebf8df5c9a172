"""Who sits for whom in a meeting: a substitute (vara) takes the seat of a member who is not there, or a vacant one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.events import council as events
from services.council.domain import refusals, rules
from services.council.domain.room import Sitting, State, called, in_time, lately

if TYPE_CHECKING:
    from contracts.commands import council as do
    from services.council.domain.roll import Roll


def seat(meeting: State, command: do.SeatSubstitute, roll: Roll) -> list[events.SubstituteSeated]:
    """The substitute in the seat, once.

    Raises `NotInCouncil`, `OutOfTurn`, `NoSeatFree`, and why nothing is done in the meeting.
    """
    room, first = lately(meeting), called(meeting)
    substitute, member = command.substitute, command.instead_of
    sits = room.seated.get(substitute)
    if sits is not None and sits.instead_of == member:
        return []
    in_time(meeting, command.moment)
    if substitute not in roll.substitutes:
        raise refusals.NotInCouncil(substitute, roll.day)
    _in_turn(room, substitute, roll)
    taken = {*room.present, *(pair.seat for pair in room.seated.values())}
    if member is None:
        free = [number for number, seat in enumerate(roll.vacancies(), start=1) if seat not in taken]
    else:
        free = [] if member in taken or member not in roll.voting else [0]
    if sits is not None or not free:
        raise refusals.NoSeatFree(substitute, member)
    return [
        events.SubstituteSeated(
            council=first.council,
            meeting=first.id,
            substitute=substitute,
            instead_of=member,
            vacancy=free[0] or None,
            quorate=_from_the_start(room, command, roll),
            seated=command.moment,
        )
    ]


def _from_the_start(room: Sitting, command: do.SeatSubstitute, roll: Roll) -> bool | None:
    """Whether the meeting was opened with a quorum, with this substitute too, if they sat in a free seat then."""
    there = command.substitute in room.opened_with or command.moment == room.opened
    if not there or command.instead_of in {*room.opened_with, *room.moved}:
        return None
    members = sum(person in roll.voting for person in room.opened_with)
    return enough(roll, members + len({*room.stood_in, command.substitute}))


def _in_turn(room: Sitting, substitute: str, roll: Roll) -> None:
    """Whether nobody who is there and not seated yet steps in before this substitute. Raises `OutOfTurn`."""
    for other in roll.substitutes[: roll.substitutes.index(substitute)]:
        if other in roll.turns and other in room.present and other not in room.seated:
            raise refusals.OutOfTurn(substitute, other)


def enough(roll: Roll, there: int) -> bool:
    """Whether so many with a vote make a quorum, if they all vote."""
    return rules.quorate(roll.rules.quorum, seats=roll.seats, present=there, voted=there)

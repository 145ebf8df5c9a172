"""How a meeting stands: called, open or over; who is in the room, and what floor it gives a case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.door import NotFound
from services.council.domain import refusals
from services.council.domain.roll import Floor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from contracts.events.council import Substitution
    from services.council.domain.roll import Roll


@dataclass(frozen=True)
class Uncalled:
    """A time nobody has called the council to."""

    council: UUID
    id: UUID


@dataclass(frozen=True)
class Call:
    """What a call said, so that the same call again is known: moves change the meeting, never the call."""

    starts: datetime
    place: str | None
    remote: bool
    agenda: tuple[UUID, ...]
    urgent: str | None


@dataclass(frozen=True)
class Plan:
    """What was said when a meeting was put in the plan, for the same reason."""

    starts: datetime
    place: str | None
    remote: bool


@dataclass(frozen=True)
class Called:
    """A meeting to come, with how it was called; only planned while it has no `call`.

    `plan` is how it was planned, if it was. `notice` is the day the call, or word of the last move, went out; `moved`
    when it was last moved. `left` is when each case last left the agenda, `arranged` when that was last put in another
    order.
    """

    council: UUID
    id: UUID
    starts: datetime
    place: str | None
    remote: bool
    agenda: tuple[UUID, ...]
    call: Call | None
    plan: Plan | None = None
    notice: date | None = None
    moved: datetime | None = None
    left: Mapping[UUID, datetime] = field(default_factory=dict)
    arranged: datetime | None = None


@dataclass(frozen=True)
class Turn:
    """Somebody came or went."""

    member: str
    moment: datetime
    came: bool


@dataclass(frozen=True)
class Sitting:
    """Who is in the room, of them who remotely; `seated` substitutes. `moved` is when each last came or went.

    `stood_in` are the substitutes who were there when it was opened, in seats that were free then; `quorate`: whether
    it had a quorum then, with them.
    `turns` are all who came or went, as they were recorded.
    """

    opened: datetime
    chair: str
    present: tuple[str, ...]
    opened_with: tuple[str, ...]
    quorate: bool
    seated: Mapping[str, Substitution] = field(default_factory=dict)
    moved: Mapping[str, datetime] = field(default_factory=dict)
    remote: frozenset[str] = frozenset()
    stood_in: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()

    def turned(self, member: str, moment: datetime, *, came: bool) -> Sitting:
        """The same once somebody came or went."""
        return replace(self, turns=(*self.turns, Turn(member, moment, came)))

    def there_at(self, moment: datetime) -> frozenset[str]:
        """Who was in the room at that moment, whenever it was entered that they came or went."""
        there = set(self.opened_with)
        for turn in sorted(self.turns, key=lambda each: each.moment):
            if turn.moment <= moment and turn.came:
                there.add(turn.member)
            elif turn.moment <= moment:
                there.discard(turn.member)
        return frozenset(there)

    def latest(self) -> datetime:
        """When it was opened, or somebody last came or went."""
        return max((self.opened, *self.moved.values()))


@dataclass(frozen=True)
class Open:
    """A meeting that is going on."""

    called: Called
    sitting: Sitting


@dataclass(frozen=True)
class Over:
    """A meeting that has ended, with its sitting if it ever opened; `adjourned` and `cancelled` say why.

    `called_off` is when it was cancelled.
    """

    called: Called
    sitting: Sitting | None
    adjourned: str | None = None
    cancelled: str | None = None
    called_off: datetime | None = None


State: TypeAlias = Uncalled | Called | Open | Over


def has_left(meeting: State, starts: datetime, moment: datetime) -> bool:
    """Whether the meeting that was to begin then had been called off, or moved to another time, before the moment."""
    if isinstance(meeting, Uncalled):
        return False
    if isinstance(meeting, Over) and meeting.called_off is not None:
        return meeting.called_off < moment
    held = called(meeting)
    return held.starts != starts and held.moved is not None and held.moved < moment


def called(meeting: State) -> Called:
    """How the meeting was called, or planned. Raises `NotFound`."""
    match meeting:
        case Uncalled():
            raise NotFound("meeting", str(meeting.id))
        case Called():
            return meeting
        case Open() | Over():
            return meeting.called


def sitting(meeting: State) -> Sitting:
    """Who is in the room. Raises `NotFound`, `MeetingNotOpen` and `MeetingOver`."""
    match meeting:
        case Open():
            return meeting.sitting
        case Over():
            raise refusals.MeetingOver(meeting.called.id)
        case _:
            raise refusals.MeetingNotOpen(called(meeting).id)


def in_time(meeting: State, moment: datetime) -> None:
    """Whether what is done in the open meeting comes after its opening. Raises as `sitting`, and `BackInTime`."""
    opened = sitting(meeting).opened
    if moment < opened:
        raise refusals.BackInTime(called(meeting).id, opened, moment)


def was_there(meeting: State, member: str, moment: datetime) -> None:
    """Whether somebody who is in the room had come by then, or had not left until later.

    Raises as `sitting`, and `BackInTime`.
    """
    there = sitting(meeting)
    came = next((turn.moment for turn in reversed(there.turns) if turn.member == member and turn.came), there.opened)
    if moment < came and member not in there.there_at(moment):
        raise refusals.BackInTime(called(meeting).id, came, moment)


def lately(meeting: State) -> Sitting:
    """Who is in the room, or was when the meeting ended. Raises as `sitting`."""
    return meeting.sitting if isinstance(meeting, Over) and meeting.sitting else sitting(meeting)


def voters(room: Sitting, roll: Roll) -> tuple[str, ...]:
    """Who is there in a seat that votes: members, and substitutes in a vacant seat or that of one who is not there."""
    free = (set(roll.voting) - set(room.present)) | set(roll.vacancies())
    return tuple(
        person
        for person in room.present
        if person in roll.voting or (person in room.seated and room.seated[person].seat in free)
    )


def floor(meeting: State, roll: Roll) -> Floor:
    """What the meeting gives a case to vote on. Raises as `sitting`."""
    room = sitting(meeting)
    return Floor(
        meeting=called(meeting).id,
        day=roll.day,
        chair=room.chair,
        seats=roll.seats,
        voters=voters(room, roll),
        substitutions=tuple(pair for _, pair in sorted(room.seated.items())),
        rules=roll.rules,
        present=room.present,
        since=room.opened,
    )

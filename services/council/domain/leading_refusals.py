"""What is said no to about decisions of the leader alone, each with the facts it was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID


@dataclass(eq=False)
class LeaderDoesNotDecide(Refused):
    """The leader decides alone where the rules of the day say so, and otherwise the council does in a meeting."""

    number: str
    day: date
    says = "by the rules in force on {day} case {number} is decided in a meeting, not by the leader alone"


@dataclass(eq=False)
class InSession(Refused):
    """The leader decides between meetings: while the council meets, it decides itself, or puts off, whatever it has."""

    number: str
    meeting: UUID
    says = "the council meets ({meeting}), and the leader does not decide case {number} alone then"
    accepts = "the case decided in the meeting, or by the leader when it is over"


@dataclass(eq=False)
class MetSince(Refused):
    """What the leader decides alone is on record before the next meeting is over, which is told of it."""

    number: str
    meeting: UUID
    ended: datetime
    says = "the council has met since ({meeting}, until {ended}), and was not told of a decision in case {number}"
    field: ClassVar[str | None] = "at"
    accepts = "a time from {ended} on, or the case decided by the council"


@dataclass(eq=False)
class NotLeader(Refused):
    """Alone decides who leads the council that day: the leader, or the deputy when nobody does."""

    person: str
    leader: str
    day: date
    says = "{person} does not lead the council on {day} ({leader} does)"
    field: ClassVar[str | None] = "leader"
    accepts = "{leader}"


@dataclass(eq=False)
class NobodyLeads(Refused):
    """The council has neither leader nor deputy that day."""

    day: date
    says = "nobody leads the council on {day}"


@dataclass(eq=False)
class NotYourDecision(Refused):
    """A leader decides themselves, or has the secretary register it."""

    leader: str
    acting: str
    says = "{acting} cannot decide for {leader}"
    field: ClassVar[str | None] = "leader"


@dataclass(eq=False)
class LeaderIsParty(Refused):
    """Who is a party to a case, such as its submitter, does not decide it alone (forvaltningsloven § 6)."""

    leader: str
    number: str
    says = "{leader} is a party to case {number} and does not decide it alone"


@dataclass(eq=False)
class DecisionsUnreported(Refused):
    """A meeting is told what the leader has decided alone since the last, before it is closed."""

    meeting: UUID
    numbers: tuple[str, ...]
    says = "what the leader decided in {numbers} has not been reported to meeting {meeting}"

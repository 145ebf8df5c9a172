"""What the council service says no to, each with the facts it was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused
from services.council.domain.case_refusals import *  # noqa: F403 - one name for all of the service's refusals
from services.council.domain.decision_refusals import *  # noqa: F403 - as above
from services.council.domain.leading_refusals import *  # noqa: F403 - as above
from services.council.domain.mandate_refusals import *  # noqa: F403 - as above
from services.council.domain.recusal_refusals import *  # noqa: F403 - as above

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

# --- the council


@dataclass(eq=False)
class NoCouncil(Refused):
    """The municipality has not established a council (R2)."""

    says = "the municipality has no innovation council"


@dataclass(eq=False)
class AlreadyEstablished(Refused):
    """A municipality has one council; what binds it is changed by a new edition of its mandate."""

    established: date
    says = "the council was established on {established}; adopt a new edition of its mandate to change it"


@dataclass(eq=False)
class ReleasedBack(Refused):
    """Who has sat has sat: a release is for the time to come, from when it was decided."""

    member: str
    until: date
    earliest: date
    says = "{member} cannot be released after {until}: they have sat since, and what they did stands"
    field: ClassVar[str | None] = "until"
    accepts = "a date from {earliest} on, or the time at which it was decided (`at`)"


@dataclass(eq=False)
class TermReversed(Refused):
    """A term ends after it begins."""

    from_: date
    until: date
    says = "a term that begins on {from_} cannot end on {until}"
    field: ClassVar[str | None] = "until"
    accepts = "a date from {from_} on"


@dataclass(eq=False)
class AlreadyAppointed(Refused):
    """Somebody sits once at a time."""

    member: str
    from_: date
    until: date | None
    says = "{member} already sits from {from_} (until {until}); release them first"


@dataclass(eq=False)
class SeatTaken(Refused):
    """ROR-IKT has one seat (R8)."""

    holder: str
    from_: date
    until: date | None
    says = "{holder} holds ROR-IKT's seat from {from_} (until {until}); release them first"


@dataclass(eq=False)
class NotInCouncil(Refused):
    """Only who sits in the council that day can be this."""

    member: str
    day: date
    says = "{member} does not sit in the council on {day}"


@dataclass(eq=False)
class LeaderIsNoDeputy(Refused):
    """The deputy is there for when the leader is not."""

    member: str
    day: date
    says = "{member} leads the council on {day} and cannot be the deputy too"
    field: ClassVar[str | None] = "member"
    accepts = "another member"


# --- meetings


@dataclass(eq=False)
class NoRemoteMeetings(Refused):
    """The council's rules do not allow remote meetings, nor taking part in one remotely (kommuneloven § 11-7)."""

    says = "the council's rules do not allow remote meetings"
    field: ClassVar[str | None] = "remote"
    accepts = "nobody remotely"


@dataclass(eq=False)
class NotPresent(Refused):
    """Who takes part remotely is present."""

    member: str
    says = "{member} is said to take part remotely and is not among those present"
    field: ClassVar[str | None] = "remote"
    accepts = "some of those present"


@dataclass(eq=False)
class ShortNotice(Refused):
    """A call goes out as many days before the meeting as the mandate says, or says why that is not possible."""

    starts: date
    notice: date
    days: int
    needed: int
    says = "a call on {notice} gives {days} days' notice of a meeting on {starts}; the mandate asks for {needed}"
    field: ClassVar[str | None] = "starts"
    accepts = "a meeting at least {needed} days later, or `urgent` with why it cannot wait"


@dataclass(eq=False)
class MeetingNotCalled(Refused):
    """A meeting that is only planned is called before it is opened (kommuneloven § 11-3)."""

    meeting: UUID
    says = "meeting {meeting} is planned, and nobody has been called to it"


@dataclass(eq=False)
class MeetingAlreadyCalled(Refused):
    """There is a meeting at that time, called differently."""

    meeting: UUID
    says = "meeting {meeting} is already called for that time, otherwise than this"


@dataclass(eq=False)
class MeetingAlreadyPlanned(Refused):
    """There is a meeting in the plan at that time, planned differently."""

    meeting: UUID
    says = "meeting {meeting} is already planned for that time, otherwise than this; move it to change it"


@dataclass(eq=False)
class MeetingNotOpen(Refused):
    """The meeting has not been opened."""

    meeting: UUID
    says = "meeting {meeting} has not been opened"


@dataclass(eq=False)
class OtherMeetingOpen(Refused):
    """A council holds one meeting at a time: who sits in two rooms would make both quorate."""

    meeting: UUID
    other: UUID
    opened: datetime
    says = "meeting {meeting} cannot be held while {other} is, which was opened at {opened}"
    accepts = "the other meeting closed or adjourned first, and times in which only one of them was open"


@dataclass(eq=False)
class MeetingAlreadyOpen(Refused):
    """The meeting is open; who comes and goes is recorded one by one."""

    meeting: UUID
    says = "meeting {meeting} is open; record who arrives or leaves, or who takes the chair"


@dataclass(eq=False)
class NotTheDay(Refused):
    """A meeting is held on the day it is called for (kommuneloven § 11-3), or moved to another first."""

    meeting: UUID
    called: date
    day: date
    says = "meeting {meeting} is called for {called} and cannot be opened on {day}"
    field: ClassVar[str | None] = "at"
    accepts = "a time on {called} (`at`), or the meeting moved first"


@dataclass(eq=False)
class BackInTime(Refused):
    """What is done in a meeting comes after its opening, and its end after who came and went, voted and decided."""

    meeting: UUID
    since: datetime
    moment: datetime
    says = "meeting {meeting} had come to {since}, and this is said to have been done at {moment}"
    field: ClassVar[str | None] = "at"
    accepts = "a time from {since} on"


@dataclass(eq=False)
class StartsInThePast(Refused):
    """A meeting is planned for, called for and moved to a time that is still to come."""

    starts: datetime
    moment: datetime
    says = "at {moment} no meeting can be planned for, called for or moved to {starts}, which has been"
    field: ClassVar[str | None] = "starts"
    accepts = "a time from {moment} on, or the time at which that was done (`at`)"


@dataclass(eq=False)
class MeetingOver(Refused):
    """The meeting has ended."""

    meeting: UUID
    says = "meeting {meeting} is over"


@dataclass(eq=False)
class NoChair(Refused):
    """A meeting is chaired by the leader, the deputy, or whom those present choose among themselves."""

    present: tuple[str, ...]
    says = "neither leader nor deputy is present: somebody who is must chair"
    field: ClassVar[str | None] = "chair"
    accepts = "one of {present} who has a vote"


@dataclass(eq=False)
class CannotChair(Refused):
    """Who chairs is present and has a vote."""

    member: str
    voters: tuple[str, ...]
    says = "{member} is not there with a vote and cannot chair"
    field: ClassVar[str | None] = "chair"
    accepts = "one of {voters}"


@dataclass(eq=False)
class ChairStays(Refused):
    """A meeting is never without a chair."""

    chair: str
    says = "{chair} chairs the meeting; somebody else takes the chair first"


@dataclass(eq=False)
class OutOfTurn(Refused):
    """Substitutes step in by their order: the first of those who are there takes the seat."""

    substitute: str
    first: str
    says = "{first} is there and steps in before {substitute}"
    field: ClassVar[str | None] = "substitute"
    accepts = "{first}"


@dataclass(eq=False)
class NoSeatFree(Refused):
    """A substitute takes the voting seat of a member who is not there, or a vacant one, one substitute a seat."""

    substitute: str
    instead_of: str | None
    says = "{substitute} cannot take the seat of {instead_of}, which is no voting seat or is taken"

"""What the council service says no to, each with the facts it was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date
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
class MandateOutOfOrder(Refused):
    """An edition holds from its date and cannot come into force before the one it changes."""

    in_force: date
    edition: int
    edition_in_force: date
    says = "edition {edition} is in force from {edition_in_force}, so the next cannot be from {in_force}"
    field: ClassVar[str | None] = "in_force"
    accepts = "a date from {edition_in_force} on"


@dataclass(eq=False)
class MandateNotDecided(Refused):
    """An edition of the mandate that points to a case of the council's own needs its yes in that case (R19)."""

    number: str
    adopted: date
    decided: date | None
    says = "{number} has no decision by {adopted} that the edition could rest on (decided: {decided})"
    field: ClassVar[str | None] = "case"
    accepts = "a case in which the council has said yes by then, or another body's case reference"


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
class MeetingNotOpen(Refused):
    """The meeting has not been opened."""

    meeting: UUID
    says = "meeting {meeting} has not been opened"


@dataclass(eq=False)
class MeetingAlreadyOpen(Refused):
    """The meeting is open; who comes and goes is recorded one by one."""

    meeting: UUID
    says = "meeting {meeting} is open; record who arrives or leaves, or who takes the chair"


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
    """A substitute takes the voting seat of a member who is not there, one substitute a seat."""

    substitute: str
    instead_of: str
    says = "{substitute} cannot take the seat of {instead_of}, which is no voting seat or is taken"


# --- cases


@dataclass(eq=False)
class CaseClosed(Refused):
    """The case has been decided or withdrawn: nothing changes it any more."""

    number: str
    says = "case {number} is closed"


@dataclass(eq=False)
class CaseReturned(Refused):
    """The case is with the submitter, and opens again when the idea is referred again."""

    number: str
    says = "case {number} has been returned; it opens again when the idea is referred again"


@dataclass(eq=False)
class CaseTakenUpElsewhere(Refused):
    """A case is up in one meeting at a time."""

    number: str
    meeting: UUID
    says = "case {number} is up in meeting {meeting}"


@dataclass(eq=False)
class NotTabled(Refused):
    """A case that is not on the meeting's agenda cannot be taken up there."""

    number: str
    meeting: UUID
    says = "case {number} is not on the agenda of meeting {meeting}"


@dataclass(eq=False)
class NotTakenUp(Refused):
    """Only a case that a meeting has taken up is voted on and decided."""

    number: str
    says = "case {number} has not been taken up by a meeting"


@dataclass(eq=False)
class Recused(Refused):
    """Who is recused does not vote (forvaltningsloven § 6)."""

    member: str
    ground: str
    says = "{member} is recused ({ground}) and does not vote"


@dataclass(eq=False)
class NoVote(Refused):
    """Only who is there in a seat that votes has a vote."""

    member: str
    voters: tuple[str, ...]
    says = "{member} is not present with a vote"
    field: ClassVar[str | None] = "member"
    accepts = "one of {voters}"


@dataclass(eq=False)
class SeatHasVoted(Refused):
    """A seat has one vote, whoever sits in it."""

    member: str
    voted: str
    says = "{voted} has voted in the seat of {member}"


@dataclass(eq=False)
class NotYourVote(Refused):
    """A member's vote is cast by themselves, or registered by the secretary or the leader."""

    member: str
    acting: str
    says = "{acting} cannot vote for {member}"


@dataclass(eq=False)
class NotYourRecusal(Refused):
    """Members declare their own recusal; that of others is pointed out and found by the body."""

    member: str
    acting: str
    says = "{acting} cannot declare {member} recused"


@dataclass(eq=False)
class NoQuorum(Refused):
    """Too few of the seats took part (kommuneloven § 11-9 first paragraph); recusal never shrinks their number."""

    seats: int
    present: int
    voted: int
    says = "at least half of {seats} seats must take part: {present} are present with a vote, {voted} have voted"


@dataclass(eq=False)
class Unsettled(Refused):
    """The votes settle nothing: nobody voted, there is no consensus, or nobody who may breaks the tie."""

    votes_for: int
    votes_against: int
    chair: str
    says = "{votes_for} for and {votes_against} against settle nothing (the chair is {chair})"


@dataclass(eq=False)
class VotesSayOtherwise(Refused):
    """A decision is what the votes say."""

    outcome: str
    votes_for: int
    votes_against: int
    says = "{votes_for} for and {votes_against} against do not make it {outcome}"
    field: ClassVar[str | None] = "outcome"


@dataclass(eq=False)
class DecisionIncomplete(Refused):
    """An approval says in which form (R11), on which of the municipality's priorities (R6) and by whom (R15)."""

    outcome: str
    missing: tuple[str, ...]
    says = "a decision with the outcome {outcome} also needs {missing}"


@dataclass(eq=False)
class NothingToCarryOut(Refused):
    """What is declined has no onward course."""

    given: tuple[str, ...]
    says = "what is declined has no onward course: {given} cannot be given"


@dataclass(eq=False)
class UnknownForm(Refused):
    """The form is one of those the council's rules name (R11)."""

    form: str
    forms: tuple[str, ...]
    says = "the council has no form {form}"
    field: ClassVar[str | None] = "form"
    accepts = "one of {forms}"


@dataclass(eq=False)
class StrengthWithoutRoute(Refused):
    """*Skal* or *bør* says how strongly a route is meant (R12)."""

    strength: str
    says = "`{strength}` says how strongly a route is meant, and none is given"
    field: ClassVar[str | None] = "route"
    accepts = "pilot or inter-municipal"


@dataclass(eq=False)
class DeadlinePassed(Refused):
    """A deadline is not before the decision that sets it."""

    deadline: date
    decided: date
    says = "the deadline {deadline} is before the decision on {decided}"
    field: ClassVar[str | None] = "deadline"
    accepts = "a date from {decided} on"


# --- decisions that were made elsewhere


@dataclass(eq=False)
class AlreadyDecided(Refused):
    """A case is decided once; who decided it elsewhere puts it right by a correction."""

    number: str
    decided: date
    says = "the idea was decided in {number} on {decided}"
    field: ClassVar[str | None] = "idea"
    accepts = "another idea, or a correction of your own claim about that decision (`corrects`)"


@dataclass(eq=False)
class AlreadyCorrected(Refused):
    """A correction is of what stands now."""

    corrects: str
    latest: str
    says = "`{corrects}` was put right by a later claim"
    field: ClassVar[str | None] = "corrects"
    accepts = "{latest}"
    offending: ClassVar[str | None] = "corrects"


@dataclass(eq=False)
class IdeaGone(Refused):
    """What was withdrawn, or merged into another idea, is not decided."""

    idea: UUID
    ended: date
    into: UUID | None
    says = "the idea was withdrawn or merged on {ended}"
    field: ClassVar[str | None] = "idea"

    @property
    def accepts(self) -> str | None:  # type: ignore[override]  # the other idea is known or there is none
        """The idea that it became part of."""
        return "{into}" if self.into else None


@dataclass(eq=False)
class DecidedAhead(Refused):
    """What is put on record has happened. The day after the present one in UTC is taken: it may have begun here."""

    decided: date
    day: date
    says = "{decided} is after {day}, when it is said to have been decided"
    field: ClassVar[str | None] = "decided"
    accepts = "a date that has been"

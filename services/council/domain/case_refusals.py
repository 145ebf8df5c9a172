"""What is said no to about a case and its decision, each with the facts it was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID


@dataclass(eq=False)
class CaseClosed(Refused):
    """The case has been decided or withdrawn: nothing changes it any more."""

    number: str
    says = "case {number} is closed"


@dataclass(eq=False)
class OpenedOtherwise(Refused):
    """A key names one case of the council's own: the same again is the same case, anything else is another."""

    key: str
    number: str
    differs: tuple[str, ...]
    says = "`{key}` is the key of case {number}, which was opened with something else in {differs}"
    field: ClassVar[str | None] = "key"
    offending: ClassVar[str | None] = "key"
    accepts = "another key for another case"


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
class CaseIsUp(Refused):
    """What a meeting has up, and may have voted on, is the meeting's to settle."""

    number: str
    meeting: UUID
    says = "case {number} is up in meeting {meeting}, which decides, defers or returns it, or ends first"


@dataclass(eq=False)
class DealtWith(Refused):
    """A meeting deals with a case once, so that its minutes tell of one decision; what waits anew is for another."""

    number: str
    meeting: UUID
    says = "meeting {meeting} has dealt with case {number}, which waits for another"


@dataclass(eq=False)
class NotTabled(Refused):
    """A case that is not on the meeting's agenda cannot be taken up there."""

    number: str
    meeting: UUID
    says = "case {number} is not on the agenda of meeting {meeting}"


@dataclass(eq=False)
class ForTheMeetingToDecide(Refused):
    """Before a meeting its secretary strikes a case from the agenda; in the meeting the body puts one off."""

    number: str
    meeting: UUID
    says = "meeting {meeting} has begun: whether case {number} is put off is its own to decide"
    accepts = "`DeferCase`, as the votes say"


@dataclass(eq=False)
class NotTakenUp(Refused):
    """Only a case that a meeting has taken up is voted on and decided."""

    number: str
    says = "case {number} has not been taken up by a meeting"


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
    """A seat has one vote, whoever sits in it; a vacant one is that of the substitute who sits there."""

    member: str
    voted: str
    says = "the seat of {member} has voted, by {voted}"


@dataclass(eq=False)
class NotYourVote(Refused):
    """A member's vote is cast by themselves, or registered by the secretary or the leader."""

    member: str
    acting: str
    says = "{acting} cannot vote for {member}"


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
class NotDecided(Refused):
    """What comes after a decision waits for it."""

    number: str
    says = "the council has not decided case {number}"


@dataclass(eq=False)
class NoPartInDecision(Refused):
    """Who voted on a decision, or was there with a seat and not recused, may have a statement put on the record."""

    member: str
    number: str
    may: tuple[str, ...]
    says = "{member} took no part in the decision in case {number}"
    field: ClassVar[str | None] = "member"
    accepts = "one of {may}"


@dataclass(eq=False)
class DecisionStands(Refused):
    """A reopened case is decided anew; until then the decision there is holds, and the case is not sent back."""

    number: str
    says = "the decision in case {number} holds until the council decides it anew"


@dataclass(eq=False)
class DecidedElsewhere(Refused):
    """Another body's decision is put right by that body."""

    number: str
    body: str
    says = "case {number} was decided by {body}, which alone can put that right"


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

"""What the council service can be asked to do with a case (sak)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from contracts.events.deliberation import (
    FormalDecision,
    Ground,
    Matter,
    Motion,
    Outcome,
    PoliticalDecision,
    Referral,
    Route,
    Strength,
    Vote,
)
from contracts.events.intake import Kind, Visibility
from contracts.message import Command, Line, Message, PersonId, Prose, Slug


class CouncilCommand(Command):
    """A command to the council service, for the council of the tenant it comes from."""

    service: ClassVar[str] = "council"


class Formal(FormalDecision):
    """Another body's decision as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Referred(Referral):
    """To whom a case is handed on, as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Political(PoliticalDecision):
    """Another body's political decision (R54) as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ballot(Message):
    """Who voted what, as the secretary registers it."""

    member: PersonId
    vote: Vote


def _each_member_once(ballots: tuple[Ballot, ...]) -> tuple[Ballot, ...]:
    if len({ballot.member for ballot in ballots}) != len(ballots):
        msg = "a member's vote is given once"
        raise ValueError(msg)
    return ballots


Ballots = Annotated[tuple[Ballot, ...], AfterValidator(_each_member_once)]
"""The votes of several, one each."""


def _each_purpose_once(political: tuple[Political, ...]) -> tuple[Political, ...]:
    if len({each.purpose for each in political}) != len(political):
        msg = "another body's decision for a purpose is given once"
        raise ValueError(msg)
    return political


Politicals = Annotated[tuple[Political, ...], AfterValidator(_each_purpose_once)]
"""The political decisions of other bodies that the case leans on, one for each purpose (R54)."""


# --- cases in the queue


class OpenCase(CouncilCommand):
    """Open a case and number it: for an idea, or by the council itself under a `key` of its own.

    The case's id follows from the idea (or the key), so the same idea never has two. `referral` is 2 when intake hands
    over again what the council returned; `parties` are the parties to the case besides `person`, who submitted it.
    `matter`: what a case of the council's own is about that is nothing to carry out, such as its mandate (R19).
    """

    idea: UUID | None = None
    key: Slug | None = None
    title: Line
    submitted: date | None = None
    kind: Kind | None = None
    person: PersonId | None = None
    visibility: Visibility = Visibility.NETWORK
    referral: int = Field(default=1, ge=1)
    parties: tuple[PersonId, ...] = ()
    matter: Matter | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.idea is None) == (self.key is None):
            msg = "a case is opened for an idea or under a key of the council's own: give one of them"
            raise ValueError(msg)
        if self.matter and self.idea:
            msg = "an idea is not a matter of the council's own: only a case under a key is"
            raise ValueError(msg)
        return self


class CaseCommand(CouncilCommand):
    """A command to a case."""

    case: UUID


class TableCase(CaseCommand):
    """Put the case on the agenda of a meeting that is called or open."""

    meeting: UUID


class StrikeCase(CaseCommand):
    """Strike the case from the agenda of a meeting that has not begun; it goes back to the queue.

    In an open meeting it is the body that puts a case off. `reason` stands in the clear, as for `MoveMeeting`.
    """

    meeting: UUID
    reason: Line


class WithdrawCase(CaseCommand):
    """End the case without a decision; of one that was reopened, the reopening: what was decided holds.

    `cause` is the event that ended it, when its idea was withdrawn, or merged `into` another idea.
    """

    into: UUID | None = None
    cause: UUID | None = None


# --- deciding


class NameParty(CaseCommand):
    """Name a party to the case besides its submitter: a member who is one does not decide it unnoticed."""

    party: PersonId


class DeclareRecusal(CaseCommand):
    """A member says that they may be recused (inhabil, forvaltningsloven § 6), which the body decides.

    `note` is kept sealed. After a finding on the same ground, it asks the body to take the question up again.
    """

    member: PersonId
    ground: Ground
    note: Prose | None = None


class PointOutRecusal(CaseCommand):
    """Somebody else says that a member may be recused; otherwise as `DeclareRecusal`."""

    member: PersonId
    ground: Ground
    note: Prose | None = None


class DecideRecusal(CaseCommand):
    """The body decides whether a member is recused on a ground, in a case that is up (forvaltningsloven § 8).

    `reasons` are its own official text; what is private stands in the question's sealed note. In `votes`, for is that
    the member is recused; without any, all who take part were agreed.
    """

    member: PersonId
    ground: Ground
    recused: bool
    reasons: Prose
    votes: Ballots = ()


class CallInSubstitute(CaseCommand):
    """Let a substitute who is in the meeting vote in this case in the seat of a member who is recused in it.

    Also in that of another substitute who is: `instead_of` is the member whose seat it is, or who sits in a vacant one.
    """

    substitute: PersonId
    instead_of: PersonId


class TakeUpCase(CaseCommand):
    """Take up a case that is on the open meeting's agenda."""

    meeting: UUID


class CastVote(CaseCommand):
    """Cast a member's vote, on the substance unless `motion` says otherwise. Their last vote counts."""

    member: PersonId
    vote: Vote
    motion: Motion = Motion.SUBSTANCE


class DecisionCommand(CaseCommand):
    """What a decision that ends a case can say.

    `responsible_name` is what the responsible is called, for the minutes; the council knows its own members' names.
    """

    outcome: Literal[Outcome.APPROVED, Outcome.DECLINED, Outcome.REFERRED, Outcome.FORMAL, Outcome.ADOPTED]
    reasons: Prose
    form: Slug | None = None
    route: Route | None = None
    strength: Strength | None = None
    priorities: tuple[Line, ...] = ()
    responsible: PersonId | None = None
    responsible_name: Line | None = None
    deadline: date | None = None
    conditions: tuple[Line, ...] = ()
    formal: Formal | None = None
    referral: Referred | None = None
    political: Politicals = ()


class DecideCase(DecisionCommand):
    """Decide the case as the votes say: approved needs form, priorities (R6) and responsible (R15).

    Referred needs `referral`, and is voted on as a motion of its own (R27). Formal needs `formal`, and where it gives
    that decision a form, route or strength it says what an approval must. Adopted is for a `matter` of the council's
    own, and has no onward course. `political` are decisions of other bodies (R54). `votes` registers votes together
    with the decision they bear.
    """

    votes: Ballots = ()


class DecideAsLeader(DecisionCommand):
    """Decide a case alone between meetings, where the council's rules let its leader; reported at the next meeting.

    `leader` is the leader, or the deputy when nobody leads, and needs naming only when the secretary registers it. What
    a decision must say is as for `DecideCase`.
    """

    leader: PersonId | None = None


class DeferCase(CaseCommand):
    """Put the case off to a later meeting, as the votes on the motion to defer say."""

    reasons: Prose
    votes: Ballots = ()


class ReturnCase(CaseCommand):
    """Send the case back to the one who submitted it, as the votes on the motion to return say."""

    reasons: Prose
    votes: Ballots = ()


class RecordStatement(CaseCommand):
    """Put a member's statement on the record (protokolltilførsel), while the meeting that has dealt with it is open."""

    member: PersonId
    text: Prose


class NotePoliticalDecision(CaseCommand):
    """Note that another body has decided on the case: to carry it out, or to put the result into use (R54)."""

    political: Political


class ReopenCase(CaseCommand):
    """Take a decided case up anew, so that the council decides it once more: a correction, or a reversal (omgjøring).

    Until then the decision there is holds. `reasons` say why, as the body's official text.
    """

    reasons: Prose

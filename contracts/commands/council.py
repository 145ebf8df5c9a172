"""What the council service can be asked to do."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from contracts.events.council import FormalDecision, Ground, Motion, Outcome, Route, Strength, Vote
from contracts.events.intake import Kind, Visibility
from contracts.message import Command, Instant, Line, Message, PersonId, Prose, Slug
from contracts.ruleset import RuleSet


class Rules(RuleSet):
    """A rule set as a command brings it: a rule that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Formal(FormalDecision):
    """Another body's decision as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ballot(Message):
    """Who voted what, as the secretary registers it."""

    member: PersonId
    vote: Vote


class CouncilCommand(Command):
    """A command to the council service, for the council of the tenant it comes from."""

    service: ClassVar[str] = "council"


# --- the council


class EstablishCouncil(CouncilCommand):
    """Establish the municipality's innovation council with the first edition of its mandate and its rules (R2, R19)."""

    name: Line
    established: date
    mandate: Prose
    case_reference: Line
    adopted: date | None = None
    change: Line = "Første utgave"
    rules: Rules = Rules()


class AdoptMandate(CouncilCommand):
    """Adopt a new edition of the mandate; its rules hold from `in_force`, which is `adopted` when left out."""

    adopted: date
    in_force: date | None = None
    case_reference: Line
    change: Line
    mandate: Prose
    rules: Rules


class AppointLeader(CouncilCommand):
    """Appoint a sitting member as leader, from the first through the last day; who led before is relieved."""

    member: PersonId
    from_: date
    until: date | None = None


class AppointDeputy(CouncilCommand):
    """Appoint a sitting member as deputy leader."""

    member: PersonId
    from_: date
    until: date | None = None


class AppointSecretary(CouncilCommand):
    """Appoint the secretary, who need not be a member."""

    person: PersonId
    name: Line
    from_: date
    until: date | None = None


class AppointMember(CouncilCommand):
    """Appoint a member, or with `ror` who holds ROR-IKT's seat (R8), or with `substitute` one who steps in."""

    member: PersonId
    name: Line
    discipline: Line
    unit: Line | None = None
    voting: bool = True
    ror: bool = False
    substitute: bool = False
    from_: date
    until: date | None = None

    @model_validator(mode="after")
    def _ror_has_no_substitute_seat(self) -> Self:
        if self.ror and self.substitute:
            msg = "ROR-IKT's seat is not a substitute's"
            raise ValueError(msg)
        return self


class ReleaseMember(CouncilCommand):
    """Release a member after `until`, the last day they sit."""

    member: PersonId
    until: date


# --- cases in the queue


class OpenCase(CouncilCommand):
    """Open a case and number it: for an idea, or by the council itself under a `key` of its own.

    The case's id follows from the idea (or the key), so the same idea never has two. `referral` is 2 when intake hands
    over again what the council returned.
    """

    idea: UUID | None = None
    key: Slug | None = None
    title: Line
    submitted: date | None = None
    kind: Kind | None = None
    person: PersonId | None = None
    visibility: Visibility = Visibility.NETWORK
    referral: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.idea is None) == (self.key is None):
            msg = "a case is opened for an idea or under a key of the council's own: give one of them"
            raise ValueError(msg)
        return self


class CaseCommand(CouncilCommand):
    """A command to a case."""

    case: UUID


class TableCase(CaseCommand):
    """Put the case on the agenda of a meeting that is called or open."""

    meeting: UUID


class WithdrawCase(CaseCommand):
    """End the case without a decision.

    `cause` is the event that ended it, when its idea was withdrawn, or merged `into` another idea.
    """

    into: UUID | None = None
    cause: UUID | None = None


# --- meetings


class CallMeeting(CouncilCommand):
    """Call the council to a meeting, with its agenda in order. The meeting's id follows from when it starts."""

    starts: Instant
    place: Line | None = None
    remote: bool = False
    agenda: tuple[UUID, ...] = ()


class MeetingCommand(CouncilCommand):
    """A command to a meeting."""

    meeting: UUID


class OpenMeeting(MeetingCommand):
    """Open the meeting. `chair` is the leader, else the deputy, when left out and they are present."""

    present: tuple[PersonId, ...]
    chair: PersonId | None = None


class RecordArrival(MeetingCommand):
    """A member came after the meeting was opened."""

    member: PersonId


class RecordDeparture(MeetingCommand):
    """A member left before the meeting was closed."""

    member: PersonId


class SeatSubstitute(MeetingCommand):
    """Let a substitute take the seat of a member who is not there."""

    substitute: PersonId
    instead_of: PersonId


class TakeChair(MeetingCommand):
    """Let another member who is present chair the meeting from now on."""

    chair: PersonId


class CloseMeeting(MeetingCommand):
    """Close the meeting; cases it did not decide go back to the queue."""


class AdjournMeeting(MeetingCommand):
    """End the meeting early, or without it ever having opened, such as for want of a quorum."""

    reason: Line


# --- deciding


class DeclareRecusal(CaseCommand):
    """A member says that they are recused (inhabil); `note` is kept sealed."""

    member: PersonId
    ground: Ground
    note: Prose | None = None


class RecuseMember(CaseCommand):
    """The body finds that a member is recused, which somebody pointed out."""

    member: PersonId
    ground: Ground
    note: Prose | None = None


class TakeUpCase(CaseCommand):
    """Take up a case that is on the open meeting's agenda."""

    meeting: UUID


class CastVote(CaseCommand):
    """Cast a member's vote, on the substance unless `motion` says otherwise. Their last vote counts."""

    member: PersonId
    vote: Vote
    motion: Motion = Motion.SUBSTANCE


class DecideCase(CaseCommand):
    """Decide the case as the votes say: approved needs form, priorities (R6) and responsible (R15).

    `votes` registers votes together with the decision they bear.
    """

    outcome: Literal[Outcome.APPROVED, Outcome.DECLINED, Outcome.FORMAL]
    reasons: Prose
    form: Slug | None = None
    route: Route | None = None
    strength: Strength | None = None
    priorities: tuple[Line, ...] = ()
    responsible: PersonId | None = None
    deadline: date | None = None
    conditions: tuple[Line, ...] = ()
    formal: Formal | None = None
    votes: tuple[Ballot, ...] = ()


class DeferCase(CaseCommand):
    """Put the case off to a later meeting, as the votes on the motion to defer say."""

    reasons: Prose
    votes: tuple[Ballot, ...] = ()


class ReturnCase(CaseCommand):
    """Send the case back to the one who submitted it, as the votes on the motion to return say."""

    reasons: Prose
    votes: tuple[Ballot, ...] = ()

"""What the council service can be asked to tell."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, Self
from uuid import UUID

from pydantic import model_validator

from contracts.events.council import CouncilDecided, Ground, Motion, PoliticalDecision, Raised, Vote, VoteRecord
from contracts.events.intake import Kind, Visibility
from contracts.message import Instant, Line, Message, PersonId, Prose, Query
from contracts.publicity import Exempt
from contracts.queries.assessment import AssessmentShown
from contracts.ruleset import RuleSet
from contracts.sealed import Sealed


class CouncilQuery(Query):
    """A query to the council service, on the council of the tenant it comes from."""

    service: ClassVar[str] = "council"


class ShowCase(CouncilQuery):
    """One case, by its id or by its number, such as `PS-3/26`. Answered by `CaseShown`."""

    case: UUID | None = None
    number: Line | None = None

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.case is None) == (self.number is None):
            msg = "name the case by its id or by its number: give one of them"
            raise ValueError(msg)
        return self


class ShowCouncil(CouncilQuery):
    """Who sits in the council on a day, and which mandate and rules are in force. Answered by `CouncilShown`."""

    on: date


class ShowMeeting(CouncilQuery):
    """One meeting. Answered by `MeetingShown`."""

    meeting: UUID


class Recusal(Message):
    """A question of recusal as it came up, and what the body found: nothing yet while `recused` is not known.

    `ground`, and `how`, which would tell it, are left out for whoever may not read them where the whole case is exempt.
    """

    member: PersonId
    ground: Ground | None
    how: Raised | None
    raised: Instant
    note: Sealed[str] | None = None
    recused: bool | None = None
    reasons: Prose | None = None
    votes: tuple[VoteRecord, ...] = ()


class Cast(Message):
    """One vote in a case that is up or has been decided."""

    meeting: UUID
    member: PersonId
    vote: Vote
    motion: Motion


class Statement(Message):
    """What a member had put on the record of a decision; `dissent`: they had voted for another."""

    meeting: UUID
    member: PersonId
    text: Prose
    dissent: bool
    sealed_text: Sealed[str] | None = None


class CaseShown(Message):
    """A case with its whole way: its meetings, questions of recusal, votes and decisions, oldest first.

    Where something is `exempt` from publicity, whoever may not read it gets a notice with the legal ground instead.

    `reported` is the meeting to which what the leader decided alone was reported.

    `reopened`: its latest decision holds until the council has decided it anew. `assessment` is how it is assessed,
    with the recommendation, once anything of it is.
    """

    case: UUID
    council: UUID
    idea: UUID | None
    number: Line
    title: Line
    kind: Kind | None
    visibility: Visibility
    submitted: date | None
    received: date
    status: Literal[
        "waiting",
        "tabled",
        "taken-up",
        "returned",
        "approved",
        "declined",
        "referred",
        "formal",
        "adopted",
        "withdrawn",
    ]
    meetings: tuple[UUID, ...]
    recusals: tuple[Recusal, ...]
    votes: tuple[Cast, ...]
    decisions: tuple[CouncilDecided, ...]
    statements: tuple[Statement, ...] = ()
    political: tuple[PoliticalDecision, ...] = ()
    reopened: bool = False
    assessment: AssessmentShown | None = None
    history: tuple[Turn, ...]
    exempt: tuple[Exempt, ...] = ()
    public_title: Line | None = None
    reported: UUID | None = None


class Turn(Message):
    """One event on the case's way: its name, when it happened, when it was recorded, and who did it."""

    event: UUID
    name: str
    time: Instant
    recorded: Instant
    actor: str


Lack = Literal["ror-seat"]
"""What every council is to have: somebody in ROR-IKT's seat (R8)."""


class Seat(Message):
    """Somebody who sits on the day."""

    member: PersonId
    name: Sealed[str]
    discipline: Line
    unit: Line | None
    votes: bool
    ror: bool
    substitute: bool
    from_: date
    until: date | None
    order: int | None


class CouncilShown(Message):
    """A council as it is composed and bound on a day; `seats` is the number of seats that vote, `vacant` of them empty.

    `lacks` is what its mandate asks for and it has not: nobody sits for ROR-IKT (R8).
    """

    council: UUID
    name: Line
    established: date
    on: date
    edition: int | None
    case_reference: Line | None
    body: Line | None
    case: UUID | None
    in_force: date | None
    mandate: Prose | None
    rules: RuleSet
    leader: PersonId | None
    deputy: PersonId | None
    secretary: PersonId | None
    members: tuple[Seat, ...]
    seats: int
    vacant: int
    lacks: tuple[Lack, ...]


class Struck(Message):
    """A case that was struck from a meeting's agenda, when and why, or `moved_to` that of another meeting."""

    case: UUID
    struck: Instant
    reason: Line | None = None
    sealed_reason: Sealed[str] | None = None
    moved_to: UUID | None = None


class MeetingShown(Message):
    """A meeting: when and where, its agenda, who is there, of them who remotely, and how it stands.

    `notice` is the day the call, or word of a move, went out; `reason` why it was moved last, called off or broken off.
    `reported` are the cases that the leader had decided alone, as they were reported to it; `struck` those that were
    struck from its agenda, or moved to another meeting's. `quorate`: whether there was a quorum when it
    was opened, with the substitutes who sat there then.
    """

    meeting: UUID
    council: UUID
    status: Literal["planned", "called", "open", "closed", "adjourned", "cancelled"]
    starts: Instant
    place: Line | None
    remote: bool
    agenda: tuple[UUID, ...]
    chair: PersonId | None
    present: tuple[PersonId, ...]
    quorate: bool | None
    notice: date | None = None
    urgent: Line | None = None
    remotely: tuple[PersonId, ...] = ()
    reason: Line | None = None
    reported: tuple[UUID, ...] = ()
    struck: tuple[Struck, ...] = ()


CaseShown.model_rebuild()

"""What the council service records."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.events.intake import Kind, Source, Visibility
from contracts.message import Event, Instant, Line, PersonId, Prose, Slug
from contracts.ruleset import RuleSet
from contracts.sealed import Sealed

Route = Literal["pilot", "inter-municipal"]
"""Go first and pilot, or an inter-municipal course (R12)."""

Strength = Literal["should", "shall"]
"""*Bør* or *skal* (R12)."""

Vote = Literal["for", "against"]
"""Nobody who is present and not recused may abstain (kommuneloven § 8-1 second paragraph)."""


class Motion(StrEnum):
    """What the votes are about."""

    SUBSTANCE = "substance"
    """The matter itself: for is to approve (or to follow the formal decision), against is to decline."""
    DEFERRAL = "deferral"
    """To take it up in a later meeting (utsettelse)."""
    RETURN = "return"
    """To send it back to the one who submitted it."""


class Outcome(StrEnum):
    """What a council can make of a case."""

    APPROVED = "approved"
    DECLINED = "declined"
    DEFERRED = "deferred"
    """To a later meeting: the case stays open and keeps its number."""
    RETURNED = "returned"
    """To the submitter: opened again, under the same number, when the idea is referred again."""
    FORMAL = "formal"
    """The matter was decided formally by another body; the council follows that decision (R54)."""


class Ground(StrEnum):
    """Why a member is recused (inhabil): the letters of forvaltningsloven § 6."""

    PARTY = "party"
    """Is a party to the case: § 6 a."""
    KIN = "kin"
    """Is related or married to a party: § 6 b and c."""
    REPRESENTS = "represents"
    """Represents a party: § 6 d."""
    LEADS = "leads"
    """Leads or sits on the board of a party: § 6 e."""
    CIRCUMSTANCES = "circumstances"
    """Other particular circumstances weaken the trust in them: § 6 second paragraph."""


class VoteRecord(BaseModel):
    """Who voted what."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    member: PersonId
    vote: Vote


class Substitution(BaseModel):
    """A substitute (vara) in a member's seat."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    substitute: PersonId
    instead_of: PersonId


class FormalDecision(BaseModel):
    """A decision by another body (R54): which, its case number there, when."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    body: Line
    reference: Line
    decided: date


class CouncilEvent(Event):
    """An event of the council service; `council` is the council it belongs to."""

    service: ClassVar[str | None] = "council"

    council: UUID


# --- the council (aggregate Council)


class CouncilEstablished(CouncilEvent):
    """A municipality established its innovation council (innovasjonsråd, R2); ROR-IKT has a seat from then on (R8)."""

    tenant: Slug
    name: Line
    established: date


class MandateAdopted(CouncilEvent):
    """An edition of the mandate was adopted (R19); its rules hold from `in_force` on."""

    edition: int = Field(ge=1)
    adopted: date
    in_force: date
    case_reference: Line
    change: Line
    text: Prose
    rules: RuleSet


class LeaderAppointed(CouncilEvent):
    """The municipality appointed the council's leader (R9), from the first through the last day; one at a time."""

    member: PersonId
    from_: date
    until: date | None = None


class DeputyAppointed(CouncilEvent):
    """The municipality appointed the deputy leader (nestleder); one at a time."""

    member: PersonId
    from_: date
    until: date | None = None


class SecretaryAppointed(CouncilEvent):
    """The council got a secretary, who need not be a member; one at a time."""

    person: PersonId
    name: Sealed[str]
    from_: date
    until: date | None = None


class MemberAppointed(CouncilEvent):
    """The municipality appointed a member (R9) from the first through the last day.

    `discipline` is what they know (R3), `unit` where they work (virksomhet). `ror`: they hold ROR-IKT's seat (R8),
    which votes when the rules of the day say so. `substitute`: they step in for members (vara). Observers are not
    `voting`.
    """

    member: PersonId
    name: Sealed[str]
    discipline: Line
    unit: Line | None = None
    voting: bool = True
    ror: bool = False
    substitute: bool = False
    from_: date
    until: date | None = None


class MemberReleased(CouncilEvent):
    """A member left the council after `until`, the last day they sit."""

    member: PersonId
    until: date


# --- meetings (aggregate Meeting)


class MeetingEvent(CouncilEvent):
    """An event of a council's meeting."""

    meeting: UUID


class MeetingCalled(MeetingEvent):
    """The council was called to a meeting. `notice` is the day the call went out; `agenda` the cases in order."""

    starts: Instant
    notice: date
    place: Line | None = None
    remote: bool = False
    agenda: tuple[UUID, ...] = ()


class AgendaExtended(MeetingEvent):
    """A case was put last on the agenda."""

    case: UUID


class MeetingOpened(MeetingEvent):
    """The meeting was opened. `seats` is how many vote; `quorate`: whether at least half of them were taken."""

    opened: Instant
    chair: PersonId
    present: tuple[PersonId, ...]
    absent: tuple[PersonId, ...] = ()
    seats: int = Field(ge=0)
    quorate: bool


class MemberArrived(MeetingEvent):
    """A member came to the open meeting."""

    member: PersonId
    arrived: Instant


class MemberLeft(MeetingEvent):
    """A member left the open meeting."""

    member: PersonId
    left: Instant


class SubstituteSeated(MeetingEvent):
    """A substitute took the seat of a member who is not there."""

    substitute: PersonId
    instead_of: PersonId


class ChairTaken(MeetingEvent):
    """Somebody else chairs from now on."""

    chair: PersonId


class MeetingClosed(MeetingEvent):
    """The meeting ended."""

    closed: Instant


class MeetingAdjourned(MeetingEvent):
    """The meeting ended before its agenda did, such as for want of a quorum."""

    adjourned: Instant
    reason: Line


# --- numbers (aggregate CaseRegister, one for each council and year)


class CaseNumbered(CouncilEvent):
    """A case got the year's next number; `label` is how it is written, such as `PS-3/26`."""

    year: int
    number: int = Field(ge=1)
    case: UUID
    label: Line


# --- cases (aggregate Case)


class CaseEvent(CouncilEvent):
    """An event of a case (sak)."""

    case: UUID


class CaseOpened(CaseEvent):
    """A case was opened, for an idea or by the council itself.

    `submitted` is when the idea was, `received` when the council got it (R10); `person` submitted it; `referral` counts
    the times intake has handed it over. `external`: another system's case, opened here with its decision and under its
    reference there; it takes no number of the council's.
    """

    idea: UUID | None = None
    title: Line
    number: Line
    received: date
    submitted: date | None = None
    kind: Kind | None = None
    person: PersonId | None = None
    visibility: Visibility = Visibility.NETWORK
    referral: int = Field(default=1, ge=1)
    external: bool = False


class CaseReferredAgain(CaseEvent):
    """Intake handed the idea over once more; a returned case is open again, under its number."""

    title: Line
    visibility: Visibility
    referral: int = Field(ge=2)
    received: date


class CaseTabled(CaseEvent):
    """The case was put on a meeting's agenda."""

    number: Line
    meeting: UUID
    idea: UUID | None = None


class CaseTakenUp(CaseEvent):
    """The meeting took the case up, with what its voting rests on, as it stood.

    `seats` is the number of voting seats, which recusal never shrinks; `voters` are those present with a vote.
    """

    meeting: UUID
    on: date
    chair: PersonId
    seats: int = Field(ge=0)
    voters: tuple[PersonId, ...]
    substitutions: tuple[Substitution, ...] = ()
    rules: RuleSet


class FloorChanged(CaseEvent):
    """While the case was up, somebody came or left, or another took the chair."""

    meeting: UUID
    chair: PersonId
    voters: tuple[PersonId, ...]
    substitutions: tuple[Substitution, ...] = ()


class MemberRecused(CaseEvent):
    """A member is recused (inhabil, forvaltningsloven § 6): they said so (`declared`) or it was pointed out.

    A vote they have cast no longer counts.
    """

    member: PersonId
    ground: Ground
    declared: bool
    note: Sealed[str] | None = None


class VoteCast(CaseEvent):
    """A member voted; their last vote before the decision counts."""

    meeting: UUID
    member: PersonId
    vote: Vote
    motion: Motion = Motion.SUBSTANCE


class CouncilDecided(CaseEvent):
    """The council decided.

    Approved: `form` (R11), `route` and `strength` (R12), the municipality's own `priorities` it rests on (R6), the
    `responsible` the council appointed (R15), `deadline`, `conditions`. Formal: `formal` is the decision it follows.
    `number` is the case's label, `seats` how many counted; `votes` were cast on `motion`, and `tie_broken_by` the chair
    of the meeting.

    `external`: decided and put on record in another system, by `body` under its `reference`; `origin` is that system
    and the id of its claim, and votes and quorum are that body's own. `corrects` is the id of the earlier
    `CouncilDecided` that this one puts right.
    """

    idea: UUID | None = None
    number: Line
    title: Line
    visibility: Visibility
    meeting: UUID | None = None
    decided: date
    outcome: Outcome
    reasons: Prose
    form: Slug | None = None
    route: Route | None = None
    strength: Strength | None = None
    priorities: tuple[Line, ...] = ()
    responsible: PersonId | None = None
    deadline: date | None = None
    conditions: tuple[Line, ...] = ()
    formal: FormalDecision | None = None
    motion: Motion = Motion.SUBSTANCE
    votes: tuple[VoteRecord, ...] = ()
    recused: tuple[PersonId, ...] = ()
    seats: int = Field(ge=0)
    chair: PersonId | None = None
    unanimous: bool = False
    tie_broken_by: PersonId | None = None
    external: bool = False
    body: Line | None = None
    reference: Line | None = None
    origin: Source | None = None
    corrects: UUID | None = None


class CaseCarriedOver(CaseEvent):
    """The meeting ended without deciding the case, which waits for another. `quorate`: whether it could have."""

    meeting: UUID
    quorate: bool


class CaseWithdrawn(CaseEvent):
    """The case ended without a decision: the idea was withdrawn, or merged `into` another idea."""

    idea: UUID | None = None
    number: Line
    withdrawn: date
    into: UUID | None = None


# --- ideas that other systems may refer to (aggregate NotedIdea)


class IdeaNoted(CouncilEvent):
    """The council knows of an idea, so that a decision made in another system can refer to it.

    Noted anew when its title is put right, and when it is withdrawn (`ended`) or merged `into` another.
    """

    idea: UUID
    title: Line
    kind: Kind
    submitted: date
    visibility: Visibility
    person: PersonId | None = None
    ended: date | None = None
    into: UUID | None = None

"""What the council service records of a case (sak): its way to a meeting, the votes and what was decided."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from contracts.events.deliberation import (
    CouncilEvent,
    FormalDecision,
    Ground,
    Motion,
    Outcome,
    Route,
    Strength,
    Substitution,
    Vote,
    VoteRecord,
)
from contracts.events.intake import Kind, Source, Visibility
from contracts.message import Line, PersonId, Prose, Slug
from contracts.publicity import Exempt
from contracts.ruleset import RuleSet
from contracts.sealed import Sealed


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

    `exempt`: what of the case is exempt from publicity; a notice with the legal ground then stands in its place, and
    what the council wrote is in `sealed_reasons` and `sealed_conditions`.
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
    exempt: tuple[Exempt, ...] = ()
    sealed_reasons: Sealed[str] | None = None
    sealed_conditions: tuple[Sealed[str], ...] = ()


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

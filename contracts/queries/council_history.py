"""What the council history tells: mandates, composition, meetings, cases and decisions of each council."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from contracts.events.council import (
    FormalDecision,
    FormName,
    Ground,
    Motion,
    Outcome,
    PoliticalDecision,
    Raised,
    Referral,
    Route,
    Strength,
    VoteRecord,
)
from contracts.events.intake import Visibility
from contracts.message import Instant, Message, PersonId, Slug
from contracts.publicity import Exempt
from contracts.queries.reporting import Count, ViewAnswer
from contracts.ruleset import RuleSet
from contracts.sealed import Sealed


class MandateShown(Message):
    """One edition of the mandate (R19), decided in the council's own `case` or by another `body`.

    It is in force from the day `in_force` until a later one is, or the council took back what it rests on: `withdrawn`.
    """

    edition: int
    adopted: date
    in_force: date
    case_reference: str
    case: UUID | None
    body: str | None
    change: str
    text: str
    rules: RuleSet
    withdrawn: date | None = None


class SeatShown(Message):
    """One appointment (R9): from the first through the last day. `sits`: on the answer's day.

    ROR-IKT's seat is `voting` if the rules of that day say so (R8); `order` is a substitute's place among substitutes.
    """

    member: PersonId
    name: Sealed[str] | None
    discipline: str
    unit: str | None
    voting: bool
    ror: bool
    substitute: bool
    from_: date
    until: date | None
    order: int | None
    sits: bool


class OfficeShown(Message):
    """Who was the council's leader, deputy or secretary, and when; `name` of a secretary, who may not be a member."""

    office: Literal["leader", "deputy", "secretary"]
    member: PersonId
    name: Sealed[str] | None
    from_: date
    until: date | None
    holds: bool


class MovementShown(Message):
    """What changed in an open meeting: somebody came (`remote`: not in the room), left, took a seat or the chair."""

    what: Literal["arrived", "left", "seated", "chairs"]
    member: PersonId
    instead_of: PersonId | None
    remote: bool


class StruckShown(Message):
    """A case that was struck from a meeting's agenda, when and why, or `moved_to` that of another meeting."""

    case: UUID
    struck: date
    reason: str | None
    moved_to: UUID | None = None


class MeetingRecord(Message):
    """A meeting with its attendance. `agenda` are the cases in order; `adjourned` says why it broke off.

    `notice` is the day the call, or word of the last move, went out, `urgent` why so late; `remotely` are those of the
    present who took part remotely from the start; `quorate`: whether there was a quorum then. `sequence` counts how
    often it was announced otherwise, or its agenda changed, since it was first announced, last at `changed`; `reason`
    is what was said when it was last announced. `struck` are the cases that were struck from the agenda, or moved to
    another meeting's, whether or not they came back.
    """

    meeting: UUID
    starts: Instant | None
    notice: date | None
    place: str | None
    remote: bool | None
    agenda: tuple[UUID, ...]
    struck: tuple[StruckShown, ...] = ()
    state: Literal["planned", "called", "open", "closed", "adjourned", "cancelled"]
    opened: Instant | None
    chair: PersonId | None
    present: tuple[PersonId, ...]
    absent: tuple[PersonId, ...]
    seats: Count | None
    quorate: bool | None
    movements: tuple[MovementShown, ...]
    ended: Instant | None
    adjourned: str | None
    urgent: str | None
    remotely: tuple[PersonId, ...]
    sequence: Count
    changed: Instant
    reason: str | None


class RecusalShown(Message):
    """Of whom it was a question whether they are recused in a case, since when, and what the body found, if it has.

    `ground`, and `how`, which would tell it, are left out where the whole case is exempt.
    """

    member: PersonId
    ground: Ground | None
    how: Raised | None
    raised: date
    recused: bool | None
    reasons: str | None
    found: date | None


class DecisionShown(Message):
    """One decision: outcome, form, route, strength, what it rests on, who is responsible, who voted what.

    `external`: made elsewhere, by `body` in its case `reference`; `corrects` is the decision that it puts right.
    `by_leader`: who decided it alone between meetings; `reported` is the meeting that was told, once it was.
    """

    event: UUID
    decided: date
    meeting: UUID | None
    outcome: Outcome
    motion: Motion
    form: Slug | None
    form_name: FormName | None = None
    route: Route | None
    strength: Strength | None
    reasons: str | None
    priorities: tuple[str, ...]
    responsible: PersonId | None
    deadline: date | None
    conditions: tuple[str, ...]
    formal: FormalDecision | None
    referral: Referral | None = None
    political: tuple[PoliticalDecision, ...] = ()
    votes: tuple[VoteRecord, ...]
    recused: tuple[PersonId, ...]
    seats: Count
    chair: PersonId | None
    unanimous: bool
    tie_broken_by: PersonId | None
    external: bool = False
    body: str | None = None
    reference: str | None = None
    corrects: UUID | None = None
    by_leader: PersonId | None = None
    reported: UUID | None = None


class StatementShown(Message):
    """What a member had put on the record of a decision; `dissent`: they had voted for another."""

    meeting: UUID
    member: PersonId
    text: str | None
    dissent: bool


class CaseSummary(Message):
    """A case: on which meetings it was, who was recused, what was decided.

    Where something is `exempt` from publicity (offentleglova §§ 13, 14), a notice with the ground stands in its place.
    """

    case: UUID
    number: str
    title: str | None
    idea: UUID | None
    visibility: Visibility
    submitted: date | None
    received: date
    meetings: tuple[UUID, ...]
    recusals: tuple[RecusalShown, ...]
    decisions: tuple[DecisionShown, ...]
    statements: tuple[StatementShown, ...] = ()
    political: tuple[PoliticalDecision, ...] = ()
    reopened: date | None = None
    withdrawn: date | None
    exempt: tuple[Exempt, ...] = ()


class CouncilRecord(Message):
    """One municipality's council; another's with the cases that may be seen there, and without persons (R7)."""

    municipality: Slug
    council: UUID
    name: str
    established: date
    mandates: tuple[MandateShown, ...]
    seats: tuple[SeatShown, ...]
    offices: tuple[OfficeShown, ...]
    meetings: tuple[MeetingRecord, ...]
    cases: tuple[CaseSummary, ...]


class CouncilHistoryShown(ViewAnswer):
    """The councils by municipality."""

    councils: tuple[CouncilRecord, ...]

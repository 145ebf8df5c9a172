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
    PoliticalDecision,
    Raised,
    Referral,
    Route,
    Strength,
    Substitution,
    Vote,
    VoteRecord,
)
from contracts.events.intake import Kind, Source, Visibility
from contracts.message import Instant, Line, PersonId, Prose, Slug
from contracts.publicity import Exempt
from contracts.ruleset import RuleSet
from contracts.sealed import Sealed


class CaseEvent(CouncilEvent):
    """An event of a case (sak)."""

    case: UUID


class CaseOpened(CaseEvent):
    """A case was opened, for an idea or by the council itself.

    `submitted` is when the idea was, `received` when the council got it (R10); `person` submitted it, `parties` are the
    parties to the case besides them; `referral` counts the times intake has handed it over. `external`: another
    system's case, opened here with its decision and under its reference there; it takes no number of the council's.
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
    parties: tuple[PersonId, ...] = ()
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

    `seats` is the number of voting seats, which recusal never shrinks; `voters` are those present with a vote; `since`
    is when it was taken up.
    """

    meeting: UUID
    on: date
    chair: PersonId
    seats: int = Field(ge=0)
    voters: tuple[PersonId, ...]
    substitutions: tuple[Substitution, ...] = ()
    rules: RuleSet
    since: Instant | None = None


class FloorChanged(CaseEvent):
    """While the case was up, somebody came or left, or another took the chair.

    `voters` are those present with a vote in the meeting, `called_in` who sits for the recused in this case only.
    """

    meeting: UUID
    chair: PersonId
    voters: tuple[PersonId, ...]
    substitutions: tuple[Substitution, ...] = ()
    called_in: tuple[Substitution, ...] = ()


class PartyNamed(CaseEvent):
    """Somebody is a party to the case besides its submitter."""

    party: PersonId


class RecusalRaised(CaseEvent):
    """It is a question whether a member is recused (inhabil, forvaltningsloven § 6), which the body decides (§ 8).

    Until it has, the member has no vote in the case, a vote they have cast does not count, and the case is not decided.
    Raised anew after a finding, it is how the body comes to find otherwise.
    """

    member: PersonId
    ground: Ground
    how: Raised
    raised: Instant
    note: Sealed[str] | None = None


class RecusalFindingEvent(CaseEvent):
    """The body decided a question of recusal, without those it concerns (§ 8 second paragraph).

    In `votes`, for is that the member is recused; they are of all who took part. `chair` led the meeting then. Where
    the case's reasons are exempt from publicity, a notice stands for these too, and they are in `sealed_reasons`.
    """

    meeting: UUID
    member: PersonId
    ground: Ground
    found: Instant
    reasons: Prose
    votes: tuple[VoteRecord, ...]
    chair: PersonId
    sealed_reasons: Sealed[str] | None = None


class MemberRecused(RecusalFindingEvent):
    """The body found the member recused: they take no part in the case, in this meeting or another."""


class RecusalDismissed(RecusalFindingEvent):
    """The body found that the member is not recused on this ground."""


class SubstituteCalledIn(CaseEvent):
    """A substitute (vara) takes the seat of a recused member, in this case only."""

    meeting: UUID
    substitute: PersonId
    instead_of: PersonId


class VoteCast(CaseEvent):
    """A member voted; their last vote before the decision counts. `seat`: a substitute, in whose seat."""

    meeting: UUID
    member: PersonId
    vote: Vote
    motion: Motion = Motion.SUBSTANCE
    seat: Substitution | None = None


class CouncilDecided(CaseEvent):
    """The council decided.

    Approved: `form` (R11), `route` and `strength` (R12), the municipality's own `priorities` it rests on (R6), the
    `responsible` the council appointed (R15), `deadline`, `conditions`. Referred: `referral` says to whom (R27).
    Formal: `formal` is the decision it follows. `political`: decisions of other bodies that were known then (R54);
    later ones follow as `PoliticalDecisionNoted`. `number` is the case's label, `seats` how many counted; `votes` were
    cast on `motion`, and `tie_broken_by` the chair of the meeting.

    `external`: decided and put on record in another system, by `body` under its `reference`; `origin` is that system
    and the id of its claim, and votes and quorum are that body's own. `corrects` is the id of the earlier
    `CouncilDecided` that this one puts right or turns round; that one stays in history, and this one holds.

    `by_leader`: the leader, or the deputy when nobody led, who decided it alone between meetings: there is no meeting
    and no vote, and `LeaderDecisionReported` says when the council was told.

    `made`: when it was made or registered, for telling a command that comes twice from one that asks anew.

    `report_days`: how many days may go between two status reports of the activity that it starts (R13).

    `exempt`: what of the case is exempt from publicity; a notice with the legal ground then stands in its place, and
    what the council wrote is in `sealed_reasons`, `sealed_conditions` and `sealed_priorities`.
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
    responsible_name: Sealed[str] | None = None
    deadline: date | None = None
    conditions: tuple[Line, ...] = ()
    formal: FormalDecision | None = None
    motion: Motion = Motion.SUBSTANCE
    votes: tuple[VoteRecord, ...] = ()
    recused: tuple[PersonId, ...] = ()
    seats: int = Field(ge=0)
    chair: PersonId | None = None
    made: Instant | None = None
    unanimous: bool = False
    tie_broken_by: PersonId | None = None
    referral: Referral | None = None
    political: tuple[PoliticalDecision, ...] = ()
    external: bool = False
    body: Line | None = None
    reference: Line | None = None
    origin: Source | None = None
    corrects: UUID | None = None
    exempt: tuple[Exempt, ...] = ()
    sealed_reasons: Sealed[str] | None = None
    sealed_conditions: tuple[Sealed[str], ...] = ()
    sealed_priorities: tuple[Sealed[str], ...] = ()
    by_leader: PersonId | None = None
    report_days: int | None = Field(default=None, ge=1)

    @property
    def goes_on(self) -> bool:
        """Whether it starts an activity: it approves, or follows another body's decision (R54) and gives it a form."""
        return self.outcome is Outcome.APPROVED or (self.outcome is Outcome.FORMAL and self.form is not None)


class LeaderDecisionMade(CaseEvent):
    """The leader decided a case alone, which waits to be reported to the council's next meeting."""

    number: Line
    made: Instant


class LeaderDecisionReported(CaseEvent):
    """What the leader decided alone in the case was reported to a meeting of the council."""

    number: Line
    meeting: UUID
    reported: Instant


class StatementRecorded(CaseEvent):
    """A member's statement for the minutes (protokolltilførsel); `dissent`: they had voted for what was not decided.

    The statement is official text. Where the case's reasons are exempt from publicity it is in `sealed_text`.
    """

    meeting: UUID
    member: PersonId
    stated: Instant
    text: Prose
    dissent: bool
    sealed_text: Sealed[str] | None = None


class PoliticalDecisionNoted(CaseEvent):
    """Another body decided on the case (R54), as was noted after the council's own decision or before it."""

    political: PoliticalDecision


class CaseReopened(CaseEvent):
    """A decided case was taken up anew; `decision`, its `CouncilDecided`, holds until the council decides otherwise."""

    decision: UUID
    reopened: date
    reasons: Prose
    sealed_reasons: Sealed[str] | None = None


class ReopeningWithdrawn(CaseEvent):
    """A reopened case was left as it was decided: `decision`, its `CouncilDecided`, holds, and the case is closed."""

    decision: UUID
    withdrawn: date


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

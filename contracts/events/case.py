"""What the council service records of a case (sak): its way to a meeting, who may take part, and the votes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from contracts.events.deliberation import (
    CouncilEvent,
    Ground,
    Matter,
    Motion,
    Raised,
    Substitution,
    Vote,
    VoteRecord,
)
from contracts.events.intake import Kind, Visibility
from contracts.message import Instant, Line, PersonId, Prose
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
    `matter`: the case is the council's own and nothing to carry out.
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
    matter: Matter | None = None


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


class CaseStruck(CaseEvent):
    """The case was struck from the agenda of a meeting to come (trukket fra sakslisten), and waits for another."""

    number: Line
    meeting: UUID
    struck: Instant


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
    """A substitute (vara) takes the seat of a recused member, in this case only.

    `vacancy`: the number of a vacant seat, where another substitute sits (`instead_of`) who is recused.
    """

    meeting: UUID
    substitute: PersonId
    instead_of: PersonId
    vacancy: int | None = None

    def pair(self) -> Substitution:
        """Who sits there now, and in which seat."""
        member = self.instead_of if self.vacancy is None else None
        return Substitution(substitute=self.substitute, instead_of=member, vacancy=self.vacancy)


class VoteCast(CaseEvent):
    """A member voted; their last vote before the decision counts. `seat`: a substitute, in whose seat."""

    meeting: UUID
    member: PersonId
    vote: Vote
    motion: Motion = Motion.SUBSTANCE
    seat: Substitution | None = None


class CaseCarriedOver(CaseEvent):
    """The meeting ended without deciding the case, which waits for another.

    `quorate`: whether enough were there in the end, with a vote in this case, to decide it.
    """

    meeting: UUID
    quorate: bool


class CaseWithdrawn(CaseEvent):
    """The case ended without a decision: the idea was withdrawn, or merged `into` another idea."""

    idea: UUID | None = None
    number: Line
    withdrawn: date
    into: UUID | None = None

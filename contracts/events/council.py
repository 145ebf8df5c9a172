"""What the council service records."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from contracts.events.case import *  # noqa: F403 - whoever reads a council's events reads its cases' too
from contracts.events.decision import *  # noqa: F403 - and what was decided in them
from contracts.events.deliberation import *  # noqa: F403 - and the words they are written in
from contracts.events.deliberation import CouncilEvent
from contracts.events.intake import Kind, Visibility
from contracts.message import Instant, Line, PersonId, Prose, Slug
from contracts.ruleset import RuleSet
from contracts.sealed import Sealed

# --- the council (aggregate Council)


class CouncilEstablished(CouncilEvent):
    """A municipality established its innovation council (innovasjonsråd, R2); ROR-IKT has a seat from then on (R8)."""

    tenant: Slug
    name: Line
    established: date


class MandateAdopted(CouncilEvent):
    """An edition of the mandate was adopted (R19); its rules hold from `in_force` on.

    `case_reference` is the number of the case in which it was decided: the council's own `case`, where `decision` is
    the id of its `CouncilDecided`, or one of another `body`.
    """

    edition: int = Field(ge=1)
    adopted: date
    in_force: date
    case_reference: Line
    change: Line
    text: Prose
    rules: RuleSet
    case: UUID | None = None
    body: Line | None = None
    decision: UUID | None = None


class MandateWithdrawn(CouncilEvent):
    """An edition of the mandate lost what it rested on: from the day `withdrawn` on it is not in force.

    The council decided the `case` otherwise; `decision` is the id of the `CouncilDecided` that took the yes back. The
    edition before holds again. What was done while this one was in force stands.
    """

    edition: int = Field(ge=1)
    withdrawn: date
    case: UUID
    decision: UUID


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
    """The council got a secretary, who need not be a member; one at a time.

    `corrected`: the appointment is on record already, and its name was put right then; nothing else of it is new.
    """

    person: PersonId
    name: Sealed[str]
    from_: date
    until: date | None = None
    corrected: Instant | None = None


class MemberAppointed(CouncilEvent):
    """The municipality appointed a member (R9) from the first through the last day.

    `discipline` is what they know (R3), `unit` where they work (virksomhet). `ror`: they hold ROR-IKT's seat (R8),
    which votes when the rules of the day say so, whatever `voting` says. `substitute`: they step in for members (vara),
    in the `order` they were elected if they were. Observers are not `voting`. `corrected` is as of a secretary.
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
    order: int | None = Field(default=None, ge=1)
    corrected: Instant | None = None


class MemberReleased(CouncilEvent):
    """A member left the council after `until`, the last day they sit.

    `undone`: the day from which they were to sit, where the appointment was undone before it began.
    """

    member: PersonId
    until: date
    undone: date | None = None


# --- meetings (aggregate Meeting)


class MeetingEvent(CouncilEvent):
    """An event of a council's meeting."""

    meeting: UUID


class MeetingPlanned(MeetingEvent):
    """A meeting was put in the council's plan of meetings (møteplan); the call to it has yet to go out."""

    starts: Instant
    place: Line | None = None
    remote: bool = False


class MeetingCalled(MeetingEvent):
    """The council was called to a meeting. `notice` is the day the call went out; `agenda` the cases in order.

    `urgent`: why it could not wait for the notice period (hastemøte).
    """

    starts: Instant
    notice: date
    place: Line | None = None
    remote: bool = False
    agenda: tuple[UUID, ...] = ()
    urgent: Line | None = None


class MeetingMoved(MeetingEvent):
    """A meeting that has not begun was moved to another time or place; `urgent`: why at so short notice."""

    starts: Instant
    moved: Instant
    reason: Line
    place: Line | None = None
    remote: bool = False
    urgent: Line | None = None


class MeetingCancelled(MeetingEvent):
    """A meeting that has not begun was called off (avlyst); its cases wait for another."""

    cancelled: Instant
    reason: Line


class AgendaExtended(MeetingEvent):
    """A case was put last on the agenda."""

    case: UUID


class AgendaReduced(MeetingEvent):
    """A case left the agenda: it was put on another meeting's, or struck from this one for the `reason` given.

    `moved_to` is that other meeting, `moved_starts` when it was to begin.
    Where the reasons of the case's decision are exempt from publicity, a notice stands for this one too, which is in
    `sealed_reason`.
    """

    case: UUID
    reduced: Instant | None = None
    reason: Line | None = None
    sealed_reason: Sealed[str] | None = None
    moved_to: UUID | None = None
    moved_starts: Instant | None = None


class AgendaArranged(MeetingEvent):
    """The cases on the agenda were put in another order, which is this one."""

    agenda: tuple[UUID, ...]
    arranged: Instant


class MeetingOpened(MeetingEvent):
    """The meeting was opened. `seats` is how many vote; `quorate`: whether those there with a vote were enough.

    That is by the rule of the day; substitutes are seated afterwards, and `SubstituteSeated` says it anew.
    `remote` are those of the present who take part remotely (kommuneloven § 11-7). `edition` of the mandate and `rules`
    are those it was held by.
    """

    opened: Instant
    chair: PersonId
    present: tuple[PersonId, ...]
    absent: tuple[PersonId, ...] = ()
    seats: int = Field(ge=0)
    quorate: bool
    remote: tuple[PersonId, ...] = ()
    edition: int | None = None
    rules: RuleSet | None = None


class MemberArrived(MeetingEvent):
    """A member came to the open meeting, or joined it remotely."""

    member: PersonId
    arrived: Instant
    remote: bool = False


class MemberLeft(MeetingEvent):
    """A member left the open meeting."""

    member: PersonId
    left: Instant


class SubstituteSeated(MeetingEvent):
    """A substitute took the seat of a member who is not there, or the vacant one of this number.

    `quorate`: whether the meeting had a quorum when it was opened, now that they are in that seat; nothing of one who
    came later, or in the seat of somebody who was there then.
    """

    substitute: PersonId
    instead_of: PersonId | None = None
    vacancy: int | None = Field(default=None, ge=1)
    quorate: bool | None = None
    seated: Instant | None = None


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


# --- ideas that other systems may refer to (aggregate NotedIdea)


class IdeaNoted(CouncilEvent):
    """The council knows of an idea, so that a decision made in another system can refer to it.

    Noted anew when its title is put right, when it is withdrawn (`ended`) or merged `into` another, and when another is
    merged into it: `parties` submitted those.
    """

    idea: UUID
    title: Line
    kind: Kind
    submitted: date
    visibility: Visibility
    person: PersonId | None = None
    ended: date | None = None
    into: UUID | None = None
    parties: tuple[PersonId, ...] = ()

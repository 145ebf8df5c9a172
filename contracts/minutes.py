"""Minutes (protokoll) as a document: what the JSON of minutes says, and what their PDF is set from."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from contracts.events.council import (
    FormName,
    Ground,
    Motion,
    Outcome,
    PoliticalDecision,
    Raised,
    Route,
    Strength,
    Vote,
)
from contracts.events.minutes import Language
from contracts.message import Line, Message, PersonId, Prose, Slug
from contracts.publicity import ExemptionGround, Part
from contracts.queries.minutes import ArchiveReference
from contracts.ruleset import Majority, Quorum, Tie

LocalTime = str
"""A moment as Norwegian clocks show it, with its offset: `2026-03-04T09:30:00+01:00`."""


class Person(Message):
    """Somebody by the pseudonym that events use, and by name where the council's record has one."""

    id: PersonId
    name: str | None


class Attendance(Message):
    """Somebody who sits in the council that day.

    `as_`: as what they sit. `votes`: whether their seat does. `present`: when the meeting was opened. `substitute_for`:
    whose seat they took; `vacant_seat`: they took one that nobody holds. `arrived` and `left` are when they came and
    went after the opening, in turn; `remote`: they took part remotely (kommuneloven § 11-7).
    """

    person: Person
    as_: Literal["leader", "deputy", "member", "ror", "substitute", "observer"]
    discipline: Line
    unit: Line | None
    votes: bool
    present: bool
    substitute_for: Person | None
    vacant_seat: bool
    arrived: tuple[LocalTime, ...]
    left: tuple[LocalTime, ...]
    remote: bool


class Chairing(Message):
    """Who chaired, and since when."""

    person: Person
    since: LocalTime


class MovedEntry(Message):
    """That the meeting was moved after it was called: when and where it was to be until then, when that was told, why.

    `urgent`: why word of it came so late.
    """

    starts: LocalTime
    place: Line | None
    remote: bool
    told: date
    reason: Line
    urgent: Line | None


class RecusalEntry(Message):
    """A question of recusal (forvaltningsloven §§ 6 and 8): whose and on what ground, and what the body found.

    `raised`: how it came up. `recused`: what the body found; `None` where the meeting could not settle it. `reasons`
    are those of the finding, `decided_by` who voted what on it, where that is not exempt; `ground`, and `raised`, which
    would tell it, are left out where the whole case is exempt. `there`: whether they were in the room with a vote.
    `found`: the day of the earlier meeting that found them recused, which holds in this one. `substitute`: who sat for
    them in the case.
    """

    person: Person
    ground: Ground | None
    raised: Raised | None
    recused: bool | None
    reasons: str | None = None
    there: bool = False
    found: date | None = None
    decided_by: tuple[Ballot, ...] = ()
    substitute: Person | None = None


class Ballot(Message):
    """One vote."""

    person: Person
    vote: Vote


class Voting(Message):
    """The votes on one motion, by name; `ballots` is empty where who voted what is exempt.

    `not_voted`: who was there with a vote in the case when it was decided, and cast none.
    """

    motion: Motion
    in_favour: int
    against: int
    ballots: tuple[Ballot, ...]
    not_voted: tuple[Person, ...] = ()


class Withheld(Message):
    """A part of a case that is exempt from publicity and on which ground (offentleglova §§ 13, 14)."""

    part: Part
    ground: ExemptionGround
    citation: str


class StruckEntry(Message):
    """A case that was struck from the agenda (trukket fra sakslisten) after the call, when and why.

    `moved_to`: when the meeting was to begin whose agenda it was put on instead; there is no reason then. A reason is
    told as the reasons of a decision in the case are: where those are exempt, a notice stands for it.
    """

    case: UUID
    number: Line
    title: Line
    exempt: tuple[Withheld, ...] = ()
    struck: LocalTime | None
    reason: str
    moved_to: LocalTime | None = None


class DecisionEntry(Message):
    """What the council decided, with everything that was said of it.

    `corrects`: the day of the earlier decision in the case that this one takes the place of. `handed_to`, and what
    other bodies had decided, is left out where the whole case is exempt.
    """

    outcome: Outcome
    corrects: date | None = None
    unanimous: bool
    tie_broken_by: Person | None
    reasons: str
    conditions: tuple[str, ...]
    priorities: tuple[Line, ...]
    form: Slug | None
    form_name: FormName | None = None
    route: Route | None
    strength: Strength | None
    responsible: Person | None
    deadline: date | None
    formal_body: Line | None
    formal_reference: Line | None
    formal_date: date | None
    handed_to: Line | None = None
    political: tuple[PoliticalDecision, ...] = ()
    votes: int
    seats: int


class RecommendationEntry(Message):
    """What was recommended (innstilling) before the meeting, and by whom; only a notice where it is exempt."""

    outcome: Outcome | None
    reasons: str
    conditions: tuple[str, ...] = ()
    priorities: tuple[Line, ...] = ()
    form: Slug | None = None
    form_name: FormName | None = None
    route: Route | None = None
    strength: Strength | None = None
    responsible: Person | None = None
    deadline: date | None = None
    by: Person | None = None
    handed_to: str | None = None


class StatementEntry(Message):
    """What a member wanted on record (protokolltilførsel); `dissent`: they had voted for what was not decided."""

    person: Person
    text: Prose
    dissent: bool


class SettledBefore(Message):
    """That a case was decided before it was taken up, or while it was: `by` the leader alone, or by another `body`.

    `reference` is that body's own of the case, `made` when the leader did. Which body, and its reference, is left out
    where the whole case is exempt.
    """

    decided: date
    made: LocalTime | None = None
    by: Person | None
    body: Line | None
    reference: Line | None


class ReopeningEntry(Message):
    """That a case had been decided before, how and when, and why it was reopened (gjenopptatt).

    `withdrawn`: when the reopening was withdrawn while the case stood on the agenda, so that the decision stands.
    """

    outcome: Outcome
    decided: date
    reopened: date
    reasons: str
    withdrawn: date | None = None


class CaseEntry(Message):
    """A case on the agenda, in its order.

    `fate`: decided there; `not-reached`: taken up or not, it was not decided; `withdrawn`, or its reopening was, before
    it was dealt with; `settled` before it was taken up, or elsewhere while it was. `voters` are those present with a
    vote when it was taken up; `chair` who chaired it. `quorate`, of a case that the meeting left undecided: whether
    enough were there in the end to decide it.
    """

    place: int
    case: UUID
    number: Line
    title: Line
    exempt: tuple[Withheld, ...]
    fate: Literal["decided", "not-reached", "withdrawn", "settled"]
    chair: Person | None
    voters: tuple[Person, ...]
    quorate: bool | None = None
    recommendation: RecommendationEntry | None = None
    reopening: ReopeningEntry | None = None
    recusals: tuple[RecusalEntry, ...]
    votings: tuple[Voting, ...]
    decision: DecisionEntry | None
    statements: tuple[StatementEntry, ...] = ()
    settled: SettledBefore | None = None


class ReportedDecision(Message):
    """A decision that the leader made between meetings, as it was reported to this one."""

    number: Line
    title: Line
    exempt: tuple[Withheld, ...] = ()
    decided: date
    by: Person | None
    decision: DecisionEntry


class MandateEntry(Message):
    """The edition of the mandate in force that day (R19)."""

    edition: int
    case_reference: Line
    in_force: date


class Rules(Message):
    """The rules of the day that the decisions rest on."""

    quorum: Quorum
    majority: Majority
    tie: Tie
    ror_votes: bool


class Minutes(Message):
    """The minutes of one meeting (kommuneloven § 11-4, R64): the same record always gives the same document.

    `public`: what is exempt from publicity is left out, and a notice with the legal ground stands in its place.
    `with_vote` is how many of those there when the meeting was opened had one of the voting `seats`, with the
    substitutes who sat for the absent from then on; `quorate`: whether those were enough, where the rules ask for a
    quorum. `ended` is also when it was called off; `adjourned` and `cancelled` say why. `notice` is the day the call
    went out, `urgent` why that was so late; `moved` tells of each time it was moved since, and `struck` of the cases
    that left the agenda.
    """

    version: Literal["loypa-minutes-1"] = "loypa-minutes-1"
    language: Language
    public: bool
    tenant: Slug
    municipality: Line
    council: Line
    meeting: UUID
    starts: LocalTime
    opened: LocalTime | None
    ended: LocalTime | None
    adjourned: Line | None
    cancelled: Line | None
    place: Line | None
    remote: bool
    notice: date | None
    urgent: Line | None
    moved: tuple[MovedEntry, ...] = ()
    secretary: Person | None
    chairs: tuple[Chairing, ...]
    attendance: tuple[Attendance, ...]
    seats: int
    with_vote: int | None
    quorate: bool | None
    mandate: MandateEntry | None
    rules: Rules
    cases: tuple[CaseEntry, ...]
    struck: tuple[StruckEntry, ...] = ()
    reported: tuple[ReportedDecision, ...] = ()
    archive: ArchiveReference | None


RecusalEntry.model_rebuild()

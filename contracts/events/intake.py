"""What the intake service records."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.events.deliberation import FormName
from contracts.figure import Figure
from contracts.message import Event, Line, PersonId, Prose, Slug
from contracts.sealed import Sealed

Key = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256)]
"""The sender's own id of what it sends: a claim's id, a form's number. The same key again is the same thing again."""


class Kind(StrEnum):
    """What a submission (innspill) is (R16)."""

    IDEA = "idea"
    """Idé."""
    NEED = "need"
    """Behov."""
    WISH = "wish"
    """Ønske om endrede arbeidsprosesser."""


class SubmitterKind(StrEnum):
    """As what somebody submits (R14, R23, R56)."""

    EMPLOYEE = "employee"
    CITIZEN = "citizen"
    POLITICIAN = "politician"
    STAKEHOLDER = "stakeholder"
    SYSTEM = "system"
    """An outside system that does not say on whose behalf: nobody's standing is guessed."""


class Visibility(StrEnum):
    """Who may see its title and its tags (R7)."""

    OWN = "own"
    """Its own municipality. Its networks are told that it is there and how far it has come (`contracts/crossing.py`),
    the other municipalities nothing."""
    NETWORK = "network"
    """The municipalities of its network too."""
    PUBLIC = "public"


class Language(StrEnum):
    """The language it is written in, where it was said."""

    BOKMAAL = "nb"
    NYNORSK = "nn"
    ENGLISH = "en"


class Turn(StrEnum):
    """A turn on the idea's way that its submitter (innmelder) is told of (R23)."""

    RECEIVED = "received"
    """The council opened a case: from now on it has a case number."""
    TABLED = "tabled"
    """The case is on a meeting's agenda."""
    CARRIED_OVER = "carried-over"
    """The meeting ended without deciding the case, or it was struck from the agenda: it waits for another meeting."""
    DECIDED = "decided"
    REOPENED = "reopened"
    """The council takes the case up anew; its decision holds until it decides otherwise."""
    LEFT = "left-as-decided"
    """The council does not take it up anew after all; its decision holds."""
    CLOSED = "closed"
    """The case ended without a decision."""
    STARTED = "started"
    PHASE = "phase"
    """The activity entered a new phase."""
    EXPECTED = "expected"
    """A benefit (gevinst) is planned."""
    BENEFIT = "benefit"
    """A planned benefit was measured."""
    STOPPED = "stopped"
    """Stopped, with what was learnt (R42)."""
    COMPLETED = "completed"
    HANDED_OVER = "handed-over"
    """A unit in operations carries it on."""
    RESPONSIBLE = "responsible"
    """Somebody else is responsible (R15)."""
    DEADLINE = "deadline"
    """It is due on another date."""


class Source(BaseModel):
    """Where a submission came from: the system the server vouches for, and that system's own id of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    system: Slug
    id: Key


class IntakeEvent(Event):
    """An event of the intake service."""

    service: ClassVar[str | None] = "intake"


class IdeaSubmitted(IntakeEvent):
    """Somebody submitted an idea, a need or a wish (R16, R32).

    The problem comes before the proposal, which may be left out (R52). `assisted_by` helped somebody who does not do
    it digitally (R49); `tags` are the challenges it answers to (R20); `known_from` says where it is already in use
    (R41); `involved` who of those affected took part in it (R50). `origin` is set when a system submitted by itself.
    """

    idea: UUID
    tenant: Slug
    kind: Kind
    title: Line
    problem: Sealed[str]
    proposal: Sealed[str] | None = None
    submitter: SubmitterKind
    person: PersonId | None = None
    name: Sealed[str] | None = None
    contact: Sealed[str] | None = None
    assisted_by: PersonId | None = None
    tags: tuple[Slug, ...] = ()
    service_area: Slug | None = None
    language: Language | None = None
    visibility: Visibility = Visibility.NETWORK
    origin: Source | None = None
    submitted: date
    known_from: Line | None = None
    involved: tuple[Slug, ...] = ()


class IdeaCorrected(IntakeEvent):
    """What was submitted was put right by the one who submitted it; a field that is left out stays as it was.

    `visibility` is the idea's.
    """

    idea: UUID
    correction: Key
    corrected: date
    title: Line | None = None
    problem: Sealed[str] | None = None
    proposal: Sealed[str] | None = None
    tags: tuple[Slug, ...] | None = None
    service_area: Slug | None = None
    visibility: Visibility | None = None


class ClarificationRequested(IntakeEvent):
    """The municipality asked the submitter to make something clearer."""

    idea: UUID
    question: UUID
    text: Sealed[str]
    asked: date


class IdeaClarified(IntakeEvent):
    """The question was answered."""

    idea: UUID
    question: UUID
    clarification: UUID
    answer: Sealed[str]
    clarified: date


class IdeaMerged(IntakeEvent):
    """The idea became part of another of the same municipality, and its submitter follows that one (R17)."""

    idea: UUID
    into: UUID
    merged: date


class IdeaTookIn(IntakeEvent):
    """The other side of a merge: `other` is part of this idea from now on."""

    idea: UUID
    other: UUID
    merged: date


class IdeaLinked(IntakeEvent):
    """The same need was found in another municipality (R7). Recorded once in each of the two municipalities."""

    idea: UUID
    other: UUID
    other_tenant: Slug
    linked: date
    note: Sealed[str] | None = None


class IdeaReferred(IntakeEvent):
    """The idea was handed to the municipality's council; `referral` is 2 after the council has returned it once."""

    idea: UUID
    title: Line
    kind: Kind
    council: UUID
    submitted: date
    referred: date
    referral: int = Field(default=1, ge=1)
    person: PersonId | None = None
    visibility: Visibility = Visibility.NETWORK
    tags: tuple[Slug, ...] = ()


class IdeaWithdrawn(IntakeEvent):
    """The submitter took it back. `council` is the council that has it, if it was referred."""

    idea: UUID
    withdrawn: date
    reason: Sealed[str] | None = None
    council: UUID | None = None


class SubmitterInformed(IntakeEvent):
    """The submitter was told what came of it (R23), once for each event of another service that says so.

    `cause` is that event's id, `on` when it happened, `through` the idea this one was merged into when the news is of
    that one. What belongs to the turn is set: the case and its number, the outcome with its reasons and the responsible
    whom the council appointed (R15), the activity, its phase, the lesson, the benefit with its indicator and value.
    """

    idea: UUID
    turn: Turn
    cause: UUID
    on: date
    person: PersonId | None = None
    through: UUID | None = None
    case: UUID | None = None
    number: Line | None = None
    outcome: Slug | None = None
    reasons: Prose | None = None
    form: Slug | None = None
    form_name: FormName | None = None
    route: Slug | None = None
    strength: Slug | None = None
    responsible: PersonId | None = None
    deadline: date | None = None
    activity: UUID | None = None
    phase: Slug | None = None
    lesson: Prose | None = None
    benefit: UUID | None = None
    indicator: Line | None = None
    unit: Line | None = None
    value: Figure | None = None


class CourseFollowed(IntakeEvent):
    """A case or an activity (`course`) is what came of this idea: later news of it is the idea's submitter's news."""

    course: UUID
    idea: UUID

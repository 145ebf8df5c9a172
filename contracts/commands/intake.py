"""What the intake service can be asked to do."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from contracts.events.deliberation import FormName
from contracts.events.intake import Key, Kind, Language, SubmitterKind, Turn, Visibility
from contracts.figure import Figure
from contracts.message import Command, Line, PersonId, Prose, Slug


class IntakeCommand(Command):
    """A command to the intake service."""

    service: ClassVar[str] = "intake"


class SubmitIdea(IntakeCommand):
    """Submit an idea, a need or a wish (R16).

    The idea's id follows from the tenant, the system and `key`, so the same key again is the same submission again.
    `person` is whose it is; left out, it is the one who acts, unless `assisted_by` names the one who acts (R49).
    `submitted` is the date when it was submitted elsewhere before; left out, the day of the command.
    """

    key: Key
    kind: Kind = Kind.IDEA
    title: Line
    problem: Prose
    proposal: Prose | None = None
    submitter: SubmitterKind
    person: PersonId | None = None
    name: Line | None = None
    contact: Line | None = None
    assisted_by: PersonId | None = None
    tags: tuple[Slug, ...] = ()
    service_area: Slug | None = None
    language: Language | None = None
    visibility: Visibility = Visibility.NETWORK
    submitted: date | None = None
    known_from: Line | None = None
    involved: tuple[Slug, ...] = ()


class CorrectIdea(IntakeCommand):
    """Put right what was submitted; what is left out stays. `correction` is the sender's own id of this correction.

    The idea is named by `idea`, or by `corrects`: the key under which the same system submitted it.
    """

    idea: UUID | None = None
    corrects: Key | None = None
    correction: Key
    title: Line | None = None
    problem: Prose | None = None
    proposal: Prose | None = None
    tags: tuple[Slug, ...] | None = None
    service_area: Slug | None = None

    @model_validator(mode="after")
    def _names_one_idea(self) -> Self:
        if (self.idea is None) == (self.corrects is None):
            raise ValueError("either `idea` or `corrects` says what is corrected")
        return self


class RequestClarification(IntakeCommand):
    """Ask the submitter to make something clearer. `question` is an id the sender chooses."""

    idea: UUID
    question: UUID
    text: Prose


class ClarifyIdea(IntakeCommand):
    """Answer a question. `clarification` is an id the sender chooses: the same again is the same answer again."""

    idea: UUID
    question: UUID
    clarification: UUID
    answer: Prose


class MergeIdea(IntakeCommand):
    """Make the idea part of another of the same municipality (R17)."""

    idea: UUID
    into: UUID


class LinkIdea(IntakeCommand):
    """Say that another municipality's idea is about the same need (R7)."""

    idea: UUID
    other: UUID
    other_tenant: Slug
    note: Prose | None = None


class ReferIdea(IntakeCommand):
    """Hand the idea to the municipality's innovation council; `referral` is 2 once the council has returned it."""

    idea: UUID
    referral: int = Field(default=1, ge=1)


class WithdrawIdea(IntakeCommand):
    """Take the idea back."""

    idea: UUID
    reason: Prose | None = None


class EraseSubmitter(IntakeCommand):
    """Erase what names the submitter and what they wrote, for good; the history stays (GDPR art. 17)."""

    idea: UUID
    ground: Line


class InformSubmitter(IntakeCommand):
    """Tell the submitter what came of it (R23). Sent by intake's own policies, for each event that says so.

    `idea` is left out where the news is of a case or an activity and only intake remembers of which idea.
    """

    idea: UUID | None = None
    turn: Turn
    cause: UUID
    on: date
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

"""What the intake service can be asked to tell."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.events.intake import Kind, Language, Source, SubmitterInformed, SubmitterKind, Visibility
from contracts.message import Instant, Message, Query
from contracts.sealed import Sealed


class Stage(StrEnum):
    """Where an idea stands, as intake knows."""

    OPEN = "open"
    """With intake: new, or returned by the council."""
    REFERRED = "referred"
    DECIDED = "decided"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Asked(Message):
    """A question to the submitter, with its answer once there is one; both as references to sealed text."""

    question: UUID
    text: Sealed[str]
    asked: date
    answer: Sealed[str] | None = None
    clarified: date | None = None


class Linked(Message):
    """The same need in another municipality (R7)."""

    other: UUID
    other_tenant: str
    linked: date
    note: Sealed[str] | None = None


class Happening(Message):
    """One line of the idea's history: when it happened, what, by whom, and its position in intake's ledger."""

    time: Instant
    name: str
    actor: str
    position: int


class IdeaShown(Message):
    """An idea as it stands. Sealed text is shown as its reference; what is in `erased` can be opened no more.

    `number`, `outcome` and `responsible` (R15) are the latest that the submitter was told; `told` is all of it, in
    order (R23). `referral` counts the times it was handed to the council.
    """

    idea: UUID
    tenant: str
    stage: Stage
    kind: Kind
    title: str
    problem: Sealed[str]
    proposal: Sealed[str] | None
    submitter: SubmitterKind
    person: str | None
    name: Sealed[str] | None
    contact: Sealed[str] | None
    assisted_by: str | None
    tags: tuple[str, ...]
    service_area: str | None
    language: Language | None
    visibility: Visibility
    origin: Source | None
    submitted: date
    known_from: str | None
    involved: tuple[str, ...]
    referral: int
    number: str | None
    outcome: str | None
    responsible: str | None
    into: UUID | None
    took_in: tuple[UUID, ...]
    links: tuple[Linked, ...]
    questions: tuple[Asked, ...]
    told: tuple[SubmitterInformed, ...]
    erased: tuple[UUID, ...]
    history: tuple[Happening, ...]


class IntakeQuery(Query):
    """A query to the intake service."""

    service: ClassVar[str] = "intake"


class ShowIdea(IntakeQuery):
    """Tell of one idea. Answered with `IdeaShown`."""

    idea: UUID

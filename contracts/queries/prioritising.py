"""The reporting service's views on what waits for a council and what it has set in motion (R4, R13, R17)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from contracts.events.council import FormName, Outcome, Route, Strength
from contracts.events.intake import Kind, Visibility
from contracts.figure import Figure
from contracts.message import Line, Message, PersonId, Prose, Slug
from contracts.queries.reporting import ActivityRow, Count, ViewAnswer, ViewQuery


class Queue(ViewQuery):
    """The cases that wait, in an order the council can defend (R4, R17). Answered by `QueueShown`."""


class FollowUp(ViewQuery):
    """What the council has set in motion, where it stands and what is late (R13). Answered by `FollowUpShown`."""


# --- the queue


class Because(StrEnum):
    """What gave a case its place, the weightiest first."""

    RANKED = "ranked"
    """The council put it there by hand."""
    STATUTORY = "statutory"
    """A law demands it."""
    SCORED = "scored"
    """Its weighted score; the higher comes first."""
    UNSCORED = "not-scored"
    """It is not scored on every criterion; the one that has waited longest comes first, after those that are."""


class CriterionScore(Message):
    """What the assessors gave on one criterion: the mean of their scores, how heavily it weighs, and their words.

    `score` is nothing while nobody has scored it, and where that is exempt from publicity.
    """

    criterion: Slug
    nb: Line
    nn: Line
    weight: int
    score: Figure | None
    comments: tuple[Prose, ...]


class QueueRow(Message):
    """A case that waits, and why it has its `place`, which is counted in its own municipality.

    `score` is the weighted mean once every criterion is scored. `days` have passed since it was submitted, received
    where it never was, or reopened. `rank` is its place by hand, with the `reason`. `understood`: its problem is
    described (R52). How it was scored is left out where its assessment is exempt from publicity, and its place is not.
    """

    place: int
    because: tuple[Because, ...]
    case: UUID
    municipality: Slug
    number: Line
    title: Line
    visibility: Visibility
    kind: Kind | None
    idea: UUID | None
    submitted: date | None
    received: date
    state: Literal["waiting", "tabled", "taken-up", "deferred", "reopened"]
    days: Count
    rank: int | None
    reason: Prose | None
    statutory: Line | None
    priorities: tuple[Line, ...]
    score: Figure | None
    criteria: tuple[CriterionScore, ...]
    understood: bool
    recommended: Outcome | None
    recommended_form: Slug | None
    recommended_form_name: FormName | None = None


class QueueShown(ViewAnswer):
    """The queues by municipality, each in its order."""

    cases: tuple[QueueRow, ...]


# --- follow-up


class Standing(StrEnum):
    """Where what a decision asked for stands."""

    NOT_STARTED = "not-started"
    RUNNING = "running"
    HANDED_OVER = "handed-over"
    STOPPED = "stopped"
    COMPLETED = "completed"
    WAITING = "waiting"
    """Deferred, and not on an agenda yet."""
    TABLED = "tabled"
    """Deferred, returned or reopened, and on an agenda again."""
    REOPENED = "reopened"
    """To be decided anew; until then the decision holds, and so does what it set going."""
    WITH_SUBMITTER = "with-submitter"
    RETURNED_ANEW = "referred-again"
    """Returned, and back from the submitter."""
    ELSEWHERE = "elsewhere"
    """With another body, or with whom it was sent to."""


class FollowUpRow(Message):
    """A decision that asks for something, the latest in its case, and where that stands.

    `late_days` is how far past its deadline it is, or was when it ended: 0 is in time or without a deadline. `activity`
    is what it set going. `benefits` of it are planned, and `reached` of those are.
    """

    decision: UUID
    case: UUID
    municipality: Slug
    number: Line
    title: Line
    visibility: Visibility
    decided: date
    outcome: Outcome
    form: Slug | None
    form_name: FormName | None = None
    route: Route | None
    strength: Strength | None
    conditions: tuple[Line, ...]
    responsible: PersonId | None
    deadline: date | None
    standing: Standing
    since: date
    late_days: Count
    rank: int | None
    benefits: Count
    reached: Count
    activity: ActivityRow | None


class FollowUpShown(ViewAnswer):
    """What was set in motion by municipality: what is late first, then in the order of decision."""

    decisions: tuple[FollowUpRow, ...]

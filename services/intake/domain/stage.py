"""Where an idea stands on its way: with intake, with the council, decided, part of another, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from services.intake.domain import refusals

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from contracts.events.intake import Source
    from services.intake.domain.submission import Submission


@dataclass(frozen=True)
class Unsubmitted:
    """Nothing yet. Id, tenant and where it comes from are known before it is submitted."""

    idea: UUID
    tenant: str
    origin: Source | None = None


@dataclass(frozen=True)
class Open:
    """With intake: new, or returned by the council."""

    submission: Submission


@dataclass(frozen=True)
class Referred:
    """With the council, which has not decided."""

    submission: Submission
    council: UUID


@dataclass(frozen=True)
class Decided:
    """The council has decided; what comes of it is news for the submitter."""

    submission: Submission
    council: UUID
    outcome: str
    number: str | None
    decided: date


@dataclass(frozen=True)
class Merged:
    """Part of another idea, whose news its submitter gets."""

    submission: Submission
    into: UUID


@dataclass(frozen=True)
class Withdrawn:
    """Taken back."""

    submission: Submission
    withdrawn: date


Submitted = Open | Referred | Decided | Merged | Withdrawn
Idea = Unsubmitted | Submitted


def alive(idea: Submitted) -> Open | Referred | Decided:
    """The idea, where it stands on its own. Raises `MergedIdea` or `WithdrawnIdea`."""
    match idea:
        case Open() | Referred() | Decided():
            return idea
        case Merged():
            raise refusals.MergedIdea(idea.submission.idea, idea.into)
        case Withdrawn():
            raise refusals.WithdrawnIdea(idea.submission.idea, idea.withdrawn)
        case _:
            assert_never(idea)


def undecided(idea: Submitted) -> Open | Referred:
    """The idea, where the council has not decided. Raises `AlreadyDecided`, `MergedIdea` or `WithdrawnIdea`."""
    standing = alive(idea)
    if isinstance(standing, Decided):
        raise refusals.AlreadyDecided(idea.submission.idea, standing.outcome, standing.number, standing.decided)
    return standing

"""What came of an idea: a case or an activity whose later news is its submitter's (R23)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.events.intake import CourseFollowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from contracts.commands.intake import InformSubmitter
    from contracts.message import Event


@dataclass(frozen=True)
class Unfollowed:
    """A case or an activity that no idea here led to, as far as is known."""

    course: UUID


@dataclass(frozen=True)
class Followed:
    """It came of this idea."""

    idea: UUID


Course = Unfollowed | Followed


def decide(course: Course, command: InformSubmitter) -> Sequence[Event]:
    """Follow it from the first news that names the idea; the first one stands."""
    if isinstance(course, Followed) or command.idea is None:
        return []
    return [CourseFollowed(course=course.course, idea=command.idea)]


def evolve(_course: Course, event: CourseFollowed) -> Course:
    """Followed from now on."""
    return Followed(event.idea)

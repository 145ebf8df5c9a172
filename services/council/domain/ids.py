"""The ids that follow from what a thing is: a second opening of the same case meets the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.clock import iso
from contracts.identity import derive

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def council_id(tenant: str) -> UUID:
    """A tenant has one council."""
    return derive("council", tenant)


def case_id(council: UUID, origin: UUID | str) -> UUID:
    """A council has one case for an idea, or under a key of its own."""
    return derive("case", council, origin)


def meeting_id(council: UUID, starts: datetime, turn: int = 0) -> UUID:
    """A council has one meeting at a time; `turn` counts those that were called off or moved away from it."""
    return derive("meeting", council, iso(starts), *((turn,) if turn else ()))


def register_id(council: UUID, year: int) -> UUID:
    """A council numbers its cases anew each year."""
    return derive("case-register", council, year)


def note_id(council: UUID, idea: UUID) -> UUID:
    """A council notes an idea once."""
    return derive("noted-idea", council, idea)


def assessment_id(case: UUID) -> UUID:
    """A case has one assessment."""
    return derive("assessment", case)


def ranking_id(council: UUID, among: str) -> UUID:
    """A council ranks what waits, and what it has set going."""
    return derive("ranking", council, among)


def unreported_id(council: UUID) -> UUID:
    """A council has one list of what its leader has decided and no meeting has been told."""
    return derive("leader-decisions", council)


def minutes_id(meeting: UUID) -> UUID:
    """A meeting has one set of minutes, in editions."""
    return derive("minutes", meeting)

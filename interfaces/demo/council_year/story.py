"""The year in waves: a wave's lanes need not wait for each other, and each wave waits for the one before."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from contracts.acting import Role
from interfaces.demo.council_year.book import TENANT, book, cases, meetings
from interfaces.demo.council_year.composing import amended, changes, founded
from interfaces.demo.council_year.deliberating import called, decided_alone, held, minuted, reopened
from interfaces.demo.council_year.following_up import followed_up
from interfaces.demo.council_year.preparing import prepared, referred, referred_again, submitted, withdrawn
from runtime.registry import Grant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interfaces.demo.council_year.book import Meeting
    from interfaces.demo.step import Step

Lane: TypeAlias = "tuple[Step, ...]"
"""Steps that are taken one after the other."""

Wave: TypeAlias = "tuple[Lane, ...]"
"""Lanes that are taken side by side."""


@cache
def waves() -> Sequence[Wave]:
    """The whole year, the same each time."""
    return tuple(wave for wave in _waves() if any(wave))


@cache
def steps() -> Sequence[Step]:
    """Every step of it."""
    return tuple(step for wave in waves() for lane in wave for step in lane)


def _waves() -> Iterator[Wave]:
    yield (tuple(founded()),)
    for meeting in meetings():
        yield from _meeting(meeting)


def _meeting(meeting: Meeting) -> Iterator[Wave]:
    """From the first idea of the meeting's cases to its minutes."""
    fresh = [case for case in cases() if case.first_meeting == meeting.number]
    before = meetings()[meeting.number - 1] if meeting.number else None
    yield (*((submitted(case),) for case in fresh if not case.own), _changed(before, meeting))
    again = [case for case in meeting.agenda() if case.course == "returned" and case not in fresh]
    ideas, own = [case for case in fresh if not case.own], [case for case in fresh if case.own]
    yield ((*map(referred, ideas), *map(referred_again, again)),)  # one by one: they are numbered in this order
    yield tuple(tuple(prepared(case)) for case in ideas)
    yield tuple((referred(case), *prepared(case)) for case in own)
    yield ((called(meeting), *(withdrawn(case) for case in fresh if case.course == "withdrawn")),)
    yield tuple((decided_alone(case),) for case in fresh if case.course == "leader")
    yield (tuple(held(meeting)),)
    adopted = (amended(),) if book()["edition"]["adopted"] == meeting.day else ()
    yield (tuple(minuted(meeting)), adopted, *((one,) for one in followed_up(meeting.number)))
    yield tuple((reopened(case),) for case in fresh if case.course in {"corrected", "reversed"})


def _changed(before: Meeting | None, meeting: Meeting) -> Lane:
    """What changes in the council between two meetings, in order."""
    since = before.day if before else book()["established"]
    told = sorted(((day, step) for day, step in changes() if since < day <= meeting.day), key=lambda each: each[0])
    return tuple(step for _, step in told)


@cache
def people() -> Sequence[tuple[str, Grant]]:
    """The grants the year rests on; leader, members, secretary and ROR-IKT follow from the council."""
    return tuple(
        (TENANT, Grant(person=told["id"], role=Role(role)))
        for told in book()["people"].values()
        for role in told.get("grants", [])
    )

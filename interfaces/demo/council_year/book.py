"""What the year is generated from: sixty cases, the council's seats and editions, its ten meetings, its sentences."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from services.council.domain.ids import case_id, council_id, meeting_id
from services.intake.doors import idea_id

TENANT = "molde"
COUNCIL = council_id(TENANT)

PORTAL, COMMAND_LINE = "portal", "cli"
"""The front ends: people submit through one, the municipality's own people work through the other."""

A_MEETING = 6
"""Cases that are new at a meeting."""

Course = Literal[
    "approved",
    "dissent",
    "tie",
    "declined",
    "declined-dissent",
    "deferred",
    "returned",
    "formal",
    "withdrawn",
    "mandate",
    "exempt",
    "declared",
    "pointed-out",
    "dismissed",
    "own",
    "line",
    "suppliers",
    "leader",
    "corrected",
    "reversed",
]
"""What becomes of a case, or what happens on the way to its being approved."""


@dataclass(frozen=True)
class Case:
    """One of the sixty; `number` is its place among them, from 0. `concerns`: whose recusal is a question."""

    number: int
    key: str
    title: str
    problem: str
    area: str
    language: str = "nb"
    course: Course = "approved"
    concerns: str | None = None

    @property
    def first_meeting(self) -> int:
        """At which meeting it is new, from 0."""
        return self.number // A_MEETING

    @property
    def own(self) -> bool:
        """Whether the council opened it itself, without an idea."""
        return self.course == "mandate"

    @property
    def idea(self) -> Any:  # noqa: ANN401 - an id
        """Its idea's id."""
        return idea_id(TENANT, PORTAL, self.key)

    @property
    def id(self) -> Any:  # noqa: ANN401 - an id
        """Its own id."""
        return case_id(COUNCIL, self.key if self.own else self.idea)

    def turn(self, sentence: str) -> str:
        """A sentence in the case's language; of several the one whose turn it is."""
        said = book()[self.language][sentence]
        return str(said[self.number % len(said)] if isinstance(said, list) else said)


@dataclass(frozen=True)
class Meeting:
    """A meeting; `number` from 0. `absent` are the members who are away."""

    number: int
    starts: datetime
    place: str
    remote: bool = False
    absent: tuple[str, ...] = ()

    @property
    def id(self) -> Any:  # noqa: ANN401 - an id
        """Its id."""
        return meeting_id(COUNCIL, self.starts)

    @property
    def day(self) -> date:
        """The day of it."""
        return self.starts.date()

    @property
    def called(self) -> datetime:
        """When the call goes out: two weeks before."""
        return at(self.day - timedelta(days=14), 12)

    @property
    def voters(self) -> list[str]:
        """Who votes: the members who are there, and the substitute for one who is away."""
        there = [who for who in sitting(self.day, "voting") if who not in self.absent]
        return there + (sitting(self.day, "substitute") if self.absent else [])

    @property
    def present(self) -> list[str]:
        """Who is there from the start; a substitute only when one is needed."""
        return self.voters + sitting(self.day, "ror")

    @property
    def chair(self) -> str:
        """The leader, else the deputy."""
        return next(one for one in (holder("leader", self.day), holder("deputy", self.day)) if one in self.voters)

    def agenda(self) -> list[Case]:
        """The cases that are new, after those put off or wrongly decided last time, or returned before that."""
        last, before = self.number - 1, self.number - 2
        again = {"deferred": last, "corrected": last, "reversed": last, "returned": before}
        old = [case for case in cases() if again.get(case.course) == case.first_meeting]
        return old + [case for case in cases() if case.first_meeting == self.number and case.course != "leader"]


@cache
def book() -> dict[str, Any]:
    """The council's data."""
    return _read("council")


@cache
def cases() -> tuple[Case, ...]:
    """The sixty cases, in the order they are brought in."""
    return tuple(Case(number, **told) for number, told in enumerate(_read("cases")["cases"]))


@cache
def meetings() -> tuple[Meeting, ...]:
    """The ten meetings."""
    return tuple(
        Meeting(number, told["starts"], told["place"], told.get("remote", False), tuple(told.get("absent", ())))
        for number, told in enumerate(book()["meetings"])
    )


def sitting(day: date, seat: Literal["voting", "substitute", "ror"]) -> list[str]:
    """Who holds a seat of this kind on a day."""

    def kind(member: dict[str, Any]) -> str:
        return "ror" if member.get("ror") else "substitute" if member.get("substitute") else "voting"

    return [
        member["who"]
        for member in book()["members"]
        if kind(member) == seat and member.get("from_", day) <= day <= member.get("until", day)
    ]


def holder(office: str, day: date) -> str:
    """Who holds an office on a day."""
    held = [told["who"] for told in book()["offices"] if told["office"] == office and told.get("from_", day) <= day]
    return str(held[-1])


def person(who: str) -> str:
    """Somebody's pseudonym."""
    return str(book()["people"][who]["id"])


def name(who: str) -> str:
    """What somebody is called."""
    return str(book()["people"][who]["name"])


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day, in UTC: an hour or two earlier than clocks show in Romsdal."""
    return datetime.combine(day, time(hour, minute), UTC)


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads((files("interfaces.demo.council_year") / f"{file}.toml").read_text("utf-8"))

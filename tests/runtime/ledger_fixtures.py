"""Ledgers to test with: on both databases, with a clock that stands still and salt that can be told apart."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from contracts.events.intake import IdeaMerged, IdeaSubmitted, Kind, SubmitterKind
from contracts.sealed import Retention, Sealed
from runtime.ledger import Entry, Ledger, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.message import Event

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
IDEA = UUID(int=1)
OTHER = UUID(int=2)
ORIGIN = Origin("molde", "molde/decide", NOON, "story-1", "claim-1")


@dataclass
class Clock:
    """A clock that shows what it is set to."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Salt:
    """Salts that follow from their number."""

    numbers: Iterator[int] = field(default_factory=itertools.count)

    def __call__(self) -> bytes:
        return next(self.numbers).to_bytes(16, "big")


def submitted(
    idea: UUID = IDEA, problem: str = "Barna går i vegbanen", retention: Retention = Retention.CONTENT
) -> Event:
    return IdeaSubmitted(
        idea=idea,
        tenant="molde",
        kind=Kind.NEED,
        title="Trygg skuleveg",
        problem=Sealed.of(problem, retention),
        submitter=SubmitterKind.CITIZEN,
        submitted=date(2026, 3, 4),
    )


def merged(idea: UUID = IDEA, into: UUID = OTHER) -> Event:
    return IdeaMerged(idea=idea, into=into, merged=date(2026, 3, 5))


def entry(*events: Event, aggregate: UUID = IDEA, expected: int = 0, origin: Origin = ORIGIN) -> Entry:
    return Entry(aggregate, expected, events, origin)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger that does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/intake.db"
    return f"{request.getfixturevalue('postgres_server')}&schema=test_{uuid4().hex}"


@pytest.fixture
def sqlite_address(tmp_path: Path) -> str:
    """The address of a ledger in a file."""
    return f"sqlite://{tmp_path}/intake.db"


@pytest.fixture
def clock() -> Clock:
    """Noon, until it is moved."""
    return Clock()


def opened(address: str, clock: Clock | None = None) -> Ledger:
    return Ledger.open(address, "intake", clock=clock or Clock(), salt=Salt())


@pytest.fixture
def ledger(address: str, clock: Clock) -> Iterator[Ledger]:
    """An empty ledger."""
    ledger = opened(address, clock)
    yield ledger
    ledger.close()

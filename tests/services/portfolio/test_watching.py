"""An activity that still runs after its deadline is noticed by itself, once for each deadline it has had (R13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts import catalogue
from contracts.acting import Acting, Role
from contracts.commands import portfolio as commands
from contracts.identity import derive
from runtime.deadlines import Deadlines
from runtime.ledger import Ledger, Origin
from runtime.work import Work
from services.portfolio.app import SERVICE
from services.portfolio.watching import PortfolioWatch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

AT = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
DUE = date(2026, 6, 1)
DAY = timedelta(days=1)
ADA = Acting("molde", "web", "ada", frozenset({Role.MANAGER}))


@dataclass
class Portfolio:
    """One municipality's activities, under a clock that the test sets."""

    ledger: Ledger
    now: datetime = AT

    def send(self, command: Any) -> UUID:
        self.now = max(self.now, command.moment)
        work = Work(self.ledger, Origin("molde", ADA.actor, command.moment, "c", "c"))
        about = SERVICE.commands[type(command)](work, command, ADA)
        self.ledger.append(work.entries)
        return about

    def on(self, day: date) -> list[tuple[date, date]]:
        """Look at the clock on the day, as a service that has just started; everything noticed so far."""
        self.now = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
        do = SERVICE.commands[commands.NoticeLateActivity]
        deadlines = Deadlines(self.ledger, PortfolioWatch(), do, clock=lambda: self.now)
        deadlines.read()
        deadlines.notice()
        events = [catalogue.decode(stored.body) for stored in self.ledger.read(0)]
        return [(event.data.due, event.data.noticed) for event in events if event.name == "LateActivityNoticed"]


@pytest.fixture
def portfolio(tmp_path: Path) -> Iterator[Portfolio]:
    held: list[Portfolio] = []
    url = f"sqlite:///{tmp_path}/portfolio.db"
    ledger = Ledger.open(url, "portfolio", clock=lambda: held[0].now, salt=lambda: b"salt")
    held.append(Portfolio(ledger))
    yield held[0]
    ledger.close()


def started(portfolio: Portfolio, deadline: date | None = DUE) -> UUID:
    portfolio.send(
        commands.StartActivity(
            at=AT,
            tenant="molde",
            case=derive("case", 3),
            decision=derive("event", 3),
            title="Digitalt nattilsyn",
            number="PS-3/26",
            started=AT.date(),
            responsible="bo",
            deadline=deadline,
        )
    )
    return derive("activity", derive("case", 3), derive("event", 3))


@pytest.mark.requirement("R13")
@pytest.mark.parametrize(("day", "late"), [(DUE, False), (DUE + DAY, True), (DUE + 90 * DAY, True)])
def test_an_activity_past_its_deadline_is_noticed_once(portfolio: Portfolio, day: date, *, late: bool) -> None:
    started(portfolio)
    noticed = [(DUE, day)] if late else []
    assert portfolio.on(day) == noticed
    assert portfolio.on(day) == noticed


def test_who_is_responsible_is_in_the_notice(portfolio: Portfolio) -> None:
    activity = started(portfolio)
    portfolio.on(DUE + DAY)
    (event,) = portfolio.ledger.history(derive("late-activity", activity, DUE.isoformat()))
    assert (event.data.activity, event.data.number, event.data.responsible) == (activity, "PS-3/26", "bo")


def test_a_new_deadline_is_watched_anew(portfolio: Portfolio) -> None:
    activity = started(portfolio)
    portfolio.on(DUE + DAY)
    later = DUE + 30 * DAY
    moved = commands.MoveDeadline(at=AT + 50 * DAY, activity=activity, deadline=later, reason="Leverandøren er sein")
    portfolio.send(moved)
    assert portfolio.on(later) == [(DUE, DUE + DAY)]
    assert portfolio.on(later + DAY) == [(DUE, DUE + DAY), (later, later + DAY)]


@pytest.mark.parametrize("ended", ["stopped", "handed-over", "no-deadline"])
def test_what_has_ended_or_has_no_deadline_is_not_late(portfolio: Portfolio, ended: str) -> None:
    activity = started(portfolio)
    on = {"at": AT + 9 * DAY, "activity": activity}
    day = AT.date() + 9 * DAY
    portfolio.send(
        {
            "stopped": commands.StopActivity(**on, on=day, reason="For dyrt.", lesson="Spør brukarane først."),
            "handed-over": commands.HandOverActivity(**on, on=day, to="Heimetenesta"),
            "no-deadline": commands.MoveDeadline(**on, deadline=None, reason="Utan frist"),
        }[ended]
    )
    assert portfolio.on(DUE + 90 * DAY) == []


def test_a_late_replay_of_the_notice_has_no_effect_on_what_has_ended(portfolio: Portfolio) -> None:
    activity = started(portfolio)
    portfolio.send(
        commands.StopActivity(at=AT + DAY, activity=activity, on=AT.date(), reason="For dyrt.", lesson="Lært.")
    )
    head = portfolio.ledger.head()
    portfolio.send(commands.NoticeLateActivity(at=AT + 90 * DAY, activity=activity, due=DUE))
    assert portfolio.ledger.head() == head

"""What is late in an activity is noticed by itself, once: its end, a status report, a benefit (R13)."""

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
from services.portfolio.domain.benefit import benefit_id
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

    def on(self, day: date, what: str = "LateActivityNoticed") -> list[tuple[date, date]]:
        """Look at the clock on the day, as a service that has just started; all of the kind that was noticed so far."""
        self.now = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)

        def do(work: Work, command: Any, acting: Acting) -> None:
            SERVICE.commands[type(command)](work, command, acting)

        deadlines = Deadlines(self.ledger, PortfolioWatch(), do, clock=lambda: self.now)
        deadlines.read()
        deadlines.notice()
        events = [catalogue.decode(stored.body) for stored in self.ledger.read(0)]
        return [(event.data.due, event.data.noticed) for event in events if event.name == what]


@pytest.fixture
def portfolio(tmp_path: Path) -> Iterator[Portfolio]:
    held: list[Portfolio] = []
    url = f"sqlite:///{tmp_path}/portfolio.db"
    ledger = Ledger.open(url, "portfolio", clock=lambda: held[0].now, salt=lambda: b"salt")
    held.append(Portfolio(ledger))
    yield held[0]
    ledger.close()


def started(portfolio: Portfolio, deadline: date | None = DUE, report_days: int | None = None) -> UUID:
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
            report_days=report_days,
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


# --- status reports

REPORT = "LateReportNoticed"
LIGHTS: dict[str, Any] = dict.fromkeys(("time", "economy", "quality", "risk", "benefits"), "green")


def reported(portfolio: Portfolio, activity: UUID, day: date) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    portfolio.send(commands.ReportStatus(at=at, activity=activity, on=day, summary="Som planlagt.", **LIGHTS))


@pytest.mark.requirement("R13", "R18")
def test_a_status_report_that_does_not_come_within_the_days_of_the_mandate_is_noticed_once(
    portfolio: Portfolio,
) -> None:
    begun = AT.date()
    activity = started(portfolio, None, report_days=60)
    assert portfolio.on(begun + 60 * DAY, REPORT) == []
    first = (begun + 60 * DAY, begun + 75 * DAY)
    assert portfolio.on(begun + 75 * DAY, REPORT) == [first]
    assert portfolio.on(begun + 200 * DAY, REPORT) == [first]
    (event,) = portfolio.ledger.history(derive("late-report", activity, begun.isoformat()))
    assert (event.data.since, event.data.number, event.data.responsible) == (begun, "PS-3/26", "bo")


def test_each_report_gives_the_days_of_the_mandate_anew(portfolio: Portfolio) -> None:
    begun = AT.date()
    activity = started(portfolio, None, report_days=60)
    reported(portfolio, activity, begun + 50 * DAY)
    assert portfolio.on(begun + 110 * DAY, REPORT) == []
    assert portfolio.on(begun + 111 * DAY, REPORT) == [(begun + 110 * DAY, begun + 111 * DAY)]
    reported(portfolio, activity, begun + 112 * DAY)
    assert len(portfolio.on(begun + 172 * DAY, REPORT)) == 1
    assert len(portfolio.on(begun + 173 * DAY, REPORT)) == 2


@pytest.mark.parametrize("report_days", [None, 60])
def test_reports_are_waited_for_only_where_the_mandate_says_so_and_while_it_runs(
    portfolio: Portfolio, report_days: int | None
) -> None:
    activity = started(portfolio, None, report_days)
    if report_days:
        at = AT + 9 * DAY
        portfolio.send(commands.HandOverActivity(at=at, activity=activity, on=at.date(), to="Heimetenesta"))
    assert portfolio.on(AT.date() + 900 * DAY, REPORT) == []


# --- benefits

BENEFIT = "LateBenefitNoticed"


def planned(portfolio: Portfolio, activity: UUID) -> UUID:
    portfolio.send(
        commands.PlanBenefit(
            at=AT, activity=activity, indicator="Nattilsyn", unit="timar", start="40", desired="10", due=DUE, owner="cy"
        )
    )
    return benefit_id(activity, "Nattilsyn")


def measured(portfolio: Portfolio, activity: UUID, benefit: UUID, value: str) -> None:
    at = AT + 20 * DAY
    portfolio.send(
        commands.RealiseBenefit(
            at=at, activity=activity, benefit=benefit, value=value, on=at.date(), evidence="Vaktliste"
        )
    )


@pytest.mark.requirement("R13")
@pytest.mark.parametrize(("value", "late"), [(None, True), ("11", True), ("10", False), ("9", False)])
def test_a_benefit_that_is_not_reached_by_its_day_is_noticed_once(
    portfolio: Portfolio, value: str | None, *, late: bool
) -> None:
    activity = started(portfolio, None)
    benefit = planned(portfolio, activity)
    if value:
        measured(portfolio, activity, benefit, value)
    assert portfolio.on(DUE, BENEFIT) == []
    noticed = [(DUE, DUE + 5 * DAY)] if late else []
    assert portfolio.on(DUE + 5 * DAY, BENEFIT) == noticed
    assert portfolio.on(DUE + 50 * DAY, BENEFIT) == noticed
    if late:
        (event,) = portfolio.ledger.history(derive("late-benefit", activity, benefit))
        assert (event.data.indicator, event.data.owner, event.data.number) == ("Nattilsyn", "cy", "PS-3/26")


@pytest.mark.parametrize(("ended", "late"), [("completed", True), ("handed-over", True), ("stopped", False)])
def test_benefits_are_waited_for_after_the_end_but_not_of_what_was_stopped(
    portfolio: Portfolio, ended: str, *, late: bool
) -> None:
    activity = started(portfolio, None)
    planned(portfolio, activity)
    on = {"at": AT + 9 * DAY, "activity": activity, "on": AT.date() + 9 * DAY}
    portfolio.send(
        {
            "completed": commands.CompleteActivity(**on, result="I bruk."),
            "handed-over": commands.HandOverActivity(**on, to="Heimetenesta"),
            "stopped": commands.StopActivity(**on, reason="For dyrt.", lesson="Spør brukarane først."),
        }[ended]
    )
    assert (portfolio.on(DUE + DAY, BENEFIT) != []) == late

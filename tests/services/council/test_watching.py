"""What the council is late with is noticed by itself, once, as an event: waits, calls and meetings (R10).

Time is an input: each test looks at the clock on the days it names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts import catalogue
from contracts.commands import council as do
from contracts.commands import watch as by_deadline
from contracts.events import council as events
from contracts.events.council import Outcome
from contracts.identity import derive
from contracts.rights import BY_POLICIES, COMMANDS
from contracts.ruleset import RuleSet
from runtime.deadlines import Deadlines
from services.council.app import SERVICE
from services.council.watching import CouncilWatch
from services.portfolio.policies import start
from tests.services.council.given import ADA, AT, BO, CAN
from tests.services.council.record import Kept, enveloped
from tests.services.council.town import ESTABLISH, MANDATE, START, Town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.events.watch import OverdueEvent

DAY = timedelta(days=1)
LATE = ("LongWaitNoticed", "MissingCallNoticed", "MissedCadenceNoticed", "LateFollowUpNoticed")
MARCH = AT.date()


@dataclass
class Clocked:
    """A municipality whose clock the test sets; what it is told is recorded on the day it says."""

    path: Path
    now: datetime = AT
    town: Town = field(init=False)

    def __post_init__(self) -> None:
        self.town = Town.at(self.path)
        self.town.ledger.clock = lambda: self.now
        self.restart()

    def restart(self) -> None:
        """The service starts anew, with nothing but its ledger."""
        self.deadlines = Deadlines(
            self.town.ledger,
            CouncilWatch(),
            lambda work, command, acting: SERVICE.commands[type(command)](work, command, acting),
            clock=lambda: self.now,
        )

    def on(self, day: date) -> list[Any]:
        """Look at the clock on the day; everything noticed so far."""
        self.now = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
        self.deadlines.read()
        self.deadlines.notice()
        return self.noticed()

    def noticed(self) -> list[Any]:
        from contracts import catalogue  # noqa: PLC0415 - only here

        events = [catalogue.decode(stored.body) for stored in self.town.ledger.read(0, 10_000)]
        return [event for event in events if event.name in LATE]

    def send(self, command: Any) -> Any:
        self.now = max(self.now, command.moment)
        return self.town.send(command)

    def opened(self, key: str, at: datetime = AT) -> Any:
        return self.send(do.OpenCase(at=at, key=key, title=f"Sak om {key}"))

    def declined(self, case: Any, starts: datetime) -> None:
        meeting = self.send(do.CallMeeting(at=starts, starts=starts, agenda=(case,)))
        self.send(do.OpenMeeting(at=starts, meeting=meeting, present=(ADA,)))
        self.send(do.TakeUpCase(at=starts, case=case, meeting=meeting))
        votes = (do.Ballot(member=ADA, vote="against"),)
        self.send(do.DecideCase(at=starts, case=case, outcome=Outcome.DECLINED, reasons="Nei.", votes=votes))


def facts(events: list[Any]) -> list[tuple[str, date, date]]:
    told: list[tuple[str, OverdueEvent]] = [(event.name, event.data) for event in events]
    return [(name, data.due, data.noticed) for name, data in told]


@pytest.fixture
def molde(tmp_path: Path) -> Iterator[Clocked]:
    clocked = Clocked(tmp_path)
    yield clocked
    clocked.town.ledger.close()


@pytest.mark.requirement("R10")
@pytest.mark.parametrize(("waited", "late"), [(29, False), (30, False), (31, True)])
def test_a_case_that_waits_longer_than_the_mandate_says_is_noticed(molde: Clocked, *, waited: int, late: bool) -> None:
    molde.town.establish(ADA, waiting_days=30)
    case = molde.opened("nattilsyn")
    found = molde.on(MARCH + waited * DAY)
    assert facts(found) == ([("LongWaitNoticed", MARCH + 30 * DAY, MARCH + 31 * DAY)] if late else [])
    assert [(event.data.case, event.data.number, event.data.since) for event in found] == (
        [(case, "PS-1/26", MARCH)] if late else []
    )


@pytest.mark.requirement("R10")
def test_what_became_overdue_while_nobody_ran_is_noticed_once_and_dated_both_ways(molde: Clocked) -> None:
    molde.town.establish(ADA, waiting_days=30, cadence_days=60)
    molde.opened("nattilsyn")
    molde.opened("ladeplan", AT + 5 * DAY)
    molde.restart()  # down from here until July
    july = date(2026, 7, 1)
    assert facts(molde.on(july)) == [
        ("LongWaitNoticed", MARCH + 30 * DAY, july),
        ("LongWaitNoticed", MARCH + 35 * DAY, july),
        ("MissedCadenceNoticed", START + 60 * DAY, july),
    ]
    for day in (july, july + DAY, july + 100 * DAY):
        molde.restart()
        assert len(molde.on(day)) == 3


@pytest.mark.requirement("R10")
def test_a_reopened_case_is_waited_for_anew(molde: Clocked) -> None:
    molde.town.establish(ADA, waiting_days=30)
    case = molde.opened("nattilsyn")
    molde.declined(case, AT + 5 * DAY)
    assert molde.on(MARCH + 50 * DAY) == []
    molde.send(do.ReopenCase(at=AT + 60 * DAY, case=case, reasons="Nye opplysninger."))
    assert molde.on(MARCH + 90 * DAY) == []
    assert facts(molde.on(MARCH + 91 * DAY)) == [("LongWaitNoticed", MARCH + 90 * DAY, MARCH + 91 * DAY)]


def test_the_same_notice_carried_out_again_has_no_second_effect(molde: Clocked) -> None:
    molde.town.establish(ADA, waiting_days=30)
    case = molde.opened("nattilsyn")
    molde.on(MARCH + 31 * DAY)
    again = by_deadline.NoticeLongWait(at=AT + 60 * DAY, case=case, since=MARCH, due=MARCH + 30 * DAY)
    head = molde.town.ledger.head()
    molde.send(again)
    assert molde.town.ledger.head() == head


@pytest.mark.requirement("R10")
def test_a_case_that_was_decided_or_withdrawn_in_time_is_not_noticed(molde: Clocked) -> None:
    molde.town.establish(ADA, waiting_days=30)
    decided, withdrawn = molde.opened("nattilsyn"), molde.opened("ladeplan")
    molde.declined(decided, AT + 20 * DAY)
    molde.send(do.WithdrawCase(at=AT + 20 * DAY, case=withdrawn))
    assert molde.on(MARCH + 40 * DAY) == []


def test_a_case_that_has_been_decided_since_it_was_read_is_not_noticed(molde: Clocked) -> None:
    molde.town.establish(ADA, waiting_days=30)
    case = molde.opened("nattilsyn")
    molde.deadlines.read()
    molde.declined(case, AT + 40 * DAY)  # after the watch has read, before it looks at the clock
    molde.now = AT + 41 * DAY
    molde.deadlines.notice()
    assert molde.noticed() == []


def test_what_is_put_on_record_afterwards_is_given_the_day_it_is_entered(molde: Clocked) -> None:
    molde.town.establish(ADA, waiting_days=30)
    molde.now = AT + 90 * DAY  # March's cases are entered in June
    case = molde.opened("nattilsyn")
    other = molde.opened("ladeplan")
    assert molde.on(MARCH + 90 * DAY) == []
    molde.declined(case, AT + 20 * DAY)
    assert [event.data.case for event in molde.on(MARCH + 91 * DAY)] == [other]


@pytest.mark.requirement("R10", "R19")
def test_how_long_a_case_may_wait_is_the_edition_of_the_days_to_say(molde: Clocked) -> None:
    molde.town.establish(ADA)
    molde.opened("nattilsyn")
    assert molde.on(MARCH + 300 * DAY) == []  # the first edition said nothing
    in_force = MARCH + 310 * DAY
    molde.send(
        do.AdoptMandate(
            at=AT + 301 * DAY,
            adopted=MARCH + 301 * DAY,
            in_force=in_force,
            case_reference="PS-2/27",
            change="Ventetid",
            mandate=MANDATE,
            rules=do.Rules(waiting_days=30),
        )
    )
    assert molde.on(in_force - DAY) == []
    assert facts(molde.on(in_force)) == [("LongWaitNoticed", MARCH + 30 * DAY, in_force)]


@pytest.mark.requirement("R10", "R19")
def test_an_edition_that_is_taken_back_asks_for_nothing_from_that_day() -> None:
    council, case, rules = derive("council"), derive("case"), RuleSet(waiting_days=30)
    said: dict[str, Any] = {"council": council, "change": "Ventetid", "text": MANDATE, "rules": rules, "case": case}
    watch = CouncilWatch()
    for event in (
        events.CouncilEstablished(council=council, tenant="molde", name="Rådet", established=MARCH),
        events.CaseOpened(council=council, case=case, title="Lys", number="PS-1/26", received=MARCH),
        events.MandateAdopted(edition=1, adopted=MARCH, in_force=MARCH, case_reference="PS-1/26", **said),
        events.MandateWithdrawn(
            council=council, edition=1, withdrawn=MARCH + 32 * DAY, case=case, decision=derive("decision")
        ),
    ):
        watch.take(catalogue.decode(enveloped(Kept(event, derive("told"), 1))))
    waits = [[*watch.due(MARCH + days * DAY)] for days in (30, 31, 32)]
    assert [len(due) for due in waits] == [0, 1, 0]


@pytest.mark.requirement("R10")
@pytest.mark.parametrize(("before", "late"), [(8, False), (7, False), (6, True), (-1, True)])
def test_a_planned_meeting_without_a_call_is_noticed_inside_the_notice_period(
    molde: Clocked, *, before: int, late: bool
) -> None:
    """Kommuneloven § 11-3."""
    molde.town.establish(ADA, notice_days=7)
    starts = AT + 30 * DAY
    meeting = molde.send(do.PlanMeeting(at=AT, starts=starts))
    day = starts.date() - before * DAY
    found = molde.on(day)
    assert facts(found) == ([("MissingCallNoticed", starts.date() - 7 * DAY, day)] if late else [])
    assert [(event.data.meeting, event.data.starts) for event in found] == ([(meeting, starts)] if late else [])


@pytest.mark.parametrize("kind", ["called", "cancelled", "moved"])
def test_a_planned_meeting_that_is_called_cancelled_or_moved_in_time_is_not_noticed(molde: Clocked, kind: str) -> None:
    molde.town.establish(ADA, notice_days=7)
    starts = AT + 30 * DAY
    meeting = molde.send(do.PlanMeeting(at=AT, starts=starts))
    done = AT + 20 * DAY
    molde.send(
        {
            "called": do.CallMeeting(at=done, starts=starts),
            "cancelled": do.CancelMeeting(at=done, meeting=meeting, reason="Ingen saker"),
            "moved": do.MoveMeeting(at=done, meeting=meeting, starts=starts + 20 * DAY, reason="Salen er oppteken"),
        }[kind]
    )
    assert molde.on(starts.date() - DAY) == []
    moved = facts(molde.on(starts.date() + 19 * DAY))
    assert [name for name, _, _ in moved] == (["MissingCallNoticed"] if kind == "moved" else [])


@pytest.mark.requirement("R10")
@pytest.mark.parametrize(("days", "late"), [(60, False), (61, True)])
def test_a_council_that_has_not_met_within_its_cadence_is_noticed(molde: Clocked, *, days: int, late: bool) -> None:
    molde.town.establish(ADA, cadence_days=60)
    meeting = molde.send(do.CallMeeting(at=AT, starts=AT))
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,)))
    found = molde.on(MARCH + days * DAY)
    assert facts(found) == ([("MissedCadenceNoticed", MARCH + 60 * DAY, MARCH + 61 * DAY)] if late else [])
    assert len(molde.on(MARCH + 300 * DAY)) == 1


@pytest.mark.requirement("R10")
def test_after_the_next_meeting_the_cadence_is_watched_anew(molde: Clocked) -> None:
    molde.town.establish(ADA, cadence_days=60)
    for day in (100, 200):
        starts = AT + day * DAY
        molde.on(starts.date())
        meeting = molde.send(do.CallMeeting(at=starts, starts=starts))
        molde.send(do.OpenMeeting(at=starts, meeting=meeting, present=(ADA,)))
        molde.send(do.CloseMeeting(at=starts, meeting=meeting))
    due = [START + 60 * DAY, MARCH + 160 * DAY, MARCH + 260 * DAY]
    assert [last for _, last, _ in facts(molde.on(MARCH + 300 * DAY))] == due


@pytest.mark.parametrize(("comes", "since"), [(False, START), (True, MARCH)])
def test_a_meeting_that_never_came_to_a_quorum_was_no_meeting(molde: Clocked, *, comes: bool, since: date) -> None:
    molde.town.establish(ADA, BO, CAN, cadence_days=60)
    case = molde.opened("nattilsyn")
    meeting = molde.send(do.CallMeeting(at=AT, starts=AT, agenda=(case,)))
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA,)))
    if comes:
        molde.send(do.RecordArrival(at=AT, meeting=meeting, member=BO))
        molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    molde.send(do.AdjournMeeting(at=AT, meeting=meeting, reason="For få møtte"))
    assert facts(molde.on(MARCH + 61 * DAY))[-1][1] == since + 60 * DAY


@pytest.mark.requirement("R2")
def test_a_municipality_without_a_council_queues_its_cases_and_nothing_is_late(molde: Clocked) -> None:
    case = molde.opened("nattilsyn")
    assert molde.on(MARCH + 900 * DAY) == []
    assert (molde.town.case(case).status, molde.town.case(case).number) == ("waiting", "PS-1/26")
    molde.send(ESTABLISH.model_copy(update={"at": AT + 900 * DAY, "rules": do.Rules(waiting_days=30)}))
    assert [name for name, _, _ in facts(molde.on(MARCH + 901 * DAY))] == ["LongWaitNoticed"]


def test_one_thing_that_cannot_be_noticed_stands_in_no_others_way(molde: Clocked) -> None:
    molde.town.establish(ADA, waiting_days=30)
    broken, other = molde.opened("nattilsyn"), molde.opened("ladeplan")
    carry_out = molde.deadlines._execute  # noqa: SLF001 - to break it for one

    def breaks(work: Any, command: Any, acting: Any) -> object:
        if command.case == broken:
            raise RuntimeError("impossible history")
        return carry_out(work, command, acting)

    molde.deadlines._execute = breaks  # noqa: SLF001 - see above
    with pytest.raises(RuntimeError):
        molde.on(MARCH + 31 * DAY)
    assert [event.data.case for event in molde.noticed()] == [other]
    molde.restart()
    assert {event.data.case for event in molde.on(MARCH + 32 * DAY)} == {broken, other}


def test_only_deadlines_may_say_that_something_is_late() -> None:
    for kind in by_deadline.NoticeLongWait, by_deadline.NoticeMissingCall, by_deadline.NoticeMissedCadence:
        assert f"council.{kind.__name__}" in BY_POLICIES - COMMANDS.keys()


def test_a_notice_names_the_deadline_as_its_cause(molde: Clocked) -> None:
    molde.town.establish(ADA, waiting_days=30)
    case = molde.opened("nattilsyn")
    (event,) = molde.on(MARCH + 31 * DAY)
    assert event.subject == derive("long-wait", case, MARCH.isoformat())
    assert (event.actor, event.correlationid) == ("molde/council", event.causationid)


# --- decisions to follow up


def decided(molde: Clocked, case: Any, starts: datetime, **terms: Any) -> None:
    meeting = molde.send(do.CallMeeting(at=starts, starts=starts, agenda=(case,)))
    molde.send(do.OpenMeeting(at=starts, meeting=meeting, present=(ADA,)))
    molde.send(do.TakeUpCase(at=starts, case=case, meeting=meeting))
    votes = (do.Ballot(member=ADA, vote="for"),)
    molde.send(do.DecideCase(at=starts, case=case, reasons="Ja.", responsible="bo", votes=votes, **terms))
    molde.send(do.CloseMeeting(at=starts, meeting=meeting))


FOLLOWED = {"outcome": Outcome.FORMAL, "formal": do.Formal(body="Kommunestyret", reference="PS-2/26", decided=MARCH)}
GOES_ON = {"outcome": Outcome.APPROVED, "form": "project", "priorities": ("Planen",)}


@pytest.mark.requirement("R13", "R15")
def test_a_deadline_in_a_decision_that_started_no_activity_is_noticed_when_it_passes(molde: Clocked) -> None:
    molde.town.establish(ADA)
    case, due = molde.opened("a"), MARCH + 30 * DAY
    decided(molde, case, AT, **FOLLOWED, deadline=due)
    assert molde.on(due) == []
    (noticed,) = molde.on(due + 3 * DAY)
    assert (noticed.data.case, noticed.data.number, noticed.data.responsible) == (case, "PS-1/26", "bo")
    assert facts([noticed]) == [("LateFollowUpNoticed", due, due + 3 * DAY)]
    molde.restart()
    assert molde.on(due + 90 * DAY) == [noticed]


def test_an_activity_s_deadline_is_the_portfolio_s_to_watch_and_a_reopened_decision_s_nobody_s(molde: Clocked) -> None:
    molde.town.establish(ADA, waiting_days=30)
    going, anew, due = molde.opened("a"), molde.opened("b"), MARCH + 10 * DAY
    decided(molde, going, AT, **GOES_ON, deadline=due)
    decided(molde, anew, AT + timedelta(hours=1), **FOLLOWED, deadline=due)
    molde.send(do.ReopenCase(at=AT + DAY, case=anew, reasons="Feil frist."))
    assert molde.on(due + 21 * DAY) == []
    (waits,) = molde.on(MARCH + 32 * DAY)  # it waits anew from the day it was reopened (R10)
    assert (waits.name, waits.data.case, waits.data.since) == ("LongWaitNoticed", anew, MARCH + DAY)


def test_the_mandate_s_days_between_reports_follow_the_decision_to_its_activity(molde: Clocked) -> None:
    molde.town.establish(ADA, report_days=60)
    case = molde.opened("a")
    decided(molde, case, AT, **GOES_ON)
    (event,) = (one for one in molde.town.history(case) if one.name == "CouncilDecided")
    assert start(event).report_days == event.data.report_days == 60

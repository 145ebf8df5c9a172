"""What the council waits for, by its dates: cases to decide, meetings to call and hold, decisions to follow up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from contracts.commands import watch as commands
from contracts.events import council as ev
from contracts.events import watch as noticed
from contracts.events.council import Outcome
from contracts.identity import derive
from runtime.deadlines import Due
from runtime.decider import Decider
from services.council.domain import composition, council, overdue
from services.council.domain.ids import council_id
from services.council.loading import own_case, own_meeting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.envelope import Recorded
    from contracts.message import Command
    from contracts.ruleset import RuleSet
    from runtime.declaration import UseCase
    from runtime.work import Work


@dataclass
class Row:
    """What is waited for in a tenant, since or for when, and the day the record last heard of it."""

    tenant: str
    when: Any
    known: date


@dataclass
class CouncilWatch:
    """The rows of every council. What has been noticed is a row no more until it is waited for anew."""

    reads = (
        ev.CouncilEstablished,
        ev.MandateAdopted,
        ev.MandateWithdrawn,
        ev.CaseOpened,
        ev.CaseReferredAgain,
        ev.CouncilDecided,
        ev.CaseReopened,
        ev.ReopeningWithdrawn,
        ev.CaseWithdrawn,
        ev.MeetingPlanned,
        ev.MeetingCalled,
        ev.MeetingMoved,
        ev.MeetingCancelled,
        ev.MeetingAdjourned,
        ev.MeetingOpened,
        ev.MeetingClosed,
        ev.CaseTakenUp,
        noticed.LongWaitNoticed,
        noticed.MissingCallNoticed,
        noticed.MissedCadenceNoticed,
        noticed.LateFollowUpNoticed,
    )
    councils: dict[str, composition.State] = field(default_factory=dict)
    cases: dict[UUID, Row] = field(default_factory=dict)
    follow_ups: dict[UUID, Row] = field(default_factory=dict)
    """The decisions with a deadline that started no activity, by case."""
    planned: dict[UUID, Row] = field(default_factory=dict)
    opened: dict[UUID, Row] = field(default_factory=dict)
    """The meetings that were opened without a quorum, and that nobody knows yet to have come to one."""
    met: dict[str, Row] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    """The tenants of which it has been noticed that they have not met."""

    def take(self, recorded: Recorded[Any]) -> None:
        """Take one event in."""
        tenant, known = recorded.tenant, recorded.recordedtime.date()
        match recorded.data:
            case ev.CouncilEstablished() | ev.MandateAdopted() | ev.MandateWithdrawn() as bound:
                before = self.councils.get(tenant, composition.Unestablished(bound.council, tenant))
                self.councils[tenant] = council.evolve(before, bound)
                if isinstance(bound, ev.CouncilEstablished):
                    self.met[tenant] = Row(tenant, bound.established, known)
            case noticed.LateFollowUpNoticed(case=case):
                self.follow_ups.pop(case, None)
            case ev.CaseTakenUp(meeting=meeting):
                self._have_met(self.opened.pop(meeting, None))
            case ev.CaseEvent() | noticed.LongWaitNoticed() as told:
                self._case(told, tenant, known)
            case noticed.MissedCadenceNoticed():
                self.silent.add(tenant)
            case event:
                self._meeting(event, tenant, known)

    def _case(self, event: ev.CaseEvent | noticed.LongWaitNoticed, tenant: str, known: date) -> None:
        match event:
            case ev.CaseOpened(external=False) | ev.CaseReferredAgain():
                self.cases[event.case] = Row(tenant, event.received, known)
            case ev.CaseReopened():
                self.cases[event.case] = Row(tenant, event.reopened, known)
            case ev.CouncilDecided(outcome=Outcome.DEFERRED):
                pass  # it waits on
            case ev.CouncilDecided(deadline=date() as deadline, goes_on=False):
                self.cases.pop(event.case, None)
                self.follow_ups[event.case] = Row(tenant, deadline, known)
            case _:
                self.cases.pop(event.case, None)

    def _meeting(self, event: Any, tenant: str, known: date) -> None:  # noqa: ANN401 - an event of a meeting
        row = self.planned.pop(event.meeting, None)
        match event:
            case ev.MeetingPlanned():
                self.planned[event.meeting] = Row(tenant, event.starts, known)
            case ev.MeetingMoved() if row is not None:
                self.planned[event.meeting] = Row(tenant, event.starts, known)
            case ev.MeetingOpened():
                self.opened[event.meeting] = Row(tenant, event.opened.date(), known)
                if event.quorate:
                    self._have_met(self.opened.pop(event.meeting))
            case ev.MeetingClosed():
                self._have_met(self.opened.pop(event.meeting, None))
            case ev.MeetingAdjourned():
                self.opened.pop(event.meeting, None)  # it came to nothing

    def _have_met(self, row: Row | None) -> None:
        if row is not None:
            last = self.met[row.tenant].when
            self.met[row.tenant] = Row(row.tenant, max(last, row.when), row.known)
            self.silent.discard(row.tenant)

    def due(self, today: date) -> Iterator[Due]:
        """What is overdue today, by the rules in force today, or on the day of the meeting."""
        for case, row in self.cases.items():
            last = overdue.last_day_to_decide(row.when, self._rules(row.tenant, today))
            if last is not None and today > last:
                wait = commands.NoticeLongWait(case=case, since=row.when, due=last)
                yield Due(wait, row.tenant, row.known)
        for meeting, row in self.planned.items():
            starts: datetime = row.when
            last = overdue.last_day_to_call(starts.date(), self._rules(row.tenant, starts.date()))
            if last is not None and today > last:
                yield Due(commands.NoticeMissingCall(meeting=meeting, starts=starts, due=last), row.tenant, row.known)
        for case, row in self.follow_ups.items():
            if today > row.when:
                yield Due(commands.NoticeLateFollowUp(case=case, due=row.when), row.tenant, row.known)
        for tenant, row in self.met.items():
            last = overdue.last_day_to_meet(row.when, self._rules(tenant, today))
            if last is not None and today > last and tenant not in self.silent:
                yield Due(commands.NoticeMissedCadence(since=row.when, due=last), tenant, row.known)

    def _rules(self, tenant: str, day: date) -> RuleSet:
        return composition.rules_on(
            self.councils.get(tenant, composition.Unestablished(council_id(tenant), tenant)), day
        )


OVERDUE: Decider[bool] = Decider("overdue", False, overdue.decide, overdue.evolve)  # noqa: FBT003 - its initial state


def notice_long_wait(work: Work, command: commands.NoticeLongWait, acting: Acting) -> UUID:
    """Notice a case's wait, once for each time it came to the council."""
    late = overdue.Wait(command, own_case(work, command.case, acting))
    return _once(work, late, derive("long-wait", command.case, command.since.isoformat()))


def notice_missing_call(work: Work, command: commands.NoticeMissingCall, acting: Acting) -> UUID:
    """Notice that a call is missing, once for each time the meeting was planned for."""
    late = overdue.Uncalled(command, own_meeting(work, command.meeting, acting))
    return _once(work, late, derive("missing-call", command.meeting, command.starts.isoformat()))


def notice_missed_cadence(work: Work, command: commands.NoticeMissedCadence, acting: Acting) -> UUID:
    """Notice that the council has not met, once after each meeting."""
    of = council_id(acting.tenant)
    return _once(work, overdue.Unmet(command, of), derive("missed-cadence", of, command.since.isoformat()))


def notice_late_follow_up(work: Work, command: commands.NoticeLateFollowUp, acting: Acting) -> UUID:
    """Notice that a decision's deadline has passed, once for each deadline."""
    late = overdue.FollowUp(command, own_case(work, command.case, acting))
    return _once(work, late, derive("late-follow-up", command.case, command.due.isoformat()))


def _once(work: Work, late: object, of: UUID) -> UUID:
    work.do(OVERDUE, of, late)
    return of


COMMANDS: Mapping[type[Command], UseCase] = {
    commands.NoticeLongWait: notice_long_wait,
    commands.NoticeMissingCall: notice_missing_call,
    commands.NoticeMissedCadence: notice_missed_cadence,
    commands.NoticeLateFollowUp: notice_late_follow_up,
}

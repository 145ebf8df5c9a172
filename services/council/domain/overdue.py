"""What is late in the council (aggregate Overdue): a case, a call, a meeting, a follow-up; noticed once each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from contracts.events import watch as events
from services.council.domain.dossier import Closed, Tabled, TakenUp, Waiting
from services.council.domain.room import Called

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from contracts.commands import watch as do
    from contracts.ruleset import RuleSet
    from services.council.domain import dossier, room
    from services.council.domain.folder import Dossier

Event: TypeAlias = (
    events.LongWaitNoticed | events.MissingCallNoticed | events.MissedCadenceNoticed | events.LateFollowUpNoticed
)


def last_day_to_decide(since: date, rules: RuleSet) -> date | None:
    """The last day a case may wait that came to the council on `since` (R10); nothing where the rules say nothing."""
    return None if rules.waiting_days is None else since + timedelta(days=rules.waiting_days)


def last_day_to_call(starts: date, rules: RuleSet) -> date | None:
    """The last day to call to a meeting on `starts` (kommuneloven § 11-3); nothing where the rules say nothing."""
    return None if rules.notice_days is None else starts - timedelta(days=rules.notice_days)


def last_day_to_meet(since: date, rules: RuleSet) -> date | None:
    """The last day to meet again after a meeting on `since` (R10); nothing where the rules say nothing."""
    return None if rules.cadence_days is None else since + timedelta(days=rules.cadence_days)


@dataclass(frozen=True)
class Wait:
    """A case that is said to have waited too long, as it stands."""

    command: do.NoticeLongWait
    case: dossier.State


@dataclass(frozen=True)
class Uncalled:
    """A meeting that is said to lack its call, as it stands."""

    command: do.NoticeMissingCall
    meeting: room.State


@dataclass(frozen=True)
class Unmet:
    """A council that is said not to have met."""

    command: do.NoticeMissedCadence
    council: UUID


@dataclass(frozen=True)
class FollowUp:
    """A case whose decision is said to be followed up late, as it stands."""

    command: do.NoticeLateFollowUp
    case: dossier.State


Noticed: TypeAlias = bool


def decide(noticed: Noticed, late: Wait | Uncalled | Unmet | FollowUp) -> list[Event]:
    """The notice; nothing where it was noticed before, or where what was waited for has come after all."""
    if noticed:
        return []
    match late:
        case Wait(case=(Waiting() | Tabled() | TakenUp()) as waits, command=command):
            return [_long_wait(command, waits.dossier)]
        case Uncalled(meeting=Called(call=None) as planned, command=command) if planned.starts == command.starts:
            return [
                events.MissingCallNoticed(
                    council=planned.council,
                    meeting=planned.id,
                    starts=planned.starts,
                    due=command.due,
                    noticed=command.day,
                )
            ]
        case FollowUp(case=Closed(dossier=held), command=command):
            return _late_follow_up(command, held)
        case Unmet(command=command):
            return [
                events.MissedCadenceNoticed(
                    council=late.council, since=command.since, due=command.due, noticed=command.day
                )
            ]
        case _:
            return []


def _long_wait(command: do.NoticeLongWait, case: Dossier) -> events.LongWaitNoticed:
    return events.LongWaitNoticed(
        council=case.council,
        case=case.case,
        number=case.number,
        idea=case.idea,
        since=command.since,
        due=command.due,
        noticed=command.day,
    )


def _late_follow_up(command: do.NoticeLateFollowUp, case: Dossier) -> list[Event]:
    decision = case.last
    if decision is None or decision.deadline != command.due or decision.goes_on:
        return []  # decided anew since; or an activity carries it out, whose deadline the portfolio watches
    return [
        events.LateFollowUpNoticed(
            council=case.council,
            case=case.case,
            number=case.number,
            responsible=decision.responsible,
            due=command.due,
            noticed=command.day,
        )
    ]


def evolve(_noticed: Noticed, _event: Event) -> Noticed:
    """Noticed it is, for good."""
    return True

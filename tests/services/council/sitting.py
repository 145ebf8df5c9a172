"""A meeting of the council and who may sit in it: what the tests of its attendance are written in."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from typing import Any

from contracts.commands import council as do
from contracts.ruleset import RuleSet
from services.council.domain.meeting import OnRoll, decide, evolve
from services.council.domain.roll import Roll
from services.council.domain.room import Call, Called
from tests.services.council.given import ADA, AT, BO, CAN, COUNCIL, DAG, DAY, EVA, MEETING, facts

LATE, LATER, LAST = (AT + timedelta(minutes=minutes) for minutes in (5, 10, 15))
BEFORE = AT - timedelta(minutes=1)
SITTING = (ADA, BO, CAN, "ror", DAG, EVA)
RULES = RuleSet(seats=5)
ROLL = Roll(DAY, RULES, 5, SITTING, (ADA, BO, CAN), (DAG, EVA), ADA, BO, edition=2)
"""Five seats of which Ada, Bo and Can have one each and two are vacant; Dag and Eva are substitutes."""

CALLED = Called(COUNCIL, MEETING, AT, "Rådhuset", False, (), Call(AT, "Rådhuset", False, (), None))  # noqa: FBT003 - not remote
ON: dict[str, Any] = {"council": COUNCIL, "meeting": MEETING}


def opening(*present: str, at: Any = AT, **said: Any) -> do.OpenMeeting:
    return do.OpenMeeting(at=at, meeting=MEETING, present=present, **said)


def arrival(member: str, at: Any = LATE, **said: Any) -> do.RecordArrival:
    return do.RecordArrival(at=at, meeting=MEETING, member=member, **said)


def departure(member: str, at: Any = LATE) -> do.RecordDeparture:
    return do.RecordDeparture(at=at, meeting=MEETING, member=member)


def seating(substitute: str, instead_of: str | None = None, at: Any = LATE) -> do.SeatSubstitute:
    return do.SeatSubstitute(at=at, meeting=MEETING, substitute=substitute, instead_of=instead_of)


def chairing(chair: str, at: Any = LATE) -> do.TakeChair:
    return do.TakeChair(at=at, meeting=MEETING, chair=chair)


def closing(at: Any = LAST) -> do.CloseMeeting:
    return do.CloseMeeting(at=at, meeting=MEETING)


def adjourning(reason: str = "Uvêr", at: Any = LAST) -> do.AdjournMeeting:
    return do.AdjournMeeting(at=at, meeting=MEETING, reason=reason)


def when(meeting: Any, command: Any, roll: Roll = ROLL) -> list[Any]:
    bare = do.RecordDeparture | do.CloseMeeting | do.AdjournMeeting | do.CancelMeeting | do.TableCase
    return [*decide(meeting, command if isinstance(command, bare) else OnRoll(command, roll))]


def then(meeting: Any, *commands: Any, roll: Roll = ROLL) -> Any:
    return reduce(lambda state, command: reduce(evolve, when(state, command, roll), state), commands, meeting)


def no(rule: type[Any], meeting: Any, command: Any, roll: Roll = ROLL) -> dict[str, Any]:
    return facts(rule, when, meeting, command, roll)


IT = {"meeting": str(MEETING)}
OPEN = then(CALLED, opening(ADA, BO))

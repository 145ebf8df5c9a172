"""What the portfolio refuses, by the rule that was broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal
    from uuid import UUID


@dataclass(eq=False)
class StoppedAlready(Refused):
    """The activity was stopped; its course is closed."""

    activity: UUID
    on: date
    says = "the activity was stopped on {on}"


@dataclass(eq=False)
class CompletedAlready(Refused):
    """The activity is completed; only its effects are still recorded."""

    activity: UUID
    on: date
    says = "the activity was completed on {on}"
    accepts = "benefits realised and evidence of the innovation"


@dataclass(eq=False)
class HandedOverAlready(Refused):
    """Operations carry the activity on; the project reports no more."""

    activity: UUID
    to: str
    on: date
    says = "the activity was handed over to {to} on {on}"


@dataclass(eq=False)
class LessonMissing(Refused):
    """Stopping counts when it says what was learnt (R42)."""

    activity: UUID
    says = "an activity is stopped with what was learnt"
    field: ClassVar[str | None] = "lesson"
    accepts = "what others can learn from it"


@dataclass(eq=False)
class BeforeStart(Refused):
    """Nothing happens in an activity before it has started."""

    on: date
    started: date
    says = "{on} is before the activity started, {started}"
    field: ClassVar[str | None] = "on"
    accepts = "{started} or later"


@dataclass(eq=False)
class DateAhead(Refused):
    """What is recorded has happened. The day after the present one in UTC is taken, for it may have begun here."""

    on: date
    day: date
    says = "{on} is after {day}, when it is said to have happened"
    field: ClassVar[str | None] = "on"
    accepts = "a date that has been"


@dataclass(eq=False)
class BeforeLatest(Refused):
    """What holds from a date is not changed from an earlier one."""

    what: str
    on: date
    since: date
    says = "another {what} holds since {since}, which is after {on}"
    field: ClassVar[str | None] = "on"
    accepts = "{since} or later"


@dataclass(eq=False)
class DeadlineBeforeStart(Refused):
    """A deadline lies after the start."""

    deadline: date
    started: date
    says = "the deadline {deadline} is before the start, {started}"
    field: ClassVar[str | None] = "deadline"
    accepts = "{started} or later"


@dataclass(eq=False)
class DueBeforeStart(Refused):
    """A benefit is due after the activity's start."""

    due: date
    started: date
    says = "the benefit is due {due}, before the activity started, {started}"
    field: ClassVar[str | None] = "due"
    accepts = "{started} or later"


@dataclass(eq=False)
class DesiredEqualsStart(Refused):
    """A benefit that starts where it should end cannot be measured."""

    indicator: str
    start: Decimal
    says = "{indicator} would be {start} both at the start and when reached"
    field: ClassVar[str | None] = "desired"
    accepts = "another value than {start}"


@dataclass(eq=False)
class BenefitAlreadyPlanned(Refused):
    """An indicator has one plan in an activity."""

    benefit: UUID
    indicator: str
    start: Decimal
    desired: Decimal
    due: date
    says = "{indicator} is already planned from {start} to {desired} by {due}"
    field: ClassVar[str | None] = "indicator"
    accepts = "another indicator"


@dataclass(eq=False)
class BenefitNotPlanned(Refused):
    """Only what was planned is measured."""

    benefit: UUID
    planned: tuple[UUID, ...]
    says = "the benefit {benefit} is not planned in this activity"
    field: ClassVar[str | None] = "benefit"
    accepts = "one of {planned}"


@dataclass(eq=False)
class AlreadyMeasured(Refused):
    """A measurement stands until it is corrected."""

    benefit: UUID
    on: date
    recorded: Decimal
    offered: Decimal
    says = "{recorded} is recorded for {on}, not {offered}"
    field: ClassVar[str | None] = "correction"
    accepts = "the reason why {recorded} is corrected"


@dataclass(eq=False)
class AlreadyReported(Refused):
    """A status report stands until it is corrected."""

    on: date
    says = "there is another status report for {on}"
    field: ClassVar[str | None] = "correction"
    accepts = "the reason why it is corrected"


@dataclass(eq=False)
class NothingToCorrect(Refused):
    """A correction corrects something."""

    what: str
    on: date
    says = "there is no {what} of {on} to correct"
    field: ClassVar[str | None] = "correction"
    accepts = "nothing, when it is the first of its date"


@dataclass(eq=False)
class ReferenceTaken(Refused):
    """A reference names one activity for good."""

    reference: str
    title: str
    led_by: str
    says = "`{reference}` names `{title}`, led by {led_by}"
    field: ClassVar[str | None] = "reference"
    accepts = "a reference that is not in use"


@dataclass(eq=False)
class DecidedOtherwise(Refused):
    """Form, route and strength are the council's to decide (R11, R12)."""

    at: str
    decided: str
    offered: str
    says = "the council has decided on {decided}, not {offered}"
    offending: ClassVar[str | None] = "offered"
    accepts = "{decided}, or nothing; another decision is a matter for the council"


@dataclass(eq=False)
class AlreadyKnownAs(Refused):
    """A decision has one activity, and a system one id for it."""

    id: str
    known: str
    says = "your system already calls this activity `{known}`"
    field: ClassVar[str | None] = "activity"
    accepts = "{known}"
    offending: ClassVar[str | None] = "id"


@dataclass(eq=False)
class AnotherActivity(Refused):
    """An id and a decision that are told of together mean one activity."""

    id: str
    known: UUID
    says = "`{id}` and the decision referred to are different activities"
    field: ClassVar[str | None] = "activity"
    accepts = "an id that is not in use, or no other decision than that of {known}"
    offending: ClassVar[str | None] = "id"

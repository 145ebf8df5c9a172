"""What the council service can be asked to do."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from contracts.commands.case import *  # noqa: F403 - whoever commands a council commands its cases too
from contracts.commands.case import CouncilCommand
from contracts.message import Instant, Line, PersonId, Prose
from contracts.ruleset import CRITERIA, Criterion, NamedForm, RuleSet, each_key_once


class CriterionSaid(Criterion):
    """A criterion as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FormSaid(NamedForm):
    """What a form is called, as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rules(RuleSet):
    """A rule set as a command brings it: a rule that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form_names: Annotated[tuple[FormSaid, ...], AfterValidator(each_key_once)] = ()
    criteria: Annotated[
        tuple[CriterionSaid, ...], Field(min_length=1, max_length=12), AfterValidator(each_key_once)
    ] = tuple(CriterionSaid(**dict(criterion)) for criterion in CRITERIA)

    @model_validator(mode="after")
    def _names_of_forms(self) -> Self:
        if any(each.key not in self.forms for each in self.form_names):
            msg = "only a form that the rules have can be given a name"
            raise ValueError(msg)
        return self


# --- the council


class EstablishCouncil(CouncilCommand):
    """Establish the municipality's innovation council with the first edition of its mandate and its rules (R2, R19)."""

    name: Line
    established: date
    mandate: Prose
    case_reference: Line
    body: Line | None = None
    adopted: date | None = None
    change: Line = "Første utgave"
    rules: Rules = Rules()


class AdoptMandate(CouncilCommand):
    """Adopt a new edition of the mandate; its rules hold from `in_force`, which is `adopted` when left out.

    It takes the place of every earlier edition from then on, also of one that is not in force yet. It points to the
    decision (R19): the one in the council's own `case`, which is about its mandate, bears one edition and gives it its
    number; or another `body`'s `case_reference`.
    """

    adopted: date
    in_force: date | None = None
    case: UUID | None = None
    body: Line | None = None
    case_reference: Line | None = None
    change: Line
    mandate: Prose
    rules: Rules

    @model_validator(mode="after")
    def _one_decision(self) -> Self:
        if (self.case is None) == (self.case_reference is None) or (self.case and self.body):
            msg = "an edition points to a case of the council's own or to another body's case reference: give one"
            raise ValueError(msg)
        return self


class AppointLeader(CouncilCommand):
    """Appoint a sitting member as leader, from the first through the last day; who led before is relieved."""

    member: PersonId
    from_: date
    until: date | None = None


class AppointDeputy(CouncilCommand):
    """Appoint a sitting member as deputy leader."""

    member: PersonId
    from_: date
    until: date | None = None


class AppointSecretary(CouncilCommand):
    """Appoint the secretary, who need not be a member. The same with another `name` puts a misspelt one right."""

    person: PersonId
    name: Line
    from_: date
    until: date | None = None


class AppointMember(CouncilCommand):
    """Appoint a member, or with `ror` who holds ROR-IKT's seat (R8), or with `substitute` one who steps in.

    `order` is a substitute's place among the substitutes, 1 the first to step in. The same appointment with another
    `name` puts a misspelt one right.
    """

    member: PersonId
    name: Line
    discipline: Line
    unit: Line | None = None
    voting: bool = True
    ror: bool = False
    substitute: bool = False
    from_: date
    until: date | None = None
    order: int | None = Field(default=None, ge=1, le=100)

    @model_validator(mode="after")
    def _ror_has_no_substitute_seat(self) -> Self:
        if self.ror and self.substitute:
            msg = "ROR-IKT's seat is not a substitute's"
            raise ValueError(msg)
        if self.order is not None and not self.substitute:
            msg = "only substitutes step in by order"
            raise ValueError(msg)
        return self


class ReleaseMember(CouncilCommand):
    """Release a member after `until`, the last day they sit: the day before it is decided, or later.

    An appointment that has not begun is undone by a release on the day before its first.
    """

    member: PersonId
    until: date


# --- meetings


class PlanMeeting(CouncilCommand):
    """Put a meeting in the plan of meetings (møteplan), to be called later. Its id follows from when it starts."""

    starts: Instant
    place: Line | None = None
    remote: bool = False


class CallMeeting(CouncilCommand):
    """Call the council to a meeting, planned or not, with its agenda in order; its id follows from when it starts.

    `urgent` says why it cannot wait for the notice period of the rules. `meeting` names a planned one that has been
    moved, whose id no longer follows from its time.
    """

    starts: Instant
    place: Line | None = None
    remote: bool = False
    agenda: tuple[UUID, ...] = ()
    urgent: Line | None = None
    meeting: UUID | None = None


class MeetingCommand(CouncilCommand):
    """A command to a meeting."""

    meeting: UUID


class MoveMeeting(MeetingCommand):
    """Move a meeting that has not begun, to another time or place, with the notice that the rules ask for or `urgent`.

    It stays where it was, and as remote as it was, when `place` and `remote` are left out. `reason` stands in the
    clear: it tells what is the matter and of nobody's health or affairs.
    """

    starts: Instant
    reason: Line
    place: Line | None = None
    remote: bool | None = None
    urgent: Line | None = None


class CancelMeeting(MeetingCommand):
    """Call off a meeting that has not begun; its cases go back to the queue. `reason` is as for `MoveMeeting`."""

    reason: Line


class ArrangeAgenda(MeetingCommand):
    """Put the cases on a meeting's agenda in this order; those left out come after, in the order they were in."""

    agenda: tuple[UUID, ...] = Field(min_length=1)


class OpenMeeting(MeetingCommand):
    """Open the meeting. `chair` is the leader, else the deputy, when left out and they are present.

    `remote` are those of the present who take part remotely (kommuneloven § 11-7).
    """

    present: tuple[PersonId, ...]
    chair: PersonId | None = None
    remote: tuple[PersonId, ...] = ()


class RecordArrival(MeetingCommand):
    """A member came after the meeting was opened, or joined it remotely."""

    member: PersonId
    remote: bool = False


class RecordDeparture(MeetingCommand):
    """A member left before the meeting was closed."""

    member: PersonId


class SeatSubstitute(MeetingCommand):
    """Let a substitute take the seat of a member who is not there, or a vacant one, `instead_of` nobody."""

    substitute: PersonId
    instead_of: PersonId | None = None


class TakeChair(MeetingCommand):
    """Let another member who is present chair the meeting from now on."""

    chair: PersonId


class ReportLeaderDecisions(MeetingCommand):
    """Report to the open meeting what the leader has decided alone until then, and no meeting has been told."""


class CloseMeeting(MeetingCommand):
    """Close the meeting; cases it did not decide go back to the queue.

    What the leader decided alone before it was opened has been reported to it by then.
    """


class AdjournMeeting(MeetingCommand):
    """End the meeting early, or without it ever having opened, such as for want of a quorum."""

    reason: Line

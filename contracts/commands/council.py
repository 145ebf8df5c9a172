"""What the council service can be asked to do."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from contracts.commands.case import *  # noqa: F403 - whoever commands a council commands its cases too
from contracts.commands.case import CouncilCommand
from contracts.message import Instant, Line, PersonId, Prose
from contracts.ruleset import CRITERIA, Criterion, RuleSet, each_key_once


class CriterionSaid(Criterion):
    """A criterion as a command brings it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rules(RuleSet):
    """A rule set as a command brings it: a rule that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    criteria: Annotated[
        tuple[CriterionSaid, ...], Field(min_length=1, max_length=12), AfterValidator(each_key_once)
    ] = tuple(CriterionSaid(**dict(criterion)) for criterion in CRITERIA)


# --- the council


class EstablishCouncil(CouncilCommand):
    """Establish the municipality's innovation council with the first edition of its mandate and its rules (R2, R19)."""

    name: Line
    established: date
    mandate: Prose
    case_reference: Line
    adopted: date | None = None
    change: Line = "Første utgave"
    rules: Rules = Rules()


class AdoptMandate(CouncilCommand):
    """Adopt a new edition of the mandate; its rules hold from `in_force`, which is `adopted` when left out."""

    adopted: date
    in_force: date | None = None
    case_reference: Line
    change: Line
    mandate: Prose
    rules: Rules


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
    """Appoint the secretary, who need not be a member."""

    person: PersonId
    name: Line
    from_: date
    until: date | None = None


class AppointMember(CouncilCommand):
    """Appoint a member, or with `ror` who holds ROR-IKT's seat (R8), or with `substitute` one who steps in."""

    member: PersonId
    name: Line
    discipline: Line
    unit: Line | None = None
    voting: bool = True
    ror: bool = False
    substitute: bool = False
    from_: date
    until: date | None = None

    @model_validator(mode="after")
    def _ror_has_no_substitute_seat(self) -> Self:
        if self.ror and self.substitute:
            msg = "ROR-IKT's seat is not a substitute's"
            raise ValueError(msg)
        return self


class ReleaseMember(CouncilCommand):
    """Release a member after `until`, the last day they sit."""

    member: PersonId
    until: date


# --- meetings


class CallMeeting(CouncilCommand):
    """Call the council to a meeting, with its agenda in order. The meeting's id follows from when it starts."""

    starts: Instant
    place: Line | None = None
    remote: bool = False
    agenda: tuple[UUID, ...] = ()


class MeetingCommand(CouncilCommand):
    """A command to a meeting."""

    meeting: UUID


class OpenMeeting(MeetingCommand):
    """Open the meeting. `chair` is the leader, else the deputy, when left out and they are present."""

    present: tuple[PersonId, ...]
    chair: PersonId | None = None


class RecordArrival(MeetingCommand):
    """A member came after the meeting was opened."""

    member: PersonId


class RecordDeparture(MeetingCommand):
    """A member left before the meeting was closed."""

    member: PersonId


class SeatSubstitute(MeetingCommand):
    """Let a substitute take the seat of a member who is not there."""

    substitute: PersonId
    instead_of: PersonId


class TakeChair(MeetingCommand):
    """Let another member who is present chair the meeting from now on."""

    chair: PersonId


class CloseMeeting(MeetingCommand):
    """Close the meeting; cases it did not decide go back to the queue."""


class AdjournMeeting(MeetingCommand):
    """End the meeting early, or without it ever having opened, such as for want of a quorum."""

    reason: Line

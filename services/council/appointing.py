"""How a member or a secretary is appointed, and the name put right that the appointment was recorded with."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from contracts.commands import council as commands
from contracts.events.council import MemberAppointed, SecretaryAppointed
from contracts.sealed import references
from services.council.domain.council import Appointment
from services.council.domain.ids import council_id
from services.council.loading import councils

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.message import Command, Event
    from runtime.declaration import UseCase
    from runtime.work import Work

Appoint: TypeAlias = commands.AppointMember | commands.AppointSecretary
Appointed: TypeAlias = MemberAppointed | SecretaryAppointed


def appoint(work: Work, command: Appoint, acting: Acting) -> UUID:
    """Appoint; the name that is on record is opened to see whether it is the same, and nothing is told of it."""
    of = council_id(acting.tenant)
    said = (recorded.data for recorded in reversed(work.ledger.history(of)))
    known = next((event for event in said if _is_of(event, command)), None)
    appointment = Appointment(command)
    if known is not None:
        kept = work.ledger.unseal(references(known)).values()
        appointment = Appointment(command, next((row.value for row in kept), None), known.corrected)
    work.do(councils(acting), of, appointment)
    return of


def _is_of(event: Event, command: Appoint) -> TypeGuard[Appointed]:
    """Whether the event is of that person's appointment from that day."""
    match command, event:
        case commands.AppointMember(), MemberAppointed(member=person, from_=from_):
            return (command.member, command.from_) == (person, from_)
        case commands.AppointSecretary(), SecretaryAppointed(person=person, from_=from_):
            return (command.person, command.from_) == (person, from_)
        case _:
            return False


COMMANDS: Mapping[type[Command], UseCase] = {commands.AppointMember: appoint, commands.AppointSecretary: appoint}

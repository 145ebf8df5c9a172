"""How the council service reaches its aggregates: their deciders, and each as it stands for the acting municipality."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from contracts import catalogue
from contracts.door import NotFound
from contracts.events.case import CaseOpened
from contracts.events.council import (
    LeaderDecisionReported,
    MeetingAdjourned,
    MeetingCalled,
    MeetingClosed,
    MeetingEvent,
    MeetingOpened,
    MeetingPlanned,
)
from runtime.decider import Decider
from services.council.domain import (
    agenda,
    case,
    composition,
    council,
    dossier,
    external,
    leading,
    meeting,
    numbering,
    opening,
    room,
)
from services.council.domain.ids import council_id, unreported_id
from services.council.domain.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.commands import council as commands
    from contracts.message import Event
    from runtime.declaration import Histories
    from runtime.work import Work
    from services.council.domain.roll import Roll


MEETING = (MeetingPlanned, MeetingCalled)
CASE = (CaseOpened,)


def councils(acting: Acting) -> Decider[composition.State]:
    """The decider of the acting tenant's council."""
    initial: composition.State = composition.Unestablished(council_id(acting.tenant), acting.tenant)
    return Decider("council", initial, council.decide, council.evolve)


def meetings(acting: Acting, of: UUID) -> Decider[room.State]:
    """The decider of a meeting that, if it is new, is of the acting tenant's council."""
    return Decider("meeting", room.Uncalled(council_id(acting.tenant), of), meeting.decide, meeting.evolve, MEETING)


def registers(acting: Acting, year: int) -> Decider[numbering.CaseRegister]:
    """The decider of a year's register of the acting tenant's council."""
    register = numbering.CaseRegister(council_id(acting.tenant), year)
    return Decider("register", register, numbering.decide, numbering.evolve)


def cases(acting: Acting, of: UUID) -> Decider[dossier.State]:
    """The decider of a case that, if it is new, is of the acting tenant's council."""
    return Decider("case", dossier.Unopened(council_id(acting.tenant), of), case.decide, dossier.evolve, CASE)


def notes(acting: Acting) -> Decider[external.Note]:
    """The decider of what the acting tenant's council knows of an idea."""
    unnoted: external.Note = external.Unnoted(council_id(acting.tenant))
    return Decider("note", unnoted, external.note, external.noted)


def leaders_decisions(acting: Acting) -> Decider[leading.Unreported]:
    """The decider of what the acting tenant's leader has decided and no meeting has been told."""
    return Decider("unreported", leading.Unreported(council_id(acting.tenant)), leading.keep, leading.kept)


def own_council(work: Work, acting: Acting) -> composition.State:
    """The acting tenant's council as it stands."""
    return work.state(councils(acting), council_id(acting.tenant))


def own_meeting(work: Work, of: UUID, acting: Acting) -> room.State:
    """A meeting as it stands. Raises `NotFound`, also for another municipality's."""
    found = work.state(meetings(acting, of), of)
    if room.called(found).council != council_id(acting.tenant):
        raise NotFound("meeting", str(of))
    return found


def own_case(work: Work, of: UUID, acting: Acting) -> dossier.State:
    """A case as it stands, opened or not. Raises `NotFound` for another municipality's."""
    found = work.state(cases(acting, of), of)
    if not isinstance(found, dossier.Unopened) and found.dossier.council != council_id(acting.tenant):
        raise NotFound("case", str(of))
    return found


def roll_of(work: Work, held: room.State, acting: Acting) -> Roll:
    """Who sits in the council on the meeting's day: once it has been opened, as was known then."""
    decider, first = councils(acting), room.called(held)
    said = opening.known(work.ledger.history(first.id), work.ledger.history(council_id(acting.tenant)))
    return composition.roll_on(reduce(decider.evolve, said, decider.initial), first.starts.date())


def of_case(work: Work, command: commands.CaseCommand, acting: Acting) -> UUID:
    """Let the case alone decide. Raises `NotFound`."""
    said_of_case(work, command, acting)
    return command.case


def said_of_case(work: Work, command: commands.CaseCommand, acting: Acting) -> Sequence[Event]:
    """What the case records on the command.

    Raises `NotFound`; only a policy may have nothing to withdraw, a person is told that there is no such case.
    """
    if isinstance(own_case(work, command.case, acting), dossier.Unopened) and acting.person is not None:
        raise NotFound("case", str(command.case))
    return work.do(cases(acting, command.case), command.case, command)


def put_on_agenda(work: Work, command: commands.TableCase, acting: Acting) -> None:
    """Let the case say that it is on the meeting's agenda, and leave that of the meeting it was to be up in before.

    Raises `ForTheMeetingToDecide` where that one is open.
    """
    before = own_case(work, command.case, acting)
    work.do(cases(acting, command.case), command.case, command)
    if isinstance(before, dossier.Tabled) and before.meeting != command.meeting:
        starts = room.called(own_meeting(work, command.meeting, acting)).starts
        leaving = agenda.TakeOff(command.case, before.dossier.number, command.moment, command.meeting, starts)
        work.do(meetings(acting, before.meeting), before.meeting, leaving)


def sessions(work: Work, acting: Acting) -> tuple[Session, ...]:
    """When the acting tenant's council has met: its meetings that were opened, as they stand, in the order they were.

    Commands are decided on one after the other, each on all that was recorded before it.
    """
    found: dict[UUID, Session] = {}
    for event in _meetings_told(work, council_id(acting.tenant)):
        match event:
            case MeetingOpened():
                found[event.meeting] = Session(event.meeting, event.opened)
            case MeetingClosed(closed=ended) | MeetingAdjourned(adjourned=ended) if event.meeting in found:
                found[event.meeting] = replace(found[event.meeting], ended=ended)
    return tuple(found.values())


def _meetings_told(work: Work, council: UUID) -> Iterator[MeetingEvent]:
    """The openings and endings of the council's meetings, as they were recorded."""
    ledger, after = work.ledger, 0
    types = tuple(kind.type_in(ledger.service) for kind in (MeetingOpened, MeetingClosed, MeetingAdjourned))
    while page := ledger.read(after, types=types):
        after = page[-1].position
        for stored in page:
            told = catalogue.decode(stored.body).data
            if isinstance(told, MeetingEvent) and told.council == council:
                yield told


def told_of(histories: Histories, council: UUID) -> list[LeaderDecisionReported]:
    """What the council's meetings have been told of its leader's decisions, oldest first."""
    said: list[Any] = [recorded.data for recorded in histories(unreported_id(council))]
    return [event for event in said if isinstance(event, LeaderDecisionReported)]

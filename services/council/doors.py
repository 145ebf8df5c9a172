"""What the council service does on each command and query: which aggregates decide, and on whose behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.acting import Role
from contracts.commands import council as commands
from contracts.door import NotFound
from contracts.events.council import CouncilDecided
from contracts.queries import council as queries
from services.council import appointing, assessing, deciding, leading, proceedings, seen, showing
from services.council.calling import call, move, plan
from services.council.domain import (
    agenda,
    case,
    composition,
    dossier,
    external,
    mandate,
    meeting,
    numbering,
    progress,
    publicity,
    room,
    session,
    voting,
)
from services.council.domain.ids import assessment_id, case_id, council_id, note_id, register_id
from services.council.loading import (
    cases,
    councils,
    meetings,
    notes,
    of_case,
    own_case,
    own_council,
    own_meeting,
    put_on_agenda,
    registers,
    roll_of,
    sessions,
    told_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.message import Command, Query
    from runtime.declaration import Disclosing, Histories, Telling, UseCase
    from runtime.work import Work


# --- the council


def compose(work: Work, command: commands.CouncilCommand, acting: Acting) -> UUID:
    """Establish, appoint to an office or release."""
    of = council_id(acting.tenant)
    work.do(councils(acting), of, command)
    return of


def adopt(work: Work, command: commands.AdoptMandate, acting: Acting) -> UUID:
    """Adopt an edition of the mandate, with the decision of ours that it points to. Raises `NotFound`."""
    of, adoption = council_id(acting.tenant), mandate.Adoption(command)
    if command.case is not None:
        decisions = [each.id for each in work.ledger.history(command.case) if isinstance(each.data, CouncilDecided)]
        held = own_case(work, command.case, acting)
        dossier.dossier(held)
        adoption = mandate.Adoption(command, held, decisions[-1] if decisions else None)
    work.do(councils(acting), of, adoption)
    return of


# --- the queue


def open_case(work: Work, command: commands.OpenCase, acting: Acting) -> UUID:
    """Open a case, numbered by the year in which it is opened, also where there is no council yet (R2).

    Who submitted what was merged into its idea is a party to it.
    """
    of = case_id(council_id(acting.tenant), command.idea or str(command.key))
    number = None
    if isinstance(own_case(work, of, acting), dossier.Unopened):
        year = command.day.year
        register = register_id(council_id(acting.tenant), year)
        rules = composition.rules_on(own_council(work, acting), command.day)
        for numbered in work.do(registers(acting, year), register, numbering.NumberCase(of, rules.numbering)):
            number = numbered.label  # type: ignore[attr-defined]  # a register records only CaseNumbered
        command = _with_parties(work, command, acting)
    work.do(cases(acting, of), of, case.Numbered(command, number))
    return of


def _with_parties(work: Work, command: commands.OpenCase, acting: Acting) -> commands.OpenCase:
    if command.idea is None:
        return command
    known = work.state(notes(acting), note_id(council_id(acting.tenant), command.idea))
    merged = known.said.parties if isinstance(known, external.Noted) else ()
    return command.model_copy(update={"parties": tuple(dict.fromkeys((*command.parties, *merged)))})


def table(work: Work, command: commands.TableCase, acting: Acting) -> UUID:
    """Put a case on a meeting's agenda: both say so. Raises `NotFound`, for another municipality's as for none."""
    if isinstance(own_case(work, command.case, acting), dossier.Unopened):
        raise NotFound("case", str(command.case))
    own_meeting(work, command.meeting, acting)
    work.do(meetings(acting, command.meeting), command.meeting, command)
    held = own_meeting(work, command.meeting, acting)
    if not isinstance(held, room.Over) and command.case in room.called(held).agenda:
        put_on_agenda(work, command, acting)
    return command.case


def strike(work: Work, command: commands.StrikeCase, acting: Acting) -> UUID:
    """Strike a case from a meeting's agenda: both say so. Raises `NotFound`."""
    held = dossier.dossier(own_case(work, command.case, acting))
    own_meeting(work, command.meeting, acting)
    striking = agenda.Strike(command, held.number, publicity.of_reasons(held))
    if work.do(meetings(acting, command.meeting), command.meeting, striking):
        work.do(cases(acting, command.case), command.case, command)
    return command.case


def arrange(work: Work, command: commands.ArrangeAgenda, acting: Acting) -> UUID:
    """Put a meeting's agenda in another order. Raises `NotFound`."""
    own_meeting(work, command.meeting, acting)
    numbers = {of: dossier.dossier(own_case(work, of, acting)).number for of in command.agenda}
    work.do(meetings(acting, command.meeting), command.meeting, agenda.Arrange(command, numbers))
    return command.meeting


# --- meetings


def on_roll(
    work: Work,
    command: commands.OpenMeeting | commands.RecordArrival | commands.SeatSubstitute | commands.TakeChair,
    acting: Acting,
) -> UUID:
    """Let the meeting decide by who sits in the council that day; none is opened while another is."""
    held = own_meeting(work, command.meeting, acting)
    if isinstance(command, commands.OpenMeeting):
        session.may_open(held, command.moment, sessions(work, acting))
    roll = roll_of(work, held, acting)
    _in_meeting(work, command.meeting, meeting.OnRoll(command, roll), command.moment, acting)
    return command.meeting


def depart(work: Work, command: commands.RecordDeparture, acting: Acting) -> UUID:
    """Record who left, after the last vote that they cast there."""
    agenda = room.called(own_meeting(work, command.meeting, acting)).agenda
    if _in_meeting(work, command.meeting, command, command.moment, acting):
        progress.must_follow(map(work.ledger.history, agenda), command.meeting, command.moment, command.member)
    return command.meeting


def _in_meeting(work: Work, of: UUID, command: meeting.Command, moment: datetime, acting: Acting) -> bool:
    """Let the meeting decide, and a case that is up there vote on the floor as it then is; whether anything was new."""
    if not work.do(meetings(acting, of), of, command):
        return False
    held = own_meeting(work, of, acting)
    floor = room.floor(held, roll_of(work, held, acting))
    for tabled in room.called(held).agenda:
        work.do(cases(acting, tabled), tabled, voting.MoveFloor(floor, moment))
    return True


def end(
    work: Work, command: commands.CloseMeeting | commands.AdjournMeeting | commands.CancelMeeting, acting: Acting
) -> UUID:
    """End the meeting, after all that was done in it; what it has not decided goes back to the queue."""
    of = command.meeting
    held = own_meeting(work, of, acting)
    if isinstance(command, commands.CloseMeeting):
        leading.must_be_told(work, held, acting)
    session.may_end(held, command.moment, sessions(work, acting))
    floor = room.floor(held, roll_of(work, held, acting)) if isinstance(held, room.Open) else None
    agenda = room.called(held).agenda
    if work.do(meetings(acting, of), of, command):
        progress.must_follow(map(work.ledger.history, agenda), of, command.moment)
        for tabled in agenda:
            work.do(cases(acting, tabled), tabled, case.CarryOver(of, floor))
    return of


# --- roles and questions


def roles(work: Work, acting: Acting, day: date) -> frozenset[Role]:
    """The roles that follow from the council's composition on the day.

    A meeting is held to its end by the council it was opened with: who is released while it sits is a member till then.
    """
    if acting.person is None:
        return frozenset()
    council = own_council(work, acting)
    found = composition.roles_of(council, acting.person, day)
    if Role.MEMBER not in found and composition.has_sat(council, acting.person) and _meets(work, acting):
        found |= {Role.MEMBER}
    return found


def _meets(work: Work, acting: Acting) -> bool:
    """Whether the acting person is on the roll of a meeting that is open."""
    held = (own_meeting(work, each.meeting, acting) for each in sessions(work, acting) if each.ended is None)
    return any(acting.person in roll_of(work, meeting, acting).sitting for meeting in held)


def show_case(histories: Histories, query: queries.ShowCase, acting: Acting) -> queries.CaseShown:
    """A case by its id or number. Raises `NotFound`, also for another municipality's.

    After a merger a number that this municipality has not used itself is that of the one merged into it that has.
    """
    of = query.case
    if of is None:
        for whose in (acting.tenant, *sorted(acting.carries_on)):
            of = of or showing.numbered(histories, council_id(whose), str(query.number))
    history = histories(of) if of else []
    if not history or history[0].name != "CaseOpened" or not acting.reads_of(history[0].tenant):
        raise NotFound("case", str(query.case or query.number))
    assessed = assessing.shown(history[0].data.case, histories(assessment_id(history[0].data.case)))
    reported = told_of(histories, history[0].data.council)
    return seen.as_seen_by(acting, showing.case(history, assessed, reported))


def show_council(histories: Histories, query: queries.ShowCouncil, acting: Acting) -> queries.CouncilShown:
    """The council on a day. Raises `NoCouncil`."""
    return showing.council(histories(council_id(acting.tenant)), query.on)


def show_meeting(histories: Histories, query: queries.ShowMeeting, acting: Acting) -> queries.MeetingShown:
    """A meeting. Raises `NotFound`, also for another municipality's."""
    history = histories(query.meeting)
    first = history[0] if history else None
    if first is None or first.name not in {"MeetingPlanned", "MeetingCalled"} or not acting.reads_of(first.tenant):
        raise NotFound("meeting", str(query.meeting))
    shown = showing.meeting(history, told_of(histories, history[0].data.council))
    return seen.meeting_as_seen_by(
        acting, shown, {each.case: showing.exempt(histories(each.case)) for each in shown.struck}
    )


COMMANDS: Mapping[type[Command], UseCase] = {
    commands.EstablishCouncil: compose,
    commands.AdoptMandate: adopt,
    commands.AppointLeader: compose,
    commands.AppointDeputy: compose,
    commands.ReleaseMember: compose,
    commands.OpenCase: open_case,
    commands.TableCase: table,
    commands.StrikeCase: strike,
    commands.WithdrawCase: of_case,
    commands.PlanMeeting: plan,
    commands.CallMeeting: call,
    commands.MoveMeeting: move,
    commands.CancelMeeting: end,
    commands.ArrangeAgenda: arrange,
    commands.OpenMeeting: on_roll,
    commands.RecordArrival: on_roll,
    commands.RecordDeparture: depart,
    commands.SeatSubstitute: on_roll,
    commands.TakeChair: on_roll,
    commands.CloseMeeting: end,
    commands.AdjournMeeting: end,
    **appointing.COMMANDS,
    **deciding.COMMANDS,
    **leading.COMMANDS,
    **assessing.COMMANDS,
    **proceedings.COMMANDS,
}

QUERIES: Mapping[type[Query], Telling] = {
    queries.ShowCase: show_case,
    queries.ShowCouncil: show_council,
    queries.ShowMeeting: show_meeting,
    **proceedings.QUERIES,
}

DISCLOSING: Mapping[type[Query], Disclosing] = proceedings.DISCLOSING

"""A case on its way through a meeting: taken up, recusal decided, voted on, decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.acting import Role
from contracts.commands import council as commands
from contracts.events.council import CaseReopened, CouncilDecided
from services.council import assessing, proceedings
from services.council.domain import (
    afterwards,
    composition,
    deciding,
    dossier,
    mandate,
    moments,
    progress,
    recusal,
    refusals,
    room,
    voting,
)
from services.council.domain.ids import council_id
from services.council.loading import (
    cases,
    councils,
    of_case,
    own_case,
    own_council,
    own_meeting,
    roll_of,
    said_of_case,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.message import Command
    from runtime.declaration import UseCase
    from runtime.work import Work


def take_up(work: Work, command: commands.TakeUpCase, acting: Acting) -> UUID:
    """Take a case up on the floor as it is: who sits and is there, who chairs, the rules of the day."""
    held = own_meeting(work, command.meeting, acting)
    if not voting.dealt_with(own_case(work, command.case, acting), command.meeting, command.moment):
        floor = room.floor(held, roll_of(work, held, acting))
        work.do(cases(acting, command.case), command.case, voting.OnFloor(command, floor))
    return command.case


def recuse(work: Work, command: commands.DeclareRecusal | commands.PointOutRecusal, acting: Acting) -> UUID:
    """Raise the question; a member declares it themselves, which the secretary or the leader may register."""
    if isinstance(command, commands.DeclareRecusal) and not _for_themselves(command.member, acting):
        raise refusals.NotYourRecusal(command.member, acting.actor)
    held = dossier.dossier(own_case(work, command.case, acting))
    known = {member for member, _ in held.questions}
    if command.member not in known | _sitting(work, command, acting):
        raise refusals.NotInCouncil(command.member, command.day)
    return of_case(work, command, acting)


def _sitting(work: Work, command: commands.DeclareRecusal | commands.PointOutRecusal, acting: Acting) -> set[str]:
    """Who sits in the council that day, and in the meeting that has the case up."""
    held = own_case(work, command.case, acting)
    there = {term.person for term in composition.sitting_on(own_council(work, acting), command.day)}
    if isinstance(held, dossier.TakenUp):
        there |= {*roll_of(work, own_meeting(work, held.floor.meeting, acting), acting).sitting}
    return there


def call_in(work: Work, command: commands.CallInSubstitute, acting: Acting) -> UUID:
    """Let a substitute who is in the meeting sit for somebody who is recused in the case that is up there."""
    held = own_case(work, command.case, acting)
    if not isinstance(held, dossier.TakenUp):
        raise dossier.why_not_up(held)
    meeting = own_meeting(work, held.floor.meeting, acting)
    there = room.sitting(meeting)
    taken = frozenset(pair.seat for pair in there.seated.values())
    calling = recusal.CallIn(command, roll_of(work, meeting, acting), there.present, taken)
    work.do(cases(acting, command.case), command.case, calling)
    return command.case


def vote(work: Work, command: commands.CastVote, acting: Acting) -> UUID:
    """Cast a vote: members their own; the secretary and the leader register what was voted."""
    if not _for_themselves(command.member, acting):
        raise refusals.NotYourVote(command.member, acting.actor)
    _cast(work, command, acting)
    return command.case


def _cast(work: Work, command: commands.CastVote, acting: Acting) -> None:
    """Let the vote be cast, by somebody who was in the meeting by then."""
    if said_of_case(work, command, acting):
        held = own_case(work, command.case, acting)
        if isinstance(held, dossier.TakenUp):
            room.was_there(own_meeting(work, held.floor.meeting, acting), command.member, command.moment)


def _for_themselves(member: str, acting: Acting) -> bool:
    return acting.person == member or bool(acting.roles & {Role.SECRETARY, Role.LEADER})


def decide(work: Work, command: commands.DecideCase | commands.DeferCase | commands.ReturnCase, acting: Acting) -> UUID:
    """Decide the case, with the votes that are registered along with the decision.

    An edition of the mandate that rested on what was decided in it before is withdrawn in the same transaction.
    """
    held = own_case(work, command.case, acting)
    command = proceedings.as_recorded(work, held, command)
    if isinstance(command, commands.DecideCase) and isinstance(held, dossier.TakenUp):
        assessing.gate(work, command, held.floor.rules, acting)
    motion = deciding.motion_of(command)
    late = isinstance(held, dossier.TakenUp) and moments.before(held.floor, command)
    for ballot in () if late else command.votes:
        cast = commands.CastVote(
            at=command.at, case=command.case, member=ballot.member, vote=ballot.vote, motion=motion
        )
        _cast(work, cast, acting)
    history = work.ledger.history(command.case)
    for event in said_of_case(work, command, acting):
        if isinstance(event, CouncilDecided) and event.meeting is not None:
            progress.must_follow((history,), event.meeting, command.moment)
        if isinstance(event, CouncilDecided) and event.corrects is not None:
            taken_back = mandate.Reversal(event, work.id_of(event))
            work.do(councils(acting), council_id(acting.tenant), taken_back)
    return command.case


def state(work: Work, command: commands.RecordStatement, acting: Acting) -> UUID:
    """Put a statement on the record while the meeting is open: everybody their own, the secretary for all."""
    if not _for_themselves(command.member, acting):
        raise refusals.NotYourVote(command.member, acting.actor)
    held = dossier.dossier(own_case(work, command.case, acting))
    present: tuple[str, ...] = ()
    if held.last is not None and held.last.meeting is not None and not held.stated(held.last.meeting, command):
        there = room.sitting(own_meeting(work, held.last.meeting, acting))
        then = there.there_at(held.last.made) if held.last.made else there.present
        present = tuple(person for person in there.present if person in then)
    work.do(cases(acting, command.case), command.case, afterwards.Statement(command, present))
    return command.case


def note(work: Work, command: commands.NotePoliticalDecision, acting: Acting) -> UUID:
    """Note another body's decision."""
    held = own_case(work, command.case, acting)
    political = proceedings.political_as_recorded(work, held, command.political)
    return of_case(work, command.model_copy(update={"political": political}), acting)


def reopen(work: Work, command: commands.ReopenCase, acting: Acting) -> UUID:
    """Take a decided case up anew; its decision is known by the id of its event."""
    own_case(work, command.case, acting)
    history = work.ledger.history(command.case)
    told = [each.id for each in history if isinstance(each.data, CouncilDecided)]
    again = [each.data for each in history if isinstance(each.data, CaseReopened)]
    command = proceedings.reopening_as_recorded(work, again, command)
    reopening = afterwards.Reopening(command, told[-1] if told else None)
    work.do(cases(acting, command.case), command.case, reopening)
    return command.case


COMMANDS: Mapping[type[Command], UseCase] = {
    commands.DeclareRecusal: recuse,
    commands.PointOutRecusal: recuse,
    commands.NameParty: of_case,
    commands.DecideRecusal: of_case,
    commands.CallInSubstitute: call_in,
    commands.RecordStatement: state,
    commands.NotePoliticalDecision: note,
    commands.ReopenCase: reopen,
    commands.TakeUpCase: take_up,
    commands.CastVote: vote,
    commands.DecideCase: decide,
    commands.DeferCase: decide,
    commands.ReturnCase: decide,
}

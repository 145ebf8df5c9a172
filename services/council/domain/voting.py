"""Voting in a case that is up: the floor it is taken up on, who comes and goes, and who votes what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.events import council as events
from services.council.domain import moments, refusals, rules
from services.council.domain.dossier import State, Tabled, TakenUp, Waiting, dossier, why_not_up

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from contracts.commands import council as do
    from contracts.events.council import Substitution
    from services.council.domain.dossier import Event
    from services.council.domain.roll import Floor


@dataclass(frozen=True)
class OnFloor:
    """A case to take up, with what the voting will rest on."""

    command: do.TakeUpCase
    floor: Floor


@dataclass(frozen=True)
class MoveFloor:
    """Somebody came, left or took the chair in the meeting, at a moment."""

    floor: Floor
    moment: datetime


def dealt_with(case: State, meeting: UUID, moment: datetime) -> bool:
    """Whether the meeting has the case up, or has dealt with it or ended without: then it is not tabled or taken up.

    What is asked after the meeting decided is asked anew. Raises `DealtWith` then, and why the case is not up.
    """
    held = dossier(case)
    if isinstance(case, TakenUp) and case.floor.meeting == meeting:
        return True
    if meeting not in held.meetings:
        return False
    last = held.last
    if last is None or last.meeting != meeting or last.made is None or moment <= last.made:
        return True
    raise refusals.DealtWith(held.number, meeting) if isinstance(case, Waiting | Tabled | TakenUp) else why_not_up(case)


def take_up(case: State, floor: Floor, moment: datetime) -> list[Event]:
    """The case on this floor. Raises `NotTabled`, `BackInTime`, `NoQuorum` and what `dealt_with` raises."""
    held = dossier(case)
    if dealt_with(case, floor.meeting, moment):
        return []
    if not isinstance(case, Tabled) or case.meeting != floor.meeting:
        raise refusals.NotTabled(held.number, floor.meeting)
    moments.in_time(floor, moment)
    there = len(floor.voters)
    if not rules.quorate(floor.rules.quorum, seats=floor.seats, present=there, voted=there):
        raise refusals.NoQuorum(seats=floor.seats, present=there, voted=0)
    return [
        events.CaseTakenUp(
            council=held.council,
            case=held.case,
            meeting=floor.meeting,
            on=floor.day,
            chair=floor.chair,
            seats=floor.seats,
            voters=floor.voters,
            substitutions=floor.substitutions,
            rules=floor.rules,
            since=moment,
        )
    ]


def move_floor(case: State, floor: Floor) -> list[Event]:
    """The floor as it is now, if the case is up on it and it has changed."""
    if not isinstance(case, TakenUp) or case.floor.meeting != floor.meeting:
        return []
    now, held = case.floor, case.dossier
    filled = {pair.seat for pair in floor.substitutions if pair.substitute not in held.kept_out}
    filled |= set(floor.voters) - held.kept_out  # who has come sits there
    called_in = tuple(
        pair
        for pair in case.called_in
        if pair.substitute in floor.present and pair.substitute not in floor.voters and pair.seat not in filled
    )
    was = (now.chair, now.voters, now.substitutions, case.called_in)
    if was == (floor.chair, floor.voters, floor.substitutions, called_in):
        return []
    return [
        events.FloorChanged(
            council=held.council,
            case=held.case,
            meeting=floor.meeting,
            chair=floor.chair,
            voters=floor.voters,
            substitutions=floor.substitutions,
            called_in=called_in,
        )
    ]


def vote(case: State, command: do.CastVote) -> list[Event]:
    """The vote.

    Raises `Recused`, `RecusalUndecided`, `BackInTime`, `NoVote`, `SeatHasVoted` and why the case is not up.
    """
    held = dossier(case)
    if not isinstance(case, TakenUp):
        if held.last is not None and moments.told_again(case, held.last, command) and _counted(held.last, command):
            return []
        raise why_not_up(case)
    member, votes = command.member, case.votes_on(command.motion)
    if member in held.recused:
        raise refusals.Recused(member, held.recused[member])
    if member in held.in_question:
        raise refusals.RecusalUndecided(held.number, (member,))
    if votes.get(member) == command.vote:
        return []
    moments.in_time(case.floor, command.moment)
    if member not in case.voters():
        raise refusals.NoVote(member, case.voters())
    seat = case.in_seat(member)
    for cast in case.cast_on(command.motion):
        if cast.member != member and _seat(cast.member, cast.seat) == _seat(member, seat):
            whose = seat.instead_of if seat else None
            raise refusals.SeatHasVoted(whose or member, cast.member)
    return [
        events.VoteCast(
            council=held.council,
            case=held.case,
            meeting=case.floor.meeting,
            member=member,
            vote=command.vote,
            motion=command.motion,
            seat=seat,
        )
    ]


def taking_part(case: TakenUp, motion: events.Motion) -> int:
    """How many seats take part: of those who have voted on the motion, and of the others who are there with a vote.

    Who voted was there and voted in the case (kommuneloven § 11-9 first paragraph), also if they have left since.
    """
    cast, votes = case.cast_on(motion), case.votes_on(motion)
    waiting = (_seat(member, case.in_seat(member)) for member in case.voters() if member not in votes)
    return len({*waiting, *(_seat(each.member, each.seat) for each in cast)})


def _counted(last: events.CouncilDecided, command: do.CastVote) -> bool:
    """Whether the last decision rests on this vote."""
    return last.motion == command.motion and any(
        (record.member, record.vote) == (command.member, command.vote) for record in last.votes
    )


def recorded(member: str, vote: events.Vote, seat: Substitution | None) -> events.VoteRecord:
    """A vote as a decision has it: a substitute's with whose seat they sat in, or the number of the vacant one."""
    if seat is None:
        return events.VoteRecord(member=member, vote=vote)
    return events.VoteRecord(member=member, vote=vote, instead_of=seat.instead_of, vacancy=seat.vacancy)


def _seat(member: str, taken: Substitution | None) -> str:
    return taken.seat if taken else member

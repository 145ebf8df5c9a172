"""What the leader (leder) decides alone between meetings, and that the council's next meeting is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.events import council as events
from services.council.domain import deciding, moments, publicity, questions, refusals, room
from services.council.domain.dossier import State, Tabled, TakenUp, Waiting, dossier, why_not_up

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from contracts.commands import council as do
    from services.council.domain.dossier import Event as CaseEvent
    from services.council.domain.folder import Dossier
    from services.council.domain.roll import Roll
    from services.council.domain.session import Session

# --- the decision, in its case


@dataclass(frozen=True)
class AsLeader:
    """A decision of somebody alone (`by`), with who leads the council that day and by which rules.

    `sessions` are all the council's meetings that were opened.
    """

    command: do.DecideAsLeader
    by: str
    roll: Roll
    sessions: tuple[Session, ...] = ()


def decide(case: State, asked: AsLeader) -> list[CaseEvent]:
    """The decision, once.

    Raises `InSession`, `MetSince`, `LeaderDoesNotDecide`, `NobodyLeads`, `NotLeader`, `Recused`, `RecusalUndecided`,
    `LeaderIsParty`, `DecisionStands`, what `deciding.check` raises, and why the case is not to be decided.
    """
    command, roll, held = asked.command, asked.roll, dossier(case)
    last = held.last
    if last is not None and last.by_leader and deciding.says(last, command) and moments.told_again(case, last, command):
        return []
    if isinstance(case, TakenUp):
        raise refusals.CaseTakenUpElsewhere(held.number, case.floor.meeting)
    if not isinstance(case, Waiting | Tabled):
        raise why_not_up(case)
    _must_be_between_meetings(case, asked)
    if held.standing:
        raise refusals.DecisionStands(held.number)  # the council alone turns round what has been decided
    if not roll.rules.leader_decides:
        raise refusals.LeaderDoesNotDecide(held.number, roll.day)
    leader = leads(roll)
    if leader is None:
        raise refusals.NobodyLeads(roll.day)
    if asked.by != leader:
        raise refusals.NotLeader(asked.by, leader, roll.day)
    _must_be_able(leader, held)
    deciding.check(command, roll.rules, roll.day, held)
    decision = events.CouncilDecided(
        council=held.council,
        case=held.case,
        idea=held.idea,
        number=held.number,
        title=held.title,
        visibility=held.visibility,
        decided=roll.day,
        recused=tuple(held.recused),
        recusals=questions.answered(held.questions),
        seats=0,
        by_leader=leader,
        made=command.moment,
        report_days=roll.rules.report_days,
        form_name=roll.rules.form_name(command.form),
        **deciding.known(held, command),
    )
    return [publicity.veiled(decision, held)]


def leads(roll: Roll) -> str | None:
    """Who leads the council that day: the leader, or the deputy when there is none."""
    return roll.leader or roll.deputy


def _must_be_between_meetings(case: Waiting | Tabled, asked: AsLeader) -> None:
    """Whether no meeting was open at the moment, nor is one that has, or has had, the case, and none has ended since.

    Raises `InSession` and `MetSince`.
    """
    held, moment = case.dossier, asked.command.moment
    had = held.meetings | ({case.meeting} if isinstance(case, Tabled) else set())
    for session in asked.sessions:
        if session.at(moment) or (session.ended is None and session.meeting in had):
            raise refusals.InSession(held.number, session.meeting)
    for session in asked.sessions:
        if session.ended is not None and moment < session.ended:
            raise refusals.MetSince(held.number, session.meeting, session.ended)


def _must_be_able(leader: str, held: Dossier) -> None:
    if leader in held.recused:
        raise refusals.Recused(leader, held.recused[leader])
    if leader in held.in_question:
        raise refusals.RecusalUndecided(held.number, (leader,))
    if leader in held.parties:
        raise refusals.LeaderIsParty(leader, held.number)


# --- what the council has yet to be told (aggregate Unreported, one for each council)


@dataclass(frozen=True)
class Unreported:
    """The leader's decisions that no meeting has been told of, by case, in the order they were made."""

    council: UUID
    made: Mapping[UUID, events.LeaderDecisionMade] = field(default_factory=dict)

    def before(self, moment: datetime) -> tuple[events.LeaderDecisionMade, ...]:
        """Those made before the moment."""
        return tuple(each for each in self.made.values() if each.made < moment)


@dataclass(frozen=True)
class Report:
    """A command to report, with the meeting as it stands."""

    command: do.ReportLeaderDecisions
    meeting: room.State


ListCommand: TypeAlias = events.LeaderDecisionMade | Report
ListEvent: TypeAlias = events.LeaderDecisionMade | events.LeaderDecisionReported


def keep(unreported: Unreported, command: ListCommand) -> list[ListEvent]:
    """What the list records: a decision the leader made, or that the meeting was told of those made until then.

    Raises `NotFound`, `MeetingNotOpen` and `MeetingOver`.
    """
    if isinstance(command, events.LeaderDecisionMade):
        return [command]
    moment, meeting = command.command.moment, command.command.meeting
    told = [each for each in unreported.made.values() if each.made <= moment]
    if told:
        room.sitting(command.meeting)
    return [
        events.LeaderDecisionReported(
            council=unreported.council, case=each.case, number=each.number, meeting=meeting, reported=moment
        )
        for each in told
    ]


def kept(unreported: Unreported, event: ListEvent) -> Unreported:
    """The list with the event in it."""
    others = {case: each for case, each in unreported.made.items() if case != event.case}
    if isinstance(event, events.LeaderDecisionMade):
        others[event.case] = event
    return replace(unreported, made=others)


def must_be_told(unreported: Unreported, meeting: room.State) -> None:
    """Whether an open meeting has been told of all that was decided before it opened. Raises `DecisionsUnreported`."""
    if not isinstance(meeting, room.Open):
        return
    untold = unreported.before(meeting.sitting.opened)
    if untold:
        raise refusals.DecisionsUnreported(meeting.called.id, tuple(each.number for each in untold))

"""The leader's decisions at the council's doors: made alone between meetings, and reported at the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.acting import Role
from contracts.commands import council as commands
from contracts.door import NotFound
from contracts.events.council import CouncilDecided, LeaderDecisionMade
from services.council import assessing, proceedings
from services.council.domain import composition, dossier, leading, refusals
from services.council.domain.ids import council_id, unreported_id
from services.council.loading import cases, leaders_decisions, own_case, own_council, own_meeting, sessions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.message import Command
    from runtime.declaration import UseCase
    from runtime.work import Work
    from services.council.domain import room


def decide(work: Work, command: commands.DecideAsLeader, acting: Acting) -> UUID:
    """Decide a case as the leader, which the secretary may register; the next meeting is to be told of it.

    Raises `NotFound`, `NoCouncil`, `NotYourDecision` and what the case refuses.
    """
    held = own_case(work, command.case, acting)
    if isinstance(held, dossier.Unopened):
        raise NotFound("case", str(command.case))
    by = command.leader or acting.person or acting.actor
    if by != acting.person and Role.SECRETARY not in acting.roles:
        raise refusals.NotYourDecision(by, acting.actor)
    command = proceedings.as_recorded(work, held, command)
    roll = composition.roll_on(own_council(work, acting), command.day)
    met = sessions(work, acting)
    for event in work.do(cases(acting, command.case), command.case, leading.AsLeader(command, by, roll, met)):
        if isinstance(event, CouncilDecided):
            assessing.gate(work, command, roll.rules, acting)
            made = LeaderDecisionMade(council=event.council, case=event.case, number=event.number, made=command.moment)
            work.do(leaders_decisions(acting), unreported_id(event.council), made)
    return command.case


def report(work: Work, command: commands.ReportLeaderDecisions, acting: Acting) -> UUID:
    """Report what the leader has decided. Raises `NotFound`, `MeetingNotOpen` and `MeetingOver`."""
    telling = leading.Report(command, own_meeting(work, command.meeting, acting))
    work.do(leaders_decisions(acting), unreported_id(council_id(acting.tenant)), telling)
    return command.meeting


def must_be_told(work: Work, held: room.State, acting: Acting) -> None:
    """Whether the meeting may close. Raises `DecisionsUnreported`."""
    of = unreported_id(council_id(acting.tenant))
    leading.must_be_told(work.state(leaders_decisions(acting), of), held)


COMMANDS: Mapping[type[Command], UseCase] = {
    commands.DecideAsLeader: decide,
    commands.ReportLeaderDecisions: report,
}

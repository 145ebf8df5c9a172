"""What the portfolio does with each command and query: the tables its doors are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.commands import portfolio as commands
from contracts.door import AnotherMunicipality, NotFound
from contracts.events.portfolio import ActivityStarted
from contracts.queries.portfolio import ActivityShown, ShowActivity
from runtime.decider import Decider
from services.portfolio import claims
from services.portfolio.domain.activity import INITIAL, Activity, NotStarted, activity_id, decide, evolve
from services.portfolio.domain.shown import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.message import Command, Query
    from runtime.declaration import Histories, Telling, UseCase
    from runtime.work import Work

ACTIVITY: Decider[Activity] = Decider("activity", INITIAL, decide, evolve, (ActivityStarted,))


def join(work: Work, command: commands.JoinActivity, acting: Acting) -> UUID:
    """Join an activity. Raises `AnotherMunicipality` where the command names one that the sender is not of."""
    if command.tenant not in (None, acting.tenant):
        raise AnotherMunicipality(str(command.tenant), acting.tenant)
    here = command.model_copy(update={"tenant": acting.tenant})
    activity = activity_id(here)
    work.do(ACTIVITY, activity, here)
    return activity


def go_on(work: Work, command: commands.ActivityCommand, acting: Acting) -> UUID:
    """Change an activity. To another municipality it does not exist: `NotFound`."""
    activity = work.state(ACTIVITY, command.activity)
    if isinstance(activity, NotStarted) or activity.course.start.tenant != acting.tenant:
        raise NotFound("activity", str(command.activity))
    work.do(ACTIVITY, command.activity, command)
    return command.activity


def show(histories: Histories, query: ShowActivity, acting: Acting) -> ActivityShown:
    """An activity as it stands. To another municipality it does not exist: `NotFound`."""
    activity = shown(recorded.data for recorded in histories(query.activity))
    if activity is None or not acting.reads_of(activity.start.tenant or acting.tenant):
        raise NotFound("activity", str(query.activity))
    return activity


COMMANDS: Mapping[type[Command], UseCase] = {
    **claims.COMMANDS,
    commands.JoinActivity: join,
    commands.DescribeActivity: go_on,
    commands.EnterPhase: go_on,
    commands.ReportStatus: go_on,
    commands.PlanBenefit: go_on,
    commands.RealiseBenefit: go_on,
    commands.EvidenceInnovation: go_on,
    commands.ChangeResponsible: go_on,
    commands.MoveDeadline: go_on,
    commands.StopActivity: go_on,
    commands.HandOverActivity: go_on,
    commands.CompleteActivity: go_on,
}

QUERIES: Mapping[type[Query], Telling] = {ShowActivity: show}

"""What the other municipalities of a network see of a council: mandate, meetings, cases they may see; no persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from contracts.queries.council_history import CaseSummary, CouncilRecord, DecisionShown, MeetingRecord
    from runtime.declaration import Scope


def as_seen_by(scope: Scope, record: CouncilRecord) -> CouncilRecord:
    """The council's record as the asker may see it (R7): their own as it is."""
    if record.municipality in scope.own:
        return record
    cases = tuple(_case(case) for case in record.cases if scope.shows(record.municipality, case.visibility))
    known = {case.case for case in cases}
    nobody: dict[str, object] = {"seats": (), "offices": ()}
    meetings = tuple(_meeting(meeting, known) for meeting in record.meetings)
    return record.model_copy(update=nobody | {"cases": cases, "meetings": meetings})


def _case(case: CaseSummary) -> CaseSummary:
    decisions = tuple(_decision(decision) for decision in case.decisions)
    return case.model_copy(update={"recusals": (), "statements": (), "decisions": decisions})


def _decision(decision: DecisionShown) -> DecisionShown:
    persons = {"responsible": None, "votes": (), "recused": (), "chair": None, "tie_broken_by": None, "by_leader": None}
    return decision.model_copy(update=persons)


def _meeting(meeting: MeetingRecord, known: set[UUID]) -> MeetingRecord:
    persons = {"chair": None, "present": (), "absent": (), "remotely": (), "movements": ()}
    seen = {"agenda": tuple(case for case in meeting.agenda if case in known)}
    struck = {"struck": tuple(each for each in meeting.struck if each.case in known)}
    return meeting.model_copy(update=persons | seen | struck)

"""What is put on record of a case once it is decided: statements, other bodies' decisions, and that it is reopened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.events import council as events
from contracts.events.council import PoliticalDecision
from services.council.domain import deciding, publicity, refusals
from services.council.domain.dossier import Closed, State, Withdrawn, dossier

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from contracts.commands import council as do
    from services.council.domain.dossier import Event
    from services.council.domain.folder import Dossier, Reopened


@dataclass(frozen=True)
class Reopening:
    """A decided case to reopen, with the id of the decision that holds."""

    command: do.ReopenCase
    decision: UUID | None


@dataclass(frozen=True)
class Statement:
    """A statement to record, with who is in the meeting that has dealt with the case, and was when it was decided."""

    command: do.RecordStatement
    present: tuple[str, ...]


def state(case: State, statement: Statement) -> list[Event]:
    """A statement by somebody who voted on the decision; a dissent, where they had voted for another.

    Who sits there without a vote, such as ROR-IKT, has a say too; who is recused has left the case to the others, and
    who came later had no part in it.

    Raises `NotDecided` and `NoPartInDecision`.
    """
    command, held = statement.command, dossier(case)
    decision = held.last
    if decision is None or decision.meeting is None:
        raise refusals.NotDecided(held.number)
    cast = {record.member: record.vote for record in decision.votes}
    may = tuple(dict.fromkeys((*cast, *(person for person in statement.present if person not in held.kept_out))))
    if command.member not in may:
        raise refusals.NoPartInDecision(command.member, held.number, may)
    if held.stated(decision.meeting, command):
        return []
    agreed = deciding.vote_for(decision.outcome)
    written = publicity.reasons(command.text, held)
    return [
        events.StatementRecorded(
            council=held.council,
            case=held.case,
            meeting=decision.meeting,
            member=command.member,
            stated=command.moment,
            text=written["reasons"],
            dissent=cast.get(command.member, agreed) != agreed,
            sealed_text=written.get("sealed_reasons"),
        )
    ]


def note(case: State, command: do.NotePoliticalDecision) -> list[Event]:
    """The other body's decision, once; a later one for the same purpose takes its place. Raises `CaseClosed`."""
    held = dossier(case)
    political = PoliticalDecision(**dict(command.political))
    if political in held.political:
        return []
    if isinstance(case, Withdrawn):
        raise refusals.CaseClosed(held.number)
    if political.decided > command.day:
        raise refusals.DecidedAhead(political.decided, command.day)
    return [
        events.PoliticalDecisionNoted(
            council=held.council, case=held.case, **publicity.veiled_political(political, held)
        )
    ]


def drop(held: Dossier, day: date) -> list[Event]:
    """The end of a reopening that comes to nothing: what was decided holds."""
    if held.standing is None:
        raise AssertionError(f"case {held.number} was not reopened")
    return [events.ReopeningWithdrawn(council=held.council, case=held.case, decision=held.standing, withdrawn=day)]


def _same(told: Reopened, command: do.ReopenCase, *, reopened: bool) -> bool:
    """Whether the command is of that reopening: done when it was, or, while the case is `reopened`, on its day."""
    then = told.made == command.moment or (reopened and told.day == command.day)
    return then and told.reasons == command.reasons


def reopen(case: State, reopening: Reopening) -> list[Event]:
    """A decided case in the queue once more. Raises `NotDecided` and `DecidedElsewhere`."""
    command, held = reopening.command, dossier(case)
    if any(_same(each, command, reopened=held.standing is not None) for each in held.reopenings):
        return []
    if not isinstance(case, Closed) or held.last is None or reopening.decision is None:
        raise refusals.NotDecided(held.number)
    if held.last.external:
        raise refusals.DecidedElsewhere(held.number, held.last.body or "")
    return [
        events.CaseReopened(
            council=held.council,
            case=held.case,
            decision=reopening.decision,
            reopened=command.day,
            made=command.moment,
            **publicity.reasons(command.reasons, held),
        )
    ]

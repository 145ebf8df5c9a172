"""Recusal (inhabilitet): a question is raised, and the body decides it without those it concerns (fvl. §§ 6 and 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.commands import council as do
from contracts.events import council as events
from contracts.events.council import Ground, Raised
from contracts.ruleset import Majority
from contracts.sealed import Retention, Sealed
from services.council.domain import moments, publicity, refusals, rules, voting
from services.council.domain.dossier import Closed, State, TakenUp, Withdrawn, dossier, why_not_up

if TYPE_CHECKING:
    from datetime import datetime

    from services.council.domain.dossier import Event
    from services.council.domain.folder import Dossier
    from services.council.domain.questions import Finding
    from services.council.domain.roll import Roll


@dataclass(frozen=True)
class CallIn:
    """A substitute to call in, with who may be one, who is in the meeting, and whose seats are taken there."""

    command: do.CallInSubstitute
    roll: Roll
    present: tuple[str, ...]
    taken: frozenset[str] = frozenset()


def raise_question(case: State, command: do.DeclareRecusal | do.PointOutRecusal) -> list[Event]:
    """The question, unless it stands; a finding before the command's time lets it be raised anew."""
    held = dossier(case)
    question = held.questions.get((command.member, command.ground))
    if question is not None and (question.stands or command.moment <= question.findings[-1].found):
        return []
    if isinstance(case, Closed | Withdrawn):
        raise refusals.CaseClosed(held.number)
    how = Raised.DECLARED if isinstance(command, do.DeclareRecusal) else Raised.POINTED_OUT
    note = None if command.note is None else Sealed[str].of(command.note, Retention.ARCHIVE)
    return [_raised(case, command.member, command.ground, how, command.moment, note)]


def unnoticed(case: State, moment: datetime) -> list[Event]:
    """The questions that raise themselves: a party who is there with a vote, and whom nothing keeps out yet."""
    if not isinstance(case, TakenUp):
        return []
    held = case.dossier
    return [
        _raised(case, voter, Ground.PARTY, Raised.OF_ITSELF, moment)
        for voter in case.voters()
        if voter in held.parties and (voter, Ground.PARTY) not in held.questions
    ]


def _raised(  # noqa: PLR0913, PLR0917 - the fields of the event
    case: State, member: str, ground: Ground, how: Raised, moment: datetime, note: Sealed[str] | None = None
) -> events.RecusalRaised:
    held = dossier(case)
    return events.RecusalRaised(
        council=held.council, case=held.case, member=member, ground=ground, how=how, raised=moment, note=note
    )


def name_party(case: State, command: do.NameParty) -> list[Event]:
    """Who is a party, once."""
    held = dossier(case)
    if command.party in held.parties:
        return []
    if isinstance(case, Closed | Withdrawn):
        raise refusals.CaseClosed(held.number)
    return [events.PartyNamed(council=held.council, case=held.case, party=command.party)]


def deciding(case: TakenUp) -> tuple[str, ...]:
    """Who decides a question of recusal (§ 8 second paragraph): those present with a vote whom no question concerns.

    Where questions concern several members, and the council would have no quorum without them, everybody decides.
    """
    concerned = case.dossier.kept_out & set(case.floor.voters)
    able = case.voters()
    if len(concerned) > 1 and not _quorate(case, len(able)):
        return case.floor.voters
    return able


def _quorate(case: TakenUp, taking_part: int) -> bool:
    floor = case.floor
    return rules.quorate(floor.rules.quorum, seats=floor.seats, present=taking_part, voted=taking_part)


def decide(case: State, command: do.DecideRecusal) -> list[Event]:
    """What the body finds, as the votes say: by simple majority of those voting, and by what a tie does (§ 8).

    Raises `NoSuchQuestion`, `RecusalDecided`, `BackInTime`, `ChairKeptOut`, `NoPartInQuestion`, `NoQuorum`,
    `Unsettled` and `VotesFindOtherwise`.
    """
    held = dossier(case)
    member, ground = command.member, command.ground
    question = held.questions.get((member, ground))
    if question is not None and _found_so(question.findings, command, stands=question.stands):
        return []
    if not isinstance(case, TakenUp):
        raise why_not_up(case)
    if question is None:
        raise refusals.NoSuchQuestion(member, ground)
    if not question.stands:
        raise refusals.RecusalDecided(member, ground, recused=question.recuses())
    moments.in_time(case.floor, command.moment)
    votes = _votes(case, command)
    said: dict[str, Any] = {
        "council": held.council,
        "case": held.case,
        "meeting": case.floor.meeting,
        "member": member,
        "ground": ground,
        "found": command.moment,
        "votes": votes,
        "chair": case.floor.chair,
        **publicity.reasons(command.reasons, held),
    }
    return [events.MemberRecused(**said) if command.recused else events.RecusalDismissed(**said)]


def _found_so(findings: tuple[Finding, ...], command: do.DecideRecusal, *, stands: bool) -> bool:
    """Whether the body has found this: then, or as what it last found."""
    same = [each for each in findings if each.recused == command.recused]
    last = None if stands else findings[-1]
    return any(each.found == command.moment or (each is last and each.reasons == command.reasons) for each in same)


def _votes(case: TakenUp, command: do.DecideRecusal) -> tuple[events.VoteRecord, ...]:
    able = deciding(case)
    if case.floor.chair in case.dossier.kept_out and case.floor.chair not in able:
        raise refusals.ChairKeptOut(case.floor.chair, case.dossier.number, able)
    agreed: events.Vote = "for" if command.recused else "against"
    votes = {ballot.member: ballot.vote for ballot in command.votes} or dict.fromkeys(able, agreed)
    for voter in votes:
        if voter not in able:
            raise refusals.NoPartInQuestion(voter, able)
    floor = case.floor
    if not rules.quorate(floor.rules.quorum, seats=floor.seats, present=len(able), voted=len(votes)):
        raise refusals.NoQuorum(seats=floor.seats, present=len(able), voted=len(votes))
    # whatever carries its cases: a question that one vote left open would stop the case for good
    result = rules.result(floor.rules.model_copy(update={"majority": Majority.SIMPLE}), votes, floor.chair)
    in_favour = sum(vote == "for" for vote in votes.values())
    if result is None:
        raise refusals.Unsettled(in_favour, len(votes) - in_favour, floor.chair)
    if result.carried != command.recused:
        raise refusals.VotesFindOtherwise(
            command.member, recused=command.recused, votes_for=in_favour, votes_against=len(votes) - in_favour
        )
    return tuple(voting.recorded(voter, vote, case.in_seat(voter)) for voter, vote in votes.items())


def call_in(case: State, calling: CallIn) -> list[Event]:
    """A substitute in the seat of a recused member, or in one, vacant or not, where a substitute sits who is recused.

    Raises `BackInTime`, `NotInCouncil`, `NotThere`, `Recused`, `RecusalUndecided`, `NotRecused`, `NoSeatFree`,
    `OutOfTurn` and why the case is not up.
    """
    substitute, member = calling.command.substitute, calling.command.instead_of
    held = dossier(case)
    if not isinstance(case, TakenUp):
        raise why_not_up(case)
    left = [each for each in case.floor.substitutions if each.substitute in held.recused]
    vacancy = next((each.vacancy for each in left if each.substitute == member), None)
    called = events.SubstituteCalledIn(
        council=held.council,
        case=held.case,
        meeting=case.floor.meeting,
        substitute=substitute,
        instead_of=member,
        vacancy=vacancy,
    )
    if called.pair() in case.called_in:
        return []
    moments.in_time(case.floor, calling.command.moment)
    if substitute not in calling.roll.substitutes:
        raise refusals.NotInCouncil(substitute, calling.roll.day)
    if substitute not in calling.present:
        raise refusals.NotThere(substitute)
    _must_be_able(substitute, held)
    seated = {each.seat for each in left}
    if member not in {*held.recused, *seated}:
        raise refusals.NotRecused(member, held.number)
    taken = (calling.taken - seated) | {each.seat for each in case.called_in}
    busy = {*case.floor.voters, *(each.substitute for each in case.called_in)}
    seats = {*calling.roll.voting, *calling.roll.vacancies()} - taken
    if called.pair().seat not in seats or substitute in busy:
        raise refusals.NoSeatFree(substitute, member)
    able = (set(calling.present) - busy) - held.kept_out
    for first in calling.roll.substitutes[: calling.roll.substitutes.index(substitute)]:
        if first in calling.roll.turns and first in able:
            raise refusals.OutOfTurn(substitute, first)
    return [called]


def _must_be_able(substitute: str, held: Dossier) -> None:
    if substitute in held.recused:
        raise refusals.Recused(substitute, held.recused[substitute])
    if substitute in held.in_question:
        raise refusals.RecusalUndecided(held.number, (substitute,))

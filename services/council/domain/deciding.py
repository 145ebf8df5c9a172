"""What a council decides (vedtak): the votes, the quorum they need, and what an approval must say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.commands import council as do
from contracts.events.council import (
    CouncilDecided,
    FormalDecision,
    Motion,
    Outcome,
    PoliticalDecision,
    Referral,
    Vote,
)
from contracts.sealed import Retention, Sealed
from services.council.domain import moments, publicity, questions, refusals, rules, voting
from services.council.domain.dossier import TakenUp, dossier, why_not_up

if TYPE_CHECKING:
    from datetime import date

    from contracts.commands.assessment import RecommendOutcome
    from contracts.ruleset import RuleSet
    from services.council.domain.dossier import Event, State
    from services.council.domain.folder import Dossier

MOTIONS = {Outcome.DEFERRED: Motion.DEFERRAL, Outcome.RETURNED: Motion.RETURN, Outcome.REFERRED: Motion.REFERRAL}

ONWARD = ("form", "priorities", "responsible")
"""What a decision says that sets something going (R6, R11, R15)."""

NEEDED = {Outcome.APPROVED: ONWARD, Outcome.REFERRED: ("referral",), Outcome.FORMAL: ("formal",)}
"""What a decision must say (R27, R54)."""

COURSE = ("form", "route", "strength")
"""How what is decided is carried out."""

ENDING = frozenset({Outcome.APPROVED, Outcome.DECLINED, Outcome.REFERRED, Outcome.FORMAL, Outcome.ADOPTED})
"""The outcomes that end a case."""


def vote_for(outcome: Outcome) -> Vote:
    """What somebody votes who wants this outcome, on its motion."""
    return "against" if outcome is Outcome.DECLINED else "for"


def outcome_of(command: do.DecisionCommand | do.DeferCase | do.ReturnCase) -> Outcome:
    """The outcome a command asks for."""
    match command:
        case do.DecisionCommand():
            return command.outcome
        case do.DeferCase():
            return Outcome.DEFERRED
        case do.ReturnCase():
            return Outcome.RETURNED


def motion_of(command: do.DecideCase | do.DeferCase | do.ReturnCase) -> Motion:
    """What is voted on when the command's outcome is asked for."""
    return MOTIONS.get(outcome_of(command), Motion.SUBSTANCE)


def terms(command: do.DecisionCommand | do.DeferCase | do.ReturnCase) -> dict[str, Any]:
    """What a command wants the decision to say, by the names of the decision's fields."""
    said: dict[str, Any] = {"outcome": outcome_of(command), "reasons": command.reasons}
    if isinstance(command, do.DecisionCommand):
        said |= {
            "form": command.form,
            "route": command.route,
            "strength": command.strength,
            "priorities": command.priorities,
            "responsible": command.responsible,
            "deadline": command.deadline,
            "conditions": command.conditions,
            "formal": FormalDecision(**dict(command.formal)) if command.formal else None,
            "referral": Referral(**dict(command.referral)) if command.referral else None,
            "political": tuple(PoliticalDecision(**dict(each)) for each in command.political),
        }
    return said


def says(decision: CouncilDecided, command: do.DecisionCommand | do.DeferCase | do.ReturnCase) -> bool:
    """Whether the decision is what the command asks for, and says besides what other bodies had decided."""
    said = terms(command)
    political = said.pop("political", ())
    return all(getattr(decision, name) == value for name, value in said.items()) and (
        {*political} <= {*decision.political}
    )


def known(held: Dossier, command: do.DecisionCommand | do.DeferCase | do.ReturnCase) -> dict[str, Any]:
    """The terms, and what other bodies had decided by then for purposes that the command does not name (R54)."""
    said = terms(command)
    if isinstance(command, do.DecisionCommand):
        named = {each.purpose for each in said["political"]}
        said["political"] = (*(each for each in held.political if each.purpose not in named), *said["political"])
        if command.responsible and command.responsible_name:
            said["responsible_name"] = Sealed[str].of(command.responsible_name, Retention.ARCHIVE)
    return said


def decide(case: State, command: do.DecideCase | do.DeferCase | do.ReturnCase) -> list[Event]:
    """The decision, once. Raises what `decision` raises, `BackInTime`, and why the case is not up."""
    last = dossier(case).last
    if isinstance(case, TakenUp):
        if last is not None and moments.before(case.floor, command) and says(last, command):
            return []  # a late replay of what an earlier meeting decided
        moments.in_time(case.floor, command.moment)
        return [publicity.veiled(decision(case, command), case.dossier)]
    if last is not None and says(last, command) and moments.told_again(case, last, command):
        return []
    raise why_not_up(case)


def decision(case: TakenUp, command: do.DecideCase | do.DeferCase | do.ReturnCase) -> CouncilDecided:
    """The decision the votes bear.

    Raises `RecusalUndecided`, `ChairKeptOut`, `NoQuorum`, `Unsettled`, `VotesSayOtherwise` and what `check` raises.
    """
    if case.dossier.in_question:
        raise refusals.RecusalUndecided(case.dossier.number, tuple(case.dossier.in_question))
    if case.floor.chair in case.dossier.recused:
        raise refusals.ChairKeptOut(case.floor.chair, case.dossier.number, case.voters())
    outcome = outcome_of(command)
    motion = motion_of(command)
    floor, votes, present = case.floor, case.votes_on(motion), voting.taking_part(case, motion)
    in_favour = sum(vote == "for" for vote in votes.values())
    if not rules.quorate(floor.rules.quorum, seats=floor.seats, present=present, voted=len(votes)):
        raise refusals.NoQuorum(seats=floor.seats, present=present, voted=len(votes))
    result = rules.result(floor.rules, votes, floor.chair)
    if result is None:
        raise refusals.Unsettled(in_favour, len(votes) - in_favour, floor.chair)
    if result.carried != (vote_for(outcome) == "for"):
        raise refusals.VotesSayOtherwise(outcome, in_favour, len(votes) - in_favour)
    if isinstance(command, do.DecideCase):
        check(command, floor.rules, floor.day, case.dossier)
    elif isinstance(command, do.ReturnCase) and case.dossier.standing:
        raise refusals.DecisionStands(case.dossier.number)
    return CouncilDecided(
        council=case.dossier.council,
        case=case.dossier.case,
        idea=case.dossier.idea,
        number=case.dossier.number,
        title=case.dossier.title,
        visibility=case.dossier.visibility,
        meeting=floor.meeting,
        decided=floor.day,
        motion=motion,
        votes=tuple(voting.recorded(cast.member, cast.vote, cast.seat) for cast in case.cast_on(motion)),
        recused=tuple(case.dossier.recused),
        recusals=questions.answered(case.dossier.questions),
        seats=floor.seats,
        present=present,
        chair=floor.chair,
        unanimous=result.unanimous,
        tie_broken_by=result.tie_broken_by,
        corrects=case.dossier.standing if outcome in ENDING else None,
        made=command.moment,
        report_days=floor.rules.report_days,
        form_name=floor.rules.form_name(command.form) if isinstance(command, do.DecideCase) else None,
        **known(case.dossier, command),
    )


def check(command: do.DecisionCommand, rules: RuleSet, day: date, held: Dossier) -> None:
    """Refuse a decision that lacks what it must say, or says what it cannot.

    Raises `DecisionIncomplete`, `NotFormal`, `DecidedAhead` and what `must_be_possible` raises.
    """
    missing = tuple(name for name in _needed(command) if not getattr(command, name))
    if missing:
        raise refusals.DecisionIncomplete(command.outcome, missing)
    if command.formal and command.outcome is not Outcome.FORMAL:
        raise refusals.NotFormal(command.outcome)
    for other in (command.formal, *command.political):
        if other and other.decided > day:
            raise refusals.DecidedAhead(other.decided, day)
    must_be_possible(command, rules, day, held)


def _needed(command: do.DecisionCommand) -> tuple[str, ...]:
    """What it must say; following another body's decision takes no less than approval where it sets something going."""
    needed = NEEDED.get(command.outcome, ())
    sets_going = command.outcome is Outcome.FORMAL and any(getattr(command, name) for name in COURSE)
    return (*needed, *ONWARD) if sets_going else needed


def must_be_possible(said: do.DecisionCommand | RecommendOutcome, rules: RuleSet, day: date, held: Dossier) -> None:
    """Refuse what cannot be decided, nor recommended to be.

    Raises `NotOwnMatter`, `NothingToCarryOut`, `OwnMatter`, `NotHandedOn`, `UnknownForm`, `UnknownRoute`,
    `StrengthWithoutRoute` and `DeadlinePassed`.
    """
    given = tuple(name for name in COURSE if getattr(said, name))
    if said.outcome is Outcome.ADOPTED and held.matter is None:
        raise refusals.NotOwnMatter(held.number)
    if given and said.outcome not in {Outcome.APPROVED, Outcome.FORMAL}:
        raise refusals.NothingToCarryOut(said.outcome, given)
    if held.matter and (given or said.outcome is Outcome.APPROVED):
        raise refusals.OwnMatter(held.number, held.matter)
    if said.referral and said.outcome is not Outcome.REFERRED:
        raise refusals.NotHandedOn(said.outcome)
    if said.form and said.form not in rules.forms:
        raise refusals.UnknownForm(said.form, rules.forms, rules.form_names)
    if said.route and said.route not in rules.routes:
        raise refusals.UnknownRoute(said.route, rules.routes)
    if said.strength and not said.route:
        raise refusals.StrengthWithoutRoute(said.strength)
    if said.deadline and said.deadline < day:
        raise refusals.DeadlinePassed(said.deadline, day)

"""The mandate (mandat) in editions: what a new one rests on, from when it binds, and when it binds no more (R19)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from contracts.events.council import MandateAdopted, MandateWithdrawn, Matter, Outcome
from contracts.ruleset import RuleSet
from services.council.domain import dossier, numbering, refusals
from services.council.domain.composition import Edition

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from contracts.commands import council as do
    from contracts.events.council import CouncilDecided
    from services.council.domain.composition import Council


@dataclass(frozen=True)
class Adoption:
    """A new edition, with the case of ours that it points to, if it does, and the id of the latest decision there."""

    command: do.AdoptMandate
    case: dossier.State | None = None
    decision: UUID | None = None


@dataclass(frozen=True)
class Reversal:
    """A decision in a case that had been decided before, and the id it goes on record under."""

    decision: CouncilDecided
    id: UUID


def adopt(council: Council, adoption: Adoption) -> list[MandateAdopted]:
    """The edition, once.

    Raises `NotAboutMandate`, `MandateNotDecided`, `MandateRests`, `AdoptedAhead`, `MandateReachesBack`,
    `MandateOutOfOrder` and `NumbersAlike`; `NotFound` where there is no such case.
    """
    command, last = adoption.command, council.editions[-1]
    edition = Edition(
        number=last.number + 1,
        adopted=command.adopted,
        in_force=command.in_force or command.adopted,
        case_reference=command.case_reference or _number(adoption),
        change=command.change,
        text=command.mandate,
        rules=RuleSet(**command.rules.model_dump()),
        case=command.case,
        body=command.body,
        decision=adoption.decision,
    )
    if any(_told_again(edition, past) for past in council.editions):
        return []
    if adoption.case is not None:
        _must_bear(adoption.case, edition, council)
    must_number_apart(edition.rules, council.editions)
    if edition.adopted > command.day:
        raise refusals.AdoptedAhead(edition.adopted, command.day)
    if edition.in_force < edition.adopted:
        raise refusals.MandateReachesBack(edition.in_force, edition.adopted)
    held = _last_held(council, command.day)  # one that is not in force yet is put right by the next
    if held is not None and edition.in_force < held.in_force:
        raise refusals.MandateOutOfOrder(edition.in_force, held.number, held.in_force)
    return [
        MandateAdopted(
            council=council.id,
            edition=edition.number,
            adopted=edition.adopted,
            in_force=edition.in_force,
            case_reference=edition.case_reference,
            change=edition.change,
            text=edition.text,
            rules=edition.rules,
            case=edition.case,
            body=edition.body,
            decision=edition.decision,
        )
    ]


def _told_again(edition: Edition, past: Edition) -> bool:
    """Whether the two are one: the same words after it was withdrawn are a new edition, on a new decision."""
    same = replace(edition, number=past.number, decision=past.decision, withdrawn=past.withdrawn) == past
    return same and (past.withdrawn is None or edition.adopted < past.withdrawn)


def _last_held(council: Council, day: date) -> Edition | None:
    """The last edition that has been in force by the day, whether or not it still is."""
    return next(
        (past for past in reversed(council.editions) if past.in_force <= day and past.holds(past.in_force)), None
    )


def withdraw(council: Council, reversal: Reversal) -> list[MandateWithdrawn]:
    """The end of the editions that rest on the case, from the day it was decided otherwise; once each.

    That the case is reopened changes nothing: what was decided holds until it is decided otherwise, and another yes
    takes nothing back.
    """
    decision = reversal.decision
    if decision.corrects is None or _is_yes(decision):
        return []
    return [
        MandateWithdrawn(
            council=council.id,
            edition=edition.number,
            withdrawn=decision.decided,
            case=decision.case,
            decision=reversal.id,
        )
        for edition in council.editions
        if edition.case == decision.case and edition.withdrawn is None
    ]


def must_number_apart(rules: RuleSet, editions: tuple[Edition, ...]) -> None:
    """Whether a number tells one case, however numbers have been written: as well before there was a mandate (R2).

    Raises `NumbersAlike`.
    """
    for other in (RuleSet(), *(past.rules for past in editions)):
        if numbering.alike(rules.numbering, other.numbering):
            raise refusals.NumbersAlike(rules.numbering, other.numbering)


def _number(adoption: Adoption) -> str:
    if adoption.case is None:
        raise AssertionError("an edition points to a case of the council's own or to another body's case reference")
    return dossier.dossier(adoption.case).number


def _must_bear(case: dossier.State, edition: Edition, council: Council) -> None:
    """Whether the edition can rest on what was decided in the case: about the mandate, by the body, used once."""
    held, decided = dossier.dossier(case), _yes(case)
    if held.matter is not Matter.MANDATE:
        raise refusals.NotAboutMandate(held.number)
    if decided is None or decided > edition.adopted:
        raise refusals.MandateNotDecided(held.number, edition.adopted, decided)
    for past in council.editions:
        if past.decision == edition.decision:
            raise refusals.MandateRests(held.number, past.number)


def _yes(case: dossier.State) -> date | None:
    """When the body said yes in the case, if that is how the case stands: not the leader alone, nor reopened since."""
    last = case.dossier.last if isinstance(case, dossier.Closed) else None
    return last.decided if last is not None and _is_yes(last) else None


def _is_yes(decision: CouncilDecided) -> bool:
    return not decision.by_leader and decision.outcome in {Outcome.ADOPTED, Outcome.FORMAL}

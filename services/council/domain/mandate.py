"""The mandate (mandat) in editions: what a new one rests on, and from when it binds (R19)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from contracts.events.council import MandateAdopted, Matter, Outcome
from contracts.ruleset import RuleSet
from services.council.domain import dossier, numbering, refusals
from services.council.domain.composition import Edition, edition_on

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from contracts.commands import council as do
    from services.council.domain.composition import Council


@dataclass(frozen=True)
class Adoption:
    """A new edition, with the case of ours that it points to, if it does, and the id of the latest decision there."""

    command: do.AdoptMandate
    case: dossier.State | None = None
    decision: UUID | None = None


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
    if any(replace(edition, number=past.number, decision=past.decision) == past for past in council.editions):
        return []
    if adoption.case is not None:
        _must_bear(adoption.case, edition, council)
    must_number_apart(edition.rules, council.editions)
    if edition.adopted > command.day:
        raise refusals.AdoptedAhead(edition.adopted, command.day)
    if edition.in_force < edition.adopted:
        raise refusals.MandateReachesBack(edition.in_force, edition.adopted)
    held = edition_on(council, command.day)  # one that is not in force yet is put right by the next
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
    if last is None or last.by_leader or last.outcome not in {Outcome.ADOPTED, Outcome.FORMAL}:
        return None
    return last.decided

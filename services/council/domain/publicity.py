"""Publicity (offentlighet) of a case: what is exempt and why, and how a decision is put on record without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from contracts.events.council import FormalDecision, PoliticalDecision, SealedDecision
from contracts.events.minutes import CaseExempted, CaseOpenedToPublic
from contracts.publicity import Exempt, ExemptionGround, Part, ground_of, notice
from contracts.sealed import Retention, Sealed
from services.council.domain import minutes_refusals as refusals
from services.council.domain.withholding import without_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.commands import minutes as do
    from contracts.events.assessment import OutcomeRecommended
    from contracts.events.council import CouncilDecided
    from services.council.domain.folder import Dossier

Followed = TypeVar("Followed", FormalDecision, PoliticalDecision)


def exempt(held: Dossier, command: do.ExemptFromPublicity) -> list[CaseExempted]:
    """Exempt parts of the case. Raises `MoreAccessNotConsidered`."""
    parts = tuple(dict.fromkeys(command.parts))
    same = all(Exempt(part=part, ground=command.ground) in held.exempt for part in parts)
    if same and command.public_title in {None, held.public_title}:
        return []
    if not command.ground.by_duty and command.more_access is None:
        raise refusals.MoreAccessNotConsidered(command.ground.citation)
    return [
        CaseExempted(
            council=held.council,
            case=held.case,
            parts=parts,
            ground=command.ground,
            more_access=command.more_access,
            public_title=command.public_title,
            exempted=command.moment,
        )
    ]


def open_up(held: Dossier, command: do.OpenToPublic) -> list[CaseOpenedToPublic]:
    """Let parts be public again; with the whole case, every part.

    Raises `ExemptAsAWhole` and `OpenedBeforeExempted`.
    """
    parts = tuple(dict.fromkeys(command.parts))
    known = {one.part for one in held.exempt}
    if Part.CASE in parts:
        parts = tuple(one.part for one in held.exempt)
    elif Part.CASE in known:
        raise refusals.ExemptAsAWhole(held.number)
    opened = tuple(part for part in parts if part in known)
    if not opened:
        return []
    if held.exempted is not None and command.moment < held.exempted:
        raise refusals.OpenedBeforeExempted(held.number, held.exempted, command.moment)
    return [CaseOpenedToPublic(council=held.council, case=held.case, parts=opened, reason=command.reason)]


def after(known: tuple[Exempt, ...], event: CaseExempted | CaseOpenedToPublic) -> tuple[Exempt, ...]:
    """What is exempt once the event has happened."""
    others = tuple(one for one in known if one.part not in event.parts)
    if isinstance(event, CaseOpenedToPublic):
        return others
    return (*others, *(Exempt(part=part, ground=event.ground) for part in event.parts))


def public_title(held: Dossier, title: str) -> str:
    """The title as it may be recorded from now on."""
    ground = ground_of(Part.TITLE, held.exempt)
    return title if ground is None else held.public_title or notice(ground)


def reasons(text: str, held: Dossier) -> dict[str, Any]:
    """The fields for reasons as they may be recorded: if they are exempt, sealed, with a notice in their place."""
    ground = ground_of(Part.REASONS, held.exempt)
    if ground is None:
        return {"reasons": text}
    return {"reasons": notice(ground), "sealed_reasons": Sealed[str].of(text, Retention.ARCHIVE)}


def of_reasons(held: Dossier) -> str | None:
    """The notice that stands for why something was done with the case, if the reasons of its decision are exempt."""
    ground = ground_of(Part.REASONS, held.exempt)
    return None if ground is None else notice(ground)


def _lines(name: str, lines: tuple[str, ...], ground: ExemptionGround) -> dict[str, Any]:
    """The fields for lines that are exempt."""
    kept = tuple(Sealed[str].of(line, Retention.ARCHIVE) for line in lines)
    return {name: (notice(ground),), f"sealed_{name}": kept} if lines else {}


def of_assessment(held: Dossier) -> str | None:
    """The notice that stands for what is written before the case is decided, if that is exempt."""
    ground = ground_of(Part.ASSESSMENT, held.exempt)
    return None if ground is None else notice(ground)


def veiled(decision: CouncilDecided, held: Dossier) -> CouncilDecided:
    """The decision as it may be recorded: what is exempt is sealed, a notice with the ground stands in its place.

    Who voted what stays, and on what ground somebody is recused: by pseudonyms, and without it nobody could replay how
    the council decided.
    """
    if not held.exempt:
        return decision
    changes: dict[str, object] = {"exempt": held.exempt, "title": public_title(held, decision.title)}
    changes |= reasons(decision.reasons, held)
    if (ground := ground_of(Part.REASONS, held.exempt)) is not None:
        changes |= _lines("priorities", decision.priorities, ground)
    if (ground := ground_of(Part.CONDITIONS, held.exempt)) is not None:
        changes |= _lines("conditions", decision.conditions, ground)
    if ground_of(Part.CASE, held.exempt) is not None:
        untold = {"ground": None, "how": None}  # a party's question raises itself: how it came up tells the ground
        changes["recusals"] = tuple(each.model_copy(update=untold) for each in decision.recusals)
    if decision.referral is not None and (ground := ground_of(Part.CASE, held.exempt)) is not None:
        changes["referral"] = decision.referral.model_copy(update={"whom": notice(ground)})
        changes["sealed_whom"] = Sealed[str].of(decision.referral.whom, Retention.ARCHIVE)
    if decision.formal is not None and (ground := ground_of(Part.CASE, held.exempt)) is not None:
        changes["formal"], changes["sealed_formal"] = _sealed(decision.formal, ground)
    changes |= _elsewhere(decision, held)
    return _leaning(decision.model_copy(update=changes), held)


def _elsewhere(decision: CouncilDecided, held: Dossier) -> dict[str, object]:
    """The fields that tell where another body put its own decision in the case on record, if that is exempt.

    From which claim it comes stays: by that its publisher puts it right.
    """
    ground = ground_of(Part.CASE, held.exempt)
    if ground is None or decision.body is None or decision.reference is None:
        return {}
    body, reference = (Sealed[str].of(text, Retention.ARCHIVE) for text in (decision.body, decision.reference))
    sealed = SealedDecision(body=body, reference=reference)
    return {"body": notice(ground), "reference": notice(ground), "sealed_elsewhere": sealed}


def reference(decision: CouncilDecided, held: Dossier) -> str:
    """What the decision is called towards another system: by its body's own reference, unless that is exempt."""
    return decision.number if ground_of(Part.CASE, held.exempt) else decision.reference or decision.number


def _leaning(decision: CouncilDecided, held: Dossier) -> CouncilDecided:
    """The decision with other bodies' political decisions sealed, those that are not so yet, if the case is exempt."""
    if (ground := ground_of(Part.CASE, held.exempt)) is None:
        return decision
    kept = {each.purpose for each in held.sealed_political}
    political: list[PoliticalDecision] = []
    sealed: list[SealedDecision] = []
    for each in decision.political:
        if each in held.political and each.purpose in kept:
            political.append(each)
        else:
            veil, secret = _sealed(each, ground)
            political.append(veil)
            sealed.append(secret.model_copy(update={"purpose": each.purpose}))
    return decision.model_copy(update={"political": tuple(political), "sealed_political": tuple(sealed)})


def veiled_political(political: PoliticalDecision, held: Dossier) -> dict[str, Any]:
    """The fields for another body's political decision as they may be recorded."""
    if (ground := ground_of(Part.CASE, held.exempt)) is None:
        return {"political": political}
    veil, secret = _sealed(political, ground)
    return {"political": veil, "sealed_political": secret.model_copy(update={"purpose": political.purpose})}


def _sealed(formal: Followed, ground: ExemptionGround) -> tuple[Followed, SealedDecision]:
    """Another body's decision with a notice for which body and its reference, and those sealed."""
    body, reference = (Sealed[str].of(text, Retention.ARCHIVE) for text in (formal.body, formal.reference))
    veil = formal.model_copy(update={"body": notice(ground), "reference": notice(ground)})
    return veil, SealedDecision(body=body, reference=reference)


def of_recommendation(exempt: Sequence[Exempt]) -> ExemptionGround | None:
    """The ground on which a recommendation is exempt: its own, or that of the reasons it suggests for the decision."""
    return ground_of(Part.RECOMMENDATION, exempt) or ground_of(Part.REASONS, exempt)


def veiled_recommendation(recommended: OutcomeRecommended, held: Dossier) -> OutcomeRecommended:
    """The recommendation as it may be recorded: what is exempt is sealed, a notice stands in its place."""
    changes: dict[str, object] = {}
    ground = of_recommendation(held.exempt)
    if ground is not None:
        sealed = Sealed[str].of(recommended.reasons, Retention.ARCHIVE)
        changes |= {"reasons": notice(ground), "sealed_reasons": sealed, **without_terms(recommended)}
        changes |= _lines("priorities", recommended.priorities, ground)
    ground = ground or ground_of(Part.CONDITIONS, held.exempt)
    if ground is not None:
        changes |= _lines("conditions", recommended.conditions, ground)
    return recommended.model_copy(update=changes)

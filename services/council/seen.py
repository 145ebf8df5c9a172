"""A case as somebody sees it: in full, or with notices in place of what is exempt from publicity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.publicity import Part, ground_of, notice, withheld
from contracts.rights import IN_FULL
from services.council.domain import withholding
from services.council.domain.publicity import of_recommendation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.publicity import Exempt
    from contracts.queries.assessment import AssessmentShown
    from contracts.queries.council import CaseShown, MeetingShown, Recusal


def as_seen_by(acting: Acting, shown: CaseShown) -> CaseShown:
    """The case with a notice in place of what is exempt, unless the acting person may read it."""
    if not shown.exempt or acting.roles & IN_FULL:
        return shown
    instead = withheld(shown.exempt, shown.public_title)
    changes: dict[str, object] = {"title": instead.get("title", shown.title)}
    changes["decisions"] = tuple(
        one.model_copy(update={name: value for name, value in instead.items() if getattr(one, name)})
        for one in shown.decisions
    )
    changes["recusals"] = tuple(_recusal_as_seen(one, shown.exempt, instead) for one in shown.recusals)
    if "reasons" in instead:
        written = {"text": instead["reasons"]}
        changes["statements"] = tuple(one.model_copy(update=written) for one in shown.statements)
    if "votes" in instead:
        changes["votes"] = ()
        changes["statements"] = ()
    if "political" in instead:
        changes["political"] = ()
    if shown.assessment is not None:
        changes["assessment"] = _assessment_as_seen(shown.assessment, shown.exempt)
    return shown.model_copy(update=changes)


def meeting_as_seen_by(acting: Acting, shown: MeetingShown, exempt: Mapping[UUID, tuple[Exempt, ...]]) -> MeetingShown:
    """The meeting with a notice for why a case was struck whose reasons are exempt; `exempt` is by case."""
    if acting.roles & IN_FULL:
        return shown
    grounds = ((each, ground_of(Part.REASONS, exempt[each.case])) for each in shown.struck)
    struck = (
        each if ground is None or each.reason is None else each.model_copy(update={"reason": notice(ground)})
        for each, ground in grounds
    )
    return shown.model_copy(update={"struck": tuple(struck)})


def _recusal_as_seen(one: Recusal, exempt: tuple[Exempt, ...], instead: Mapping[str, Any]) -> Recusal:
    """The question with notices in what was found; where the whole case is exempt, without what tells its ground."""
    changes: dict[str, object] = {} if ground_of(Part.CASE, exempt) is None else {"ground": None, "how": None}
    if one.recused is not None:
        changes |= {name: instead[name] for name in ("reasons", "votes") if name in instead}
    return one.model_copy(update=changes)


def _assessment_as_seen(known: AssessmentShown, exempt: tuple[Exempt, ...]) -> AssessmentShown:
    """The assessment with notices; how it was scored is left out with what was said of it."""
    changes: dict[str, object] = {}
    if (ground := ground_of(Part.ASSESSMENT, exempt)) is not None:
        parts = {name: getattr(known, name) for name in ("problem", "novelty", "solution", "profitability")}
        parts |= {"capacity": known.capacity, "grounds": known.grounds}
        changes = {name: part and withholding.withheld(part, notice(ground)) for name, part in parts.items()}
        involved = (withholding.withheld(each, notice(ground)) for each in known.involved)
        changes |= {"involved": tuple(involved), "scores": ()}
    said, conditions = known.recommendation, ground_of(Part.CONDITIONS, exempt)
    if said is not None and (ground := of_recommendation(exempt)) is not None:
        left_out: dict[str, object] = dict.fromkeys(withholding.TERMS)
        hidden = left_out | {"reasons": notice(ground), "conditions": (), "priorities": ()}
        changes["recommendation"] = said.model_copy(update=hidden)
    elif said is not None and conditions is not None and said.conditions:
        changes["recommendation"] = said.model_copy(update={"conditions": (notice(conditions),)})
    return known.model_copy(update=changes)

"""What intake does when the council or the portfolio records something: the submitter is told (R23)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.commands.intake import InformSubmitter
from contracts.events import council, portfolio
from contracts.events.intake import Turn
from runtime.inbox import Reaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.envelope import Recorded

FOLLOWS = ("council", "portfolio")
"""The services whose events intake follows."""


def react(event: Recorded[Any]) -> Iterable[Reaction]:
    """The news in an event, if it is any. The event's id makes sure that it is told once."""
    told = _from_the_council(event.data) or _from_the_portfolio(event.data)
    if told:
        day = event.time.date()
        news = InformSubmitter(**{"on": day, **told}, cause=event.id, at=event.time)
        yield Reaction(command=news, tenant=event.tenant)


def _from_the_council(event: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any event there is
    match event:
        case council.CaseOpened(idea=idea) if idea is not None:
            told = {"turn": Turn.RECEIVED, "on": event.received}
        case council.CaseReferredAgain():
            return {"turn": Turn.RECEIVED, "on": event.received, "case": event.case}
        case council.CaseTabled():
            told = {"turn": Turn.TABLED}
        case council.CaseCarriedOver() | council.CaseStruck():
            return {"turn": Turn.CARRIED_OVER, "case": event.case}
        case council.CaseReopened():
            return {"turn": Turn.REOPENED, "on": event.reopened, "case": event.case, "reasons": event.reasons}
        case council.ReopeningWithdrawn():
            return {"turn": Turn.LEFT, "on": event.withdrawn, "case": event.case}
        case council.CouncilDecided():
            told = {
                "turn": Turn.DECIDED,
                "on": event.decided,
                **event.model_dump(
                    include={"outcome", "reasons", "form", "form_name", "route", "strength", "responsible", "deadline"}
                ),
            }
        case council.CaseWithdrawn():
            told = {"turn": Turn.CLOSED, "on": event.withdrawn, "through": event.into}
        case _:
            return None
    return told | {"idea": event.idea, "case": event.case, "number": event.number}


def _from_the_portfolio(event: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any event there is
    match event:
        case portfolio.ActivityStarted(idea=idea) if idea is not None:
            told = {
                "turn": Turn.STARTED,
                "on": event.started,
                **event.model_dump(
                    include={
                        *("idea", "case", "number", "form", "form_name", "route", "strength", "responsible"),
                        "deadline",
                    }
                ),
            }
        case portfolio.PhaseEntered():
            told = {"turn": Turn.PHASE, "on": event.on, "phase": event.phase}
        case portfolio.BenefitPlanned():
            told = {
                "turn": Turn.EXPECTED,
                "benefit": event.benefit,
                "indicator": event.indicator,
                "unit": event.unit,
                "value": event.desired,
                "deadline": event.due,
            }
        case portfolio.BenefitRealised():
            told = {"turn": Turn.BENEFIT, "on": event.on, "benefit": event.benefit, "value": event.value}
        case portfolio.ActivityStopped():
            told = {"turn": Turn.STOPPED, "on": event.on, "reasons": event.reason, "lesson": event.lesson}
        case portfolio.ActivityHandedOver():
            told = {"turn": Turn.HANDED_OVER, "on": event.on, "responsible": event.responsible}
        case portfolio.ResponsibleChanged():
            told = {"turn": Turn.RESPONSIBLE, "on": event.on, "responsible": event.responsible}
        case portfolio.DeadlineMoved():
            told = {"turn": Turn.DEADLINE, "deadline": event.deadline, "reasons": event.reason}
        case portfolio.ActivityCompleted():
            told = {"turn": Turn.COMPLETED, "on": event.on, "reasons": event.result, "lesson": event.lesson}
        case _:
            return None
    return told | {"activity": event.activity}

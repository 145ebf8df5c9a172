"""What the council and the portfolio record is news for the submitter (R23)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from contracts.commands.intake import InformSubmitter
from contracts.envelope import Recorded
from contracts.events import council, portfolio
from contracts.events.intake import Turn
from contracts.identity import derive
from services.intake.policies import react

if TYPE_CHECKING:
    from contracts.message import Event

AT = datetime(2026, 4, 7, 12, tzinfo=UTC)
DAY = date(2026, 4, 6)
IDEA, CASE, COUNCIL, ACTIVITY, BENEFIT = (derive(name) for name in ("idea", "case", "council", "activity", "benefit"))
EVENT = derive("event", 1)

OPENED = council.CaseOpened(council=COUNCIL, case=CASE, idea=IDEA, title="Turnus", number="PS-3/26", received=DAY)
DECIDED = council.CouncilDecided(
    council=COUNCIL,
    case=CASE,
    idea=IDEA,
    number="PS-3/26",
    title="Turnus",
    visibility="network",
    decided=DAY,
    outcome=council.Outcome.APPROVED,
    reasons="Svarer på måla.",
    form="experiment",
    form_name=council.FormName(nb="utprøving", nn="utprøving"),
    route="pilot",
    strength="should",
    responsible="ola",
    seats=7,
)
STARTED = portfolio.ActivityStarted(
    activity=ACTIVITY,
    tenant="molde",
    title="Turnus",
    started=DAY,
    visibility="network",
    case=CASE,
    idea=IDEA,
    number="PS-3/26",
    form="experiment",
    responsible="ola",
)


def recorded(event: Event, service: str) -> Recorded[Any]:
    return Recorded(
        id=EVENT,
        type=event.type_in(service),
        source=f"/molde/{service}",
        subject=CASE,
        time=AT,
        tenant="molde",
        sequence=7,
        recordedtime=AT,
        correlationid="c",
        causationid="c",
        actor="molde/web/sissel",
        data=event,
    )


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (OPENED, {"turn": Turn.RECEIVED, "idea": IDEA, "case": CASE, "number": "PS-3/26", "on": DAY}),
        (
            council.CaseTabled(council=COUNCIL, case=CASE, idea=IDEA, number="PS-3/26", meeting=derive("meeting")),
            {"turn": Turn.TABLED, "idea": IDEA, "case": CASE, "number": "PS-3/26", "on": AT.date()},
        ),
        (
            DECIDED,
            {
                "turn": Turn.DECIDED,
                "idea": IDEA,
                "case": CASE,
                "number": "PS-3/26",
                "on": DAY,
                "outcome": "approved",
                "reasons": "Svarer på måla.",
                "form": "experiment",
                "form_name": {"nb": "utprøving", "nn": "utprøving"},
                "route": "pilot",
                "strength": "should",
                "responsible": "ola",
            },
        ),
        (
            council.CaseReferredAgain(
                council=COUNCIL, case=CASE, title="Turnus", visibility="network", referral=2, received=DAY
            ),
            {"turn": Turn.RECEIVED, "case": CASE, "on": DAY},
        ),
        (
            council.CaseCarriedOver(council=COUNCIL, case=CASE, meeting=derive("meeting"), quorate=False),
            {"turn": Turn.CARRIED_OVER, "case": CASE, "on": AT.date()},
        ),
        (
            council.CaseReopened(council=COUNCIL, case=CASE, decision=EVENT, reopened=DAY, reasons="Nye opplysningar."),
            {"turn": Turn.REOPENED, "case": CASE, "on": DAY, "reasons": "Nye opplysningar."},
        ),
        (
            council.ReopeningWithdrawn(council=COUNCIL, case=CASE, decision=EVENT, withdrawn=DAY),
            {"turn": Turn.LEFT, "case": CASE, "on": DAY},
        ),
        (
            portfolio.ActivityHandedOver(activity=ACTIVITY, on=DAY, to="Heimetenesta", responsible="eva"),
            {"turn": Turn.HANDED_OVER, "activity": ACTIVITY, "on": DAY, "responsible": "eva"},
        ),
        (
            portfolio.ResponsibleChanged(activity=ACTIVITY, on=DAY, responsible="eva"),
            {"turn": Turn.RESPONSIBLE, "activity": ACTIVITY, "on": DAY, "responsible": "eva"},
        ),
        (
            portfolio.DeadlineMoved(activity=ACTIVITY, reason="Ferie", deadline=DAY),
            {"turn": Turn.DEADLINE, "activity": ACTIVITY, "on": AT.date(), "reasons": "Ferie", "deadline": DAY},
        ),
        (
            council.CaseWithdrawn(council=COUNCIL, case=CASE, idea=IDEA, number="PS-3/26", withdrawn=DAY),
            {"turn": Turn.CLOSED, "idea": IDEA, "case": CASE, "number": "PS-3/26", "on": DAY},
        ),
        (
            STARTED,
            {
                "turn": Turn.STARTED,
                "idea": IDEA,
                "case": CASE,
                "number": "PS-3/26",
                "on": DAY,
                "form": "experiment",
                "responsible": "ola",
                "activity": ACTIVITY,
            },
        ),
        (
            portfolio.PhaseEntered(activity=ACTIVITY, phase="pilotering", on=DAY),
            {"turn": Turn.PHASE, "activity": ACTIVITY, "phase": "pilotering", "on": DAY},
        ),
        (
            portfolio.BenefitPlanned(
                activity=ACTIVITY, benefit=BENEFIT, indicator="Fråvær", unit="%", start=9, desired=6, due=DAY
            ),
            {
                "turn": Turn.EXPECTED,
                "activity": ACTIVITY,
                "benefit": BENEFIT,
                "indicator": "Fråvær",
                "unit": "%",
                "value": Decimal(6),
                "deadline": DAY,
                "on": AT.date(),
            },
        ),
        (
            portfolio.BenefitRealised(activity=ACTIVITY, benefit=BENEFIT, value=0, on=DAY, evidence="Lønssystemet"),
            {"turn": Turn.BENEFIT, "activity": ACTIVITY, "benefit": BENEFIT, "value": Decimal(0), "on": DAY},
        ),
        (
            portfolio.ActivityStopped(activity=ACTIVITY, on=DAY, reason="For dyrt.", lesson="Spør leverandøren først."),
            {
                "turn": Turn.STOPPED,
                "activity": ACTIVITY,
                "on": DAY,
                "reasons": "For dyrt.",
                "lesson": "Spør leverandøren først.",
            },
        ),
        (
            portfolio.ActivityCompleted(activity=ACTIVITY, on=DAY, result="I drift."),
            {"turn": Turn.COMPLETED, "activity": ACTIVITY, "on": DAY, "reasons": "I drift."},
        ),
    ],
    ids=lambda part: type(part).__name__,
)
@pytest.mark.requirement("R23")
def test_the_submitter_is_told(event: Event, told: dict[str, Any]) -> None:
    service = str(event.service)
    [reaction] = react(recorded(event, service))
    assert reaction.tenant == "molde"
    assert reaction.command == InformSubmitter(cause=EVENT, at=AT, **told)


@pytest.mark.parametrize(
    "event",
    [
        OPENED.model_copy(update={"idea": None}),
        STARTED.model_copy(update={"idea": None}),
        portfolio.ActivityDescribed(activity=ACTIVITY, competences=("Tenestedesign",)),
        council.CaseNumbered(council=COUNCIL, year=2026, number=3, case=CASE, label="PS-3/26"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_is_no_news_for_a_submitter_tells_nobody(event: Event) -> None:
    assert list(react(recorded(event, str(event.service)))) == []

"""What the council does of itself when intake records something, in its order and again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Role
from contracts.envelope import Recorded
from contracts.events import intake
from contracts.events.intake import Kind, Visibility
from contracts.identity import derive
from services.council.domain import refusals
from services.council.domain.ids import case_id
from services.council.policies import react
from tests.services.council.given import AT

if TYPE_CHECKING:
    from contracts.message import Event
    from tests.services.council.town import Town

IDEA, OTHER = derive("idea", 1), derive("idea", 2)


def told(town: Town, *events: Event) -> None:
    for order, event in enumerate(events):
        cause: Recorded[Any] = Recorded[Any](
            id=derive("event", event.model_dump_json()),
            type=event.type_in("intake"),
            source=f"/{town.tenant}/intake",
            subject=IDEA,
            time=AT + timedelta(minutes=order),
            tenant=town.tenant,
            sequence=order + 1,
            recordedtime=AT + timedelta(minutes=order),
            correlationid="c",
            causationid="c",
            actor=f"{town.tenant}/portal",
            data=event,
        )
        for reaction in react(cause):
            assert reaction.tenant == town.tenant
            town.send(reaction.command, None, Role.SYSTEM)


def referred(town: Town, idea: Any = IDEA, **changes: Any) -> intake.IdeaReferred:
    said = {"title": "Digitalt nattilsyn", "kind": Kind.NEED, "submitted": date(2026, 2, 1), "referred": AT.date()}
    return intake.IdeaReferred(idea=idea, council=town.council, **{**said, **changes})


def test_a_referred_idea_becomes_a_case_once_also_where_there_is_no_council(molde: Town) -> None:
    told(molde, referred(molde, visibility=Visibility.OWN, person="kari"))
    told(molde, referred(molde, visibility=Visibility.OWN, person="kari"))
    shown = molde.case("PS-1/26")
    assert shown.case == case_id(molde.council, IDEA)
    assert (shown.idea, shown.kind, shown.visibility) == (IDEA, Kind.NEED, Visibility.OWN)
    assert (shown.submitted, shown.received, shown.status) == (date(2026, 2, 1), AT.date(), "waiting")
    assert molde.ledger.head() == 2


def test_a_withdrawn_idea_ends_its_case_and_a_late_replay_opens_nothing(molde: Town) -> None:
    withdrawn = intake.IdeaWithdrawn(idea=IDEA, withdrawn=AT.date(), council=molde.council)
    told(molde, referred(molde), withdrawn, withdrawn, referred(molde))
    assert molde.case("PS-1/26").status == "withdrawn"
    assert molde.ledger.head() == 3


def test_a_merged_idea_ends_its_case_and_says_what_it_became_part_of(molde: Town) -> None:
    told(molde, referred(molde), intake.IdeaMerged(idea=IDEA, into=OTHER, merged=AT.date()))
    last = molde.history(case_id(molde.council, IDEA))[-1]
    assert (last.name, last.data.into) == ("CaseWithdrawn", OTHER)


def test_an_idea_that_never_reached_the_council_is_none_of_its_business(molde: Town) -> None:
    told(
        molde,
        intake.IdeaWithdrawn(idea=IDEA, withdrawn=AT.date()),
        intake.IdeaMerged(idea=OTHER, into=IDEA, merged=AT.date()),
        intake.IdeaTookIn(idea=IDEA, other=OTHER, merged=AT.date()),
    )
    assert molde.ledger.head() == 0


def test_an_idea_referred_again_after_its_case_was_withdrawn_is_refused(molde: Town) -> None:
    told(molde, referred(molde), intake.IdeaWithdrawn(idea=IDEA, withdrawn=AT.date(), council=molde.council))
    with pytest.raises(refusals.CaseClosed):
        told(molde, referred(molde, referral=2))

"""What the council does of itself when intake records something, in its order and again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.envelope import Recorded
from contracts.events import intake
from contracts.events.council import Ground, Raised
from contracts.events.intake import Kind, SubmitterKind, Visibility
from contracts.identity import derive
from contracts.sealed import Retention, Sealed
from services.council.domain import refusals
from services.council.domain.ids import case_id
from services.council.policies import react
from tests.services.council.given import ADA, AT, BO, CAN

if TYPE_CHECKING:
    from contracts.message import Event
    from tests.services.council.town import Town

IDEA, OTHER = derive("idea", 1), derive("idea", 2)


def told(town: Town, *events: Event) -> None:
    for order, event in enumerate(events):
        cause: Recorded[Any] = Recorded[Any](
            id=derive("event", event.model_dump_json(exclude={"problem"})),
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


def submitted(idea: Any, person: str | None) -> intake.IdeaSubmitted:
    sealed = Sealed[str].of("Eit problem", Retention.CONTENT)
    return intake.IdeaSubmitted(
        idea=idea,
        tenant="molde",
        title="Eit innspel",
        problem=sealed,
        submitter=SubmitterKind.EMPLOYEE,
        submitted=date(2026, 2, 1),
        kind=Kind.NEED,
        person=person,
    )


@pytest.mark.parametrize("before", [True, False])
def test_who_submitted_a_merged_idea_is_a_party_to_the_other_whether_its_case_was_open_or_not(
    molde: Town, *, before: bool
) -> None:
    molde.establish(ADA, BO, CAN)
    merged = intake.IdeaMerged(idea=OTHER, into=IDEA, merged=AT.date())
    both = (merged, referred(molde)) if before else (referred(molde), merged)
    told(molde, submitted(IDEA, None), submitted(OTHER, BO), *both, merged)
    case = case_id(molde.council, IDEA)
    meeting = molde.called(case)
    molde.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO, CAN)))
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    (asked,) = molde.case(case).recusals
    assert (asked.member, asked.ground, asked.how) == (BO, Ground.PARTY, Raised.OF_ITSELF)
    with pytest.raises(refusals.RecusalUndecided):
        molde.send(do.CastVote(at=AT, case=case, member=BO, vote="for"))


def test_who_submitted_what_was_merged_on_the_way_is_a_party_at_its_end(molde: Town) -> None:
    last = derive("idea", 3)
    told(
        molde,
        *(submitted(idea, person) for idea, person in ((OTHER, BO), (IDEA, CAN), (last, None))),
        intake.IdeaMerged(idea=OTHER, into=IDEA, merged=AT.date()),
        intake.IdeaMerged(idea=IDEA, into=last, merged=AT.date()),
        referred(molde, last, person=CAN),
    )
    opened = molde.history(case_id(molde.council, last))[0].data
    assert opened.parties == (CAN, BO)


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

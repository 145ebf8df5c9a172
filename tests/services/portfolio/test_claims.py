"""Activities that a portfolio tool tells of: one a decision, whoever started it, and put right under its own id."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.claims import idea_id
from contracts.commands.portfolio import ChangeResponsible
from runtime.adjudication import Waits
from services.portfolio.domain.shown import shown
from tests.runtime.claimants import ACTIVITY, DECISION, IDEA, Claimants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.queries.portfolio import ActivityShown

BY_IDEA: dict[str, Any] = {"idea": {"system": "sak", "id": "7"}}
BY_CLAIM: dict[str, Any] = {"decision": {"system": "sak", "id": "V-1"}}


@pytest.fixture
def molde(tmp_path: Path) -> Iterator[Claimants]:
    """The council has said yes to idea 7, which the case system has on record as V-1; idea 8 waits."""
    claimants = Claimants(tmp_path)
    claimants.publish("IdeaSubmitted", "7", IDEA)
    claimants.publish("IdeaSubmitted", "8", IDEA)
    claimants.catch_up()
    claimants.publish("CouncilDecided", "V-1", DECISION | {"form": "project"})
    yield claimants
    claimants.close()


def tell(molde: Claimants, id_: str = "1", **said: Any) -> ActivityShown:
    outcome = molde.publish("ActivityStarted", id_, ACTIVITY | said)
    assert outcome.state == "accepted", outcome.refusal
    assert outcome.about is not None
    found = shown(each.data for each in molde.ledgers["portfolio"].history(outcome.about))
    assert found is not None
    return found


def refused(molde: Claimants, id_: str = "2", **said: Any) -> Any:
    before = [event.name for event in molde.events("portfolio")]
    refusal = molde.publish("ActivityStarted", id_, ACTIVITY | said).refusal
    assert [event.name for event in molde.events("portfolio")] == [*before, "ClaimRejected"]
    return refusal


@pytest.mark.parametrize("reference", [BY_IDEA, BY_CLAIM, {**BY_IDEA, **BY_CLAIM}])
def test_the_tool_s_id_names_the_activity_that_the_decision_started(molde: Claimants, reference: Any) -> None:
    molde.catch_up()
    activity = tell(molde, responsible="ola", deadline="2026-12-01", **reference)
    (started,) = molde.of("ActivityStarted")
    assert (started.activity, started.title) == (activity.activity, "Felles bårebil")
    assert (activity.start.title, activity.start.started) == ("Felles bårebil, prosjekt", date(2026, 3, 4))
    assert (activity.responsible, activity.deadline, activity.start.form) == ("ola", date(2026, 12, 1), "project")
    assert activity.start.decision == started.decision


def test_a_decision_is_named_by_the_id_of_its_event(molde: Claimants) -> None:
    molde.catch_up()
    decision = next(event.id for event in molde.events("council") if event.name == "CouncilDecided")
    assert tell(molde, decision=str(decision)).start.idea == idea_id("molde", "sak", "7")


def test_the_tool_is_faster_than_the_decision_and_waits_for_it(molde: Claimants) -> None:
    with pytest.raises(Waits):
        molde.publish("ActivityStarted", "1", ACTIVITY | BY_IDEA, published=molde.now)
    assert not molde.of("ActivityStarted")
    molde.catch_up()
    assert molde.publish("ActivityStarted", "1", ACTIVITY | BY_IDEA, published=molde.now).state == "accepted"
    molde.catch_up()
    assert len(molde.of("ActivityStarted")) == 1


def test_an_idea_that_nobody_has_said_yes_to_has_no_activity(molde: Claimants) -> None:
    molde.catch_up()
    refusal = refused(molde, idea={"system": "sak", "id": "8"})
    assert (refusal.rule, refusal.field, refusal.value) == ("UnknownReference", "data.idea", "sak:8")


def test_an_activity_that_no_decision_started_is_the_tool_s_own(molde: Claimants) -> None:
    activity = tell(molde, led_by="Kristiansund kommune", form="experiment")
    assert (activity.start.decision, activity.start.led_by) == (None, "Kristiansund kommune")
    assert (activity.start.origin.system, activity.start.origin.id) == ("prosjekt", "P-11")  # type: ignore[union-attr]  # it has one


def test_a_later_claim_about_the_same_id_puts_right_what_was_said(molde: Claimants) -> None:
    first = tell(molde)
    again = tell(molde, "2", title="Felles bårebil, no i drift", form="project", responsible="kari")
    assert again.activity == first.activity
    assert (again.start.title, again.start.form, again.responsible) == ("Felles bårebil, no i drift", "project", "kari")
    head = molde.ledgers["portfolio"].head()
    same = tell(molde, "3", title="Felles bårebil, no i drift", corrects="2")
    assert same == again
    assert [each.name for each in molde.events("portfolio", head)] == ["ClaimAccepted"]
    assert len(molde.of("ActivityStarted")) == 1


def test_what_is_corrected_is_one_s_own_about_the_same_activity(molde: Claimants) -> None:
    tell(molde)
    tell(molde, "2", activity="P-12")
    assert refused(molde, "3", activity="P-12", corrects="1").rule == "UnknownReference"
    assert refused(molde, "4", corrects="none").field == "data.corrects"


def test_form_route_and_strength_are_the_council_s(molde: Claimants) -> None:
    molde.catch_up()
    refusal = refused(molde, form="experiment", **BY_IDEA)
    assert (refusal.rule, refusal.field, refusal.value) == ("DecidedOtherwise", "data.form", "experiment")
    assert refusal.accepts.startswith("project")


def test_a_decision_has_one_activity_and_a_system_one_id_for_it(molde: Claimants) -> None:
    molde.catch_up()
    tell(molde, **BY_IDEA)
    refusal = refused(molde, activity="P-12", **BY_IDEA)
    assert (refusal.rule, refusal.accepts) == ("AlreadyKnownAs", "P-11")
    tell(molde, "3", activity="P-13")
    assert refused(molde, "4", activity="P-13", **BY_IDEA).rule == "AnotherActivity"
    assert len(molde.of("ActivityStarted")) == 2


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"started": "2026-03-07"}, "DateAhead"),
        ({"deadline": "2026-03-01"}, "DeadlineBeforeStart"),
        ({"responsible": "Ola Nordmann"}, "Invalid"),
        ({"activity": " "}, "Invalid"),
    ],
)
def test_an_activity_is_told_of_as_it_can_be(molde: Claimants, said: dict[str, Any], rule: str) -> None:
    assert refused(molde, **said).rule == rule


def test_a_claim_says_again_what_people_have_changed_since(molde: Claimants) -> None:
    first = tell(molde, responsible="ola")
    molde.do(ChangeResponsible(activity=first.activity, responsible="kari"))
    assert tell(molde, "2", title="Nytt namn").responsible == "kari"


def test_to_another_municipality_the_id_is_free(molde: Claimants) -> None:
    ours = tell(molde)
    theirs = molde.publish("ActivityStarted", "1", ACTIVITY, tenant="aukra")
    assert theirs.about not in (None, ours.activity)
    molde.catch_up()
    refusal = molde.publish("ActivityStarted", "2", ACTIVITY | BY_IDEA, tenant="aukra").refusal
    assert refusal is not None
    assert refusal.rule == "UnknownReference"

"""A decision that was formally made elsewhere: taken in, told of, carried out once, and put right."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.claims import idea_id
from contracts.commands import intake as intake_commands
from contracts.commands.council import EstablishCouncil, OpenCase, Rules
from contracts.events.council import FormName, Outcome
from services.council.domain.ids import case_id, council_id
from services.reporting.views.council_history import project
from tests.runtime.claimants import DECISION, IDEA, Claimants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

IDEA_7 = idea_id("molde", "sak", "7")


@pytest.fixture
def molde(tmp_path: Path) -> Iterator[Claimants]:
    """The case system has submitted idea 7, the portal idea 9."""
    claimants = Claimants(tmp_path)
    claimants.publish("IdeaSubmitted", "7", IDEA)
    claimants.publish("IdeaSubmitted", "9", IDEA, system="portal")
    claimants.catch_up()
    yield claimants
    claimants.close()


def decide(molde: Claimants, id_: str = "V-1", **said: Any) -> UUID:
    outcome = molde.publish("CouncilDecided", id_, DECISION | said)
    assert outcome.state == "accepted", outcome.refusal
    molde.catch_up()
    assert outcome.about is not None
    return outcome.about


def refused(molde: Claimants, id_: str = "V-2", **said: Any) -> Any:
    heads = molde.heads()
    refusal = molde.publish("CouncilDecided", id_, DECISION | said).refusal
    molde.catch_up()
    assert refusal is not None
    assert {**molde.heads(), "council": 0} == {**heads, "council": 0}
    return refusal


def test_a_decision_made_elsewhere_is_external_and_takes_no_number_of_ours(molde: Claimants) -> None:
    case = decide(molde, form="project", route="pilot", strength="should", responsible="ola", priorities=["Plan 4.2"])
    (decided,) = molde.of("CouncilDecided")
    assert case == decided.case == case_id(council_id("molde"), IDEA_7)
    assert (decided.external, decided.body, decided.reference) == (True, "Formannskapet", "26/0123-4")
    assert (decided.outcome, decided.decided, decided.idea) == (Outcome.APPROVED, date(2026, 3, 3), IDEA_7)
    assert (decided.votes, decided.seats, decided.number, decided.title) == ((), 0, "26/0123-4", "Felles bårebil")
    assert (decided.form, decided.responsible, decided.origin.id) == ("project", "ola", "V-1")
    assert not molde.of("CaseNumbered")
    fresh = molde.do(OpenCase(key="ny", title="Ei anna sak"))
    assert [event.label for event in molde.of("CaseNumbered") if event.case == fresh] == ["PS-1/26"]


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        ("IR-12/2026", "IR-12/2026 (sak)"),
        ("PS-1/26", "PS-1/26 (sak)"),  # before there was a mandate
        ("FS-9/26", "FS-9/26"),
        ("PS-1/26 B", "PS-1/26 B"),
        (f"PS-{'1' * 290}/26", f"PS-{'1' * 197} (sak)"),
    ],
)
def test_it_is_so_of_every_way_in_which_the_council_has_written_its_numbers_and_of_no_other(
    molde: Claimants, reference: str, number: str
) -> None:
    council = {"name": "Rådet", "established": date(2026, 1, 1), "mandate": "Rådet.", "case_reference": "PS-27/22"}
    molde.do(EstablishCouncil(rules=Rules(numbering="IR-<n>/<yyyy>"), **council))
    decide(molde, reference=reference)
    assert [event.number for event in molde.of("CouncilDecided")] == [number]


def test_a_form_of_the_councils_own_has_its_name_also_where_another_system_decided(molde: Claimants) -> None:
    named = {"key": "service-design", "nb": "tjenestedesign", "nn": "tenestedesign"}
    rules = Rules.model_validate({"forms": ["project", "service-design"], "form_names": [named]})
    start = date(2026, 1, 1)
    council = {"name": "Rådet", "established": start, "mandate": "Rådet.", "case_reference": "PS-27/22"}
    molde.do(EstablishCouncil(rules=rules, **council))
    decide(molde, form="service-design")
    told = [event.form_name for name in ("CouncilDecided", "ActivityStarted") for event in molde.of(name)]
    assert told == [FormName(nb="tjenestedesign", nn="tenestedesign")] * 2


def test_it_starts_one_activity_and_the_submitter_is_told(molde: Claimants) -> None:
    decide(molde, form="project", responsible="ola")
    (started,) = molde.of("ActivityStarted")
    assert (started.idea, started.title, started.responsible) == (IDEA_7, "Felles bårebil", "ola")
    told = [(news.turn.value, news.number, news.outcome) for news in molde.of("SubmitterInformed")]
    assert told == [
        ("received", "26/0123-4", None),
        ("decided", "26/0123-4", "approved"),
        ("started", "26/0123-4", None),
    ]
    refusal = molde.publish("CouncilDecided", "V-1", DECISION | {"title": "x"}).refusal
    assert refusal is not None
    assert refusal.rule == "IdConflict"


SUPPLIERS = {"to": "suppliers", "whom": "Leverandøren av fagsystemet"}


@pytest.mark.requirement("R27")
def test_what_another_body_handed_on_says_to_whom_and_starts_nothing(molde: Claimants) -> None:
    decide(molde, outcome="referred", referral=SUPPLIERS)
    (decided,) = molde.of("CouncilDecided")
    assert (decided.outcome, decided.referral.to, decided.referral.whom) == (Outcome.REFERRED, *SUPPLIERS.values())
    assert molde.of("ActivityStarted") == []
    assert [(news.turn.value, news.outcome) for news in molde.of("SubmitterInformed")][-1] == ("decided", "referred")


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"outcome": "referred"}, "DecisionIncomplete"),
        ({"outcome": "declined", "referral": SUPPLIERS}, "NotHandedOn"),
        ({"outcome": "referred", "referral": SUPPLIERS, "form": "project"}, "NothingToCarryOut"),
    ],
)
def test_what_is_handed_on_says_to_whom_and_nothing_else_does(molde: Claimants, said: Any, rule: str) -> None:
    assert refused(molde, **said).rule == rule


def test_the_view_shows_where_it_was_decided(molde: Claimants) -> None:
    decide(molde)
    rows = [row for event in molde.events("council") for row in project(event)]
    (body,) = [row.values["body"] for row in rows if row.table == "decisions"]
    assert all(part in str(body) for part in ("Formannskapet", "26/0123-4", '"external":true'))


PORTAL_9 = idea_id("molde", "portal", "9")


@pytest.mark.parametrize(
    ("reference", "idea"),
    [({"system": "portal", "id": "9"}, PORTAL_9), (str(PORTAL_9), PORTAL_9), ("7", IDEA_7), (str(IDEA_7), IDEA_7)],
)
def test_an_idea_is_named_by_one_s_own_id_by_another_system_s_or_by_loypa_s(
    molde: Claimants, reference: Any, idea: UUID
) -> None:
    decide(molde, idea=reference)
    (decided,) = molde.of("CouncilDecided")
    assert decided.idea == idea


def test_another_municipality_s_idea_does_not_exist(molde: Claimants) -> None:
    theirs = molde.publish("IdeaSubmitted", "1", IDEA, tenant="aukra").about
    molde.catch_up()
    assert refused(molde, idea=str(theirs)).rule == "UnknownReference"


def test_a_case_the_council_has_open_is_closed_under_its_own_number(molde: Claimants) -> None:
    molde.do(EstablishCouncil(name="Rådet", established=date(2026, 1, 1), mandate="…", case_reference="PS-27/22"))
    molde.do(intake_commands.ReferIdea(idea=IDEA_7))
    molde.catch_up()
    decide(molde)
    (decided,) = molde.of("CouncilDecided")
    assert (decided.number, decided.reference) == ("PS-1/26", "26/0123-4")
    assert len(molde.of("CaseOpened")) == 1


def test_an_idea_is_decided_once(molde: Claimants) -> None:
    decide(molde)
    refusal = refused(molde)
    assert (refusal.rule, refusal.field, refusal.value) == ("AlreadyDecided", "data.idea", "7")
    assert molde.replayed() == []
    assert len(molde.of("ActivityStarted")) == 1


def test_a_correction_points_to_what_it_corrects_and_goes_on_with_the_same_activity(molde: Claimants) -> None:
    decide(molde, form="project", responsible="ola", deadline="2026-12-01")
    decide(molde, "V-2", corrects="V-1", form="experiment", responsible="kari", deadline="2027-01-01")
    decide(molde, "V-3", corrects="V-2", form="experiment", responsible="kari", deadline="2027-02-01")
    events = [event for event in molde.events("council") if event.name == "CouncilDecided"]
    assert [event.data.corrects for event in events] == [None, events[0].id, events[1].id]
    (started,) = molde.of("ActivityStarted")
    assert [change.responsible for change in molde.of("ResponsibleChanged")] == ["kari"]
    assert [moved.deadline for moved in molde.of("DeadlineMoved")] == [date(2027, 1, 1), date(2027, 2, 1)]
    assert [(each.activity, each.form) for each in molde.of("ActivityCorrected")] == [(started.activity, "experiment")]
    assert {each.activity for each in molde.of("DecisionCarriedOut")} == {started.activity}
    assert molde.replayed() == []


def test_a_yes_that_was_no_stops_the_activity_and_a_yes_again_starts_another(molde: Claimants) -> None:
    decide(molde)
    decide(molde, "V-2", corrects="V-1", outcome="declined")
    (stopped,) = molde.of("ActivityStopped")
    assert (stopped.reason, "rettet" in stopped.lesson) == ("Behovet er felles.", True)
    decide(molde, "V-3", corrects="V-2")
    assert len(molde.of("ActivityStarted")) == 2
    assert len(molde.of("ActivityStopped")) == 1
    assert molde.replayed() == []


def test_only_the_latest_of_one_s_own_is_corrected(molde: Claimants) -> None:
    decide(molde)
    assert refused(molde, corrects="V-0").rule == "UnknownReference"
    decide(molde, "V-3", corrects="V-1")
    late = refused(molde, "V-4", corrects="V-1")
    assert (late.rule, late.field, late.accepts, late.value) == ("AlreadyCorrected", "data.corrects", "V-3", "V-1")
    assert refused(molde, "V-5", idea={"system": "portal", "id": "9"}, corrects="V-3").rule == "UnknownReference"


@pytest.mark.parametrize(
    ("said", "rule", "field"),
    [
        ({"decided": "2026-03-06"}, "DecidedAhead", "data.decided"),
        ({"outcome": "declined", "form": "project"}, "NothingToCarryOut", None),
        ({"strength": "shall"}, "StrengthWithoutRoute", None),
        ({"deadline": "2026-03-01"}, "DeadlinePassed", "data.deadline"),
        ({"outcome": "returned"}, "Invalid", "data.outcome"),
        ({"decided": 20260303}, "Invalid", "data.decided"),
        ({"responsible": "Ola Nordmann"}, "Invalid", "data.responsible"),
    ],
)
def test_a_decision_says_what_a_decision_can_say(
    molde: Claimants, said: dict[str, Any], rule: str, field: str | None
) -> None:
    refusal = refused(molde, **said)
    assert refusal.rule == rule
    assert field is None or refusal.field == field


def test_what_was_withdrawn_or_merged_is_not_decided(molde: Claimants) -> None:
    other = idea_id("molde", "portal", "9")
    molde.do(intake_commands.MergeIdea(idea=IDEA_7, into=other))
    molde.catch_up()
    refusal = refused(molde)
    assert (refusal.rule, refusal.field, refusal.accepts) == ("IdeaGone", "data.idea", str(other))
    molde.do(intake_commands.WithdrawIdea(idea=other))
    molde.catch_up()
    assert refused(molde, "V-3", idea={"system": "portal", "id": "9"}).rule == "IdeaGone"


def test_an_idea_that_was_decided_elsewhere_is_not_referred_any_more(molde: Claimants) -> None:
    decide(molde)
    with pytest.raises(Exception, match="decided"):
        molde.do(intake_commands.ReferIdea(idea=IDEA_7))


def test_a_title_put_right_is_the_title_that_is_decided(molde: Claimants) -> None:
    molde.publish("IdeaSubmitted", "8", IDEA | {"title": "Felles bårebil for distrikta", "corrects": "7"})
    molde.catch_up()
    decide(molde)
    assert molde.of("CouncilDecided")[0].title == "Felles bårebil for distrikta"


@pytest.mark.requirement("R54")
def test_a_decision_made_elsewhere_refers_to_the_political_decisions_it_leans_on(molde: Claimants) -> None:
    political = {"purpose": "put-into-use", "body": "Kommunestyret", "reference": "PS 9/26", "decided": "2026-02-19"}
    decide(molde, form="project", political=[political])
    (decided,) = molde.of("CouncilDecided")
    assert [(each.purpose, each.body) for each in decided.political] == [("put-into-use", "Kommunestyret")]
    assert refused(molde, political=[political | {"decided": "2027-02-19"}]).rule == "DecidedAhead"
    assert refused(molde, "V-3", political=[{"purpose": "carry-out"}]).field.startswith("data.political")

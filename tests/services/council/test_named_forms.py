"""A form of the council's own has a name in both languages, which stands wherever people read of the form (R11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from contracts.commands import council as do
from contracts.commands.assessment import DescribeProblem, RecommendOutcome
from contracts.events.council import FormName
from contracts.ruleset import FORMS, RuleSet
from tests.services.council.chamber import CALLED, Chamber, at
from tests.services.council.given import OPENED, decided, given
from tests.services.council.test_leading import alone, asked

if TYPE_CHECKING:
    from contracts.events.minutes import Language
    from tests.services.council.town import Town

OWN: dict[str, Any] = {
    "forms": (*FORMS, "service-design", "hackathon"),
    "form_names": [{"key": "service-design", "nb": "tjenestedesign", "nn": "tenestedesign"}],
}
NAME = FormName(nb="tjenestedesign", nn="tenestedesign")


@pytest.mark.requirement("R11")
def test_the_name_travels_with_the_decision_for_those_who_do_not_know_the_mandate(molde: Town) -> None:
    chamber = Chamber.of(molde, **OWN)
    own, unnamed, everybodys = (chamber.case(key) for key in ("skjema", "dugnad", "robot"))
    chamber.met(own, unnamed, everybodys)
    for case, form in ((own, "service-design"), (unnamed, "hackathon"), (everybodys, "project")):
        chamber.decided(case, "bjorg are guro pal", form=form)
    said = [(one.form, one.form_name) for case in (own, unnamed, everybodys) for one in molde.case(case).decisions]
    assert said == [("service-design", NAME), ("hackathon", None), ("project", None)]


def test_what_the_leader_decides_alone_has_the_name_too() -> None:
    rules = do.Rules(**OWN)
    told = asked(alone(form="service-design"), forms=rules.forms, form_names=rules.form_names)
    assert decided(given(OPENED), told).form_name == NAME


@pytest.mark.requirement("R11")
@pytest.mark.parametrize(("language", "called"), [("nb", "tjenestedesign"), ("nn", "tenestedesign")])
def test_the_minutes_call_the_form_by_its_name_in_their_language_and_by_its_key_where_it_has_none(
    molde: Town, language: Language, called: str
) -> None:
    chamber = Chamber.of(molde, **OWN)
    own, unnamed = chamber.case("skjema"), chamber.case("dugnad")
    molde.send(DescribeProblem(at=CALLED, case=own, problem="Lang kø.", affects=("Alle",), known_by="Avvik"), "siv")
    advice = {"outcome": "approved", "form": "service-design", "reasons": "Prøv."}
    molde.send(RecommendOutcome(at=CALLED, case=own, **advice), "siv")
    meeting = chamber.met(own, unnamed)
    chamber.decided(own, "bjorg are guro pal", form="service-design")
    chamber.decided(unnamed, "bjorg are guro pal", form="hackathon")
    chamber.closed(meeting)
    first, second = chamber.minutes(meeting, language=language).cases
    assert first.recommendation is not None
    assert (first.recommendation.form_name, first.decision and first.decision.form_name) == (NAME, NAME)
    assert second.decision is not None
    assert (second.decision.form, second.decision.form_name) == ("hackathon", None)
    page = chamber.page(meeting, language=language)
    assert page.count(f"Form {called}") == 2
    assert page.count("Form hackathon") == 1
    assert "service-design" not in page


def test_the_same_recommendation_again_is_the_same_though_the_form_has_been_named_since(molde: Town) -> None:
    chamber = Chamber.of(molde, forms=OWN["forms"])
    case = chamber.case("skjema")
    molde.send(DescribeProblem(at=CALLED, case=case, problem="Lang kø.", affects=("Alle",), known_by="Avvik"), "siv")
    advice = {"case": case, "outcome": "approved", "form": "service-design", "reasons": "Prøv."}
    molde.send(RecommendOutcome(at=CALLED, **advice), "siv")
    edition = {"adopted": CALLED.date(), "mandate": "Rådet.", "change": "Namn", "case_reference": "PS-9/26"}
    molde.send(do.AdoptMandate(at=CALLED, rules=do.Rules(**OWN), **edition))
    head = molde.ledger.head()
    molde.send(RecommendOutcome(at=at(8, 0), **advice), "siv")
    assert molde.ledger.head() == head


def test_rules_that_name_no_form_are_as_they_were() -> None:
    said = do.Rules.model_validate({"forms": ["project", "service-design"]})
    assert (said.forms, said.form_name("service-design")) == (("project", "service-design"), None)
    assert RuleSet().form_name("project") is None


@pytest.mark.parametrize(
    "names",
    [
        [{"key": "festival", "nb": "festival", "nn": "festival"}],
        [{"key": "project", "nb": "prosjekt", "nn": "prosjekt"}, {"key": "project", "nb": "to", "nn": "to"}],
        [{"key": "project", "nb": "prosjekt"}],
        [{"key": "project", "nb": "prosjekt", "nn": "prosjekt", "en": "project"}],
    ],
    ids=["no-form-of-the-council", "named-twice", "in-one-language", "in-a-third"],
)
def test_a_form_is_named_once_in_both_languages_and_is_one_of_the_councils(names: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError):
        do.Rules.model_validate({"form_names": names})

"""What holds of every message there is, whoever wrote it."""

import re
from typing import get_args

from pydantic import BaseModel

from contracts import catalogue
from contracts.generate import compatibility, schemas
from contracts.message import Message

EVENTS = sorted(catalogue.events().items())
CLAIMS = sorted(catalogue.claims().items())
ASKED = sorted([*catalogue.commands().items(), *catalogue.queries().items()], key=lambda item: item[0])
EVERY = {kind.__qualname__: kind for _, kind in [*EVENTS, *CLAIMS, *ASKED]}

HEADLINES = {
    "no.loypa.intake.IdeaSubmitted.v1",
    "no.loypa.council.CouncilDecided.v1",
    "no.loypa.portfolio.ActivityStarted.v1",
    "no.loypa.reporting.KpiRecorded.v1",
}

PERSONAL = re.compile(
    r"name|contact|e?mail|phone|address|text|problem|proposal|answer|note|comment|description|lesson|summary|reasons?"
)
"""Fields that sound as if somebody wrote about somebody."""

OFFICIAL = {
    "ActivityCompleted.lesson": "the activity's own report",
    "ActivityCompleted.result": "the activity's own report",
    "ActivityStopped.lesson": "the activity's own report: what was learnt is shared (R43)",
    "ActivityStopped.reason": "the activity's own report (R42)",
    "AgendaReduced.reason": "the official word of it, which the command's help asks to keep free of persons",
    "CaseRanked.reason": "the council's official text (R17)",
    "CaseScored.comment": "the assessor's official word on a criterion",
    "CaseReopened.reasons": "the council's official text",
    "CouncilDecided.reasons": "the decision's official text (R6)",
    "CouncilEstablished.name": "the name of a body",
    "ClaimDiscarded.reason": "the operator's own ground, which the command's help asks to keep free of persons",
    "ClaimQuarantined.reason": "what the system says went wrong",
    "DeadlineMoved.reason": "the portfolio board's official text",
    "GroundsStated.fits.how": "the case's official assessment (R6)",
    "InnovationEvidenced.evidence": "the activity's own report (R45)",
    "KpiCorrected.reason": "what the reporting unit says of a figure",
    "KpiDefined.name": "the name of an indicator",
    "KpiRecorded.name": "the name of an indicator",
    "MandateAdopted.text": "the mandate is an official document (R19)",
    "CaseOpenedToPublic.reason": "the body's own ground for opening it, on record as such",
    "MinutesApproved.reason": "the minutes' official text",
    "MeetingAdjourned.reason": "the minutes' official text",
    "MeetingCancelled.reason": "the official word of it, which the command's help asks to keep free of persons",
    "MemberRecused.reasons": "the finding's official text; what is private stands in the question's sealed note",
    "MeetingMoved.reason": "the official word of it, which the command's help asks to keep free of persons",
    "OutcomeRecommended.reasons": "the recommendation's official text (innstilling)",
    "PhaseEntered.note": "the activity's own report",
    "ProblemDescribed.known_by": "the case's official assessment (R52)",
    "ProblemDescribed.problem": "the case's official assessment (R52)",
    "ProfitabilityEstimated.basis": "the case's official assessment (R44)",
    "ProfitabilityEstimated.effects.statement": "the case's official assessment (R44)",
    "RecusalDismissed.reasons": "the finding's official text; what is private stands in the question's sealed note",
    "ReactionDiscarded.reason": "the operator's own ground, which the command's help asks to keep free of persons",
    "ReactionQuarantined.reason": "what the system says went wrong",
    "SolutionAssessed.barriers.statement": "the case's official assessment (R34)",
    "SolutionAssessed.solution": "the case's official assessment",
    "StatementRecorded.text": "the minutes' official text (protokolltilførsel)",
    "StatusReported.summary": "the activity's own report (R71)",
    "SubmitterInformed.lesson": "what the portfolio published, told on",
    "SubmitterInformed.reasons": "what the council published, told on",
}
"""Texts that stand in the clear in events, each with the reason why."""


def test_the_four_headline_events_keep_their_names():
    assert catalogue.events().keys() >= HEADLINES


def test_an_events_type_names_service_event_and_version():
    form = re.compile(r"no\.loypa\.(intake|council|portfolio|reporting)\.([A-Z][a-z]+)+\.v[1-9][0-9]*")
    assert [type_ for type_, _ in EVENTS if not form.fullmatch(type_)] == []


def test_a_claims_type_says_that_it_is_a_claim():
    form = re.compile(r"no\.loypa\.claim\.([A-Z][a-z]+)+\.v[1-9][0-9]*")
    assert [type_ for type_, _ in CLAIMS if not form.fullmatch(type_)] == []


def test_every_message_says_what_it_is():
    assert [name for name, kind in EVERY.items() if kind.__doc__ in {None, "", Message.__doc__}] == []


def test_every_message_is_immutable():
    assert [name for name, kind in EVERY.items() if kind.model_config["frozen"] is not True] == []


def test_a_reader_of_events_ignores_fields_it_does_not_know():
    assert [kind.__name__ for _, kind in EVENTS if kind.model_config["extra"] != "ignore"] == []


def test_a_claim_a_command_or_a_query_with_an_unknown_field_is_refused():
    assert [kind.__name__ for _, kind in [*CLAIMS, *ASKED] if kind.model_config["extra"] != "forbid"] == []


def test_no_message_holds_a_set():
    assert [name for name, schema in schemas.everything().items() if "uniqueItems" in str(schema)] == []


def test_text_about_people_is_sealed_in_events():
    found = {
        type_: [*_in_the_clear(compatibility.inlined(schema)["properties"]["data"], catalogue.events()[type_].__name__)]
        for type_, schema in schemas.frozen().items()
        if type_ in catalogue.events()
    }
    assert {type_: paths for type_, paths in found.items() if paths} == {}
    assert found.keys() == dict(EVENTS).keys()


def test_the_list_of_official_texts_names_nothing_that_is_gone():
    found = {f"{kind.__name__}.{path}" for _, kind in EVENTS for path in _paths(kind)}
    assert OFFICIAL.keys() <= found


def test_a_plain_text_field_that_sounds_personal_would_be_noticed():
    sealed, plain = {"title": "Sealed", "properties": {}}, {"type": "string", "maxLength": 300}
    data = {"properties": {"contact": plain, "problem": {"anyOf": [sealed, {"type": "null"}]}, "title": plain}}
    assert list(_in_the_clear(data, "X")) == ["X.contact"]


def _paths(kind):
    """A model's fields and, by their paths, those of the models directly within it."""
    for name, field in kind.model_fields.items():
        yield name
        for part in get_args(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from (f"{name}.{inner}" for inner in part.model_fields)


def _in_the_clear(schema, at):
    """The paths of free texts that are neither sealed nor official."""
    for name, part in schema.get("properties", {}).items():
        for shape in (part, *part.get("anyOf", ()), part.get("items", {})):
            if shape.get("title") == "Sealed":
                continue
            closed = any(key in shape for key in ("pattern", "format", "enum", "const"))
            free = shape.get("type") == "string" and not closed
            suspicious = PERSONAL.fullmatch(name) or shape.get("maxLength", 0) > 300
            if free and suspicious and f"{at}.{name}" not in OFFICIAL:
                yield f"{at}.{name}"
            yield from _in_the_clear(shape, f"{at}.{name}")

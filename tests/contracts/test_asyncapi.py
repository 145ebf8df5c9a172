"""The AsyncAPI document: valid by its own schema, complete, and nothing in it refers to what is not there."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from contracts import catalogue
from contracts.generate import asyncapi, schemas

DOCUMENT = asyncapi.document()
RULES = json.loads((Path(__file__).parent / "vendor" / "asyncapi-3.0.0.json").read_text("utf-8"))


def resolved(reference):
    place = DOCUMENT
    for key in reference.removeprefix("#/").split("/"):
        place = place[key]
    return resolved(place["$ref"]) if "$ref" in place and "components" not in reference else place


def references(part):
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_it_is_valid_asyncapi_3():
    assert [error.message for error in Draft7Validator(RULES).iter_errors(DOCUMENT)] == []


def test_the_validator_notices_an_invalid_document():
    assert list(Draft7Validator(RULES).iter_errors(DOCUMENT | {"channels": {"x": {"adress": "ev.>"}}})) != []


def test_every_reference_leads_somewhere():
    found = set(references(DOCUMENT))
    assert len(found) > 100
    for reference in found:
        resolved(reference)


def test_every_message_of_the_catalogue_is_in_it():
    messages = DOCUMENT["components"]["messages"].keys()
    assert messages >= catalogue.events().keys() | catalogue.claims().keys()
    assert messages >= {f"command.{service}.{name}" for service, name in catalogue.commands()}
    assert messages >= {f"query.{service}.{name}" for service, name in catalogue.queries()}


def test_every_command_and_query_has_an_operation_with_a_reply():
    asked = [f"command.{service}.{name}" for service, name in catalogue.commands()]
    asked += [f"query.{service}.{name}" for service, name in catalogue.queries()]
    for operation in asked:
        reply = DOCUMENT["operations"][operation]["reply"]
        assert reply["channel"] == {"$ref": "#/channels/replies"}
        assert len(reply["messages"]) == 1


def test_every_channel_explains_the_parameters_in_its_address():
    for channel in DOCUMENT["channels"].values():
        named = {part.strip("{}") for part in (channel["address"] or "").split(".") if part.startswith("{")}
        assert named == channel.get("parameters", {}).keys()


def test_a_system_reads_the_subjects_of_its_own_account():
    addresses = {channel["address"] for channel in DOCUMENT["channels"].values()}
    assert addresses >= {
        "ingest.{system}.{event}",
        "rej.{system}",
        "cmd.{system}.council.{name}",
        "query.{system}.intake.{name}",
        "ev.{tenant}.portfolio.{event}",
    }


def test_a_person_is_named_by_an_assertion_in_a_header():
    headers = resolved(DOCUMENT["components"]["messages"]["command.council.ErasePersonalData"]["headers"]["$ref"])
    assert "Loypa-Assertion" in headers["properties"]


@pytest.mark.parametrize("type_", sorted(schemas.frozen()))
def test_the_examples_of_a_message_are_valid_under_the_schema_beside_them(type_):
    message = DOCUMENT["components"]["messages"][type_]
    whole = {**message["payload"], "components": DOCUMENT["components"]}
    assert message["examples"]
    for example in message["examples"]:
        Draft7Validator(whole).validate(example["payload"])


@pytest.mark.parametrize("folder", ["commands", "queries"])
def test_the_examples_of_commands_and_queries_are_valid_under_their_schemas(folder):
    word = {"commands": "command", "queries": "query"}[folder]
    known = [name for name in schemas.everything() if name.startswith(folder)]
    for name in known:
        for example in DOCUMENT["components"]["messages"][f"{word}.{name.removeprefix(f'{folder}/')}"]["examples"]:
            Draft202012Validator(schemas.everything()[name]).validate(example["payload"])

"""The AsyncAPI document: valid by its own schema, complete, and nothing in it refers to what is not there."""

import json
from functools import cache
from pathlib import Path

import pytest
from jsonschema_rs import Draft7Validator, Draft202012Validator, Registry

from contracts import catalogue, rights
from contracts.generate import asyncapi, schemas

COMMANDS = {f"{service}.{name}" for service, name in catalogue.commands() if rights.may_send(service, name)}
QUERIES = {f"{service}.{name}" for service, name in catalogue.queries() if rights.may_ask(service, name)}
RULES = json.loads((Path(__file__).parent / "vendor" / "asyncapi-3.0.0.json").read_text("utf-8"))


@cache
def document():
    return asyncapi.document()


def resolved(reference):
    place = document()
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
    assert [error.message for error in Draft7Validator(RULES).iter_errors(document())] == []


def test_the_validator_notices_an_invalid_document():
    small = {"asyncapi": "3.0.0", "info": document()["info"]}
    assert list(Draft7Validator(RULES).iter_errors(small)) == []
    assert list(Draft7Validator(RULES).iter_errors(small | {"channels": {"x": {"adress": "ev.>"}}})) != []


def test_every_reference_leads_somewhere():
    found = set(references(document()))
    assert len(found) > 100
    for reference in found:
        resolved(reference)


def test_every_message_that_goes_through_a_door_is_in_it():
    found = document()["components"]["messages"].keys()
    assert found >= catalogue.events().keys() | catalogue.claims().keys()
    assert {name for name in found if name.startswith("command.")} == {f"command.{name}" for name in COMMANDS}
    assert {name for name in found if name.startswith("query.")} == {f"query.{name}" for name in QUERIES}


def test_what_nobody_may_send_or_ask_is_not_in_it():
    assert "portfolio.StartActivity" not in COMMANDS
    assert not {"command.portfolio.StartActivity", "query.portfolio.Unseal"} & document()["operations"].keys()


def test_every_claim_command_and_query_has_an_operation_with_a_reply():
    asked = [*(f"command.{name}" for name in COMMANDS), *(f"query.{name}" for name in QUERIES)]
    asked += [f"claim.{kind.__name__}" for kind in catalogue.claims().values()]
    for operation in asked:
        reply = document()["operations"][operation]["reply"]
        assert reply["channel"] == {"$ref": "#/channels/replies"}
        assert len(reply["messages"]) == 1


def test_every_channel_explains_the_parameters_in_its_address():
    for channel in document()["channels"].values():
        named = {part.strip("{}") for part in (channel["address"] or "").split(".") if part.startswith("{")}
        assert named == channel.get("parameters", {}).keys()


def test_a_system_reads_the_subjects_of_its_own_account():
    addresses = {channel["address"] for channel in document()["channels"].values()}
    assert addresses >= {
        "ingest.{system}.{event}",
        "rej.{system}",
        "cmd.{system}.council.{name}",
        "query.{system}.intake.{name}",
        "ev.{tenant}.portfolio.{event}",
    }


def test_a_person_is_named_by_an_assertion_in_a_header():
    headers = resolved(document()["components"]["messages"]["command.council.ErasePersonalData"]["headers"]["$ref"])
    assert headers["required"] == ["Loypa-Assertion"]
    assert "headers" not in document()["components"]["messages"]["query.council.ClaimStatus"]


def test_the_examples_of_a_message_are_valid_under_the_schema_beside_them():
    published = Registry([("urn:loypa", document())])
    for type_ in schemas.frozen():
        message = document()["components"]["messages"][type_]
        payload = {"$ref": f"urn:loypa#/components/messages/{type_}/payload"}
        says = Draft7Validator(payload, registry=published)
        assert message["examples"]
        for example in message["examples"]:
            says.validate(example["payload"])


@pytest.mark.parametrize("folder", ["commands", "queries"])
def test_the_examples_of_commands_and_queries_are_valid_under_their_schemas(folder):
    word, through = {"commands": ("command", COMMANDS), "queries": ("query", QUERIES)}[folder]
    for name in through:
        for example in document()["components"]["messages"][f"{word}.{name}"]["examples"]:
            Draft202012Validator(schemas.everything()[f"{folder}/{name}"]).validate(example["payload"])

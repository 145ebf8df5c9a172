"""The published schemas: frozen, true of the golden examples, and guarded by a gate that notices what it should."""

import copy
import json
from functools import cache
from pathlib import Path

import pytest
from jsonschema_rs import Draft202012Validator, canonicalize, meta
from jsonschema_rs.canonical import Containment

from contracts import catalogue
from contracts.generate import compatibility, golden, schemas
from contracts.generate.__main__ import EARLIER, SCHEMAS

FROZEN = sorted(catalogue.events().keys() | catalogue.claims().keys())


@cache
def committed(type_):
    return json.loads((SCHEMAS / f"{type_}.json").read_text("utf-8"))


@cache
def examples():
    return [(type_, example) for type_ in FROZEN for example in golden.examples(type_)]


def includes(whole, part):
    """Whether everything in `part` is in `whole`."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and includes(whole[key], part[key]) for key in part)
    return whole == part


def test_every_schema_is_a_schema():
    for name in schemas.everything():
        meta.validate(committed(name))


def test_a_golden_example_is_what_its_schema_says():
    for type_, example in examples():
        Draft202012Validator(committed(type_), validate_formats=True).validate(example)


def test_todays_code_reads_every_golden_example_and_loses_nothing():
    for type_, example in examples():
        if type_ in catalogue.claims():
            read = catalogue.claims()[type_].model_validate_json(json.dumps(example["data"]))
            assert includes(read.model_dump(mode="json"), example["data"]), type_
        else:
            event = catalogue.decode(json.dumps(example).encode())
            assert isinstance(event.data, catalogue.events()[type_])
            assert includes(json.loads(event.to_bytes()), example), type_


def test_every_type_has_a_complete_and_a_minimal_example():
    for type_ in FROZEN:
        fields = schemas.frozen()[type_]["properties"]["data"]
        shown = [example["data"].keys() for example in golden.examples(type_)]
        assert set().union(*shown) >= fields.get("properties", {}).keys(), type_
        assert any(keys == set(fields.get("required", ())) for keys in shown), type_


def test_todays_contracts_break_no_frozen_schema():
    broken = {type_: compatibility.breaks(committed(type_), schemas.frozen()[type_]) for type_ in FROZEN}
    assert {type_: breaks for type_, breaks in broken.items() if breaks} == {}


def test_what_an_earlier_schema_allowed_is_allowed_today():
    for path in sorted(EARLIER.glob("*.json")):
        earlier, now = json.loads(path.read_text("utf-8")), committed(path.stem.rsplit(".", 1)[0])
        assert compatibility.breaks(earlier, now) == []
        assert allows(now, earlier)


OLD = {
    "type": "object",
    "description": "as it was",
    "properties": {
        "case": {"type": "string", "format": "uuid"},
        "title": {"type": "string", "minLength": 1, "maxLength": 300},
        "outcome": {"$ref": "#/$defs/Outcome"},
        "votes": {"type": "array", "items": {"$ref": "#/$defs/Vote"}},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
    },
    "required": ["case", "title", "outcome"],
    "$defs": {
        "Outcome": {"enum": ["approved", "declined"], "type": "string"},
        "Vote": {"type": "object", "properties": {"vote": {"enum": ["for", "against"]}}, "required": ["vote"]},
    },
}


def changed(*path, to=None):
    """The old schema with one place changed, or with it taken away."""
    schema = copy.deepcopy(OLD)
    place = schema
    for key in path[:-1]:
        place = place[key]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return schema


def allows(now, earlier):
    """A second opinion: whether all that could be written under the earlier schema, and no more, is right today."""
    old, new = compatibility.inlined(earlier), compatibility.inlined(now)
    return canonicalize(new).covers(canonicalize(closed(old))) is Containment.YES


def closed(schema):
    """The schema with every object closed: nothing is in it that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    return shut | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else shut


COMPATIBLE = {
    "an optional field more": changed("properties", "deadline", to={"type": "string", "format": "date"}),
    "an optional field more in a part": changed("$defs", "Vote", "properties", "proxy", to={"type": "boolean"}),
    "better words": changed("description", to="as it is"),
}

INCOMPATIBLE = {
    "a field fewer": changed("properties", "note"),
    "a field fewer in a part": changed("$defs", "Vote", "properties", to={}),
    "a new field that is required": changed("properties", "deadline", to={"type": "string"})
    | {"required": ["case", "title", "outcome", "deadline"]},
    "an optional field that becomes required": changed("required", to=["case", "title", "outcome", "note"]),
    "a required field that becomes optional": changed("required", to=["case", "title"]),
    "an enum with a value fewer": changed("$defs", "Outcome", "enum", to=["approved"]),
    "an enum with a value more": changed("$defs", "Outcome", "enum", to=["approved", "declined", "deferred"]),
    "another type": changed("properties", "title", to={"type": "integer"}),
    "a narrower type": changed("properties", "note", to={"type": "string"}),
    "a shorter text": changed("properties", "title", "maxLength", to=200),
    "another format": changed("properties", "case", "format", to="date"),
    "a pattern": changed("properties", "title", "pattern", to="^[a-z]+$"),
    "another default": changed("properties", "note", "default", to="ingen"),
}

NARROWER = {
    "a new field that is required",
    "an optional field that becomes required",
    "an enum with a value fewer",
    "another type",
    "a narrower type",
    "a shorter text",
    "a pattern",
}
"""What the second opinion notices by itself; the rest only the stricter gate does."""


@pytest.mark.parametrize("name", COMPATIBLE)
def test_the_gate_lets_through(name):
    assert compatibility.breaks(OLD, COMPATIBLE[name]) == []
    assert allows(COMPATIBLE[name], OLD)


@pytest.mark.parametrize("name", INCOMPATIBLE)
def test_the_gate_stops(name):
    said = compatibility.breaks(OLD, INCOMPATIBLE[name])
    assert said
    assert all(sentence.startswith("$") for sentence in said)
    assert allows(INCOMPATIBLE[name], OLD) is (name not in NARROWER)


def test_the_gate_stands_a_schema_that_refers_to_itself():
    tree = {"$ref": "#/$defs/Node", "$defs": {"Node": {"properties": {"below": {"items": {"$ref": "#/$defs/Node"}}}}}}
    assert compatibility.breaks(tree, tree) == []


def test_schemas_stand_in_the_repository_as_they_are_published():
    assert {path.stem for path in Path(SCHEMAS).glob("no.loypa.*.json")} == set(FROZEN)
    assert {path.name for path in golden.GOLDEN.iterdir()} == set(FROZEN)

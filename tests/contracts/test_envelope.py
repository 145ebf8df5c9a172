"""An event's bytes: CloudEvents 1.0, and the same event again when they are read."""

import json
from datetime import UTC, datetime
from functools import cache

import pytest
from cloudevents.core.formats.json import JSONFormat
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from pydantic import ValidationError

from contracts import catalogue
from contracts.envelope import MAX_BYTES, Recorded
from contracts.generate import golden, schemas
from contracts.generate.compatibility import inlined
from tests.contracts.strategies import allowed_by

TYPES = sorted(catalogue.events())


@cache
def parts(type_):
    """Random values of each attribute of an event of this type, `data` among them."""
    return {name: allowed_by(part) for name, part in inlined(schemas.frozen()[type_])["properties"].items()}


def as_published(type_):
    return catalogue.decode(json.dumps(golden.examples(type_)[0]).encode())


def test_what_is_stored_and_published_is_a_cloudevent():
    for type_ in TYPES:
        event = as_published(type_)
        read = JSONFormat().read(None, event.to_bytes())
        assert (read.get_id(), read.get_type(), read.get_source()) == (str(event.id), event.type, event.source)
        assert (read.get_subject(), read.get_time()) == (str(event.subject), event.time)
        assert read.get_data() == json.loads(event.to_bytes())["data"]
        for extension in ("tenant", "sequence", "recordedtime", "correlationid", "causationid", "actor"):
            assert read.get_extension(extension)


def assert_the_same_when_read(drawn):
    try:
        event = catalogue.decode(json.dumps(drawn).encode())
    except ValidationError as error:
        assume(any(problem["type"] not in {"value_error", "assertion_error"} for problem in error.errors()))
        raise
    assert isinstance(event.data, catalogue.events()[event.type])
    assert catalogue.decode(event.to_bytes()) == event
    assert catalogue.decode(event.to_bytes()).to_bytes() == event.to_bytes()
    Draft202012Validator(schemas.frozen()[event.type]).validate(json.loads(event.to_bytes()))


@pytest.mark.parametrize("type_", TYPES)
@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_event_that_is_written_and_read_is_the_same_event(type_, data):
    assert_the_same_when_read(golden.examples(type_)[0] | {"data": data.draw(parts(type_)["data"])})


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(sequence=st.integers(1, 10**15), data=st.data())
def test_so_it_is_whatever_its_attributes(sequence, data):
    type_ = data.draw(st.sampled_from(TYPES))
    about = data.draw(st.fixed_dictionaries({name: of for name, of in parts(type_).items() if name != "data"}))
    assert_the_same_when_read(golden.examples(type_)[0] | about | {"sequence": f"{sequence:012d}"})


def test_the_schema_describes_every_attribute_of_the_envelope():
    assert schemas.frozen()[TYPES[0]]["properties"].keys() == Recorded.model_fields.keys()


def test_an_event_of_a_later_time_is_kept_whole():
    later = golden.examples("no.loypa.council.CouncilDecided.v1")[0] | {
        "type": "no.loypa.council.CouncilDissolved.v1",
        "data": {"council": "x", "because": ["a", {"b": 1}]},
    }
    event = catalogue.decode(json.dumps(later).encode())
    assert isinstance(event.data, catalogue.Unknown)
    assert json.loads(event.to_bytes()) == later


@pytest.mark.parametrize("raw", [b"", b"[]", b"nei", b"{}", b'{"type": 1}', b"\xff"])
def test_bytes_that_are_no_event_are_told_apart(raw):
    with pytest.raises(ValueError, match=r".+"):
        catalogue.decode(raw)


def test_moments_are_written_in_utc_with_microseconds_so_that_text_order_is_time_order():
    event = as_published("no.loypa.council.CouncilDecided.v1")
    moved = event.model_copy(update={"time": datetime(2026, 6, 1, 12, 0, tzinfo=UTC)})
    assert json.loads(moved.to_bytes())["time"] == "2026-06-01T12:00:00.000000Z"


def test_the_golden_examples_are_far_smaller_than_a_message_may_be():
    for type_ in TYPES:
        assert all(len(json.dumps(example)) < MAX_BYTES / 4 for example in golden.examples(type_))

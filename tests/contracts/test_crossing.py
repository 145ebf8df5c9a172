"""What crosses to a network of something that only its own municipality may see: that it is there, not what it is."""

from __future__ import annotations

import json

import pytest

from contracts import catalogue
from contracts.crossing import KEPT_HOME, WITHHELD, as_it_crosses
from contracts.events.intake import Visibility
from contracts.generate import golden, schemas

TELLING = {"title", "tags", "service_area", "known_from"}
TYPES = {type_: kind for type_, kind in catalogue.events().items() if kind in WITHHELD}


def example(type_, visibility):
    complete = golden.build(type_, schemas.frozen()[type_], complete=True)
    complete["data"]["visibility"] = visibility
    return catalogue.decode(json.dumps(complete).encode())


def test_every_event_that_holds_a_title_or_tags_says_whether_they_cross():
    holding = {kind for kind in catalogue.events().values() if TELLING & set(kind.model_fields)}
    assert holding == set(WITHHELD)
    for kind in holding:
        assert TELLING & set(kind.model_fields) <= set(WITHHELD[kind])
        assert "visibility" in kind.model_fields


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("type_", TYPES)
def test_what_crosses_tells_neither_title_nor_tags_and_is_an_event_of_the_same_contract(type_):
    event = example(type_, Visibility.OWN)
    crossing = as_it_crosses(event.data)
    told = json.loads(event.model_copy(update={"data": crossing}).to_bytes())["data"]
    said = json.loads(event.to_bytes())["data"]
    assert catalogue.decode(event.model_copy(update={"data": crossing}).to_bytes()).data == crossing
    assert told.pop("title") == KEPT_HOME
    assert "tags" not in told or told.pop("tags") == []
    withheld = set(WITHHELD[TYPES[type_]])
    assert told == {name: value for name, value in said.items() if name not in withheld}
    assert withheld <= set(said)


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("visibility", [Visibility.NETWORK, Visibility.PUBLIC])
def test_what_the_network_may_see_crosses_as_it_is(type_, visibility):
    assert as_it_crosses(example(type_, visibility).data) is None

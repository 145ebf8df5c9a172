"""A contract that grew by optional fields projects every event ever kept as before, so that `verify` still holds."""

from __future__ import annotations

import json
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, create_model

from contracts import catalogue
from contracts.generate.golden import GOLDEN
from services.reporting.views import VIEWS
from tests.services.reporting.story import year

if TYPE_CHECKING:
    from runtime.projector import View

KEPT = [path for path in sorted(GOLDEN.glob("*/*.json")) if path.parent.name in catalogue.events()]


@cache
def grown(kind: Any) -> Any:  # a model made here, from a model
    """The model as it may be one day: it, and every model in it, has one more optional field."""
    fields = {name: (_grown(field.annotation), field) for name, field in kind.model_fields.items()}
    return create_model(kind.__name__, __base__=kind, added_later=(str, "as ever"), **fields)  # type: ignore[call-overload]  # fields by name


def _grown(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return grown(annotation)
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return reduce(or_, map(_grown, parts))
    return tuple[tuple(map(_grown, parts))] if origin is tuple else annotation  # type: ignore[misc]  # only known at run time


def rows(view: View, raw: bytes, *, later: bool) -> list[Any]:
    recorded = catalogue.decode(raw)
    if later:
        data = grown(type(recorded.data)).model_validate(json.loads(raw)["data"])
        assert data.added_later == "as ever"
        recorded = recorded.model_copy(update={"data": data})
    return list(view.project(recorded))


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_field_that_was_added_later_changes_no_row_of_what_was_kept(view: View) -> None:
    kept = [path.read_bytes() for path in KEPT] + [event.to_bytes() for event in year().events]
    seen = [(rows(view, raw, later=False), rows(view, raw, later=True)) for raw in kept]
    assert [before for before, _ in seen] == [after for _, after in seen]
    assert any(before for before, _ in seen)


def test_models_within_an_event_have_grown_too() -> None:
    (adopted,) = {type(event.data) for event in year().events if event.name == "MandateAdopted"}
    assert "added_later" in grown(adopted).model_fields["rules"].annotation.model_fields
    (decided,) = {type(event.data) for event in year().events if event.name == "CouncilDecided"}
    votes, _ = get_args(grown(decided).model_fields["votes"].annotation)
    assert "added_later" in votes.model_fields

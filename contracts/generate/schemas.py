"""The JSON Schema of every message: events and claims as complete CloudEvents, all others as they are sent."""

from __future__ import annotations

import inspect
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic.json_schema import GenerateJsonSchema

from contracts import answers, catalogue
from contracts.message import Message, Query
from contracts.minutes import Minutes
from contracts.refusals import Refusal
from contracts.sealed import Retention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel, TypeAdapter

    from contracts.message import Claim, Event

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

SEALED: Schema = {
    "title": "Sealed",
    "description": "A text about a person, as reference and salted digest; `Unseal` gives it to those entitled.",
    "type": "object",
    "properties": {
        "ref": {"type": "string", "format": "uuid"},
        "digest": {"description": "sha256 of salt and text, in hex", "type": "string"},
        "retention": {"enum": [retention.value for retention in Retention], "type": "string"},
    },
    "required": ["ref", "digest", "retention"],
}
"""A sealed value as it is written."""

_MOMENT: Schema = {"type": "string", "format": "date-time"}
_ID: Schema = {"type": "string", "format": "uuid"}


class _AsWritten(GenerateJsonSchema):
    """Titles only where they say more than the name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - every kind of schema; never
        return False


@cache
def everything() -> dict[str, Schema]:
    """Every schema by the name of its file, without the suffix."""
    return {
        **frozen(),
        **{f"commands/{service}.{name}": body(kind) for (service, name), kind in sorted(catalogue.commands().items())},
        **{f"queries/{service}.{name}": body(kind) for (service, name), kind in sorted(catalogue.queries().items())},
        **{f"answers/{name}": schema for name, schema in _answers()},
        "documents/loypa-minutes-1": {"$schema": DIALECT, **_schema(Minutes, "serialization")},
    }


@cache
def frozen() -> dict[str, Schema]:
    """The schemas that never change but by optional fields: events and claims, by type."""
    events = {type_: event(type_, kind) for type_, kind in sorted(catalogue.events().items())}
    return events | {type_: claim(type_, kind) for type_, kind in sorted(catalogue.claims().items())}


def event(type_: str, kind: type[Event]) -> Schema:
    """The CloudEvent of this type as the ledger keeps it and the feed carries it."""
    service = type_.split(".")[2]
    properties: Schema = {
        "specversion": {"const": "1.0"},
        "id": _ID,
        "type": {"const": type_},
        "source": {
            "description": "/<tenant>/<service>",
            "type": "string",
            "pattern": f"^/[a-z0-9][a-z0-9_-]*/{service}$",
        },
        "subject": {"description": "The aggregate it happened to."} | _ID,
        "time": {"description": "When it happened."} | _MOMENT,
        "datacontenttype": {"const": "application/json"},
        "tenant": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "sequence": {
            "description": "Its position in the service's ledger, zero-padded so that text order is number order.",
            "type": "string",
            "pattern": "^[0-9]{12,}$",
        },
        "recordedtime": {"description": "When the ledger took it in, always after its cause."} | _MOMENT,
        "correlationid": {"type": "string"},
        "causationid": {
            "description": "The id of the event, command or claim that brought it about.",
            "type": "string",
        },
        "actor": {"description": "tenant/system, or tenant/system/person", "type": "string"},
    }
    return _cloudevent(type_, kind, properties, list(properties))


def claim(type_: str, kind: type[Claim]) -> Schema:
    """The CloudEvent an outside system publishes on `ingest.<system>.<Event>`."""
    properties: Schema = {
        "specversion": {"const": "1.0"},
        "id": {
            "description": "The publisher's own id: the same again is the same claim again.",
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
        },
        "type": {"const": type_},
        "source": {
            "description": "The publisher's own name of itself; who it is follows from its credentials.",
            "type": "string",
            "minLength": 1,
            "maxLength": 2000,
        },
        "time": {"description": "When it happened; the present when left out."} | _MOMENT,
        "tenant": {"description": "May be left out: it follows from the credentials.", "type": "string"},
    }
    return _cloudevent(type_, kind, properties, ["specversion", "id", "type", "source"])


def _cloudevent(type_: str, kind: type[BaseModel], envelope: Schema, required: list[str]) -> Schema:
    data = _schema(kind, "serialization" if "claim" not in type_.split(".") else "validation")
    definitions = data.pop("$defs", {})
    description = data.pop("description", "")
    data.pop("title", None)
    return {
        "$schema": DIALECT,
        "$id": f"urn:loypa:{type_}",
        "title": type_,
        "description": description,
        "type": "object",
        "properties": {**envelope, "data": data},
        "required": [*required, "data"],
        **({"$defs": definitions} if definitions else {}),
    }


def body(kind: type[BaseModel]) -> Schema:
    """A message that is sent as it is, without an envelope."""
    return {"$schema": DIALECT, **_schema(kind, "validation")}


def result_of(query: type[Query]) -> type[Message] | None:
    """What a query's answer holds as its result: the message that its docstring names."""
    for name in re.findall(r"`(\w+)`", query.__doc__ or ""):
        for module in (sys.modules[query.__module__], answers):
            named = getattr(module, name, None)
            if isinstance(named, type) and issubclass(named, Message) and not issubclass(named, Query):
                return named
    return None


def _answers() -> Iterator[tuple[str, Schema]]:
    unions: tuple[tuple[str, TypeAdapter[Any]], ...] = (
        ("CommandAnswer", answers.COMMAND_ANSWER),
        ("QueryAnswer", answers.QUERY_ANSWER),
    )
    for name, adapter in unions:
        schema = adapter.json_schema(mode="serialization", schema_generator=_AsWritten)
        yield name, {"$schema": DIALECT, "title": name, **_clean(schema)}
    results: set[type[Message]] = {Refusal, answers.ClaimOutcome}
    results |= {result for result in map(result_of, catalogue.queries().values()) if result}
    for kind in sorted(results, key=lambda kind: kind.__name__):
        yield kind.__name__, {"$schema": DIALECT, **_schema(kind, "serialization")}


def _schema(kind: type[BaseModel], mode: Literal["serialization", "validation"]) -> Schema:
    cleaned: Schema = _clean(kind.model_json_schema(mode=mode, schema_generator=_AsWritten))
    return cleaned


def _clean(schema: Any) -> Any:  # noqa: ANN401 - walks any JSON
    """The schema with its descriptions on one line, and sealed values as they are written."""
    if isinstance(schema, list):
        return [_clean(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    cleaned = {key: _clean(value) for key, value in schema.items()}
    if isinstance(schema.get("description"), str):
        cleaned["description"] = " ".join(inspect.cleandoc(schema["description"]).split())
    if str(schema.get("$ref", "")).startswith("#/$defs/Sealed_"):
        cleaned["$ref"] = "#/$defs/Sealed"
    if "$defs" in schema:
        plain = {name: part for name, part in cleaned["$defs"].items() if not name.startswith("Sealed_")}
        cleaned["$defs"] = plain if len(plain) == len(schema["$defs"]) else {**plain, "Sealed": SEALED}
    return cleaned

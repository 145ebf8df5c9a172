"""The messages of the AsyncAPI document: payload, headers and examples of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from contracts import catalogue, rights
from contracts.acting import Role
from contracts.answers import ClaimOutcome
from contracts.generate import golden, samples, schemas
from contracts.queries.record import Validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contracts.message import Command, Message, Query

K = TypeVar("K")
M = TypeVar("M", bound="Message")
Part = dict[str, Any]

CLOUDEVENT = "application/cloudevents+json"


def commands() -> dict[tuple[str, str], type[Command]]:
    """The commands somebody may send through a door; the others are between a service and its policies."""
    return {
        (service, name): kind
        for (service, name), kind in catalogue.commands().items()
        if rights.may_send(service, name)
    }


def queries() -> dict[tuple[str, str], type[Query]]:
    """The queries somebody may ask: a service that keeps nothing sealed for anybody has nothing to unseal."""
    return {
        (service, name): kind for (service, name), kind in catalogue.queries().items() if rights.may_ask(service, name)
    }


def claims() -> Part:
    """What outside systems may publish."""
    return {
        type_: _message(type_, kind, CLOUDEVENT, golden.shown(type_)) for type_, kind in in_order(catalogue.claims())
    }


def feed() -> Part:
    """What the services record."""
    return {
        type_: _message(type_, kind, CLOUDEVENT, golden.shown(type_)) for type_, kind in in_order(catalogue.events())
    }


def asked() -> Part:
    """Commands and queries."""
    found: Part = {}
    for word, folder, known, may in (
        ("command", "commands", commands(), rights.may_send),
        ("query", "queries", queries(), rights.may_ask),
    ):
        for (service, name), kind in in_order(known):
            examples = _examples(service, kind, schemas.everything()[f"{folder}/{service}.{name}"])
            message = _message(f"{folder}.{service}.{name}", kind, "application/json", examples)
            found[f"{word}.{service}.{name}"] = message | {"name": f"{service}.{name}"}
            if Role.SYSTEM not in may(service, name):
                found[f"{word}.{service}.{name}"]["headers"] = {"$ref": "#/components/schemas/headers"}
    return found


def _examples(service: str, kind: type[Message], schema: schemas.Schema) -> list[Part]:
    """What says most and, where that is not the same, what says least."""
    if kind is Validate:
        owned = (type_ for type_, claim in in_order(catalogue.claims()) if claim.service == service)
        return [{"claim": claim} for type_ in owned for claim in golden.shown(type_)]
    complete, least = golden.body(kind, schema), samples.sample(schema, complete=False)
    try:
        kind.model_validate(least)
    except ValidationError:
        return [complete]
    return [complete] if least == complete else [complete, least]


def answers() -> Part:
    """What comes back, and what is told of claims."""

    def payload(name: str) -> Part:
        return {"$ref": f"#/components/schemas/answers.{name}"}

    known = {name: schemas.everything()[f"answers/{name}"] for name in ("CommandAnswer", "QueryAnswer")}
    found: Part = {
        f"answer.{name}": {
            "name": name,
            "title": name,
            "summary": f"The reply to a {'command' if name == 'CommandAnswer' else 'query'}.",
            "payload": payload(name),
            "examples": [{"name": "example", "payload": samples.sample(schema, complete=True)}],
        }
        for name, schema in known.items()
    }
    for query in catalogue.queries().values():
        result = schemas.result_of(query)
        if result:
            holds: Part = {"type": "object", "properties": {"result": payload(result.__name__)}, "required": ["result"]}
            answered = {"if": {"properties": {"outcome": {"const": "answered"}}}, "then": holds}
            found[answer_to(query)] = {
                "name": result.__name__,
                "title": result.__name__,
                "summary": summary(result),
                "payload": {"allOf": [payload("QueryAnswer"), answered]},
            }
    found["answer.ClaimOutcome"] = {
        "name": "ClaimOutcome",
        "title": "ClaimOutcome",
        "summary": summary(ClaimOutcome),
        "payload": {
            "allOf": [
                payload("ClaimOutcome"),
                {"properties": {"state": {"enum": ["rejected", "quarantined"]}}, "required": ["refusal"]},
            ]
        },
    }
    found["answer.Receipt"] = {
        "name": "PubAck",
        "title": "PubAck",
        "summary": "The stream has the claim for sure, or says why not; what becomes of it is told afterwards.",
        "payload": {"$ref": "#/components/schemas/receipt"},
    }
    return found


def in_order(known: Mapping[K, type[M]]) -> list[tuple[K, type[M]]]:
    """Always in the same order."""
    return sorted(known.items(), key=lambda item: str(item[0]))


def answer_to(query: type[Query]) -> str:
    """The name of the message that answers a query."""
    result = schemas.result_of(query)
    return f"answer.{result.__name__}" if result else "answer.QueryAnswer"


def _message(schema: str, kind: type[Message], content: str, examples: Iterable[Part]) -> Part:
    return {
        "name": kind.__name__,
        "title": schema,
        "summary": summary(kind),
        "contentType": content,
        "payload": {"$ref": f"#/components/schemas/{schema}"},
        "examples": [
            {"name": name, "payload": payload} for name, payload in zip(("complete", "minimal"), examples, strict=False)
        ],
    }


def summary(kind: type[Message]) -> str:
    """The first paragraph of a message's docstring."""
    return " ".join((kind.__doc__ or "").split("\n\n")[0].split())

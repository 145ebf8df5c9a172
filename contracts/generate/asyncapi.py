"""The AsyncAPI 3.0 description of Løypa as an outside system meets it: through its own tenant's NATS account."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

from contracts import catalogue
from contracts.answers import ClaimOutcome
from contracts.generate import golden, samples, schemas
from contracts.generate.components import Components

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contracts.message import Message, Query

K = TypeVar("K")
M = TypeVar("M", bound="Message")
Part = dict[str, Any]

CLOUDEVENT = "application/cloudevents+json"

SYSTEM: Part = {
    "description": "The system's registered short name. The server lets a system use its own name only.",
    "examples": ["sak"],
}

ASSERTION: Part = {
    "type": "object",
    "properties": {
        "Loypa-Assertion": {
            "type": "string",
            "description": "Who the person behind the message is: a short-lived assertion that a registered front end "
            "signed. Left out when the system acts by itself.",
        }
    },
}


def document() -> Part:
    """The whole document."""
    components = Components()
    for name, schema in schemas.everything().items():
        components.add(name.replace("/", "."), schema)
    components.schemas["headers"] = ASSERTION
    channels, operations = _channels(), _operations()
    messages = _claims() | _feed() | _asked() | _answers()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Løypa",
            "version": version("loypa"),
            "description": "Innovasjonsløypa: an idea's way through a municipality's innovation council. Subjects are "
            "those of a tenant's own account: the server adds the municipality, and nobody can name another's.",
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "nats": {
                "host": "{host}:{port}",
                "protocol": "nats",
                "description": "NATS with JetStream. Every tenant has an account, every system a user in it.",
                "variables": {
                    "host": {"default": "localhost", "description": "Where the installation runs."},
                    "port": {"default": "4222"},
                },
                "security": [{"$ref": "#/components/securitySchemes/credentials"}],
            }
        },
        "channels": channels,
        "operations": operations,
        "components": {
            "securitySchemes": {
                "credentials": {
                    "type": "apiKey",
                    "in": "user",
                    "description": "The system's NATS credentials: a user JWT of its tenant's account, and its nkey.",
                }
            },
            "messages": messages,
            "schemas": components.schemas,
        },
    }


def _channels() -> Part:
    channels = {
        "ingest": _channel("ingest.{system}.{event}", "What an outside system says happened.", _claims()),
        "rejections": _channel(
            "rej.{system}",
            "At once and at best effort: a claim that was not accepted. For good it is told by `ClaimStatus`.",
            ["answer.ClaimOutcome"],
        ),
        "replies": {
            "address": None,
            "description": "The reply subject of the request, in the sender's own inbox.",
            "messages": _refs(name for name in _answers() if name != "answer.ClaimOutcome"),
        },
    }
    channels["ingest"]["parameters"]["event"] = _names(kind.__name__ for kind in catalogue.claims().values())
    for kind, word, known in (
        ("commands", "cmd", catalogue.commands()),
        ("queries", "query", catalogue.queries()),
    ):
        for service in catalogue.SERVICES:
            own = [name for owner, name in sorted(known) if owner == service]
            prefix = "command" if kind == "commands" else "query"
            channel = _channel(
                f"{word}.{{system}}.{service}.{{name}}",
                f"The {kind} {service} takes, as requests with a reply.",
                [f"{prefix}.{service}.{name}" for name in own],
            )
            channel["parameters"]["name"] = _names(own)
            channels[f"{kind}.{service}"] = channel
    for service in catalogue.SERVICES:
        channels[f"events.{service}"] = {
            "address": f"ev.{{tenant}}.{service}.{{event}}",
            "description": f"What {service} recorded, in its order: subjects of the tenant's stream FEED, which may be "
            "read from the first event on. A network's FEED holds those of its members.",
            "servers": [{"$ref": "#/servers/nats"}],
            "parameters": {
                "tenant": {"description": "The municipality's short name.", "examples": ["molde"]},
                "event": _names(
                    type_.split(".")[3] for type_ in sorted(catalogue.events()) if type_.split(".")[2] == service
                ),
            },
            "messages": _refs(_events_of(service)),
        }
    return channels


def _operations() -> Part:
    claims = {
        f"claim.{kind.__name__}": _operation("receive", "ingest", [type_], f"Take in a claim: {_summary(kind)}")
        for type_, kind in sorted(catalogue.claims().items())
    }
    commands = {
        f"command.{service}.{name}": _operation(
            "receive", f"commands.{service}", [f"command.{service}.{name}"], _summary(kind), "answer.CommandAnswer"
        )
        for (service, name), kind in sorted(catalogue.commands().items())
    }
    queries = {
        f"query.{service}.{name}": _operation(
            "receive", f"queries.{service}", [f"query.{service}.{name}"], _summary(kind), _answer_to(kind)
        )
        for (service, name), kind in sorted(catalogue.queries().items())
    }
    feeds = {
        f"feed.{service}": _operation(
            "send", f"events.{service}", _events_of(service), f"Tell what {service} recorded."
        )
        for service in catalogue.SERVICES
    }
    reject = {
        "reject": _operation("send", "rejections", ["answer.ClaimOutcome"], "Tell that a claim was not accepted.")
    }
    return claims | reject | commands | queries | feeds


def _claims() -> Part:
    return {
        type_: _message(type_, kind, CLOUDEVENT, golden.shown(type_)) for type_, kind in _sorted(catalogue.claims())
    }


def _feed() -> Part:
    return {
        type_: _message(type_, kind, CLOUDEVENT, golden.shown(type_)) for type_, kind in _sorted(catalogue.events())
    }


def _asked() -> Part:
    messages: Part = {}
    for word, folder, known in (
        ("command", "commands", catalogue.commands()),
        ("query", "queries", catalogue.queries()),
    ):
        for (service, name), kind in _sorted(known):
            example = golden.body(kind, schemas.everything()[f"{folder}/{service}.{name}"])
            message = _message(f"{folder}.{service}.{name}", kind, "application/json", [example])
            messages[f"{word}.{service}.{name}"] = message | {
                "name": f"{service}.{name}",
                "headers": {"$ref": "#/components/schemas/headers"},
            }
    return messages


def _answers() -> Part:
    def payload(name: str) -> Part:
        return {"$ref": f"#/components/schemas/answers.{name}"}

    answers = {name: schemas.everything()[f"answers/{name}"] for name in ("CommandAnswer", "QueryAnswer")}
    messages: Part = {
        f"answer.{name}": {
            "name": name,
            "title": name,
            "summary": f"The reply to a {'command' if name == 'CommandAnswer' else 'query'}.",
            "payload": payload(name),
            "examples": [{"name": "example", "payload": samples.sample(schema, complete=True)}],
        }
        for name, schema in answers.items()
    }
    for query in catalogue.queries().values():
        result = schemas.result_of(query)
        if result:
            holds: Part = {"type": "object", "properties": {"result": payload(result.__name__)}}
            answered = {"if": {"properties": {"outcome": {"const": "answered"}}}, "then": holds}
            messages[_answer_to(query)] = {
                "name": result.__name__,
                "title": result.__name__,
                "summary": _summary(result),
                "payload": {"allOf": [payload("QueryAnswer"), answered]},
            }
    messages["answer.ClaimOutcome"] = {
        "name": "ClaimOutcome",
        "title": "ClaimOutcome",
        "summary": _summary(ClaimOutcome),
        "payload": payload("ClaimOutcome"),
    }
    return messages


def _sorted(known: Mapping[K, type[M]]) -> list[tuple[K, type[M]]]:
    return sorted(known.items(), key=lambda item: str(item[0]))


def _answer_to(query: type[Query]) -> str:
    result = schemas.result_of(query)
    return f"answer.{result.__name__}" if result else "answer.QueryAnswer"


def _events_of(service: str) -> list[str]:
    return [type_ for type_, _ in _sorted(catalogue.events()) if type_.split(".")[2] == service]


def _channel(address: str, description: str, messages: Iterable[str]) -> Part:
    return {
        "address": address,
        "description": description,
        "servers": [{"$ref": "#/servers/nats"}],
        "parameters": {"system": SYSTEM},
        "messages": _refs(messages),
    }


def _refs(names: Iterable[str]) -> Part:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _names(names: Iterable[str]) -> Part:
    return {"description": "The message's name, without service and version.", "enum": list(dict.fromkeys(names))}


def _operation(action: str, channel: str, messages: Iterable[str], summary: str, reply: str | None = None) -> Part:
    operation: Part = {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in messages],
    }
    if reply:
        answers = [{"$ref": f"#/channels/replies/messages/{reply}"}]
        operation["reply"] = {"channel": {"$ref": "#/channels/replies"}, "messages": answers}
    return operation


def _message(schema: str, kind: type[Message], content: str, examples: Iterable[Part]) -> Part:
    return {
        "name": kind.__name__,
        "title": schema,
        "summary": _summary(kind),
        "contentType": content,
        "payload": {"$ref": f"#/components/schemas/{schema}"},
        "examples": [
            {"name": name, "payload": payload} for name, payload in zip(("complete", "minimal"), examples, strict=False)
        ],
    }


def _summary(kind: type[Message]) -> str:
    return " ".join((kind.__doc__ or "").split("\n\n")[0].split())

"""The AsyncAPI 3.0 description of Løypa as an outside system meets it: through a NATS account of its own."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from contracts import catalogue, rights
from contracts.acting import Role
from contracts.generate import messages, schemas
from contracts.generate.components import Components
from contracts.generate.transport import ASSERTION, FEED, HEADERS, RECEIPT, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable

Part = dict[str, Any]


def document() -> Part:
    """The whole document."""
    components = Components()
    for name, schema in schemas.everything().items():
        components.add(name.replace("/", "."), schema)
    components.schemas |= {"headers": HEADERS, "assertion": ASSERTION, "receipt": RECEIPT}
    channels, operations = _channels(), _operations()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Løypa",
            "version": version("loypa"),
            "description": "Innovasjonsløypa: an idea's way through a municipality's innovation council. Subjects are "
            "those of a system's own account: the server adds the municipality, and nobody can name another's.",
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "nats": {
                "host": "{host}:{port}",
                "protocol": "nats",
                "description": "NATS with JetStream. Every system is the one user of an account of its own.",
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
                    "description": "The system's NATS credentials: a user JWT, and its nkey.",
                }
            },
            "messages": messages.claims() | messages.feed() | messages.asked() | messages.answers(),
            "schemas": components.schemas,
        },
    }


def _channels() -> Part:
    channels = {
        "ingest": _channel("ingest.{system}.{event}", "What an outside system says happened.", messages.claims()),
        "rejections": _channel(
            "rej.{system}",
            "At once and at best effort: a claim that was rejected, or set aside until an operator has looked at it. "
            "For good it is told by `ClaimStatus`.",
            ["answer.ClaimOutcome"],
        ),
        "replies": {
            "address": None,
            "description": "The reply subject of the request, in the sender's own inbox.",
            "messages": _refs(name for name in messages.answers() if name != "answer.ClaimOutcome"),
        },
    }
    channels["ingest"]["parameters"]["event"] = _names(kind.__name__ for kind in catalogue.claims().values())
    for kind, word, known in (("commands", "cmd", messages.commands()), ("queries", "query", messages.queries())):
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
            "read from the first event on by a consumer that bears the system's name. A network's FEED holds those of "
            "its members.",
            "x-jetstream": FEED,
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
        f"claim.{kind.__name__}": _operation(
            "receive", "ingest", [type_], f"Take in a claim: {messages.summary(kind)}", "answer.Receipt"
        )
        for type_, kind in sorted(catalogue.claims().items())
    }
    asked: Part = {}
    for (service, name), kind in sorted(messages.commands().items()):
        asked[f"command.{service}.{name}"] = _operation(
            "receive",
            f"commands.{service}",
            [f"command.{service}.{name}"],
            messages.summary(kind),
            "answer.CommandAnswer",
        ) | _open_to(rights.may_send(service, name))
    for (service, name), query in sorted(messages.queries().items()):
        asked[f"query.{service}.{name}"] = _operation(
            "receive",
            f"queries.{service}",
            [f"query.{service}.{name}"],
            messages.summary(query),
            messages.answer_to(query),
        ) | _open_to(rights.may_ask(service, name))
    feeds = {
        f"feed.{service}": _operation(
            "send", f"events.{service}", _events_of(service), f"Tell what {service} recorded."
        )
        for service in catalogue.SERVICES
    }
    reject = {
        "reject": _operation("send", "rejections", ["answer.ClaimOutcome"], "Tell that a claim was not accepted.")
    }
    return claims | reject | asked | feeds


def _open_to(roles: frozenset[Role]) -> Part:
    people = ", ".join(sorted(roles - {Role.SYSTEM}))
    said = [f"a person who is one of: {people}"] * bool(people) + ["a system by itself"] * (Role.SYSTEM in roles)
    return {"description": f"Open to {' and '.join(said)}."}


def _events_of(service: str) -> list[str]:
    return [type_ for type_, _ in messages.in_order(catalogue.events()) if type_.split(".")[2] == service]


def _channel(address: str, description: str, named: Iterable[str]) -> Part:
    return {
        "address": address,
        "description": description,
        "servers": [{"$ref": "#/servers/nats"}],
        "parameters": {"system": SYSTEM},
        "messages": _refs(named),
    }


def _refs(names: Iterable[str]) -> Part:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _names(names: Iterable[str]) -> Part:
    return {"description": "The message's name, without service and version.", "enum": list(dict.fromkeys(names))}


def _operation(action: str, channel: str, named: Iterable[str], summary: str, reply: str | None = None) -> Part:
    operation: Part = {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in named],
    }
    if reply:
        answers = [{"$ref": f"#/channels/replies/messages/{reply}"}]
        operation["reply"] = {"channel": {"$ref": "#/channels/replies"}, "messages": answers}
    return operation

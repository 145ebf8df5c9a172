"""Every message there is, by its type, and how the bytes of an event become one."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from typing import Any

import pydantic_core
from pydantic import ConfigDict, ValidationError

import contracts.claims
import contracts.commands.assessment
import contracts.commands.council
import contracts.commands.intake
import contracts.commands.minutes
import contracts.commands.portfolio
import contracts.commands.record
import contracts.commands.reporting
import contracts.commands.watch
import contracts.events.assessment
import contracts.events.council
import contracts.events.intake
import contracts.events.minutes
import contracts.events.portfolio
import contracts.events.record
import contracts.events.reporting
import contracts.events.watch
import contracts.queries.council
import contracts.queries.intake
import contracts.queries.minutes
import contracts.queries.portfolio
import contracts.queries.prioritising
import contracts.queries.record
import contracts.queries.reporting  # noqa: F401 - importing these modules makes their messages known
from contracts.envelope import Recorded
from contracts.message import Claim, Command, Event, Message, Query

SERVICES = ("intake", "council", "portfolio", "reporting")


class Unknown(Event):
    """An event of a type this version does not know: kept whole, never dropped."""

    model_config = ConfigDict(frozen=True, extra="allow")


def _leaves(kind: type[Message]) -> list[type[Any]]:
    """The contract's message classes below a kind, without the per-service bases (those subclassed themselves)."""
    below = [child for child in kind.__subclasses__() if child.__module__.startswith("contracts.")]
    return [leaf for child in below for leaf in (_leaves(child) if child.__subclasses__() else [child])]


def _services(leaf: type[Any]) -> tuple[str, ...]:
    """The services a message belongs to: its own, or every one."""
    return (leaf.service,) if leaf.service else SERVICES


@cache
def events() -> dict[str, type[Event]]:
    """Event classes by CloudEvents type."""
    known = [leaf for leaf in _leaves(Event) if leaf is not Unknown and not leaf.__name__.endswith("Event")]
    return {leaf.type_in(service): leaf for leaf in known for service in _services(leaf)}


@cache
def commands() -> dict[tuple[str, str], type[Command]]:
    """Command classes by (service, name)."""
    known = [leaf for leaf in _leaves(Command) if not leaf.__name__.endswith("Command")]
    return {(service, leaf.__name__): leaf for leaf in known for service in _services(leaf)}


@cache
def queries() -> dict[tuple[str, str], type[Query]]:
    """Query classes by (service, name)."""
    known = [leaf for leaf in _leaves(Query) if not leaf.__name__.endswith("Query")]
    return {(service, leaf.__name__): leaf for leaf in known for service in _services(leaf)}


@cache
def claims() -> dict[str, type[Claim]]:
    """Claim classes by CloudEvents type."""
    return {leaf.type(): leaf for leaf in _leaves(Claim)}


@cache
def _recorded(type_: str) -> type[Recorded[Any]]:
    return Recorded[events().get(type_, Unknown)]  # type: ignore[misc,return-value]  # the class is known only now


def prepare() -> None:
    """Build the envelope of every event now: a process that forks others that read events builds them once for all."""
    for type_ in events():
        _recorded(type_)


# The first place that looks like the type; in what a ledger wrote it is the type, for only an id stands before it.
_TYPE = re.compile(rb'"type":"([^"]+)"')


def decode(raw: bytes) -> Recorded[Any]:
    """The event in these bytes. Raises `ValueError` when they are not an event's."""
    with suppress(ValidationError, TypeError):  # a row of a ledger that somebody altered can hold text
        if found := _TYPE.search(raw):
            type_ = found[1].decode(errors="replace")
            event = _recorded(type_).model_validate_json(raw)
            if event.type == type_:
                return event
    fields = pydantic_core.from_json(raw)  # written by somebody else, or no event: looked at in two steps
    if not isinstance(fields, dict):
        raise ValueError("an event is a JSON object")  # noqa: TRY004 - what is wrong is the bytes, not a type in our code
    return _recorded(str(fields.get("type"))).model_validate(fields)

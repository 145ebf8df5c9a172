"""What a service is made of: which messages it takes, what decides on them, and which views it keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from contracts.acting import Acting, Role
from contracts.envelope import Recorded
from contracts.message import Claim, Command, Message, Query

if TYPE_CHECKING:
    from datetime import date

    from runtime.inbox import Reaction
    from runtime.projector import View
    from runtime.work import Work

UseCase = Callable[["Work", Any, Acting], UUID]
"""Lets aggregates decide on a command and gives the aggregate it is about; raises `Refused`."""

Histories = Callable[[UUID], list[Recorded[Any]]]
"""The history of an aggregate, oldest first; empty when there is none."""

Telling = Callable[[Histories, Any, Acting], Message]
"""Answers a query from histories; raises `Refused`."""

Adoption = Callable[[Any, str, str, str], Command]
"""The command a claim amounts to: (claim, tenant, system, claim id)."""


class Roles(Protocol):
    """The roles that follow from the service's own record, such as the council's composition."""

    def __call__(self, work: Work, acting: Acting, day: date) -> frozenset[Role]:
        """The roles the acting person has on that day."""


def no_roles(_work: Work, _acting: Acting, _day: date) -> frozenset[Role]:
    """For services in which no role follows from the record."""
    return frozenset()


@dataclass(frozen=True)
class Service:
    """One service, declared: everything `runtime` needs to run it."""

    name: str
    commands: Mapping[type[Command], UseCase]
    queries: Mapping[type[Query], Telling] = field(default_factory=dict)
    claims: Mapping[type[Claim], Adoption] = field(default_factory=dict)
    roles: Roles = no_roles
    follows: tuple[str, ...] = ()
    react: Callable[[Recorded[Any]], Iterable[Reaction]] | None = None
    views: tuple[View, ...] = ()
    asked: Mapping[type[Query], Callable[[Any, Any], Message]] = field(default_factory=dict)
    """Queries answered from the views: (reader, query) → answer."""

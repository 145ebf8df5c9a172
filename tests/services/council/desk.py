"""The council's desk over a town's ledger: questions that open what is sealed, asked as somebody with their rights."""

from __future__ import annotations

import base64
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from contracts.acting import Role
from contracts.answers import Answered, RefusedAnswer
from contracts.catalogue import decode
from contracts.identity import derive
from runtime.desk import Caller, Desk
from services.council.app import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.message import Command, Query
    from tests.services.council.town import Town

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


@dataclass
class AtTheDesk:
    """Commands and questions through the desk, rights and all."""

    town: Town
    ids: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.desk = Desk(SERVICE, self.town.ledger, lambda: NOW, lambda: derive("asked", next(self.ids)))

    def caller(self, role: Role, person: str) -> Caller:
        return Caller(self.town.tenant, "portal", person, frozenset({role}), called="Molde kommune")

    def ask(self, query: Query, role: Role = Role.SECRETARY, person: str = "siv") -> Any:
        """The result, or the name of the broken rule."""
        raw = query.model_dump_json(exclude_defaults=True).encode()
        answer = self.desk.query(type(query).__name__, raw, self.caller(role, person))
        return (
            answer.refusal.rule
            if isinstance(answer, RefusedAnswer)
            else answer.result
            if isinstance(answer, Answered)
            else answer
        )

    def do(self, command: Command, role: Role = Role.SECRETARY, person: str = "siv") -> str:
        """`accepted`, or the name of the broken rule."""
        raw = command.model_dump_json(exclude_unset=True).encode()
        answer = self.desk.command(type(command).__name__, raw, self.caller(role, person))
        return answer.refusal.rule if isinstance(answer, RefusedAnswer) else answer.outcome

    def recorded(self, name: str) -> list[Any]:
        """The events of this name."""
        stored = [decode(one.body) for one in self.town.ledger.read(0, 5000)]
        return [one for one in stored if one.name == name]


def body(file: dict[str, Any]) -> bytes:
    return base64.b64decode(file["content"])

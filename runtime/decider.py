"""A decider: what one kind of aggregate decides on a command, and what its state becomes with an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.message import Event

S = TypeVar("S")


@dataclass(frozen=True)
class Decider(Generic[S]):
    """Pure functions: `decide(state, command) -> events` (raises `Refused`), `evolve(state, event) -> state`.

    `begins`: the events such an aggregate can begin with, where its id may come from outside: what begins otherwise
    is another thing, whose id was mistaken for one of these. Empty: any.
    """

    name: str
    initial: S
    decide: Callable[[S, Any], Sequence[Event]]
    evolve: Callable[[S, Any], S]
    begins: tuple[type[Event], ...] = ()

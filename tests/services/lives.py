"""What holds of the life of any aggregate: replayed it is what was lived, and a command done again does nothing."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings

from contracts.refusals import Refused

if TYPE_CHECKING:
    from types import ModuleType

whenever = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The machine may be busy."""


def live(noun: ModuleType, life: list[Any]) -> tuple[Any, list[Any]]:
    """The state and events of a noun of a domain after a life in which refusals change nothing."""
    state, happened = noun.INITIAL, []
    for command in life:
        try:
            decided = noun.decide(state, command)
        except Refused:
            continue
        state = reduce(noun.evolve, decided, state)
        happened += decided
    return state, happened


def replays_as_lived(noun: ModuleType, life: list[Any]) -> None:
    """From the events as they are stored."""
    state, happened = live(noun, life)
    stored = [type(event).model_validate_json(event.model_dump_json(exclude_none=True)) for event in happened]
    assert reduce(noun.evolve, stored, noun.INITIAL) == state


def does_nothing_again(noun: ModuleType, life: list[Any], command: Any) -> None:
    """Unless it was refused."""
    state, _ = live(noun, life)
    try:
        after = reduce(noun.evolve, noun.decide(state, command), state)
    except Refused:
        return
    assert noun.decide(after, command) == []

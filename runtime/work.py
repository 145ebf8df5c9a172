"""One unit of work: load aggregates, let them decide, and append everything they decided in one transaction."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar, cast

from contracts.door import NotFound
from runtime.ledger import Entry, Ledger, Origin
from runtime.recording import event_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from contracts.message import Event
    from runtime.decider import Decider

S = TypeVar("S")


@dataclass(frozen=True)
class Loaded:
    """An aggregate as it stands in this unit of work: what is stored, and what was decided on top."""

    state: Any
    version: int


@dataclass
class Work:
    """Everything done here is appended together or not at all.

    `origin` is who acts, when and because of what; a unit that works through several causes sets it before each.
    """

    ledger: Ledger
    origin: Origin
    entries: list[Entry] = field(default_factory=list)
    erasures: list[UUID] = field(default_factory=list)
    _loaded: dict[tuple[str, UUID], Loaded] = field(default_factory=dict)

    def state(self, decider: Decider[S], aggregate: UUID) -> S:
        """The aggregate's state, what this unit decided included.

        Raises `NotFound` when the id is that of another kind of aggregate.
        """
        return cast("S", self._load(decider, aggregate).state)

    def do(self, decider: Decider[S], aggregate: UUID, command: object) -> Sequence[Event]:
        """Let the aggregate decide on the command, or on what a use case has gathered for one.

        Its events are appended when the unit is committed.

        Raises `Refused`; the unit is then as it was before the call.
        """
        loaded = self._load(decider, aggregate)
        events = tuple(decider.decide(loaded.state, command))
        if events:
            self.entries.append(Entry(aggregate, loaded.version, events, self.origin))
            state = reduce(decider.evolve, events, loaded.state)
            self._loaded[decider.name, aggregate] = Loaded(state, loaded.version + len(events))
        return events

    def id_of(self, event: Event) -> UUID:
        """The id under which an event that was decided here goes on record."""
        for entry in self.entries:
            for version, decided in enumerate(entry.events, start=entry.expected + 1):
                if decided is event:
                    return event_id(self.ledger.service, entry.aggregate, version)
        raise AssertionError(f"{type(event).__name__} was not decided here")

    def record(self, aggregate: UUID, *events: Event) -> None:
        """Append events of an aggregate that has no rules, such as a claim's outcome, after what it has."""
        version = len(self.ledger.history(aggregate)) + sum(
            len(entry.events) for entry in self.entries if entry.aggregate == aggregate
        )
        self.entries.append(Entry(aggregate, version, events, self.origin))

    def erase(self, *refs: UUID) -> None:
        """Erase sealed values in the same transaction; the caller records why (`PersonalDataErased`)."""
        self.erasures.extend(refs)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part that counts wholly or not at all: what it decided is forgotten when it raises."""
        entries, erasures, loaded = len(self.entries), len(self.erasures), dict(self._loaded)
        try:
            yield
        except BaseException:
            del self.entries[entries:], self.erasures[erasures:]
            self._loaded = loaded
            raise

    def _load(self, decider: Decider[S], aggregate: UUID) -> Loaded:
        key = (decider.name, aggregate)
        if key not in self._loaded:
            history = self.ledger.history(aggregate)
            if history and decider.begins and not isinstance(history[0].data, decider.begins):
                raise NotFound(decider.name, str(aggregate))
            state = reduce(decider.evolve, (recorded.data for recorded in history), decider.initial)
            self._loaded[key] = Loaded(state, len(history))
        return self._loaded[key]

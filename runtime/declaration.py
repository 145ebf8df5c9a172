"""What a service is made of: which messages it takes, what decides on them, and which views it keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from contracts.acting import Acting, Role
from contracts.crossing import KEPT_HOME
from contracts.envelope import Recorded
from contracts.events.intake import Visibility
from contracts.message import Claim, Command, Message, Query

if TYPE_CHECKING:
    from datetime import date

    from runtime.deadlines import Watch
    from runtime.inbox import Reaction
    from runtime.projector import View
    from runtime.work import Work

UseCase = Callable[["Work", Any, Acting], UUID]
"""Lets aggregates decide on a command and gives the aggregate it is about; raises `Refused`."""

Histories = Callable[[UUID], list[Recorded[Any]]]
"""The history of an aggregate, oldest first; empty when there is none."""

Telling = Callable[[Histories, Any, Acting], Message]
"""Answers a query from histories; raises `Refused`."""


class Opening(Protocol):
    """Sealed text for an answer that needs it."""

    def unseal(self, refs: Sequence[UUID], purpose: str) -> Mapping[UUID, str]:
        """What the table of rights opens to the acting person, on record; what it does not is left out."""

    def published(self, refs: Sequence[UUID]) -> Mapping[UUID, str]:
        """What the service's own record says is open to everybody; nothing is recorded of reading it."""


Disclosing = Callable[[Histories, Opening, Any, Acting], Message]
"""Answers a query from histories and from what is sealed in them; raises `Refused`."""

Adoption = Callable[[Any, str, str, str], Command]
"""The command a claim amounts to: (claim, tenant, system, claim id)."""


Roles = Callable[["Work", Acting, "date"], frozenset[Role]]
"""The roles that the acting person has on a day by the service's own record, such as the council's composition."""


def no_roles(_work: Work, _acting: Acting, _day: date) -> frozenset[Role]:
    """For services in which no role follows from the record."""
    return frozenset()


@dataclass(frozen=True)
class Scope:
    """What an asker may see (R7): everything of their `own` tenants, of the `others` what the network may see.

    `lineages` are, for a municipality, itself and those merged into it. A `network`'s own tenants are its members: it
    sees what they have, as its FEED tells it.
    """

    own: frozenset[str]
    others: frozenset[str] = frozenset()
    lineages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    network: bool = False

    def tenants(self, municipality: str | None) -> list[str]:
        """The tenants a question is about."""
        every = self.own | self.others
        if municipality is None:
            return sorted(every)
        return sorted(every & self.lineages.get(municipality, frozenset({municipality})))

    def shows(self, tenant: str, visibility: str | None) -> bool:
        """Whether a thing may be shown."""
        return tenant in self.own or visibility in {Visibility.NETWORK, Visibility.PUBLIC}

    def names(self, visibility: str | None) -> bool:
        """Whether the title and tags of a thing that may be shown may be."""
        return not self.network or visibility != Visibility.OWN

    def title(self, visibility: str | None, title: str) -> str:
        """The title that may be shown of a thing that may be."""
        return title if self.names(visibility) else KEPT_HOME


@dataclass(frozen=True)
class Asked:
    """A query that is answered from a view: (reader, query, scope) → answer."""

    view: str
    answer: Callable[[Any, Any, Scope], Message]


@dataclass(frozen=True)
class Service:
    """One service, declared: everything `runtime` needs to run it."""

    name: str
    commands: Mapping[type[Command], UseCase]
    queries: Mapping[type[Query], Telling] = field(default_factory=dict)
    disclosing: Mapping[type[Query], Disclosing] = field(default_factory=dict)
    claims: Mapping[type[Claim], Adoption] = field(default_factory=dict)
    roles: Roles = no_roles
    follows: tuple[str, ...] = ()
    react: Callable[[Recorded[Any]], Iterable[Reaction]] | None = None
    watch: Callable[[], Watch] | None = None
    """Makes the empty watch of what the service waits for, by its dates (`runtime/deadlines.py`)."""
    views: tuple[View, ...] = ()
    asked: Mapping[type[Query], Asked] = field(default_factory=dict)
    sweeps: bool = False
    """Whether it also answers the claims that no service owns."""

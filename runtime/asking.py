"""Answers to queries: from the ledger, or from a view once it has taken in what the asker has seen done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from contracts import door
from contracts.answers import Answered, RefusedAnswer, Unavailable
from contracts.catalogue import queries
from contracts.queries.reporting import ViewQuery
from contracts.refusals import Refused
from runtime.declaration import Scope
from runtime.follower import Follower
from runtime.ledger import Conflict
from runtime.ledger import Unavailable as LedgerUnavailable
from runtime.projector import NotBuilt

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.acting import Acting
    from contracts.message import Message
    from runtime.declaration import Asked
    from runtime.desk import Caller, Desk
    from runtime.nats import Client
    from runtime.projector import Projector
    from runtime.registry import Registry

WAIT = 5.0
"""Seconds a query waits for the view to take in what it names in `after`; then its answer is marked stale."""


class Asking:
    """Answers the queries of one service."""

    def __init__(
        self, desk: Desk, projector: Projector | None, client: Client, registry: Callable[[], Registry]
    ) -> None:
        self._desk, self._projector, self._client, self._registry = desk, projector, client, registry

    async def answer(self, name: str, body: bytes, caller: Caller) -> Message:
        """The answer; never raises for what the asker or the infrastructure did."""
        kind = queries().get((self._desk.service.name, name))
        asked = self._desk.service.asked.get(kind) if kind else None
        if asked is None or self._projector is None:
            return await asyncio.to_thread(self._desk.query, name, body, caller)
        try:
            query, acting = await asyncio.to_thread(self._desk.permitted, name, body, caller)
            if not isinstance(query, ViewQuery):
                raise TypeError(f"{name} is answered from a view but is no ViewQuery")
            scope = self.scope(acting, query.municipality)
            return await self._from_view(self._projector, asked, query, scope)
        except Refused as refused:
            return RefusedAnswer(refusal=refused.on_the_wire())
        except (Conflict, LedgerUnavailable, NotBuilt) as error:
            return Unavailable(says=f"{type(error).__name__}: {error}")

    def scope(self, acting: Acting, municipality: str | None) -> Scope:
        """What the asker may see: a municipality itself and what its networks share, a network its members.

        Each with the history of those merged into it.

        Raises `NotFound` for a municipality that is not among them, as for one that does not exist.
        """
        registry = self._registry()
        asker = registry.tenant(acting.tenant)
        today = self._desk.clock().date()
        shared = {
            slug for network in registry.networks_of(asker.slug) for slug in registry.heard_by(network.slug, today)
        }
        own = frozenset(registry.heard_by(asker.slug, today))
        lineages = {slug: frozenset(registry.lineage(slug, today)) for slug in own | shared}
        scope = Scope(own, frozenset(shared) - own, lineages, network=asker.kind == "network")
        if municipality is not None and not scope.tenants(municipality):
            raise door.NotFound("municipality", municipality)
        return scope

    async def _from_view(self, projector: Projector, asked: Asked, query: ViewQuery, scope: Scope) -> Answered:
        if query.known_at is not None:
            everything = Follower(self._client, {}).batches()
            async with projector.known_at(asked.view, query.known_at, everything) as reader:
                result = await asyncio.to_thread(asked.answer, reader, query, scope)
                fresh = True
        else:
            fresh = await projector.wait_for(query.after, WAIT, asked.view)

            def read() -> Message:
                with projector.read(asked.view) as reader:
                    return asked.answer(reader, query, scope)

            result = await asyncio.to_thread(read)
        shown = result.model_dump(mode="json")
        return Answered(
            stale=not fresh,
            positions=shown["positions"],
            complete_to=shown["complete_to"],
            provisional=shown["provisional"],
            result=shown,
        )

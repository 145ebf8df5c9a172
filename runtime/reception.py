"""Who is at the door: the system by its subject, the person by an assertion made for this message, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts import subjects
from contracts.acting import Kind, Role
from contracts.refusals import Refused
from runtime import assertion, attempts
from runtime.desk import Caller
from runtime.registry import UnknownTenant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from runtime.registry import Registry


def peers_of(tenant: str, registry: Registry) -> frozenset[str]:
    """The other municipalities of its networks: what a network may see, they see of each other."""
    members = {member for network in registry.networks_of(tenant) for member in network.members}
    return frozenset(members - {tenant})


@dataclass(frozen=True)
class Reception:
    """Says who is behind a message. The server vouches for the subject; everything else is checked here."""

    registry: Callable[[], Registry]
    clock: Callable[[], datetime]
    once: assertion.Once = field(default_factory=assertion.Once)

    def identify(self, subject: str, body: bytes, headers: Mapping[str, str]) -> Caller:
        """Who sent this, to a subject as HUB sees it. Raises `Refused`; who was turned away is logged."""
        _, tenant, system, service, name = subject.split(".")
        try:
            return self._identify(subject, body, headers)
        except Refused as refused:
            rule = type(refused).__name__
            attempts.denied(rule, tenant=tenant, system=system, service=service, message=name)
            raise

    def _identify(self, subject: str, body: bytes, headers: Mapping[str, str]) -> Caller:
        _, tenant, system, _, _ = subject.split(".")
        registry, now = self.registry(), self.clock()
        there = registry.tenant(tenant)
        if there.slug != tenant:  # a kommunenummer names a municipality to people; as a subject it would be another
            raise UnknownTenant(given=tenant, known=registry.slugs)
        registry.system(tenant, system)
        kind, peers = Kind(there.kind), peers_of(there.slug, registry)
        earlier = frozenset(registry.lineage(there.slug, now.date())) - {there.slug}
        token = headers.get(assertion.HEADER)
        if token is None:
            return Caller(tenant, system, None, frozenset({Role.SYSTEM}), kind, peers, there.name, earlier)
        req = assertion.request(subjects.as_published(subject), body)
        person = assertion.verify(token, registry, tenant=tenant, system=system, now=now, req=req, once=self.once)
        roles = registry.granted(tenant, person, now.date()) | {Role.SUBMITTER}
        return Caller(tenant, system, person, roles, kind, peers, there.name, earlier)

"""How the tenant registry changes: pure functions from one registry to the next, and the file that holds it."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused
from runtime.registry import Auditor, Grant, Registry, System, Tenant, UnknownSystem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from contracts.acting import Role

DAY = timedelta(days=1)


@dataclass(eq=False)
class TenantAlreadyRegistered(Refused):
    """A tenant's short name is permanent: it is given once, also when the tenant has been removed."""

    tenant: str

    says: ClassVar[str] = "there is a tenant called {tenant} already, or there was one"


@dataclass(eq=False)
class TenantRemoved(Refused):
    """The tenant has been removed: nothing of it is changed any more."""

    tenant: str

    says: ClassVar[str] = "{tenant} has been removed"


@dataclass(eq=False)
class NotANetwork(Refused):
    """A municipality has no members."""

    tenant: str

    says: ClassVar[str] = "{tenant} is a municipality and has no members"


@dataclass(eq=False)
class NotGranted(Refused):
    """The person has no such role there."""

    tenant: str
    person: str
    role: str

    says: ClassVar[str] = "{person} is no {role} in {tenant}"


@dataclass(eq=False)
class MergesWithItself(Refused):
    """A municipality cannot carry on for itself, nor for one that carries on for it."""

    tenant: str

    says: ClassVar[str] = "{tenant} would carry on for itself"


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Let nobody else change the registry in this file meanwhile: read it, change it and save it in the block."""
    with path.with_name(f".{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def with_tenant(registry: Registry, tenant: Tenant) -> Registry:
    """One tenant more; the same again changes nothing. Raises `TenantAlreadyRegistered`."""
    known = {each.slug: each for each in registry.tenants}.get(tenant.slug)
    if known is None:
        return registry.having(tenant)
    if _bare(known) == _bare(tenant):
        return registry
    raise TenantAlreadyRegistered(tenant.slug)


def without_tenant(registry: Registry, slug: str, on: date) -> Registry:
    """The tenant is there no more; networks keep it as a member, for what happened. Again changes nothing."""
    tenant = registry.tenant(slug)
    return registry if tenant.removed else registry.having(tenant.model_copy(update={"removed": on}))


def with_members(registry: Registry, network: str, *members: str) -> Registry:
    """The network has these members too. Raises `NotANetwork`, `UnknownTenant`, `TenantRemoved`."""
    there = _present(registry, network)
    if there.kind != "network":
        raise NotANetwork(there.slug)
    slugs = [_present(registry, member).slug for member in members]
    return registry.having(there.model_copy(update={"members": tuple(dict.fromkeys((*there.members, *slugs)))}))


def merged(registry: Registry, slug: str, into: str, on: date) -> Registry:
    """From that day on `into` carries on for `slug`: its numbers end the day before and lead on.

    Raises `UnknownTenant`, `MergesWithItself`.
    """
    tenant, heir = registry.tenant(slug), _present(registry, into)
    if heir.slug in {tenant.slug, *registry.lineage(tenant.slug)}:
        raise MergesWithItself(heir.slug)
    ended = {
        kind: tuple(
            number.model_copy(update={"until": on - DAY, "successor": heir.slug})
            if number.until is None or number.until >= on - DAY
            else number
            for number in numbers
        )
        for kind, numbers in (
            ("municipality_numbers", tenant.municipality_numbers),
            ("organisation_numbers", tenant.organisation_numbers),
        )
    }
    return registry.having(tenant.model_copy(update=ended))


def without_system(registry: Registry, slug: str, name: str, on: date) -> Registry:
    """The system connects no more. Raises `UnknownSystem`."""
    tenant, system = _present(registry, slug), registry.system(slug, name)
    gone = system.model_copy(update={"removed": on})
    return registry.having(
        tenant.model_copy(update={"systems": tuple(gone if one is system else one for one in tenant.systems)})
    )


def with_system(registry: Registry, slug: str, system: System) -> Registry:
    """One system more; the same again changes nothing. Raises `SystemAlreadyRegistered`, `TenantRemoved`."""
    return _valid(registry.with_system(_present(registry, slug).slug, system))


def with_grant(registry: Registry, slug: str, grant: Grant) -> Registry:
    """One grant more; the same again changes nothing. Raises `TenantRemoved`."""
    return registry.with_grant(_present(registry, slug).slug, grant)


def without_grant(registry: Registry, slug: str, person: str, role: Role, until: date) -> Registry:
    """The person has the role up to and including that day, no longer. Raises `NotGranted`."""
    tenant = _present(registry, slug)
    grants: list[Grant] = []
    found = False
    for grant in tenant.grants:
        if (grant.person, grant.role) != (person, role) or (grant.until is not None and grant.until <= until):
            grants.append(grant)
            continue
        found = True
        if grant.from_ is None or grant.from_ <= until:
            grants.append(grant.model_copy(update={"until": until}))
    if not found:
        raise NotGranted(tenant.slug, person, role.value)
    return registry.having(tenant.model_copy(update={"grants": tuple(grants)}))


def with_auditor(registry: Registry, slug: str, auditor: Auditor) -> Registry:
    """One read credential more; the same again changes nothing. Raises `ValidationError` for a name that is taken."""
    tenant = _present(registry, slug)
    if auditor in tenant.auditors:
        return registry
    return _valid(registry.having(tenant.model_copy(update={"auditors": (*tenant.auditors, auditor)})))


def without_auditor(registry: Registry, slug: str, name: str, on: date) -> Registry:
    """The auditor reads no more. Raises `UnknownSystem`."""
    tenant = _present(registry, slug)
    names = tuple(auditor.name for auditor in tenant.reading)
    if name not in names:
        raise UnknownSystem(tenant.slug, name, names)
    auditors = tuple(a.model_copy(update={"removed": on}) if a.name == name else a for a in tenant.auditors)
    return registry.having(tenant.model_copy(update={"auditors": auditors}))


def _present(registry: Registry, slug: str) -> Tenant:
    tenant = registry.tenant(slug)
    if tenant.removed:
        raise TenantRemoved(tenant.slug)
    return tenant


def _bare(tenant: Tenant) -> Tenant:
    """What it was registered with; its systems, grants and auditors come one by one."""
    return tenant.model_copy(update={"systems": (), "grants": (), "auditors": ()})


def _valid(registry: Registry) -> Registry:
    """The same registry, checked as one read from a file. Raises `ValidationError`."""
    return Registry.model_validate(registry.model_dump())

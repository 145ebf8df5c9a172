"""The tenant registry as data: municipalities and networks, their numbers, systems and grants."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.acting import Role
from contracts.message import Line, PersonId, Slug
from contracts.refusals import Refused
from runtime.files import private_directory, write_private, write_private_once

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

RESERVED = ("admin", "watch")
"""Users of each tenant's account that are ours: no system and no auditor can be called so."""

OURS = ("hub", "sys")
"""Accounts that are ours, in small letters, since not every file system tells `hub` from `HUB`: no tenant's names."""


@dataclass(eq=False)
class UnknownTenant(Refused):
    """No municipality or network goes by this name or number."""

    given: str
    known: tuple[str, ...]

    says: ClassVar[str] = "no municipality or network is known as {given}"
    field: ClassVar[str | None] = "municipality"
    accepts: ClassVar[str | None] = "one of {known}"


@dataclass(eq=False)
class UnknownSystem(Refused):
    """The tenant has registered no such system."""

    tenant: str
    system: str
    known: tuple[str, ...]

    says: ClassVar[str] = "{tenant} has no system called {system}"
    field: ClassVar[str | None] = "system"
    accepts: ClassVar[str | None] = "one of {known}"


@dataclass(eq=False)
class SystemAlreadyRegistered(Refused):
    """A system's name is given once in a tenant: credentials and ids of claims rest on it."""

    tenant: str
    system: str

    says: ClassVar[str] = "{tenant} already has a system called {system}, registered differently"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Dated(_Record):
    """Valid from `from_` (none: since before it matters) up to and including `until` (none: still)."""

    from_: date | None = Field(default=None, alias="from")
    until: date | None = None

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def valid(self, on: date) -> bool:
        """Whether it held on that day."""
        return (self.from_ is None or self.from_ <= on) and (self.until is None or on <= self.until)

    def meets(self, other: _Dated) -> bool:
        """Whether both held on some day."""
        return not any(
            first.until is not None and second.from_ is not None and first.until < second.from_
            for first, second in ((self, other), (other, self))
        )


class Number(_Dated):
    """A kommunenummer or an organisation number; `successor` is the tenant that carries on where it ends."""

    number: str = Field(pattern=r"^(\d{4}|\d{9})$")
    successor: Slug | None = None


class System(_Record):
    """Something that connects. `claims` are the events it may claim; with `front_end` it may say who its person is."""

    name: Slug
    title: Line
    claims: tuple[str, ...] = ()
    front_end: str | None = Field(default=None, pattern=r"^U[A-Z2-7]{55}$")
    """The public key of its assertions, as NATS writes a user's key."""
    feed: bool = False
    """Whether it may read its tenant's FEED, and keep its place there."""
    removed: date | None = None
    """Since when it may not connect; its name is never given again, because ids of claims rest on it."""


class Auditor(_Record):
    """Somebody with a read credential of the tenant's FEED, and nothing else, up to and including the day `until`."""

    name: Slug
    title: Line
    until: date | None = None
    removed: date | None = None


class Grant(_Dated):
    """A role that a person has here. Leader and members follow from the council instead."""

    person: PersonId
    role: Role


class Tenant(_Record):
    """A municipality (*kommune*) or a network of them. Its short name is permanent; numbers come and go."""

    slug: Slug
    name: Line
    kind: Literal["municipality", "network"]
    municipality_numbers: tuple[Number, ...] = ()
    organisation_numbers: tuple[Number, ...] = ()
    members: tuple[Slug, ...] = ()
    systems: tuple[System, ...] = ()
    grants: tuple[Grant, ...] = ()
    auditors: tuple[Auditor, ...] = ()
    removed: date | None = None
    """Since when nobody connects here; what happened stays readable to its networks and its successor."""

    @model_validator(mode="after")
    def _names_are_given_once(self) -> Self:
        _once([*RESERVED, *(one.name for one in self.systems), *(one.name for one in self.auditors)])
        if strange := [one.number for one in self.municipality_numbers if one.successor and one.until is None]:
            raise ValueError(f"a successor from when on? no last day of {', '.join(strange)}")
        return self

    @property
    def users(self) -> frozenset[str]:
        """The names of everybody who has ever been able to connect."""
        return frozenset({*RESERVED, *(one.name for one in self.systems), *(one.name for one in self.auditors)})

    @property
    def connecting(self) -> tuple[System, ...]:
        """The systems that may connect."""
        return tuple(one for one in self.systems if not (self.removed or one.removed))

    @property
    def reading(self) -> tuple[Auditor, ...]:
        """The auditors that may connect, as far as their time is not up."""
        return tuple(one for one in self.auditors if not (self.removed or one.removed))


class Registry(_Record):
    """Every tenant there is."""

    tenants: tuple[Tenant, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        slugs = [tenant.slug for tenant in self.tenants]
        _once([*OURS, *slugs])
        held = [(number, tenant.slug) for tenant in self.tenants for number in _numbers(tenant)]
        for (one, first), (other, second) in itertools.combinations(held, 2):
            if one.number == other.number and one.meets(other):
                raise ValueError(f"given twice: {one.number}, to {first} and {second} at the same time")
        members = {member for tenant in self.tenants for member in tenant.members}
        if strangers := sorted(members - set(slugs)):
            raise ValueError(f"members that are no tenants: {', '.join(strangers)}")
        if strangers := sorted({number.successor for number, _ in held if number.successor} - set(slugs)):
            raise ValueError(f"successors that are no tenants: {', '.join(strangers)}")
        return self

    @classmethod
    def load(cls, path: Path) -> Registry:
        """The registry in this file. Raises `pydantic.ValidationError` with the place of each fault."""
        return cls.model_validate_json(path.read_bytes())

    def save(self, path: Path, *, once: bool = False) -> None:
        """Write the registry, so that a reader sees all of it or the one before; `once`: only if there is none."""
        private_directory(path.parent)
        text = self.model_dump_json(indent=2, by_alias=True, exclude_defaults=True) + "\n"
        (write_private_once if once else write_private)(path, text.encode())

    @property
    def slugs(self) -> tuple[str, ...]:
        """The short names of the tenants that are there now."""
        return tuple(tenant.slug for tenant in self.tenants if tenant.removed is None)

    def tenant(self, given: str, on: date | None = None) -> Tenant:
        """The tenant by short name, kommunenummer or organisation number, former ones too. Raises `UnknownTenant`.

        On a day, a number leads to who bore it then, or carried on from who had borne it before.
        """
        wanted = given.strip().lower()
        bearers: list[tuple[date, Tenant]] = []
        for tenant in self.tenants:
            if tenant.slug == wanted:
                return tenant
            bearers += [(one.until or date.max, tenant) for one in _numbers(tenant) if one.number == wanted]
        if bearers:
            then = [(until, tenant) for until, tenant in bearers if on is None or on <= until]
            if then:
                return (max if on is None else min)(then, key=lambda bearer: bearer[0])[1]
            return self.heir(max(bearers, key=lambda bearer: bearer[0])[1].slug, on)
        codes = [number.number for tenant in self.tenants for number in tenant.municipality_numbers]
        raise UnknownTenant(given=given, known=(*self.slugs, *codes))

    def lineage(self, slug: str, on: date | None = None) -> tuple[str, ...]:
        """The tenant and, after it, all that have been merged into it, by that day (none: ever); each once."""
        found = [slug]
        for heir in found:
            found += [
                tenant.slug for tenant in self.tenants if tenant.slug not in found and heir in _succeeded_by(tenant, on)
            ]
        return tuple(found)

    def heir(self, slug: str, on: date | None = None) -> Tenant:
        """Who carries on for a tenant on that day: itself, unless it has been merged. Raises `UnknownTenant`."""
        tenant = self.tenant(slug)
        for other in self.tenants:
            if other is not tenant and tenant.slug in self.lineage(other.slug, on) and not _succeeded_by(other, on):
                return other
        return tenant

    def heard_by(self, slug: str, on: date | None = None) -> tuple[str, ...]:
        """Whose events a tenant may follow: its own and of those merged into it; a network's, also its members'."""
        tenant = self.tenant(slug)
        return tuple(sorted({one for each in (tenant.slug, *tenant.members) for one in self.lineage(each, on)}))

    def system(self, tenant: str, name: str) -> System:
        """A tenant's system that may connect. Raises `UnknownTenant`, `UnknownSystem`."""
        systems = self.tenant(tenant).connecting
        for system in systems:
            if system.name == name:
                return system
        raise UnknownSystem(tenant=tenant, system=name, known=tuple(system.name for system in systems))

    def granted(self, tenant: str, person: str, on: date) -> frozenset[Role]:
        """The roles granted to a person in a tenant on a day. Raises `UnknownTenant`."""
        there = self.tenant(tenant)
        grants = () if there.removed else there.grants
        return frozenset(grant.role for grant in grants if grant.person == person and grant.valid(on))

    def networks_of(self, tenant: str) -> tuple[Tenant, ...]:
        """The networks that a municipality is a member of."""
        return tuple(network for network in self.tenants if tenant in network.members)

    def with_system(self, tenant: str, system: System) -> Registry:
        """The registry with one system more; the same again changes nothing. Raises `SystemAlreadyRegistered`."""
        there = self.tenant(tenant)
        for known in there.systems:
            if known == system:
                return self
            if known.name == system.name:
                raise SystemAlreadyRegistered(tenant=tenant, system=system.name)
        return self.having(there.model_copy(update={"systems": (*there.systems, system)}))

    def with_front_end_key(self, tenant: str, system: str, public: str) -> Registry:
        """The registry in which this system's assertions are signed with this key. Raises `UnknownSystem`."""
        there, changed = self.tenant(tenant), self.system(tenant, system).model_copy(update={"front_end": public})
        systems = tuple(changed if known.name == system else known for known in there.systems)
        return self.having(there.model_copy(update={"systems": systems}))

    def with_grant(self, tenant: str, grant: Grant) -> Registry:
        """The registry with one grant more; the same again changes nothing."""
        there = self.tenant(tenant)
        if grant in there.grants:
            return self
        return self.having(there.model_copy(update={"grants": (*there.grants, grant)}))

    def having(self, *changed: Tenant) -> Registry:
        """The registry in which these tenants stand for those of the same name, or beside the others."""
        by_slug = {tenant.slug: tenant for tenant in (*self.tenants, *changed)}
        return Registry(tenants=tuple(by_slug.values()))


def _once(names: Iterable[str]) -> None:
    listed = list(names)
    if twice := sorted({name for name in listed if listed.count(name) > 1}):
        raise ValueError(f"given twice: {', '.join(twice)}")


def _numbers(tenant: Tenant) -> tuple[Number, ...]:
    return (*tenant.municipality_numbers, *tenant.organisation_numbers)


def _succeeded_by(tenant: Tenant, on: date | None) -> frozenset[str]:
    """Who carries on for it by that day: the successors of the numbers that it no longer bears."""
    return frozenset(
        number.successor
        for number in _numbers(tenant)
        if number.successor and number.until and (on is None or number.until < on)
    )

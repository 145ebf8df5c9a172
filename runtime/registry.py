"""The tenant registry as data: municipalities and networks, their numbers, systems and grants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.acting import Role
from contracts.message import Line, PersonId, Slug
from contracts.refusals import Refused
from runtime.files import write_private

if TYPE_CHECKING:
    from pathlib import Path


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


class Registry(_Record):
    """Every tenant there is."""

    tenants: tuple[Tenant, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        slugs = [tenant.slug for tenant in self.tenants]
        numbers = [
            number.number
            for tenant in self.tenants
            for number in (*tenant.municipality_numbers, *tenant.organisation_numbers)
        ]
        for names in (slugs, numbers, *([system.name for system in tenant.systems] for tenant in self.tenants)):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"given twice: {', '.join(twice)}")
        if strangers := sorted({member for tenant in self.tenants for member in tenant.members} - set(slugs)):
            raise ValueError(f"members that are no tenants: {', '.join(strangers)}")
        return self

    @classmethod
    def load(cls, path: Path) -> Registry:
        """The registry in this file. Raises `pydantic.ValidationError` with the place of each fault."""
        return cls.model_validate_json(path.read_bytes())

    def save(self, path: Path) -> None:
        """Write the registry, so that a reader sees all of it or the one before."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, (self.model_dump_json(indent=2, by_alias=True, exclude_defaults=True) + "\n").encode())

    @property
    def slugs(self) -> tuple[str, ...]:
        """The short names of all tenants."""
        return tuple(tenant.slug for tenant in self.tenants)

    def tenant(self, given: str) -> Tenant:
        """The tenant by short name, kommunenummer or organisation number, former ones too. Raises `UnknownTenant`."""
        wanted = given.strip().lower()
        for tenant in self.tenants:
            numbers = (*tenant.municipality_numbers, *tenant.organisation_numbers)
            if tenant.slug == wanted or wanted in [number.number for number in numbers]:
                return tenant
        codes = [number.number for tenant in self.tenants for number in tenant.municipality_numbers]
        raise UnknownTenant(given=given, known=(*self.slugs, *codes))

    def system(self, tenant: str, name: str) -> System:
        """A tenant's system. Raises `UnknownTenant`, `UnknownSystem`."""
        systems = self.tenant(tenant).systems
        for system in systems:
            if system.name == name:
                return system
        raise UnknownSystem(tenant=tenant, system=name, known=tuple(system.name for system in systems))

    def granted(self, tenant: str, person: str, on: date) -> frozenset[Role]:
        """The roles granted to a person in a tenant on a day. Raises `UnknownTenant`."""
        grants = self.tenant(tenant).grants
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
        return self._with(there.model_copy(update={"systems": (*there.systems, system)}))

    def with_front_end_key(self, tenant: str, system: str, public: str) -> Registry:
        """The registry in which this system's assertions are signed with this key. Raises `UnknownSystem`."""
        there, changed = self.tenant(tenant), self.system(tenant, system).model_copy(update={"front_end": public})
        systems = tuple(changed if known.name == system else known for known in there.systems)
        return self._with(there.model_copy(update={"systems": systems}))

    def with_grant(self, tenant: str, grant: Grant) -> Registry:
        """The registry with one grant more; the same again changes nothing."""
        there = self.tenant(tenant)
        if grant in there.grants:
            return self
        return self._with(there.model_copy(update={"grants": (*there.grants, grant)}))

    def _with(self, changed: Tenant) -> Registry:
        tenants = (changed if tenant.slug == changed.slug else tenant for tenant in self.tenants)
        return Registry(tenants=tuple(tenants))

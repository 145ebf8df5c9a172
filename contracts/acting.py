"""Who acts: a system by its credentials, a person by an assertion its front end signed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may be to a municipality's innovation work (R56)."""

    SUBMITTER = "submitter"
    """Anybody a front end vouches for: employee, citizen, politician, stakeholder."""
    CASEWORKER = "caseworker"
    """Saksbehandler: clarifies, merges, links and refers what comes in."""
    SECRETARY = "secretary"
    """Sekretær for the innovation council."""
    LEADER = "leader"
    """The council's leader; follows from its composition."""
    MEMBER = "member"
    """A member of the council; follows from its composition."""
    MANAGER = "manager"
    """Prosjektleder: runs activities."""
    DIRECTOR = "director"
    """Kommunedirektør: owns the innovation system, appoints the council (R9, R55)."""
    COORDINATOR = "coordinator"
    """ROR-IKT acting in a municipality, by that municipality's grant (R8)."""
    AUDITOR = "auditor"
    """Reads and replays; changes nothing."""
    SYSTEM = "system"
    """An outside system acting by itself."""
    OPERATOR = "operator"
    """Runs the installation; sees no sealed text by being so."""


class Kind(StrEnum):
    """What a tenant is."""

    MUNICIPALITY = "municipality"
    NETWORK = "network"
    """A cooperation of municipalities, such as ROR-IKT's."""


@dataclass(frozen=True)
class Acting:
    """Who stands behind a message: tenant and system as the server vouches for them, the person as asserted.

    `peers` are the municipalities that share a network with the tenant: what their network may see, it may see;
    `called` is the tenant's name as people know it, and `carries_on` are the tenants that have been merged into it.
    """

    tenant: str
    system: str
    person: str | None
    roles: frozenset[Role]
    kind: Kind = Kind.MUNICIPALITY
    peers: frozenset[str] = frozenset()
    called: str = ""
    carries_on: frozenset[str] = frozenset()

    def reads_of(self, tenant: str) -> bool:
        """Whether what is this tenant's is the acting tenant's to read: its own, and of those merged into it."""
        return tenant == self.tenant or tenant in self.carries_on

    @property
    def actor(self) -> str:
        """`tenant/system` or `tenant/system/person`, as the envelope writes it."""
        return "/".join(part for part in (self.tenant, self.system, self.person) if part)

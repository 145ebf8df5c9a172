"""ROR-IKT's registry: the five municipalities of the cooperation and its network, for whoever starts without one.

Aukra, Hustadvika, Molde, Rauma and Vestnes are an administrative host-municipality cooperation (kommuneloven ch. 20).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from runtime.registry import Number, Registry, System, Tenant

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.accounts import Authority

COMMAND_LINE = "cli"
"""The front end of the local command line; its key lies in the data directory."""

_REFORM = date(2020, 1, 1)  # the municipal reform, which made today's Molde and Hustadvika
_MUNICIPALITIES = (
    ("molde", "Molde kommune", "1506", "921221967", _REFORM),
    ("aukra", "Aukra kommune", "1547", "964981337", None),
    ("rauma", "Rauma kommune", "1539", "864980902", None),
    ("vestnes", "Vestnes kommune", "1535", "939901965", None),
    ("hustadvika", "Hustadvika kommune", "1579", "921133642", _REFORM),
)
_SYSTEMS = (
    System(name=COMMAND_LINE, title="Kommandolinja"),
    System(name="portal", title="Innmeldingsportal", claims=("IdeaSubmitted",)),
    System(name="sak", title="Sak- og arkivsystem", claims=("CouncilDecided", "IdeaSubmitted")),
    System(name="prosjekt", title="Porteføljeverktøy", claims=("ActivityStarted",)),
    System(name="dvh", title="Datavarehus", claims=("KpiRecorded",)),
    System(name="decide", title="Medvirkningsportal", claims=("IdeaSubmitted",)),
)


def ror() -> Registry:
    """The five municipalities and the network `ror`, without keys."""
    municipalities = tuple(
        Tenant(
            slug=slug,
            name=name,
            kind="municipality",
            municipality_numbers=(Number(number=code, from_=since),),
            organisation_numbers=(Number(number=organisation, from_=since),),
            systems=_SYSTEMS,
        )
        for slug, name, code, organisation, since in _MUNICIPALITIES
    )
    network = Tenant(
        slug="ror",
        name="ROR-IKT",
        kind="network",
        members=tuple(tenant.slug for tenant in municipalities),
        systems=tuple(system.model_copy(update={"claims": ()}) for system in _SYSTEMS[:2]),
    )
    return Registry(tenants=(*municipalities, network))


def open_registry(path: Path, authority: Authority) -> Registry:
    """The registry in this file; ROR-IKT's when there is none yet, with keys for the local command line."""
    if path.exists():
        return Registry.load(path)
    registry = ror()
    for slug in registry.slugs:
        registry = registry.with_front_end_key(slug, COMMAND_LINE, authority.front_end(slug, COMMAND_LINE).public)
    registry.save(path, once=True)
    return Registry.load(path)  # somebody else may have made it meanwhile

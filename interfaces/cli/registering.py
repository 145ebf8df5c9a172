"""What `loypa tenants` does: changes the registry's file, then the running server; the services watch the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts import catalogue
from contracts.acting import Role
from interfaces.cli.common import Exit, Stop, Wrong, now, run, say
from interfaces.cli.printing import as_json, as_lines, as_one, show, table
from interfaces.feeds import feeds
from interfaces.installation import NotRunning, owned, readable
from runtime import tenancy
from runtime.files import write_private
from runtime.issuing import issue_tenant
from runtime.nats import NoAnswer, NotReachable
from runtime.provision import establish
from runtime.registry import Auditor, Grant, Number, System, Tenant, UnknownSystem
from runtime.ror import COMMAND_LINE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from interfaces.cli.common import Common
    from interfaces.installation import Installation
    from runtime.feeds import FeedState
    from runtime.registry import Registry

Change = tuple["Registry", str]
"""The registry as it is to be, and what to tell of it."""


def add(  # noqa: PLR0913, PLR0917 - what a tenant is
    slug: str,
    name: str,
    numbers: tuple[str | None, str | None],
    from_: date | None,
    members: Sequence[str],
    networks: Sequence[str],
    predecessors: Sequence[str],
    common: Common,
    *,
    network: bool,
) -> None:
    """Add a tenant, with the local command line as its first system."""
    if network and (numbers[0] or predecessors):
        raise Wrong("a network has no --number and carries on for nobody")
    if members and not network:
        raise Wrong("only a network has a --member: say --network")

    def change(here: Installation) -> Change:
        since = from_ or now().date()
        municipality, organisation = ((Number(number=n, from_=from_),) if n else () for n in numbers)
        tenant = Tenant(
            slug=slug,
            name=name,
            kind="network" if network else "municipality",
            municipality_numbers=municipality,
            organisation_numbers=organisation,
            members=tuple(here.registry.tenant(member).slug for member in members),
        )
        registry = tenancy.with_tenant(here.registry, tenant)
        if not registry.tenant(slug).systems:
            public = here.authority.front_end(slug, COMMAND_LINE).public
            line = System(name=COMMAND_LINE, title="Kommandolinja", front_end=public)
            registry = tenancy.with_system(registry, slug, line)
        for each in networks:
            registry = tenancy.with_members(registry, each, slug)
        for each in predecessors:
            registry = tenancy.merged(registry, each, slug, since)
        return registry, f"{slug} is a tenant"

    _carry_out(common, change)


def merge(slug: str, into: str, from_: date | None, common: Common) -> None:
    """Let `into` carry on for `slug`."""

    def change(here: Installation) -> Change:
        since = from_ or now().date()
        registry = tenancy.merged(here.registry, slug, into, since)
        return registry, f"{registry.tenant(into).slug} carries on for {registry.tenant(slug).slug} from {since} on"

    _carry_out(common, change)


def join(network: str, member: str, common: Common) -> None:
    """Make a municipality a member."""
    _carry_out(common, lambda here: (tenancy.with_members(here.registry, network, member), f"{member} is in {network}"))


def add_system(  # noqa: PLR0913, PLR0917 - what a system is
    tenant: str,
    name: str,
    title: str | None,
    claims: Sequence[str],
    public: str | None,
    common: Common,
    *,
    feed: bool,
    front_end: bool,
) -> None:
    """Register a system."""
    known = sorted({kind.__name__ for kind in catalogue.claims().values()})
    if strange := sorted(set(claims) - set(known)):
        raise Wrong(f"--claim {strange[0]}: there is no such claim; there are {', '.join(known)}")

    def change(here: Installation) -> Change:
        slug = here.registry.tenant(tenant).slug
        # Made valid before a key is made for it.
        system = System(name=name, title=title or name, claims=tuple(claims), front_end=public, feed=feed)
        if front_end and public is None:
            system = system.model_copy(update={"front_end": here.authority.front_end(slug, name).public})
        return tenancy.with_system(here.registry, slug, system), f"{name} is a system of {slug}"

    _carry_out(common, change)


def add_auditor(tenant: str, name: str, title: str | None, until: date | None, common: Common) -> None:
    """Make a read credential."""

    def change(here: Installation) -> Change:
        auditor = Auditor(name=name, title=title or name, until=until)
        return tenancy.with_auditor(here.registry, tenant, auditor), f"{name} may read the FEED of {tenant}"

    _carry_out(common, change)


def grant(  # noqa: PLR0913, PLR0917 - what a grant is
    tenant: str, person: str, role: str, from_: date | None, until: date | None, common: Common
) -> None:
    """Give a person a role."""
    given = Grant(person=person, role=_role(role), from_=from_, until=until)
    _carry_out(common, lambda here: (tenancy.with_grant(here.registry, tenant, given), f"{person} is {role}"))


def revoke(tenant: str, person: str, role: str, until: date | None, common: Common) -> None:
    """End a person's role."""
    last = until or now().date() - tenancy.DAY

    def change(here: Installation) -> Change:
        return tenancy.without_grant(here.registry, tenant, person, _role(role), last), f"{person} is no {role}"

    _carry_out(common, change)


def remove(tenant: str, name: str | None, common: Common) -> None:
    """Remove a tenant, a system or an auditor."""
    today = now().date()

    def change(here: Installation) -> Change:
        registry, slug = here.registry, here.registry.tenant(tenant).slug
        if name is None:
            return tenancy.without_tenant(registry, slug, today), f"{slug} is removed"
        if name in {auditor.name for auditor in registry.tenant(slug).reading}:
            return tenancy.without_auditor(registry, slug, name, today), f"{name} reads {slug} no more"
        return tenancy.without_system(registry, slug, name, today), f"{name} of {slug} is removed"

    _carry_out(common, change, cutting=True)


def rotate(tenant: str, name: str | None, public: str | None, common: Common, *, front_end: bool) -> None:
    """Make new keys."""
    if (front_end or public) and name is None:
        raise Wrong("whose front end? name the system")

    def change(here: Installation) -> Change:
        registry, there = here.registry, here.registry.tenant(tenant)
        if front_end or public:
            registry = _new_front_end(here, registry, there, str(name), public)
            return registry, f"the front end {name} of {there.slug} signs with another key"
        for user in there.users if name is None else (_user(there, name),):
            here.authority.revoke(there.slug, user)
        if name is None:
            for system in there.connecting:
                if here.authority.has_front_end(there.slug, system.name):
                    registry = _new_front_end(here, registry, there, system.name, None)
        return registry, f"{name or 'everybody'} of {there.slug} has new credentials"

    _carry_out(common, change, cutting=True, also={tenant})


def credentials(tenant: str, name: str, file: Path, common: Common, *, front_end: bool) -> None:
    """Hand out credentials, or the key of a front end."""
    here = common.installation()
    there = here.registry.tenant(tenant)
    user = _user(there, name)
    if front_end:
        if not here.authority.has_front_end(there.slug, user):
            raise Wrong(f"the key of the front end {user} of {there.slug} was not made here")
        write_private(file, here.authority.front_end(there.slug, user).seed)
    else:
        issued = issue_tenant(here.authority, there)
        write_private(file, issued[f"{there.slug}/{user}"].read_bytes())
    say(f"{file} lets whoever holds it act as {user} of {there.slug}: hand it over safely")


def list_(common: Common) -> None:
    """Print every tenant."""
    here = common.installation()
    try:
        states = {state.tenant: state for state in run(feeds(here.found(), now().date(), patience=0))}
    except (NotRunning, NotReachable, NoAnswer) as error:
        say(f"the FEEDs are not looked at: {error}")
        states = {}
    tenants = [_told(here.registry, tenant, states.get(tenant.slug)) for tenant in here.registry.tenants]
    match common.output:
        case "json":
            as_json({"tenants": tenants})
        case "ndjson":
            as_lines(tenants)
        case _:
            columns = ("Tenant!", "Name", "Numbers", "Systems", "Auditors", "Roles#", "Networks", "FEED#", "")
            show(table(f"{len(tenants)} tenants", columns, [_row(tenant) for tenant in tenants]))


# --- how


def _carry_out(
    common: Common, change: Callable[[Installation], Change], *, cutting: bool = False, also: set[str] | None = None
) -> None:
    """Change the registry, then the running server. `cutting`: the registry first, for somebody is to be kept out.

    `also` are tenants whose keys were changed.
    """
    here = common.installation()
    with tenancy.changing(here.settings.registry_file):
        here = common.installation()
        before = here.registry
        registry, told = change(here)
        registry = readable(registry) if here.settings.embedded else registry
        touched = _touched(before, registry) | {before.tenant(name).slug for name in also or ()}
        if cutting:
            registry.save(here.settings.registry_file)
        drift = _apply(here, registry, touched)
        if not cutting:
            registry.save(here.settings.registry_file)
    if common.output == "table":
        say(told)
    else:
        as_one({"done": told, "tenants": sorted(touched), "drift": drift}, common.output)
    if drift:
        for line in drift:
            say(line)
        raise Stop(Exit.FOUND)


def _touched(before: Registry, after: Registry) -> set[str]:
    """The tenants that differ, or whose FEED is to hold other events than before."""
    today = now().date()
    known = {tenant.slug: tenant for tenant in before.tenants}
    return {
        tenant.slug
        for tenant in after.tenants
        if known.get(tenant.slug) != tenant or before.heard_by(tenant.slug, today) != after.heard_by(tenant.slug, today)
    }


def _apply(here: Installation, registry: Registry, touched: set[str]) -> tuple[str, ...]:
    """Take it to the running server; what does not run takes it in when it starts. Returns what differs there."""
    try:
        running = here.found()
    except NotRunning:
        for slug in touched:
            issue_tenant(here.authority, registry.tenant(slug))
        say("nothing runs here: it takes effect when it is started")
        return ()
    try:
        made = run(establish(running.target, registry, owned(), on=now().date(), only=touched, mend=True))
    except (NotReachable, NoAnswer):
        say("the server does not know of it yet: `loypa provision` tells it")
        raise
    return made.drift


def _new_front_end(here: Installation, registry: Registry, there: Tenant, name: str, public: str | None) -> Registry:
    system = registry.system(there.slug, name)
    if public is None:
        if system.front_end and not here.authority.has_front_end(there.slug, name):
            raise Wrong(f"the key of the front end {name} was not made here: give its new public key")
        public = here.authority.new_front_end(there.slug, name).public
    changed = System.model_validate(system.model_dump() | {"front_end": public})
    return registry.with_front_end_key(there.slug, name, str(changed.front_end))


def _user(there: Tenant, name: str) -> str:
    """A system or an auditor that may connect. Raises `UnknownSystem`."""
    names = (*(one.name for one in there.connecting), *(one.name for one in there.reading))
    if name not in names:
        raise UnknownSystem(there.slug, name, names)
    return name


def _role(given: str) -> Role:
    try:
        role = Role(given)
    except ValueError:
        raise Wrong(f"{given} is no role; there are {', '.join(Role)}") from None
    if role in {Role.LEADER, Role.MEMBER}:
        raise Wrong(f"{given} follows from the council's composition and cannot be granted")
    return role


def _told(registry: Registry, tenant: Tenant, state: FeedState | None) -> dict[str, Any]:
    shown: dict[str, Any] = tenant.model_dump(mode="json", by_alias=True, exclude={"grants"})
    today = now().date()
    return shown | {
        "grants": sum(grant.valid(today) for grant in tenant.grants),
        "networks": [network.slug for network in registry.networks_of(tenant.slug)],
        "feed": state
        and {
            "held": state.held,
            "lag": state.lag,
            "size": state.size,
            "quota": state.quota,
            "why": state.why or None,
        },
    }


def _row(tenant: dict[str, Any]) -> tuple[object, ...]:
    numbers = [*tenant["municipality_numbers"], *tenant["organisation_numbers"]]
    feed = tenant["feed"] or {}
    return (
        tenant["slug"],
        tenant["name"] + (f" (removed {tenant['removed']})" if tenant["removed"] else ""),
        "\n".join(map(_number, numbers)),
        "\n".join(_system(system) for system in tenant["systems"] if not system["removed"]),
        "\n".join(auditor["name"] for auditor in tenant["auditors"] if not auditor["removed"]),
        tenant["grants"],
        ", ".join(tenant["networks"] or tenant["members"]),
        feed.get("held"),
        feed.get("why") or (f"{feed['lag']} behind" if feed.get("lag") else None),
    )


def _number(number: dict[str, Any]) -> str:
    times = "–".join(str(number[end] or "") for end in ("from", "until")) if number["from"] or number["until"] else ""
    led = f" → {number['successor']}" if number["successor"] else ""
    return f"{number['number']} {times}".strip() + led


def _system(system: dict[str, Any]) -> str:
    rights = [*system["claims"], *(["front end"] if system["front_end"] else []), *(["feed"] if system["feed"] else [])]
    return f"{system['name']}: {', '.join(rights)}" if rights else str(system["name"])

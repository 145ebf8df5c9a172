"""`loypa tenants`: who takes part, what their systems may do, and their keys. What it does is in `registering`."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - cyclopts reads the annotations
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Annotated

from cyclopts import App, Parameter

from interfaces.cli.common import Common

DEFAULT = Common()
Several = Annotated[tuple[str, ...], Parameter(negative=())]

tenants = App(
    name="tenants",
    help=(
        "The municipalities and networks, their systems, people's roles, auditors and keys. Each change takes effect on"
        " the running server and services at once, and touches nobody else.\n\n"
        "Example: `loypa tenants add-system molde sak --claim IdeaSubmitted`"
    ),
)


@tenants.command(name="list")
def list_(*, common: Common = DEFAULT) -> None:
    """Every tenant: its numbers and since when, systems, roles granted, networks, and how its FEED stands.

    Example: `loypa tenants list --output json`
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.list_(common)


@tenants.command
def add(  # noqa: PLR0913 - what a tenant is
    slug: str,
    *,
    name: str,
    number: str | None = None,
    organisation_number: str | None = None,
    from_: Annotated[date | None, Parameter(name="--from")] = None,
    network: Annotated[bool, Parameter(negative=())] = False,
    member: Several = (),
    join: Several = (),
    successor_of: Several = (),
    common: Common = DEFAULT,
) -> None:
    """Add a municipality, or a network of them.

    Example: `loypa tenants add nordmore --name "Nordmøre kommune" --number 1599 --from 2030-01-01 --join ror
    --successor-of aukra`

    Parameters
    ----------
    slug
        Its short name, which is permanent.
    number
        Its kommunenummer.
    from_
        Since when it bears its numbers, and carries on for others (YYYY-MM-DD).
    network
        It is a network, not a municipality.
    member
        A municipality in the network; once for each.
    join
        A network that it is to be a member of; once for each.
    successor_of
        A municipality that is merged into it; once for each. Its history is then readable under both.
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.add(
        slug, name, (number, organisation_number), from_, member, join, successor_of, common, network=network
    )


@tenants.command
def merge(
    slug: str, *, into: str, from_: Annotated[date | None, Parameter(name="--from")] = None, common: Common = DEFAULT
) -> None:
    """Let one municipality carry on for another, whose history is then readable under both.

    Example: `loypa tenants merge aukra --into molde --from 2030-01-01`

    Parameters
    ----------
    from_
        Since when (YYYY-MM-DD); today when left out. When the day comes, run `loypa provision`.
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.merge(slug, into, from_, common)


@tenants.command
def join(network: str, member: str, *, common: Common = DEFAULT) -> None:
    """Make a municipality a member of a network, which then has all of its history.

    Example: `loypa tenants join ror molde`
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.join(network, member, common)


@tenants.command
def add_system(  # noqa: PLR0913 - what a system is
    tenant: str,
    name: str,
    *,
    title: str | None = None,
    claim: Several = (),
    feed: Annotated[bool, Parameter(negative=())] = False,
    front_end: Annotated[bool, Parameter(negative=())] = False,
    front_end_key: str | None = None,
    common: Common = DEFAULT,
) -> None:
    """Register a system of a tenant and make its credentials.

    Example: `loypa tenants add-system molde sak --claim IdeaSubmitted --claim CouncilDecided`

    Parameters
    ----------
    claim
        An event it may claim, such as IdeaSubmitted; once for each.
    feed
        It may read the tenant's FEED, and keep its place there.
    front_end
        It may say who its person is; its signing key is made here and handed out by `credentials --front-end`.
    front_end_key
        The same, with the public key that it made itself (as NATS writes a user's: U…).
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.add_system(tenant, name, title, claim, front_end_key, common, feed=feed, front_end=front_end)


@tenants.command
def add_auditor(
    tenant: str, name: str, *, title: str | None = None, until: date | None = None, common: Common = DEFAULT
) -> None:
    """Make a read credential of a tenant's FEED, good for replaying it and for nothing else.

    Example: `loypa tenants add-auditor ror revisjonen --until 2027-06-30`

    Parameters
    ----------
    until
        The last day it is good for (YYYY-MM-DD, UTC).
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.add_auditor(tenant, name, title, until, common)


@tenants.command
def grant(  # noqa: PLR0913 - what a grant is
    tenant: str,
    person: str,
    role: str,
    *,
    from_: Annotated[date | None, Parameter(name="--from")] = None,
    until: date | None = None,
    common: Common = DEFAULT,
) -> None:
    """Give a person a role, from and until a day. Leader and members follow from the council instead.

    Example: `loypa tenants grant molde kari secretary --from 2026-01-01`
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.grant(tenant, person, role, from_, until, common)


@tenants.command
def revoke(tenant: str, person: str, role: str, *, until: date | None = None, common: Common = DEFAULT) -> None:
    """End a person's role: at once, or after a last day.

    Example: `loypa tenants revoke molde kari secretary`
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.revoke(tenant, person, role, until, common)


@tenants.command
def remove(tenant: str, name: str | None = None, *, common: Common = DEFAULT) -> None:
    """Remove a tenant, or one of its systems or auditors: their credentials stop working at once.

    What happened stays readable, to networks and successors; what was published is still decided on.

    Example: `loypa tenants remove molde sak`
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.remove(tenant, name, common)


@tenants.command
def rotate(
    tenant: str,
    name: str | None = None,
    *,
    front_end: Annotated[bool, Parameter(negative=())] = False,
    front_end_key: str | None = None,
    common: Common = DEFAULT,
) -> None:
    """Make new keys: of a system or auditor, of a front end, or all of a tenant's. The old stop working at once.

    Example: `loypa tenants rotate molde sak`

    Parameters
    ----------
    front_end
        Only the key that signs who its person is.
    front_end_key
        The same, with the public key that it made itself.
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.rotate(tenant, name, front_end_key, common, front_end=front_end)


@tenants.command
def credentials(
    tenant: str,
    name: str,
    file: Path,
    *,
    front_end: Annotated[bool, Parameter(negative=())] = False,
    common: Common = DEFAULT,
) -> None:
    """Write the credentials of a system or an auditor to a file that only its owner can read.

    Example: `loypa tenants credentials ror revisjonen ./revisjonen.creds`

    Parameters
    ----------
    front_end
        Write the key that signs who its person is instead.
    """
    from interfaces.cli import registering  # noqa: PLC0415 - `--help` must not wait for it

    registering.credentials(tenant, name, file, common, front_end=front_end)

"""The credentials of everybody who connects, and the accounts they are in, as the running servers are told of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from runtime import permissions
from runtime.accounts import HUB, SYS, Authority
from runtime.nats import ApiRefused
from runtime.registry import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from runtime.accounts import Permissions
    from runtime.nats import Client
    from runtime.registry import Registry, Tenant


def issue_credentials(authority: Authority, services: Iterable[str], registry: Registry) -> dict[str, Path]:
    """Write every user's credentials. Returns the files by `account/user`. No network."""
    users = {
        (SYS, "system"): permissions.SYSTEM,
        (HUB, "operator"): permissions.OPERATOR,
        (HUB, "provision"): permissions.PROVISION,
        **{(HUB, service): permissions.service(service) for service in services},
    }
    issued = {f"{account}/{user}": authority.issue(account, user, may) for (account, user), may in users.items()}
    for tenant in registry.tenants:
        issued |= issue_tenant(authority, tenant)
    return issued


def issue_tenant(authority: Authority, tenant: Tenant) -> dict[str, Path]:
    """Write the credentials of a tenant's users, and do away with those of whoever may connect no more. No network."""
    if not tenant.removed:
        ours = {"admin": permissions.ADMIN, "watch": permissions.WATCH}
        issued = {user: authority.issue(tenant.slug, user, may) for user, may in ours.items()}
        until = {one.name: _midnight(one.until) for one in tenant.reading if one.until}
        for user, may in users_of(tenant).items():
            issued[user] = authority.issue(tenant.slug, user, may, until.get(user))
    else:
        issued = {}
    for name in tenant.users - issued.keys():
        authority.revoke(tenant.slug, name)
    return {f"{tenant.slug}/{user}": path for user, path in issued.items()}


def users_of(tenant: Tenant) -> dict[str, Permissions]:
    """The systems and auditors of a tenant that may connect, and what each may say and hear."""
    systems = {one.name: permissions.system(one.name, feed=one.feed) for one in tenant.connecting}
    return systems | dict.fromkeys((one.name for one in tenant.reading), permissions.AUDITOR)


def _midnight(day: date) -> int:
    """When the day is over, in seconds since 1970; in UTC."""
    return int(datetime.combine(day + timedelta(days=1), time(), UTC).timestamp())


async def push_accounts(system: Client, authority: Authority, tenants: Iterable[Tenant]) -> None:
    """Make the accounts of tenants and of their users known to the running servers. Raises `ApiRefused`.

    `system` is connected in SYS. Who has lost the right to connect is cut off at once; nobody else notices.
    """
    for tenant in tenants:
        users = users_of(tenant)
        tokens = [authority.tenant_token(tenant.slug, closed=tenant.removed is not None)]
        tokens += [authority.user_token(tenant.slug, one, users.get(one)) for one in sorted(tenant.users - {*RESERVED})]
        for token in tokens:
            subject = "$SYS.REQ.CLAIMS.UPDATE"
            reply = json.loads((await system.request(subject, token.encode(), timeout=5)).data)
            if "error" in reply:
                raise ApiRefused(subject, int(reply["error"].get("code", 0)), str(reply["error"].get("description")))

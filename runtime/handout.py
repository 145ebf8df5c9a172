"""What each container of an installation is handed: its own credentials and password, and no key that signs."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from runtime.accounts import HUB, Authority
from runtime.files import private_directory, write_private
from runtime.issuing import issue_credentials

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from runtime.registry import Registry

DATABASE = "postgres"
NODES = "nats"


def hand_out(
    authority: Authority, registry: Registry, services: Sequence[str], routes: Sequence[str], into: Path
) -> tuple[Path, ...]:
    """Make what an installation starts from, and put what each container may hold into a directory of its own.

    `into` gets a directory a service, one for the NATS nodes, which find each other at `routes` (HOST:PORT), and one
    for PostgreSQL. Keys and passwords are made once; doing it again hands out the same. Returns the directories.
    Raises `KeyTooOpen`, `OSError`.
    """
    issue_credentials(authority, services, registry)
    passwords = {name: _password(authority, name) for name in (DATABASE, NODES, *services)}
    private_directory(into)
    for service in services:
        _to_service(authority, service, passwords[service], private_directory(into / service))
    write_private(private_directory(into / NODES) / "server.conf", _node(authority, routes, passwords[NODES]).encode())
    _to_database(services, passwords, private_directory(into / DATABASE))
    return tuple(into / name for name in (*services, NODES, DATABASE))


def _password(authority: Authority, name: str) -> str:
    path = private_directory(authority.keys) / f"{name}.password"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32).encode())
    return path.read_text()


def _to_service(authority: Authority, service: str, password: str, directory: Path) -> None:
    given = Authority(authority.keys, directory / "credentials").credentials_of(HUB, service)
    private_directory(given.parent)
    write_private(given, authority.credentials_of(HUB, service).read_bytes())
    write_private(directory / "pgpass", f"*:*:{service}:{service}:{password}\n".encode())


def _node(authority: Authority, routes: Sequence[str], password: str) -> str:
    """A node's configuration, the same for all: what differs is in its environment, its data where it is started."""
    urls = ", ".join(f'"nats://{NODES}:{password}@{route}"' for route in routes)
    return (
        "server_name: $NATS_NAME\n"
        "listen: $NATS_LISTEN\n"
        "http: $NATS_MONITOR\n"
        'jetstream { store_dir: ".", sync_interval: always }\n'
        "cluster {\n"
        "  name: loypa\n"
        "  listen: $NATS_CLUSTER\n"
        "  no_advertise: true\n"  # clients are told every node's address; the network's own mean nothing outside it
        f'  authorization {{ user: {NODES}, password: "{password}" }}\n'
        f"  routes: [{urls}]\n"
        "}\n"
        f"{authority.server_fragment('accounts')}"
    )


def _to_database(services: Iterable[str], passwords: dict[str, str], directory: Path) -> None:
    """PostgreSQL's own password, and a database and a user a service: no service reads another's ledger."""
    statements = (
        f"CREATE ROLE {name} LOGIN PASSWORD '{passwords[name]}';\n"
        f"CREATE DATABASE {name} OWNER {name};\n"
        f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC;\n"
        for name in services
    )
    write_private(directory / "password", passwords[DATABASE].encode())
    write_private(private_directory(directory / "databases") / "databases.sql", "".join(statements).encode())
    # PostgreSQL runs as a user of its own, and this directory is mounted nowhere else.
    for path in (directory, *directory.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)

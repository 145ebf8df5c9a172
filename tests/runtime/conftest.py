"""The fixtures of every test of the runtime."""

from tests.runtime.ledger_fixtures import address, clock, ledger, sqlite_address
from tests.runtime.nats_fixtures import authority, hub, provisioned
from tests.runtime.view_database import view_database
from tests.runtime.view_store import projector, url

__all__ = [
    "address",
    "authority",
    "clock",
    "hub",
    "ledger",
    "projector",
    "provisioned",
    "sqlite_address",
    "url",
    "view_database",
]

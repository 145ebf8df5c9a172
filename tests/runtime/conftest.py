"""The fixtures of every test of the runtime."""

from tests.runtime.ledger_fixtures import address, clock, ledger, sqlite_address
from tests.runtime.nats_fixtures import authority, hub

__all__ = ["address", "authority", "clock", "hub", "ledger", "sqlite_address"]

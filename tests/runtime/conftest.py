"""The fixtures of every test of the runtime."""

from tests.runtime.nats_fixtures import authority, hub

__all__ = ["authority", "hub"]

"""Commands: what to do, one module a service."""

"""Events: what happened, one module a service."""

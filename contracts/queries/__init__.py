"""Queries: what to tell, one module a service."""

"""Derived ids: the same cause always gives the same id, so a second delivery cannot have a second effect."""

from uuid import UUID, uuid5

LOYPA = UUID("5f1c6c6e-3c1d-5b57-9d4e-6c6f79706121")


def derive(*parts: object) -> UUID:
    """The id that follows from `parts`, in their order: (kind, tenant, system, claim id), (kind, decision), …"""
    return uuid5(LOYPA, "\x1f".join(map(str, parts)))

"""What the council service can be asked to tell."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Query


class CouncilQuery(Query):
    """A query to the council service."""

    service: ClassVar[str] = "council"

"""What the reporting service can be asked to tell."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Query


class ReportingQuery(Query):
    """A query to the reporting service."""

    service: ClassVar[str] = "reporting"

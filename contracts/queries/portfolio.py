"""What the portfolio service can be asked to tell."""

from __future__ import annotations

from typing import ClassVar

from contracts.message import Query


class PortfolioQuery(Query):
    """A query to the portfolio service."""

    service: ClassVar[str] = "portfolio"

"""The views of reporting: what they keep, and what they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.queries.prioritising import FollowUp, Queue
from contracts.queries.reporting import Coordination, CouncilHistory, Kpis, Portfolio
from services.reporting.views import coordination, council_history, follow_up, kpis, portfolio, queue
from services.reporting.views.coordinating import coordination as tell_coordination
from services.reporting.views.queueing import queue as tell_queue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.queries.reporting import ViewAnswer, ViewQuery
    from runtime.declaration import Scope
    from runtime.projector import Reader, View

__all__ = ["TOLD", "VIEWS"]

VIEWS: tuple[View, ...] = (
    council_history.VIEW,
    coordination.VIEW,
    portfolio.VIEW,
    kpis.VIEW,
    queue.VIEW,
    follow_up.VIEW,
)
"""What reporting's projector keeps."""

TOLD: Mapping[type[ViewQuery], tuple[str, Callable[[Reader, Any, Scope], ViewAnswer]]] = {
    CouncilHistory: (council_history.VIEW.name, council_history.council_history),
    Coordination: (coordination.VIEW.name, tell_coordination),
    Portfolio: (portfolio.VIEW.name, portfolio.portfolio),
    Kpis: (kpis.VIEW.name, kpis.kpis),
    Queue: (queue.VIEW.name, tell_queue),
    FollowUp: (follow_up.VIEW.name, follow_up.follow_up),
}
"""Which view answers a query, and how: (reader of that view, query, what the asker may see) → answer."""

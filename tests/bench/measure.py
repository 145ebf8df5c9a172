"""What a benchmark says, and how a figure and its floor are taken side by side."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 5


@dataclass(frozen=True)
class Measurement:
    """Our figure beside the floor's, in `unit`; `wanted` is the least ours/floor that will do."""

    name: str
    ours: float
    floor: float | None
    unit: str
    wanted: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over the floor's."""
        return self.ours / self.floor if self.floor else None


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def side_by_side(ours: Callable[[], float], floor: Callable[[], float], *, runs: int = RUNS) -> tuple[float, float]:
    """The medians of several runs of each, taken in turn so that both meet the same machine."""
    pairs = [(ours(), floor()) for _ in range(runs)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)

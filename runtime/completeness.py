"""Up to which time a record is complete: what has been taken in, and what the relays say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.views import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True)
class Heard:
    """A relay's word: everything its service recorded up to `moment` is published, the last of it at `head`."""

    head: int
    moment: datetime


class Completeness:
    """What the relays of these services have said. A service nobody has heard of is complete up to no time."""

    def __init__(self, services: Sequence[str]) -> None:
        self._services = tuple(services)
        self._heard: dict[str, Heard] = {}

    def hear(self, service: str, head: int, moment: datetime) -> None:
        """Take a relay's word."""
        self._heard[service] = Heard(head, moment)

    def of(self, positions: Mapping[str, int], recorded: Mapping[str, datetime]) -> datetime:
        """Up to when every service has told everything to one who stands at these positions.

        `recorded` is the recorded time of the last event of each.
        """

        def told(service: str) -> datetime:
            last = recorded.get(service, NEVER)
            heard = self._heard.get(service)
            return max(last, heard.moment) if heard and positions.get(service, 0) >= heard.head else last

        return min(map(told, self._services), default=NEVER)

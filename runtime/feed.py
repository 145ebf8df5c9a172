"""What a tenant's FEED is to be: whose events it holds, in which form, and the consumer of EVENTS that fills it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts import subjects
from runtime.stream import EVENTS

if TYPE_CHECKING:
    from datetime import date

    from runtime.registry import Registry

FEED = "FEED"

_CALLED = subjects.event("{{wildcard(1)}}", "{{wildcard(2)}}", "{{wildcard(3)}}")
"""What a FEED calls every event, whichever form it holds."""

_SECOND = 1_000_000_000  # NATS counts time in nanoseconds


@dataclass(frozen=True)
class Declared:
    """A tenant's FEED as it should be: whose events it holds, and how many bytes it may take (-1: any).

    A `network` gets its members' events in the form that crosses.
    """

    tenant: str
    of: tuple[str, ...]
    quota: int = -1
    replicas: int = 1
    network: bool = False

    @property
    def filters(self) -> list[str]:
        """The subjects of EVENTS it is filled from."""
        return [subject for tenant in self.of for subject in subjects.fed_to(tenant, network=self.network)]

    def stream(self) -> dict[str, Any]:
        """FEED, in the tenant's account: all of it, from the beginning; nothing is deleted, purged or let expire."""
        return {
            "name": FEED,
            "storage": "file",
            "retention": "limits",
            "discard": "new",
            "max_msgs": -1,
            "max_bytes": self.quota,
            "max_age": 0,
            "num_replicas": self.replicas,
            "deny_delete": True,
            "deny_purge": True,
            "allow_direct": True,
            "sources": [
                {
                    "name": EVENTS,
                    "external": {"api": "HUB.JS.API", "deliver": ""},
                    "consumer": {"name": self.tenant, "deliver_subject": self._deliver},
                    "subject_transforms": [{"src": subjects.fed_to("*", network=self.network)[1], "dest": _CALLED}],
                }
            ],
        }

    def consumer(self) -> dict[str, Any]:
        """The consumer of EVENTS, in HUB, that fills it; flow control acknowledges what FEED has stored."""
        return {
            "name": self.tenant,
            "durable_name": self.tenant,
            "deliver_subject": self._deliver,
            "deliver_policy": "all",
            "ack_policy": "flow_control",
            "flow_control": True,
            "idle_heartbeat": _SECOND,
            "max_deliver": -1,
            "filter_subjects": self.filters,
        }

    @property
    def _deliver(self) -> str:
        return f"deliver.{self.tenant}.d"


def declared(registry: Registry, tenant: str, on: date, *, quota: int = -1, replicas: int = 1) -> Declared:
    """What a tenant's FEED should be on that day; `quota` is what each municipality in it may take, in bytes."""
    of = registry.heard_by(tenant, on)
    network = registry.tenant(tenant).kind == "network"
    return Declared(tenant, of, quota if quota < 0 else quota * len(of), replicas, network=network)

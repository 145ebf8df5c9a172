"""What each user of NATS may say and hear: default deny, and nobody who runs may change or empty a stream."""

from __future__ import annotations

from runtime.accounts import Permissions

_READ_EVENTS = (
    "$JS.API.INFO",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.INFO.*",
    "$JS.API.STREAM.MSG.GET.EVENTS",
    "$JS.API.DIRECT.GET.EVENTS",
    "$JS.API.DIRECT.GET.EVENTS.>",
    # Short-lived consumers; the request may name one, so a service is trusted not to take the name of a tenant's FEED.
    "$JS.API.CONSUMER.CREATE.EVENTS",
    "$JS.API.CONSUMER.INFO.*.*",
    "$JS.API.CONSUMER.MSG.NEXT.EVENTS.*",
    "$JS.ACK.EVENTS.>",
    "$JS.FC.EVENTS.>",
)

SWEEPER = "intake"
"""The service that answers the claims no service owns."""

OPERATOR = Permissions(
    publish=("ops.>", "$JS.API.STREAM.LIST", "$JS.API.CONSUMER.LIST.*", "$JS.API.CONSUMER.NAMES.*", *_READ_EVENTS),
)
"""Runs the installation: asks the services, reads EVENTS, changes nothing itself."""

PROVISION = Permissions(
    publish=(
        "$JS.API.INFO",
        "$JS.API.STREAM.CREATE.*",
        "$JS.API.STREAM.INFO.*",
        "$JS.API.CONSUMER.CREATE.>",
        "$JS.API.CONSUMER.INFO.*.*",
        "$JS.API.CONSUMER.RESET.*.*",
    ),
    denied=("$JS.API.CONSUMER.RESET.EVENTS.>",),
)
"""Creates streams and consumers; creating again changes nothing, and no stream is ever updated or removed."""

SYSTEM = Permissions(publish=("$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.HEALTHZ"))
"""Pushes a tenant's account to the running servers, and asks how they are."""


def service(name: str) -> Permissions:
    """A service in HUB: its own doors, its own events behind its own fence, every event to read.

    Intake also takes away the claims that nobody owns, from the INGEST streams alone.
    """
    sweeping = ("$JS.API.STREAM.MSG.GET.*", "$JS.API.STREAM.MSG.DELETE.*") if name == SWEEPER else ()
    return Permissions(
        publish=(
            *sweeping,
            f"ev.*.{name}.*",
            f"ops.{name}.published",
            "rej.>",
            "_R_.>",  # answers to another account's requests
            "_INBOX_operator.>",
            f"$JS.API.CONSUMER.MSG.NEXT.*.{name}",
            f"$JS.ACK.*.{name}.>",
            *_READ_EVENTS,
        ),
        subscribe=(f"cmd.*.*.{name}.>", f"query.*.*.{name}.>", f"ops.{name}.>", "ops.*.published"),
        denied=("$JS.API.STREAM.MSG.DELETE.EVENTS",),
    )


def system(name: str) -> Permissions:
    """A municipality's system, inside its tenant's account: its own name only."""
    return Permissions(
        publish=(f"ingest.{name}.>", f"cmd.{name}.>", f"query.{name}.>"),
        subscribe=(f"rej.{name}", f"rej.{name}.>"),
    )

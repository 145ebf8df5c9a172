"""What each user of NATS may say and hear: default deny, and nobody who runs may change or empty a stream."""

from __future__ import annotations

from contracts import subjects
from runtime.accounts import Permissions, inbox_of

READERS = 8
"""How many followers of EVENTS a user may have at a time."""

_READ_EVENTS = (
    "$JS.API.INFO",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.INFO.*",
    "$JS.API.STREAM.MSG.GET.EVENTS",
    "$JS.API.DIRECT.GET.EVENTS",
    "$JS.API.DIRECT.GET.EVENTS.>",
    "$JS.API.CONSUMER.INFO.*.*",
    "$JS.API.CONSUMER.MSG.NEXT.EVENTS.*",
    "$JS.ACK.EVENTS.>",
    "$JS.FC.EVENTS.>",
)

_REPLAY_FEED = ("$JS.API.DIRECT.GET.FEED", "$JS.API.DIRECT.GET.FEED.>")

SWEEPER = "intake"
"""The service that answers the claims no service owns."""


def reader_names(user: str) -> tuple[str, ...]:
    """The consumers of EVENTS that are this user's to make, read and remove.

    A name belongs to one user, and no tenant can be called so: a request for any other name, or for one chosen in the
    request's body, is not allowed to anybody who runs. The consumers that fill the FEEDs are therefore out of reach.
    """
    return tuple(f"READ-{user}-{number}" for number in range(1, READERS + 1))


def _reader(user: str) -> tuple[str, ...]:
    calls = ("CREATE", "DELETE")
    return (*_READ_EVENTS, *(f"$JS.API.CONSUMER.{call}.EVENTS.{name}" for name in reader_names(user) for call in calls))


OPERATOR = Permissions(
    publish=(
        "ops.>",
        "$JS.API.STREAM.LIST",
        "$JS.API.CONSUMER.LIST.*",
        "$JS.API.CONSUMER.NAMES.*",
        *_reader("operator"),
    ),
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
        "$JS.API.CONSUMER.DELETE.EVENTS.*",  # the source of a FEED that is built anew
    ),
    denied=("$JS.API.CONSUMER.RESET.EVENTS.>",),
)
"""Creates streams and consumers; creating again changes nothing, and no stream of HUB is ever updated or removed."""

SYSTEM = Permissions(
    publish=(
        "$SYS.REQ.CLAIMS.UPDATE",
        "$SYS.REQ.SERVER.PING",
        "$SYS.REQ.SERVER.PING.HEALTHZ",
        "$SYS.REQ.SERVER.PING.JSZ",
    )
)
"""Pushes a tenant's account to the running servers, and asks how they are."""

ADMIN = Permissions(
    publish=(
        "$JS.API.INFO",
        *(f"$JS.API.STREAM.{call}.FEED" for call in ("CREATE", "INFO", "UPDATE", "DELETE")),
    ),
)
"""Makes a tenant's FEED, inside the tenant's account; what is in it is always EVENTS' own."""

WATCH = Permissions(publish=("$JS.API.STREAM.INFO.FEED",))
"""Sees how much a tenant's FEED holds, and none of it."""

AUDITOR = Permissions(publish=_REPLAY_FEED)
"""Replays a tenant's FEED; cannot even make a consumer. Its account has that and nothing else."""


def service(name: str) -> Permissions:
    """A service in HUB: its own doors, its own events behind its own fence, its own health, every event to read.

    Intake also takes away the claims that nobody owns, from the INGEST streams alone.
    """
    sweeping = ("$JS.API.STREAM.MSG.GET.*", "$JS.API.STREAM.MSG.DELETE.*") if name == SWEEPER else ()
    return Permissions(
        publish=(
            *sweeping,
            *subjects.recorded_by(name),
            subjects.that_crosses(subjects.event("*", name, "*")),
            f"ops.{name}.published",
            f"ops.{name}.health",  # asked in its own name by whoever keeps its container
            "rej.>",
            "_R_.>",  # answers to another account's requests
            *(f"{inbox_of(user)}.>" for user in ("operator", name)),
            f"$JS.API.CONSUMER.MSG.NEXT.*.{name}",
            f"$JS.API.CONSUMER.RESET.*.{name}",  # its own place in INGEST: what it had in hand comes again
            f"$JS.ACK.*.{name}.>",
            *_reader(name),
        ),
        subscribe=(f"cmd.*.*.{name}.>", f"query.*.*.{name}.>", f"ops.{name}.>", "ops.*.published"),
        denied=("$JS.API.STREAM.MSG.DELETE.EVENTS", "$JS.API.CONSUMER.RESET.EVENTS.*"),
    )


def system(name: str, *, feed: bool = False) -> Permissions:
    """A municipality's system: its own name only, which is all that its account has.

    With `feed` it reads the FEED, and keeps its place there with a consumer that bears its own name.
    """
    reading = (
        "$JS.API.INFO",  # without it the server answers no question about a stream
        "$JS.API.STREAM.INFO.FEED",
        *_REPLAY_FEED,
        f"$JS.API.CONSUMER.CREATE.FEED.{name}",
        f"$JS.API.CONSUMER.CREATE.FEED.{name}.>",
        f"$JS.API.CONSUMER.INFO.FEED.{name}",
        f"$JS.API.CONSUMER.DELETE.FEED.{name}",
        f"$JS.API.CONSUMER.MSG.NEXT.FEED.{name}",
        f"$JS.ACK.FEED.{name}.>",
    )
    return Permissions(
        publish=(f"ingest.{name}.>", f"cmd.{name}.>", f"query.{name}.>", *(reading if feed else ())),
        subscribe=(f"rej.{name}",),
    )

"""Where messages travel: the NATS subjects, as HUB sees them."""

EVERY_EVENT = "ev.>"


def event(tenant: str, service: str, name: str) -> str:
    """`ev.<tenant>.<service>.<Event>`"""
    return f"ev.{tenant}.{service}.{name}"


def in_full(subject: str) -> str:
    """Where in EVENTS an event stands of which its networks get another form: `ev.<tenant>.<service>.<Event>.own`"""
    return f"{subject}.own"


def that_crosses(subject: str) -> str:
    """Where in EVENTS that other form stands, right before it: `ev.<tenant>.<service>.<Event>.net`"""
    return f"{subject}.net"


def events_of(service: str) -> str:
    """Every message of one service in EVENTS: the relay's fence."""
    return f"ev.*.{service}.>"


def recorded_by(service: str) -> tuple[str, ...]:
    """Every event of one service as it recorded it."""
    return f"ev.*.{service}.*", f"ev.*.{service}.*.own"


def fed_to(tenant: str, *, network: bool) -> tuple[str, str]:
    """The events of a tenant as it gets them itself, or as a network of its does."""
    every = event(tenant, "*", "*")
    return every, that_crosses(every) if network else in_full(every)


def claim(tenant: str, system: str, name: str) -> str:
    """`ingest.<tenant>.<system>.<Event>`"""
    return f"ingest.{tenant}.{system}.{name}"


def command(tenant: str, system: str, service: str, name: str) -> str:
    """`cmd.<tenant>.<system>.<service>.<Command>`"""
    return f"cmd.{tenant}.{system}.{service}.{name}"


def query(tenant: str, system: str, service: str, name: str) -> str:
    """`query.<tenant>.<system>.<service>.<Query>`"""
    return f"query.{tenant}.{system}.{service}.{name}"


def rejection(tenant: str, system: str) -> str:
    """`rej.<tenant>.<system>`: best effort, at once; the lasting answer is `ClaimStatus`."""
    return f"rej.{tenant}.{system}"


def operation(service: str, name: str) -> str:
    """`ops.<service>.<operation>`: the operator's door, inside HUB only."""
    return f"ops.{service}.{name}"


def as_published(subject: str) -> str:
    """The subject inside the tenant's account, where it does not name the tenant: `cmd.sak.intake.SubmitIdea`."""
    kind, _, rest = subject.split(".", 2)
    return f"{kind}.{rest}"

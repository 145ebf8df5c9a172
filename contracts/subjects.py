"""Where messages travel: the NATS subjects, as HUB sees them."""

EVERY_EVENT = "ev.>"


def event(tenant: str, service: str, name: str) -> str:
    """`ev.<tenant>.<service>.<Event>`"""
    return f"ev.{tenant}.{service}.{name}"


def events_of(service: str) -> str:
    """Every event of one service: the relay's fence."""
    return f"ev.*.{service}.*"


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

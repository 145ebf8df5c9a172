"""Attempts that were turned away: one line of the log each, with who and what, and no word of what was said."""

from __future__ import annotations

import json
import logging

log = logging.getLogger("loypa.denied")


def denied(  # noqa: PLR0913 - who, what and why
    rule: str, *, tenant: str, system: str, service: str, message: str, person: str | None = None
) -> None:
    """Log that `rule` turned a message away.

    The line is JSON, so that nothing a sender chose can look like a line of its own; long names are cut. `person` is a
    pseudonym, named only when an assertion about them was believed. Nothing of the message's content is logged.
    """
    who = {"rule": rule, "tenant": tenant, "system": system, "person": person, "service": service, "message": message}
    log.warning("denied %s", json.dumps({name: said[:100] for name, said in who.items() if said is not None}))

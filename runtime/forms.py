"""The forms in which an event is published: as it is recorded and, where its networks get less, as it crosses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contracts import subjects
from contracts.catalogue import decode
from contracts.crossing import as_it_crosses

if TYPE_CHECKING:
    from runtime.ledger import Stored

_OWN = b'"visibility":"own"'
"""How an event that may have another form is told without reading it: no text within one can be these bytes."""


def forms(stored: Stored) -> tuple[Stored, ...]:
    """The messages of an event, the event as it is recorded last.

    The form that crosses has its id and position. The same event always has the same forms, so that EVENTS can be
    filled anew.
    """
    if _OWN not in stored.body:
        return (stored,)
    event = decode(stored.body)
    crossing = as_it_crosses(event.data)
    if crossing is None:
        return (stored,)
    body = event.model_copy(update={"data": crossing}).to_bytes()
    return (
        replace(stored, subject=subjects.that_crosses(stored.subject), body=body),
        replace(stored, subject=subjects.in_full(stored.subject)),
    )

"""What people wrote about people: shown to those entitled, each time on record, and erased for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts import door
from contracts.answers import Unsealed, UnsealedValue
from contracts.events.record import PersonalDataErased, PersonalDataUnsealed
from contracts.identity import derive
from contracts.sealed import references
from runtime.ledger import Origin
from runtime.work import Work

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.commands.record import ErasePersonalData
    from contracts.queries.record import Unseal
    from runtime.ledger import Ledger


def unseal(ledger: Ledger, query: Unseal, acting: Acting, now: datetime, cause: UUID) -> Unsealed:
    """The values of the acting person's own municipality; `PersonalDataUnsealed` is recorded before they are given."""
    rows = ledger.unseal(query.refs)
    own = {ref: row for ref, row in rows.items() if _tenant(ledger, row.subject) == acting.tenant}
    if own:
        work = Work(ledger, Origin(acting.tenant, acting.actor, now, str(cause), str(cause)))
        seen = PersonalDataUnsealed(refs=tuple(own), purpose=query.purpose)
        work.record(derive("unsealed", ledger.service, cause), seen)
        ledger.append(work.entries)
    return Unsealed(
        values=tuple(
            UnsealedValue(ref=ref, value=own[ref].value)
            if ref in own
            else UnsealedValue(ref=ref, value=None, absent="unknown")
            for ref in query.refs
        )
    )


def erase(work: Work, command: ErasePersonalData, acting: Acting) -> UUID:
    """Erase what the aggregate holds, or those of it that are named. Raises `NotFound`, `BoundForTheArchive`."""
    history = work.ledger.history(command.about)
    if not history or history[0].tenant != acting.tenant:
        raise door.NotFound("record", str(command.about))
    held = work.ledger.unseal(ref for event in history for ref in references(event.data))
    refs = tuple(ref for ref in command.refs or held if ref in held)
    if refs:
        work.erase(*refs)
        erased = PersonalDataErased(about=command.about, refs=refs, ground=command.ground, person=command.person)
        work.record(derive("erased", command.about), erased)
    return command.about


def _tenant(ledger: Ledger, aggregate: UUID) -> str | None:
    history = ledger.history(aggregate)
    return history[0].tenant if history else None

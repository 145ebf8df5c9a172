"""What people wrote about people: shown to those entitled, each time on record, and erased for good."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from contracts import door, rights
from contracts.answers import Unsealed, UnsealedValue, Unsealing, Unsealings
from contracts.catalogue import decode
from contracts.events.record import PersonalDataErased, PersonalDataUnsealed
from contracts.identity import derive
from contracts.sealed import references
from runtime import attempts
from runtime.ledger import Origin
from runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.commands.record import ErasePersonalData
    from contracts.envelope import Recorded
    from contracts.queries.record import Unseal, UnsealingLog
    from contracts.sealed import VaultRow
    from runtime.ledger import Ledger

PAGE = 1000
"""How many unsealings one answer holds at the most."""

Absent = Literal["erased", "not entitled", "unknown"]


@dataclass
class Vault:
    """The personal text of one service, as it is asked for."""

    ledger: Ledger
    _erased: dict[UUID, str] = field(default_factory=dict)
    """The tenant of each reference that was erased, as far as the ledger has been read."""
    _read_to: int = 0
    _reading: Lock = field(default_factory=Lock)

    def unseal(self, query: Unseal, acting: Acting, now: datetime, cause: UUID) -> Unsealed:
        """The values that the table of rights opens to the acting person; it is recorded before they are given.

        Another tenant's reference is answered exactly like one that never was.
        """
        rows = self.ledger.unseal(query.refs)
        whose = self._whose(rows, acting)
        shown = tuple(ref for ref in rows if whose.get(ref, False))
        if shown:
            work = Work(self.ledger, Origin(acting.tenant, acting.actor, now, str(cause), str(cause)))
            seen = PersonalDataUnsealed(refs=shown, purpose=query.purpose)
            work.record(derive("unsealed", self.ledger.service, cause), seen)
            self.ledger.append(work.entries)
        if any(not entitled for entitled in whose.values()):
            _not_entitled(self.ledger.service, acting)
        erased = self._erasures() if len(rows) < len(query.refs) else {}

        def absent(ref: UUID) -> Absent:
            if ref in whose:
                return "not entitled"
            return "erased" if erased.get(ref) == acting.tenant else "unknown"

        return Unsealed(
            values=tuple(
                UnsealedValue(ref=ref, value=rows[ref].value)
                if ref in shown
                else UnsealedValue(ref=ref, value=None, absent=absent(ref))
                for ref in query.refs
            )
        )

    def unsealings(self, query: UnsealingLog, acting: Acting) -> Unsealings:
        """What was opened of the acting tenant's, a page at a time."""
        found: list[Unsealing] = []
        upto, head = query.since, self.ledger.head()
        for event in self._recorded("PersonalDataUnsealed", upto, acting.tenant):
            if len(found) == PAGE:
                return Unsealings(unsealings=tuple(found), upto=upto)
            upto, said = event.sequence, event.data
            found.append(
                Unsealing(time=event.time, actor=event.actor, purpose=said.purpose, refs=said.refs, position=upto)
            )
        return Unsealings(unsealings=tuple(found), upto=max(upto, head))

    def _whose(self, rows: Mapping[UUID, VaultRow], acting: Acting) -> dict[UUID, bool]:
        """Whether the acting person may open each of the references that are their own tenant's."""
        found: dict[UUID, bool] = {}
        for aggregate in {row.subject for row in rows.values()}:
            history = self.ledger.history(aggregate)
            own = bool(history) and _about(history[0], acting)
            for event in history:
                if event.tenant != acting.tenant:
                    continue
                for ref in rows.keys() & set(references(event.data)):
                    name = rows[ref].field.split(".")[0]
                    may = rights.may_open(self.ledger.service, event.name, name, own=own)
                    found[ref] = bool(may & acting.roles)
        return found

    def _erasures(self) -> dict[UUID, str]:
        with self._reading:
            head = self.ledger.head()
            for event in self._recorded("PersonalDataErased", self._read_to):
                self._erased.update(dict.fromkeys(event.data.refs, event.tenant))
            self._read_to = head
            return dict(self._erased)

    def _recorded(self, name: str, after: int, tenant: str | None = None) -> Iterator[Recorded[Any]]:
        """The events of this name, oldest first."""
        while page := self.ledger.read(after):
            for stored in page:
                _, whose, _, what = stored.subject.split(".")
                if what == name and tenant in {None, whose}:
                    yield decode(stored.body)
            after = page[-1].position


def _about(opening: Recorded[Any], acting: Acting) -> bool:
    """Whether what this event began is the acting person's own."""
    whose = {getattr(opening.data, "person", None), getattr(opening.data, "assisted_by", None)}
    return acting.person is not None and acting.person in whose


def _not_entitled(service: str, acting: Acting) -> None:
    attempts.denied(
        "NotEntitled",
        tenant=acting.tenant,
        system=acting.system,
        person=acting.person,
        service=service,
        message="Unseal",
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

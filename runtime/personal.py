"""What people wrote about people: shown to those entitled, each time on record, and erased for good."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True)
class _Held:
    """A reference that may be known of: whose it is, and whether the one who asks opens it."""

    tenant: str
    opens: bool


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

        Another tenant's reference is answered exactly like one that never was; one of a tenant that has been merged
        into the acting one is answered, and its opening stands on that tenant's record.
        """
        rows = self.ledger.unseal(query.refs)
        whose = self._whose(rows, acting)
        shown = {ref: whose[ref].tenant for ref in query.refs if ref in whose and whose[ref].opens}
        work = Work(self.ledger, Origin(acting.tenant, acting.actor, now, str(cause), str(cause)))
        for tenant in sorted(set(shown.values())):
            work.origin = replace(work.origin, tenant=tenant)
            seen = PersonalDataUnsealed(refs=tuple(ref for ref in shown if shown[ref] == tenant), purpose=query.purpose)
            work.record(derive("unsealed", self.ledger.service, cause, tenant), seen)
        self.ledger.append(work.entries)
        if any(not held.opens for held in whose.values()):
            _not_entitled(self.ledger.service, acting)
        erased = self._erasures() if len(rows) < len(query.refs) else {}

        def absent(ref: UUID) -> Absent:
            if ref in whose:
                return "not entitled"
            return "erased" if ref in erased and acting.reads_of(erased[ref]) else "unknown"

        return Unsealed(
            values=tuple(
                UnsealedValue(ref=ref, value=rows[ref].value)
                if ref in shown
                else UnsealedValue(ref=ref, value=None, absent=absent(ref))
                for ref in query.refs
            )
        )

    def unsealings(self, query: UnsealingLog, acting: Acting) -> Unsealings:
        """What was opened of the acting tenant's and of those merged into it, a page at a time."""
        found: list[Unsealing] = []
        upto, head = query.since, self.ledger.head()
        for event in self._recorded("PersonalDataUnsealed", upto, acting):
            if len(found) == PAGE:
                return Unsealings(unsealings=tuple(found), upto=upto)
            upto, said = event.sequence, event.data
            found.append(
                Unsealing(time=event.time, actor=event.actor, purpose=said.purpose, refs=said.refs, position=upto)
            )
        return Unsealings(unsealings=tuple(found), upto=max(upto, head))

    def _whose(self, rows: Mapping[UUID, VaultRow], acting: Acting) -> dict[UUID, _Held]:
        """Each of the references that are the acting tenant's to read, and whether the person may open it."""
        found: dict[UUID, _Held] = {}
        for aggregate in {row.subject for row in rows.values()}:
            history = self.ledger.history(aggregate)
            own = bool(history) and _about(history[0], acting)
            for event in history:
                if not acting.reads_of(event.tenant):
                    continue
                for ref in rows.keys() & set(references(event.data)):
                    name = rows[ref].field.split(".")[0]
                    may = rights.may_open(self.ledger.service, event.name, name, own=own)
                    found[ref] = _Held(event.tenant, opens=bool(may & acting.roles))
        return found

    def _erasures(self) -> dict[UUID, str]:
        with self._reading:
            head = self.ledger.head()
            for event in self._recorded("PersonalDataErased", self._read_to):
                self._erased.update(dict.fromkeys(event.data.refs, event.tenant))
            self._read_to = head
            return dict(self._erased)

    def _recorded(self, name: str, after: int, acting: Acting | None = None) -> Iterator[Recorded[Any]]:
        """The events of this name, oldest first: everybody's, or what is the acting tenant's to read."""
        while page := self.ledger.read(after):
            for stored in page:
                _, whose, _, what = stored.subject.split(".")
                if what == name and (acting is None or acting.reads_of(whose)):
                    yield decode(stored.body)
            after = page[-1].position


def _about(opening: Recorded[Any], acting: Acting) -> bool:
    """Whether what this event began is the acting person's own; in another tenant their pseudonym may be another's."""
    whose = {getattr(opening.data, "person", None), getattr(opening.data, "assisted_by", None)}
    return opening.tenant == acting.tenant and acting.person is not None and acting.person in whose


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
    """Erase what the aggregate holds, or those of it that are named, on the record of the tenant whose it is.

    Raises `NotFound`, `BoundForTheArchive`.
    """
    history = work.ledger.history(command.about)
    if not history or not acting.reads_of(history[0].tenant):
        raise door.NotFound("record", str(command.about))
    held = work.ledger.unseal(ref for event in history for ref in references(event.data))
    refs = tuple(ref for ref in command.refs or held if ref in held)
    if refs:
        work.erase(*refs)
        work.origin = replace(work.origin, tenant=history[0].tenant)
        erased = PersonalDataErased(about=command.about, refs=refs, ground=command.ground, person=command.person)
        work.record(derive("erased", command.about), erased)
    return command.about

"""A municipality with its council service on a real ledger: commands and questions as its people send them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.acting import Acting, Role
from contracts.commands import council as do
from contracts.queries import council as ask
from runtime.ledger import Ledger, Origin
from runtime.work import Work
from services.council.app import SERVICE
from services.council.domain.ids import council_id
from services.council.doors import QUERIES
from tests.services.council.given import AT

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.events.council import Matter
    from contracts.message import Query

T = TypeVar("T")

START = date(2026, 1, 1)
MANDATE = "Innovasjonsrådet vurderer innspill til transformasjon i kommunen."
ESTABLISH = do.EstablishCouncil(
    at=AT, name="Innovasjonsrådet i Molde", established=START, mandate=MANDATE, case_reference="PS-27/22"
)


@dataclass
class Town:
    """One tenant's people at the council's doors."""

    ledger: Ledger
    tenant: str = "molde"

    @classmethod
    def at(cls, path: Path, tenant: str = "molde") -> Town:
        now = datetime(2027, 1, 1, tzinfo=UTC)
        return cls(
            Ledger.open(f"sqlite:///{path}/council.db", "council", clock=lambda: now, salt=lambda: b"salt"), tenant
        )

    @property
    def council(self) -> UUID:
        return council_id(self.tenant)

    def acting(self, person: str | None, *roles: Role) -> Acting:
        return Acting(self.tenant, "portal", person, frozenset(roles))

    def send(self, command: Any, person: str | None = "sekretær", *roles: Role) -> UUID:
        acting = self.acting(person, *(roles or (Role.SECRETARY,)))
        work = Work(self.ledger, Origin(self.tenant, acting.actor, command.moment, "c", "c"))
        about = SERVICE.commands[type(command)](work, command, acting)
        if work.entries:
            self.ledger.append(work.entries)
        return about

    def ask(self, query: Query, kind: type[T]) -> T:
        answer = QUERIES[type(query)](self.ledger.history, query, self.acting("revisor", Role.AUDITOR))
        assert isinstance(answer, kind)
        return answer

    def case(self, case: UUID | str) -> ask.CaseShown:
        query = ask.ShowCase(number=case) if isinstance(case, str) else ask.ShowCase(case=case)
        return self.ask(query, ask.CaseShown)

    def on(self, day: date) -> ask.CouncilShown:
        return self.ask(ask.ShowCouncil(on=day), ask.CouncilShown)

    def meeting(self, meeting: UUID) -> ask.MeetingShown:
        return self.ask(ask.ShowMeeting(meeting=meeting), ask.MeetingShown)

    def history(self, of: UUID) -> list[Recorded[Any]]:
        return self.ledger.history(of)

    def establish(self, *members: str, **rules: Any) -> None:
        """A council with these members and the person `ror` in ROR-IKT's seat; the first member leads."""
        self.send(ESTABLISH.model_copy(update={"rules": do.Rules(**rules)}))
        for member in members:
            self.send(appoint(member))
        self.send(appoint("ror", ror=True))
        if members:
            self.send(do.AppointLeader(at=AT, member=members[0], from_=START))

    def opened(self, key: str, at: datetime = AT, matter: Matter | None = None) -> UUID:
        return self.send(do.OpenCase(at=at, key=key, title=f"Sak om {key}", matter=matter))

    def called(self, *agenda: UUID, starts: datetime = AT) -> UUID:
        return self.send(do.CallMeeting(at=starts, starts=starts, place="Rådhuset", agenda=agenda))


def appoint(member: str, **changes: Any) -> do.AppointMember:
    said: dict[str, Any] = {"name": f"{member.title()} Namn", "discipline": "helse", "from_": START}
    return do.AppointMember(at=AT, member=member, **{**said, **changes})

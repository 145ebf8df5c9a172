"""A small council whose meetings go as a test needs: six seats, two substitutes, and the minutes as they are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader

from contracts.commands import council as do
from contracts.events.council import Ground
from contracts.minutes import Minutes
from contracts.queries.minutes import DraftMinutes
from tests.services.council.desk import AtTheDesk, body
from tests.services.council.town import START, appoint

if TYPE_CHECKING:
    from uuid import UUID

    from contracts.events.minutes import Language
    from tests.services.council.town import Town

CALLED = datetime(2026, 2, 24, 12, 0, tzinfo=UTC)
SEATED = ("bjorg", "are", "guro", "pal", "toril", "ida")


def at(hour: int, minute: int, day: int = 4) -> datetime:
    """A moment of March 2026, in UTC: an hour behind the clocks in Norway."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@dataclass
class Chamber:
    """The council of a town, and what is done there."""

    town: Town

    @classmethod
    def of(cls, town: Town, members: tuple[str, ...] = SEATED, **rules: Any) -> Chamber:
        """Bjørg leads, Are is her deputy; Stig and Solfrid are substitutes, Ror sits for ROR-IKT; Siv is secretary."""
        said = {"name": "Innovasjonsrådet", "established": START, "mandate": "Rådet.", "case_reference": "PS-27/22"}
        town.send(do.EstablishCouncil(at=CALLED, rules=do.Rules(**rules), **said))
        for member in members:
            town.send(appoint(member, name=member.title(), discipline="helse"))
        for substitute in ("stig", "solfrid"):
            town.send(appoint(substitute, name=substitute.title(), discipline="helse", substitute=True))
        town.send(appoint("ror", name="Ror", discipline="IKT", ror=True))
        town.send(do.AppointLeader(at=CALLED, member="bjorg", from_=START))
        town.send(do.AppointDeputy(at=CALLED, member="are", from_=START))
        town.send(do.AppointSecretary(at=CALLED, person="siv", name="Siv", from_=START))
        return cls(town)

    def case(self, key: str = "robot", **more: Any) -> UUID:
        return self.town.send(do.OpenCase(at=CALLED, key=key, title=f"Sak om {key}", **more))

    def called(self, *cases: UUID, day: int = 4) -> UUID:
        before = CALLED if day == 4 else at(12, 0, day - 1)
        return self.town.send(do.CallMeeting(at=before, starts=at(8, 30, day), agenda=cases))

    def met(self, *cases: UUID, present: str = "bjorg are guro pal", day: int = 4, up: bool = True) -> UUID:
        """A meeting at 8:30 with these there, and the cases taken up at 8:40."""
        meeting = self.called(*cases, day=day)
        self.town.send(do.OpenMeeting(at=at(8, 30, day), meeting=meeting, present=tuple(present.split())))
        for case in cases if up else ():
            self.town.send(do.TakeUpCase(at=at(8, 40, day), case=case, meeting=meeting))
        return meeting

    def question(self, case: UUID, member: str, *, declared: bool, day: int = 4) -> None:
        """Whether the member is recused as kin of a party."""
        asked = do.DeclareRecusal if declared else do.PointOutRecusal
        by = member if declared else "siv"
        self.town.send(asked(at=at(8, 41, day), case=case, member=member, ground=Ground.KIN), by)

    def found(self, case: UUID, member: str, *, recused: bool = True, ground: Ground = Ground.KIN) -> None:
        said = {"member": member, "ground": ground, "recused": recused, "reasons": f"Syster til {member.title()}."}
        self.town.send(do.DecideRecusal(at=at(8, 42), case=case, **said))

    def decided(self, case: UUID, votes: str, against: str = "", *, day: int = 4, **more: Any) -> None:
        """The case approved, unless more is said, at 8:45."""
        said = {"outcome": "approved", "form": "project", "priorities": ("Plan",), "responsible": "guro"}
        if more.get("outcome", "approved") != "approved":
            said = {}
        self.town.send(
            do.DecideCase(
                at=at(8, 45, day), case=case, votes=_ballots(votes, against), **{"reasons": "Ja.", **said, **more}
            )
        )

    def deferred(self, case: UUID, votes: str, day: int = 4) -> None:
        self.town.send(do.DeferCase(at=at(8, 45, day), case=case, reasons="Meir tid.", votes=_ballots(votes, "")))

    def reopened(self) -> tuple[UUID, UUID]:
        """A case that was approved on the fourth and reopened on the fifth, and the meeting that approved it."""
        case = self.case()
        first = self.met(case)
        self.decided(case, "bjorg are guro pal")
        self.closed(first)
        self.town.send(do.ReopenCase(at=at(9, 0, 5), case=case, reasons="Prisen var feil."))
        return case, first

    def closed(self, meeting: UUID, day: int = 4) -> None:
        self.town.send(do.CloseMeeting(at=at(9, 0, day), meeting=meeting))

    def minutes(self, meeting: UUID, *, public: bool = False, language: Language = "nb") -> Minutes:
        query = DraftMinutes(meeting=meeting, language=language, public=public, media_type="application/json")
        return Minutes.model_validate_json(body(AtTheDesk(self.town).ask(query)))

    def page(self, meeting: UUID, *, public: bool = False, language: Language = "nb") -> str:
        """The text of the PDF, in one line."""
        file = body(AtTheDesk(self.town).ask(DraftMinutes(meeting=meeting, language=language, public=public)))
        return text_of(file)


def text_of(document: bytes) -> str:
    """The text of a PDF, in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages).split())


def _ballots(votes: str, against: str) -> tuple[do.Ballot, ...]:
    cast = [(member, "for") for member in votes.split()] + [(member, "against") for member in against.split()]
    return tuple(do.Ballot.model_validate({"member": member, "vote": vote}) for member, vote in cast)

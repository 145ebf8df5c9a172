"""The meeting after March's, moved by a day: leader's decisions, dissent, other bodies' decisions, a struck case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from contracts.acting import Role
from contracts.commands import council as do
from contracts.commands.minutes import ExemptFromPublicity
from contracts.events.council import Addressee, Ground, Outcome, Purpose
from contracts.publicity import ExemptionGround, Part
from tests.services.council.meeting_of_march import council_of
from tests.services.council.town import START, Town

if TYPE_CHECKING:
    from uuid import UUID

CALLED = datetime(2026, 3, 24, 11, 0, tzinfo=UTC)
FIRST_CALLED_TO = datetime(2026, 4, 7, 7, 0, tzinfo=UTC)
TITLES = {
    "ladestolper": "Ladestolpar ved Bergmo ungdomsskole",
    "skolemat": "Skulemat frå Årø gard",
    "bårebil": "Felles bårebil for distrikta",
    "drone": "Drone til tilsyn med vassleidningar",
    "sms": "SMS-varsel før feiing",
    "lås": "Digitale låsar i heimetenesta",
    "skilt": "Digitale skilt ved Moldebadet",
}


def at(hour: int, minute: int) -> datetime:
    """A moment of 8 April 2026, in UTC: Norway has summer time."""
    return datetime(2026, 4, 8, hour, minute, tzinfo=UTC)


@dataclass
class April:
    """The meeting and its cases, by what they are about."""

    town: Town
    meeting: UUID
    cases: dict[str, UUID]


def held(town: Town) -> April:
    """The whole meeting, closed."""
    council_of(town)
    mandate = {"adopted": START, "mandate": "Leiaren kan avgjere saker som hastar.", "change": "Leiaren avgjer"}
    rules = do.Rules(seats=5, leader_decides=True)
    town.send(do.AdoptMandate(at=CALLED, in_force=date(2026, 3, 20), case_reference="PS-9/26", rules=rules, **mandate))
    cases = {
        key: town.send(do.OpenCase(at=CALLED, key=key.replace("å", "a"), title=title)) for key, title in TITLES.items()
    }
    meeting = town.send(
        do.CallMeeting(
            at=CALLED, starts=FIRST_CALLED_TO, place="Formannskapssalen, Molde rådhus", agenda=tuple(cases.values())
        )
    )
    moved = {"starts": at(7, 0), "place": "Kommunestyresalen", "reason": "Formannskapet treng salen."}
    town.send(do.MoveMeeting(at=datetime(2026, 3, 27, 9, 0, tzinfo=UTC), meeting=meeting, **moved))
    struck = {"case": cases["skilt"], "reason": "Kostnaden er ikkje greidd ut."}
    town.send(do.StrikeCase(at=datetime(2026, 4, 1, 9, 0, tzinfo=UTC), meeting=meeting, **struck))
    _alone(town, cases["ladestolper"], cases["sms"])
    present = ("are", "guro", "pal", "toril", "ror")
    town.send(do.OpenMeeting(at=at(7, 2), meeting=meeting, chair="are", present=present, remote=("ror",)))
    town.send(do.ReportLeaderDecisions(at=at(7, 4), meeting=meeting))
    _with_political_decisions(town, cases["skolemat"], meeting)
    _with_a_dissent_and_a_statement(town, cases["bårebil"], meeting)
    _handed_on(town, cases["drone"], meeting)
    _not_recused(town, cases["lås"], meeting)
    town.send(do.CloseMeeting(at=at(9, 15), meeting=meeting))
    return April(town, meeting, cases)


def _alone(town: Town, case: UUID, exempt: UUID) -> None:
    terms = {"form": "mini-development", "priorities": ("Klimaplanen, tiltak 7",), "responsible": "pal"}
    town.send(
        do.DecideAsLeader(
            at=datetime(2026, 3, 30, 8, 0, tzinfo=UTC),
            case=case,
            outcome=Outcome.APPROVED,
            reasons="Fristen for tilskotet frå Enova går ut 1. april.",
            conditions=("Tilskotet dekkjer minst halvparten.",),
            deadline=date(2026, 9, 1),
            **terms,
        ),
        "bjorg",
        Role.LEADER,
    )
    moment = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)
    hidden = {"parts": (Part.REASONS,), "ground": ExemptionGround.BUSINESS}
    town.send(ExemptFromPublicity(at=moment, case=exempt, **hidden))
    declined = {"outcome": Outcome.DECLINED, "reasons": "Leverandøren har gitt pris og løysing i fortrulegheit."}
    town.send(do.DecideAsLeader(at=moment, case=exempt, **declined), "bjorg", Role.LEADER)


def _votes(for_: str, against: str = "") -> tuple[do.Ballot, ...]:
    return (
        *(do.Ballot(member=member, vote="for") for member in for_.split()),
        *(do.Ballot(member=member, vote="against") for member in against.split()),
    )


def political(purpose: Purpose, body: str, reference: str, decided: date) -> do.Political:
    return do.Political(purpose=purpose, body=body, reference=reference, decided=decided)


def _with_political_decisions(town: Town, case: UUID, meeting: UUID) -> None:
    noted = political(Purpose.CARRY_OUT, "Formannskapet", "PS-14/26", date(2026, 3, 17))
    town.send(do.NotePoliticalDecision(at=CALLED, case=case, political=noted))
    town.send(do.TakeUpCase(at=at(7, 10), case=case, meeting=meeting))
    town.send(
        do.DecideCase(
            at=at(7, 30),
            case=case,
            outcome=Outcome.APPROVED,
            form="project",
            route="pilot",
            strength="should",
            priorities=("Folkehelseplanen, punkt 3.1",),
            responsible="toril",
            deadline=date(2026, 12, 1),
            reasons="Formannskapet har sett av pengar, og kommunestyret har vedteke å ta ordninga i bruk.",
            political=(political(Purpose.PUT_INTO_USE, "Kommunestyret", "PS-21/26", date(2026, 3, 26)),),
            votes=_votes("are guro pal toril"),
        )
    )


def _with_a_dissent_and_a_statement(town: Town, case: UUID, meeting: UUID) -> None:
    town.send(do.TakeUpCase(at=at(7, 35), case=case, meeting=meeting))
    town.send(
        do.DecideCase(
            at=at(8, 0),
            case=case,
            outcome=Outcome.DECLINED,
            reasons="Driftskostnaden er for høg.",
            votes=_votes("guro", "are pal toril"),
        )
    )
    said = {
        "guro": "Distrikta får ikkje eit likeverdig tilbod utan bilen.\n\nKostnaden kan delast på fem.",
        "toril": "Eg støttar vedtaket, men saka bør takast opp att når ROR-IKT har fått inn prisar.",
    }
    for minute, (member, text) in enumerate(said.items(), start=1):
        town.send(do.RecordStatement(at=at(8, minute), case=case, member=member, text=text))


def _handed_on(town: Town, case: UUID, meeting: UUID) -> None:
    town.send(do.TakeUpCase(at=at(8, 10), case=case, meeting=meeting))
    town.send(do.DeclareRecusal(at=at(8, 11), case=case, member="pal", ground=Ground.KIN), "pal")
    finding = {"member": "pal", "ground": Ground.KIN, "recused": True, "reasons": "Broren leier verksemda."}
    town.send(do.DecideRecusal(at=at(8, 13), case=case, **finding))
    town.send(do.RecordArrival(at=at(8, 14), meeting=meeting, member="stig"))
    town.send(do.CallInSubstitute(at=at(8, 15), case=case, substitute="stig", instead_of="pal"))
    town.send(
        do.DecideCase(
            at=at(8, 20),
            case=case,
            outcome=Outcome.REFERRED,
            referral=do.Referred(to=Addressee.LINE, whom="Vatn og avløp"),
            reasons="Verksemda kan kjøpe tenesta innanfor eiga ramme.",
            votes=_votes("are guro stig toril"),
        )
    )


def _not_recused(town: Town, case: UUID, meeting: UUID) -> None:
    town.send(do.TakeUpCase(at=at(8, 30), case=case, meeting=meeting))
    town.send(do.PointOutRecusal(at=at(8, 31), case=case, member="pal", ground=Ground.CIRCUMSTANCES), "guro")
    finding = {
        "member": "pal",
        "ground": Ground.CIRCUMSTANCES,
        "recused": False,
        "reasons": "Kjenner leverandøren lite.",
    }
    town.send(do.DecideRecusal(at=at(8, 35), case=case, **finding))
    town.send(
        do.ReturnCase(
            at=at(8, 50),
            case=case,
            reasons="Behovet må skildrast betre av heimetenesta sjølv.",
            votes=_votes("are guro pal toril"),
        )
    )

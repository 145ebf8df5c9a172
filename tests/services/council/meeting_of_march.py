"""A meeting as it may go in Molde: a recusal, a tie, a deferral, an exempt case, a substitute, somebody late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from contracts.commands import council as do
from contracts.commands.assessment import DescribeProblem, RecommendOutcome
from contracts.commands.minutes import ExemptFromPublicity, RecordArchiveReference
from contracts.events.council import Ground, Outcome
from contracts.publicity import ExemptionGround, Part
from tests.services.council.town import START, Town, appoint

if TYPE_CHECKING:
    from uuid import UUID

CALLED = datetime(2026, 2, 24, 12, 0, tzinfo=UTC)
STARTS = datetime(2026, 3, 4, 8, 30, tzinfo=UTC)
PEOPLE = {
    "bjorg": ("Bjørg Ødegård", "helse og omsorg", "Heimetenesta"),
    "are": ("Åre Sæther", "oppvekst", "Bergmo ungdomsskole"),
    "guro": ("Guro Hæreid", "økonomi", None),
    "pal": ("Pål Myklebust", "teknisk drift", "Vatn og avløp"),
    "toril": ("Toril Årø", "kultur", None),
}
REASONS = "Den tilsette har fått nytt utstyr på grunn av ein sjukdom."


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 3, 4, hour, minute, tzinfo=UTC)


@dataclass
class March:
    """The meeting and its cases, by what they are about."""

    town: Town
    meeting: UUID
    cases: dict[str, UUID]


def council_of(town: Town) -> None:
    """Six seats: five people and nobody of ROR-IKT's; a substitute, an observer from ROR-IKT and a secretary."""
    rules = do.Rules(seats=5)
    mandate = "Innovasjonsrådet vurderer innspill."
    name = "Innovasjonsrådet i Molde"
    town.send(
        do.EstablishCouncil(
            at=CALLED, name=name, established=START, mandate=mandate, case_reference="PS-27/22", rules=rules
        )
    )
    for person, (called, discipline, unit) in PEOPLE.items():
        town.send(appoint(person, name=called, discipline=discipline, unit=unit))
    town.send(appoint("stig", name="Stig Vågø", discipline="helse og omsorg", substitute=True))
    town.send(appoint("ror", name="Rønnaug Osen", discipline="IKT", unit="ROR-IKT", ror=True))
    town.send(do.AppointLeader(at=CALLED, member="bjorg", from_=START))
    town.send(do.AppointDeputy(at=CALLED, member="are", from_=START))
    town.send(do.AppointSecretary(at=CALLED, person="siv", name="Siv Ækre", from_=START))


def held(town: Town) -> March:
    """The whole meeting, closed."""
    council_of(town)
    titles = {
        "nattilsyn": "Digitalt nattilsyn på Råkhaugen",
        "bårebil": "Felles bårebil for distrikta",
        "sensor": "Sensorar i søppeldunkar",
        "hjelpemiddel": "Tilrettelegging for Kari Nordmann",
        "app": "Eigen app for kulturskolen",
    }
    cases = {
        key: town.send(do.OpenCase(at=CALLED, key=key.replace("å", "a"), title=title)) for key, title in titles.items()
    }
    meeting = town.send(
        do.CallMeeting(at=CALLED, starts=STARTS, place="Formannskapssalen, Molde rådhus", agenda=tuple(cases.values()))
    )
    town.send(
        ExemptFromPublicity(
            at=CALLED,
            case=cases["hjelpemiddel"],
            parts=(Part.TITLE, Part.REASONS, Part.CONDITIONS),
            ground=ExemptionGround.PERSONAL,
            public_title="Tilrettelegging for ein tilsett",
        )
    )
    problem = "Tilsyn på natta vekkjer bebuarane."
    town.send(
        DescribeProblem(at=CALLED, case=cases["nattilsyn"], problem=problem, affects=("Bebuarar",), known_by="Avvik"),
        "siv",
    )
    town.send(
        RecommendOutcome(
            at=CALLED,
            case=cases["nattilsyn"],
            outcome=Outcome.APPROVED,
            reasons="Tilrådd: nyttig i alle kommunane.",
            form="project",
            priorities=("Helse- og omsorgsplanen 2025–2029, punkt 4.2",),
            responsible="guro",
        ),
        "siv",
    )
    town.send(do.OpenMeeting(at=at(8, 34), meeting=meeting, present=("bjorg", "are", "guro", "ror")))
    town.send(do.SeatSubstitute(at=at(8, 36), meeting=meeting, substitute="stig", instead_of="toril"))
    _approved(town, cases["nattilsyn"], meeting)
    town.send(do.RecordArrival(at=at(9, 2), meeting=meeting, member="pal"))
    _with_a_recusal_and_a_tie(town, cases["bårebil"], meeting)
    _deferred(town, cases["sensor"], meeting)
    _exempt(town, cases["hjelpemiddel"], meeting)
    town.send(do.RecordDeparture(at=at(10, 20), meeting=meeting, member="guro"))
    town.send(do.CloseMeeting(at=at(10, 31), meeting=meeting))
    return March(town, meeting, cases)


def _votes(for_: str, against: str = "") -> tuple[do.Ballot, ...]:
    return (
        *(do.Ballot(member=member, vote="for") for member in for_.split()),
        *(do.Ballot(member=member, vote="against") for member in against.split()),
    )


def _approved(town: Town, case: UUID, meeting: UUID) -> None:
    town.send(do.TakeUpCase(at=at(8, 40), case=case, meeting=meeting))
    town.send(
        do.DecideCase(
            at=at(8, 55),
            case=case,
            outcome=Outcome.APPROVED,
            form="project",
            route="inter-municipal",
            strength="shall",
            priorities=("Helse- og omsorgsplanen 2025–2029, punkt 4.2", "Økonomiplanen, tiltak 12"),
            responsible="guro",
            deadline=date(2026, 10, 1),
            conditions=("Rapport til rådet innan eit halvt år.", "Personvernombodet er med frå starten."),
            reasons="Behovet er felles i alle fem kommunane.\n\nLøysinga er prøvd i Nittedal og gir betre nattero.",
            votes=_votes("bjorg are guro stig"),
        )
    )


def _with_a_recusal_and_a_tie(town: Town, case: UUID, meeting: UUID) -> None:
    town.send(do.TakeUpCase(at=at(9, 5), case=case, meeting=meeting))
    town.send(do.DeclareRecusal(at=at(9, 6), case=case, member="are", ground=Ground.LEADS, note="Styreleiar"), "are")
    finding = {"member": "are", "ground": Ground.LEADS, "recused": True, "reasons": "Leier eit selskap i saka."}
    town.send(do.DecideRecusal(at=at(9, 7), case=case, **finding))
    town.send(
        do.DecideCase(
            at=at(9, 30),
            case=case,
            outcome=Outcome.DECLINED,
            reasons="Driftskostnaden er for høg, og køyretida blir ikkje kortare.",
            votes=_votes("guro pal", "bjorg stig"),
        )
    )


def _deferred(town: Town, case: UUID, meeting: UUID) -> None:
    town.send(do.TakeUpCase(at=at(9, 35), case=case, meeting=meeting))
    town.send(
        do.DeferCase(
            at=at(9, 50),
            case=case,
            reasons="Kostnaden må greiast ut før neste møte.",
            votes=_votes("bjorg are guro", "pal stig"),
        )
    )


def _exempt(town: Town, case: UUID, meeting: UUID) -> None:
    town.send(do.TakeUpCase(at=at(9, 55), case=case, meeting=meeting))
    town.send(
        do.DecideCase(
            at=at(10, 15),
            case=case,
            outcome=Outcome.APPROVED,
            form="experiment",
            priorities=("Arbeidsgivarstrategien",),
            responsible="pal",
            conditions=("Utstyret følgjer den tilsette.",),
            reasons=REASONS,
            votes=_votes("bjorg are guro pal stig"),
        )
    )


def archived(march: March) -> None:
    """Journalled."""
    march.town.send(
        RecordArchiveReference(
            at=at(12, 0),
            meeting=march.meeting,
            journal_post="26/0123-7",
            archive_case="26/0123",
            class_="033 &00",
            case_handler="siv",
            our_reference="26/0123-7/033/siv",
        )
    )

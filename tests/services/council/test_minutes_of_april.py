"""Minutes that tell of the leader's decisions, dissents, statements and other bodies' decisions, as a page says it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from contracts.minutes import Minutes
from contracts.queries.minutes import DraftMinutes
from tests.services.council.desk import AtTheDesk, body
from tests.services.council.meeting_of_april import TITLES, April, held
from tests.services.council.town import Town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.events.minutes import Language

HEADINGS = {
    "nb": {
        "dissent": "Dissens",
        "statement": "Protokolltilførsel",
        "voting": "Votering",
        "recusal": "Habilitet",
        "asked": "Det ble reist spørsmål om habiliteten til Pål Myklebust",
    },
    "nn": {
        "dissent": "Dissens",
        "statement": "Protokolltilførsel",
        "voting": "Røysting",
        "recusal": "Habilitet",
        "asked": "Det vart reist spørsmål om habiliteten til Pål Myklebust",
    },
}


@pytest.fixture(scope="module")
def april(tmp_path_factory: pytest.TempPathFactory) -> Iterator[April]:
    """The meeting, to read of only."""
    town = Town.at(tmp_path_factory.mktemp("april"))
    yield held(town)
    town.ledger.close()


def drafted(april: April, *, public: bool = False) -> Minutes:
    query = DraftMinutes(meeting=april.meeting, public=public, media_type="application/json")
    return Minutes.model_validate_json(body(AtTheDesk(april.town).ask(query)))


def lines(april: April, language: Language, *, public: bool = False) -> list[str]:
    file = body(AtTheDesk(april.town).ask(DraftMinutes(meeting=april.meeting, language=language, public=public)))
    return [
        " ".join(line.split()) for page in PdfReader(BytesIO(file)).pages for line in page.extract_text().splitlines()
    ]


def page(april: April, language: Language) -> str:
    """The text, in one line."""
    return " ".join(" ".join(lines(april, language)).split())


def after(said: list[str], heading: str, of: str) -> str:
    """The line under a heading of the case."""
    return said[said.index(heading, next(place for place, line in enumerate(said) if line.startswith(of))) + 1]


def test_what_the_leader_decided_meanwhile_was_not_left_undone_by_the_meeting(april: April) -> None:
    minutes = drafted(april)
    settled = {case.number: case.settled for case in minutes.cases if case.fate == "settled"}
    assert set(settled) == {"PS-1/26", "PS-5/26"} == {one.number for one in minutes.reported}
    first = settled["PS-1/26"]
    assert first is not None
    assert first.by is not None
    assert (first.by.name, str(first.decided), first.body) == ("Bjørg Ødegård", "2026-03-30", None)
    said = " ".join(lines(april, "nb"))
    assert "Bjørg Ødegård avgjorde saken etter fullmakt 30. mars 2026" in said
    assert "Saken ble ikke behandlet." not in said


def test_the_meeting_is_told_the_whole_of_what_the_leader_decided_and_on_what_terms(april: April) -> None:
    first, exempt = drafted(april).reported
    made = first.decision
    assert (made.outcome, made.form, str(made.deadline), made.seats) == (
        "approved",
        "mini-development",
        "2026-09-01",
        0,
    )
    assert made.responsible is not None
    assert made.responsible.name == "Pål Myklebust"
    assert made.conditions == ("Tilskotet dekkjer minst halvparten.",)
    assert [one.part for one in exempt.exempt] == ["reasons"]
    in_public = drafted(april, public=True).reported[1].decision
    assert in_public.reasons.startswith("Unntatt offentlighet (offl. § 13")
    said = lines(april, "nn")
    assert any(line.startswith("Vedteke 30. mars 2026 av Bjørg Ødegård") for line in said)
    assert "Rådet godkjenner" not in " ".join(said[said.index("Referatsaker: vedtak mellom møta, melde til rådet") :])


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_dissent_and_a_statement_stand_each_under_its_own_heading(april: April, language: Language) -> None:
    statements = drafted(april).cases[2].statements
    assert [(one.person.name, one.dissent) for one in statements] == [("Guro Hæreid", True), ("Toril Årø", False)]
    said, called = lines(april, language), HEADINGS[language]
    assert after(said, called["dissent"], "PS-3/26 Felles").startswith("Guro Hæreid: Distrikta")
    assert after(said, called["statement"], "PS-3/26 Felles").startswith("Toril Årø: Eg støttar")
    assert after(said, called["voting"], "PS-4/26 Drone").endswith("(4–0).")
    assert after(said, called["recusal"], "PS-6/26 Digitale").startswith(called["asked"])


def test_who_sits_for_the_recused_in_one_case_stands_with_the_recusal_and_votes_there(april: April) -> None:
    case = drafted(april).cases[3]
    (recusal,), (voting,) = case.recusals, case.votings
    assert recusal.substitute is not None
    assert (recusal.person.name, recusal.substitute.name) == ("Pål Myklebust", "Stig Vågø")
    assert {ballot.person.name for ballot in voting.ballots} >= {"Stig Vågø"}
    assert "Stig Vågø møtte for Pål Myklebust i saken." in " ".join(lines(april, "nb"))


def test_the_minutes_say_when_the_call_went_out_and_that_the_meeting_was_moved_since_and_why(april: April) -> None:
    """Kommuneloven § 11-3: notice; what the minutes say of it is what the members were told."""
    minutes = drafted(april)
    (moved,) = minutes.moved
    assert (str(minutes.notice), minutes.starts, minutes.place) == (
        "2026-03-24",
        "2026-04-08T09:00:00+02:00",
        "Kommunestyresalen",
    )
    assert (moved.starts, moved.place, str(moved.told)) == (
        "2026-04-07T09:00:00+02:00",
        "Formannskapssalen, Molde rådhus",
        "2026-03-27",
    )
    where = "7. april 2026 kl. 09.00, Formannskapssalen, Molde rådhus"
    assert (
        f"Innkalling sendt 24. mars 2026 Flyttet Fra {where}. Varslet 27. mars 2026. "
        "Grunn: Formannskapet treng salen." in page(april, "nb")
    )
    assert f"Flytta Frå {where}. Varsla 27. mars 2026. Grunn: Formannskapet treng salen." in page(april, "nn")


def test_a_case_that_was_struck_stands_under_the_agenda_with_the_day_and_the_reason(april: April) -> None:
    minutes = drafted(april)
    (struck,) = minutes.struck
    assert struck.number not in {case.number for case in minutes.cases}
    assert (struck.number, struck.title, struck.reason) == ("PS-7/26", TITLES["skilt"], "Kostnaden er ikkje greidd ut.")
    assert (struck.struck or "")[:10] == "2026-04-01"
    row = "PS-7/26 Digitale skilt ved Moldebadet 1. april 2026 Kostnaden er ikkje greidd ut."
    said = {
        "nb": "Trukket fra sakslisten før møtet Saksnr. Sak Trukket Grunn",
        "nn": "Trekt frå saklista før møtet Saksnr. Sak Trekt Grunn",
    }
    for language, heading in said.items():
        assert f"{heading} {row}" in page(april, language)


@pytest.mark.requirement("R54")
def test_the_decisions_of_other_bodies_that_the_case_leans_on_stand_with_their_numbers_and_days(april: April) -> None:
    """R54: one noted before the meeting, one told together with the decision."""
    decision = drafted(april).cases[1].decision
    assert decision is not None
    assert [(one.purpose, one.body, one.reference) for one in decision.political] == [
        ("carry-out", "Formannskapet", "PS-14/26"),
        ("put-into-use", "Kommunestyret", "PS-21/26"),
    ]
    for language in ("nb", "nn"):
        said = " ".join(lines(april, language))
        assert "om gjennomføring: Formannskapet, sak PS-14/26, 17. mars 2026" in said
        assert "om å ta i bruk: Kommunestyret, sak PS-21/26, 26. mars 2026" in said

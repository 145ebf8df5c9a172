"""The minutes of a meeting, as a secretary would read them: what is in them, and that they are the same every time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from pypdf import PdfReader

from contracts.acting import Role
from contracts.commands import council as do
from contracts.generate.__main__ import SCHEMAS
from contracts.minutes import Minutes
from contracts.queries.minutes import DraftMinutes
from services.council.minutes import setting
from tests.services.council import meeting_of_march
from tests.services.council.chamber import text_of
from tests.services.council.desk import AtTheDesk, body
from tests.services.council.meeting_of_march import March, at, council_of, held
from tests.services.council.town import Town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.events.minutes import Language


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Iterator[March]:
    """The meeting, to read of only."""
    town = Town.at(tmp_path_factory.mktemp("march"))
    yield held(town)
    town.ledger.close()


@pytest.fixture
def fresh(molde: Town) -> March:
    """The meeting, to go on from."""
    return held(molde)


def drafted(march: March, language: Language = "nn", *, public: bool = False) -> Minutes:
    query = DraftMinutes(meeting=march.meeting, language=language, public=public, media_type="application/json")
    return Minutes.model_validate_json(body(AtTheDesk(march.town).ask(query)))


def pdf(march: March, language: Language = "nn", *, public: bool = False) -> bytes:
    return body(AtTheDesk(march.town).ask(DraftMinutes(meeting=march.meeting, language=language, public=public)))


def names(people: Any) -> list[str]:
    return [person.name for person in people]


def test_the_minutes_say_when_and_where_the_meeting_was_and_who_called_it_when(march: March) -> None:
    """Kommuneloven § 11-4: time and place."""
    minutes = drafted(march)
    assert (minutes.opened, minutes.ended) == ("2026-03-04T09:34:00+01:00", "2026-03-04T11:31:00+01:00")
    assert (minutes.place, minutes.remote) == ("Formannskapssalen, Molde rådhus", False)
    assert minutes.notice.isoformat() == "2026-02-24"
    assert (minutes.municipality, minutes.council) == ("Molde kommune", "Innovasjonsrådet i Molde")
    assert minutes.mandate is not None
    assert minutes.mandate.case_reference == "PS-27/22"


def test_the_minutes_say_who_was_there_who_was_not_and_who_came_and_went(march: March) -> None:
    """Kommuneloven § 11-4: present and absent."""
    minutes = drafted(march)
    listed = [
        (one.person.name, one.as_, one.votes, one.present, len(one.arrived), len(one.left))
        for one in minutes.attendance
    ]
    assert listed == [
        ("Bjørg Ødegård", "leader", True, True, 0, 0),
        ("Åre Sæther", "deputy", True, True, 0, 0),
        ("Guro Hæreid", "member", True, True, 0, 1),
        ("Pål Myklebust", "member", True, False, 1, 0),
        ("Toril Årø", "member", True, False, 0, 0),
        ("Rønnaug Osen", "ror", False, True, 0, 0),
        ("Stig Vågø", "substitute", True, False, 1, 0),
    ]
    stand_in = minutes.attendance[-1].substitute_for
    assert stand_in is not None
    assert stand_in.name == "Toril Årø"
    assert (minutes.seats, minutes.quorate) == (5, True)
    assert names(one.person for one in minutes.chairs) == ["Bjørg Ødegård"]


def test_each_case_stands_in_the_order_of_the_agenda_with_its_number_and_what_became_of_it(march: March) -> None:
    """Kommuneloven § 11-4: the cases and the decisions."""
    cases = drafted(march).cases
    assert [(case.place, case.number) for case in cases] == [(n, f"PS-{n}/26") for n in range(1, 6)]
    outcomes = [case.decision.outcome if case.decision else case.fate for case in cases]
    assert outcomes == ["approved", "declined", "deferred", "approved", "not-reached"]


def test_who_voted_what_stands_by_name_and_how_a_tie_was_broken(march: March) -> None:
    """Kommuneloven § 11-4: who voted what; § 11-9: the vote of the meeting's chair breaks a tie."""
    case = drafted(march).cases[1]
    (voting,) = case.votings
    assert [(one.person.name, one.vote) for one in voting.ballots] == [
        ("Guro Hæreid", "for"),
        ("Pål Myklebust", "for"),
        ("Bjørg Ødegård", "against"),
        ("Stig Vågø", "against"),
    ]
    assert case.decision is not None
    assert case.decision.tie_broken_by is not None
    assert case.decision.tie_broken_by.name == "Bjørg Ødegård"


def test_a_recusal_stands_with_its_ground_but_not_with_what_the_member_told_of_it(march: March) -> None:
    """Forvaltningsloven § 6."""
    minutes = drafted(march)
    (recusal,) = minutes.cases[1].recusals
    assert (recusal.person.name, recusal.ground, recusal.raised, recusal.recused) == (
        "Åre Sæther",
        "leads",
        "declared",
        True,
    )
    assert "Styreleiar" not in minutes.model_dump_json()


@pytest.mark.requirement("R6", "R11", "R12", "R15")
def test_a_decision_stands_with_form_route_conditions_responsible_and_deadline(march: March) -> None:
    """R6, R11, R12, R15."""
    decision = drafted(march).cases[0].decision
    assert decision is not None
    assert (decision.form, decision.route, decision.strength) == ("project", "inter-municipal", "shall")
    assert decision.responsible is not None
    assert decision.responsible.name == "Guro Hæreid"
    assert str(decision.deadline) == "2026-10-01"
    assert len(decision.conditions) == len(decision.priorities) == 2


def test_the_recommendation_that_lay_before_the_meeting_stands_with_who_gave_it(march: March) -> None:
    recommendation = drafted(march).cases[0].recommendation
    assert recommendation is not None
    assert (recommendation.outcome, recommendation.reasons) == ("approved", "Tilrådd: nyttig i alle kommunane.")
    assert drafted(march).cases[1].recommendation is None


def test_a_case_that_was_deferred_is_told_in_each_meeting_as_it_went_there(fresh: March) -> None:
    town, case = fresh.town, fresh.cases["sensor"]
    april = at(8, 30).replace(month=4)
    later = town.send(do.CallMeeting(at=april, starts=april, agenda=(case,)))
    town.send(do.OpenMeeting(at=april, meeting=later, present=("bjorg", "are", "guro")))
    town.send(do.TakeUpCase(at=april, case=case, meeting=later))
    votes = tuple(do.Ballot(member=member, vote="against") for member in ("bjorg", "are", "guro"))
    town.send(do.DecideCase(at=april, case=case, outcome="declined", reasons="For dyrt.", votes=votes))
    first, second = drafted(fresh).cases[2], drafted(March(town, later, {})).cases[0]
    assert first.decision is not None
    assert second.decision is not None
    assert (first.decision.outcome, second.decision.outcome) == ("deferred", "declined")
    assert [len(voting.ballots) for voting in second.votings] == [3]
    assert drafted(March(town, later, {})).opened == "2026-04-04T10:30:00+02:00"  # summer time


def test_a_meeting_adjourned_before_it_was_opened_was_not_held_nor_called_off(molde: Town) -> None:
    council_of(molde)
    meeting = molde.send(do.CallMeeting(at=meeting_of_march.CALLED, starts=meeting_of_march.STARTS))
    molde.send(do.AdjournMeeting(at=at(8, 50), meeting=meeting, reason="For få møtte"))
    march = March(molde, meeting, {})
    minutes = drafted(march)
    assert (minutes.opened, minutes.adjourned, minutes.cases) == (None, "For få møtte", ())
    text = text_of(pdf(march))
    assert "Møtet vart ikkje sett: For få møtte." in text
    for untrue in ("avlyst", "Ingen møtte", "Til stades", "heva", "avbrote"):
        assert untrue not in text


def test_a_meeting_that_was_called_off_has_minutes_too(molde: Town) -> None:
    council_of(molde)
    meeting = molde.send(do.CallMeeting(at=meeting_of_march.CALLED, starts=meeting_of_march.STARTS))
    molde.send(do.CancelMeeting(at=meeting_of_march.CALLED, meeting=meeting, reason="Ingen saker"))
    text = text_of(pdf(March(molde, meeting, {})))
    assert "Møtet vart avlyst: Ingen saker." in text
    assert "ikkje sett" not in text


@pytest.mark.parametrize(("language", "said"), [("nb", "Votering over utsettelse"), ("nn", "Røysting over utsetjing")])
def test_the_page_has_names_votes_and_letters_in_bokmaal_and_in_nynorsk(march: March, language: Any, said: str) -> None:
    """Språklova: both written forms."""
    text = text_of(pdf(march, language))
    for word in ("Bjørg Ødegård", "Åre Sæther", "Guro Hæreid", "Sensorar i søppeldunkar", said, "Side 1 av 3"):
        assert word in text
    assert "{" not in text


def test_the_json_is_what_its_published_schema_says(march: March) -> None:
    schema = json.loads((SCHEMAS / "documents" / "loypa-minutes-1.json").read_text("utf-8"))
    for public in (False, True):
        jsonschema_rs.validate(schema, json.loads(drafted(march, public=public).model_dump_json()))


def test_both_languages_say_the_same_things() -> None:
    words = [
        json.loads((Path(setting.__file__).parent / f"words.{one}.json").read_text("utf-8")) for one in ("nb", "nn")
    ]

    def shape(value: Any) -> Any:
        return {key: shape(part) for key, part in value.items()} if isinstance(value, dict) else type(value)

    assert shape(words[0]) == shape(words[1])


def test_the_pdf_is_for_the_archive_and_for_everybody(march: March) -> None:
    """PDF/A-2a (arkivlova) and PDF/UA-1 (WCAG): both, with language, title, tags and its fonts in it."""
    reader = PdfReader(BytesIO(pdf(march)))
    root: Any = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("nn-NO", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Møteprotokoll, Innovasjonsrådet i Molde, 4. mars 2026"
    assert reader.metadata.creation_date == at(10, 31)
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert all("/FontFile3" in font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts)
    assert {str(font["/BaseFont"]).split("+")[1].split("-")[0] for font in fonts} == {"LibertinusSerif"}


def test_the_same_record_gives_the_same_bytes(march: March) -> None:
    assert pdf(march) == pdf(march)
    assert drafted(march).model_dump_json() == drafted(march).model_dump_json()


def test_another_process_on_another_clock_in_another_zone_gives_the_same_bytes(march: March) -> None:
    code = (
        "import sys, hashlib\n"
        "from contracts.minutes import Minutes\n"
        "from services.council.minutes import setting\n"
        "read = Minutes.model_validate_json(sys.stdin.read())\n"
        "print(setting.as_pdf(read).sha256, setting.as_json(read).sha256)\n"
    )
    minutes = drafted(march)
    elsewhere = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1", "HOME": "/nonexistent"}
    said = subprocess.run(
        [sys.executable, "-c", code],
        input=minutes.model_dump_json(),
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **elsewhere},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = [hashlib.sha256(file).hexdigest() for file in (pdf(march), setting.as_json(minutes).body)]
    assert said.stdout.split() == expected


def test_names_are_opened_on_record_and_only_to_those_entitled(fresh: March) -> None:
    """The names of members are sealed in the events: who reads a draft is on record, with why."""
    desk = AtTheDesk(fresh.town)
    query = DraftMinutes(meeting=fresh.meeting, purpose="Les korrektur")
    assert desk.ask(query, Role.CASEWORKER, "bert") == desk.ask(query, Role.MANAGER, "bert") == "NotAllowed"
    assert desk.recorded("PersonalDataUnsealed") == []
    desk.ask(query)
    (opened,) = desk.recorded("PersonalDataUnsealed")
    assert (opened.actor, opened.data.purpose) == ("molde/portal/siv", "Les korrektur")
    assert len(opened.data.refs) == 11  # eight people, and the reasons, the condition and the priority that are exempt


def test_to_another_municipality_there_is_no_such_meeting(march: March) -> None:
    assert AtTheDesk(Town(march.town.ledger, "aukra")).ask(DraftMinutes(meeting=march.meeting)) == "NotFound"

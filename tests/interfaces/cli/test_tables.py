"""How views and things look in a terminal: nothing is lost, 0 is 0, and what is sealed says so."""

from __future__ import annotations

import pytest
from rich.console import Console

from interfaces.cli import tables, things
from interfaces.cli.forms import each_form
from interfaces.cli.operating import SHOWN, apart
from interfaces.cli.printing import table

IDEA = {
    "idea": "a65c617f-e6ca-5f78-b3d6-bca90db3f3f5",
    "municipality": "aukra",
    "title": "Vassmåling i sanntid",
    "kind": "need",
    "state": "decided",
    "submitted": "2025-11-10",
    "waiting_days": 0,
    "number": "PS-1/25",
    "decided": "2025-12-10",
    "outcome": "approved",
    "form": "project",
    "route": "pilot",
    "strength": "shall",
    "responsible": "au-1101",
}
COUNTS = {
    "municipality": "aukra",
    "submitted": 1,
    "by_kind": {"need": 1},
    **dict.fromkeys(("waiting", "longest_wait", "decided", "running", "stopped_with_lesson", "completed"), 0),
    "benefits_planned": 0,
    "benefits_realised": 0,
    **dict.fromkeys(("by_employees", "employees_decided", "employees_begun"), 0),
    "days_to_decision": None,
}
SEALED = {"ref": "5906270f-3c8a-582d-ad8b-30a7b16ac17e", "digest": "ab", "retention": "content"}


def shown(made, width: int = 120) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        for each in made:
            console.print(each)
    return capture.get()


def coordination(**changed) -> dict:
    ideas = [IDEA | changed]
    return {
        "on": "2026-11-22",
        "total": 1,
        "ideas": ideas,
        "municipalities": [COUNTS],
        "councils": [],
        "late": [],
        "needs": [],
    }


def test_the_coordination_view_fits_a_terminal_of_120_and_of_180_columns():
    for width in (120, 180):
        text = shown(tables.view("coordination", coordination()), width)
        assert max(len(line.rstrip()) for line in text.splitlines()) <= width
        for word in ("Vassmåling", "PS-1/25", "2025-11-10", "2025-12-10", "approved", "au-1101"):
            assert word in text


@pytest.mark.parametrize(
    ("language", "called"), [("nn", "tenestedesign"), ("nb", "tjenestedesign"), ("en", "tjenestedesign")]
)
def test_a_form_of_the_councils_own_goes_by_its_name(monkeypatch: pytest.MonkeyPatch, language: str, called: str):
    monkeypatch.setenv("LOYPA_LANGUAGE", language)
    own = {"form": "service-design", "form_name": {"nb": "tjenestedesign", "nn": "tenestedesign"}}
    assert f"approved {called} pilot shall" in shown(tables.view("coordination", coordination(**own)), 200)
    assert "approved hackathon pilot" in shown(tables.view("coordination", coordination(form="hackathon")), 200)
    (made,) = things.thing("case", {"number": "PS-1/26", **own})
    said = shown([made])
    assert f"Form {called}" in " ".join(said.split())
    assert "service-design" not in said
    rules = {"forms": ["project", "service-design"], "form_names": [{"key": "service-design", **own["form_name"]}]}
    assert each_form(rules) == ["project", f"{called} (service-design)"]


def test_nought_is_shown_as_0_on_the_right_and_nothing_as_nothing():
    line = shown(tables.view("coordination", coordination()), 130).splitlines()[3]
    assert line.split() == ["aukra", "1", "0", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0"]


def test_a_title_that_another_municipality_keeps_to_itself_is_said_to_be_so():
    assert tables.NOT_SHOWN in shown(tables.view("coordination", coordination(title=None)), 180)


def test_brackets_are_no_markup_and_data_does_not_steer_the_terminal():
    text = shown([table("[/bold]", ("A",), [("[red]x[/]",), ("\x1b[2Jy",)])])
    assert "[/bold]" in text
    assert "[red]x[/]" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("turn", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_data_does_not_turn_the_direction_of_what_stands_beside_it(turn):
    text = shown([table(f"A{turn}", ("B",), [(f"PS-1{turn}/26",)])])
    assert turn not in text
    assert "PS-1\ufffd/26" in text


def test_a_sealed_field_shows_as_sealed_and_its_reference_does_not():
    text = shown(things.thing("idea of aukra", {"idea": IDEA["idea"], "problem": SEALED, "proposal": None}))
    assert "[sealed]" in text
    assert SEALED["ref"] not in text
    assert "Proposal" not in text


def test_a_history_is_a_table_of_its_own_without_what_stands_above():
    history = [{"time": "2025-11-10T07:00:00Z", "name": "IdeaSubmitted", "idea": IDEA["idea"], "position": 4}]
    text = shown(things.thing("idea", {"idea": IDEA["idea"], "history": history}))
    assert text.count(IDEA["idea"]) == 1
    assert "History" in text
    assert text.splitlines()[-1].split() == ["2025-11-10T07:00:00Z", "IdeaSubmitted", "4"]


def test_what_only_some_of_many_fields_have_stands_together_in_the_last_column():
    items = [
        {"turn": "received", "on": "2025-11-17", **dict.fromkeys("abcdef")},
        {"turn": "decided", "on": "2025-12-10", **dict.fromkeys("abcdef", "x")},
    ]
    text = shown(things.thing("idea", {"told": items}))
    assert "Further" in text
    assert "a x; b x; c x; d x; e x; f x" in text


def test_an_empty_answer_of_each_view_is_still_a_table():
    empty = {"on": "2026-11-22", "total": 0, "ideas": [], "municipalities": [], "councils": [], "late": [], "needs": []}
    empty |= {"councils": [], "activities": [], "kpis": []}
    for view in ("coordination", "council-history", "portfolio", "kpis"):
        assert shown(tables.view(view, empty)).strip()


def test_long_values_that_differ_are_shown_where_they_part() -> None:
    long = "x" * 500
    live, replayed = apart(f"{long}live{long}", f"{long}replayed{long}")
    assert live.startswith("…")
    assert live.endswith("…")
    assert ("live" in live, "replayed" in replayed) == (True, True)
    assert max(len(live), len(replayed)) <= SHOWN + 2


def test_short_values_that_differ_are_shown_whole_and_a_missing_one_is_empty() -> None:
    assert apart("approved", None) == ("approved", "")


def test_the_queue_says_in_words_why_a_case_has_its_place():
    row = dict.fromkeys(("rank", "reason", "statutory", "score", "recommended", "recommended_form")) | {
        "municipality": "aukra",
        "place": 1,
        "number": "PS-7/26",
        "title": "Vassmåling",
        "case": "c",
        "days": 0,
        "state": "waiting",
        "criteria": [{"criterion": "risk", "weight": 2, "score": None}],
        "understood": False,
    }
    known = {"statutory": "Plan- og bygningsloven § 21-4", "because": ["statutory", "not-scored"]}
    seen = shown(tables.view("queue", {"on": "2026-06-30", "cases": [row | known]}), width=200)
    for words in ("statutory: Plan- og bygningsloven § 21-4", "not scored, by time waited", "risk x2 -", " 0 "):
        assert words in seen
    assert "the problem is not described yet" in seen


def test_the_follow_up_shows_how_late_it_is_and_the_worst_light_of_the_last_report():
    row = dict.fromkeys(("form", "route", "strength", "responsible", "rank")) | {
        "municipality": "aukra",
        "number": "PS-7/26",
        "title": "Vassmåling",
        "decided": "2026-01-01",
        "outcome": "approved",
        "standing": "running",
        "since": "2026-01-02",
        "deadline": "2026-06-01",
        "late_days": 29,
        "benefits": 2,
        "reached": 0,
        "conditions": ["Meld tilbake"],
        "activity": {"status": {"on": "2026-04-01", "time": "yellow", "risk": "red", "summary": "red"}},
    }
    seen = shown(tables.view("follow-up", {"on": "2026-06-30", "decisions": [row]}), width=200)
    for words in ("running since 2026-01-02", "29", "2026-04-01 red", "0 of 2", "Meld tilbake"):
        assert words in seen

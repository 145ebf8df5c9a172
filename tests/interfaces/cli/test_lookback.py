"""What a council is asked for and does not have is said by name."""

from __future__ import annotations

import pytest

from contracts.door import NotFound
from interfaces.cli.lookback import must_be_there
from interfaces.cli.lookback_rows import Asked, mandate
from interfaces.cli.lookback_rows import agenda as agenda_rows
from interfaces.cli.lookback_tables import agenda
from interfaces.client import Denied

MEETING = "0126d7e3-aee5-5a9c-a45c-7e5d7cf95c77"
COUNCIL = {
    "cases": [{"case": "c", "number": "PS-3/26", "title": "Nattilsyn"}],
    "meetings": [{"meeting": MEETING}],
}


@pytest.mark.parametrize("asked", [{"case": "PS-999/26"}, {"meeting": "another"}])
def test_a_case_or_a_meeting_that_there_is_not_is_refused_and_not_told_of_as_empty(asked: dict[str, str]) -> None:
    with pytest.raises(Denied) as denied:
        must_be_there(Asked(council=COUNCIL, follow_up=[], today="2026-03-04", **asked))
    assert denied.value.refusal == NotFound(*next(iter(asked.items()))).on_the_wire()


def test_a_case_and_a_meeting_that_there_are_are_told_of() -> None:
    must_be_there(Asked(council=COUNCIL, follow_up=[], today="2026-03-04", case="PS-3/26", meeting=MEETING))


@pytest.mark.parametrize(
    ("starts", "told"),
    [("2026-03-04T08:00:00Z", "2026-03-04T09:00+01:00"), ("2026-07-01T22:30:00Z", "2026-07-02T00:30+02:00")],
)
def test_an_agenda_has_the_time_of_its_meeting_by_the_clocks_of_norway(starts: str, told: str) -> None:
    row = {"meeting": MEETING, "starts": starts, "place": None, "state": "called", "item": 1, "outcome": None}
    (table,) = agenda({"name": "Rådet", "on": "2026-03-01"}, [row | {"number": "PS-3/26", "title": "Sak"}], {})
    assert told in str(table.title)
    assert "(called, as of 2026-03-01)" in str(table.title)  # not that the call went out then


def test_what_was_struck_from_an_agenda_stands_after_it_with_the_reason_unless_it_came_back() -> None:
    cases = [
        {"case": key, "number": f"PS-{place}/26", "title": key.title(), "decisions": [], "withdrawn": None}
        for place, key in enumerate(("lys", "drone", "buss"), start=1)
    ]
    struck = [{"case": key, "struck": "2026-03-02", "reason": "Ikkje klar"} for key in ("drone", "buss", "drone")]
    held = {"meeting": MEETING, "starts": "2026-03-04T08:00:00Z", "place": None, "state": "called"}
    council = {"cases": cases, "meetings": [held | {"agenda": ["buss", "lys"], "struck": struck}]}
    rows = agenda_rows(Asked(council=council, follow_up=[], today="2026-03-04"))
    assert [(row["item"], row["number"], row["outcome"], row["reason"]) for row in rows] == [
        (1, "PS-3/26", None, None),
        (2, "PS-1/26", None, None),
        (None, "PS-2/26", "struck", "Ikkje klar"),
    ]
    (table,) = agenda({"name": "Rådet", "on": "2026-03-04"}, rows, {})
    assert str(list(table.columns[3].cells)[-1]) == "struck: Ikkje klar"


def test_what_went_to_another_meeting_stands_after_the_agenda_as_moved_there() -> None:
    case = {"case": "lys", "number": "PS-1/26", "title": "Lys", "decisions": [], "withdrawn": None}
    held = {"meeting": MEETING, "starts": "2026-03-04T08:00:00Z", "place": None, "state": "called", "agenda": []}
    other = held | {"meeting": "other", "starts": "2026-03-20T08:00:00Z", "agenda": ["lys"], "struck": []}
    moved = {"case": "lys", "struck": "2026-03-02", "reason": None, "moved_to": "other"}
    council = {"cases": [case], "meetings": [held | {"struck": [moved]}, other]}
    (row,) = agenda_rows(Asked(council=council, follow_up=[], today="2026-03-04"))
    (table,) = agenda({"name": "Rådet", "on": "2026-03-04"}, [row], {})
    assert [*map(str, table.columns[3].cells)] == ["moved: to the meeting of 2026-03-20"]


def test_the_edition_in_force_is_the_last_that_has_begun_and_is_not_taken_back() -> None:
    dates = (("2026-01-01", None), ("2026-03-01", "2026-05-01"), ("2026-06-01", "2026-05-02"))
    editions = [
        {"edition": number, "in_force": begins, "withdrawn": ended}
        for number, (begins, ended) in enumerate(dates, start=1)
    ]
    for today, told in (
        ("2025-12-31", []),
        ("2026-02-28", [1]),
        ("2026-03-01", [2]),
        ("2026-04-30", [2]),
        ("2026-05-01", [1]),
        ("2026-06-01", [1]),
    ):
        rows = mandate(Asked(council={"mandates": editions}, follow_up=[], today=today))
        assert [row["edition"] for row in rows] == told

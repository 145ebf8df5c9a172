"""What a council is asked for and does not have is said by name."""

from __future__ import annotations

import pytest

from contracts.door import NotFound
from interfaces.cli.lookback import must_be_there
from interfaces.cli.lookback_rows import Asked
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


@pytest.mark.parametrize(("starts", "told"), [("2026-03-04T08:00:00Z", "09:00"), ("2026-07-01T22:30:00Z", "00:30")])
def test_an_agenda_has_the_time_of_its_meeting_by_the_clocks_of_norway(starts: str, told: str) -> None:
    row = {"meeting": MEETING, "starts": starts, "place": None, "state": "called", "item": 1, "outcome": None}
    (table,) = agenda({"name": "Rådet", "on": "2026-03-01"}, [row | {"number": "PS-3/26", "title": "Sak"}], {})
    assert told in str(table.title)
    assert "Z" not in str(table.title).split("\n")[0]

"""What `loypa feed` is told to show."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from interfaces.cli.common import Wrong
from interfaces.cli.following import Shown, _read, _say_beyond, event_name, positions
from runtime.follower import Batch


def test_an_event_goes_by_its_name_or_its_whole_type():
    assert event_name("CouncilDecided") == "CouncilDecided"
    assert event_name("no.loypa.council.CouncilDecided.v1") == "CouncilDecided"


def test_an_unknown_event_is_answered_with_those_that_are_close():
    with pytest.raises(Wrong, match="close to it: IdeaSubmitted"):
        event_name("ideasubmited")


def test_positions_are_given_one_by_one_or_as_status_prints_them():
    assert positions(["intake:812", "council:97"]) == {"intake": 812, "council": 97}
    assert positions(["intake:812 council:97", "portfolio:1,reporting:2"]) == {
        "intake": 812,
        "council": 97,
        "portfolio": 1,
        "reporting": 2,
    }


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("intak:3", "there is no service 'intak'; there are intake, council"),
        ("intake", "SERVICE:POSITION"),
        ("intake:x", "SERVICE:POSITION"),
        ("intake:-1", "SERVICE:POSITION"),
    ],
)
def test_a_position_that_is_none_is_refused(given, says):
    with pytest.raises(Wrong, match=says):
        positions([given])


@pytest.mark.parametrize("batches", [(), (("1",),), (("1", "2"), (), ("3",))])
def test_what_has_an_end_can_be_one_document_and_what_is_followed_is_a_line_each(capfdbinary, batches):
    def printed(output, *, follow):
        shown = Shown(None, None, output, follow)
        shown.begin()
        for batch in batches:
            any_events: tuple[Any, ...] = batch  # what is shown of them here is their bytes
            shown.show(Batch(any_events, caught_up=True, raw=tuple(f'{{"n":{n}}}'.encode() for n in batch)))
        shown.end()
        return capfdbinary.readouterr().out

    numbers = [int(n) for batch in batches for n in batch]
    assert [each["n"] for each in json.loads(printed("json", follow=False))] == numbers
    for lines in (printed("json", follow=True), printed("ndjson", follow=False)):
        assert [json.loads(line)["n"] for line in lines.splitlines()] == numbers


class Quiet:
    """A follower of a stream in which nothing happens."""

    unhealthy = ""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def batches(self):
        self.asked.set()
        await asyncio.Event().wait()
        yield


async def test_ctrl_c_while_nothing_comes_is_the_end_and_no_error():
    quiet: Any = Quiet()
    reading = asyncio.create_task(_read(quiet, {}, {}, Shown(None, None, "ndjson", follow=True)))
    await quiet.asked.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


def test_who_follows_from_a_position_to_come_is_told_once_that_it_is_waited_for(capsys):
    ahead = {"intake": 900, "council": 97, "portfolio": 4}
    for _ in range(2):
        _say_beyond(ahead, {"intake": 812, "council": 97}, follow=True)
    assert capsys.readouterr().err.splitlines() == [
        "--from intake:900: the record has come to intake:812; what comes after 900 is waited for",
        "--from portfolio:4: the record has come to portfolio:0; what comes after 4 is waited for",
    ]

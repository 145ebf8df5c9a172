"""The commands on a running installation: ideas taken in, followed in the feed, seen in views, shown one by one."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.progress import Progress

from interfaces.cli.common import Common
from interfaces.cli.importing import Intake, _decided, _outcomes
from interfaces.cli.sheet import Sheet, columns
from interfaces.client import operator
from interfaces.installation import Installation
from tests import warm

if TYPE_CHECKING:
    from interfaces.client import Operator
    from tests.interfaces.cli.installation import Loypa, Ran

MADRID = Path(__file__).parents[4] / "shared" / "data" / "decide-madrid" / "proposals.csv"
FREE_TEXT = "Far måtte vente i tre timer på legevakta"
SMALL = f"id,title,problem,kind\nA-1,Kortere ventetid,{FREE_TEXT},need\nA-2,Lånesykler,Bilen er dyr,idea\n"


@pytest.fixture(scope="module")
def small(loypa: Loypa, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of two ideas that have been taken in to Rauma."""
    file = tmp_path_factory.mktemp("csv") / "small.csv"
    file.write_text(SMALL)
    taken = loypa.take_in(file, "--map", "kind=kind", municipality="1539")
    assert taken.code == 0, taken.err
    assert (taken.json["lines"], taken.json["new"], taken.json["already"]) == (2, 2, 0)
    return file


def feed(loypa: Loypa, *words: str) -> Ran:
    ran = loypa("feed", "--output", "ndjson", *words)
    assert ran.code == 0, ran.err
    return ran


def test_running_an_import_again_changes_nothing(loypa, small):
    before = feed(loypa)
    again = loypa.take_in(small, "--map", "kind=kind", municipality="rauma")
    assert again.code == 0
    assert (again.json["accepted"], again.json["new"], again.json["already"]) == (2, 0, 2)
    assert feed(loypa).out == before.out


def test_a_line_that_is_not_accepted_is_named_with_its_rule_and_field_and_the_others_are_taken_in(loypa, tmp_path):
    file = tmp_path / "mixed.csv"
    file.write_text("id,title,problem,kind\nB-1,God,P,idea\nB-2,Gal,P,tanke\nB-3,,P,idea\n")
    ran = loypa.take_in(file, "--map", "kind=kind", system="portal", municipality="vestnes")
    assert ran.code == 1
    assert (ran.json["accepted"], ran.json["not_accepted"]) == (1, 2)
    wrong_kind, no_title = ran.json["rejected"]
    assert (wrong_kind["line"], wrong_kind["id"], wrong_kind["rule"]) == (3, "B-2", "Invalid")
    assert "kind" in wrong_kind["says"]
    assert "'idea', 'need' or 'wish'" in wrong_kind["says"]
    assert (no_title["line"], no_title["id"]) == (4, "B-3")
    assert "title" in no_title["says"]


def test_another_content_under_a_known_id_is_a_conflict_each_time_and_the_first_stands(loypa, small, tmp_path):
    file = tmp_path / "changed.csv"
    file.write_text(SMALL.replace("Lånesykler", "Leiesykler"))
    for _ in range(2):
        ran = loypa.take_in(file, "--map", "kind=kind", municipality="1539")
        assert ran.code == 1
        assert [(each["line"], each["rule"]) for each in ran.json["rejected"]] == [(3, "IdConflict")]
    assert small.read_text() == SMALL


def test_a_line_is_never_accepted_because_another_claim_took_its_id_while_it_was_on_its_way(loypa, tmp_path):
    file = tmp_path / "overtaken.csv"
    file.write_text("id,title,problem\nO-1,Vårt,P\nO-2,Vårt óg,P\n")
    sheet = Sheet(file, columns(["id=id", "title=title", "problem=problem"]), "decide")

    class Overtaken(Intake):
        async def _publish(self, door, lines):
            (theirs, _) = Sheet(self.theirs, sheet.columns, "decide")
            await door.claim("IdeaSubmitted", theirs.body)
            while not _decided(await _outcomes([theirs], door)):  # noqa: ASYNC110 - the ledger tells nobody
                await asyncio.sleep(0.05)
            return await super()._publish(door, lines)

    async def run():
        with Progress(disable=True) as bar:
            intake = Overtaken(Common(data=loypa.data), "hustadvika", "decide", bar, bar.add_task(""))
            intake.theirs = tmp_path / "theirs.csv"
            intake.theirs.write_text(file.read_text().replace("Vårt,", "Deres,"))
            return await intake.take_in(sheet, intake.common.running())

    tally = asyncio.run(run())
    assert (tally.lines, tally.new, tally.already) == (2, 1, 0)
    assert [(each.line, each.rule) for each in tally.rejected] == [(2, "IdConflict")]


def test_a_system_that_is_not_registered_is_named_with_those_that_are_and_none_is_made(loypa, small):
    ran = loypa.take_in(small, system="decid", municipality="vestnes")
    assert ran.code == 2
    assert "--system decid: vestnes has no such system; portal, sak, decide may claim IdeaSubmitted" in ran.err
    assert "loypa tenants add-system vestnes decid --claim IdeaSubmitted" in ran.err
    assert "decid:" not in loypa("tenants", "list").out


def test_a_system_that_may_not_claim_ideas_is_refused(loypa, small):
    ran = loypa.take_in(small, system="dvh")
    assert ran.code == 3
    assert "dvh of molde may not claim IdeaSubmitted; the registry lets it claim KpiRecorded" in ran.err


def test_a_file_that_cannot_be_read_ends_with_exit_code_2_and_claims_nothing(loypa, tmp_path):
    file = tmp_path / "wrong.csv"
    file.write_bytes("id,title,problem\nC-1,God,P\nC-2,Gal\xe5,P\n".encode("latin-1"))
    ran = loypa.take_in(file)
    assert ran.code == 2
    assert f"{file}, line 3: byte 34 of the file (0xe5) is not UTF-8" in ran.err
    assert ran.out == ""


def test_the_feed_holds_the_stored_events_of_one_municipality_and_type_and_no_free_text(loypa, small):
    everything = feed(loypa)
    assert FREE_TEXT not in everything.out
    assert "Kortere ventetid" in everything.out
    ran = feed(loypa, "--municipality", "1539", "--type", "IdeaSubmitted")
    assert {(each["tenant"], each["type"]) for each in ran.lines} == {("rauma", "no.loypa.intake.IdeaSubmitted.v1")}
    assert [each["data"]["title"] for each in ran.lines] == ["Kortere ventetid", "Lånesykler"]
    assert set(ran.out.splitlines()) < set(everything.out.splitlines())
    last = ran.lines[-1]
    later = feed(loypa, "--from", f"intake:{int(last['sequence']) - 1}", "--type", "IdeaSubmitted")
    assert later.lines[0]["id"] == last["id"]
    assert small.exists()


def test_from_a_position_that_is_not_reached_yet_it_is_said_where_the_record_is(loypa, small, tmp_path):
    head = max(int(each["sequence"]) for each in feed(loypa).lines if each["source"].endswith("/intake"))
    at_the_head = feed(loypa, "--from", f"intake:{head}", "--type", "IdeaSubmitted")
    assert (at_the_head.out, at_the_head.err) == ("", "")
    beyond = feed(loypa, "--from", f"intake:{head + 5}", "--from", "reporting:0", "--municipality", "1539")
    says = f"--from intake:{head + 5}: the record has come to intake:{head}; there is nothing after it"
    assert beyond.err.strip() == says
    file = tmp_path / "events.ndjson"
    file.write_text(feed(loypa, "--type", "IdeaSubmitted").out)
    last = max(int(json.loads(line)["sequence"]) for line in file.read_text().splitlines())
    kept = feed(loypa, "--from-file", str(file), "--from", f"intake:{head + 5}")
    assert (kept.out, kept.err.strip()) == ("", says.replace(f"intake:{head};", f"intake:{last};"))
    assert small.exists()


def test_a_municipality_without_a_council_has_no_calendar(loypa, small):
    ran = loypa("calendar", "--municipality", "1539")
    assert (ran.code, ran.out) == (2, "")
    assert "1539 had no innovation council" in ran.err
    assert ran.err.strip().endswith("[NoCouncilThen]")
    asked = loypa("council", "mandate", "--municipality", "1539", "--known-at", "2025-06-01", "--language", "nb")
    assert (asked.code, asked.out) == (2, "")
    assert "Det som var ført 2025-06-01T00:00:00Z, forteller ikke om noe innovasjonsråd i 1539 1.6.2025." in asked.err
    assert small.exists()


def test_what_a_view_knew_at_a_time_is_the_same_whatever_has_happened_since(loypa, small, tmp_path):
    moment = datetime.now(UTC) + timedelta(milliseconds=50)  # later than the last event, which may be stamped ahead
    time.sleep(0.1)
    words = ("view", "coordination", "--known-at", moment.isoformat(), "--output", "json")
    before = loypa(*words)
    assert before.code == 0
    assert "provisional" not in before.err
    ids = [idea["idea"] for idea in before.json["ideas"]]
    file = tmp_path / "later.csv"
    file.write_text("id,title,problem\nD-1,Senere,P\n")
    assert loypa.take_in(file, municipality="aukra").code == 0
    assert loypa(*words).out == before.out
    now = loypa("view", "coordination", "--output", "ndjson")
    assert len(now.lines) == len(ids) + 1
    assert small.exists()


@pytest.mark.parametrize("moment", ["2099-01-01", "2099-01-01T12:00:00+02:00"])
def test_what_the_record_will_hold_is_not_told(loypa, moment):
    ran = loypa("view", "kpis", "--known-at", moment)
    assert (ran.code, ran.out) == (2, "")
    assert f"--known-at {moment}" in ran.err
    assert "is to come" in ran.err


def test_as_of_a_time_is_as_of_its_date_in_utc(loypa):
    asked = ("2026-03-31", "2026-03-31T22:15:00", "2026-04-01T00:30:00+02:00")
    told = [loypa("view", "coordination", "--as-of", each).out.splitlines()[0] for each in asked]
    assert len(set(told)) == 1
    assert "2026-03-31" in told[0]


def test_an_idea_is_shown_wherever_it_is_with_its_free_text_sealed(loypa, small):
    (idea,) = (i for i in feed(loypa, "--type", "IdeaSubmitted").lines if i["data"]["title"] == "Kortere ventetid")
    ran = loypa("show", "idea", idea["subject"])
    assert ran.code == 0
    assert "idea of rauma" in ran.out
    assert "[sealed]" in ran.out
    assert "IdeaSubmitted" in ran.out
    assert FREE_TEXT not in ran.out
    assert small.exists()


def test_what_nobody_has_is_refused_and_what_is_no_id_is_wrong(loypa):
    ran = loypa("show", "activity", "00000000-0000-0000-0000-000000000001")
    assert ran.code == 3
    assert "00000000-0000-0000-0000-000000000001" in ran.err
    assert loypa("show", "idea", "forty-two").code == 2


def test_the_real_proposals_are_all_taken_in_once(loypa):
    if not MADRID.exists():
        pytest.skip(f"the data set is not at {MADRID}")
    maps = ("title=title", "problem=summary", "proposal=text", "id=code")
    words = ("--municipality", "1506", "--system", "decide", *(word for each in maps for word in ("--map", each)))
    first, again = (loypa("import", "ideas", MADRID, *words, "--output", "json") for _ in range(2))
    assert (first.code, first.json["accepted"], first.json["new"]) == (0, 80, 80)
    assert (again.code, again.json["accepted"], again.json["new"]) == (0, 80, 0)
    assert len(feed(loypa, "--municipality", "1506", "--type", "IdeaSubmitted").lines) == 80
    (molde,) = loypa("view", "coordination", "--municipality", "molde", "--output", "json").json["municipalities"]
    assert (molde["submitted"], molde["waiting"]) == (80, 80)


def test_an_import_that_is_killed_in_the_middle_is_run_again_and_takes_each_line_in_once(loypa, tmp_path):
    file = tmp_path / "killed.csv"
    ids = [f"{number:0200}" for number in range(300)]  # long, so that there are several chunks
    file.write_text("id,title,problem\n" + "".join(f"{id_},Avbrutt {int(id_)},P\n" for id_ in ids))
    maps = [word for field in ("id", "title", "problem") for word in ("--map", f"{field}={field}")]
    words = ["import", "ideas", str(file), "--municipality", "hustadvika", "--system", "decide", *maps]

    async def until_some_are_taken_in():
        async with operator(Installation.open(loypa.data).found()) as door, asyncio.timeout(60):
            before = await recorded(door)
            with (tmp_path / "killed.log").open("wb") as log:
                importing = warm.start([*words, "--data", str(loypa.data)], out=log, err=log)
            while await recorded(door) == before:  # noqa: ASYNC110 - a service tells nobody by itself
                await asyncio.sleep(0.01)
            importing.kill()
            importing.wait()

    asyncio.run(until_some_are_taken_in())
    again = loypa(*words, "--output", "json")
    assert again.code == 0, again.err
    assert (again.json["lines"], again.json["new"] + again.json["already"]) == (300, 300)
    assert again.json["already"] > 0
    told = feed(loypa, "--municipality", "hustadvika", "--type", "IdeaSubmitted").lines
    titles = Counter(each["data"]["title"] for each in told)
    assert [titles[f"Avbrutt {number}"] for number in range(300)] == [1] * 300


async def recorded(door: Operator) -> int:
    health = await door.health("intake")
    assert health is not None
    return health.recorded


def test_where_nothing_runs_it_is_said_with_exit_code_4(loypa, tmp_path):
    nowhere = type(loypa)(tmp_path)
    ran = nowhere("feed")
    assert ran.code == 4
    assert "nothing runs in" in ran.err

"""A council's year, played through the doors and interrupted once: complete, and told right for any day of it."""

from __future__ import annotations

import hashlib
import json
import shlex
import sqlite3
import time
import tomllib
from collections import Counter
from contextlib import closing
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from contracts import catalogue
from contracts.events.portfolio import LateReportNoticed
from runtime.deadlines import Deadlines
from runtime.ledger import Ledger
from services.portfolio.app import SERVICE
from services.portfolio.watching import PortfolioWatch
from tests import warm
from tests.docs.reading import ROOT, commands, missing
from tests.system.instance import Instance, instance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.acting import Acting
    from runtime.work import Work

PATIENCE = 240.0
"""Seconds the year may take on a busy machine."""

DAY = timedelta(days=1)
MOLDE = ("--municipality", "molde")


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("interfaces.demo.council_year") / f"{name}.toml").read_text("utf-8"))


TOLD = read("council")
CASES: list[dict[str, Any]] = read("cases")["cases"]
MEETINGS: list[date] = [told["starts"].date() for told in TOLD["meetings"]]
BY_COURSE = {course: [n for n, case in enumerate(CASES) if case.get("course", "approved") == course] for course in
             {case.get("course", "approved") for case in CASES}}  # fmt: skip


AGAIN = {"deferred": 1, "corrected": 1, "reversed": 1, "returned": 2}
"""How many meetings later a case comes back, by its course."""


def number(place: int) -> str:
    """The number of the case at a place in the file: the council gets them in that order, all in one year."""
    return f"PS-{place + 1}/25"


def pseudonym(who: str) -> str:
    return str(TOLD["people"][who]["id"])


def sat(day: date, **seat: bool) -> set[str]:
    """Who held a seat of a kind on a day."""
    return {
        pseudonym(member["who"])
        for member in TOLD["members"]
        if {kind for kind in ("ror", "substitute") if member.get(kind)} == {kind for kind, yes in seat.items() if yes}
        and member.get("from_", day) <= day <= member.get("until", day)
    }


# --- the year


def tell(it: Instance, enough: Callable[[], bool]) -> None:
    """Play on until it is enough."""
    log = it.data.parent / f"{it.data.name}.log"
    with log.open("ab") as out:
        it.process = warm.start(["demo", "--year", "--data", str(it.data)], out=out, err=out)
    deadline = time.monotonic() + PATIENCE
    while not enough():
        assert it.alive, it.log
        assert time.monotonic() < deadline, it.log
        time.sleep(0.05)


def wave(it: Instance) -> int:
    kept = it.data / "year.json"
    return int(json.loads(kept.read_bytes())["wave"]) if kept.exists() else 0


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The year, killed in the third meeting's time and told on from there."""
    with instance(tmp_path_factory.mktemp("council") / "year") as it:
        tell(it, lambda: wave(it) >= 15)
        it.kill()
        tell(it, lambda: "serves in" in it.log)
        it.settle()
        yield it


@pytest.fixture(scope="module")
def ask(year: Instance) -> Callable[..., list[dict[str, Any]]]:
    """What a command of `loypa council` tells."""

    def answer(what: str, on: date | None = None, *more: object) -> list[dict[str, Any]]:
        words = ("council", what, "--municipality", "molde", *(("--on", on) if on else ()), *more)
        rows: list[dict[str, Any]] = year.json(*words)[what]
        return rows

    return answer


# --- 1: it plays, and holds


@pytest.mark.requirement("R10", "R19")
def test_ten_meetings_are_held_and_minuted_and_sixty_cases_numbered_without_gap(year):
    counts = Counter(event["type"].split(".")[-2] for event in year.recorded("council"))
    assert counts["MeetingCalled"] == counts["MeetingClosed"] == counts["MinutesApproved"] == len(MEETINGS) == 10
    opened = [event["data"] for event in year.recorded("council") if ".CaseOpened." in event["type"]]
    assert [case["number"] for case in opened] == [number(place) for place in range(60)]
    public = {place for place in range(60) if place not in BY_COURSE["exempt"]}
    assert all(opened[place]["title"] == CASES[place]["title"] for place in public)
    decided = [event["data"]["case"] for event in year.recorded("council") if ".CouncilDecided." in event["type"]]
    twice = Counter(Counter(decided).values())
    again = sum(len(BY_COURSE[course]) for course in AGAIN) - 1  # the last one still waits
    assert twice == {1: 59 - again, 2: again}


def test_every_view_of_it_holds(year):
    year.verify()


# --- 2: any day of it


@pytest.mark.requirement("R8", "R9")
@pytest.mark.parametrize(
    "day",
    [
        MEETINGS[0],
        date(2025, 5, 31),
        date(2025, 6, 1),
        date(2025, 7, 31),
        date(2025, 8, 1),
        date(2025, 8, 14),
        date(2025, 8, 15),
    ],
)
def test_who_sat_is_told_on_and_around_each_change(ask, day):
    rows = ask("composition", day)
    by_seat = {seat: {row["member"] for row in rows if row["seat"] == seat} for seat in ("member", "ror", "substitute")}
    assert by_seat["member"] == sat(day)
    assert by_seat["ror"] == sat(day, ror=True)
    assert by_seat["substitute"] == sat(day, substitute=True)
    assert sum(row["seat"] == "vacant" for row in rows) == TOLD["rules"]["seats"] - len(sat(day))
    offices = {office: row["member"] for row in rows for office in row["offices"]}
    first, then = ("ingunn", "geir"), ("geir", "turid")
    leader, deputy = map(pseudonym, first if day < date(2025, 8, 1) else then)
    assert offices == {"leader": leader, "deputy": deputy, "secretary": pseudonym("live")}


@pytest.mark.requirement("R11", "R19")
def test_which_mandate_and_rules_were_in_force_changes_on_its_day_and_not_before(ask):
    edition = TOLD["edition"]
    for day in (edition["adopted"], edition["in_force"] - DAY):
        ((before,), (after,)) = ask("mandate", day), ask("mandate", edition["in_force"])
        assert (before["edition"], before["rules"]["notice_days"]) == (1, 7)
        assert (before["case_reference"], before["adopted"]) == ("PS-27/22", "2022-11-09")
        assert (after["edition"], after["rules"]["notice_days"]) == (2, 10)
        assert after["case_reference"] == number(BY_COURSE["mandate"][0])
        assert "service-design" in after["rules"]["forms"]
        assert "service-design" not in before["rules"]["forms"]
        names = {"key": "service-design", "nb": "tjenestedesign", "nn": "tenestedesign"}
        assert (before["rules"]["form_names"], after["rules"]["form_names"]) == ([], [names])


def on_agenda(meeting: int) -> list[int]:
    """What was put off or decided wrongly last time, what was returned the time before that, and what is new."""
    old = [place for course, later in AGAIN.items() for place in BY_COURSE[course] if place // 6 == meeting - later]
    fresh = (place for place in range(6 * meeting, 6 * meeting + 6) if place not in BY_COURSE["leader"])
    return sorted(old) + list(fresh)


def test_what_was_on_the_agenda_is_told_of_each_meeting_and_of_the_next_one_that_was_called(ask):
    for meeting in (0, 2, 4, 6, 9):
        rows = ask("agenda", MEETINGS[meeting])
        assert [row["number"] for row in rows] == [number(place) for place in on_agenda(meeting)]
        assert {row["state"] for row in rows} == {"closed"}
    ahead = ask("agenda", MEETINGS[3] - DAY)
    assert [row["number"] for row in ahead] == [number(place) for place in on_agenda(3)]
    assert {(row["state"], row["outcome"]) for row in ahead} == {("called", None)}
    assert ask("agenda", MEETINGS[3] - 15 * DAY) == []  # the call goes out two weeks before


def test_a_meeting_is_asked_of_by_its_day_or_by_its_id(ask, year):
    day = MEETINGS[2]
    (of,) = {row["meeting"] for row in ask("agenda", day)}
    for what in ("agenda", "decisions", "votes", "recusals"):
        assert ask(what, None, "--meeting", day) == ask(what, None, "--meeting", of), what
    assert {row["on"] for row in ask("votes", None, "--meeting", day)} == {str(day)}
    none = year.loypa("council", "votes", "--municipality", "molde", "--meeting", "2025-03-28", "--language", "nb")
    assert none.returncode == 2
    assert none.stderr.strip().endswith("[NoMeetingThatDay]")


def outcome(meeting: int, place: int) -> str | None:
    course, first = CASES[place].get("course", "approved"), place // 6 == meeting
    if course == "withdrawn":
        return None
    if course in {"deferred", "returned"} and first:
        return str(course)
    if course == "reversed" and not first:
        return "declined"
    known = {"declined": "declined", "declined-dissent": "declined", "formal": "formal", "mandate": "adopted"}
    return (known | {"line": "referred", "suppliers": "referred"}).get(course, "approved")


def why(meeting: int, place: int, made: str) -> str:
    """Under which word the file has the reasons."""
    course = CASES[place].get("course", "approved")
    anew = course in {"corrected", "reversed"} and place // 6 != meeting
    return str(course) if made == "referred" or anew else made


@pytest.mark.requirement("R6", "R27")
def test_what_was_decided_and_why_is_told_of_the_day_it_was(ask):
    every = ask("decisions")
    for meeting, day in enumerate(MEETINGS):
        rows = {row["number"]: row for row in every if row["on"] == str(day)}
        expected = {number(place): outcome(meeting, place) for place in on_agenda(meeting)}
        assert {label: row["outcome"] for label, row in rows.items()} == {
            label: made for label, made in expected.items() if made
        }
        for place in on_agenda(meeting):
            case, made = CASES[place], outcome(meeting, place)
            if case.get("course") == "exempt":
                continue  # its reasons, and the priorities they rest on, are not told
            if made:
                assert rows[number(place)]["reasons"] in TOLD[case.get("language", "nb")][why(meeting, place, made)]
            if made == "approved":
                assert rows[number(place)]["priorities"] == [TOLD["priorities"][case["area"]]]
    assert ask("decisions", MEETINGS[2]) == [row for row in every if row["on"] == str(MEETINGS[2])]
    assert ask("decisions", MEETINGS[2] - DAY) == []


def test_what_the_leader_decided_alone_has_its_own_day_and_no_votes_and_the_next_meeting_is_told(year, ask):
    for place in BY_COURSE["leader"]:
        (row,) = ask("decisions", MEETINGS[place // 6] - 13 * DAY)
        assert (row["number"], row["outcome"], row["votes"], row["meeting"]) == (number(place), "approved", "", None)
        assert row["reasons"] in TOLD[CASES[place].get("language", "nb")]["leader"]
        assert row["by_leader"] == pseudonym("ingunn" if place // 6 < 6 else "geir")
    told = [event["data"] for event in year.recorded("council") if ".LeaderDecisionReported." in event["type"]]
    assert len(told) == len(BY_COURSE["leader"]) == 2


def test_a_correction_and_a_reversal_point_to_the_decision_that_they_put_right_and_show_from_their_day(ask):
    for course in ("corrected", "reversed"):
        (place,) = BY_COURSE[course]
        first, then = ask("decisions", None, "--case", number(place))
        assert (then["corrects"], first["corrected"]) == (first["event"], then["on"])
        (alone,) = ask("decisions", MEETINGS[place // 6 + 1] - DAY, "--case", number(place))
        assert (alone["event"], alone["corrected"]) == (first["event"], None)


def test_what_is_exempt_from_publicity_is_not_told(ask):
    for place in BY_COURSE["exempt"]:
        (row,) = ask("decisions", None, "--case", number(place))
        assert row["reasons"].startswith("Unntatt offentlighet (offl. § 13")
        assert row["title"] == TOLD["nb"]["public_title"]


def voters(meeting: int) -> set[str]:
    away = {pseudonym(who) for who in TOLD["meetings"][meeting].get("absent", ())}
    return (sat(MEETINGS[meeting]) - away) | (sat(MEETINGS[meeting], substitute=True) if away else set())


def test_who_voted_what_is_told_with_substitutes_dissent_and_the_tie(ask):
    every = ask("votes")
    for meeting, day in enumerate(MEETINGS):
        for row in (row for row in every if row["on"] == str(day)):
            case = CASES[int(row["number"][3:-3]) - 1]
            course, recused = case.get("course", "approved"), set()
            if case.get("concerns") and course != "dismissed":
                recused = {pseudonym(case["concerns"])}
            assert set(row["recused"]) == recused
            assert set(row["for"]) | set(row["against"]) == voters(meeting) - recused
            lone = {"dissent": row["against"], "declined-dissent": row["for"]}.get(course)
            assert lone is None or len(lone) == 1
            assert row["unanimous"] == (course not in {"dissent", "declined-dissent", "tie"})
            leader = pseudonym("ingunn" if day < date(2025, 8, 1) else "geir")
            assert row["tie_broken_by"] == (leader if course == "tie" else None)
            instead = {pseudonym("bente"): pseudonym(who) for who in TOLD["meetings"][meeting].get("absent", ())}
            assert row["instead_of"] == instead
    assert ask("votes", MEETINGS[2]) == [row for row in every if row["on"] == str(MEETINGS[2])]


def test_who_was_recused_on_what_ground_is_told_both_ways(ask):
    ways = {"declared": "declared", "dismissed": "declared", "pointed-out": "pointed-out", "own": "of-itself"}
    expected = {
        (
            number(place),
            pseudonym(case["concerns"]),
            "kin" if case["course"] == "pointed-out" else "party",
            ways[case["course"]],
            case["course"] != "dismissed",
            MEETINGS[place // 6].isoformat(),
        )
        for place, case in enumerate(CASES)
        if "concerns" in case
    }
    told = ("number", "member", "ground", "how", "recused", "found")
    assert {tuple(row[name] for name in told) for row in ask("recusals")} == expected
    day = MEETINGS[4]
    assert {row["number"] for row in ask("recusals", day)} == {each[0] for each in expected if each[-1] == str(day)}
    assert ask("recusals", day - DAY) == []


@pytest.mark.requirement("R13", "R18")
def test_what_has_become_of_a_case_is_told_as_it_stood(ask):
    put_off = BY_COURSE["deferred"][0]
    held = MEETINGS[put_off // 6]

    def stands(day: date, place: int) -> str:
        ((row),) = ask("cases", day, "--case", number(place))
        return str(row["standing"])

    assert stands(held - DAY, put_off) == "tabled"
    assert stands(held, put_off) == "waiting"
    assert stands(MEETINGS[put_off // 6 + 1] - DAY, put_off) == "tabled"
    assert stands(MEETINGS[put_off // 6 + 1], put_off) == "running"
    assert stands(MEETINGS[9], BY_COURSE["withdrawn"][0]) == "withdrawn"
    assert stands(MEETINGS[9], BY_COURSE["declined"][0]) == "declined"
    done = 0  # completed the day after the third meeting
    assert [stands(day, done) for day in (MEETINGS[2], MEETINGS[2] + DAY)] == ["running", "completed"]
    assert len(ask("cases", MEETINGS[4])) == 30


def noticed_late(year: Instance, copy: Path, now: datetime) -> list[Any]:
    """What the portfolio notices of itself at that time, looking twice; in a copy of its ledger, as the year stays."""
    source = sqlite3.connect(f"file:{year.data / 'portfolio.ledger.sqlite'}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(copy)) as target:
        source.backup(target)

    def do(work: Work, command: Any, acting: Acting) -> None:
        SERVICE.commands[type(command)](work, command, acting)

    with closing(Ledger.open(f"sqlite:///{copy}", "portfolio", clock=lambda: now, salt=lambda: b"salt")) as ledger:
        for _ in range(2):
            deadlines = Deadlines(ledger, PortfolioWatch(), do, clock=lambda: now)
            deadlines.read()
            deadlines.notice()
        told = [catalogue.decode(stored.body).data for stored in ledger.read(0, 5000)]
    return [event for event in told if isinstance(event, LateReportNoticed)]


@pytest.mark.requirement("R13")
def test_an_activity_that_nobody_reports_on_in_time_is_noticed_by_itself_once(year, tmp_path):
    """The mandate's new edition asks for a report every 60 days; what is entered today is noticed from tomorrow on."""
    told = [event for event in year.recorded("portfolio") if event["type"].startswith("no.loypa.portfolio.")]
    last: dict[str, date] = {}
    for event in told:
        of, data = event["data"].get("activity"), event["data"]
        match event["type"].split(".")[3]:
            case "ActivityStarted" if data.get("report_days"):
                assert (data["report_days"], data["started"] >= str(TOLD["edition"]["in_force"])) == (60, True)
                last[of] = date.fromisoformat(data["started"])
            case "StatusReported" if of in last:
                last[of] = date.fromisoformat(data["on"])
            case "ActivityStopped" | "ActivityCompleted":
                last.pop(of, None)
    tomorrow = max(datetime.fromisoformat(event["recordedtime"]) for event in told) + DAY
    noticed = noticed_late(year, tmp_path / "portfolio.sqlite", tomorrow)
    assert {str(event.activity): event.since for event in noticed} == last
    assert len(noticed) == len(last) > 0
    assert {event.due - event.since for event in noticed} == {60 * DAY}
    assert min(event.due for event in noticed) < MEETINGS[-1]  # late while the council still met that year


def test_what_was_entered_later_does_not_show_in_what_was_known(year, ask):
    label = number(BY_COURSE["deferred"][0])
    entered = [
        datetime.fromisoformat(event["recordedtime"])
        for event in year.recorded("council")
        if ".CouncilDecided." in event["type"] and event["data"]["number"] == label
    ]
    for seen, moment in enumerate(entered):
        before = (moment - timedelta(microseconds=1)).isoformat()
        assert len(ask("decisions", None, "--case", label, "--known-at", before)) == seen
        assert len(ask("decisions", None, "--case", label, "--known-at", moment.isoformat())) == seen + 1


def test_people_are_named_for_a_purpose_that_is_on_record(year, ask):
    named = {row["member"]: row.get("name") for row in ask("composition", MEETINGS[0], "--purpose", "Årsmelding")}
    assert named[pseudonym("haavard")] == TOLD["people"]["haavard"]["name"]
    opened = [event["data"] for event in year.recorded("council") if ".PersonalDataUnsealed." in event["type"]]
    assert opened[-1]["purpose"] == "Årsmelding"


def test_the_page_on_it_shows_what_is_printed(year):
    shown = list(commands(ROOT / "docs" / "council.md"))
    assert len({one.line.split()[2] for one in shown}) == 7
    for one in shown:
        ran = year.loypa(*shlex.split(one.line)[1:])
        assert ran.returncode == 0, ran.stderr
        assert missing(one.prints, ran.stdout) is None, f"{missing(one.prints, ran.stdout)}\n{ran.stdout}"


def test_a_secretary_reads_it_as_tables(year):
    for what in ("composition", "mandate", "agenda", "decisions", "votes", "recusals", "cases"):
        ran = year.loypa("council", what, "--municipality", "molde", "--on", MEETINGS[2])
        assert ran.returncode == 0, ran.stderr
        assert "Innovasjonsrådet i Molde kommune" in ran.stdout
    ran = year.loypa("council", "decisions", "--municipality", "molde", "--on", MEETINGS[2] - DAY)
    assert f"the last before are of {MEETINGS[1]}" in ran.stderr
    assert year.loypa("council", "mandate", "--municipality", "molde", "--on", "2022-11-08").returncode == 2


# --- last, because it goes on from the year


@pytest.mark.requirement("R54", "R64")
def test_the_page_for_the_secretary_does_what_it_shows(year, tmp_path):
    """`loypa minutes`, and with `loypa send` publicity, the archive's references and other bodies' decisions."""
    for one in commands(ROOT / "docs" / "secretary.md"):
        words = [*shlex.split(one.line)[1:], "--data", str(year.data)]
        ran = warm.run(words, cwd=tmp_path)
        assert ran.returncode == one.ends, f"{one.line}\n{ran.stdout}{ran.stderr}"
        assert missing(one.prints, ran.stdout) is None, f"{one.line}\n{ran.stdout}"
    approved, public = tmp_path / "utkast.pdf", tmp_path / "protokoll.pdf"
    digests = {file["sha256"] for file in year.json("minutes", "show", MEETINGS[2], *MOLDE)["editions"][1]["files"]}
    assert {hashlib.sha256(file.read_bytes()).hexdigest() for file in (approved, public)} <= digests


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("minutes", "show", MEETINGS[2] + DAY), 2),
        (("minutes", "approve", MEETINGS[2], "--person", "mo-1041"), 2),
        (("minutes", "approve", MEETINGS[2], "--person", "mo-1041", "--file", ROOT / "README.md"), 2),
        (("minutes", "draft", MEETINGS[2], "--out", "/nowhere/utkast.pdf"), 2),
        (("minutes", "draft", MEETINGS[2], "--out", "utkast.pdf", "--language", "en"), 2),
        (("minutes", "publish", MEETINGS[2], "--person", "mo-2003"), 3),
    ],
)
def test_what_cannot_be_done_with_minutes_is_told(year, tmp_path, words, code):
    ran = warm.run([*map(str, words), *MOLDE, "--data", str(year.data)], cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (code, "")
    assert ran.stderr.startswith("loypa: ")
    assert list(tmp_path.iterdir()) == []

"""An auditor with a file and nothing else: views made anew, and what the record proves of itself."""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.events import council, intake
from contracts.events.record import PersonalDataErased, PersonalDataUnsealed
from contracts.identity import derive
from contracts.sealed import Retention, Sealed
from interfaces.cli import auditing
from interfaces.cli.common import Wrong
from interfaces.cli.elsewhere import Elsewhere, Source
from interfaces.cli.main import main
from runtime import reading
from runtime.audit import Audit, Check, audit
from runtime.ledger import Entry, Ledger, Origin
from services.reporting.views import VIEWS
from tests.interfaces.cli.installation import Ran

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

pytestmark = pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")  # as a user invokes it

BEGUN = datetime(2026, 3, 2, 8, tzinfo=UTC)
COUNCIL, IDEA, CASE = derive("council", "molde"), derive("idea", "molde", "portal", "1"), derive("case", 1)
FREE_TEXT = "Far måtte vente i tre timer på legevakta"

Lines = list[dict[str, Any]]


@pytest.fixture
def ran(tmp_path, monkeypatch, capfd) -> Callable[..., Ran]:
    """`loypa` as on a machine that has nothing of an installation."""
    for name in os.environ:
        if name.startswith("LOYPA_"):
            monkeypatch.delenv(name)
    here = tmp_path / "auditor"
    here.mkdir()
    monkeypatch.chdir(here)

    def run(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["loypa", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        assert list(here.iterdir()) == []  # it leaves nothing behind
        return Ran(int(ended.value.code or 0), out, err)

    return run


def by_one(service: str, aggregate: UUID, version: int, *events: Any, cause: Any = None) -> Entry:
    why = str(cause.id) if cause else "a command"
    recorded = cause.recordedtime if cause else None
    return Entry(aggregate, version, events, Origin("molde", f"molde/cli/{service}", BEGUN, why, why, recorded))


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Molde's FEED would hold: its events of two ledgers that have others' events in between."""
    home = tmp_path_factory.mktemp("record")
    moments = iter(BEGUN + timedelta(minutes=number) for number in range(1000))

    def ledger(service: str) -> Ledger:
        url = f"sqlite:///{home / service}.db"
        return Ledger.open(url, service, clock=lambda: next(moments), salt=lambda: b"0123456789abcdef")

    intakes, councils = ledger("intake"), ledger("council")
    try:
        submitted = intake.IdeaSubmitted(
            idea=IDEA,
            tenant="molde",
            kind=intake.Kind.NEED,
            title="Kortere ventetid",
            problem=Sealed.of(FREE_TEXT, Retention.CONTENT),
            submitter=intake.SubmitterKind.CITIZEN,
            submitted=date(2026, 3, 2),
        )
        elsewhere = submitted.model_copy(update={"idea": derive("idea", 2), "tenant": "aukra"})
        theirs = Origin("aukra", "aukra/cli", BEGUN, "x", "x")
        (idea,) = intakes.append([by_one("intake", IDEA, 0, submitted)])
        intakes.append([Entry(derive("idea", 2), 0, (elsewhere,), theirs)])
        established = council.CouncilEstablished(
            council=COUNCIL, tenant="molde", name="Innovasjonsrådet", established=date(2026, 1, 1)
        )
        seat = council.MemberAppointed(
            council=COUNCIL,
            member="mo-1",
            name=Sealed.of("Kari Nordmann", Retention.ARCHIVE),
            discipline="helse",
            from_=date(2026, 1, 1),
        )
        councils.append([by_one("council", COUNCIL, 0, established, seat)])
        opened = council.CaseOpened(
            case=CASE, council=COUNCIL, idea=IDEA, title="Kortere ventetid", number="PS-1/26", received=date(2026, 3, 3)
        )
        councils.append([by_one("council", CASE, 0, opened, cause=idea)])
        ref = idea.data.problem.ref
        intakes.append([by_one("intake", derive("u"), 0, PersonalDataUnsealed(refs=(ref,), purpose="behandling"))])
        corrected = intake.IdeaCorrected(
            idea=IDEA, correction="2", corrected=date(2026, 3, 4), title="Kortere ventetid på legevakta"
        )
        intakes.append([by_one("intake", IDEA, 1, corrected)])
        erased = PersonalDataErased(about=IDEA, refs=(ref,), ground="på oppmoding")
        intakes.append([by_one("intake", derive("e"), 0, erased)])
        bodies = [each.body for one in (intakes, councils) for each in one.read(0)]
    finally:
        intakes.close()
        councils.close()
    held = sorted((json.loads(body)["recordedtime"], body) for body in bodies if b'"source":"/molde/' in body)
    file = home / "events.ndjson"
    file.write_bytes(b"".join(body + b"\n" for _, body in held))
    return file


def lines_of(file: Path) -> Lines:
    return [json.loads(line) for line in file.read_text().splitlines()]


def written(lines: Lines, path: Path) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines))
    return path


def pick(lines: Lines, name: str) -> dict[str, Any]:
    return next(line for line in lines if line["type"].split(".")[3] == name)


async def audited(file: Path) -> Audit:
    pieces = reading.in_order(reading.from_file(file), "line")
    found, _ = await audit(reading.paged(pieces), "line", VIEWS, BEGUN)
    return found


# --- views


def test_a_view_of_a_file_needs_no_server_and_shows_sealed_text_as_sealed(ran, events):
    shown = ran("view", "council-history", "--from-file", events)
    assert shown.code == 0, shown.err
    assert "mo-1" in shown.out
    assert "[sealed]" in shown.out
    assert "PS-1/26" in shown.out
    (seat,) = json.loads(ran("view", "council-history", "--from-file", events, "--output", "json").out)["councils"][0][
        "seats"
    ]
    assert set(seat["name"]) == {"ref", "digest", "retention"}
    assert FREE_TEXT not in events.read_text()


async def test_the_order_of_a_files_lines_does_not_matter_nor_that_some_come_twice(events, tmp_path):
    lines = lines_of(events)
    mixed = [*lines, *lines[:3]]
    random.Random(7).shuffle(mixed)  # noqa: S311 - an order of chance
    again = Source(file=written(mixed, tmp_path / "mixed.ndjson"))
    for kind in auditing.TOLD:
        asked = {"known_at": None, "as_of": date(2026, 4, 1)}
        assert await auditing.told(again, kind, None, asked) == await auditing.told(
            Source(file=events), kind, None, asked
        )


async def test_a_file_knows_what_its_record_held_at_a_time(events):
    kind = next(kind for kind, (name, _) in auditing.TOLD.items() if name == "coordination")

    async def title(known_at: datetime | None) -> str:
        answer = await auditing.told(Source(file=events), kind, "1506", {"known_at": known_at, "as_of": None})
        assert answer["provisional"] is (known_at is not None)  # portfolio and reporting have not been heard of
        return str(answer["ideas"][0]["title"])

    assert await title(None) == "Kortere ventetid på legevakta"
    assert await title(datetime.fromisoformat(lines_of(events)[0]["recordedtime"])) == "Kortere ventetid"


async def test_a_municipality_that_the_record_has_nothing_of_is_named_with_those_it_has(events):
    kind = next(iter(auditing.TOLD))
    for given in ("aukra", "1547", "oslo"):
        with pytest.raises(Wrong, match=f"{given}: the record has events of molde"):
            await auditing.told(Source(file=events), kind, given, {"known_at": None, "as_of": None})


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{bad", "line 3: not an event"),
        ('{"type":"no.loypa.intake.IdeaSubmitted.v1"}', "line 3: not an event: `id`: Field required, and "),
        ("[]", "line 3: not an event: an event is a JSON object"),
        ("x" * 61441, "line 3: 61441 bytes; an event has at most 61440"),
        ("\ufeff", "line 3: not an event"),
    ],
)
def test_a_line_that_is_no_event_names_its_number(events, tmp_path, line, says):
    file = tmp_path / "bad.ndjson"
    file.write_text("\n".join([*events.read_text().splitlines()[:2], line]))
    with pytest.raises(Wrong, match=says):
        auditing.run(
            auditing.told(Source(file=file), next(iter(auditing.TOLD)), None, {"known_at": None, "as_of": None})
        )


def test_two_different_events_at_one_position_name_both_lines(events, tmp_path):
    lines = lines_of(events)
    twin = json.loads(json.dumps(lines[0]))
    twin["data"]["title"] = "Noko anna"
    file = written([*lines, twin], tmp_path / "twins.ndjson")
    with pytest.raises(
        reading.Damaged, match=rf"line {len(lines) + 1}: another event is at position intake:1 in line 1"
    ):
        reading.in_order(reading.from_file(file), "line")


def test_a_feed_is_filtered_from_a_file_as_from_a_server(ran, events):
    shown = ran("feed", "--from-file", events, "--type", "PersonalDataUnsealed", "--output", "ndjson")
    (unsealed,) = map(json.loads, shown.out.splitlines())
    assert (unsealed["actor"], unsealed["data"]["purpose"]) == ("molde/cli/intake", "behandling")
    later = ran("feed", "--from-file", events, "--from", "intake:3,council:99", "--output", "ndjson")
    assert [json.loads(line)["sequence"] for line in later.out.splitlines()] == ["000000000004", "000000000005"]


# --- verify


def test_verify_of_a_file_says_what_holds_and_gives_fingerprints(ran, events):
    verified = ran("verify", "--from-file", events, "--kept", events, "--output", "json")
    assert verified.code == 0, verified.err
    said = json.loads(verified.out)
    assert said["holds"]
    assert set(said["checks"]) == {check.value for check in Check}
    assert all(check["checked"] and not check["findings"] for check in said["checks"].values())
    assert {service: one["events"] for service, one in said["fingerprints"].items()} == {"council": 3, "intake": 4}
    assert "hold" in ran("verify", "--from-file", events).out


def dropped(lines: Lines) -> Lines:
    return [line for line in lines if line["type"].split(".")[3] != "IdeaSubmitted"]


def changed(name: str, **fields: Any) -> Callable[[Lines], Lines]:
    def change(lines: Lines) -> Lines:
        pick(lines, name).update(fields)
        return lines

    return change


def sealed(**fields: str) -> Callable[[Lines], Lines]:
    def change(lines: Lines) -> Lines:
        pick(lines, "IdeaSubmitted")["data"]["problem"].update(fields)
        return lines

    return change


TAMPERED: list[tuple[Callable[[Lines], Lines], Check, str]] = [
    (dropped, Check.IDS, "IdeaCorrected intake:4 is version 2 of its aggregate, without 1"),
    (dropped, Check.SEALED, "which is no text in the record"),
    (changed("CaseOpened", id=str(derive("another"))), Check.IDS, "the id of CaseOpened council:3 does not follow"),
    (
        changed("CaseOpened", subject=str(derive("another"))),
        Check.IDS,
        "the id of CaseOpened council:3 does not follow",
    ),
    (changed("CaseOpened", recordedtime="2026-03-01T00:00:00Z"), Check.CAUSES, "comes after its effect, CaseOpened"),
    (changed("IdeaCorrected", recordedtime="2026-03-02T08:00:30Z"), Check.ORDER, "intake:3 comes after intake:4"),
    (changed("MemberAppointed", recordedtime=BEGUN.isoformat()), Check.ORDER, "council:1 comes after council:2"),
    (changed("IdeaCorrected", tenant="aukra"), Check.CONTRACT, "cannot come from /molde/intake of aukra"),
    (changed("IdeaCorrected", tenant="aukra"), Check.ORDER, "is aukra's, what it is about molde's"),
    (changed("IdeaCorrected", source="/molde/council"), Check.CONTRACT, "cannot come from /molde/council of molde"),
    (sealed(digest="0"), Check.SEALED, "problem has no reference and digest"),
    (sealed(ref=str(derive("another"))), Check.SEALED, "the reference of problem is of no text in the record"),
]


@pytest.mark.parametrize(("tamper", "check", "says"), TAMPERED, ids=[says for _, _, says in TAMPERED])
async def test_verify_finds(events, tmp_path, tamper, check, says):
    found = await audited(written(tamper(lines_of(events)), tmp_path / "tampered.ndjson"))
    assert found.counted[check] >= 1
    assert any(finding.check is check and says in finding.says for finding in found.findings), found.findings


def test_only_a_copy_of_before_shows_that_words_were_changed_or_an_end_was_withheld(ran, events, tmp_path):
    lines = lines_of(events)
    pick(lines, "CaseOpened")["data"]["title"] = "Noko anna"
    now = written(lines[:-1], tmp_path / "now.ndjson")
    assert ran("verify", "--from-file", now).code == 0
    compared = ran("verify", "--from-file", now, "--kept", events, "--output", "ndjson")
    assert compared.code == 1
    said = [json.loads(line)["says"] for line in compared.out.splitlines()]
    assert said == [
        "CaseOpened council:3 is another in the record now",
        "PersonalDataErased intake:5 is not in the record any more",
    ]


async def test_an_event_of_a_type_from_a_newer_version_is_named_and_is_no_fault(events, tmp_path):
    lines = lines_of(events)
    pick(lines, "CaseOpened")["type"] = "no.loypa.council.CaseDreamtOf.v7"
    found = await audited(written(lines, tmp_path / "newer.ndjson"))
    assert found.findings == []
    assert found.unknown == {"no.loypa.council.CaseDreamtOf.v7"}


# --- what is asked wrongly


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (Elsewhere(server="nats://x:4222"), "--server: it is read with --credentials"),
        (Elsewhere(credentials=Path("/nowhere.creds")), "there is no file /nowhere.creds"),
        (Elsewhere(credentials=Path(__file__)), "name the server too"),
        (Elsewhere(from_file=Path("/nowhere")), "there is no file /nowhere"),
    ],
)
def test_what_cannot_be_read_is_said(given, says, monkeypatch):
    monkeypatch.delenv("LOYPA_NATS", raising=False)
    with pytest.raises(Wrong, match=says):
        given.source()


def test_a_directory_of_credentials_in_the_environment_is_an_installations(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYPA_CREDENTIALS", str(tmp_path))
    monkeypatch.setenv("LOYPA_NATS", "nats://x:4222")
    assert Elsewhere(credentials=tmp_path, server="nats://x:4222").source() is None


def test_a_copy_of_before_is_compared_with_a_record_only(ran, tmp_path):
    refused = ran("verify", "--kept", __file__, "--data", tmp_path)
    assert refused.code == 2
    assert "name --credentials or --from-file" in refused.err

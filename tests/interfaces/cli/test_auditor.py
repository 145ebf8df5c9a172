"""An auditor with a read credential and nothing else, on another machine than the installation's."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from jsonschema_rs import Draft202012Validator

from contracts.catalogue import decode
from contracts.crossing import KEPT_HOME, as_it_crosses
from contracts.queries.record import Unseal
from interfaces.cli.common import new_id, now
from interfaces.client import doors
from interfaces.installation import Installation
from services.reporting.views import VIEWS
from tests.docs.reading import ROOT
from tests.interfaces.cli.test_auditor_files import ran

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.interfaces.cli.installation import Loypa, Ran

__all__ = ["ran"]
pytestmark = pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")  # as a user invokes it

FREE_TEXT = "Kvar haust flaumer vatnet over gangvegen"
IDEAS = f"id,title,problem\nF-1,Grøft langs gangvegen,{FREE_TEXT}\nF-2,Lys i gangvegen,Det er mørkt\n"
TITLE, TAG = "Varsling av fall om natta", "eldrebylgja-hjelpemiddel"


@dataclass(frozen=True)
class Record:
    """A credentials file and a server's address: all an auditor has."""

    credentials: Path
    server: str

    @property
    def words(self) -> tuple[str, ...]:
        return ("--credentials", str(self.credentials), "--server", self.server)


@pytest.fixture(scope="module")
def records(loypa: Loypa, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    """Auditors of Hustadvika and of ROR-IKT, when ideas have come in to Hustadvika and Vestnes."""
    home = tmp_path_factory.mktemp("auditor")
    ideas = home / "ideas.csv"
    ideas.write_text(IDEAS)
    hidden = ("key=skjult", f"title={TITLE}", "problem=P", "submitter=employee", "visibility=own", f'tags=["{TAG}"]')
    sent = loypa("send", "SubmitIdea", *hidden, "--municipality", "hustadvika", "--person", "hu-9")
    assert sent.code == 0, sent.err
    for municipality in ("hustadvika", "vestnes"):
        taken = loypa.take_in(ideas, municipality=municipality)
        assert taken.code == 0, taken.err
    server = Installation.open(loypa.data).found().settings.nats[0]
    made = {}
    for tenant in ("hustadvika", "ror"):
        added = loypa("tenants", "add-auditor", tenant, "revisjonen")
        assert added.code == 0, added.err
        file = home / f"{tenant}.creds"
        written = loypa("tenants", "credentials", tenant, "revisjonen", file)
        assert written.code == 0, written.err
        made[tenant] = Record(file, server)
    return made


@pytest.fixture
def audit(ran: Callable[..., Ran], records: dict[str, Record]) -> Callable[..., Ran]:
    """`loypa` as the auditor of a tenant runs it."""
    return lambda tenant, *words: ran(*words, *records[tenant].words)


@pytest.fixture
def feed(audit: Callable[..., Ran]) -> Callable[..., list[bytes]]:
    """The lines of a tenant's FEED, as its auditor reads it."""

    def read(tenant: str, *words: str) -> list[bytes]:
        told = audit(tenant, "feed", "--output", "ndjson", *words)
        assert told.code == 0, told.err
        return told.out.encode().splitlines()

    return read


@pytest.fixture
def own(ran: Callable[..., Ran], loypa: Loypa) -> Callable[..., Ran]:
    """`loypa` as the holder of the data directory runs it."""
    return lambda *words: ran(*words, "--data", loypa.data)


def crossing(line: bytes) -> bytes:
    """An event as its network gets it."""
    event = decode(line)
    form = as_it_crosses(event.data)
    return line if form is None else event.model_copy(update={"data": form}).to_bytes()


def by_position(lines: list[bytes]) -> list[bytes]:
    return sorted(lines, key=lambda line: (json.loads(line)["source"].rsplit("/")[-1], json.loads(line)["sequence"]))


def test_a_municipalitys_auditor_has_its_own_events_as_they_are_stored_and_nothing_else(own, feed):
    held = feed("hustadvika")
    assert held == own("feed", "--municipality", "hustadvika", "--output", "ndjson").out.encode().splitlines()
    assert {json.loads(line)["tenant"] for line in held} == {"hustadvika"}
    assert FREE_TEXT.encode() not in b"".join(held)


@pytest.mark.requirement("R7")
def test_a_networks_auditor_has_every_event_of_its_members(own, feed):
    everything = own("feed", "--output", "ndjson").out.encode().splitlines()
    assert by_position(feed("ror")) == by_position([crossing(line) for line in everything])
    only = feed("ror", "--municipality", "1579", "--type", "IdeaSubmitted")
    assert only == [crossing(line) for line in feed("hustadvika", "--type", "IdeaSubmitted")] != []


@pytest.mark.requirement("R7")
def test_what_is_seen_at_home_only_is_in_no_byte_of_the_networks_feed(feed, audit):
    """Neither title nor tags; the municipality's own auditor reads them, and both records verify."""
    home, abroad = b"".join(feed("hustadvika")), b"".join(feed("ror"))
    for word in (TITLE, TAG):
        assert word.encode() in home
        assert word.encode() not in abroad
    assert KEPT_HOME.encode() in abroad
    for tenant, seen in (("hustadvika", TITLE), ("ror", KEPT_HOME)):
        told = audit(tenant, "view", "coordination", "--output", "json").json
        assert seen in [idea["title"] for idea in told["ideas"]]
        assert audit(tenant, "verify").code == 0


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_a_replay_of_the_feed_tells_what_the_services_tell(own, audit, view):
    for tenant in ("hustadvika", "ror"):
        live = own("view", view, "--municipality", tenant, "--output", "json").json
        replayed = audit(tenant, "view", view, "--output", "json").json
        for differing in ("positions", "complete_to"):  # a municipality's record holds its own events only
            del live[differing], replayed[differing]
        if "municipalities" in live:  # nor does a record know of those that nothing has happened in
            live["municipalities"] = [row for row in live["municipalities"] if row["submitted"]]
        if "councils" in live:
            known = {row["municipality"] for row in replayed["councils"]}
            live["councils"] = [row for row in live["councils"] if row["municipality"] in known or row["council"]]
        assert replayed == live


def test_an_auditor_verifies_the_feed_and_that_nothing_was_changed_since_a_copy(loypa, audit, feed, tmp_path):
    kept = tmp_path / "events.ndjson"
    kept.write_bytes(b"\n".join(feed("ror")))
    more = tmp_path / "more.csv"
    more.write_text("id,title,problem\nG-1,Meir,P\n")
    assert loypa.take_in(more, municipality="aukra").code == 0
    verified = audit("ror", "verify", "--kept", kept, "--output", "json")
    assert verified.code == 0, verified.err
    assert verified.json["checks"]["kept"] == {"checked": len(kept.read_bytes().splitlines()), "findings": 0}
    assert verified.json["checks"]["ids"]["checked"] > verified.json["checks"]["kept"]["checked"]


def test_an_opening_of_sealed_text_is_on_record_for_the_auditor(loypa, own, audit, feed):
    assert own("tenants", "grant", "hustadvika", "hu-1", "caseworker").code == 0
    submitted = [json.loads(line)["data"] for line in feed("hustadvika", "--type", "IdeaSubmitted")]
    ref = next(data["problem"]["ref"] for data in submitted if data["title"] == "Grøft langs gangvegen")

    async def open_it() -> str:
        async with doors(Installation.open(loypa.data).found(), "hustadvika", "cli", now, new_id) as door:
            answer = await door.query(Unseal(refs=(ref,), purpose="synfaring"), "hu-1", "intake")
            return str(answer.result["values"][0]["value"])

    assert asyncio.run(open_it()) == FREE_TEXT
    deadline = time.monotonic() + 60
    while not (found := feed("hustadvika", "--type", "PersonalDataUnsealed")):
        assert time.monotonic() < deadline
    unsealed = json.loads(found[-1])
    assert unsealed["actor"] == "hustadvika/cli/hu-1"
    assert unsealed["data"] == {"refs": [ref], "purpose": "synfaring"}
    assert "hustadvika/cli/hu-1" in audit("ror", "feed", "--type", "PersonalDataUnsealed").out
    assert audit("ror", "verify").code == 0


def test_a_followed_feed_goes_on_with_what_happens(loypa, records, tmp_path):
    words = ["feed", "--follow", "--output", "ndjson", "--type", "IdeaSubmitted", *records["ror"].words]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LOYPA_")}
    line = [sys.executable, "-m", "interfaces.cli", *words]
    with subprocess.Popen(line, cwd=tmp_path, env=clean, stdout=subprocess.PIPE) as following:
        try:
            assert following.stdout is not None
            assert json.loads(following.stdout.readline())["type"].split(".")[3] == "IdeaSubmitted"
            late = tmp_path / "late.csv"
            late.write_text("id,title,problem\nH-1,Seint,P\n")
            assert loypa.take_in(late, municipality="vestnes").code == 0
            assert "Seint" in (json.loads(told)["data"]["title"] for told in following.stdout)
        finally:
            following.kill()


def test_every_event_of_a_feed_is_valid_against_its_published_schema(feed):
    schemas = ROOT / "contracts" / "schemas"
    for event in map(json.loads, feed("ror")):
        schema = json.loads((schemas / f"{event['type']}.json").read_text("utf-8"))
        Draft202012Validator(schema, validate_formats=True).validate(event)


def test_credentials_that_are_none_and_a_server_that_is_away_are_said(ran, records, tmp_path):
    wrong = tmp_path / "wrong.creds"
    wrong.write_text("nothing")
    refused = ran("verify", "--credentials", wrong, "--server", records["ror"].server)
    assert (refused.code, "holds no NATS user's credentials" in refused.err) == (2, True)
    away = ran("view", "kpis", "--credentials", records["ror"].credentials, "--server", "nats://127.0.0.1:1")
    assert (away.code, "no NATS server let revisjonen in" in away.err) == (4, True)


def test_a_system_that_may_not_read_the_feed_is_told_so(ran, loypa, records):
    sak = loypa.data / "credentials" / "molde" / "sak.creds"
    refused = ran("verify", "--credentials", sak, "--server", records["ror"].server)
    assert (refused.code, "may we read it?" in refused.err) == (4, True)

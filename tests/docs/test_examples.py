"""The example programs, run as they stand with credentials as they are handed out."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from contracts import door
from contracts.queries.record import ClaimStatus
from contracts.refusals import Refused
from interfaces.cli.common import new_id, now
from interfaces.client import doors
from interfaces.installation import Installation
from runtime.accounts import HUB
from runtime.follower import Follower
from runtime.nats import api, connect
from tests.docs.reading import ROOT, program
from tests.interfaces.cli.installation import installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.envelope import Recorded
    from tests.interfaces.cli.installation import Loypa

EXAMPLES = ROOT / "docs" / "examples"
PUBLISHING = ROOT / "docs" / "publishing.md"
MOMENTS = 60.0
"""Seconds within which something happens, on a busy machine."""

LANGUAGES = ["python", "node"]


@dataclass
class Program:
    """The example programs in one language, in a directory of their own."""

    home: Path
    language: str
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def line(self, name: str, *words: object) -> list[str]:
        runs = {"python": [sys.executable, f"{name}.py"], "node": ["node", f"{name}.mjs"]}
        return [*runs[self.language], *map(str, words)]

    def publish(self, *words: object) -> tuple[list[str], dict[str, object]]:
        """What it says, and the outcome it asks for; a rejection may be told before that or after."""
        done = subprocess.run(
            self.line("publish", *words), cwd=self.home, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        said = done.stdout.splitlines()
        (outcome,) = (line for line in said if line.startswith("{"))
        return [line for line in said if line != outcome], json.loads(outcome)

    def subscribe(self, *words: object) -> Path:
        """Let it follow; the file it writes to."""
        told = self.home / "told"
        with told.open("ab") as out:
            self.running.append(subprocess.Popen(self.line("subscribe", *words), cwd=self.home, stdout=out))
        return told

    def kill(self) -> None:
        """It dies in the middle of what it does."""
        while self.running:
            process = self.running.pop()
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The JavaScript examples' packages, as their lock file has them."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed")
    home = tmp_path_factory.mktemp("packages")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(EXAMPLES / name, home)
    installed = subprocess.run(
        ["npm", "ci", "--prefer-offline", "--no-audit", "--no-fund"],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    if any(away in installed.stderr for away in ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT")):
        pytest.skip("npm reaches no registry")
    assert installed.returncode == 0, installed.stderr
    return home / "node_modules"


@pytest.fixture(params=LANGUAGES)
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Program]:
    """The programs as a stranger has them: copied, with their packages from where the language has its packages."""
    home = tmp_path / "examples"
    shutil.copytree(EXAMPLES, home, ignore=shutil.ignore_patterns("node_modules", "positions.json"))
    if request.param == "node":
        (home / "node_modules").symlink_to(request.getfixturevalue("packages"))
    programs = Program(home, request.param)
    yield programs
    programs.kill()


@pytest.fixture(scope="module")
def loypa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loypa]:
    """An installation of their own: they publish as they like, where others count."""
    with installation(tmp_path_factory.mktemp("examples")) as running:
        yield running


@pytest.fixture(scope="module")
def server(loypa: Loypa) -> str:
    return Installation.open(loypa.data).found().settings.nats[0]


def credentials(loypa: Loypa, tenant: str, name: str, *words: str) -> Path:
    """Register a system and have its file written, as the documents say."""
    added = loypa("tenants", "add-system", tenant, name, *words)
    assert added.code == 0, added.err
    file = loypa.data / f"{tenant}-{name}.creds"
    written = loypa("tenants", "credentials", tenant, name, file)
    assert written.code == 0, written.err
    return file


def test_a_first_claim_in_a_handful_of_lines_is_accepted(loypa, server, tmp_path):
    file = credentials(loypa, "molde", "portalen", "--claim", "IdeaSubmitted")
    shutil.copy(file, tmp_path / "portalen.creds")
    first = tmp_path / "first.py"
    first.write_text(program(PUBLISHING, "first.py").replace("nats://127.0.0.1:4222", server))
    done = subprocess.run(
        [sys.executable, first], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert "INGEST_molde" in done.stdout, done.stderr
    assert done.stdout.splitlines()[-1] in {"accepted", "pending"}  # a second may be short on a busy machine


def test_a_program_publishes_a_claim_and_hears_what_becomes_of_it_the_same_each_time(example, loypa, server):
    system = f"portal-{example.language}"
    file = credentials(loypa, "molde", system, "--claim", "IdeaSubmitted")
    said, outcome = example.publish(server, file, system)
    assert [line.split(":")[0] for line in said] == ["stored"]
    assert outcome["state"] == "accepted"
    assert example.publish(server, file, system)[1] == outcome


def test_a_program_hears_at_once_and_for_good_why_its_claim_was_not_accepted(example, loypa, server):
    system = f"stille-{example.language}"
    file = credentials(loypa, "molde", system, "--claim", "KpiRecorded")
    said, outcome = example.publish(server, file, system)
    assert outcome["state"] == "rejected"
    assert outcome["refusal"]["rule"] == "ClaimNotRegistered"
    assert f"rejected: {outcome['refusal']['says']}" in said


def recorded(loypa: Loypa) -> dict[str, list[str]]:
    """Every event in EVENTS: position, municipality, type and subject, service by service."""

    async def read() -> list[Recorded[Any]]:
        client = await Installation.open(loypa.data).found().connect(HUB, "operator")
        events: list[Recorded[Any]] = []
        try:
            async for batch in (batches := Follower(client, {}).batches()):
                events += batch.events
                if batch.caught_up:
                    await batches.aclose()  # type: ignore[attr-defined]  # it is an async generator
        finally:
            await client.close()
        return events

    by_service: dict[str, list[str]] = {}
    for event in asyncio.run(read()):
        told = f"{event.sequence:012d} {event.tenant} {event.type} {event.subject}"
        by_service.setdefault(event.service, []).append(told)
    return by_service


def heard(told: Path) -> dict[str, list[str]]:
    by_service: dict[str, list[str]] = {}
    for line in told.read_text().splitlines():
        by_service.setdefault(line.split()[2].split(".")[2], []).append(line)
    return by_service


def hears_everything(told: Path, loypa: Loypa) -> None:
    """Within moments it has each service's events, each once, in order."""
    deadline = time.monotonic() + MOMENTS
    while (has := heard(told)) != (wanted := recorded(loypa)):
        assert time.monotonic() < deadline, (has, wanted)
        time.sleep(0.1)


def happens(loypa: Loypa, name: str) -> None:
    """An idea in two municipalities, decided on."""

    async def claim(tenant: str) -> None:
        data = {"title": name, "problem": "Problem"}
        claim = {
            "specversion": "1.0",
            "type": "no.loypa.claim.IdeaSubmitted.v1",
            "source": "x",
            "id": name,
            "data": data,
        }
        async with doors(Installation.open(loypa.data).found(), tenant, "decide", now, new_id) as door:
            await door.claim("IdeaSubmitted", json.dumps(claim).encode())
            state = "pending"
            while state == "pending":
                await asyncio.sleep(0.05)
                answer = await door.query(ClaimStatus(ids=(name,)), None, "intake")
                state = answer.result["claims"][0]["state"]

    for tenant in ("aukra", "rauma"):
        asyncio.run(claim(tenant))


def test_a_networks_system_has_every_event_of_its_members_also_after_being_away(example, loypa, server):
    system = f"innsikt-{example.language}"
    file = credentials(loypa, "ror", system, "--feed")
    happens(loypa, f"{system}-1")
    told = example.subscribe(server, file, system)
    hears_everything(told, loypa)
    happens(loypa, f"{system}-2")
    hears_everything(told, loypa)

    example.kill()
    happens(loypa, f"{system}-away")
    example.subscribe(server, file, system)
    hears_everything(told, loypa)

    example.kill()
    (example.home / "positions.json").unlink()  # the server remembers as well
    happens(loypa, f"{system}-again")
    example.subscribe(server, file, system)
    hears_everything(told, loypa)


def test_a_subscriber_whose_consumer_is_gone_goes_on_by_its_positions(example, loypa, server):
    system = f"positions-{example.language}"
    file = credentials(loypa, "ror", system, "--feed")
    happens(loypa, f"{system}-1")
    told = example.subscribe(server, file, system)
    hears_everything(told, loypa)

    async def forget() -> None:
        client = await connect(server, file, label="test", within=5)
        await api(client, f"CONSUMER.DELETE.FEED.{system}")
        await client.close()

    asyncio.run(forget())
    happens(loypa, f"{system}-2")
    hears_everything(told, loypa)


def test_a_system_hears_what_it_filters_for(example, loypa, server):
    system = f"filter-{example.language}"
    file = credentials(loypa, "ror", system, "--feed")
    happens(loypa, system)
    told = example.subscribe(server, file, system, "ev.aukra.*.IdeaSubmitted")
    wanted = [line for line in recorded(loypa)["intake"] if " aukra no.loypa.intake.IdeaSubmitted.v1 " in line]
    assert wanted
    deadline = time.monotonic() + MOMENTS
    while heard(told).get("intake") != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    assert heard(told) == {"intake": wanted}


def test_every_rule_of_the_door_is_explained():
    text = PUBLISHING.read_text("utf-8")
    rules = [
        kind
        for kind in vars(door).values()
        if isinstance(kind, type) and issubclass(kind, Refused) and kind.__module__ == door.__name__
    ]
    lines = [f"| `{kind.__name__}` | {(kind.__doc__ or '').splitlines()[0]} |" for kind in rules]
    assert [line for line in lines if line not in text] == []  # each of these lines belongs in the table


def test_the_packages_of_the_examples_are_pinned_and_name_no_registry():
    lock = json.loads((EXAMPLES / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages.values())
    wanted = json.loads((EXAMPLES / "package.json").read_text())["dependencies"]
    assert all(version[0].isdecimal() for version in wanted.values())

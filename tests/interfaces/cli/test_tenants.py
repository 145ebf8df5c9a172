"""`loypa tenants` where nothing runs: the registry's file, keys and credentials, and what is refused."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from contracts.acting import Role
from contracts.refusals import Refused
from interfaces.cli.commands import app
from interfaces.cli.common import Wrong, explained
from interfaces.installation import Installation
from runtime.registry import Registry, UnknownSystem, UnknownTenant
from runtime.tenancy import MergesWithItself, NotANetwork, TenantAlreadyRegistered, TenantRemoved

if TYPE_CHECKING:
    from pathlib import Path

SEED = re.compile(r"S[UAO][A-Z2-7]{56}")


class Tenants:
    """`loypa tenants …` in this process, on a data directory of its own."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data, self._capsys = data, capsys

    def __call__(self, *words: object) -> str:
        tokens = ["tenants", *map(str, words), "--data", str(self.data)]
        command, bound, _ = app.parse_args(tokens, print_error=False, exit_on_error=False)
        command(*bound.args, **bound.kwargs)
        captured = self._capsys.readouterr()
        assert not SEED.search(captured.out + captured.err)
        return captured.out

    @property
    def registry(self) -> Registry:
        return Registry.load(self.data / "tenants.json")

    def secret(self, *path: str) -> str:
        return self.data.joinpath(*path).read_text()


@pytest.fixture
def tenants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tenants:
    made = Tenants(tmp_path / "data", capsys)
    made("list")
    return made


def test_a_municipality_is_added_with_its_numbers_and_joins_a_network(tenants):
    words = ("--number", "1577", "--organisation-number", "939760946", "--from", "2020-01-01", "--join", "ror")
    tenants("add", "volda", "--name", "Volda kommune", *words)
    volda = tenants.registry.tenant("1577")
    assert (volda.slug, str(volda.municipality_numbers[0].from_)) == ("volda", "2020-01-01")
    assert tenants.registry.tenant("939760946") == volda
    assert "volda" in tenants.registry.tenant("ror").members
    before = tenants.registry
    tenants("add", "volda", "--name", "Volda kommune", *words)
    assert tenants.registry == before
    with pytest.raises(TenantAlreadyRegistered):
        tenants("add", "volda", "--name", "Et annet Volda")


def test_a_network_is_added_with_its_members(tenants):
    tenants("add", "nordmore", "--name", "Nordmøre", "--network", "--member", "1506", "--member", "aukra")
    assert tenants.registry.tenant("nordmore").members == ("molde", "aukra")
    with pytest.raises(NotANetwork):
        tenants("join", "molde", "aukra")


def test_a_system_is_added_with_its_claims_and_a_key_for_its_persons(tenants, tmp_path):
    tenants("add-system", "1506", "skjema", "--claim", "IdeaSubmitted", "--claim", "KpiRecorded", "--front-end")
    system = tenants.registry.system("molde", "skjema")
    assert (system.claims, system.feed) == (("IdeaSubmitted", "KpiRecorded"), False)
    tenants("credentials", "molde", "skjema", tmp_path / "skjema.creds")
    tenants("credentials", "molde", "skjema", tmp_path / "skjema.nk", "--front-end")
    for file in ("skjema.creds", "skjema.nk"):
        assert (tmp_path / file).stat().st_mode & 0o777 == 0o600
        assert SEED.search((tmp_path / file).read_text())
    with pytest.raises(Wrong, match="there is no such claim; there are ActivityStarted, CouncilDecided"):
        tenants("add-system", "molde", "annet", "--claim", "IdeaSubmited")


def test_a_front_end_may_bring_its_own_public_key(tenants, tmp_path):
    theirs = Installation.open(tmp_path / "elsewhere").authority.front_end("x", "y").public
    tenants("add-system", "molde", "app", "--front-end-key", theirs)
    assert tenants.registry.system("molde", "app").front_end == theirs
    with pytest.raises(Wrong, match="was not made here"):
        tenants("credentials", "molde", "app", tmp_path / "app.nk", "--front-end")
    with pytest.raises(Wrong, match="give its new public key"):
        tenants("rotate", "molde", "app", "--front-end")
    with pytest.raises(ValidationError, match="front_end"):
        tenants("rotate", "molde", "app", "--front-end-key", "SUAAAA")


def test_roles_are_given_and_ended_by_day(tenants):
    today = datetime.now(UTC).date()
    tenants("grant", "molde", "kari", "secretary", "--from", "2026-01-01")
    assert Role.SECRETARY in tenants.registry.granted("molde", "kari", today)
    tenants("revoke", "molde", "kari", "secretary")
    assert tenants.registry.granted("molde", "kari", today) == frozenset()
    assert tenants.registry.tenant("molde").grants[-1].person == "kari"
    with pytest.raises(Wrong, match="follows from the council's composition"):
        tenants("grant", "molde", "kari", "leader")
    with pytest.raises(Wrong, match="is no role; there are submitter"):
        tenants("grant", "molde", "kari", "keiser")


def test_new_keys_leave_the_others_alone(tenants):
    files = ("sak", "portal", "admin", "watch", "cli")
    tenants("grant", "aukra", "kari", "director")
    tenants("rotate", "aukra", "portal")
    before = {name: tenants.secret("keys", f"user-aukra.{name}.nk") for name in files}
    front_end = tenants.registry.system("aukra", "cli").front_end
    tenants("rotate", "aukra", "sak")
    after = {name: tenants.secret("keys", f"user-aukra.{name}.nk") for name in files}
    assert {name for name in files if before[name] != after[name]} == {"sak"}
    assert after["sak"] in tenants.secret("credentials", "aukra", "sak.creds")
    for name in ("sak", "portal"):  # each in its own account
        assert len(json.loads(tenants.secret("keys", f"revoked-aukra.{name}.json"))) == 1
    assert tenants.registry.system("aukra", "cli").front_end == front_end
    tenants("rotate", "aukra")
    assert all(tenants.secret("keys", f"user-aukra.{name}.nk") != after[name] for name in files)
    assert tenants.registry.system("aukra", "cli").front_end != front_end


def test_who_is_removed_has_no_credentials_left(tenants):
    tenants("add-auditor", "molde", "revisjon", "--until", "2027-06-30")
    tenants("add-system", "molde", "skjema")
    for name in ("revisjon", "skjema"):
        assert tenants.secret("credentials", "molde", f"{name}.creds")
        tenants("remove", "molde", name)
        assert not (tenants.data / "credentials" / "molde" / f"{name}.creds").exists()
        with pytest.raises(UnknownSystem):
            tenants("credentials", "molde", name, tenants.data / "again.creds")
    tenants("remove", "molde")
    assert not list((tenants.data / "credentials" / "molde").glob("*.creds"))
    with pytest.raises(TenantRemoved):
        tenants("add-system", "molde", "ny")


def test_a_municipality_carries_on_for_others_from_a_day_on(tenants):
    words = ("--number", "1599", "--from", "2020-01-01", "--join", "ror")
    tenants("add", "nordmore", "--name", "Nordmøre", *words, "--successor-of", "aukra", "--successor-of", "1535")
    today = datetime.now(UTC).date()
    assert tenants.registry.lineage("nordmore", today) == ("nordmore", "aukra", "vestnes")
    assert tenants.registry.tenant("1547", today).slug == "nordmore"
    assert tenants.registry.tenant("1547").slug == "aukra"
    tenants("merge", "rauma", "--into", "nordmore", "--from", "2999-01-01")
    assert "rauma" not in tenants.registry.lineage("nordmore", today)
    with pytest.raises(MergesWithItself):
        tenants("merge", "nordmore", "--into", "aukra")
    with pytest.raises(UnknownTenant):
        tenants("merge", "0301", "--into", "molde")


def test_the_list_tells_of_everybody_and_of_no_key(tenants):
    tenants("add-auditor", "ror", "revisjon")
    tenants("add-system", "molde", "verktoy", "--feed")
    listed = {tenant["slug"]: tenant for tenant in json.loads(tenants("list", "--output", "json"))["tenants"]}
    assert listed["molde"]["municipality_numbers"][0] == {
        "from": "2020-01-01",
        "until": None,
        "number": "1506",
        "successor": None,
    }
    assert listed["molde"]["networks"] == ["ror"]
    assert [system["feed"] for system in listed["molde"]["systems"] if system["name"] == "verktoy"] == [True]
    assert [auditor["name"] for auditor in listed["ror"]["auditors"]] == ["revisjon"]
    assert listed["molde"]["grants"] == 1
    assert listed["molde"]["feed"] is None
    table = tenants("list")
    assert "1506" in table
    assert "verktoy: feed" in table


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "Øy", "--name", "Øy"), "slug"),
        (("add", "x", "--name", "X", "--network", "--number", "1"), "a network has no --number"),
        (("add", "x", "--name", "X", "--member", "molde"), "only a network has a --member"),
        (("add", "x", "--name", "X", "--number", "1506"), "given twice: 1506, to molde and x at the same time"),
        (("add-system", "molde", "Sak 2"), "name"),
        (("add-auditor", "molde", "admin"), "given twice: admin"),
        (("rotate", "molde", "--front-end"), "whose front end"),
        (("credentials", "molde", "nobody", "/nowhere"), "molde has no system called nobody"),
        (("remove", "3232"), "no municipality or network is known as 3232"),
    ],
)
def test_what_cannot_be_is_explained_and_changes_nothing(tenants, words, says):
    before = tenants.registry
    with pytest.raises((Wrong, Refused, ValidationError)) as refused:
        tenants(*words)
    told = explained(refused.value)
    assert told is not None
    assert says in told[0]
    assert tenants.registry == before

"""Each container is handed its own, and the same again when it is done again."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from contracts.catalogue import SERVICES
from runtime.accounts import Authority
from runtime.handout import hand_out
from runtime.ror import ror

ROUTES = ("nats1:6222", "nats2:6222", "nats3:6222")


def handed_out(home: Path) -> Path:
    authority = Authority(home / "keys", home / "credentials")
    given = hand_out(authority, ror(), SERVICES, ROUTES, home / "handout")
    assert {directory.name for directory in given} == {*SERVICES, "nats", "postgres"}
    return home / "handout"


def files(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


def test_a_service_is_handed_its_own_credentials_and_password_readable_by_itself_alone(tmp_path: Path) -> None:
    directory = handed_out(tmp_path) / "council"
    assert files(directory) == {"credentials/HUB/council.creds", "pgpass"}
    assert {stat.S_IMODE((directory / name).stat().st_mode) for name in files(directory)} == {0o600}
    assert "council:council:" in (directory / "pgpass").read_text()


def test_no_key_that_signs_is_handed_to_anybody(tmp_path: Path) -> None:
    handout = handed_out(tmp_path)
    signing = [path for path in (tmp_path / "keys").glob("*.nk") if not path.name.startswith("user-")]
    handed = b"".join((handout / name).read_bytes() for name in files(handout))
    assert signing
    assert not [path.name for path in signing if path.read_bytes() in handed]


def test_every_password_is_made_once_and_is_another_one(tmp_path: Path) -> None:
    first = {name: (handed_out(tmp_path) / name / "pgpass").read_text() for name in SERVICES}
    assert first == {name: (handed_out(tmp_path) / name / "pgpass").read_text() for name in SERVICES}
    assert len({line.rpartition(":")[2] for line in first.values()}) == len(SERVICES)


def test_the_server_takes_its_configuration_with_a_nodes_environment(tmp_path: Path) -> None:
    config = handed_out(tmp_path) / "nats" / "server.conf"
    node = dict.fromkeys(("NATS_LISTEN", "NATS_CLUSTER", "NATS_MONITOR"), "0.0.0.0:4222") | {"NATS_NAME": "nats1"}
    checked = subprocess.run(
        [Path(sys.executable).with_name("nats-server"), "-t", "-c", config],
        env={**os.environ, **node},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert all(route in config.read_text() for route in ROUTES)

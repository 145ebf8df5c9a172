"""A full disk: every answer says so, nothing is lost, and all goes on by itself when there is room again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN_MOUNTS = (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"])


def test_a_full_disk_loses_nothing_and_all_goes_on_when_there_is_room(tmp_path: Path) -> None:
    for command in OWN_MOUNTS:
        try:
            mounts = subprocess.run([*command, "mount", "-t", "tmpfs", "tmpfs", tmp_path], check=False).returncode == 0
        except FileNotFoundError:
            mounts = False
        if mounts:
            ran = subprocess.run(
                [*command, sys.executable, "-m", "tests.system.small_disk", tmp_path],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=110,
                check=False,
            )
            assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-4000:]
            return
    pytest.skip("this machine lets nobody mount a small disk; tests/runtime/test_ledger_faults.py fills a ledger's own")

"""What an instance writes is readable by its owner only: it holds personal text, keys, and claims as they came."""

from __future__ import annotations

import asyncio
import os
import stat
from typing import TYPE_CHECKING

from tests.system.instance import instance
from tests.system.year import claimed, door, envelope

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"title": "Digital nøkkel til grendahuset", "problem": "Nøkkelen må hentes på servicetorget i åpningstida."}


def test_nothing_in_the_data_directory_of_a_running_instance_is_open_to_others(tmp_path: Path) -> None:
    async def claim(data: Path) -> str:
        async with door(data, system="sak") as here:
            return (await claimed(here, "1", envelope("1", GOOD))).state

    before = os.umask(0o022)  # what a login usually has
    try:
        with instance(tmp_path / "data") as running:
            running.up()
            assert asyncio.run(claim(running.data)) == "accepted"
            running.settle()
            found = [running.data, *running.data.rglob("*")]
            modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in found if not path.is_symlink()}
    finally:
        os.umask(before)
    assert {"intake.ledger.sqlite", "intake.ledger.sqlite-wal"} <= {path.name for path in modes}
    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}

"""Half a year, told once and copied for each test process; a test that stops the instance leaves it to the next."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.system.instance import instance
from tests.system.year import HALF, cast, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.system.instance import Instance


@pytest.fixture(scope="session")
def half_a_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory, to be copied, in which half a year was told: by the test process that first asks for it."""
    own = tmp_path_factory.getbasetemp()
    home = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "half-a-year"
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "told").exists():
            home.mkdir()
            with instance(home / "data") as telling:
                cast(telling.data)
                telling.up()
                asyncio.run(tell(telling.data, 0, HALF))
                telling.settle()
                assert telling.stop() == 0
            (home / "told").touch()
    return home / "data"


@pytest.fixture(scope="session")
def told(half_a_year: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(shutil.copytree(half_a_year, tmp_path_factory.mktemp("year") / "data")) as running:
        yield running


@pytest.fixture
def year(told: Instance) -> Instance:
    """The instance, healthy."""
    if not told.alive:
        told.up()
    return told

"""One instance for the session, in which half a year was told; a test that stops it leaves it to the next to start."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.system.instance import instance
from tests.system.year import HALF, cast, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.system.instance import Instance


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("year") / "data") as running:
        cast(running.data)
        running.up()
        asyncio.run(tell(running.data, 0, HALF))
        running.settle()
        yield running


@pytest.fixture
def year(told: Instance) -> Instance:
    """The instance, healthy."""
    if not told.alive:
        told.up()
    return told

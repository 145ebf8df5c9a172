"""A municipality for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.services.council.town import Town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def molde(tmp_path: Path) -> Iterator[Town]:
    town = Town.at(tmp_path)
    yield town
    town.ledger.close()


@pytest.fixture
def aukra(molde: Town) -> Town:
    return Town(molde.ledger, "aukra")

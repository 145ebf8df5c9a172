"""A service says that its ledger cannot be written, for as long as that is so."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from interfaces.installation import Installation
from runtime.ledger import Unavailable
from runtime.service import Running
from services.intake.app import SERVICE
from tests.runtime.ledger_fixtures import entry, submitted

if TYPE_CHECKING:
    from pathlib import Path


def test_a_ledger_that_could_not_be_written_is_unhealthy_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.sqlite_store.PATIENCE", 0.1)
    settings = Installation.open(tmp_path).settings
    running = Running(SERVICE, settings)
    ledger = running._ledger  # noqa: SLF001 - whose appends fail is this service, and nobody else writes it

    def stands() -> tuple[bool, str]:
        (part,) = (part for part in running.health().parts if part.part == "ledger")
        return part.healthy, part.why or ""

    assert stands() == (True, "")
    other = sqlite3.connect(settings.ledger("intake").removeprefix("sqlite://"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        ledger.append([entry(submitted())])
    healthy, why = stands()
    assert not healthy
    assert "locked" in why
    assert not running.health().healthy
    other.rollback()
    other.close()
    ledger.append([entry(submitted())])
    assert stands() == (True, "")
    assert running.health().recorded == 1
    ledger.close()

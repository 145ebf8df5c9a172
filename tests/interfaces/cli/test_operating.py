"""What an operator does, is done to all there is."""

from __future__ import annotations

from typing import get_args

from interfaces.cli import commands, operating, viewing
from services.reporting.views import VIEWS


def test_every_view_that_is_kept_is_verified_and_rebuilt_and_can_be_named_and_shown():
    names = [view.name for view in VIEWS]
    assert sorted(operating.kept()) == sorted(get_args(commands.View)) == sorted(viewing.VIEWS) == sorted(names)


def test_a_service_is_asked_by_itself_as_its_container_does(loypa):
    ran = loypa("status", "council", "--output", "json")
    assert ran.code == 0, ran.out + ran.err
    assert ran.json["service"] == "council"
    parts = {part["part"]: part for part in ran.json["parts"]}
    assert {"doors", "ledger", "relay", "inbox"} <= set(parts)
    assert all(part["service"] == "council" and part["healthy"] for part in parts.values())
    assert "council" in loypa("status", "council").out


def test_status_tells_of_each_view_how_it_stands(loypa):
    ran = loypa("status", "reporting", "--output", "json")
    told = {part["part"] for part in ran.json["parts"]}
    assert {f"view {view.name}" for view in VIEWS} <= told


def test_a_service_of_nothing_that_runs_is_not_healthy(loypa, tmp_path):
    ran = type(loypa)(tmp_path)("status", "intake")
    assert (ran.code, ran.out) == (4, "")

"""The demo story holds what the mandate and the issue ask of a year, and is played on the services' own rules."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from contracts.answers import RefusedAnswer
from contracts.message import Command
from interfaces.demo.chapter import TENANTS, chapter
from interfaces.demo.story import people, steps

if TYPE_CHECKING:
    from interfaces.demo.conftest import Played


def test_the_same_step_again_changes_nothing_more(played: Played) -> None:
    assert played.again == []

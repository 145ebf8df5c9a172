"""What an operator does, is done to all there is."""

from __future__ import annotations

from typing import get_args

from interfaces.cli import commands, operating, viewing
from services.reporting.views import VIEWS


def test_every_view_that_is_kept_is_verified_and_rebuilt_and_can_be_named_and_shown():
    names = [view.name for view in VIEWS]
    assert sorted(operating.kept()) == sorted(get_args(commands.View)) == sorted(viewing.VIEWS) == sorted(names)

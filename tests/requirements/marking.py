"""The marker by which a test names the requirements that it proves; a row that is none ends the collection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.requirements.rows import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

MARKER = "requirement(*rows): the rows of docs/requirements.md that the test proves"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    wrong = {
        f"{item.nodeid}: {', '.join(map(repr, mark.args)) or 'nothing'}"
        for item in items
        for mark in item.iter_markers("requirement")
        if mark.kwargs or not mark.args or not numbers().issuperset(mark.args)
    }
    if wrong:
        raise pytest.UsageError("no such row in tests/requirements/rows.toml", *sorted(wrong))

"""mutmut, with the tests collected once: each change is tried in a fork of the process that holds them.

mutmut itself starts pytest anew for each change, which takes ten times as long as the tests that notice it. This is run
as a program of its own, so that the tests import what mutmut has changed and nothing else.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from _pytest.config import _prepareconfig
from _pytest.runner import runtestprotocol
from mutmut.__main__ import _run
from mutmut.configuration import ProcessIsolation, config
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.utils.file_utils import change_cwd
from mutmut.workers import isolation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ON_DISK = frozenset({"tmp_path", "tmp_path_factory"})
SUSPICIOUS = 35  # mutmut's word for what is neither noticed nor missed


class OfRules:
    """Leaves out the tests that write to a disk: what a rule says, its own examples say without."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if ON_DISK.isdisjoint(getattr(item, "fixturenames", ()))]


class Collected(PytestRunner):
    """Runs tests that were collected before the fork, and stops at the first that fails."""

    plugins: ClassVar[list[object]] = []

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[str, pytest.Item] = {}

    def execute_pytest(self, params: list[str], *, plugins: Sequence[object] = (), **said: Any) -> int:
        """What mutmut runs by itself: to learn which test calls what, and that all pass before anything is changed."""
        return super().execute_pytest(params, plugins=[*plugins, *self.plugins], **said)

    def warm_up(self) -> None:
        """Collects the tests and runs none: what starts threads (the typesetter does) is not to be forked."""
        with change_cwd("mutants"):
            self._collect()

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        """0 when all pass, 1 when one fails, the quickest first; without `mutant_name`, in a process of its own."""
        if mutant_name is None:
            return super().run_tests(mutant_name=None, tests=tests)
        chosen = sorted(tests, key=lambda test: state().duration_by_test[test])
        if not self._items.keys() >= set(chosen):
            return SUSPICIOUS
        items = [self._items[test] for test in chosen]
        with change_cwd("mutants"):
            for item, after in zip(items, [*items[1:], None], strict=True):
                if any(report.failed for report in runtestprotocol(item, log=False, nextitem=after)):
                    return 1
        return 0

    def _collect(self) -> None:
        selected = [*self._pytest_add_cli_args, *self._pytest_add_cli_args_test_selection]
        # That a test failed is all that is asked: to say how would take a hundred times as long as the test.
        settings = _prepareconfig(["--rootdir=.", "--tb=no", *selected], self.plugins)
        settings._do_configure()  # noqa: SLF001 - what pytest.main does first
        session = pytest.Session.from_config(settings)
        settings.hook.pytest_sessionstart(session=session)
        self._items = {item.nodeid: item for item in session.perform_collect()}


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("-j", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--of-rules", action="store_true", help="only the tests that write to no disk")
    asked.add_argument("modules", nargs="*")
    said = asked.parse_args()
    config().only_mutate = [f"services/council/domain/{module}.py" for module in said.modules or "*"]
    if said.of_rules:
        Collected.plugins = [OfRules()]
    config().process_isolation = ProcessIsolation.FORKSERVER
    isolation.PytestRunner = Collected  # type: ignore[misc]
    _run((), said.j)

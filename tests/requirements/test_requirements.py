"""The page of requirements says what the tests say, and a row stays proved."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.requirements.__main__ import main, page, proved
from tests.requirements.proofs import ROOT, Proof, Unreadable, proofs
from tests.requirements.rows import numbers

if TYPE_CHECKING:
    from pathlib import Path

MARKED = """
import pytest

@pytest.mark.requirement("R8", "R9")
def test_the_seat_is_there():
    pass

@pytest.mark.requirement("R19")
class TestTheMandate:
    pass

TestSequences = pytest.mark.requirement("R4")(object)

def test_nothing_of_note():
    pass
"""


def written(root: Path, text: str) -> Path:
    (root / "tests").mkdir(exist_ok=True)
    (root / "tests" / "test_some.py").write_text(text, "utf-8")
    return root


def test_there_are_seventy_three_rows():
    assert numbers() == {f"R{number}" for number in range(1, 74)}


def test_a_marker_is_read_wherever_it_may_stand(tmp_path: Path):
    path = "tests/test_some.py"
    assert proofs(written(tmp_path, MARKED)) == {
        "R8": [Proof(path, "the seat is there")],
        "R9": [Proof(path, "the seat is there")],
        "R19": [Proof(path, "the mandate")],
        "R4": [Proof(path, "sequences")],
    }


@pytest.mark.parametrize(
    "text",
    [
        '@pytest.mark.requirement("R74")\ndef test_it(): pass',
        "@pytest.mark.requirement()\ndef test_it(): pass",
        "@pytest.mark.requirement(ROWS)\ndef test_it(): pass",
        'pytestmark = pytest.mark.requirement("R8")',
        '@pytest.mark.parametrize("it", [pytest.param(1, marks=pytest.mark.requirement("R8"))])\ndef test_it(it): pass',
    ],
)
def test_a_marker_that_cannot_be_read_is_said_and_not_passed_over(tmp_path: Path, text: str):
    with pytest.raises(Unreadable, match=r"tests/test_some\.py"):
        proofs(written(tmp_path, text))


def test_a_page_tells_which_rows_it_shows_as_proved():
    assert proved(page({})) == set()
    assert proved(page({"R8": [Proof("tests/a.py", "so")], "R73": [Proof("tests/a.py", "so")]})) == {"R8", "R73"}


def test_a_stale_page_is_found_out(tmp_path: Path):
    path = tmp_path / "requirements.md"
    assert main(["--check"], path, written(tmp_path, MARKED)) == 1
    assert main([], path, tmp_path) == 0
    assert main(["--check"], path, tmp_path) == 0
    written(tmp_path, MARKED.replace("the_seat", "a_seat"))
    assert main(["--check"], path, tmp_path) == 1


def test_a_row_once_proved_stays_proved(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "requirements.md"
    main([], path, written(tmp_path, MARKED))
    before = path.read_text("utf-8")
    written(tmp_path, MARKED.replace('"R8", ', ""))
    assert main(["--check"], path, tmp_path) == main([], path, tmp_path) == 1
    assert path.read_text("utf-8") == before
    assert "proved no more: R8\n" in capsys.readouterr().err


@pytest.mark.parametrize("rows", ['"R74"', "", '"R8", strong=True'])
def test_a_test_that_names_no_row_ends_the_collection(tmp_path: Path, rows: str):
    file = tmp_path / "test_some.py"
    file.write_text(f"import pytest\n@pytest.mark.requirement({rows})\ndef test_it(): pass\n", "utf-8")
    options = ("-p", "tests.requirements.marking", "-p", "no:cacheprovider", "--noconftest", "--collect-only")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *options, file], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert "no such row" in ended.stderr

"""`python -m contracts.generate` on a copy of the contracts that somebody is changing."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import contracts

DECIDED = "no.loypa.council.CouncilDecided.v1"


@pytest.fixture
def tree(tmp_path):
    root = Path(contracts.__file__).parent
    shutil.copytree(root, tmp_path / "contracts")
    (tmp_path / "docs").mkdir()
    shutil.copy(root.parent / "docs" / "rights.md", tmp_path / "docs")
    return tmp_path


def generate(tree, *arguments):
    command = [sys.executable, "-m", "contracts.generate", *arguments]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False, timeout=60)


def edit(tree, file, old, new):
    path = tree / "contracts" / "events" / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def test_whatever_differs_is_named_with_its_lines_and_put_right_and_better_words_set_no_schema_aside(tree):
    schemas = tree / "contracts" / "schemas"
    altered = schemas / "queries" / "council.ClaimStatus.json"
    right = altered.read_text("utf-8")
    altered.write_text(right.replace('"maxItems": 1000', '"maxItems": 10'), "utf-8")
    stray = schemas / "commands" / "council.Abolish.json"
    stray.write_text("{}", "utf-8")
    opened = tree / "contracts" / "rights.py"
    opened.write_text(opened.read_text("utf-8").replace('ReferIdea": STAFF', 'ReferIdea": STAFF | {S}'), "utf-8")
    edit(tree, "decision.py", '    """The council decided.', '    """The council decided (vedtak).')
    aside = sorted((schemas / "earlier").iterdir())

    checked = generate(tree, "--check")
    assert checked.returncode == 1
    assert "contracts/schemas/queries/council.ClaimStatus.json: differs" in checked.stderr
    assert '"maxItems": 1000' in checked.stderr
    assert "council.Abolish.json: nothing generates this file" in checked.stderr
    assert "docs/rights.md: differs" in checked.stderr
    assert f"{DECIDED}.json: differs" in checked.stderr

    assert generate(tree).returncode == 0
    assert altered.read_text("utf-8") == right
    assert not stray.exists()
    assert "| `intake.ReferIdea` | ● | ● |" in (tree / "docs" / "rights.md").read_text("utf-8")
    assert "(vedtak)" in (schemas / f"{DECIDED}.json").read_text("utf-8")
    assert sorted((schemas / "earlier").iterdir()) == aside


def test_what_breaks_a_frozen_event_is_refused_each_by_name_and_nothing_is_written(tree):
    edit(tree, "decision.py", "    unanimous: bool", "    of_one_mind: bool")
    edit(tree, "case.py", "class CaseTabled(", "class CaseListed(")
    frozen = (tree / "contracts" / "schemas" / f"{DECIDED}.json").read_bytes()
    refused = generate(tree)
    assert refused.returncode == 1
    assert f"{DECIDED} is frozen: $.data: the field `unanimous` is gone" in refused.stderr
    assert "no.loypa.council.CaseTabled.v1 is frozen, but no message has this type any more" in refused.stderr
    assert "version = 2" in refused.stderr
    assert (tree / "contracts" / "schemas" / f"{DECIDED}.json").read_bytes() == frozen


def test_an_optional_field_more_is_written_and_the_earlier_schema_and_examples_are_kept(tree):
    golden = tree / "contracts" / "golden" / DECIDED
    before = {path.name: path.read_bytes() for path in golden.iterdir()}
    earlier = (tree / "contracts" / "schemas" / f"{DECIDED}.json").read_bytes()
    edit(tree, "decision.py", "    unanimous: bool", "    heard: bool = False\n    unanimous: bool")
    assert generate(tree).returncode == 0
    assert generate(tree, "--check").returncode == 0
    aside = (tree / "contracts" / "schemas" / "earlier").glob(f"{DECIDED}.*.json")
    assert max(aside, key=lambda path: int(path.stem.rsplit(".", 1)[-1])).read_bytes() == earlier
    assert before.items() <= {path.name: path.read_bytes() for path in golden.iterdir()}.items()
    assert "heard" in json.loads((golden / f"{len(before) + 1}.json").read_text("utf-8"))["data"]


def test_what_no_line_of_the_table_opens_to_anybody_stops_the_generation(tree):
    edit(tree, "../rights.py", '    "intake.ReferIdea": STAFF,\n', "")
    raised = "    raised: Instant\n    note: Sealed[str] | None = None\n"
    edit(tree, "case.py", raised, f"{raised}    aside: Sealed[str] | None = None\n")
    generated = generate(tree)
    assert generated.returncode == 1
    assert "nobody is said to send intake.ReferIdea" in generated.stderr
    assert "nobody is said to open council.RecusalRaised.aside" in generated.stderr

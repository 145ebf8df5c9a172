"""`make requirements`: writes docs/requirements.md from the tests; with `--check` says what would change."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from tests.requirements.proofs import ROOT, Unreadable, proofs
from tests.requirements.rows import numbers, sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.requirements.proofs import Proof

PAGE = ROOT / "docs" / "requirements.md"

OPENING = """\
# What is asked for, and what proves it

Every row of the documents that the municipalities started from, with the tests that prove it, or the word *open*:
nothing shows yet that it is met, though something of it may be there.

Generated from `tests/requirements/rows.toml` and from the markers over the tests, `@pytest.mark.requirement("R8")`,
by `make requirements`. `make check` fails when this page is stale, and when a row that it shows as proved is proved no
more; to give up a proof knowingly, remove its lines here first.
"""


def page(found: dict[str, list[Proof]]) -> str:
    """The page, from the proofs that were found."""
    return "\n".join([OPENING, f"Proved are {len(found)} of {len(numbers())}.", *_sections(found)]) + "\n"


def _sections(found: dict[str, list[Proof]]) -> Iterator[str]:
    for title, rows in sources().items():
        yield f"\n## {title}"
        for number, text in rows.items():
            yield f"\n**{number}** {text}\n"
            yield from (f"- [{proof.sentence}](../{proof.path})" for proof in found.get(number, []))
            if number not in found:
                yield "*open*"


def proved(text: str) -> set[str]:
    """The rows that a page shows as proved."""
    return set(re.findall(r"^\*\*(R\d+)\*\* .*\n\n- ", text, re.MULTILINE))


def main(arguments: list[str], path: Path = PAGE, root: Path = ROOT) -> int:
    """The exit code: 1 when a marker cannot be read, a proof is gone, or (with `--check`) the page is stale."""
    try:
        found = proofs(root)
    except Unreadable as wrong:
        return _complain(str(wrong))
    old = path.read_text("utf-8") if path.exists() else ""
    if gone := sorted(proved(old) - found.keys(), key=lambda number: int(number[1:])):
        return _complain(f"{path.name}: proved no more: {', '.join(gone)}")
    new = page(found)
    if "--check" in arguments:
        return 0 if old == new else _complain(f"{path.name} is stale: run `make requirements` and commit it")
    path.write_text(new, "utf-8")
    sys.stdout.write(f"{len(found)} of {len(numbers())} rows are proved\n")
    return 0


def _complain(what: str) -> int:
    sys.stderr.write(f"{what}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

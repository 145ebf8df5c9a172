"""The documents as a reader meets them: their links, their code, and the commands they show with what those print."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "contracts").rglob("*.md"))
    if path.is_file()
)

_FENCE = re.compile(r"^(?:<!-- (?P<name>\S+) -->\n)?```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`(loypa [^`]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Shown:
    """A command as a document shows it, what it says that it prints, and the exit code it ends with."""

    line: str
    prints: tuple[str, ...]
    ends: int = 0


def commands(document: Path) -> Iterator[Shown]:
    """The commands of a document's `console` blocks, in order."""
    for fence in _FENCE.finditer(document.read_text("utf-8")):
        if fence["kind"] == "console":
            lines = fence["body"].splitlines()
            starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
            for start, end in pairwise([*starts, len(lines)]):
                line, _, ends = lines[start].removeprefix("$ ").partition("  # ends with ")
                yield Shown(line, tuple(lines[start + 1 : end]), int(ends or 0))


def program(document: Path, name: str) -> str:
    """The code block that is called so."""
    return next(fence["body"] for fence in _FENCE.finditer(document.read_text("utf-8")) if fence["name"] == name)


def mentioned(document: Path) -> Iterator[list[str]]:
    """The words of every `loypa …` that a document mentions in its text, its tables or its blocks."""
    text = document.read_text("utf-8")
    for code in _CODE.findall(_FENCE.sub("", text)):
        yield code.replace(r"\|", "|").replace("[", " ").replace("]", " ").split()
    for shown in commands(document):
        if shown.line.startswith("loypa "):
            yield shlex.split(shown.line)


def links(document: Path) -> Iterator[str]:
    """Where a document's links lead."""
    yield from _LINK.findall(_FENCE.sub("", document.read_text("utf-8")))


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as forges make them."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(document.read_text("utf-8")))
    return {heading.replace(" ", "-") for heading in kept}


def missing(shown: tuple[str, ...], printed: str) -> str | None:
    """The first shown line that does not stand in what was printed, in its order; `…` is anything, or any lines."""
    rest = iter([" ".join(line.split()) for line in printed.splitlines()])
    for line in (" ".join(line.split()) for line in shown):
        if line != "…":
            wanted = re.compile(".*".join(map(re.escape, re.split(r" ?… ?", line))))
            if not any(wanted.fullmatch(told) for told in rest):
                return line
    return None

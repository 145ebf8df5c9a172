"""What the documents say of the tree and of `loypa` is so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from interfaces.cli.commands import app
from interfaces.cli.common import Exit
from tests.docs.reading import DOCUMENTS, ROOT, anchors, links, mentioned
from tests.interfaces.cli.options import options

if TYPE_CHECKING:
    from pathlib import Path

    from cyclopts import App

README = ROOT / "README.md"


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def leads_nowhere(document: Path, link: str) -> bool:
    """Whether a link within the tree has no target."""
    if re.match(r"[a-z]+:", link):
        return False
    file, _, anchor = link.partition("#")
    target = (document.parent / unquote(file)).resolve() if file else document
    return not target.exists() or bool(anchor and anchor not in anchors(target))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(document: Path):
    assert [link for link in links(document) if leads_nowhere(document, link)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_path_that_is_named_exists(document: Path):
    code = re.findall(
        r"`((?:contracts|runtime|services|interfaces|deploy|docs|tests)/[\w./-]+)`", document.read_text("utf-8")
    )
    assert [path for path in code if not (ROOT / path).exists()] == []


def subcommands(within: App) -> set[str]:
    """The names of the commands below an application."""
    return {name for name in within if not name.startswith("-")}


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_loypa_command_that_is_mentioned_exists_with_its_options(document: Path):
    for _, name, *words in mentioned(document):
        if name == "COMMAND":
            continue
        assert name in subcommands(app), name
        commands = [(name,)]
        if within := subcommands(app[name]):
            below = words[0].split("|") if words else []
            assert set(below) <= within, words
            commands = [(name, each) for each in below]
        known = {option for command in commands for option in options(*command)}
        assert {word for word in words if word.startswith("--")} <= known | {"--help"}, words


def test_the_readme_lists_every_command_of_loypa():
    listed = re.findall(r"^\| `loypa ([a-z]+)", README.read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(subcommands(app))


def test_the_readme_lists_every_exit_code():
    listed = re.findall(r"^\| (\d+) \|", README.read_text("utf-8"), re.MULTILINE)
    assert [int(code) for code in listed] == sorted(Exit)


def test_every_decision_is_in_the_list_of_decisions_once():
    folder = ROOT / "docs" / "adr"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert sorted(links(folder / "README.md")) == pages
    assert [int(page[:4]) for page in pages] == list(range(1, len(pages) + 1))


def test_every_decision_has_its_three_parts_on_one_page():
    for page in (ROOT / "docs" / "adr").glob("[0-9]*.md"):
        text = page.read_text("utf-8")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], page.name
        assert len(text.splitlines()) <= 60, page.name


def test_every_word_of_the_glossary_stands_in_the_code_unless_it_is_in_italics():
    packages = ("contracts", "runtime", "services", "interfaces")
    code = " ".join(path.read_text("utf-8") for package in packages for path in (ROOT / package).rglob("*.py"))
    known = re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code)).lower()
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    cells = re.findall(r"^\| [^|]+ \| ([^|]+) \|[^|]*\|[^|]*\|$", glossary, re.MULTILINE)[1:]
    words = [word.strip() for cell in cells for word in cell.split(",")]
    assert len(words) > 30
    assert [word for word in words if "*" not in word and f" {word.replace('-', ' ')}" not in known] == []

"""Every command, and every group of them, shows in its `--help` how it is called."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from interfaces.cli.commands import app
from tests.interfaces.cli.options import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclopts import App


def commands(group: App, *words: str) -> Iterator[tuple[tuple[str, ...], App]]:
    """The group and all that is below it, by the words that call it."""
    yield words, group
    for name in group:
        if not name.startswith("-"):
            yield from commands(group[name], *words, name)


ALL = dict(commands(app))


def in_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_has_an_example_that_can_be_called(words, capsys, monkeypatch):
    monkeypatch.setenv("LOYPA_LANGUAGE", "en")  # put back: an example may name another
    command = ALL[words]
    examples = re.findall(r"Example: `([^`]+)`", command.help)
    assert examples, f"loypa {' '.join(words)} --help has no example"
    app.help_print(list(words))
    shown = in_one_line(capsys.readouterr().out)
    for example in examples:
        assert f"Example: {in_one_line(example)}" in shown
        call = re.sub(r"^\w+=\S+ | > \S+$", "", example)  # a variable before it, a file behind it
        loypa, *said = shlex.split(call)
        assert (loypa, tuple(said[: len(words)])) == ("loypa", words)
        called, *_ = app.parse_args(said, exit_on_error=False, print_error=False)
        assert command.default_command in {called, None}  # a group's example calls one of its commands


ROOT = Path(__file__).parents[3]
TOLD = [
    file for part in ("contracts", "runtime", "services", "interfaces", "docs") for file in (ROOT / part).rglob("*")
]


def options_below(words: tuple[str, ...]) -> set[str]:
    """The options of a command, or of those in a group."""
    each = [called for called, command in ALL.items() if called[: len(words)] == words and command.default_command]
    return {name for called in each for name in options(*called)}


def test_what_messages_and_documents_say_to_call_can_be_called():
    files = [ROOT / "README.md", *(file for file in TOLD if file.suffix in {".py", ".toml", ".md"})]
    calls = {call for file in files for call in re.findall(r"`loypa ([a-z][^`]*)`", file.read_text("utf-8"))}
    assert len(calls) > 50
    for call in calls:
        said = call.replace(r"\|", " ").split()
        words = next((tuple(said[:n]) for n in (2, 1) if tuple(said[:n]) in ALL), ())
        assert words, f"`loypa {call}` is no command"
        assert set(re.findall(r"--[a-z-]+", call)) <= options_below(words) | {"--help"}, f"`loypa {call}`"

"""Which tests prove which requirements, read from their source: nothing is imported, nothing collected."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.requirements.rows import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


class Unreadable(Exception):  # noqa: N818 - it says what is the matter
    """A marker that names no row, or that stands where it cannot be read."""


@dataclass(frozen=True, order=True)
class Proof:
    """A test that proves a row: its file, from the root of the tree, and its sentence."""

    path: str
    sentence: str


def proofs(root: Path = ROOT) -> dict[str, list[Proof]]:
    """The proofs of each row that has any, in the order of files and of the tests in them. Raises `Unreadable`."""
    found: dict[str, list[Proof]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        text = path.read_text("utf-8")
        if "mark.requirement" not in text or path.is_relative_to(root / "tests" / "soak"):
            continue  # `make test` does not run the soak
        for row, proof in _marked(ast.parse(text), path.relative_to(root).as_posix()):
            found.setdefault(row, []).append(proof)
    return found


def _marked(module: ast.Module, path: str) -> Iterator[tuple[str, Proof]]:
    read = 0
    for node in ast.walk(module):
        for marker in _markers(node):
            read += 1
            for row in _rows(marker, path):
                yield row, Proof(path, _sentence(node))
    written = sum(isinstance(node, ast.Attribute) and node.attr == "requirement" for node in ast.walk(module))
    if written != read:
        raise Unreadable(f"{path}: mark.requirement stands over a test or a class of tests, and nowhere else")


def _markers(node: ast.AST) -> list[ast.Call]:
    """What is said over a function or a class; or `TestIt = pytest.mark.requirement(…)(Machine.TestCase)`."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            said: list[ast.expr] = node.decorator_list
        case ast.Assign(value=ast.Call(func=func)):
            said = [func]
        case _:
            return []
    return [each for each in said if isinstance(each, ast.Call) and _is_marker(each.func)]


def _is_marker(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr == "requirement"


def _rows(marker: ast.Call, path: str) -> list[str]:
    rows = [argument.value if isinstance(argument, ast.Constant) else None for argument in marker.args]
    named = [row for row in rows if isinstance(row, str) and row in numbers()]
    if not named or len(named) != len(rows) or marker.keywords:
        raise Unreadable(f"{path}:{marker.lineno}: it names no row of tests/requirements/rows.toml")
    return named


def _sentence(node: ast.AST) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name.removeprefix("test_").replace("_", " ")
        case ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
            words = "".join(f" {ch.lower()}" if ch.isupper() else ch for ch in name.removeprefix("Test"))
            return words.strip()
        case _:
            raise AssertionError("unreachable: only these carry markers")

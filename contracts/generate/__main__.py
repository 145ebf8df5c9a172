"""Writes what is generated from the contracts; with `--check` says what would change and exits with 1."""

from __future__ import annotations

import difflib
import itertools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydantic_core

from contracts.generate import asyncapi, compatibility, golden, rights, schemas

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTRACTS = Path(__file__).parent.parent
SCHEMAS = CONTRACTS / "schemas"
EARLIER = SCHEMAS / "earlier"
ASYNCAPI = CONTRACTS / "asyncapi" / "loypa.json"


def main(arguments: list[str]) -> int:
    """The exit code: 0 when all is written (or up to date), 1 when something differs or a frozen schema would break."""
    broken = forbidden_changes(SCHEMAS, schemas.frozen()) + [f"contracts/rights.py: {what}" for what in rights.unsaid()]
    for line in broken:
        print(line, file=sys.stderr)  # noqa: T201 - a command's own output
    if broken:
        return 1
    if "--check" not in arguments:
        write()
        return 0
    differences = stale()
    for line in differences:
        print(line, file=sys.stderr)  # noqa: T201 - a command's own output
    return 1 if differences else 0


def forbidden_changes(folder: Path, wanted: Mapping[str, schemas.Schema]) -> list[str]:
    """What the contracts change in frozen schemas beyond adding optional fields."""
    found: list[str] = []
    for path in sorted(folder.glob("no.loypa.*.json")):
        if path.stem not in wanted:
            found.append(f"{path.stem} is frozen, but no message has this type any more")
            continue
        found += [f"{path.stem} is frozen: {what}" for what in compatibility.breaks(_read(path), wanted[path.stem])]
    if found:
        found.append(
            "Make it a new version (`version = 2`, with an upcaster). Only a type that nobody has recorded yet may be "
            "thawed: delete its file in contracts/schemas/ and its folder in contracts/golden/, and generate anew."
        )
    return found


def write() -> None:
    """Bring every generated file up to date. A frozen schema that gains a field is first set aside as it was."""
    for type_, schema in schemas.frozen().items():
        path = SCHEMAS / f"{type_}.json"
        if path.exists() and compatibility.breaks(schema, _read(path)):
            _set_aside(path)
    for path, text in _texts().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for path in _left_over():
        path.unlink()


def stale() -> list[str]:
    """What `write` would change, with the first lines that differ."""
    found = [f"{_named(path)}: nothing generates this file" for path in _left_over()]
    for path, text in _texts().items():
        old = path.read_text("utf-8") if path.exists() else ""
        if old != text:
            changes = _first_changes(old.splitlines(), text.splitlines()) if old else []
            found += [f"{_named(path)}: {'differs' if old else 'is missing'}", *changes]
    return [*found, "Run `make generate` and commit what it writes."] if found else []


def _first_changes(old: list[str], new: list[str]) -> list[str]:
    same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    near = slice(same, same + 100)  # a diff of the whole of a long file takes seconds
    lines = difflib.unified_diff(old[near], new[near], "committed", "contracts", "", "", 0, "")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))][:6]


def _texts() -> dict[Path, str]:
    files: dict[Path, Any] = {SCHEMAS / f"{name}.json": schema for name, schema in schemas.everything().items()}
    files |= golden.missing()
    files[ASYNCAPI] = asyncapi.document()
    return {path: _text(content) for path, content in files.items()} | {rights.PAGE: rights.page()}


def _left_over() -> list[Path]:
    known = {SCHEMAS / f"{name}.json" for name in schemas.everything()}
    return [path for path in sorted(SCHEMAS.rglob("*.json")) if path not in known and path.parent != EARLIER]


def _set_aside(path: Path) -> None:
    EARLIER.mkdir(exist_ok=True)
    number = len(list(EARLIER.glob(f"{path.stem}.*.json"))) + 1
    (EARLIER / f"{path.stem}.{number}.json").write_text(path.read_text("utf-8"), "utf-8")


def _read(path: Path) -> schemas.Schema:
    schema: schemas.Schema = json.loads(path.read_text("utf-8"))
    return schema


def _text(content: Any) -> str:  # noqa: ANN401 - any JSON
    return pydantic_core.to_json(content, indent=2).decode() + "\n"  # json's own takes seconds for all of them


def _named(path: Path) -> str:
    return str(path.relative_to(CONTRACTS.parent))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

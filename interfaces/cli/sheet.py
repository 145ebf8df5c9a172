"""A CSV file whose lines are claims: which column holds which field, what is wrong with it, and each line's claim.

Pure but for reading the file; what a value may be is for the service that decides on the claim.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.claims import IdeaSubmitted
from interfaces.cli.common import Wrong
from runtime.claims import content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

ID = "id"
"""The field that becomes the CloudEvents id."""

LONGEST_ID = 200
"""Characters a claim's id may have."""

_DELIMITERS = ",;\t"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LISTS = frozenset({"tags"})
"""Fields of several values, which a cell separates by commas, semicolons or bars."""


@dataclass(frozen=True)
class Line:
    """One claim: the number of the file's line it begins on, its id, its content's digest and its CloudEvents bytes."""

    number: int
    id: str
    content: str
    body: bytes


@dataclass(frozen=True)
class Sheet:
    """A CSV file (UTF-8, with or without its mark; comma, semicolon or tab) and the column of each field.

    Every method raises `Wrong`, with file, line and column, for what cannot be read.
    """

    path: Path
    columns: dict[str, str]
    system: str

    def check(self) -> int:
        """Read the file to its end before anything is claimed; how many claims there are in it."""
        seen: dict[str, int] = {}
        for line in self:
            if line.id in seen:
                column = self.columns[ID]
                raise self._wrong(line.number, f"column {column!r}: the id {line.id!r} is that of line {seen[line.id]}")
            seen[line.id] = line.number
        if not seen:
            raise Wrong(f"{self.path} has a header and no line below it")
        return len(seen)

    def __iter__(self) -> Iterator[Line]:
        try:
            with self.path.open("rb") as file:
                first = file.readline()
            delimiter = _delimiter(first, self.columns.values())
            with self.path.open("rb") as file:
                rows = csv.reader(self._text(file), delimiter=delimiter, strict=True)
                yield from self._lines(rows)
        except OSError as error:
            raise Wrong(f"{self.path}: {error.strerror or error}") from error

    def _lines(self, rows: Any) -> Iterator[Line]:  # noqa: ANN401 - csv's own reader
        header: list[str] | None = None
        places: dict[str, int] = {}
        number = 1
        while True:
            try:
                cells = next(rows, None)
            except csv.Error as error:
                alone = str(error).startswith("new-line character")
                why = "a line ends with CR alone: save it with LF or CRLF" if alone else f"not CSV: {error}"
                raise self._wrong(number, why) from error
            if cells is None:
                break
            if any(cells):
                if header is None:
                    header = [cell.strip() for cell in cells]
                    places = self._places(header)
                elif len(cells) != len(header):
                    raise self._wrong(number, f"{len(cells)} cells where the header has {len(header)} columns")
                else:
                    yield self._line(number, {field: cells[place].strip() for field, place in places.items()})
            number = rows.line_num + 1
        if header is None:
            raise Wrong(f"{self.path} is empty: a first line with the names of the columns is needed")

    def _places(self, header: list[str]) -> dict[str, int]:
        for field, column in self.columns.items():
            if column not in header:
                there = ", ".join(repr(name) for name in header if name)
                raise self._wrong(1, f"there is no column {column!r} for {field}; there are {there}")
            if header.count(column) > 1:
                raise self._wrong(1, f"there are {header.count(column)} columns {column!r}; which holds {field}?")
        return {field: header.index(column) for field, column in self.columns.items()}

    def _line(self, number: int, cells: dict[str, str]) -> Line:
        claim_id, column = cells[ID], self.columns[ID]
        if not claim_id:
            raise self._wrong(number, f"column {column!r}: the id is empty")
        if len(claim_id) > LONGEST_ID:
            raise self._wrong(
                number, f"column {column!r}: an id has at most {LONGEST_ID} characters, not {len(claim_id)}"
            )
        for field, cell in cells.items():
            if "\0" in cell:
                raise self._wrong(number, f"column {self.columns[field]!r}: it holds the character NUL (U+0000)")
        data = {field: _value(field, cell) for field, cell in cells.items() if field != ID and cell}
        claim = {
            "specversion": "1.0",
            "id": claim_id,
            "source": f"urn:loypa:{self.system}",
            "type": IdeaSubmitted.type(),
            "datacontenttype": "application/json",
            "data": data,
        }
        return Line(
            number, claim_id, content(claim), json.dumps(claim, ensure_ascii=False, separators=(",", ":")).encode()
        )

    def _text(self, file: Iterable[bytes]) -> Iterator[str]:
        before = 0
        for number, raw in enumerate(file, start=1):
            if number == 1 and raw.startswith(_UTF16_MARKS):
                raise self._wrong(1, "it is UTF-16: save it as UTF-8")
            mark = len(_UTF8_MARK) if number == 1 and raw.startswith(_UTF8_MARK) else 0
            try:
                yield raw[mark:].decode()
            except UnicodeDecodeError as error:
                place, byte = before + mark + error.start, error.object[error.start]
                raise self._wrong(
                    number, f"byte {place} of the file (0x{byte:02x}) is not UTF-8: save it as UTF-8"
                ) from error
            before += len(raw)

    def _wrong(self, line: int, what: str) -> Wrong:
        return Wrong(f"{self.path}, line {line}: {what}")


def columns(maps: Sequence[str]) -> dict[str, str]:
    """The column of each field, from `FIELD=COLUMN`. Raises `Wrong` for an unknown, missing or doubled field."""
    fields = (ID, *IdeaSubmitted.model_fields)
    found: dict[str, str] = {}
    for given in maps:
        field, separator, column = (part.strip() for part in given.partition("="))
        if not separator or not field or not column:
            raise Wrong(f"--map {given}: it is FIELD=COLUMN, such as title=Tittel")
        if field not in fields:
            raise Wrong(f"--map {given}: a claim has no field {field!r}; it has {', '.join(fields)}")
        if field in found:
            raise Wrong(f"--map {given}: {field} is already in column {found[field]!r}")
        found[field] = column
    needed = (ID, *(name for name, field in IdeaSubmitted.model_fields.items() if field.is_required()))
    if missing := [field for field in needed if field not in found]:
        raise Wrong(f"--map is missing for {', '.join(missing)}: {', '.join(needed)} are needed, such as --map id=code")
    return found


def _delimiter(header: bytes, wanted: Iterable[str]) -> str:
    """The separator under which the header has the most of the wanted columns; a comma if none is better."""
    text = header.removeprefix(_UTF8_MARK).decode(errors="replace")
    names = list(wanted)

    def matches(delimiter: str) -> int:
        try:
            there = {cell.strip() for cells in csv.reader([text], delimiter=delimiter) for cell in cells}
        except csv.Error:
            return 0  # whoever reads the lines says what is wrong with this one
        return sum(name in there for name in names)

    return max(_DELIMITERS, key=matches)


def _value(field: str, cell: str) -> str | list[str]:
    if field in _LISTS:
        return [part.strip() for part in re.split(r"[,;|]", cell) if part.strip()]
    return cell

"""The case register (aggregate CaseRegister): running numbers per council and year, without gap or repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from contracts.events.council import CaseNumbered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

CENTURY = 100

DIGITS = "0123456789"

LONGEST = 6
"""Digits in a running number, at most: no council numbers a million cases in a year."""

_PLACES = re.compile(r"(<n>|<yyyy>|<yy>)")


@dataclass(frozen=True)
class CaseRegister:
    """The numbers given in one year: by case, in their order, and the case by label."""

    council: UUID
    year: int
    numbers: Mapping[UUID, int] = field(default_factory=dict)
    labels: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True)
class NumberCase:
    """Give the case the next number, written in this way."""

    case: UUID
    numbering: str


def label(numbering: str, number: int, year: int) -> str:
    """The number as the council writes it: `PS-<n>/<yy>`, 3 and 2026 give `PS-3/26`."""
    short = f"{year % CENTURY:02}"
    return numbering.replace("<n>", str(number)).replace("<yyyy>", str(year)).replace("<yy>", short)


def year_of(numbering: str, written: str) -> int | None:
    """The year a label written in this way names, `None` if it is not so written; two digits are of this century."""
    parts = {"<n>": r"\d+", "<yyyy>": r"(?P<yyyy>\d{4})", "<yy>": r"(?P<yy>\d{2})"}
    pattern = "".join(parts.get(part, re.escape(part)) for part in _PLACES.split(numbering))
    found = re.fullmatch(pattern, written)
    if found is None:
        return None
    named = found.groupdict()
    return int(named["yyyy"]) if "yyyy" in named else 2000 + int(named["yy"])


def alike(one: str, other: str) -> bool:
    """Whether two ways of writing numbers could write two cases' numbers the same: `PS-<n>/<yy>` and `PS-1<n>/<yy>`."""
    return one != other and any(
        len(a) == len(b) and all(map(_meet, a, b)) for a in _shapes(one) for b in _shapes(other)
    )


def _meet(here: str, there: str) -> bool:
    return not set(here).isdisjoint(there)


def _shapes(numbering: str) -> list[list[str]]:
    """The characters that can stand in each place of a label, for each length of its running number."""
    parts, year = _PLACES.split(numbering), {"<yyyy>": [DIGITS] * 4, "<yy>": [DIGITS] * 2}
    numbers = ([DIGITS[1:], *([DIGITS] * more)] for more in range(LONGEST))
    return [[place for part in parts for place in ({"<n>": number} | year).get(part, part)] for number in numbers]


def decide(register: CaseRegister, command: NumberCase) -> list[CaseNumbered]:
    """The next number for a case that has none in this register."""
    if command.case in register.numbers:
        return []
    number = len(register.numbers) + 1
    return [
        CaseNumbered(
            council=register.council,
            year=register.year,
            number=number,
            case=command.case,
            label=label(command.numbering, number, register.year),
        )
    ]


def evolve(register: CaseRegister, event: CaseNumbered) -> CaseRegister:
    """The register with the number in it."""
    return replace(
        register,
        numbers={**register.numbers, event.case: event.number},
        labels={**register.labels, event.label: event.case},
    )

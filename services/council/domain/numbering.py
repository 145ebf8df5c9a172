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
    pattern = "".join(parts.get(part, re.escape(part)) for part in re.split(r"(<n>|<yyyy>|<yy>)", numbering))
    found = re.fullmatch(pattern, written)
    if found is None:
        return None
    named = found.groupdict()
    return int(named["yyyy"]) if "yyyy" in named else 2000 + int(named["yy"])


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

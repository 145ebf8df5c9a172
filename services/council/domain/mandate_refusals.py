"""What is said no to about editions of the mandate, each with the facts it was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date


@dataclass(eq=False)
class MandateOutOfOrder(Refused):
    """An edition holds from its date and cannot come into force before the one it changes."""

    in_force: date
    edition: int
    edition_in_force: date
    says = "edition {edition} is in force from {edition_in_force}, so the next cannot be from {in_force}"
    field: ClassVar[str | None] = "in_force"
    accepts = "a date from {edition_in_force} on"


@dataclass(eq=False)
class AdoptedAhead(Refused):
    """What is put on record as adopted has been adopted."""

    adopted: date
    day: date
    says = "{adopted} is after {day}, when the edition is said to have been adopted"
    field: ClassVar[str | None] = "adopted"
    accepts = "a date that has been; `in_force` may be later"


@dataclass(eq=False)
class MandateReachesBack(Refused):
    """An edition binds from its adoption on: what the council did before that stands by the rules of then (R19)."""

    in_force: date
    adopted: date
    says = "an edition adopted on {adopted} cannot be in force from {in_force}"
    field: ClassVar[str | None] = "in_force"
    accepts = "a date from {adopted} on"


@dataclass(eq=False)
class MandateNotDecided(Refused):
    """An edition of the mandate that points to a case of the council's own needs its yes in that case (R19)."""

    number: str
    adopted: date
    decided: date | None
    says = "{number} has no decision by {adopted} that the edition could rest on (decided: {decided})"
    field: ClassVar[str | None] = "case"
    accepts = "a case in which the council has said yes by then, or another body's case reference"


@dataclass(eq=False)
class NotAboutMandate(Refused):
    """An edition of the mandate rests on a case that was opened about the mandate (R19)."""

    number: str
    says = "case {number} is not about the mandate"
    field: ClassVar[str | None] = "case"
    accepts = "a case opened with the matter mandate, or another body's case reference"


@dataclass(eq=False)
class MandateRests(Refused):
    """A decision bears one edition of the mandate (R19)."""

    number: str
    edition: int
    says = "edition {edition} rests on the decision in {number}, which bears no other"
    field: ClassVar[str | None] = "case"
    accepts = "a decision of its own for the new edition"


@dataclass(eq=False)
class NumbersAlike(Refused):
    """A case's number is its own: cases are numbered through the year, however an edition writes their numbers."""

    numbering: str
    other: str
    says = "numbers written {numbering} could be the same as numbers written {other}, which this council has had"
    field: ClassVar[str | None] = "rules.numbering"
    accepts = "a way of writing that cannot give another case's number, such as with other letters first"

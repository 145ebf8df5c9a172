"""What is exempt from publicity (unntatt offentlighet), and by which law: offentleglova §§ 13 and 14."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Iterable


class Part(StrEnum):
    """What of a case can be exempt; what nobody has exempted is public (offentleglova § 3)."""

    TITLE = "title"
    ASSESSMENT = "assessment"
    """What is written of it before it is decided: problem, solution, grounds, scores, its place in the queue."""
    RECOMMENDATION = "recommendation"
    """What is recommended and why (innstilling)."""
    REASONS = "reasons"
    """Why it is decided so, with the priorities that rests on, and why it is reopened, or struck from an agenda."""
    CONDITIONS = "conditions"
    VOTES = "votes"
    """Who voted what; that and how the council decided stays public."""
    CASE = "case"
    """All of the above, and which other body decided it, to whom it is handed on, which other bodies' decisions it
    leans on, and on what ground somebody is recused in it, with how that came up."""


class ExemptionGround(StrEnum):
    """Why something is exempt."""

    PERSONAL = "personal"
    """Under a duty of confidentiality, about somebody's personal affairs (offentleglova § 13, forvaltningsloven § 13
    first paragraph no. 1)."""
    BUSINESS = "business"
    """Under a duty of confidentiality, a trade secret (offentleglova § 13, forvaltningsloven § 13 first paragraph
    no. 2)."""
    INTERNAL = "internal"
    """A document for the body's own preparation of a case (offentleglova § 14)."""

    @property
    def citation(self) -> str:
        """The ground as it stands on a document."""
        return _CITATIONS[self]

    @property
    def by_duty(self) -> bool:
        """Whether a duty of confidentiality forbids to give access: then more access (meirinnsyn) is no question."""
        return self is not ExemptionGround.INTERNAL


_CITATIONS = {
    ExemptionGround.PERSONAL: "offl. § 13, jf. fvl. § 13 første ledd nr. 1",
    ExemptionGround.BUSINESS: "offl. § 13, jf. fvl. § 13 første ledd nr. 2",
    ExemptionGround.INTERNAL: "offl. § 14",
}


class Exempt(BaseModel):
    """A part of a case that is exempt, and why."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    part: Part
    ground: ExemptionGround


def notice(ground: ExemptionGround) -> str:
    """What stands where something is exempt."""
    return f"Unntatt offentlighet ({ground.citation})"


def withheld(exempt: Iterable[Exempt], public_title: str | None = None) -> dict[str, Any]:
    """What stands instead, by the names of a decision's fields, for whoever may not read what is exempt."""
    known = tuple(exempt)
    instead: dict[str, Any] = {}
    if (ground := ground_of(Part.TITLE, known)) is not None:
        instead["title"] = public_title or notice(ground)
    if (ground := ground_of(Part.REASONS, known)) is not None:
        instead |= {"reasons": notice(ground), "priorities": (notice(ground),)}
    if (ground := ground_of(Part.CONDITIONS, known)) is not None:
        instead["conditions"] = (notice(ground),)
    if ground_of(Part.VOTES, known) is not None:
        instead |= {"votes": (), "tie_broken_by": None}
    if ground_of(Part.CASE, known) is not None:
        instead |= {"recusals": (), "referral": None, "formal": None, "political": ()}
        instead |= dict.fromkeys(("body", "reference", "origin"))
    return instead


def ground_of(part: Part, exempt: Iterable[Exempt]) -> ExemptionGround | None:
    """Why the part is exempt, by itself or with the whole case; `None` when it is public."""
    grounds = {one.part: one.ground for one in exempt}
    return grounds.get(part, grounds.get(Part.CASE))

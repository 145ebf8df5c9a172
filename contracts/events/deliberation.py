"""The words a council deliberates in: what is voted on, what comes of it, and why somebody may not take part."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.message import Event, Instant, Line, PersonId
from contracts.sealed import Sealed

Route = Literal["pilot", "inter-municipal"]
"""Go first and pilot, or an inter-municipal course (R12)."""

Strength = Literal["should", "shall"]
"""*Bør* or *skal* (R12)."""


class FormName(BaseModel):
    """What a council calls a form of the onward course (R11), in both languages."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    nb: Line
    nn: Line


Vote = Literal["for", "against"]
"""Nobody who is present and not recused may abstain (kommuneloven § 8-1 second paragraph)."""


class Motion(StrEnum):
    """What the votes are about."""

    SUBSTANCE = "substance"
    """The matter itself: for is to approve or adopt (or to follow the formal decision), against is to decline."""
    DEFERRAL = "deferral"
    """To take it up in a later meeting (utsettelse)."""
    RETURN = "return"
    """To send it back to the one who submitted it."""
    REFERRAL = "referral"
    """To hand it on to the line, to suppliers or to KS Digital."""


class Outcome(StrEnum):
    """What a council can make of a case."""

    APPROVED = "approved"
    DECLINED = "declined"
    DEFERRED = "deferred"
    """To a later meeting: the case stays open and keeps its number."""
    RETURNED = "returned"
    """To the submitter: opened again, under the same number, when the idea is referred again."""
    REFERRED = "referred"
    """To the line, to suppliers or to KS Digital, whose matter it is (R27): the council is done with it."""
    FORMAL = "formal"
    """The matter was decided formally by another body; the council follows that decision (R54)."""
    ADOPTED = "adopted"
    """The council's own matter was adopted (vedtatt), such as a new edition of its mandate: nothing is set going."""


class Matter(StrEnum):
    """What a case of the council's own is about, where it is nothing to carry out."""

    MANDATE = "mandate"
    """A new edition of the mandate (R19)."""
    PROCEDURE = "procedure"
    """How the council works: its plan of meetings, its criteria, its reports."""


class Ground(StrEnum):
    """Why a member is recused (inhabil): the letters of forvaltningsloven § 6."""

    PARTY = "party"
    """Is a party to the case: § 6 a."""
    KIN = "kin"
    """Is related or married to a party: § 6 b and c."""
    REPRESENTS = "represents"
    """Represents a party: § 6 d."""
    LEADS = "leads"
    """Leads or sits on the board of a party: § 6 e."""
    CIRCUMSTANCES = "circumstances"
    """Other particular circumstances weaken the trust in them: § 6 second paragraph."""


class Raised(StrEnum):
    """How the question whether a member is recused came up."""

    DECLARED = "declared"
    """The member said so."""
    POINTED_OUT = "pointed-out"
    """Somebody else did."""
    OF_ITSELF = "of-itself"
    """The case names the member as its submitter or a party, and they are there to decide it."""


class VoteRecord(BaseModel):
    """Who voted what; a substitute in whose seat, or in the vacant one of which number."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    member: PersonId
    vote: Vote
    instead_of: PersonId | None = None
    vacancy: int | None = None


class RecusalRecord(BaseModel):
    """A question of recusal that the body had answered: whose, on what ground, how it came up, what was found and when.

    Where the whole case is exempt from publicity the ground is left out, and how it came up, which would tell it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    member: PersonId
    ground: Ground | None = None
    how: Raised | None = None
    recused: bool
    found: Instant


class Substitution(BaseModel):
    """A substitute (vara) in a member's seat, or in a vacant one, which has a number."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    substitute: PersonId
    instead_of: PersonId | None = None
    vacancy: int | None = None

    @property
    def seat(self) -> str:
        """The seat they sit in, by its member, or by its number in words that are no person's id."""
        return self.instead_of or f"vacant seat {self.vacancy}"


class Addressee(StrEnum):
    """To whom the council hands on what is not its own to carry out."""

    LINE = "line"
    """A unit or leader in the municipality's line (linja)."""
    SUPPLIERS = "suppliers"
    """Suppliers: innovation in products is theirs (R27)."""
    KS_DIGITAL = "ks-digital"
    """KS Digital (R27)."""


class Referral(BaseModel):
    """To whom a case is handed on: of what kind they are, and who."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    to: Addressee
    whom: Line


class Purpose(StrEnum):
    """What a political decision by another body is about (R54)."""

    CARRY_OUT = "carry-out"
    """That it is carried out."""
    PUT_INTO_USE = "put-into-use"
    """That the result is put into use."""


class FormalDecision(BaseModel):
    """A decision by another body (R54): which, its case number there, when."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    body: Line
    reference: Line
    decided: date


class PoliticalDecision(FormalDecision):
    """One of the two political decisions that the case leans on (R54)."""

    purpose: Purpose


class SealedDecision(BaseModel):
    """What is kept of another body's decision, where the whole case is exempt: who decided it, and its case there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    purpose: Purpose | None = None
    body: Sealed[str]
    reference: Sealed[str]


class CouncilEvent(Event):
    """An event of the council service; `council` is the council it belongs to."""

    service: ClassVar[str | None] = "council"

    council: UUID

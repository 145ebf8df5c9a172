"""What is said no to about what a decision says, each with the facts it was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date

    from contracts.ruleset import NamedForm


@dataclass(eq=False)
class VotesSayOtherwise(Refused):
    """A decision is what the votes say."""

    outcome: str
    votes_for: int
    votes_against: int
    says = "{votes_for} for and {votes_against} against do not make it {outcome}"
    field: ClassVar[str | None] = "outcome"


@dataclass(eq=False)
class DecisionIncomplete(Refused):
    """An approval says in which form (R11), on which of the municipality's priorities (R6) and by whom (R15)."""

    outcome: str
    missing: tuple[str, ...]
    says = "a decision with the outcome {outcome} also needs {missing}"


@dataclass(eq=False)
class NothingToCarryOut(Refused):
    """An onward course is of what is approved, or of another body's decision that the council follows."""

    outcome: str
    given: tuple[str, ...]
    says = "a case whose outcome is {outcome} has no onward course: {given} cannot be given"


@dataclass(eq=False)
class OwnMatter(Refused):
    """The council's own matters are adopted and set nothing going: what is to be carried out is another case."""

    number: str
    matter: str
    says = "case {number} is the council's own ({matter}): it is adopted, and sets nothing going"
    field: ClassVar[str | None] = "outcome"
    accepts = "the outcome adopted, without form, route and strength"


@dataclass(eq=False)
class NotOwnMatter(Refused):
    """Adopted is what the council makes of its own matters; what is to be carried out is approved."""

    number: str
    says = "case {number} was not opened as a matter of the council's own, so it is approved or declined, not adopted"
    field: ClassVar[str | None] = "outcome"
    accepts = "approved, with form, priorities and responsible"


@dataclass(eq=False)
class NotFormal(Refused):
    """Which body decided formally belongs to a decision to follow it (R54)."""

    outcome: str
    says = "a case whose outcome is {outcome} follows no other body's formal decision"
    field: ClassVar[str | None] = "formal"
    accepts = "the outcome formal; or `political`, for a decision of another body that the case leans on"


@dataclass(eq=False)
class UnknownForm(Refused):
    """The form is one of those the council's rules name (R11)."""

    form: str
    forms: tuple[str, ...]
    form_names: tuple[NamedForm, ...] = ()
    says = "the council has no form {form}"
    field: ClassVar[str | None] = "form"
    accepts = "one of {forms}"


@dataclass(eq=False)
class UnknownRoute(Refused):
    """The route is one of those the council's rules name (R12)."""

    route: str
    routes: tuple[str, ...]
    says = "the council has no route {route}"
    field: ClassVar[str | None] = "route"
    accepts = "one of {routes}"


@dataclass(eq=False)
class NotHandedOn(Refused):
    """To whom a case is handed on belongs to a decision to do so (R27)."""

    outcome: str
    says = "a case whose outcome is {outcome} is handed on to nobody"
    field: ClassVar[str | None] = "referral"
    accepts = "the outcome referred"


@dataclass(eq=False)
class StrengthWithoutRoute(Refused):
    """*Skal* or *bør* says how strongly a route is meant (R12)."""

    strength: str
    says = "`{strength}` says how strongly a route is meant, and none is given"
    field: ClassVar[str | None] = "route"
    accepts = "pilot or inter-municipal"


@dataclass(eq=False)
class DeadlinePassed(Refused):
    """A deadline is not before the decision that sets it."""

    deadline: date
    decided: date
    says = "the deadline {deadline} is before the decision on {decided}"
    field: ClassVar[str | None] = "deadline"
    accepts = "a date from {decided} on"


@dataclass(eq=False)
class DecidedAhead(Refused):
    """What is put on record has happened. The day after the present one in UTC is taken: it may have begun here."""

    decided: date
    day: date
    says = "{decided} is after {day}, when it is said to have been decided"
    field: ClassVar[str | None] = "decided"
    accepts = "a date that has been"

"""What intake says no to, each with the facts it was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID


@dataclass(eq=False)
class UnknownIdea(Refused):
    """There is no such idea in the municipality; another municipality's gets the same answer."""

    idea: UUID
    says = "There is no idea {idea} here."


@dataclass(eq=False)
class NotYours(Refused):
    """Only the submitter, whoever assisted, or a caseworker does this (R56)."""

    idea: UUID
    actor: str
    says = "Idea {idea} is not {actor}'s: its submitter or a caseworker can do this."


@dataclass(eq=False)
class NotInYourName(Refused):
    """A person submits for themselves, or says that they assist (R49)."""

    person: str
    assisted_by: str | None
    actor: str
    says = "{actor} cannot submit in the name of {person} without saying who assists."
    field = "assisted_by"
    accepts = "{actor}"


@dataclass(eq=False)
class AlreadySubmitted(Refused):
    """The same key was used for something else."""

    idea: UUID
    differs: tuple[str, ...]
    says = "Idea {idea} was submitted under this key before, with other content: {differs}."
    field = "key"
    accepts = "a key of its own, or CorrectIdea"


@dataclass(eq=False)
class SubmittedInTheFuture(Refused):
    """Nothing is submitted after the day on which that is said."""

    submitted: date
    today: date
    says = "It cannot have been submitted on {submitted}: today is {today}."
    field = "submitted"
    accepts = "a date up to {today}"


@dataclass(eq=False)
class NothingToCorrect(Refused):
    """A correction changes something."""

    idea: UUID
    says = "The correction of idea {idea} says nothing that would change."
    accepts = "title, problem, proposal, tags or service_area"


@dataclass(eq=False)
class NothingToClarify(Refused):
    """Nobody asked that."""

    idea: UUID
    question: UUID
    says = "Nobody asked question {question} about idea {idea}."
    field = "question"


@dataclass(eq=False)
class AlreadyClarified(Refused):
    """A question is answered once."""

    idea: UUID
    question: UUID
    clarification: UUID
    says = "Question {question} about idea {idea} has its answer, {clarification}."
    accepts = "CorrectIdea, for what was submitted"


@dataclass(eq=False)
class MergedIdea(Refused):
    """It is part of another idea now."""

    idea: UUID
    into: UUID
    says = "Idea {idea} is part of idea {into}."
    field = "idea"
    accepts = "{into}"


@dataclass(eq=False)
class WithdrawnIdea(Refused):
    """It was taken back."""

    idea: UUID
    withdrawn: date
    says = "Idea {idea} was withdrawn on {withdrawn}."


@dataclass(eq=False)
class AlreadyReferred(Refused):
    """The council has it, or has had this referral."""

    idea: UUID
    council: UUID
    referral: int
    number: str | None
    says = "Idea {idea} was referred to the council before (referral {referral}, case {number})."


@dataclass(eq=False)
class NotReturned(Refused):
    """A further referral follows upon the council's returning the one before."""

    idea: UUID
    referral: int
    latest: int
    says = "Idea {idea} cannot have referral {referral}: {latest} so far, and each follows a return."
    field = "referral"


@dataclass(eq=False)
class AlreadyDecided(Refused):
    """The council has decided."""

    idea: UUID
    outcome: str
    number: str | None
    decided: date
    says = "The council decided on idea {idea} on {decided}: {outcome} (case {number})."


@dataclass(eq=False)
class MergeIntoItself(Refused):
    """An idea is not part of itself."""

    idea: UUID
    says = "Idea {idea} cannot be merged into itself."
    field = "into"
    accepts = "another idea of the municipality"


@dataclass(eq=False)
class MergeAcrossMunicipalities(Refused):
    """Each municipality decides on its own ideas; a similar need elsewhere is linked (R7)."""

    idea: UUID
    into: UUID
    says = "Idea {into} belongs to another municipality: {idea} can be linked to it, not merged into it."
    field = "into"
    accepts = "an idea of the same municipality, or LinkIdea"


@dataclass(eq=False)
class LinkWithinMunicipality(Refused):
    """Links go to other municipalities; at home similar ideas are merged (R17)."""

    idea: UUID
    other: UUID
    says = "Ideas {idea} and {other} belong to the same municipality."
    field = "other"
    accepts = "an idea of another municipality, or MergeIdea"


@dataclass(eq=False)
class NotShared(Refused):
    """An idea that only its own municipality may see is not shown to another by a link."""

    idea: UUID
    visibility: str
    says = "Idea {idea} is visible to {visibility} only, and a link would show it to another municipality."
    accepts = "an idea that is visible to the network or the public"

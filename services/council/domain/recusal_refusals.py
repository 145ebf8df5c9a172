"""What is said no to about recusal (inhabilitet), each with the facts it was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from contracts.refusals import Refused


@dataclass(eq=False)
class Recused(Refused):
    """Who is recused takes no part in the case (forvaltningsloven § 6)."""

    member: str
    ground: str
    says = "{member} is recused ({ground}) and does not vote"


@dataclass(eq=False)
class RecusalUndecided(Refused):
    """Whether a member is recused is decided before they vote, and before the case is decided (§ 8)."""

    number: str
    members: tuple[str, ...]
    says = "the council has not decided yet whether {members} may take part in case {number}"


@dataclass(eq=False)
class ChairKeptOut(Refused):
    """Who takes no part in a case does not lead its deciding either (forvaltningsloven § 6): another takes the chair.

    Nor do they lead the body's deciding of their own recusal (§ 8 second paragraph).
    """

    chair: str
    number: str
    others: tuple[str, ...]
    says = "{chair} takes no part in case {number} and does not chair its deciding: let another take the chair"
    accepts = "the chair taken by one of {others}"


@dataclass(eq=False)
class NotYourRecusal(Refused):
    """Members declare their own recusal; that of others is pointed out."""

    member: str
    acting: str
    says = "{acting} cannot declare {member} recused"


@dataclass(eq=False)
class NoSuchQuestion(Refused):
    """The body decides a question of recusal that somebody has raised."""

    member: str
    ground: str
    says = "nobody has asked whether {member} is recused on the ground {ground}"
    field: ClassVar[str | None] = "member"


@dataclass(eq=False)
class RecusalDecided(Refused):
    """What the body has found stands until the question is raised anew."""

    member: str
    ground: str
    recused: bool
    says = "the council has decided whether {member} is recused on the ground {ground} ({recused})"
    accepts = "the question raised anew"


@dataclass(eq=False)
class NoPartInQuestion(Refused):
    """No member takes part in deciding their own recusal, or another's while their own is in question (§ 8)."""

    member: str
    deciding: tuple[str, ...]
    says = "{member} takes no part in deciding this question of recusal"
    field: ClassVar[str | None] = "votes"
    accepts = "votes of {deciding}"


@dataclass(eq=False)
class VotesFindOtherwise(Refused):
    """What the body finds is what the votes say."""

    member: str
    recused: bool
    votes_for: int
    votes_against: int
    says = "{votes_for} for and {votes_against} against {member} being recused do not bear this finding ({recused})"
    field: ClassVar[str | None] = "recused"


@dataclass(eq=False)
class NotRecused(Refused):
    """A substitute is called in to a case for a member who is recused in it."""

    member: str
    number: str
    says = "{member} is not recused in case {number}"
    field: ClassVar[str | None] = "instead_of"


@dataclass(eq=False)
class NotThere(Refused):
    """Who is to vote in a meeting is there."""

    person: str
    says = "{person} is not in the meeting"
    field: ClassVar[str | None] = "substitute"

"""Who may do what to which idea (R56), beyond the roles that the door has checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.acting import Role
from contracts.rights import READERS
from services.intake.domain.refusals import NotInYourName, NotYours, UnknownIdea
from services.intake.domain.stage import Unsubmitted

if TYPE_CHECKING:
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.commands.intake import SubmitIdea
    from contracts.events.intake import IdeaSubmitted
    from services.intake.domain.stage import Idea, Submitted

ON_BEHALF = frozenset({Role.CASEWORKER, Role.SECRETARY, Role.DIRECTOR})
"""Who acts for a submitter, such as one who called by telephone."""


def known_in(tenant: str, idea: Idea, asked: UUID) -> Submitted:
    """The idea, if it is the tenant's. Raises `UnknownIdea` alike for none and for another municipality's."""
    if isinstance(idea, Unsubmitted) or idea.submission.opening.tenant != tenant:
        raise UnknownIdea(asked)
    return idea


def theirs(idea: Submitted, acting: Acting) -> Submitted:
    """The idea, if it is the acting one's own or they act for its submitter.

    Raises `NotYours`; to somebody who may not read the municipality's ideas there is none: `UnknownIdea`.
    """
    opening = idea.submission.opening
    if whose(opening, acting) or acting.roles & ON_BEHALF:
        return idea
    if not reads(acting):
        raise UnknownIdea(opening.idea)
    raise NotYours(opening.idea, acting.actor)


def reads(acting: Acting) -> bool:
    """Whether somebody may read every idea of their municipality."""
    return bool(acting.roles & READERS)


def whose(opening: IdeaSubmitted, acting: Acting) -> bool:
    """Whether the acting one submitted it, or assisted whoever did (R49); or, by itself, is the system that did.

    In another municipality, such as one merged into theirs, a person or system of that name is another.
    """
    if opening.tenant != acting.tenant:
        return False
    if acting.person is not None:
        return acting.person in {opening.person, opening.assisted_by}
    return opening.origin is not None and acting.system == opening.origin.system


def in_own_name(command: SubmitIdea, acting: Acting) -> SubmitIdea:
    """The submission with whose it is: the acting person's, unless they assist somebody (R49). Raises `NotInYourName`.

    An outside system is vouched for by its credentials, and says whose it is as far as it knows.
    """
    if acting.person is None or command.assisted_by == acting.person:
        return command
    if command.assisted_by is not None or command.person not in (None, acting.person):
        raise NotInYourName(command.person or "somebody else", command.assisted_by, acting.person)
    return command.model_copy(update={"person": acting.person})

"""What the council does of itself: a referred idea becomes a case, a withdrawn or merged one ends its case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.commands.council import OpenCase, WithdrawCase
from contracts.events import intake
from runtime.inbox import Reaction
from services.council.domain.external import NoteIdea
from services.council.domain.ids import case_id, council_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.envelope import Recorded

FOLLOWS = ("intake",)
"""The services whose events the council follows."""


def react(event: Recorded[Any]) -> Iterable[Reaction]:
    """The commands that follow from an event of intake, if any, in its municipality, at the event's time.

    Every idea is noted, so that a decision made in another system can refer to one that was never referred here. A
    municipality without a council (R2) queues its cases all the same.
    """
    match event.data:
        case intake.IdeaReferred() as referred:
            opening = OpenCase(
                at=event.time,
                idea=referred.idea,
                title=referred.title,
                submitted=referred.submitted,
                kind=referred.kind,
                person=referred.person,
                visibility=referred.visibility,
                referral=referred.referral,
            )
            yield Reaction(opening, event.tenant)
        case intake.IdeaSubmitted() as submitted:
            known = submitted.model_dump(include={"idea", "title", "kind", "submitted", "visibility", "person"})
            yield Reaction(NoteIdea(at=event.time, **known), event.tenant)
        case intake.IdeaCorrected(idea=idea, title=str() as title):
            yield Reaction(NoteIdea(at=event.time, idea=idea, title=title), event.tenant)
        case intake.IdeaWithdrawn(idea=idea):
            case = case_id(council_id(event.tenant), idea)
            yield Reaction(WithdrawCase(at=event.time, case=case, cause=event.id), event.tenant)
            yield Reaction(NoteIdea(at=event.time, idea=idea, ended=event.data.withdrawn), event.tenant)
        case intake.IdeaMerged(idea=idea, into=into):
            case = case_id(council_id(event.tenant), idea)
            yield Reaction(WithdrawCase(at=event.time, case=case, into=into, cause=event.id), event.tenant)
            yield Reaction(NoteIdea(at=event.time, idea=idea, ended=event.data.merged, into=into), event.tenant)
        case _:
            return

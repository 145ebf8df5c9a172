"""An idea as it is shown: folded from its history, with references where text is sealed."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from contracts.events import intake as events
from contracts.events.record import PersonalDataErased
from contracts.queries.intake import Asked, Happening, IdeaShown, Linked, Stage
from services.intake.domain.idea import evolve
from services.intake.domain.stage import Decided, Idea, Merged, Open, Referred, Unsubmitted, Withdrawn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from contracts.envelope import Recorded

STAGES = {
    Open: Stage.OPEN,
    Referred: Stage.REFERRED,
    Decided: Stage.DECIDED,
    Merged: Stage.MERGED,
    Withdrawn: Stage.WITHDRAWN,
}


def show(history: Sequence[Recorded[Any]]) -> IdeaShown:
    """What is known of the idea with this history, which starts with `IdeaSubmitted`."""
    said = [recorded.data for recorded in history]
    opening: events.IdeaSubmitted = said[0]
    initial: Idea = Unsubmitted(opening.idea, opening.tenant)
    idea = reduce(evolve, said, initial)
    if isinstance(idea, Unsubmitted):
        raise TypeError("a history that starts with IdeaSubmitted is of a submitted idea")
    known = idea.submission
    corrections = [event for event in said if isinstance(event, events.IdeaCorrected)]
    return IdeaShown(
        **opening.model_dump(include=_AS_SUBMITTED),
        name=opening.name,
        contact=opening.contact,
        origin=opening.origin,
        stage=STAGES[type(idea)],
        title=known.title,
        problem=next((event.problem for event in reversed(corrections) if event.problem), opening.problem),
        proposal=next((event.proposal for event in reversed(corrections) if event.proposal), opening.proposal),
        tags=known.tags,
        service_area=known.service_area,
        referral=known.referrals,
        number=known.number,
        outcome=_latest(known.news, "outcome"),
        responsible=_latest(known.news, "responsible"),
        into=idea.into if isinstance(idea, Merged) else None,
        took_in=known.took_in,
        links=tuple(
            Linked(other=event.other, other_tenant=event.other_tenant, linked=event.linked, note=event.note)
            for event in said
            if isinstance(event, events.IdeaLinked)
        ),
        questions=_questions(said),
        told=known.news,
        erased=tuple(ref for event in said if isinstance(event, PersonalDataErased) for ref in event.refs),
        history=tuple(
            Happening(time=recorded.time, name=recorded.name, actor=recorded.actor, position=recorded.sequence)
            for recorded in history
        ),
    )


_AS_SUBMITTED = {
    "idea", "tenant", "kind", "submitter", "person", "assisted_by", "language", "visibility", "submitted", "known_from",
    "involved",
}  # fmt: skip
"""What no later event changes."""


def _latest(news: Sequence[events.SubmitterInformed], field: str) -> Any:  # noqa: ANN401 - any field of the news
    return next((value for told in reversed(news) if (value := getattr(told, field)) is not None), None)


def _questions(said: Sequence[Any]) -> tuple[Asked, ...]:
    asked: dict[UUID, Asked] = {}
    for event in said:
        match event:
            case events.ClarificationRequested():
                asked[event.question] = Asked(question=event.question, text=event.text, asked=event.asked)
            case events.IdeaClarified():
                answer = {"answer": event.answer, "clarified": event.clarified}
                asked[event.question] = asked[event.question].model_copy(update=answer)
            case _:
                pass
    return tuple(asked.values())

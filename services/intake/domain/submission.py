"""A submission (*innspill*): what was handed in, what has been said of it since, and what its submitter was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.events.intake import IdeaSubmitted
from contracts.sealed import Retention, Sealed
from services.intake.domain.refusals import SubmittedInTheFuture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.commands.intake import SubmitIdea
    from contracts.events.intake import Source, SubmitterInformed
    from contracts.message import Event


@dataclass(frozen=True)
class Submission:
    """What every submitted idea has, wherever it stands.

    `questions` holds the clarification that answered each question, or `None` while it is open; `links` the
    municipality of each linked idea; `took_in` the ideas that became part of this one; `sealed` the references a
    person may have erased.
    """

    opening: IdeaSubmitted
    title: str
    tags: tuple[str, ...] = ()
    service_area: str | None = None
    corrections: frozenset[str] = frozenset()
    questions: Mapping[UUID, UUID | None] = field(default_factory=dict)
    links: Mapping[UUID, str] = field(default_factory=dict)
    took_in: tuple[UUID, ...] = ()
    referrals: int = 0
    news: tuple[SubmitterInformed, ...] = ()
    sealed: frozenset[UUID] = frozenset()

    @property
    def idea(self) -> UUID:
        """The idea's id."""
        return self.opening.idea

    def heard(self, cause: UUID) -> bool:
        """Whether the submitter was told of this event before."""
        return any(told.cause == cause for told in self.news)

    @property
    def number(self) -> str | None:
        """The council's latest case number that the submitter was told."""
        return next((told.number for told in reversed(self.news) if told.number), None)


def opened(idea: UUID, tenant: str, origin: Source | None, command: SubmitIdea) -> IdeaSubmitted:
    """The event that a submission becomes. Raises `SubmittedInTheFuture`."""
    submitted = command.submitted or command.day
    if submitted > command.day:
        raise SubmittedInTheFuture(submitted=submitted, today=command.day)
    return IdeaSubmitted(
        idea=idea,
        tenant=tenant,
        kind=command.kind,
        title=command.title,
        problem=content(command.problem),
        proposal=content(command.proposal) if command.proposal else None,
        submitter=command.submitter,
        person=command.person,
        name=contact(command.name) if command.name else None,
        contact=contact(command.contact) if command.contact else None,
        assisted_by=command.assisted_by,
        tags=command.tags,
        service_area=command.service_area,
        language=command.language,
        visibility=command.visibility,
        origin=origin,
        submitted=submitted,
        known_from=command.known_from,
        involved=command.involved,
    )


def differences(before: IdeaSubmitted, now: IdeaSubmitted, *, dated: bool) -> tuple[str, ...]:
    """The fields in which two submissions under one key differ, as far as the record can tell.

    Of sealed text the record knows only whether it is there; the date counts where the sender gave it (`dated`).
    """

    def clear(name: str, value: object) -> object:
        if name == "submitted":
            return value if dated else None
        return isinstance(value, Sealed) or value

    return tuple(
        name
        for name in IdeaSubmitted.model_fields
        if clear(name, getattr(before, name)) != clear(name, getattr(now, name))
    )


def content(text: str) -> Sealed[str]:
    """Free text by or about a private person."""
    return Sealed.of(text, Retention.CONTENT)


def contact(text: str) -> Sealed[str]:
    """A name, or how to reach somebody."""
    return Sealed.of(text, Retention.CONTACT)


def erasable(event: Event) -> frozenset[UUID]:
    """The references in an event that a person may have erased."""
    values = (getattr(event, name) for name in type(event).model_fields)
    return frozenset(
        value.ref
        for value in values
        if isinstance(value, Sealed) and value.ref is not None and value.retention is not Retention.ARCHIVE
    )

"""An idea, a need or a wish (*idé, behov, ønske*) on its way from the submitter to the innovation council."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contracts.commands import intake as commands
from contracts.events import intake as events
from contracts.events.record import PersonalDataErased, PersonalDataUnsealed
from contracts.identity import derive
from services.intake.domain import refusals, rules
from services.intake.domain.stage import Decided, Idea, Merged, Open, Referred, Unsubmitted, Withdrawn
from services.intake.domain.submission import Submission, erasable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from contracts.message import Command, Event

UNFINISHED = frozenset({"deferred"})
"""Outcomes that leave the case with the council."""

RULES: Mapping[type[Command], Callable[[Any, Any], Sequence[Event]]] = {
    commands.CorrectIdea: rules.correct,
    commands.RequestClarification: rules.ask,
    commands.ClarifyIdea: rules.clarify,
    commands.MergeIdea: rules.merge,
    commands.LinkIdea: rules.link,
    commands.ReferIdea: rules.refer,
    commands.WithdrawIdea: rules.withdraw,
    commands.InformSubmitter: rules.inform,
    commands.EraseSubmitter: rules.erase,
}
"""What each command comes to, once there is an idea."""


class ImpossibleHistoryError(Exception):
    """An event that no decision here can have led to: the record is damaged."""


def decide(idea: Idea, command: Command) -> Sequence[Event]:
    """What comes of a command. The same command again comes to nothing. Raises a `Refused` of `refusals`."""
    if isinstance(command, commands.SubmitIdea):
        return rules.submit(idea, command)
    if isinstance(idea, Unsubmitted):
        raise refusals.UnknownIdea(idea.idea)
    return RULES[type(command)](idea, command)


def evolve(idea: Idea, event: Event) -> Idea:
    """The idea after the event. Raises `ImpossibleHistoryError`."""
    if isinstance(event, events.IdeaSubmitted) and isinstance(idea, Unsubmitted):
        known = Submission(event, event.title, event.tags, event.service_area, sealed=erasable(event))
        return Open(known)
    if isinstance(idea, Unsubmitted) or isinstance(event, events.IdeaSubmitted):
        msg = f"{type(event).__name__} of an idea that is {type(idea).__name__.lower()}"
        raise ImpossibleHistoryError(msg)
    known = _said(idea.submission, event)
    match idea, event:
        case _, events.IdeaReferred():
            return Referred(known, event.council)
        case _, events.IdeaMerged():
            return Merged(known, event.into)
        case _, events.IdeaWithdrawn():
            return Withdrawn(known, event.withdrawn)
        case Referred() | Decided(), events.SubmitterInformed(turn=events.Turn.DECIDED | events.Turn.CLOSED):
            return _after(idea.council, known, event)
        case Open(), events.SubmitterInformed(turn=events.Turn.DECIDED):  # decided elsewhere, though never referred
            return _after(derive("council", known.opening.tenant), known, event)
        case _:
            return replace(idea, submission=known)


def _said(known: Submission, event: Event) -> Submission:  # noqa: PLR0911 - one line for each kind of event
    """What is known of the submission after the event, wherever the idea stands."""
    known = replace(known, sealed=known.sealed | erasable(event))
    match event:
        case events.IdeaCorrected():
            return replace(
                known,
                title=event.title or known.title,
                tags=known.tags if event.tags is None else event.tags,
                service_area=event.service_area or known.service_area,
                corrections=known.corrections | {event.correction},
            )
        case events.ClarificationRequested():
            return replace(known, questions={**known.questions, event.question: None})
        case events.IdeaClarified():
            return replace(known, questions={**known.questions, event.question: event.clarification})
        case events.IdeaTookIn():
            return replace(known, took_in=(*known.took_in, event.other))
        case events.IdeaLinked():
            return replace(known, links={**known.links, event.other: event.other_tenant})
        case events.IdeaReferred():
            return replace(known, referrals=event.referral)
        case events.SubmitterInformed():
            return replace(known, news=(*known.news, event))
        case PersonalDataErased():
            return replace(known, sealed=known.sealed - frozenset(event.refs))
        case events.IdeaMerged() | events.IdeaWithdrawn() | PersonalDataUnsealed():
            return known
        case _:
            msg = f"{type(event).__name__} is nothing that happens to an idea"
            raise ImpossibleHistoryError(msg)


def _after(council: UUID, known: Submission, event: events.SubmitterInformed) -> Idea:
    """Where the idea stands once the council has decided, or closed the case."""
    if event.outcome == "returned":
        return Open(known)
    if event.outcome in UNFINISHED:
        return Referred(known, council)
    return Decided(known, council, event.outcome or "closed", known.number, event.on)

"""What each command to an idea comes to, and what it is refused for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.events import intake as events
from contracts.events.record import PersonalDataErased
from contracts.identity import derive
from services.intake.domain import refusals
from services.intake.domain.stage import Merged, Open, Referred, Unsubmitted, Withdrawn, alive, undecided
from services.intake.domain.submission import content, differences, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.commands import intake as commands
    from contracts.message import Event
    from services.intake.domain.stage import Idea, Submitted


def submit(idea: Idea, command: commands.SubmitIdea) -> Sequence[Event]:
    """The submission; nothing when it is the same again. Raises `SubmittedInTheFuture`, `AlreadySubmitted`."""
    if isinstance(idea, Unsubmitted):
        return [opened(idea.idea, idea.tenant, idea.origin, command)]
    opening = idea.submission.opening
    again = opened(opening.idea, opening.tenant, opening.origin, command)
    if differs := differences(opening, again, dated=command.submitted is not None):
        raise refusals.AlreadySubmitted(opening.idea, differs)
    return []


def inform(idea: Submitted, command: commands.InformSubmitter) -> Sequence[Event]:
    """The submitter hears of each event once (R23); of a benefit with the indicator it was planned with."""
    known = idea.submission
    if known.heard(command.cause):
        return []
    told = command.model_dump(exclude={"at", "idea"})
    told["number"] = command.number or known.number
    planned = next((told for told in known.news if command.benefit and told.benefit == command.benefit), None)
    if planned is not None:
        told |= {"indicator": command.indicator or planned.indicator, "unit": command.unit or planned.unit}
    return [events.SubmitterInformed(idea=known.idea, person=known.opening.person, **told)]


def erase(idea: Submitted, command: commands.EraseSubmitter) -> Sequence[Event]:
    """Everything a person may have erased, that has not been."""
    known = idea.submission
    if not known.sealed:
        return []
    refs = tuple(sorted(known.sealed))
    return [PersonalDataErased(about=known.idea, refs=refs, ground=command.ground, person=known.opening.person)]


def withdraw(idea: Submitted, command: commands.WithdrawIdea) -> Sequence[Event]:
    """Taken back, until the council has decided."""
    if isinstance(idea, Withdrawn):
        return []
    standing = undecided(idea)
    return [
        events.IdeaWithdrawn(
            idea=command.idea,
            withdrawn=command.day,
            reason=content(command.reason) if command.reason else None,
            council=standing.council if isinstance(standing, Referred) else None,
        )
    ]


def refer(idea: Submitted, command: commands.ReferIdea) -> Sequence[Event]:
    """Handed to the council: once, and once more for each time it was returned."""
    known = idea.submission
    council = derive("council", known.opening.tenant)
    standing = alive(idea)
    if command.referral > known.referrals + isinstance(standing, Open):
        undecided(idea)
        raise refusals.NotReturned(known.idea, command.referral, known.referrals)
    if command.referral < known.referrals or (command.referral == known.referrals and isinstance(standing, Open)):
        raise refusals.AlreadyReferred(known.idea, council, command.referral, known.number)
    if command.referral == known.referrals:
        return []
    return [
        events.IdeaReferred(
            idea=known.idea,
            title=known.title,
            kind=known.opening.kind,
            council=council,
            submitted=known.opening.submitted,
            referred=command.day,
            referral=command.referral,
            person=known.opening.person,
            visibility=known.opening.visibility,
            tags=known.tags,
        )
    ]


def merge(idea: Submitted, command: commands.MergeIdea) -> Sequence[Event]:
    """Both sides of a merge, each by its own aggregate (R17)."""
    if command.idea == command.into:
        raise refusals.MergeIntoItself(command.idea)
    if command.into == idea.submission.idea:
        return _take_in(idea, command)
    if isinstance(idea, Merged) and idea.into == command.into:
        return []
    undecided(idea)
    return [events.IdeaMerged(idea=command.idea, into=command.into, merged=command.day)]


def _take_in(idea: Submitted, command: commands.MergeIdea) -> Sequence[Event]:
    if command.idea in idea.submission.took_in:
        return []
    alive(idea)
    return [events.IdeaTookIn(idea=command.into, other=command.idea, merged=command.day)]


def link(idea: Submitted, command: commands.LinkIdea) -> Sequence[Event]:
    """A link to the same need in another municipality (R7), if this idea may be seen there."""
    known = idea.submission
    if command.other_tenant == known.opening.tenant:
        raise refusals.LinkWithinMunicipality(known.idea, command.other)
    if command.other in known.links:
        if known.links[command.other] != command.other_tenant:
            raise refusals.UnknownIdea(command.other)
        return []
    if known.opening.visibility == events.Visibility.OWN:
        raise refusals.NotShared(known.idea, known.opening.visibility)
    alive(idea)
    return [
        events.IdeaLinked(
            idea=command.idea,
            other=command.other,
            other_tenant=command.other_tenant,
            linked=command.day,
            note=content(command.note) if command.note else None,
        )
    ]


def correct(idea: Submitted, command: commands.CorrectIdea) -> Sequence[Event]:
    """What was submitted, put right, until the council has decided."""
    known = idea.submission
    if command.correction in known.corrections:
        return []
    undecided(idea)
    changed = command.model_dump(exclude={"at", "idea", "corrects", "correction"}, exclude_none=True)
    if not changed:
        raise refusals.NothingToCorrect(known.idea)
    changed |= {name: content(changed[name]) for name in ("problem", "proposal") if name in changed}
    told = {"idea": known.idea, "correction": command.correction, "visibility": known.opening.visibility}
    return [events.IdeaCorrected(**told, corrected=command.day, **changed)]


def ask(idea: Submitted, command: commands.RequestClarification) -> Sequence[Event]:
    """A question to the submitter, until the council has decided."""
    if command.question in idea.submission.questions:
        return []
    undecided(idea)
    return [
        events.ClarificationRequested(
            idea=command.idea, question=command.question, text=content(command.text), asked=command.day
        )
    ]


def clarify(idea: Submitted, command: commands.ClarifyIdea) -> Sequence[Event]:
    """The answer to a question that was asked and is open."""
    questions = idea.submission.questions
    if command.question not in questions:
        raise refusals.NothingToClarify(command.idea, command.question)
    answer = questions[command.question]
    if answer == command.clarification:
        return []
    if answer is not None:
        raise refusals.AlreadyClarified(command.idea, command.question, answer)
    undecided(idea)
    return [
        events.IdeaClarified(
            idea=command.idea,
            question=command.question,
            clarification=command.clarification,
            answer=content(command.answer),
            clarified=command.day,
        )
    ]

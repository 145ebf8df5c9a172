"""What intake does on each command, claim and query: which aggregates decide, on whose behalf."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from contracts import claims
from contracts.commands import intake as commands
from contracts.door import UnknownReference
from contracts.events.intake import IdeaSubmitted, Source, Visibility
from contracts.events.record import PersonalDataErased
from contracts.identity import derive
from contracts.queries import intake as queries
from runtime.decider import Decider
from services.intake.domain import access, course, idea, refusals
from services.intake.domain.stage import Unsubmitted
from services.intake.showing import show

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.message import Claim, Command, Query
    from runtime.declaration import Adoption, Histories, Telling, UseCase
    from runtime.work import Work
    from services.intake.domain.stage import Idea, Submitted


def ideas(acting: Acting, of: UUID, origin: Source | None = None) -> Decider[Idea]:
    """The decider of an idea that, if it is new, is the acting tenant's."""
    return Decider("idea", Unsubmitted(of, acting.tenant, origin), idea.decide, idea.evolve, (IdeaSubmitted,))


def courses(of: UUID) -> Decider[course.Course]:
    """The decider of a case or an activity that came of an idea."""
    return Decider("course", course.Unfollowed(of), course.decide, course.evolve)


def idea_id(tenant: str, system: str, key: str) -> UUID:
    """The id of what a system submitted under its own key: the same key again is the same idea."""
    return claims.idea_id(tenant, system, key)


def found(work: Work, of: UUID, acting: Acting) -> Submitted:
    """The idea as it stands. Raises `UnknownIdea`, also for another municipality's."""
    return access.known_in(acting.tenant, work.state(ideas(acting, of), of), of)


# --- what the submitter does


def submit(work: Work, command: commands.SubmitIdea, acting: Acting) -> UUID:
    """Submit, in one's own name or assisting somebody (R49), or as an outside system."""
    of = idea_id(acting.tenant, acting.system, command.key)
    origin = Source(system=acting.system, id=command.key) if acting.person is None else None
    work.do(ideas(acting, of, origin), of, access.in_own_name(command, acting))
    return of


def correct(work: Work, command: commands.CorrectIdea, acting: Acting) -> UUID:
    """Put right what was submitted."""
    if command.idea is not None:
        return _by_submitter(work, command.idea, command, acting)
    key = str(command.corrects)
    try:
        return _by_submitter(work, idea_id(acting.tenant, acting.system, key), command, acting)
    except refusals.UnknownIdea as unknown:
        raise UnknownReference("corrects", key, f"the id under which {acting.system} submitted the idea") from unknown


def by_submitter(work: Work, command: commands.ClarifyIdea | commands.WithdrawIdea, acting: Acting) -> UUID:
    """Answer a question, or take the idea back."""
    return _by_submitter(work, command.idea, command, acting)


def erase(work: Work, command: commands.EraseSubmitter, acting: Acting) -> UUID:
    """Erase what names the submitter and what they wrote, in the transaction that records it."""
    access.theirs(found(work, command.idea, acting), acting)
    for event in work.do(ideas(acting, command.idea), command.idea, command):
        if isinstance(event, PersonalDataErased):
            work.erase(*event.refs)
    return command.idea


def _by_submitter(work: Work, of: UUID, command: Command, acting: Acting) -> UUID:
    access.theirs(found(work, of, acting), acting)
    work.do(ideas(acting, of), of, command)
    return of


# --- what the municipality does


def by_municipality(work: Work, command: commands.RequestClarification | commands.ReferIdea, acting: Acting) -> UUID:
    """Ask the submitter, or hand the idea to the council."""
    found(work, command.idea, acting)
    work.do(ideas(acting, command.idea), command.idea, command)
    return command.idea


def merge(work: Work, command: commands.MergeIdea, acting: Acting) -> UUID:
    """Merge two ideas of the municipality (R17): both say so, and the submitter hears what was told of the other."""
    source = found(work, command.idea, acting)
    other = work.state(ideas(acting, command.into), command.into)
    if _elsewhere(other, acting):
        raise refusals.MergeAcrossMunicipalities(command.idea, command.into)
    target = access.known_in(acting.tenant, other, command.into)
    work.do(ideas(acting, command.idea), source.submission.idea, command)
    work.do(ideas(acting, command.into), target.submission.idea, command)
    for told in target.submission.news:
        news = told.model_dump(exclude={"idea", "person", "through"})
        _tell(work, command.idea, commands.InformSubmitter(**news, through=command.into, at=command.at), acting)
    return command.idea


def link(work: Work, command: commands.LinkIdea, acting: Acting) -> UUID:
    """Link to another municipality's idea that may be seen here (R7); each municipality gets an event of its own."""
    home = found(work, command.idea, acting)
    if idea.decide(home, command):
        away = work.state(ideas(acting, command.other), command.other)
        if not _elsewhere(away, acting) or not _of(away, command.other_tenant):
            raise refusals.UnknownIdea(command.other)
        mirrored = commands.LinkIdea(at=command.at, idea=command.other, other=command.idea, other_tenant=acting.tenant)
        ours = work.origin
        work.origin = dataclasses.replace(ours, tenant=command.other_tenant)
        try:
            work.do(ideas(acting, command.other), command.other, mirrored)
        finally:
            work.origin = ours
        work.do(ideas(acting, command.idea), command.idea, command)
    return command.idea


def _of(other: Idea, tenant: str) -> bool:
    return not isinstance(other, Unsubmitted) and other.submission.opening.tenant == tenant


def _elsewhere(other: Idea, acting: Acting) -> bool:
    """Whether it is another municipality's and may be seen here: in a common network, and not in its own alone."""
    if isinstance(other, Unsubmitted) or other.submission.opening.tenant not in acting.peers - {acting.tenant}:
        return False
    return other.submission.opening.visibility is not Visibility.OWN


# --- what intake's own policies do


def inform(work: Work, command: commands.InformSubmitter, acting: Acting) -> UUID:
    """Tell the submitter, and those whose ideas were merged into it; news of what came of no idea here is nobody's."""
    named = [of for of in (command.case, command.activity) if of is not None]
    followed = (work.state(courses(of), derive("course", of)) for of in reversed(named))
    remembered = (state.idea for state in followed if isinstance(state, course.Followed))
    of = command.idea or next(remembered, None)
    if of is None:
        return named[-1] if named else command.cause
    _tell(work, of, command, acting)
    for each in named:
        work.do(courses(each), derive("course", each), command.model_copy(update={"idea": of}))
    return of


def _tell(work: Work, of: UUID, command: commands.InformSubmitter, acting: Acting) -> None:
    known = found(work, of, acting).submission
    work.do(ideas(acting, of), of, command)
    for other in known.took_in:
        _tell(work, other, command.model_copy(update={"through": command.through or of}), acting)


# --- claims and queries


def from_claim(
    claim: claims.IdeaSubmitted, _tenant: str, _system: str, claim_id: str
) -> commands.SubmitIdea | commands.CorrectIdea:
    """The command that a claim amounts to. It names no tenant and no system: those are the sender's."""
    if claim.corrects is not None:
        return commands.CorrectIdea(
            corrects=claim.corrects,
            correction=claim_id,
            title=claim.title,
            problem=claim.problem,
            proposal=claim.proposal or None,
            tags=claim.tags or None,
            service_area=claim.service_area,
        )
    said = claim.model_dump(exclude={"corrects", "proposal"})
    return commands.SubmitIdea(key=claim_id, proposal=claim.proposal or None, **said)


def show_idea(histories: Histories, query: queries.ShowIdea, acting: Acting) -> queries.IdeaShown:
    """One idea of the municipality, or of one merged into it; to a submitter one of their own. Raises `UnknownIdea`."""
    history = histories(query.idea)
    if not history or history[0].name != "IdeaSubmitted" or not acting.reads_of(history[0].tenant):
        raise refusals.UnknownIdea(query.idea)
    if not access.reads(acting) and not access.whose(history[0].data, acting):
        raise refusals.UnknownIdea(query.idea)
    return show(history)


COMMANDS: Mapping[type[Command], UseCase] = {
    commands.SubmitIdea: submit,
    commands.CorrectIdea: correct,
    commands.RequestClarification: by_municipality,
    commands.ClarifyIdea: by_submitter,
    commands.MergeIdea: merge,
    commands.LinkIdea: link,
    commands.ReferIdea: by_municipality,
    commands.WithdrawIdea: by_submitter,
    commands.EraseSubmitter: erase,
    commands.InformSubmitter: inform,
}
CLAIMS: Mapping[type[Claim], Adoption] = {claims.IdeaSubmitted: from_claim}
QUERIES: Mapping[type[Query], Telling] = {queries.ShowIdea: show_idea}

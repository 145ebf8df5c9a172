"""Decisions that were formally made elsewhere, and the ideas that those who made them can refer to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias
from uuid import UUID

from contracts.door import UnknownReference
from contracts.events import council as events
from contracts.events.council import FormName, Outcome, PoliticalDecision, Referral, Route, Strength
from contracts.events.intake import Key, Kind, Source, Visibility
from contracts.message import Command, Line, PersonId, Prose, Slug
from services.council.domain import numbering, publicity, refusals
from services.council.domain.dossier import Closed, State, Unopened, Withdrawn, dossier

if TYPE_CHECKING:
    from services.council.domain.dossier import Event

DAY = timedelta(days=1)

ROOM = 200
"""Characters of a reference that stand before a system's name of at most 63, in a line of at most 300."""

LATEST = "the id of your latest accepted claim about the decision"

# --- the ideas that are known here


class NoteIdea(Command):
    """Remember an idea. Sent by the council's own policies; what is left out stays as it was noted.

    `parties` submitted what was merged into it, and are added to those that were noted.
    """

    idea: UUID
    title: Line | None = None
    kind: Kind | None = None
    submitted: date | None = None
    visibility: Visibility | None = None
    person: PersonId | None = None
    ended: date | None = None
    into: UUID | None = None
    parties: tuple[PersonId, ...] | None = None


@dataclass(frozen=True)
class Unnoted:
    """Nothing is known of it here."""

    council: UUID


@dataclass(frozen=True)
class Noted:
    """What the council knows of the idea."""

    said: events.IdeaNoted


Note: TypeAlias = Unnoted | Noted


def note(known: Note, command: NoteIdea) -> list[events.IdeaNoted]:
    """The idea as it is now; nothing when it was so already, or when it was never noted and only changes."""
    told = command.model_dump(exclude={"at"}, exclude_none=True)
    if isinstance(known, Unnoted):
        return [events.IdeaNoted(council=known.council, **told)] if command.submitted else []
    if command.submitted:
        return []  # told once more of its submission: what has been said since stands
    parties = tuple(dict.fromkeys((*known.said.parties, *(command.parties or ()))))
    now = known.said.model_copy(update={name: getattr(command, name) for name in told} | {"parties": parties})
    return [] if now == known.said else [now]


def noted(_known: Note, event: events.IdeaNoted) -> Note:
    """The idea after the event."""
    return Noted(event)


# --- decisions


class AdoptDecision(Command):
    """Take in a decision that another system has on record, from its claim `claim_id`.

    `ideas` are the ids that its `reference` to the idea can mean, in the order in which they are tried.
    """

    ideas: tuple[UUID, ...]
    idea: str
    system: Slug
    claim_id: Key
    body: Line
    reference: Line
    outcome: Literal["approved", "declined", "referred"]
    decided: date
    reasons: Prose
    title: Line | None = None
    form: Slug | None = None
    route: Route | None = None
    strength: Strength | None = None
    priorities: tuple[Line, ...] = ()
    responsible: PersonId | None = None
    deadline: date | None = None
    conditions: tuple[Line, ...] = ()
    political: tuple[PoliticalDecision, ...] = ()
    referral: Referral | None = None
    corrects: Key | None = None

    @property
    def origin(self) -> Source:
        """Where it comes from."""
        return Source(system=self.system, id=self.claim_id)


@dataclass(frozen=True)
class Adoption:
    """A decision to take in, with what is noted of its idea and, of a correction, the decision event it corrects.

    `report_days` is the rule of the council's mandate on the day it was decided, `form_name` what it called the form.
    `ways` are those in which the council has written the numbers of its own cases.
    """

    command: AdoptDecision
    idea: events.IdeaNoted
    corrects: UUID | None = None
    report_days: int | None = None
    form_name: FormName | None = None
    ways: tuple[str, ...] = ()


def decide(case: State, adoption: Adoption) -> list[Event]:
    """The decision, exempt from our quorum; with a case that takes no number of ours where none was open.

    What is exempt from publicity in the case is sealed in it, as in the council's own (offentleglova § 13).

    Raises `IdeaGone`, `AlreadyDecided`, `AlreadyCorrected`, `UnknownReference` and what `_check` raises.
    """
    command, idea = adoption.command, adoption.idea
    _check(command)
    if isinstance(case, Unopened):
        _correctable(case, command)
        _alive(idea)
        opened = events.CaseOpened(
            council=case.council,
            case=case.case,
            idea=idea.idea,
            title=command.title or idea.title,
            number=_number(adoption),
            received=command.decided,
            submitted=min(idea.submitted, command.decided),
            kind=idea.kind,
            person=idea.person,
            visibility=idea.visibility,
            parties=idea.parties,
            external=True,
        )
        return [opened, _decision(adoption, case, opened.number, opened.title, opened.visibility)]
    if not isinstance(case, Closed):
        _alive(idea)
        if isinstance(case, Withdrawn):
            raise refusals.CaseClosed(case.dossier.number)
    _correctable(case, command)
    held = case.dossier
    decision = _decision(adoption, case, held.number, command.title or held.title, held.visibility)
    return [publicity.veiled(decision, held)]


def _number(adoption: Adoption) -> str:
    """What the case is called here: its reference, with the system's name where the council could write it so.

    A number tells one case of the council's own, and many bodies write theirs the same way (`PS-2/26`).
    """
    command = adoption.command
    if all(numbering.year_of(way, command.reference) is None for way in adoption.ways):
        return command.reference
    return f"{command.reference[:ROOM]} ({command.system})"


def _check(command: AdoptDecision) -> None:
    """What a decision can say, whoever made it."""
    if command.decided > command.day + DAY:
        raise refusals.DecidedAhead(command.decided, command.day)
    for each in command.political:
        if each.decided > command.day + DAY:
            raise refusals.DecidedAhead(each.decided, command.day)
    given = tuple(name for name in ("form", "route", "strength") if getattr(command, name))
    if command.outcome != "approved" and given:
        raise refusals.NothingToCarryOut(command.outcome, given)
    if command.outcome == "referred" and command.referral is None:
        raise refusals.DecisionIncomplete(Outcome.REFERRED, ("referral",))
    if command.outcome != "referred" and command.referral is not None:
        raise refusals.NotHandedOn(Outcome(command.outcome))
    if command.strength and not command.route:
        raise refusals.StrengthWithoutRoute(command.strength)
    if command.deadline and command.deadline < command.decided:
        raise refusals.DeadlinePassed(command.deadline, command.decided)


def _alive(idea: events.IdeaNoted) -> None:
    if idea.ended is not None:
        raise refusals.IdeaGone(idea.idea, idea.ended, idea.into)


def _correctable(case: State, command: AdoptDecision) -> None:
    """Whether the claim may decide the case as it stands: first, or in place of its publisher's own latest."""
    last = None
    if isinstance(case, Closed) or (not isinstance(case, Unopened) and case.dossier.standing):
        last = case.dossier.last  # it holds, also while the case is reopened
    if command.corrects is None:
        if last is not None:
            raise refusals.AlreadyDecided(publicity.reference(last, dossier(case)), last.decided)
        return
    if last is None or last.origin is None or last.origin.system != command.system:
        raise UnknownReference("corrects", command.corrects, LATEST)
    if last.origin.id != command.corrects:
        raise refusals.AlreadyCorrected(command.corrects, last.origin.id)


def _decision(
    adoption: Adoption, case: State, number: str, title: str, visibility: Visibility
) -> events.CouncilDecided:
    command = adoption.command
    where = case if isinstance(case, Unopened) else case.dossier
    told = command.model_dump(exclude={"at", "ideas", "idea", "system", "claim_id", "title", "corrects"})
    return events.CouncilDecided(
        council=where.council,
        case=where.case,
        idea=adoption.idea.idea,
        number=number,
        title=title,
        visibility=visibility,
        seats=0,
        external=True,
        origin=command.origin,
        corrects=adoption.corrects,
        report_days=adoption.report_days,
        form_name=adoption.form_name,
        **told,
    )

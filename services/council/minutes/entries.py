"""A case as the minutes of one meeting tell of it: recommendation, recusals, votes, decision, in full or for all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from contracts.events import council as events
from contracts.events.assessment import OutcomeRecommended
from contracts.events.council import Raised
from contracts.minutes import (
    Ballot,
    CaseEntry,
    DecisionEntry,
    DissentEntry,
    RecommendationEntry,
    RecusalEntry,
    ReportedDecision,
    Voting,
    Withheld,
)
from contracts.publicity import ExemptionGround, Part, ground_of
from services.council.domain import dossier, publicity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.events.council import Ground, Motion, Vote
    from contracts.events.minutes import Language
    from contracts.publicity import Exempt
    from services.council.minutes.people import Naming, Open

NOTICES = {"nb": "Unntatt offentlighet", "nn": "Unnateke offentlegheit"}


@dataclass(frozen=True)
class Reading:
    """Who reads: in which language, in full or as everybody may, with what gives names and sealed text."""

    language: Language
    public: bool
    name: Naming
    open_: Open

    def withheld(self, part: Part, exempt: Sequence[Exempt]) -> str | None:
        """What stands in place of the part; `None` where it may be read."""
        ground = ground_of(part, exempt) if self.public else None
        return None if ground is None else self.notice(ground)

    def notice(self, ground: ExemptionGround) -> str:
        """What stands where something is exempt."""
        return f"{NOTICES[self.language]} ({ground.citation})"


@dataclass(frozen=True)
class Told:
    """What a case's history says of one meeting.

    `said` ends with the last that happened to the case there; `exempt` and `public_title` are as of today.
    """

    meeting: UUID
    said: tuple[Any, ...]
    exempt: tuple[Exempt, ...]
    public_title: str | None
    withdrawn: bool

    @classmethod
    def of(cls, history: Sequence[Recorded[Any]], meeting: UUID) -> Told:
        """The part of the history, which starts with `CaseOpened`, that the meeting's minutes rest on."""
        said = [recorded.data for recorded in history]
        initial: dossier.State = dossier.Unopened(said[0].council, said[0].case)
        state = reduce(dossier.evolve, said, initial)
        held = dossier.dossier(state)
        there = [at for at, event in enumerate(said) if getattr(event, "meeting", None) == meeting]
        last = there[-1] if there else len(said) - 1
        withdrawn = isinstance(state, dossier.Withdrawn) and not isinstance(
            said[last], events.CaseCarriedOver | events.CouncilDecided
        )
        return cls(meeting, tuple(said[: last + 1]), held.exempt, held.public_title, withdrawn)

    @property
    def decision(self) -> events.CouncilDecided | None:
        """What the meeting decided."""
        found = [event for event in self.said if isinstance(event, events.CouncilDecided)]
        return next((event for event in reversed(found) if event.meeting == self.meeting), None)

    @property
    def floors(self) -> list[events.CaseTakenUp | events.FloorChanged]:
        """The floors the case had there, in turn."""
        kinds = (events.CaseTakenUp, events.FloorChanged)
        return [event for event in self.said if isinstance(event, kinds) and event.meeting == self.meeting]

    @property
    def title(self) -> str:
        """The title the case had."""
        named = [event for event in self.said if isinstance(event, events.CaseOpened | events.CaseReferredAgain)]
        return str(named[-1].title)

    @property
    def recused(self) -> frozenset[str]:
        """Whose votes do not count: who was found recused, and not found otherwise since."""
        found: dict[tuple[str, Ground], bool] = {
            (event.member, event.ground): isinstance(event, events.MemberRecused)
            for event in self.said
            if isinstance(event, events.RecusalFindingEvent)
        }
        return frozenset(member for (member, _), recused in found.items() if recused)

    @property
    def findings(self) -> list[tuple[events.RecusalFindingEvent, Raised]]:
        """What that meeting and those before it found of each question of recusal, and how the question came up."""
        asked: dict[tuple[str, Ground], Raised] = {}
        found: dict[tuple[str, Ground], events.RecusalFindingEvent] = {}
        for event in self.said:
            match event:
                case events.RecusalRaised():
                    asked[event.member, event.ground] = event.how
                case events.RecusalFindingEvent():
                    found[event.member, event.ground] = event
        return [(event, asked[question]) for question, event in found.items()]

    def votes(self) -> dict[Motion, dict[str, Vote]]:
        """The votes that counted there, by motion: of a decision those it rests on."""
        cast: dict[Motion, dict[str, Vote]] = {}
        for event in self.said:
            if isinstance(event, events.VoteCast) and event.meeting == self.meeting:
                cast.setdefault(event.motion, {})[event.member] = event.vote
        if (decision := self.decision) is not None:
            cast[decision.motion] = {record.member: record.vote for record in decision.votes}
        return {
            motion: {member: vote for member, vote in votes.items() if member not in self.recused}
            for motion, votes in cast.items()
        }


def entry(
    place: int,
    history: Sequence[Recorded[Any]],
    assessment: Sequence[Recorded[Any]],
    meeting: UUID,
    reading: Reading,
) -> CaseEntry:
    """The case in the meeting's minutes."""
    told, name = Told.of(history, meeting), reading.name
    opened: events.CaseOpened = told.said[0]
    title_withheld = reading.withheld(Part.TITLE, told.exempt)
    floor = told.floors[-1] if told.floors else None
    decision = told.decision
    return CaseEntry(
        place=place,
        case=opened.case,
        number=opened.number,
        title=told.title if title_withheld is None else told.public_title or title_withheld,
        exempt=tuple(Withheld(part=one.part, ground=one.ground, citation=one.ground.citation) for one in told.exempt),
        fate="decided" if decision else "withdrawn" if told.withdrawn else "not-reached",
        chair=name(floor.chair) if floor else None,
        voters=tuple(map(name, floor.voters)) if floor else (),
        recommendation=_recommendation(assessment, history[len(told.said) - 1].recordedtime, told, reading),
        recusals=_recusals(told, reading),
        votings=_votings(told, reading),
        dissents=_statements(told, reading),
        decision=_decision(decision, told, reading) if decision else None,
    )


def _recommendation(
    assessment: Sequence[Recorded[Any]], until: datetime, told: Told, reading: Reading
) -> RecommendationEntry | None:
    """The recommendation that lay before the meeting: the last one recorded before it was done with the case."""
    given = [one.data for one in assessment if isinstance(one.data, OutcomeRecommended) and one.recordedtime < until]
    if not given:
        return None
    last = given[-1]
    ground = publicity.of_recommendation(told.exempt) if reading.public else None
    if ground is not None:
        return RecommendationEntry(outcome=None, reasons=reading.notice(ground))
    hidden = reading.withheld(Part.CONDITIONS, told.exempt)
    conditions = tuple(map(reading.open_, last.sealed_conditions)) or last.conditions
    return RecommendationEntry(
        outcome=last.outcome,
        reasons=last.reasons if last.sealed_reasons is None else reading.open_(last.sealed_reasons),
        conditions=conditions if hidden is None else (hidden,) if conditions else (),
        priorities=last.priorities,
        form=last.form,
        route=last.route,
        strength=last.strength,
        responsible=reading.name(last.responsible) if last.responsible else None,
        deadline=last.deadline,
        by=reading.name(last.recommended_by),
    )


def _recusals(told: Told, reading: Reading) -> tuple[RecusalEntry, ...]:
    secret = reading.withheld(Part.VOTES, told.exempt) is not None
    return tuple(
        RecusalEntry(
            person=reading.name(event.member),
            ground=event.ground,
            declared=how is Raised.DECLARED,
            decided_by=()
            if secret
            else tuple(Ballot(person=reading.name(record.member), vote=record.vote) for record in event.votes),
            dismissed=isinstance(event, events.RecusalDismissed),
        )
        for event, how in told.findings
    )


def _statements(told: Told, reading: Reading) -> tuple[DissentEntry, ...]:
    """What members had put on the record; it tells who voted what, and why."""
    if reading.withheld(Part.VOTES, told.exempt) is not None:
        return ()
    hidden = reading.withheld(Part.REASONS, told.exempt)
    return tuple(
        DissentEntry(
            person=reading.name(event.member),
            text=hidden or (event.text if event.sealed_text is None else reading.open_(event.sealed_text)),
        )
        for event in told.said
        if isinstance(event, events.StatementRecorded) and event.meeting == told.meeting
    )


def _votings(told: Told, reading: Reading) -> tuple[Voting, ...]:
    secret = reading.withheld(Part.VOTES, told.exempt) is not None
    return tuple(
        Voting(
            motion=motion,
            in_favour=sum(vote == "for" for vote in votes.values()),
            against=sum(vote == "against" for vote in votes.values()),
            ballots=()
            if secret
            else tuple(Ballot(person=reading.name(member), vote=vote) for member, vote in votes.items()),
        )
        for motion, votes in told.votes().items()
    )


def _decision(decision: events.CouncilDecided, told: Told, reading: Reading) -> DecisionEntry:
    name, formal = reading.name, decision.formal
    reasons, conditions = _written(decision, told, reading)
    secret = reading.withheld(Part.VOTES, told.exempt) is not None
    return DecisionEntry(
        outcome=decision.outcome,
        unanimous=decision.unanimous,
        tie_broken_by=name(decision.tie_broken_by) if decision.tie_broken_by and not secret else None,
        reasons=reasons,
        conditions=conditions,
        priorities=decision.priorities,
        form=decision.form,
        route=decision.route,
        strength=decision.strength,
        responsible=name(decision.responsible) if decision.responsible else None,
        deadline=decision.deadline,
        formal_body=formal.body if formal else None,
        formal_reference=formal.reference if formal else None,
        formal_date=formal.decided if formal else None,
        handed_to=decision.referral.whom if decision.referral else None,
        political=decision.political,
        votes=len(decision.votes),
        seats=decision.seats,
    )


def _written(decision: events.CouncilDecided, told: Told, reading: Reading) -> tuple[str, tuple[str, ...]]:
    """Reasons and conditions: as written, or a notice. What has been opened to the public since is read as before."""
    reasons = reading.withheld(Part.REASONS, told.exempt)
    if reasons is None:
        sealed = decision.sealed_reasons
        reasons = decision.reasons if sealed is None else reading.open_(sealed)
    hidden = reading.withheld(Part.CONDITIONS, told.exempt)
    if hidden is not None:
        return reasons, (hidden,) if decision.conditions else ()
    return reasons, tuple(map(reading.open_, decision.sealed_conditions)) or decision.conditions


def reported(history: Sequence[Recorded[Any]], meeting: UUID, reading: Reading) -> ReportedDecision:
    """What the leader decided alone in the case with this history, as the meeting's minutes tell of it."""
    said = [recorded.data for recorded in history]
    decision = next(event for event in said if isinstance(event, events.CouncilDecided) and event.by_leader)
    initial: dossier.State = dossier.Unopened(decision.council, decision.case)
    held = dossier.dossier(reduce(dossier.evolve, said, initial))
    hidden = reading.withheld(Part.TITLE, held.exempt)
    told = Told(meeting, tuple(said), held.exempt, held.public_title, withdrawn=False)
    return ReportedDecision(
        number=decision.number,
        title=decision.title if hidden is None else held.public_title or hidden,
        decided=decision.decided,
        by=reading.name(decision.by_leader) if decision.by_leader else None,
        outcome=decision.outcome,
        reasons=_written(decision, told, reading)[0],
    )

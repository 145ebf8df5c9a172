"""A case as the minutes of one meeting tell of it: recommendation, recusals, votes, decision, in full or for all."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from contracts.events import council as events
from contracts.events.assessment import OutcomeRecommended
from contracts.minutes import (
    Ballot,
    CaseEntry,
    DecisionEntry,
    RecommendationEntry,
    RecusalEntry,
    ReopeningEntry,
    ReportedDecision,
    SettledBefore,
    StatementEntry,
    Voting,
)
from contracts.publicity import Part
from contracts.refusals import SEALED
from services.council.domain import dossier, publicity, withholding
from services.council.minutes.people import local
from services.council.minutes.told import Reading, Told, as_withheld

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.events.council import FormalDecision, SealedDecision


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
        exempt=as_withheld(told.exempt),
        fate=_fate(told),
        chair=name(floor.chair) if floor else None,
        voters=tuple(map(name, floor.voters)) if floor else (),
        quorate=told.quorate,
        recommendation=_recommendation(assessment, history[len(told.said) - 1].recordedtime, told, reading),
        reopening=_reopening(told, reading),
        recusals=_recusals(told, reading),
        votings=_votings(told, reading),
        statements=_statements(told, reading),
        decision=_decision(decision, told, reading) if decision else None,
        settled=_settled(told.settled, told, reading) if told.settled else None,
    )


def _fate(told: Told) -> Literal["decided", "not-reached", "withdrawn", "settled"]:
    if told.decision:
        return "decided"
    if told.withdrawn:
        return "withdrawn"
    return "settled" if told.settled else "not-reached"


def _settled(decision: events.CouncilDecided, told: Told, reading: Reading) -> SettledBefore:
    body, reference = _elsewhere(decision, told, reading)
    return SettledBefore(
        decided=decision.decided,
        made=local(decision.made) if decision.made else None,
        by=reading.name(decision.by_leader) if decision.by_leader else None,
        body=body,
        reference=reference,
    )


def _elsewhere(decision: events.CouncilDecided, told: Told, reading: Reading) -> tuple[str | None, str | None]:
    """Which other body decided it, and its reference there, unless that is exempt."""
    if reading.withheld(Part.CASE, told.exempt) is not None:
        return None, None
    sealed = decision.sealed_elsewhere
    if sealed is None:
        return decision.body, decision.reference
    return reading.open_(sealed.body), reading.open_(sealed.reference)


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
    texts = {each.field: reading.open_(each.text) for each in last.written}
    last = withholding.with_terms(last, {at: None if text == SEALED else text for at, text in texts.items()})
    hidden = reading.withheld(Part.CONDITIONS, told.exempt)
    conditions = tuple(map(reading.open_, last.sealed_conditions)) or last.conditions
    return RecommendationEntry(
        outcome=last.outcome,
        reasons=last.reasons if last.sealed_reasons is None else reading.open_(last.sealed_reasons),
        conditions=conditions if hidden is None else (hidden,) if conditions else (),
        priorities=tuple(map(reading.open_, last.sealed_priorities)) or last.priorities,
        form=last.form,
        form_name=last.form_name,
        route=last.route,
        strength=last.strength,
        responsible=reading.name(last.responsible) if last.responsible else None,
        deadline=last.deadline,
        by=reading.name(last.recommended_by),
        handed_to=last.referral.whom if last.referral else None,
    )


def _recusals(told: Told, reading: Reading) -> tuple[RecusalEntry, ...]:
    there = {voter for floor in told.floors for voter in floor.voters}
    secret = reading.withheld(Part.CASE, told.exempt) is not None
    return tuple(
        RecusalEntry(
            person=reading.name(raised.member),
            ground=None if secret else raised.ground,
            raised=None if secret else raised.how,
            recused=None if finding is None else isinstance(finding, events.MemberRecused),
            there=raised.member in there,
            substitute=reading.name(told.called_in[raised.member]) if raised.member in told.called_in else None,
            **({} if finding is None else _finding(finding, told, reading)),
        )
        for raised, finding in told.questions
    )


def _finding(finding: events.RecusalFindingEvent, told: Told, reading: Reading) -> dict[str, Any]:
    """What was found in the meeting, and why; of an earlier finding when."""
    if finding.meeting != told.meeting:
        return {"found": local(finding.found)[:10]}
    secret = reading.withheld(Part.VOTES, told.exempt) is not None
    ballots = (Ballot(person=reading.name(record.member), vote=record.vote) for record in finding.votes)
    return {"reasons": _reasons(finding, told, reading), "decided_by": () if secret else tuple(ballots)}


def _reasons(
    event: events.RecusalFindingEvent | events.CaseReopened | events.CouncilDecided, told: Told, reading: Reading
) -> str:
    """As written, or a notice. What has been opened to the public since is read as before."""
    hidden = reading.withheld(Part.REASONS, told.exempt)
    if hidden is not None:
        return hidden
    return event.reasons if event.sealed_reasons is None else reading.open_(event.sealed_reasons)


def _reopening(told: Told, reading: Reading) -> ReopeningEntry | None:
    if told.reopened is None:
        return None
    reopening, held = told.reopened
    return ReopeningEntry(
        outcome=held.outcome,
        decided=held.decided,
        reopened=reopening.reopened,
        reasons=_reasons(reopening, told, reading),
        withdrawn=told.dropped.withdrawn if told.dropped else None,
    )


def _statements(told: Told, reading: Reading) -> tuple[StatementEntry, ...]:
    """What members had put on the record; it tells who voted what, and why."""
    if reading.withheld(Part.VOTES, told.exempt) is not None:
        return ()
    hidden = reading.withheld(Part.REASONS, told.exempt)
    return tuple(
        StatementEntry(
            person=reading.name(event.member),
            text=hidden or (event.text if event.sealed_text is None else reading.open_(event.sealed_text)),
            dissent=event.dissent,
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
            not_voted=()
            if secret or told.decision is None or told.decision.motion is not motion
            else tuple(map(reading.name, told.not_voted)),
        )
        for motion, votes in told.votes().items()
    )


def _decision(decision: events.CouncilDecided, told: Told, reading: Reading) -> DecisionEntry:
    name, formal = reading.name, None if reading.withheld(Part.CASE, told.exempt) else decision.formal
    reasons, conditions = _written(decision, told, reading)
    secret = reading.withheld(Part.VOTES, told.exempt) is not None
    return DecisionEntry(
        outcome=decision.outcome,
        corrects=told.reopened[1].decided if decision.corrects and told.reopened else None,
        unanimous=decision.unanimous,
        tie_broken_by=name(decision.tie_broken_by) if decision.tie_broken_by and not secret else None,
        reasons=reasons,
        conditions=conditions,
        priorities=_priorities(decision, told, reading),
        form=decision.form,
        form_name=decision.form_name,
        route=decision.route,
        strength=decision.strength,
        responsible=name(decision.responsible) if decision.responsible else None,
        deadline=decision.deadline,
        formal_body=_followed(formal, decision.sealed_formal, "body", reading),
        formal_reference=_followed(formal, decision.sealed_formal, "reference", reading),
        formal_date=formal.decided if formal else None,
        handed_to=_whom(decision, told, reading),
        political=() if reading.withheld(Part.CASE, told.exempt) else told.political(reading.open_),
        votes=len(decision.votes),
        seats=decision.seats,
    )


def _written(decision: events.CouncilDecided, told: Told, reading: Reading) -> tuple[str, tuple[str, ...]]:
    """Reasons and conditions: as written, or a notice."""
    reasons = _reasons(decision, told, reading)
    hidden = reading.withheld(Part.CONDITIONS, told.exempt)
    if hidden is not None:
        return reasons, (hidden,) if decision.conditions else ()
    return reasons, tuple(map(reading.open_, decision.sealed_conditions)) or decision.conditions


def _whom(decision: events.CouncilDecided, told: Told, reading: Reading) -> str | None:
    """To whom it is handed on, unless that is exempt."""
    if decision.referral is None or reading.withheld(Part.CASE, told.exempt) is not None:
        return None
    sealed = decision.sealed_whom
    return decision.referral.whom if sealed is None else reading.open_(sealed)


def _followed(
    formal: FormalDecision | None, sealed: SealedDecision | None, name: Literal["body", "reference"], reading: Reading
) -> str | None:
    """Which body's decision is followed, or its reference there: as written, or as it was sealed."""
    if formal is None:
        return None
    text: str = getattr(formal, name)
    return text if sealed is None else reading.open_(getattr(sealed, name))


def _priorities(decision: events.CouncilDecided, told: Told, reading: Reading) -> tuple[str, ...]:
    """The municipality's priorities that it rests on, which are of its reasons."""
    hidden = reading.withheld(Part.REASONS, told.exempt)
    if hidden is not None:
        return (hidden,) if decision.priorities else ()
    return tuple(map(reading.open_, decision.sealed_priorities)) or decision.priorities


def reported(history: Sequence[Recorded[Any]], meeting: UUID, reading: Reading) -> ReportedDecision:
    """What the leader decided alone in the case with this history, as the meeting's minutes tell of it."""
    said = [recorded.data for recorded in history]
    made, decision = next(
        (place, event)
        for place, event in enumerate(said)
        if isinstance(event, events.CouncilDecided) and event.by_leader
    )
    initial: dossier.State = dossier.Unopened(decision.council, decision.case)
    held = dossier.dossier(reduce(dossier.evolve, said, initial))
    hidden = reading.withheld(Part.TITLE, held.exempt)
    told = Told(meeting, tuple(said[: made + 1]), held.exempt, held.public_title, withdrawn=False)
    return ReportedDecision(
        number=decision.number,
        title=decision.title if hidden is None else held.public_title or hidden,
        exempt=as_withheld(held.exempt),
        decided=decision.decided,
        by=reading.name(decision.by_leader) if decision.by_leader else None,
        decision=_decision(decision, told, reading),
    )

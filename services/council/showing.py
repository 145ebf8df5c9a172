"""Answers told from histories: a case with its whole way, a council on a day, a meeting."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from contracts.events import council as events
from contracts.queries import council as shown
from contracts.ruleset import RuleSet
from services.council.domain import composition, dossier, numbering, room
from services.council.domain import council as councils
from services.council.domain import meeting as meetings
from services.council.domain.ids import register_id
from services.council.domain.refusals import NoCouncil

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.publicity import Exempt
    from contracts.queries.assessment import AssessmentShown
    from runtime.declaration import Histories

MeetingStatus: TypeAlias = Literal["planned", "called", "open", "closed", "adjourned", "cancelled"]
Status: TypeAlias = Literal[
    "waiting", "tabled", "taken-up", "returned", "approved", "declined", "referred", "formal", "adopted", "withdrawn"
]


def numbered(histories: Histories, council: UUID, label: str) -> UUID | None:
    """The case with this number, by any way of writing numbers the council has had; `None` if there is none."""
    editions = [each.data for each in histories(council) if isinstance(each.data, events.MandateAdopted)]
    ways = dict.fromkeys((RuleSet().numbering, *(edition.rules.numbering for edition in editions)))
    years = dict.fromkeys(numbering.year_of(way, label) for way in ways)
    found = (
        each.data.case
        for year in years
        if year is not None
        for each in histories(register_id(council, year))
        if each.data.label == label
    )
    return next(found, None)


def case(
    history: Sequence[Recorded[Any]],
    assessment: AssessmentShown | None = None,
    reported: Sequence[events.LeaderDecisionReported] = (),
) -> shown.CaseShown:
    """The case with this history, which starts with `CaseOpened`, with its assessment and what has been reported."""
    said = [recorded.data for recorded in history]
    opened: events.CaseOpened = said[0]
    initial: dossier.State = dossier.Unopened(opened.council, opened.case)
    state = reduce(dossier.evolve, said, initial)
    held = dossier.dossier(state)
    return shown.CaseShown(
        case=held.case,
        council=held.council,
        idea=held.idea,
        number=held.number,
        title=held.title,
        kind=opened.kind,
        visibility=held.visibility,
        submitted=opened.submitted,
        received=opened.received,
        status=_status(state),
        meetings=tuple(dict.fromkeys(event.meeting for event in said if isinstance(event, events.CaseTabled))),
        recusals=tuple(_recusals(said)),
        votes=tuple(
            shown.Cast(meeting=event.meeting, member=event.member, vote=event.vote, motion=event.motion)
            for event in said
            if isinstance(event, events.VoteCast)
        ),
        decisions=tuple(event for event in said if isinstance(event, events.CouncilDecided)),
        statements=tuple(
            shown.Statement(
                **event.model_dump(include={"meeting", "member", "text", "dissent"}), sealed_text=event.sealed_text
            )
            for event in said
            if isinstance(event, events.StatementRecorded)
        ),
        political=held.political,
        reopened=held.standing is not None,
        assessment=assessment,
        history=tuple(
            shown.Turn(
                event=recorded.id,
                name=recorded.name,
                time=recorded.time,
                recorded=recorded.recordedtime,
                actor=recorded.actor,
            )
            for recorded in history
        ),
        exempt=held.exempt,
        public_title=held.public_title,
        reported=next((event.meeting for event in reported if event.case == held.case), None),
    )


def exempt(history: Sequence[Recorded[Any]]) -> tuple[Exempt, ...]:
    """What of the case with this history is exempt from publicity."""
    said = [recorded.data for recorded in history]
    initial: dossier.State = dossier.Unopened(said[0].council, said[0].case)
    return dossier.dossier(reduce(dossier.evolve, said, initial)).exempt


def _recusals(said: Sequence[Any]) -> list[shown.Recusal]:
    """Each time a question was raised, with what came of it."""
    asked: list[shown.Recusal] = []
    for event in said:
        match event:
            case events.RecusalRaised():
                told = event.model_dump(include={"member", "ground", "how", "raised"})
                asked.append(shown.Recusal(note=event.note, **told))
            case events.RecusalFindingEvent():
                of = (event.member, event.ground)
                last = max(number for number, each in enumerate(asked) if (each.member, each.ground) == of)
                found = {"recused": isinstance(event, events.MemberRecused), "reasons": event.reasons}
                asked[last] = asked[last].model_copy(update=found | {"votes": event.votes})
    return asked


def _status(state: dossier.State) -> Status:
    match state:
        case dossier.Tabled():
            return "tabled"
        case dossier.TakenUp():
            return "taken-up"
        case dossier.Returned():
            return "returned"
        case dossier.Withdrawn():
            return "withdrawn"
        case dossier.Closed(dossier=held) if held.last is not None:
            closings: tuple[Status, ...] = ("approved", "declined", "referred", "formal", "adopted")
            return next(each for each in closings if each == held.last.outcome)
        case _:
            return "waiting"


def council(history: Sequence[Recorded[Any]], day: date) -> shown.CouncilShown:
    """The council with this history as it is on the day. Raises `NoCouncil`."""
    said = [recorded.data for recorded in history]
    if not said:
        raise NoCouncil
    initial: composition.State = composition.Unestablished(said[0].council, history[0].tenant)
    state = reduce(councils.evolve, said, initial)
    roll = composition.roll_on(state, day)
    if isinstance(state, composition.Unestablished):
        raise NoCouncil
    edition = composition.edition_on(state, day)
    names = {(event.member, event.from_): event.name for event in said if isinstance(event, events.MemberAppointed)}
    return shown.CouncilShown(
        council=state.id,
        name=state.name,
        established=state.established,
        on=day,
        edition=edition.number if edition else None,
        case_reference=edition.case_reference if edition else None,
        body=edition.body if edition else None,
        case=edition.case if edition else None,
        in_force=edition.in_force if edition else None,
        mandate=edition.text if edition else None,
        rules=roll.rules,
        leader=roll.leader,
        deputy=roll.deputy,
        secretary=composition.holder_on(state.secretaries, day),
        members=tuple(
            shown.Seat(
                member=term.person,
                name=names[term.person, term.from_],
                discipline=term.discipline,
                unit=term.unit,
                votes=term.person in roll.voting,
                ror=term.ror,
                substitute=term.substitute,
                from_=term.from_,
                until=term.until,
                order=term.order,
            )
            for term in composition.sitting_on(state, day)
        ),
        seats=roll.seats,
        vacant=roll.vacant(),
        lacks=composition.lacks_on(state, day),
    )


def meeting(
    history: Sequence[Recorded[Any]], reported: Sequence[events.LeaderDecisionReported] = ()
) -> shown.MeetingShown:
    """The meeting with this history, which starts with `MeetingCalled`, and what has been reported to meetings."""
    said = [recorded.data for recorded in history]
    initial: room.State = room.Uncalled(said[0].council, said[0].meeting)
    state = reduce(meetings.evolve, said, initial)
    first = room.called(state)
    sitting = state.sitting if isinstance(state, room.Open | room.Over) else None
    return shown.MeetingShown(
        meeting=first.id,
        council=first.council,
        status=_meeting_status(state),
        starts=first.starts,
        place=first.place,
        remote=first.remote,
        agenda=first.agenda,
        chair=sitting.chair if sitting else None,
        present=sitting.present if sitting else (),
        quorate=sitting.quorate if sitting else None,
        notice=first.notice,
        urgent=first.call.urgent if first.call else None,
        remotely=tuple(person for person in sitting.present if person in sitting.remote) if sitting else (),
        reason=_why(said),
        reported=tuple(event.case for event in reported if event.meeting == first.id),
        struck=tuple(
            shown.Struck(
                case=event.case,
                struck=event.reduced,
                reason=event.reason,
                sealed_reason=event.sealed_reason,
                moved_to=event.moved_to,
            )
            for event in said
            if isinstance(event, events.AgendaReduced) and event.reduced and (event.reason or event.moved_to)
        ),
    )


def _why(said: Sequence[Any]) -> str | None:
    """Why the meeting was moved last, called off or broken off."""
    reasons = (events.MeetingMoved, events.MeetingCancelled, events.MeetingAdjourned)
    return next((event.reason for event in reversed(said) if isinstance(event, reasons)), None)


def _meeting_status(state: room.State) -> MeetingStatus:
    match state:
        case room.Called(call=None):
            return "planned"
        case room.Over(cancelled=str()):
            return "cancelled"
        case room.Open():
            return "open"
        case room.Over(adjourned=None):
            return "closed"
        case room.Over():
            return "adjourned"
        case _:
            return "called"

"""The minutes as a document: a pure function of what the record says of a meeting, its council and its cases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from contracts.events import council as events
from contracts.events import minutes as kept
from contracts.minutes import MandateEntry, Minutes, Rules
from contracts.queries.minutes import ArchiveReference
from contracts.refusals import SEALED
from contracts.ruleset import Quorum
from services.council.domain import composition, council, meeting, opening, room
from services.council.minutes import meanwhile, people
from services.council.minutes.entries import entry, reported
from services.council.minutes.told import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.events.minutes import Language
    from contracts.sealed import Sealed
    from services.council.domain.roll import Roll
    from services.council.minutes.people import Open


@dataclass(frozen=True)
class Record:
    """What minutes are made from: histories, oldest first, that start with how each came to be.

    `municipality` is its name; `minutes` is the history of the minutes themselves, which may be empty; `reported` are
    those of the cases that the leader decided alone and that the meeting was told of.
    """

    tenant: str
    municipality: str
    meeting: Sequence[Recorded[Any]]
    council: Sequence[Recorded[Any]]
    cases: Mapping[UUID, Sequence[Recorded[Any]]]
    assessments: Mapping[UUID, Sequence[Recorded[Any]]]
    minutes: Sequence[Recorded[Any]] = ()
    reported: Sequence[Sequence[Recorded[Any]]] = ()


def cases(history: Sequence[Recorded[Any]]) -> tuple[UUID, ...]:
    """The cases that the minutes of a meeting tell of: those on its agenda, in order, then those struck from it."""
    agenda = room.called(_meeting(history)).agenda
    return (*agenda, *meanwhile.left([recorded.data for recorded in history], agenda))


def sealed_in(record: Record, language: Language, *, public: bool) -> tuple[UUID, ...]:
    """The sealed values that the minutes need opened, in the order in which they need them."""
    asked: dict[UUID, None] = {}

    def note(sealed: Sealed[str]) -> str:
        if sealed.ref is not None:
            asked[sealed.ref] = None
        return SEALED

    write(record, language, public=public, open_=note)
    return tuple(asked)


def write(record: Record, language: Language, *, public: bool, open_: Open) -> Minutes:
    """The minutes, in full or as everybody may read them. Raises `NoCouncil`."""
    state = _meeting(record.meeting)
    called = room.called(state)
    day = called.starts.date()
    initial: composition.State = composition.Unestablished(called.council, record.tenant)
    held = reduce(council.evolve, (recorded.data for recorded in record.council), initial)
    name = people.naming(record.council, day, open_, (*record.cases.values(), *record.reported))
    reading = Reading(language, public, name, open_)
    said = [recorded.data for recorded in record.meeting]
    opened = next((event for event in said if isinstance(event, events.MeetingOpened)), None)
    then = reduce(council.evolve, opening.known(record.meeting, record.council), initial)
    roll, sitting = composition.roll_on(then, day), composition.sitting_on(then, day)
    edition = composition.edition_on(then, day)
    ended = state if isinstance(state, room.Over) else None
    secretary = composition.holder_on(held.secretaries, day) if isinstance(held, composition.Council) else None
    return Minutes(
        language=language,
        public=public,
        tenant=record.tenant,
        municipality=record.municipality,
        council=held.name if isinstance(held, composition.Council) else record.tenant,
        meeting=called.id,
        starts=people.local(called.starts),
        opened=people.local(opened.opened) if opened else None,
        ended=_ended(said),
        adjourned=ended.adjourned if ended else None,
        cancelled=ended.cancelled if ended else None,
        place=called.place,
        remote=called.remote,
        notice=meanwhile.called_on(said),
        urgent=called.call.urgent if called.call else None,
        moved=meanwhile.moves(said),
        secretary=name(secretary) if secretary else None,
        chairs=people.chairs(record.meeting, name),
        attendance=people.attendance(record.meeting, sitting, roll, name),
        seats=roll.seats,
        with_vote=_with_vote(said, roll) if opened else None,
        quorate=_quorate(state, roll),
        mandate=MandateEntry(edition=edition.number, case_reference=edition.case_reference, in_force=edition.in_force)
        if edition
        else None,
        rules=Rules(
            quorum=roll.rules.quorum, majority=roll.rules.majority, tie=roll.rules.tie, ror_votes=roll.rules.ror_votes
        ),
        cases=tuple(
            entry(place, record.cases[case], record.assessments.get(case, ()), called.id, reading)
            for place, case in enumerate(called.agenda, start=1)
            if case in record.cases
        ),
        struck=meanwhile.struck(said, called.agenda, record.cases, reading),
        reported=tuple(reported(case, called.id, reading) for case in record.reported),
        archive=archive_of(record.minutes),
    )


def _with_vote(said: Sequence[Any], roll: Roll) -> int:
    """How many had a seat that votes when the meeting was opened."""
    there = {person for event in said if isinstance(event, events.MeetingOpened) for person in event.present}
    stood_in = {event.substitute for event in said if people.stood_in(event)}
    return len((there & {*roll.voting}) | stood_in)


def _quorate(state: room.State, roll: Roll) -> bool | None:
    sitting = state.sitting if isinstance(state, room.Open | room.Over) else None
    return None if sitting is None or roll.rules.quorum is Quorum.NONE else sitting.quorate


def _ended(said: Sequence[Any]) -> str | None:
    for event in said:
        match event:
            case events.MeetingClosed(closed=moment):
                return people.local(moment)
            case events.MeetingAdjourned(adjourned=moment):
                return people.local(moment)
            case events.MeetingCancelled(cancelled=moment):
                return people.local(moment)
            case _:
                pass
    return None


def _meeting(history: Sequence[Recorded[Any]]) -> room.State:
    said = [recorded.data for recorded in history]
    initial: room.State = room.Uncalled(said[0].council, said[0].meeting)
    return reduce(meeting.evolve, said, initial)


def archive_of(history: Sequence[Recorded[Any]]) -> ArchiveReference | None:
    """What the archive calls the minutes with this history."""
    said = [recorded.data for recorded in history]
    found = [event for event in said if isinstance(event, kept.ArchiveReferenceRecorded)]
    if not found:
        return None
    return ArchiveReference(**found[-1].model_dump(exclude={"council", "meeting"}))

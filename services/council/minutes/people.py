"""Who was there: names from the council's record, and how everybody came, left and sat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from contracts.events import council as events
from contracts.minutes import Attendance, Chairing, Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from contracts.envelope import Recorded
    from contracts.sealed import Sealed
    from services.council.domain.composition import Membership
    from services.council.domain.roll import Roll

    Open: TypeAlias = Callable[[Sealed[str]], str]
    """Gives the text behind a sealed value."""

    Naming: TypeAlias = Callable[[str], Person]
    """Gives somebody with their name."""

OSLO = ZoneInfo("Europe/Oslo")

As = Literal["leader", "deputy", "member", "ror", "substitute", "observer"]


def local(moment: datetime) -> str:
    """The moment as clocks in Norway show it."""
    return moment.astimezone(OSLO).isoformat(timespec="seconds")


def naming(
    council: Sequence[Recorded[Any]], day: date, open_: Open, cases: Iterable[Sequence[Recorded[Any]]] = ()
) -> Naming:
    """People by the name they had on the day, or have had last; by pseudonym alone if the council never knew them.

    Who is responsible for what came of a case is known by the name that was given with the decision.
    """
    said = (recorded.data for history in cases for recorded in history)
    decided = [event for event in said if isinstance(event, events.CouncilDecided)]
    responsible = {each.responsible: each.responsible_name for each in decided if each.responsible_name}
    known: dict[str, list[events.MemberAppointed | events.SecretaryAppointed]] = {}
    for recorded in council:
        match recorded.data:
            case events.MemberAppointed() as member:
                known.setdefault(member.member, []).append(member)
            case events.SecretaryAppointed() as secretary:
                known.setdefault(secretary.person, []).append(secretary)
            case _:
                pass

    def name(person: str) -> Person:
        terms = known.get(person, [])
        begun = [term for term in terms if term.from_ <= day]
        held = begun or terms
        called = held[-1].name if held else responsible.get(person)
        return Person(id=person, name=open_(called) if called else None)

    return name


def chairs(meeting: Sequence[Recorded[Any]], name: Naming) -> tuple[Chairing, ...]:
    """Who chaired, in turn."""
    return tuple(
        Chairing(person=name(recorded.data.chair), since=local(recorded.time))
        for recorded in meeting
        if isinstance(recorded.data, events.MeetingOpened | events.ChairTaken)
    )


def attendance(
    meeting: Sequence[Recorded[Any]], sitting: Sequence[Membership], roll: Roll, name: Naming
) -> tuple[Attendance, ...]:
    """Everybody who sits, in the order of their offices; of the substitutes those who came."""
    present: tuple[str, ...] = ()
    arrived: dict[str, list[str]] = {}
    left: dict[str, list[str]] = {}
    seated: dict[str, str] = {}
    vacant: set[str] = set()
    remote: set[str] = set()
    for recorded in meeting:
        match recorded.data:
            case events.MeetingOpened() as opened:
                present = opened.present
                remote |= {*opened.remote}
            case events.MemberArrived() as arrival:
                arrived.setdefault(arrival.member, []).append(local(arrival.arrived))
                remote |= {arrival.member} if arrival.remote else set()
            case events.MemberLeft() as departure:
                left.setdefault(departure.member, []).append(local(departure.left))
            case events.SubstituteSeated(substitute=substitute, instead_of=member) as seating:
                if member is None:
                    vacant.add(substitute)
                else:
                    seated[substitute] = member
                if stood_in(seating):
                    present = tuple(dict.fromkeys((*present, substitute)))
                elif substitute not in present and substitute not in arrived:
                    arrived[substitute] = [local(recorded.time)]
            case _:
                pass
    came = {*present, *arrived}
    listed = [(_as(term, roll), term) for term in sitting]
    order: tuple[As, ...] = ("leader", "deputy", "member", "ror", "observer", "substitute")
    return tuple(
        Attendance(
            person=name(term.person),
            as_=as_,
            discipline=term.discipline,
            unit=term.unit,
            votes=term.person in roll.voting or term.person in seated or term.person in vacant,
            present=term.person in present,
            substitute_for=name(seated[term.person]) if term.person in seated else None,
            vacant_seat=term.person in vacant,
            arrived=tuple(arrived.get(term.person, ())),
            left=tuple(left.get(term.person, ())),
            remote=term.person in remote,
        )
        for as_, term in sorted(listed, key=lambda one: order.index(one[0]))
        if as_ != "substitute" or term.person in came
    )


def stood_in(event: Any) -> bool:  # noqa: ANN401 - an event of a meeting
    """Whether it seats a substitute who was there when the meeting was opened, in a seat that was free then."""
    return isinstance(event, events.SubstituteSeated) and event.quorate is not None


def _as(term: Membership, roll: Roll) -> As:
    match term:
        case _ if term.substitute:
            return "substitute"
        case _ if term.ror:
            return "ror"
        case _ if term.person == roll.leader:
            return "leader"
        case _ if term.person == roll.deputy:
            return "deputy"
        case _:
            return "member" if term.voting else "observer"

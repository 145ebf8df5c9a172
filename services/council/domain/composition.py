"""What holds in a council on a day: its mandate, its rules, who sits in it and who holds its offices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias

from contracts.acting import Role
from contracts.ruleset import RuleSet
from services.council.domain import refusals
from services.council.domain.roll import Roll

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID


@dataclass(frozen=True)
class Term:
    """An office, from the first through the last day."""

    person: str
    from_: date
    until: date | None

    def holds(self, day: date) -> bool:
        """Whether the day is in it."""
        return self.from_ <= day and (self.until is None or day <= self.until)

    def meets(self, other: Term) -> bool:
        """Whether the two have a day in common."""
        return self.holds(other.from_) or other.holds(self.from_)


@dataclass(frozen=True)
class Membership(Term):
    """A member's term, and as what they sit.

    `voting` is as appointed; of ROR-IKT's seat it says nothing, for that votes by the rules of the day (R8).
    `appointed_until` is the term's end before any release, `order` a substitute's place among the substitutes.
    """

    discipline: str
    unit: str | None
    voting: bool
    ror: bool
    substitute: bool
    appointed_until: date | None
    order: int | None = None


@dataclass(frozen=True)
class Edition:
    """An edition of the mandate (R19), and what it rests on: the `decision` in our own `case`, or another `body`'s.

    It is `withdrawn` from the day on which the council took that decision back.
    """

    number: int
    adopted: date
    in_force: date
    case_reference: str
    change: str
    text: str
    rules: RuleSet
    case: UUID | None = None
    body: str | None = None
    decision: UUID | None = None
    withdrawn: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day is one of those it is in force on, where no later edition is."""
        return self.in_force <= day and (self.withdrawn is None or day < self.withdrawn)


@dataclass(frozen=True)
class Unestablished:
    """A municipality without a council (R2)."""

    id: UUID
    tenant: str


@dataclass(frozen=True)
class Council:
    """A council with all its editions and terms, past ones too."""

    id: UUID
    tenant: str
    name: str
    established: date
    editions: tuple[Edition, ...] = ()
    members: tuple[Membership, ...] = ()
    leaders: tuple[Term, ...] = ()
    deputies: tuple[Term, ...] = ()
    secretaries: tuple[Term, ...] = ()


State: TypeAlias = "Unestablished | Council"

A_DAY = timedelta(days=1)

# --- what holds on a day


def edition_on(council: State, day: date) -> Edition | None:
    """The edition in force on the day, if any: the last one that holds."""
    editions = council.editions if isinstance(council, Council) else ()
    return next((edition for edition in reversed(editions) if edition.holds(day)), None)


def rules_on(council: State, day: date) -> RuleSet:
    """The rules in force on the day: the default ones before there is a mandate."""
    edition = edition_on(council, day)
    return edition.rules if edition else RuleSet()


def ways_of_numbering(council: State) -> tuple[str, ...]:
    """How numbers of the council's cases have been written, by any edition and before there was one (R2)."""
    editions = council.editions if isinstance(council, Council) else ()
    return tuple(dict.fromkeys((RuleSet().numbering, *(edition.rules.numbering for edition in editions))))


def sitting_on(council: State, day: date) -> tuple[Membership, ...]:
    """Who sits on the day, substitutes included, in the order they were appointed."""
    return tuple(term for term in council.members if term.holds(day)) if isinstance(council, Council) else ()


def has_sat(council: State, person: str) -> bool:
    """Whether somebody sits in the council, has sat in it or will."""
    return isinstance(council, Council) and any(term.person == person for term in council.members)


def substitutes_of(sitting: tuple[Membership, ...]) -> list[Membership]:
    """The substitutes among those who sit: by their order, and those who have none after them, as appointed."""
    substitutes = [term for term in sitting if term.substitute]
    in_turn = sorted((term for term in substitutes if term.order is not None), key=attrgetter("order"))
    return in_turn + [term for term in substitutes if term.order is None]


def lacks_on(council: State, day: date) -> tuple[Literal["ror-seat"], ...]:
    """What the council is to have and has not that day: somebody for ROR-IKT (R8). It hinders nothing."""
    return () if any(term.ror for term in sitting_on(council, day)) else ("ror-seat",)


def holder_on(terms: tuple[Term, ...], day: date) -> str | None:
    """Who holds an office that one holds at a time: each term relieves those that began before it."""
    held = _held_on(terms, day)
    return held.person if held else None


def _held_on(terms: tuple[Term, ...], day: date) -> Term | None:
    begun = [term for term in terms if term.from_ <= day]
    latest = max(enumerate(begun), key=lambda placed: (placed[1].from_, placed[0]), default=None)
    return latest[1] if latest and latest[1].holds(day) else None


def office_on(council: Council, terms: tuple[Term, ...], day: date) -> str | None:
    """Who holds an office that only sitting members hold; who has left the council since has left the office too."""
    held = _held_on(terms, day)
    return held.person if held and _sat_through(council, held.person, held.from_, day) else None


def _sat_through(council: Council, person: str, first: date, last: date) -> bool:
    """Whether somebody has been a member on every day from the first through the last."""
    terms = [term for term in council.members if term.person == person and not term.substitute]
    reached: date | None = first
    for term in sorted(terms, key=attrgetter("from_")):
        if reached is not None and term.holds(reached):
            reached = None if term.until is None else term.until + A_DAY
    return reached is None or reached > last


def roll_on(council: State, day: date) -> Roll:
    """The roll on the day. Raises `NoCouncil`.

    Seats are those the mandate establishes, so that releasing members does not make the rest quorate (kommuneloven
    § 11-9 first paragraph); or those who sit, ROR-IKT's voting seat included, when they are more or it says no number.
    """
    if isinstance(council, Unestablished) or day < council.established:
        raise refusals.NoCouncil
    rules, edition = rules_on(council, day), edition_on(council, day)
    sitting = sitting_on(council, day)
    leader, deputy = (office_on(council, terms, day) for terms in (council.leaders, council.deputies))
    ordinary = tuple(term.person for term in sitting if term.voting and not term.ror and not term.substitute)
    ror = tuple(term.person for term in sitting if term.ror and rules.ror_votes)
    return Roll(
        day=day,
        rules=rules,
        seats=max(rules.seats or 0, len(ordinary) + rules.ror_votes),
        sitting=tuple(term.person for term in sitting),
        voting=ordinary + ror,
        substitutes=tuple(term.person for term in substitutes_of(sitting)),
        turns={term.person: term.order for term in substitutes_of(sitting) if term.order is not None},
        leader=leader,
        deputy=None if deputy == leader else deputy,  # a deputy who has come to lead stands in for nobody
        edition=edition.number if edition else None,
    )


def roles_of(council: State, person: str, day: date) -> frozenset[Role]:
    """The roles that follow from the council's composition on the day."""
    if isinstance(council, Unestablished):
        return frozenset()
    terms = [term for term in sitting_on(council, day) if term.person == person]
    roles = {Role.MEMBER for _ in terms} | {Role.COORDINATOR for term in terms if term.ror}
    if office_on(council, council.leaders, day) == person:
        roles.add(Role.LEADER)
    if holder_on(council.secretaries, day) == person:
        roles.add(Role.SECRETARY)
    return frozenset(roles)

"""The council (innovasjonsråd, aggregate Council): established, bound by a mandate, appointed and released."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from contracts.commands import council as do
from contracts.events import council as events
from contracts.ruleset import RuleSet
from contracts.sealed import Retention, Sealed
from services.council.domain import mandate, refusals
from services.council.domain.composition import (
    Council,
    Edition,
    Membership,
    State,
    Term,
    Unestablished,
    roll_on,
)
from services.council.domain.mandate import Adoption, Reversal

if TYPE_CHECKING:
    from datetime import date, datetime

A_DAY = timedelta(days=1)

Event: TypeAlias = (
    events.CouncilEstablished
    | events.MandateAdopted
    | events.MandateWithdrawn
    | events.LeaderAppointed
    | events.DeputyAppointed
    | events.SecretaryAppointed
    | events.MemberAppointed
    | events.MemberReleased
)


@dataclass(frozen=True)
class Appointment:
    """An appointment, and the `name` it has on record if it is there already, `corrected` when that was put right."""

    command: do.AppointMember | do.AppointSecretary
    name: str | None = None
    corrected: datetime | None = None

    def puts_right(self) -> bool:
        """Whether the name on record is another; a command that comes late takes no correction back."""
        late = self.corrected is not None and self.command.moment <= self.corrected
        return self.name not in {None, self.command.name} and not late


def decide(  # noqa: C901, PLR0911, PLR0912 - one line a command
    council: State, command: do.CouncilCommand | Adoption | Reversal | Appointment
) -> list[Event]:
    """What the council records on a command. Raises `Refused`."""
    match council, command:
        case Unestablished(), do.EstablishCouncil():
            return _establish(council, command)
        case Unestablished(), _:
            raise refusals.NoCouncil
        case Council(), do.EstablishCouncil():
            if _established_so(council, command):
                return []
            raise refusals.AlreadyEstablished(council.established)
        case Council(), Adoption():
            return [*mandate.adopt(council, command)]
        case Council(), Reversal():
            return [*mandate.withdraw(council, command)]
        case Council(), do.AppointMember() | do.AppointSecretary():
            return decide(council, Appointment(command))
        case Council(), Appointment(command=do.AppointMember() as appoint):
            return _appoint(council, appoint, command)
        case Council(), Appointment(command=do.AppointSecretary() as appoint):
            return _appoint_secretary(council, appoint, command)
        case Council(), do.ReleaseMember():
            return _release(council, command)
        case Council(), do.AppointLeader(member=member, from_=from_, until=until):
            if not _to_office(council, council.leaders, Term(member, from_, until)):
                return []
            return [events.LeaderAppointed(council=council.id, member=member, from_=from_, until=until)]
        case Council(), do.AppointDeputy(member=member, from_=from_, until=until):
            if not _to_office(council, council.deputies, Term(member, from_, until)):
                return []
            if roll_on(council, from_).leader == member:
                raise refusals.LeaderIsNoDeputy(member, from_)
            return [events.DeputyAppointed(council=council.id, member=member, from_=from_, until=until)]
        case _:
            raise AssertionError(f"{type(command).__name__} is no command to a council")


def _establish(council: Unestablished, command: do.EstablishCouncil) -> list[Event]:
    adopted, rules = _adopted(command), RuleSet(**command.rules.model_dump())
    if adopted > command.day:
        raise refusals.AdoptedAhead(adopted, command.day)
    mandate.must_number_apart(rules, ())
    return [
        events.CouncilEstablished(
            council=council.id, tenant=council.tenant, name=command.name, established=command.established
        ),
        events.MandateAdopted(
            council=council.id,
            edition=1,
            adopted=adopted,
            in_force=command.established,
            case_reference=command.case_reference,
            change=command.change,
            text=command.mandate,
            rules=rules,
            body=command.body,
        ),
    ]


def _adopted(command: do.EstablishCouncil) -> date:
    return command.adopted or command.established


def _established_so(council: Council, command: do.EstablishCouncil) -> bool:
    """Whether the council was established as the command says, its first edition included."""
    first = council.editions[0]
    return (council.name, council.established) == (command.name, command.established) and (
        (first.adopted, first.case_reference, first.change, first.text, first.rules, first.body)
        == (
            _adopted(command),
            command.case_reference,
            command.change,
            command.mandate,
            RuleSet(**command.rules.model_dump()),
            command.body,
        )
    )


def _new(terms: tuple[Term, ...], term: Term) -> bool:
    """Whether the term is not there yet. Raises `TermReversed`."""
    if term.until is not None and term.until < term.from_:
        raise refusals.TermReversed(term.from_, term.until)
    return term not in terms


def _to_office(council: Council, terms: tuple[Term, ...], term: Term) -> bool:
    """Whether a member's term in an office is not there yet. Raises `NotInCouncil`, `TermReversed`."""
    if not _new(terms, term):
        return False
    roll = roll_on(council, term.from_)
    if term.person not in roll.sitting or term.person in roll.substitutes:
        raise refusals.NotInCouncil(term.person, term.from_)
    return True


def _appoint_secretary(council: Council, command: do.AppointSecretary, appointment: Appointment) -> list[Event]:
    new = _new(council.secretaries, Term(command.person, command.from_, command.until))
    if not new and not appointment.puts_right():
        return []
    return [
        events.SecretaryAppointed(
            council=council.id,
            person=command.person,
            name=Sealed[str].of(command.name, Retention.ARCHIVE),
            from_=command.from_,
            until=command.until,
            corrected=None if new else command.moment,
        )
    ]


def _appoint(council: Council, command: do.AppointMember, appointment: Appointment) -> list[Event]:
    term = Membership(
        person=command.member,
        from_=command.from_,
        until=command.until,
        discipline=command.discipline,
        unit=command.unit,
        voting=command.voting and not command.ror,
        ror=command.ror,
        substitute=command.substitute,
        appointed_until=command.until,
        order=command.order,
    )
    new = _new(_as_appointed(council), term)
    if not new and not appointment.puts_right():
        return []
    for past in council.members if new else ():
        if past.person == term.person and past.meets(term):
            raise refusals.AlreadyAppointed(past.person, past.from_, past.until)
        if past.ror and term.ror and past.meets(term):
            raise refusals.SeatTaken(past.person, past.from_, past.until)
    return [
        events.MemberAppointed(
            council=council.id,
            member=term.person,
            name=Sealed[str].of(command.name, Retention.ARCHIVE),
            discipline=term.discipline,
            unit=term.unit,
            voting=term.voting,
            ror=term.ror,
            substitute=term.substitute,
            from_=term.from_,
            until=term.until,
            order=term.order,
            corrected=None if new else command.moment,
        )
    ]


def _as_appointed(council: Council) -> tuple[Membership, ...]:
    """The terms as they were before any release."""
    return tuple(replace(past, until=past.appointed_until) for past in council.members)


def _release(council: Council, command: do.ReleaseMember) -> list[Event]:
    term = _term_of(council, command.member, command.until)
    if term is None:
        raise refusals.NotInCouncil(command.member, command.until)
    if term.until == command.until:
        return []
    if command.until < command.day - A_DAY:
        raise refusals.ReleasedBack(command.member, command.until, command.day - A_DAY)
    undone = term.from_ if term.from_ > command.until else None
    return [events.MemberReleased(council=council.id, member=command.member, until=command.until, undone=undone)]


def _term_of(council: Council, member: str, day: date) -> Membership | None:
    """Their term on the day, or the one that begins the day after and so is undone by a release."""
    terms = [term for term in council.members if term.person == member]
    on_the_day = next((term for term in terms if term.holds(day)), None)
    return on_the_day or next((term for term in terms if term.from_ == day + A_DAY), None)


def evolve(council: State, event: Event) -> State:  # noqa: PLR0911 - one line an event
    """The council with the event in it."""
    match council, event:
        case Unestablished(id=id_), events.CouncilEstablished():
            return Council(id=id_, tenant=event.tenant, name=event.name, established=event.established)
        case Council(), events.MandateAdopted():
            edition = Edition(
                number=event.edition,
                adopted=event.adopted,
                in_force=event.in_force,
                case_reference=event.case_reference,
                change=event.change,
                text=event.text,
                rules=event.rules,
                case=event.case,
                body=event.body,
                decision=event.decision,
            )
            return replace(council, editions=(*council.editions, edition))
        case Council(), events.MandateWithdrawn():
            return replace(
                council,
                editions=tuple(
                    replace(edition, withdrawn=event.withdrawn) if edition.number == event.edition else edition
                    for edition in council.editions
                ),
            )
        case Council(), events.MemberAppointed() | events.SecretaryAppointed() if event.corrected is not None:
            return council  # of the name, which is sealed
        case Council(), events.MemberAppointed():
            term = Membership(
                person=event.member,
                from_=event.from_,
                until=event.until,
                discipline=event.discipline,
                unit=event.unit,
                voting=event.voting and not event.ror,
                ror=event.ror,
                substitute=event.substitute,
                appointed_until=event.until,
                order=event.order,
            )
            return replace(council, members=(*council.members, term))
        case Council(), events.MemberReleased():
            ending = _term_of(council, event.member, event.until)
            kept = () if ending is None or event.undone else (replace(ending, until=event.until),)
            return replace(
                council,
                members=tuple(each for term in council.members for each in (kept if term is ending else (term,))),
            )
        case Council(), events.LeaderAppointed():
            return replace(council, leaders=(*council.leaders, Term(event.member, event.from_, event.until)))
        case Council(), events.DeputyAppointed():
            return replace(council, deputies=(*council.deputies, Term(event.member, event.from_, event.until)))
        case Council(), events.SecretaryAppointed():
            return replace(council, secretaries=(*council.secretaries, Term(event.person, event.from_, event.until)))
        case _:
            raise AssertionError(f"impossible history: {type(event).__name__} of {council}")

"""How the council is made, bound by its mandate and composed, and how that changes in the year."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from contracts.commands import council as do
from interfaces.demo.chapter import mandate
from interfaces.demo.council_year.book import at, book, cases, name, person
from interfaces.demo.council_year.telling import say, staff, step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from interfaces.demo.step import Step

AHEAD = timedelta(days=10)
"""How long before it holds a change of members is decided."""


def founded() -> Iterator[Step]:
    """The council as it was when the year began."""
    told = book()
    first = told["established"]
    establish = do.EstablishCouncil(
        at=at(first, 9),
        name=told["name"],
        established=first,
        mandate=mandate("nb"),
        case_reference=told["case_reference"],
        rules=do.Rules(**told["rules"]),
    )
    note = say("established", name=told["name"], reference=told["case_reference"])
    yield step(staff("director"), establish, note)
    secretary = staff("secretary")
    named = do.AppointSecretary(at=at(first, 10), person=person(secretary), name=name(secretary), from_=first)
    yield step(staff("director"), named, say("secretary", name=name(secretary)))
    yield from (_appointed(member) for member in told["members"] if "from_" not in member)
    yield from (_held(office) for office in told["offices"] if "from_" not in office)


def changes() -> Iterator[tuple[date, Step]]:
    """Who comes, leaves or takes an office in the year, each with the day it is decided."""
    for member in book()["members"]:
        if "until" in member:
            decided, who = member["until"] - AHEAD, member["who"]
            release = do.ReleaseMember(at=at(decided, 10), member=person(who), until=member["until"])
            yield decided, step(staff("director"), release, say("released", name=name(who)))
        if "from_" in member:
            yield member["from_"] - AHEAD, _appointed(member)
    for office in book()["offices"]:
        if "from_" in office:
            yield office["from_"] - AHEAD, _held(office)


def _appointed(member: dict[str, Any]) -> Step:
    first = member.get("from_", book()["established"])
    moment = at(first - AHEAD if "from_" in member else first, 10)
    who = member["who"]
    fields = {key: value for key, value in member.items() if key not in {"who", "from_", "until"}}
    appoint = do.AppointMember(at=moment, member=person(who), name=name(who), from_=first, **fields)
    role = "ror" if appoint.ror else "substitute" if appoint.substitute else "member"
    return step(staff("director"), appoint, say(role, name=name(who), discipline=appoint.discipline))


def _held(office: dict[str, Any]) -> Step:
    first = office.get("from_", book()["established"])
    moment = at(first - AHEAD if "from_" in office else first, 11)
    kind = do.AppointLeader if office["office"] == "leader" else do.AppointDeputy
    appoint = kind(at=moment, member=person(office["who"]), from_=first)
    return step(staff("director"), appoint, say(office["office"], name=name(office["who"])))


def amended() -> Step:
    """The next edition of the mandate, by the council's own decision."""
    edition = book()["edition"]
    case = next(case for case in cases() if case.own)
    adopt = do.AdoptMandate(
        at=at(edition["adopted"], 12),
        case=case.id,
        adopted=edition["adopted"],
        in_force=edition["in_force"],
        change=edition["change"],
        mandate=mandate("nb") + edition["added"],
        rules=do.Rules(**edition["rules"]),
    )
    return step(staff("secretary"), adopt, say("edition", change=edition["change"], reference=case.title))

"""`loypa view` and `loypa show`: what the services tell, asked as the auditor that the data directory's holder is."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from contracts.door import NotFound
from contracts.queries.council import ShowCase
from contracts.queries.intake import ShowIdea
from contracts.queries.portfolio import ShowActivity
from contracts.queries.prioritising import FollowUp, Queue
from contracts.queries.reporting import Coordination, CouncilHistory, Kpis, Portfolio
from interfaces.cli import tables, things
from interfaces.cli.common import Wrong, new_id, now, run, say
from interfaces.cli.printing import as_json, as_lines, as_one
from interfaces.cli.printing import show as show_tables
from interfaces.cli.refusals import NoCouncilThen
from interfaces.client import Denied, doors
from interfaces.installation import OPERATOR_PERSON
from runtime.ror import COMMAND_LINE

if TYPE_CHECKING:
    from contracts.answers import Answered
    from contracts.message import Query
    from contracts.queries.reporting import ViewQuery
    from interfaces.cli.common import Common
    from interfaces.cli.elsewhere import Source
    from interfaces.client import Doors
    from interfaces.installation import Installation
    from runtime.registry import Registry, Tenant

VIEWS: dict[str, tuple[type[ViewQuery], str]]
VIEWS = {
    "council-history": (CouncilHistory, "councils"),
    "coordination": (Coordination, "ideas"),
    "portfolio": (Portfolio, "activities"),
    "kpis": (Kpis, "kpis"),
    "queue": (Queue, "cases"),
    "follow-up": (FollowUp, "decisions"),
}
"""Each view's query, and which field of its answer holds the rows."""

REPLAY = 120.0
"""Seconds a replay up to a time may take."""

_PAGE = 1000  # ideas an answer can carry
_SETTLING = 5.0  # seconds the relays may take to say that nothing older is coming


def view(  # noqa: PLR0913, PLR0917 - the command's own words
    name: str,
    municipality: str | None,
    known_at: datetime | None,
    as_of: date | datetime | None,
    common: Common,
    source: Source | None = None,
) -> None:
    """Print what a view tells. Raises `Wrong`, `NotServed`, `Denied`, `UnknownTenant`."""
    known_at, day = been(known_at), _day(as_of)
    if source is None:
        run(tell(name, municipality, known_at, day, common, common.running()))
    else:
        run(_replay(source, name, municipality, known_at, day, common))


async def tell(  # noqa: PLR0913, PLR0917 - the command's own words, and where
    name: str,
    municipality: str | None,
    known_at: datetime | None,
    as_of: date | None,
    common: Common,
    here: Installation,
) -> None:
    """`view`, of an installation at hand. `known_at` has an offset."""
    result = await _view(here, VIEWS[name][0], municipality, {"known_at": known_at, "as_of": as_of})
    _print(name, result, common)
    if result["provisional"]:
        say(f"provisional: the record is complete up to {result['complete_to']}; what is older may still turn up")


async def _replay(  # noqa: PLR0913, PLR0917 - the command's own words, and from what
    source: Source,
    name: str,
    municipality: str | None,
    known_at: datetime | None,
    as_of: date | None,
    common: Common,
) -> None:
    """`view`, by a replay here of what an auditor may read."""
    from interfaces.cli import auditing  # noqa: PLC0415 - what is asked of a service must not wait for SQLAlchemy

    times = {"known_at": known_at, "as_of": as_of}
    result = await auditing.told(source, VIEWS[name][0], municipality, times)
    _print(name, result, common)
    if result["provisional"]:
        say(f"provisional: every service has been heard of up to {result['complete_to']}, and none can be asked here")


def calendar(municipality: str, meeting: UUID | None, common: Common) -> None:
    """Print the meetings of a council as an iCalendar.

    Raises `NoCouncilThen`, `NotServed`, `Denied`, `UnknownTenant`.
    """
    from contracts.queries.council_history import CouncilRecord  # noqa: PLC0415 - only here
    from interfaces.calendar import calendar as written  # noqa: PLC0415 - nothing else must wait for the library

    result = run(_view(common.running(), CouncilHistory, municipality, {}))
    councils = [CouncilRecord.model_validate(council) for council in result["councils"]]
    if not councils:
        raise NoCouncilThen(municipality, result["on"])
    meetings = [each for each in councils[0].meetings if meeting in {None, each.meeting}]
    if meeting is not None and not meetings:
        raise Denied(NotFound("meeting", str(meeting)).on_the_wire())
    sys.stdout.write(written(councils[0], meetings))


def been(known_at: datetime | None) -> datetime | None:
    """The moment; UTC when it has no offset. Raises `Wrong` for one to come: its answer could still change."""
    if known_at is None:
        return None
    moment = known_at if known_at.tzinfo else known_at.replace(tzinfo=UTC)
    if moment > (present := now()):
        raise Wrong(f"--known-at {moment.isoformat()}: is to come; it is {present.isoformat(timespec='seconds')}")
    return moment


def _day(as_of: date | datetime | None) -> date | None:
    """The day; of a time its date in UTC, and UTC is what a time without offset is in."""
    if not isinstance(as_of, datetime):
        return as_of
    return (as_of.astimezone(UTC) if as_of.tzinfo else as_of).date()


def _print(name: str, result: dict[str, Any], common: Common) -> None:
    match common.output:
        case "json":
            as_json(result)
        case "ndjson":
            as_lines(result[VIEWS[name][1]])
        case _:
            show_tables(*tables.view(name, result))


def show(kind: str, given: str, municipality: str | None, common: Common) -> None:
    """Print one thing. Raises `Wrong`, `NotServed`, `Denied`, `UnknownTenant`."""
    query = _named(kind, given)
    here = common.running()
    every = [tenant.slug for tenant in here.registry.tenants if tenant.kind == "municipality" and not tenant.removed]
    asked = [here.registry.tenant(municipality).slug] if municipality else every
    found = run(_look(here, query, asked))
    tenant, answer = next(iter(found.items()))
    if any(other != answer for other in found.values()):  # after a merger two may show the same
        raise Wrong(f"{given} is in {', '.join(sorted(found))}, not the same {kind}: name one with --municipality")
    if common.output == "table":
        show_tables(*things.thing(f"{kind} of {tenant}", answer))
    else:
        as_one(answer, common.output)


def _named(kind: str, given: str) -> Query:
    try:
        named = UUID(given)
    except ValueError as error:
        if kind == "case":
            return ShowCase(number=given)
        raise Wrong(f"{given} is no {kind}'s id, which looks like 0126d7e3-aee5-5a9c-a45c-7e5d7cf95c77") from error
    match kind:
        case "idea":
            return ShowIdea(idea=named)
        case "case":
            return ShowCase(case=named)
        case _:
            return ShowActivity(activity=named)


async def _look(here: Installation, query: Query, tenants: list[str]) -> dict[str, Any]:
    """The answer of each municipality that has it. Raises the first `Denied` when none has."""

    async def ask(tenant: str) -> Answered | Denied:
        async with doors(here, tenant, COMMAND_LINE, now, new_id) as door:
            try:
                return await door.query(query, OPERATOR_PERSON)
            except Denied as denied:
                return denied

    answers = dict(zip(tenants, await asyncio.gather(*map(ask, tenants)), strict=True))
    found = {tenant: answer.result for tenant, answer in answers.items() if not isinstance(answer, Denied)}
    for answer in answers.values():
        if not found and isinstance(answer, Denied):
            raise answer
    return found


async def _view(
    here: Installation, kind: type[ViewQuery], municipality: str | None, times: dict[str, Any]
) -> dict[str, Any]:
    """Ask the municipality, or the network for all of its members, or each municipality where there is no network."""
    registry = here.registry
    if municipality is not None:
        tenant = registry.tenant(municipality)
        only = tenant.slug if tenant.kind == "municipality" else None
        return await answer(here, _asker(registry, tenant), kind, {"municipality": only, **times})
    present = [tenant for tenant in registry.tenants if tenant.removed is None]
    networks = [tenant for tenant in present if tenant.kind == "network"]
    municipalities = [tenant.slug for tenant in present if tenant.kind == "municipality"]
    if networks:
        if outside := sorted({*municipalities} - {*networks[0].members}):
            say(f"asked as {networks[0].slug}; not in it: {', '.join(outside)} (name one with --municipality)")
        return await answer(here, networks[0].slug, kind, times)
    if len(municipalities) > 1:
        say(f"there is no network: asked one by one: {', '.join(municipalities)}")
    answers = [await answer(here, slug, kind, {"municipality": slug, **times}) for slug in municipalities]
    return _merged(answers)


def _asker(registry: Registry, tenant: Tenant) -> str:
    """As whom a tenant is asked about: itself, or who may still see what it was. Raises `Wrong`."""
    for asker in (tenant, registry.heir(tenant.slug, now().date()), *registry.networks_of(tenant.slug)):
        if asker.removed is None:
            return asker.slug
    raise Wrong(f"{tenant.slug} has been removed, and nobody carries on for it: `loypa feed` has its events")


async def answer(here: Installation, tenant: str, kind: type[ViewQuery], fields: dict[str, Any]) -> dict[str, Any]:
    """The whole answer; a past time's is asked for again until it is final, for so long as relays take to say so."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    known_at = fields.get("known_at")
    async with doors(here, tenant, COMMAND_LINE, now, new_id) as door:
        while True:
            result = await _pages(door, kind, fields)
            final = known_at is None or not result["provisional"]
            if final or loop.time() - begun > _SETTLING:
                return result
            await asyncio.sleep(0.3)


async def _pages(door: Doors, kind: type[ViewQuery], fields: dict[str, Any]) -> dict[str, Any]:
    """The answer, with all of its ideas where there are too many for one message."""
    if kind is not Coordination:
        return await _ask(door, kind(**fields))
    while True:
        result = await _ask(door, Coordination(**fields, limit=_PAGE))
        while len(result["ideas"]) < result["total"]:
            page = await _ask(door, Coordination(**fields, limit=_PAGE, offset=len(result["ideas"])))
            if page["positions"] != result["positions"]:
                break  # something happened in between: the pages are of two answers
            result["ideas"] += page["ideas"]
        else:
            return result


async def _ask(door: Doors, query: ViewQuery) -> dict[str, Any]:
    answer = await door.query(query, OPERATOR_PERSON, within=REPLAY)
    if answer.stale:
        say("stale: the view has not yet taken in all that was asked for")
    found: dict[str, Any] = answer.result
    return found


def _merged(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Several municipalities' answers as one: rows together, and complete as far as all of them are."""
    first, *others = answers
    whole = dict(first)
    for other in others:
        for name, value in other.items():
            match value:
                case list():
                    whole[name] = whole[name] + value
                case dict():
                    whole[name] = {service: min(whole[name].get(service, 0), at) for service, at in value.items()}
                case bool():
                    whole[name] = whole[name] or value
                case int():
                    whole[name] = whole[name] + value
                case _:
                    whole[name] = min(whole[name], value)
    return whole

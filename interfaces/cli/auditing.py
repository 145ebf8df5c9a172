"""What an auditor sees from outside: views made anew from a FEED or a file, and what the record proves of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.refusals import Refused
from interfaces.cli.common import Exit, Stop, Wrong, now, run, say
from interfaces.cli.printing import as_json, as_lines, show, table
from runtime import reading
from runtime.audit import Check, audit
from runtime.declaration import Scope
from runtime.ror import ror
from services.reporting.views import TOLD, VIEWS

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from contracts.queries.reporting import ViewQuery
    from interfaces.cli.common import Common
    from interfaces.cli.elsewhere import Source
    from runtime.audit import Audit
    from runtime.replay import Verified

_SAYS = {
    Check.CONTRACT: "messages, each an event of its type's published contract",
    Check.IDS: "ids that follow from what they are about, no version left out",
    Check.ORDER: "positions and recorded times that increase, service by service",
    Check.CAUSES: "effects after their cause",
    Check.SEALED: "sealed texts, openings and erasures that fit together",
    Check.REPLAYS: "rows of views, the same from two replays in different orders",
    Check.KEPT: "events of the earlier copy, unchanged",
}


async def told(
    source: Source, kind: type[ViewQuery], municipality: str | None, times: dict[str, Any]
) -> dict[str, Any]:
    """A view's answer from a replay here and now, of all that the record holds. Raises `Wrong`, `NoAnswer`."""
    name, answer = TOLD[kind]
    view = next(view for view in VIEWS if view.name == name)
    try:
        async with source.pages() as pages:
            events = reading.batches(pages, source.where)
            async with reading.replayed(view, events, now(), times["known_at"]) as replayed:
                only = None if municipality is None else slug(municipality, replayed.tenants)
                query = kind(municipality=only, **times)
                shown = answer(replayed.reader, query, Scope(replayed.tenants))
    except reading.Damaged as damaged:
        raise Wrong(str(damaged)) from damaged
    return shown.model_dump(mode="json")


def slug(given: str, tenants: Collection[str]) -> str:
    """The short name of one of the record's municipalities; of ROR-IKT's, the number too. Raises `Wrong`."""
    wanted = given.strip().lower()
    if wanted not in tenants:
        try:
            wanted = ror().tenant(given).slug
        except Refused:
            wanted = ""
    if wanted not in tenants:
        raise Wrong(f"--municipality {given}: the record has events of {', '.join(sorted(tenants)) or 'nobody'}")
    return wanted


def verify(source: Source, kept: Path | None, common: Common) -> None:
    """Print what the record proves of itself. Ends with `FOUND` when something does not hold. Raises `Wrong`."""
    found, views = run(_audited(source))
    if kept is not None:
        try:
            found.kept(reading.from_file(kept), f"{kept}, line")
        except reading.Damaged as damaged:
            raise Wrong(str(damaged)) from damaged
    if not found.bodies and not found.findings:
        say("there is nothing in it yet")
    findings = [
        {"check": finding.check.value, "where": finding.where, "says": finding.says} for finding in found.findings
    ]
    match common.output:
        case "json":
            as_json(_document(found, views, findings))
        case "ndjson":
            as_lines(findings)
        case _:
            _tables(found)
    if found.unknown:
        say(f"known to a newer version only, so not looked into: {', '.join(sorted(found.unknown))}")
    if findings:
        raise Stop(Exit.FOUND)


async def _audited(source: Source) -> tuple[Audit, list[Verified]]:
    async with source.pages() as pages:
        return await audit(pages, source.where, VIEWS, now())


def _document(found: Audit, views: list[Verified], findings: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "holds": not findings,
        "checks": {
            check.value: {"checked": found.checked[check], "findings": found.counted[check]}
            for check in Check
            if found.checked[check] or found.counted[check]
        },
        "findings": findings,
        "views": {each.view: {"rows": each.rows, "differences": len(each.differences)} for each in views},
        "fingerprints": {
            service: {"events": print_.events, "position": print_.position, "sha256": print_.sha256}
            for service, print_ in found.fingerprints().items()
        },
        "unknown_types": sorted(found.unknown),
    }


def _tables(found: Audit) -> None:
    checks = [
        (
            check.value,
            found.checked[check],
            _SAYS[check],
            f"{found.counted[check]} DO NOT" if found.counted[check] else "hold",
        )
        for check in Check
        if found.checked[check] or found.counted[check]
    ]
    prints = [
        (service, print_.events, f"{service}:{print_.position}", print_.sha256)
        for service, print_ in found.fingerprints().items()
    ]
    tables = [
        table("What the record proves of itself", ("Check", "Of#", "What", ""), checks),
        table(
            "Fingerprints: who has the same, has the same history", ("Service", "Events#", "Up to", "SHA-256!"), prints
        ),
    ]
    if found.findings:
        rows = [(finding.check.value, finding.where, finding.says) for finding in found.findings]
        tables.append(table("What does not hold", ("Check", "Where", "What"), rows))
    show(*tables)

"""The operator's commands: provision, status, rebuild, verify, republish."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from contracts.catalogue import SERVICES
from contracts.operations import Rebuild, Verify
from interfaces.cli.common import Common, Exit, Stop, now, run, say
from interfaces.cli.printing import as_json, as_lines, as_one, show, table
from interfaces.client import Operator, operator
from interfaces.feeds import feeds
from interfaces.installation import owned, running
from runtime import provision as provisioning
from runtime.accounts import HUB
from runtime.handout import hand_out
from runtime.nats import connect
from runtime.republish import healths as healths_of
from runtime.republish import older_copies
from runtime.republish import republish as taking_turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from contracts.operations import Compared, Done, ServiceHealth, Step
    from runtime.feeds import FeedState

SHOWN = 80
"""How many characters of a value that differs the table shows; JSON has it whole."""
KEEPER = "reporting"
"""The service that keeps the views."""


def kept() -> tuple[str, ...]:
    """The views that are kept, by name."""
    from services.reporting.views import VIEWS  # noqa: PLC0415 - `loypa status` must not wait for SQLAlchemy

    return tuple(view.name for view in VIEWS)


def progress() -> Progress:
    """A progress bar on stderr."""
    from rich.console import Console  # noqa: PLC0415 - only where there is something to show

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))


def prepare(into: Path, routes: Sequence[str], common: Common) -> None:
    """Make what an installation starts from, and hand out each container's part."""
    here = common.installation()
    made = hand_out(here.authority, here.registry, SERVICES, routes, into)
    if common.output == "table":
        show(table("Handed out", ("Directory",), [(str(directory),) for directory in made]))
    else:
        as_one({"directories": [str(directory) for directory in made]}, common.output)


def provision(common: Common) -> None:
    """Create what is missing, report what differs."""
    here = common.running()
    made = run(provisioning.establish(here.target, here.registry, owned(), on=now().date(), mend=True))
    if common.output == "table":
        show(
            table(
                "Provisioned",
                ("What", "How"),
                [(line, "made") for line in made.made] + [(d, "differs") for d in made.drift],
            )
        )
    else:
        as_one({"made": made.made, "drift": made.drift}, common.output)
    if made.drift:
        raise Stop(Exit.FOUND)


def status_of(service: str, common: Common) -> None:
    """Health and lag of every part of one service, asked with its own credential: its container has no other."""
    settings = running(common.data)

    async def ask() -> ServiceHealth | None:
        credentials = settings.credentials_directory / HUB / f"{service}.creds"
        label, servers, tls = "loypa", settings.nats_servers, settings.tls()
        client = await connect(list(settings.nats), credentials, label=label, servers=servers, tls=tls, within=5)
        try:
            return await Operator(client).health(service)
        finally:
            await client.close()

    _tell(list(_parts(service, run(ask()))), service, {"service": service}, common)


def status(common: Common) -> None:
    """Health and lag of every part of every service, and of the FEEDs."""
    here = common.running()

    async def ask() -> tuple[dict[str, ServiceHealth | None], dict[str, str], int, Sequence[FeedState]]:
        async with operator(here) as door:
            readers = await healths_of(door.client, SERVICES)  # first: what they have read was recorded before
            healths = await asyncio.gather(*(door.health(service) for service in SERVICES))
            events = int((await door.state("EVENTS"))["messages"])
        copies = older_copies(readers, [health for health in healths if health is not None])
        return dict(zip(SERVICES, healths, strict=True)), copies, events, await feeds(here, now().date())

    healths, copies, events, states = run(ask())
    rows = [row for service, health in healths.items() for row in _parts(service, health)]
    rows += [{"service": one, "part": "copy", "healthy": False, "why": why} for one, why in copies.items()]
    _tell([*rows, *map(_feed, states)], f"{events} events", {"events": events}, common)


def _parts(service: str, health: ServiceHealth | None) -> Iterator[dict[str, Any]]:
    """Each part of a service, or the one reason why there is nothing to tell of any."""
    if health is None:
        yield {"service": service, "part": "", "healthy": False, "why": "does not answer"}
    elif health.standby:
        yield {"service": service, "part": "", "healthy": False, "why": "stands by for another process"}
    else:
        yield from ({"service": service, **part.model_dump(mode="json")} for part in health.parts)


def _tell(rows: list[dict[str, Any]], title: str, facts: dict[str, Any], common: Common) -> None:
    healthy = all(row["healthy"] for row in rows)
    match common.output:
        case "json":
            as_json({"healthy": healthy, **facts, "parts": rows})
        case "ndjson":
            as_lines(rows)
        case _:
            columns = ("Service", "Part", "Healthy", "Position", "Lag#", "Why")
            cells = [
                (
                    row["service"],
                    row["part"],
                    "yes" if row["healthy"] else "NO",
                    row.get("held") or " ".join(f"{name}:{at}" for name, at in row.get("position", {}).items()),
                    row.get("lag"),
                    row.get("why"),
                )
                for row in rows
            ]
            show(table(title, columns, cells))
    if not healthy:
        raise Stop(Exit.FOUND)


def _feed(state: FeedState) -> dict[str, Any]:
    """A FEED as a part that can be unhealthy."""
    return {
        "service": state.tenant,
        "part": "feed",
        "healthy": not state.why,
        "why": state.why or None,
        "lag": state.lag,
        "held": state.held,
        "size": state.size,
        "quota": state.quota,
    }


def rebuild(name: str | None, common: Common) -> None:
    """Build views anew, one after the other."""

    async def work(bar: Progress) -> None:
        async with operator(common.running()) as door:
            for view in (name,) if name else kept():
                await _with_bar(door, bar, f"rebuild {view}", "rebuild", Rebuild(view=view))

    with progress() as bar:
        run(work(bar))


def verify(common: Common) -> None:
    """Compare every view with a full replay."""

    async def work(bar: Progress) -> tuple[Compared, ...]:
        async with operator(common.running()) as door:
            return (await _with_bar(door, bar, "verify", "verify", Verify(views=kept()))).compared

    with progress() as bar:
        found = run(work(bar))
    differing = [
        {"view": each.view, **difference.model_dump(mode="json")} for each in found for difference in each.differences
    ]
    match common.output:
        case "json":
            as_json(
                {
                    "holds": not differing,
                    "views": {each.view: {"rows": each.rows, "says": each.says} for each in found},
                    "differences": differing,
                }
            )
        case "ndjson":
            as_lines(differing)
        case _:
            verdict = [(each.view, each.rows, "DIFFERS" if each.differences else "holds") for each in found]
            tables = [table("Verified against a full replay", ("View", "Rows#", ""), verdict)]
            if differing:
                columns = ("View", "Table", "Key", "Column", "Live", "Replayed")
                cells = [
                    (d["view"], d["table"], " ".join(map(str, d["key"])), d["column"], *apart(d["live"], d["replayed"]))
                    for d in differing
                ]
                tables.append(table("What differs", columns, cells))
            show(*tables)
    if differing:
        raise Stop(Exit.FOUND)


def republish(common: Common) -> None:
    """Let the services take turns until the stream holds everything again."""

    async def work(bar: Progress) -> int:
        here = common.running()
        async with operator(here) as door:
            tasks: dict[str, Any] = {}
            async for turn in taking_turns(door.client, SERVICES):
                task = (
                    tasks.setdefault(turn.service, bar.add_task(turn.service, total=turn.head))
                    if turn.service not in tasks
                    else tasks[turn.service]
                )
                bar.update(task, completed=turn.published, total=turn.head)
            return int((await door.state("EVENTS"))["messages"])

    with progress() as bar:
        events = run(work(bar))
    say(f"EVENTS holds {events} events")


def apart(live: object, replayed: object) -> tuple[str, ...]:
    """Two values, at most `SHOWN` characters of each; of long ones, from a little before where they part."""
    texts = ["" if value is None else str(value) for value in (live, replayed)]
    pairs = enumerate(zip(*texts, strict=False))
    alike = next((at for at, (one, other) in pairs if one != other), min(map(len, texts)))
    start = max(0, alike - SHOWN // 4) if max(map(len, texts)) > SHOWN else 0
    return tuple(
        ("…" if start else "") + (text[start:] if len(text) - start <= SHOWN else f"{text[start : start + SHOWN]}…")
        for text in texts
    )


async def _with_bar(door: Operator, bar: Progress, said: str, name: str, request: Rebuild | Verify) -> Done:
    task = bar.add_task(said, total=None)

    def step(step: Step) -> None:
        bar.update(task, completed=step.done, total=step.of)

    done = await door.run(KEEPER, name, request, step)
    bar.update(task, completed=1, total=1)
    return done

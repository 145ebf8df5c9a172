"""`loypa import ideas`: each line of a file claimed, decided on, and visible before it ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from contracts import door
from contracts.answers import ClaimOutcome, ClaimOutcomes
from contracts.claims import IdeaSubmitted
from contracts.queries.record import ClaimStatus
from contracts.queries.reporting import Coordination
from interfaces.cli.common import Exit, Stop, Wrong, new_id, now, quiet_about_the_server, run, say
from interfaces.cli.operating import progress
from interfaces.cli.sheet import Line, Sheet, columns
from interfaces.cli.tally import Tally, print_tally
from interfaces.client import NotServed, doors
from interfaces.installation import OPERATOR_PERSON, NotRunning
from runtime.nats import AnotherServer, ApiRefused, NatsError, NoAnswer, NotReachable
from runtime.ror import COMMAND_LINE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.progress import Progress, TaskID

    from interfaces.cli.common import Common
    from interfaces.client import Doors
    from interfaces.installation import Installation

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds the server or a service may be away before the import gives up; it can be run again."""

IN_FLIGHT = 100
"""Claims published and not yet acknowledged, at the most."""

_CHUNK = 500
_ASKED = 40_000  # bytes of ids and digests in one question
_STREAM_FULL = 10077  # JetStream's error code: the tenant's quota is used up by what waits
_TOO_BIG = 10054  # JetStream's error code: more than the stream takes
_AWAY = (NotServed, NoAnswer, NotReachable, AnotherServer, NotRunning, NatsError)


def import_ideas(file: Path, municipality: str, system: str, maps: Sequence[str], common: Common) -> None:
    """Claim every line; the exit code says whether all were accepted. Raises `Wrong`, `NotServed`, `UnknownTenant`."""
    sheet = Sheet(file, columns(maps), system)
    lines = sheet.check()
    here = common.running()
    tenant = here.registry.tenant(municipality)
    if tenant.kind != "municipality":
        raise Wrong(f"{tenant.slug} is a network; ideas are submitted in a municipality")
    quiet_about_the_server()
    with progress() as bar:
        task = bar.add_task(f"ideas to {tenant.slug}", total=lines)
        tally = run(Intake(common, tenant.slug, system, bar, task).take_in(sheet, here))
    print_tally(tally, file, tenant.slug, system, common)
    if tally.rejected:
        raise Stop(Exit.FOUND)


@dataclass
class Intake:
    """One import into a municipality, as one of its systems."""

    common: Common
    tenant: str
    system: str
    bar: Progress
    task: TaskID
    tally: Tally = field(default_factory=Tally)
    decided: int = 0
    """Lines that are known to have been decided on."""

    async def take_in(self, sheet: Sheet, here: Installation) -> Tally:
        """Chunk by chunk, each to its end: a restart in between costs at most one chunk's repetition."""
        _registered(here, self.tenant, self.system)
        for chunk in _chunks(sheet):
            before = await self._insist(partial(_outcomes, chunk))
            await self._insist(partial(self._chunk, chunk, _decided(before), before.upto))
        self.bar.update(self.task, description="waiting for the views")
        await self._insist(self._visible)
        return self.tally

    async def _chunk(self, chunk: list[Line], prior: dict[str, ClaimOutcome], since: int, door: Doors) -> None:
        """Publish, and wait until each is decided. Publishing again after a failure has no second effect."""
        waiting = [line for line in chunk if line.id not in prior]
        found = prior | await self._publish(door, waiting)
        told: set[str] = set()
        begun, upto, quiet = self.tally.lines, since, 0.0
        while waiting := [line for line in chunk if line.id not in found]:
            said = await _status(door, ClaimStatus(since=upto))
            upto, more = said.upto, {outcome.claim_id for outcome in said.claims} - told
            told |= more
            left = sum(line.id not in told for line in waiting)
            self._reached(begun + len(chunk) - left)
            if not left:  # something is told under every id; what is told of another's content is not of this line
                found |= _decided(await _outcomes(waiting, door))
            quiet = 0.0 if more else quiet + 0.1
            if quiet > PATIENCE:
                raise NotServed(f"{len(waiting)} claims have not been decided on for {quiet:.0f} s")
            await asyncio.sleep(0.1)
        self._reached(begun + len(chunk))
        self.tally.upto = max(self.tally.upto, upto)
        for line in chunk:
            self.tally.count(line, found[line.id], fresh=line.id not in prior)

    def _reached(self, lines: int) -> None:
        self.decided = lines
        self.bar.update(self.task, completed=lines)

    async def _publish(self, door: Doors, lines: list[Line]) -> dict[str, ClaimOutcome]:
        """Publish so many at a time; what is told at once, of those that are too large for the stream."""
        refused: dict[str, ClaimOutcome] = {}
        free = asyncio.Semaphore(IN_FLIGHT)

        async def one(line: Line) -> None:
            async with free:
                if not await _kept(door, line):
                    refused[line.id] = _too_big(line)

        failures = [f for f in await asyncio.gather(*map(one, lines), return_exceptions=True) if f is not None]
        for failure in failures:
            raise failure
        return refused

    async def _visible(self, _door: Doors) -> None:
        """Wait until the coordination view has taken in every outcome."""
        async with doors(self.common.running(), self.tenant, COMMAND_LINE, now, new_id) as reader:
            asked = Coordination(municipality=self.tenant, limit=1, after={IdeaSubmitted.service: self.tally.upto})
            if (await reader.query(asked, OPERATOR_PERSON)).stale:
                raise NotServed("the coordination view has not taken in what was decided")

    async def _insist(self, work: Callable[[Doors], Awaitable[T]]) -> T:
        """Carry out what can be carried out again, until the server has been away for too long."""
        loop = asyncio.get_running_loop()
        failed: float | None = None
        while True:
            try:
                async with doors(self.common.running(), self.tenant, self.system, now, new_id) as door:
                    return await work(door)
            except _AWAY as away:
                if failed is None:
                    failed = loop.time()
                    say(f"{away}; it is tried again for {PATIENCE:.0f} s")
                elif loop.time() - failed > PATIENCE:
                    told = f"{self.decided} lines have been decided on, and running it again goes on"
                    raise NotServed(f"{away}; {told}") from away
                await asyncio.sleep(1)


def _registered(here: Installation, tenant: str, system: str) -> None:
    """Raises `Wrong` for a system that is not registered, `Stop` for one that may not claim this."""
    name = IdeaSubmitted.__name__
    if not here.has_system(tenant, system):
        known = [one.name for one in here.registry.tenant(tenant).connecting if name in one.claims]
        raise Wrong(
            f"--system {system}: {tenant} has no such system; {', '.join(known) or 'none'} may claim {name}, and "
            f"`loypa tenants add-system {tenant} {system} --claim {name}` registers another"
        )
    claims = here.system(tenant, system).claims
    if name not in claims:
        may = ", ".join(claims) or "nothing"
        say(f"loypa: {system} of {tenant} may not claim {name}; the registry lets it claim {may}")
        raise Stop(Exit.REFUSED)


async def _kept(door: Doors, line: Line) -> bool:
    """Whether the stream has the claim: not one that is larger than any message may be. Waits while it is full."""
    if len(line.body) > _CARRIED:
        return False
    for attempt in range(int(PATIENCE)):
        try:
            await door.claim(IdeaSubmitted.__name__, line.body)
        except ApiRefused as refused:
            if refused.code == _TOO_BIG:
                return False
            if refused.code != _STREAM_FULL or attempt + 1 == int(PATIENCE):
                raise
            await asyncio.sleep(1)
        else:
            return True
    raise AssertionError("unreachable: the loop answers or raises")


_CARRIED = 512 * 1024  # bytes; the server cuts a connection that sends more than it takes, and asks nobody


def _too_big(line: Line) -> ClaimOutcome:
    refusal = door.TooBig(len(line.body)).on_the_wire()
    return ClaimOutcome(claim_id=line.id, state="rejected", refusal=refusal)


async def _outcomes(lines: list[Line], door: Doors) -> ClaimOutcomes:
    """What has become of these very claims: another content under the same id is another's."""
    return await _status(door, ClaimStatus(contents={line.id: line.content for line in lines}))


def _decided(outcomes: ClaimOutcomes) -> dict[str, ClaimOutcome]:
    return {outcome.claim_id: outcome for outcome in outcomes.claims if outcome.state != "pending"}


async def _status(door: Doors, query: ClaimStatus) -> ClaimOutcomes:
    answer = await door.query(query, None, IdeaSubmitted.service)
    return ClaimOutcomes.model_validate(answer.result)


def _chunks(sheet: Iterable[Line]) -> Iterator[list[Line]]:
    """So many lines that one question can name them all."""
    lines = iter(sheet)
    while chunk := list(islice(lines, 1)):
        weight = _weight(chunk[0])
        for line in islice(lines, _CHUNK - 1):
            chunk.append(line)
            weight += _weight(line)
            if weight > _ASKED:
                break
        yield chunk


def _weight(line: Line) -> int:
    return len(line.id.encode()) + len(line.content) + 8

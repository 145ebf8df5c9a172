"""Peak memory of rebuilding a view, for few events and for many: it should be the same."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from contracts.catalogue import SERVICES
from contracts.envelope import Recorded
from contracts.events.council import CaseOpened, CouncilDecided, Outcome
from contracts.events.intake import IdeaSubmitted, Kind, SubmitterKind, Visibility
from contracts.events.portfolio import ActivityStarted
from contracts.sealed import Retention, Sealed
from runtime.projector import Projector
from services.reporting.views import VIEWS
from tests.bench.measure import Measurement

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from contracts.message import Event

FEW, MANY = 10_000, 1_000_000
BATCH = 500
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Batch:
    events: tuple[Recorded[Any], ...]
    caught_up: bool


def ident(kind: int, number: int) -> UUID:
    return UUID(int=kind << 96 | (number * 0x9E3779B97F4A7C15) % 2**64)  # scattered, as derived ids are


DAY, COUNCIL = date(2026, 1, 1), ident(0, 1)
SHARED: dict[str, Any] = {"title": "Innspel", "visibility": Visibility.NETWORK, "idea": COUNCIL}
CASE: dict[str, Any] = {"council": COUNCIL, "case": COUNCIL, "number": "PS-1/26"} | SHARED
PROBLEM: Sealed[str] = Sealed(ref=COUNCIL, digest="0" * 64, retention=Retention.CONTENT)
SUBMITTED = IdeaSubmitted(
    tenant="molde", submitted=DAY, kind=Kind.NEED, problem=PROBLEM, submitter=SubmitterKind.EMPLOYEE, **SHARED
)
OPENED = CaseOpened(received=DAY, **CASE)
DECIDED = CouncilDecided(outcome=Outcome.APPROVED, reasons="Det svarer på behovet.", decided=DAY, seats=5, **CASE)
STARTED = ActivityStarted(activity=COUNCIL, tenant="molde", started=DAY, case=COUNCIL, **SHARED)


def ideas(count: int) -> Iterator[Recorded[Any]]:
    """So many events, one at a time: each idea is submitted, opened as a case, approved and started."""
    for number in range(1, count // 4 + 1):
        idea, case = ident(1, number), ident(2, number)
        of_case = {"case": case, "idea": idea, "number": f"PS-{number}/26"}
        yield event("intake", number, SUBMITTED.model_copy(update={"idea": idea, "title": f"Innspel {number}"}))
        yield event("council", 2 * number - 1, OPENED.model_copy(update=of_case))
        yield event("council", 2 * number, DECIDED.model_copy(update=of_case))
        started = {"activity": ident(3, number), "idea": idea, "case": case}
        yield event("portfolio", number, STARTED.model_copy(update=started))


def event(service: str, sequence: int, data: Event) -> Recorded[Any]:
    moment = START + timedelta(seconds=sequence)
    which = {"id": ident(SERVICES.index(service) + 4, sequence), "type": data.type_in(service), "sequence": sequence}
    where = {"source": f"/molde/{service}", "recordedtime": moment}
    return ENVELOPE.model_copy(update=which | where | {"data": data})


ENVELOPE = Recorded[Any].model_construct(
    id=COUNCIL,
    type="",
    subject=COUNCIL,
    time=START,
    tenant="molde",
    correlationid="bench",
    causationid="bench",
    actor="molde/bench",
)


async def batches(count: int) -> AsyncIterator[Batch]:
    held: list[Recorded[Any]] = []
    for recorded in ideas(count):
        held.append(recorded)
        if len(held) == BATCH:
            yield Batch(tuple(held), caught_up=False)
            held.clear()
    yield Batch(tuple(held), caught_up=True)


async def rebuild(count: int) -> None:
    """Build the coordination view anew, as a new version does, in a file that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="loypa-bench-") as directory:
        url = f"sqlite:///{Path(directory) / 'views.db'}"
        Projector(url, VIEWS, clock=lambda: START).close()
        projector = Projector(url, [replace(view, version=view.version + 1) for view in VIEWS], clock=lambda: START)
        await projector.rebuild("coordination", batches(count))
        with projector.read("coordination") as reader:
            built = reader.connection.execute(
                sa.select(sa.func.count()).select_from(reader.tables["ideas"])
            ).scalar_one()
        assert built == count // 4
        projector.close()


def peak(count: int) -> float:
    """The peak memory, in MiB, of a process that does nothing else."""
    here = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.rebuild", str(count)], cwd=here, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def most_resident() -> float:
    """The most memory this program has held, in MiB; `getrusage` would count what the process held that started it."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def rows() -> list[Measurement]:
    """Few beside many: a ratio of 1 says that memory does not grow with the history."""
    return [Measurement(f"rebuild, peak memory with {FEW:,} events beside {MANY:,}", peak(FEW), peak(MANY), "MiB", 0.9)]


if __name__ == "__main__":
    asyncio.run(rebuild(int(sys.argv[1])))
    print(most_resident())  # noqa: T201 - what the measuring process reads

"""`loypa quarantine`: what could not be decided on, and what the operator does about it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from cyclopts import App, Parameter

from interfaces.cli.common import Common, Exit, Stop, Wrong, run, say

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from contracts.message import Message
    from contracts.operations import Done, SetAside
    from interfaces.client import Operator

DEFAULT = Common()
Id = Annotated[UUID, Parameter(name="ID")]

quarantine = App(
    name="quarantine",
    help="See to what could neither be accepted nor rejected.\n\nExample: `loypa quarantine list`",
)


@quarantine.command(name="list")
def list_(*, common: Common = DEFAULT) -> None:
    """Every claim and reaction that waits for you, with the reason. Exit code 1 when there is any.

    Example: `loypa quarantine list --output json`
    """
    from interfaces.cli.printing import as_json, as_lines, show, table  # noqa: PLC0415 - `--help` must not wait for it

    async def ask() -> list[SetAside]:
        async with _door(common) as door:
            return await _held(door)

    held = run(ask())
    found = [each.model_dump(mode="json", exclude_none=True) for each in held]
    match common.output:
        case "json":
            as_json({"set_aside": found})
        case "ndjson":
            as_lines(found)
        case _:
            columns = ("Id!", "Service", "What", "Whose", "Recorded", "Tries#", "Reason")
            rows = [
                (
                    each.id,
                    each.service,
                    f"{each.name} {each.key or ''}".strip(),
                    f"{each.tenant}/{each.system}",
                    each.recorded.isoformat(timespec="seconds"),
                    each.attempts,
                    each.reason,
                )
                for each in held
            ]
            show(table(f"{len(held)} set aside", columns, rows))
    if held:
        raise Stop(Exit.FOUND)


@quarantine.command
def show(id_: Id, *, purpose: str, common: Common = DEFAULT) -> None:
    """Print the message that was set aside as it came. That you saw it, and why, is on record.

    Example: `loypa quarantine show 0b7a1c9d-5e3f-5261-8a9b-0c1d2e3f4051 --purpose "Feilsøking, sak 26/114"`

    Parameters
    ----------
    purpose
        Why you need to see what somebody wrote.
    """
    from contracts.operations import ShowQuarantined  # noqa: PLC0415 - `--help` must not wait for it
    from interfaces.cli.printing import as_one  # noqa: PLC0415 - `--help` must not wait for it

    done = _order(id_, "show", ShowQuarantined(id=id_, purpose=purpose), common)
    held = done.set_aside[0].model_dump(mode="json", exclude_none=True)
    as_one({**held, "original": done.original}, common.output)


@quarantine.command
def retry(id_: Id, *, common: Common = DEFAULT) -> None:
    """Try once more, now that the cause is mended. Exit code 4 when it still cannot be done; it stays set aside.

    Example: `loypa quarantine retry 0b7a1c9d-5e3f-5261-8a9b-0c1d2e3f4051`
    """
    from contracts.operations import RetryQuarantined  # noqa: PLC0415 - `--help` must not wait for it

    _tell(_order(id_, "retry", RetryQuarantined(id=id_), common), common)


@quarantine.command
def discard(id_: Id, *, reason: str, common: Common = DEFAULT) -> None:
    """Give up on it for good. The reason is on record and told to the publisher; the original is erased.

    The reason stands in the clear, for good: name nobody in it.

    Example: `loypa quarantine discard 0b7a1c9d-5e3f-5261-8a9b-0c1d2e3f4051 --reason "Sendt på nytt under ein annan id"`
    """
    from contracts.operations import DiscardQuarantined  # noqa: PLC0415 - `--help` must not wait for it

    _tell(_order(id_, "discard", DiscardQuarantined(id=id_, reason=reason), common), common)


def _order(of: UUID, name: str, order: Message, common: Common) -> Done:
    """Have the service that holds it carry out an order."""

    async def give() -> Done:
        async with _door(common) as door:
            service = next((each.service for each in await _held(door) if each.id == of), None)
            if service is None:
                raise Wrong(f"nothing with the id {of} is set aside")
            return await door.run(service, f"quarantine.{name}", order, lambda _step: None)

    return run(give())


async def _held(door: Operator) -> list[SetAside]:
    """What every service has set aside, the oldest first."""
    from contracts.catalogue import SERVICES  # noqa: PLC0415 - `--help` must not wait for it

    each = await asyncio.gather(*(_held_by(door, service) for service in SERVICES))
    return sorted((one for held in each for one in held), key=lambda one: one.recorded)


async def _held_by(door: Operator, service: str) -> list[SetAside]:
    from contracts.operations import ListQuarantine  # noqa: PLC0415 - `--help` must not wait for it

    found: list[SetAside] = []
    while True:
        after = found[-1].position if found else 0
        done = await door.run(service, "quarantine.list", ListQuarantine(after=after), lambda _step: None)
        found += done.set_aside
        if not done.set_aside or len(found) >= done.rows:
            return found


def _door(common: Common) -> AbstractAsyncContextManager[Operator]:
    from interfaces.client import operator  # noqa: PLC0415 - `--help` must not wait for it

    return operator(common.running())


def _tell(done: Done, common: Common) -> None:
    from interfaces.cli.printing import as_one  # noqa: PLC0415 - `--help` must not wait for it

    if common.output == "table":
        say(done.says)
    else:
        as_one({"says": done.says}, common.output)

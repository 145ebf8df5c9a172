"""`loypa send`: a command as a person, through the door that every front end's commands go through."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any

from contracts.answers import Accepted, RefusedAnswer
from contracts.catalogue import commands
from interfaces.cli import naming
from interfaces.cli.common import new_id, now, run
from interfaces.cli.printing import as_one, show, table
from interfaces.cli.refusals import FieldTwice, NoSuchCommand, NotAField, NotJson, SeveralServices
from interfaces.client import Denied, NotServed, doors
from runtime.ror import COMMAND_LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interfaces.cli.common import Common
    from interfaces.installation import Installation

_JSON = ("[", "{", '"', "null")
"""What a value that is JSON, and not text as it is, begins with."""


def send(given: str, said: Sequence[str], municipality: str, person: str, common: Common) -> None:
    """Send a command and print what was accepted.

    Raises what `command_name` and `fields` raise, `Denied`, `NotServed`, `UnknownTenant`.
    """
    service, name = command_name(given)
    body = fields(said)
    here = common.running()
    tenant = here.registry.tenant(municipality).slug
    accepted = run(_send(here, tenant, (service, name), body, person))
    told = accepted.model_dump(mode="json")
    if common.output == "table":
        show(table(f"{name}: accepted", ("Service", "Position#", "About"), [tuple(told[c] for c in _COLUMNS)]))
    else:
        as_one(told, common.output)


_COLUMNS = ("service", "position", "about")


def command_name(given: str) -> tuple[str, str]:
    """Service and name of a command, given as `DecideCase` or, where several services take it, `council.DecideCase`.

    Raises `NoSuchCommand`, with the names that are close, and `SeveralServices`.
    """
    known = {f"{service}.{name}": (service, name) for service, name in commands()}
    if given in known:
        return known[given]
    found = [each for each in known.values() if each[1] == given]
    if len(found) == 1:
        return found[0]
    if found:
        raise SeveralServices(given, tuple(".".join(each) for each in found))
    lower = {name.lower(): name for _, name in known.values()}
    close = difflib.get_close_matches(given.lower(), lower, n=5, cutoff=0.5)
    raise NoSuchCommand(given, tuple(lower[name] for name in close or sorted(lower)))


def fields(said: Sequence[str]) -> dict[str, Any]:
    """What the command says, of `FIELD=VALUE`: text as it is, or JSON where it begins as JSON does.

    Raises `NotAField`, `FieldTwice` and `NotJson`.
    """
    found: dict[str, Any] = {}
    for each in said:
        name, separator, value = each.partition("=")
        if not separator or not name:
            raise NotAField(each)
        if name in found:
            raise FieldTwice(name)
        try:
            found[name] = json.loads(value) if value.startswith(_JSON) else value
        except json.JSONDecodeError as error:
            raise NotJson(name, error.pos + 1) from error
    return found


async def _send(
    here: Installation, tenant: str, command: tuple[str, str], body: dict[str, Any], person: str
) -> Accepted:
    service, name = command
    wanted = commands()[command].model_fields
    if "case" in wanted and isinstance(body.get("case"), str):
        body["case"] = await naming.case(here, tenant, body["case"], person)
    if "meeting" in wanted and isinstance(body.get("meeting"), str):
        body["meeting"] = str(await naming.meeting(here, tenant, body["meeting"]))
    if "agenda" in wanted and isinstance(body.get("agenda"), list):
        body["agenda"] = [await naming.case(here, tenant, str(each), person) for each in body["agenda"]]
    async with doors(here, tenant, COMMAND_LINE, now, new_id) as door:
        answer = await door.send(service, name, json.dumps(body, ensure_ascii=False).encode(), person)
    match answer:
        case RefusedAnswer(refusal=refusal):
            raise Denied(refusal)
        case Accepted():
            return answer
        case _:
            raise NotServed(answer.says)

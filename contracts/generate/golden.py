"""Golden examples: complete CloudEvents as they were once published, which every later version must read."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import ValidationError

from contracts import catalogue
from contracts.generate import samples, schemas
from contracts.identity import derive

if TYPE_CHECKING:
    from contracts.message import Message

GOLDEN = Path(__file__).parent.parent / "golden"

Example = dict[str, Any]


def examples(type_: str) -> list[Example]:
    """The golden examples of an event or a claim, oldest first."""
    return [json.loads(path.read_text("utf-8")) for path in _files(type_)]


def shown(type_: str) -> list[Example]:
    """The example that says most and the one that says least, those still to be written included."""
    by_size = sorted([*examples(type_), *_wanting(type_)], key=lambda example: len(json.dumps(example)))
    return [by_size[-1], by_size[0]] if by_size[-1] != by_size[0] else by_size[:1]


def missing() -> dict[Path, Example]:
    """The examples that are still to be written: a complete and a minimal one, and one more when fields were added."""
    return {
        GOLDEN / type_ / f"{number}.json": example
        for type_ in schemas.frozen()
        for number, example in enumerate(_wanting(type_), start=len(_files(type_)) + 1)
    }


@cache
def _wanting(type_: str) -> list[Example]:
    schema, written = schemas.frozen()[type_], examples(type_)
    complete = build(type_, schema, complete=True)
    if not written:
        return [complete, build(type_, schema, complete=False)]
    return [] if complete["data"].keys() <= {field for example in written for field in example["data"]} else [complete]


def build(type_: str, schema: schemas.Schema, *, complete: bool) -> Example:
    """An example of this type that today's code reads."""
    envelope = {**schema, "properties": {name: part for name, part in schema["properties"].items() if name != "data"}}
    example: Example = samples.sample(envelope, complete=complete)
    data_schema = {**schema["properties"]["data"], "$defs": schema.get("$defs", {})}
    example["data"] = data = samples.sample(data_schema, complete=complete)
    if type_ in catalogue.claims():
        example["id"] = "MD-2026-0042"
        catalogue.claims()[type_].model_validate_json(json.dumps(data))
        return example
    about = next((value for value in data.values() if _is_uuid(value)), str(derive("example", type_)))
    example |= {
        "id": str(derive("example", type_, "complete" if complete else "minimal")),
        "source": f"/molde/{type_.split('.')[2]}",
        "subject": about,
        "recordedtime": "2026-03-04T09:30:00.000001Z",
    }
    catalogue.decode(json.dumps(example).encode())
    return example


def body(kind: type[Message], schema: schemas.Schema) -> Example:
    """A complete example of a command or a query, or nearly so where two of its fields exclude each other."""
    complete: Example = samples.sample(schema, complete=True)
    least: Example = samples.sample(schema, complete=False)
    optional = [name for name in complete if name not in least]
    without = [{name: value for name, value in complete.items() if name != left_out} for left_out in optional]
    for example in (complete, *without, *({**least, name: complete[name]} for name in optional), least):
        try:
            kind.model_validate_json(json.dumps(example))
        except ValidationError as error:
            found = error
        else:
            return example
    raise samples.NoExample(f"{kind.__name__}: {found}")


def _files(type_: str) -> list[Path]:
    return sorted((GOLDEN / type_).glob("*.json"), key=lambda path: int(path.stem))


def _is_uuid(value: object) -> bool:
    try:
        return str(UUID(str(value))) == value
    except ValueError:
        return False

"""How an idea, a case or an activity looks as tables in a terminal, whatever fields it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interfaces.cli.forms import called
from interfaces.cli.printing import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.table import Table

SEALED = "[sealed]"
"""What stands where a text is sealed."""

_WIDE = 7
"""Columns that fit beside each other."""

Record = dict[str, Any]


def thing(title: str, record: Record) -> list[Table]:
    """An idea, a case or an activity: its fields, then a table for each list it has; its history last."""
    made = [_fields(title, _flat({name: value for name, value in record.items() if not _is_list_of_records(value)}))]
    own = {value for name, value in record.items() if name in _SAID_ABOVE and isinstance(value, str)}
    for name, items in record.items():
        if _is_list_of_records(items):
            made += _listed(_heading(name), [_flat(_without(item, own)) for item in items])
    return made


_SAID_ABOVE = frozenset({"idea", "case", "activity", "council", "person", "number"})


def _listed(heading: str, items: list[Record]) -> list[Table]:
    """A row an item. What only some of many fields have stands together in the last column."""
    names = list(dict.fromkeys(name for item in items for name in item if _some(item[name])))
    everywhere = [name for name in names if all(_some(item.get(name)) for item in items)]
    if len(everywhere) > _WIDE:
        return [_fields(f"{heading} {number}", item) for number, item in enumerate(items, start=1)]
    shown = names if len(names) <= _WIDE else everywhere
    further = [name for name in names if name not in shown]
    numeric = {name for name in shown if all(isinstance(item.get(name), int | float | None) for item in items)}
    columns = [f"{_heading(name)}#" if name in numeric else _heading(name) for name in shown]

    def rest(item: Record) -> list[str]:
        said = [f"{name.replace('_', ' ')} {cell(item[name])}" for name in further if _some(item.get(name))]
        return ["; ".join(said)] if further else []

    rows = [[*(cell(item.get(name)) for name in shown), *rest(item)] for item in items]
    return [table(heading, [*columns, *(["Further"] if further else [])], rows)]


def _fields(title: str, record: Mapping[str, Any]) -> Table:
    return table(title, ("", ""), ((_heading(name), cell(value)) for name, value in record.items() if _some(value)))


def _flat(record: Mapping[str, Any], before: str = "") -> Record:
    """Fields of fields beside each other: `origin system`."""
    found: Record = {}
    names = {name.removesuffix("_name"): value for name, value in record.items() if _is_form_name(value)}
    for name, value in record.items():
        if name in names:
            found[f"{before}{name}"] = called(names[name])
        elif _is_form_name(value):
            continue
        elif isinstance(value, dict) and not _is_sealed(value):
            found |= _flat(value, f"{before}{name} ")
        else:
            found[f"{before}{name}"] = value
    return found


def _without(value: Any, own: set[str]) -> Any:  # noqa: ANN401 - walks any field
    """The value without what repeats the thing's own ids."""
    match value:
        case dict():
            kept = {name: _without(part, own) for name, part in value.items()}
            return {name: part for name, part in kept.items() if not (isinstance(part, str) and part in own)}
        case list():
            return [_without(part, own) for part in value]
        case _:
            return value


def _is_list_of_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _is_form_name(value: object) -> bool:
    """Whether it is what a form is called, which stands instead of the form's key."""
    return isinstance(value, dict) and value.keys() == {"nb", "nn"}


def _is_sealed(value: Mapping[str, Any]) -> bool:
    return {"ref", "digest", "retention"} <= value.keys()


def _some(value: object) -> bool:
    """0 and no are something; nothing, an empty text and an empty list are not."""
    return value is not None and value not in ("", [], {})


def cell(value: object) -> str | None:
    """A value in a few words; nothing for nothing."""
    match value:
        case None:
            return None
        case bool():
            return yes(value)
        case dict() if _is_sealed(value):
            return SEALED
        case dict():
            return " ".join(filter(None, map(cell, value.values())))
        case list():
            between = "; " if _is_list_of_records(value) else ", "
            return between.join(filter(None, map(cell, value)))
        case float():
            return str(round(value, 4))
        case _:
            return str(value)


def _heading(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def yes(value: object) -> str | None:
    """Yes or no; nothing when it is not known."""
    return None if value is None else "yes" if value else "no"

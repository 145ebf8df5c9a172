"""The gate of a frozen schema: it may gain optional fields and better descriptions, and nothing else may change."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

SAYINGS = frozenset({"title", "description", "examples", "$id", "$schema", "$comment", "$defs"})
"""Keywords that change no meaning, or are looked at where they are referred to."""


def inlined(schema: Schema, definitions: Schema | None = None, within: tuple[str, ...] = ()) -> Schema:
    """The schema with each reference replaced by what it refers to; a reference to itself is left as it is."""
    definitions = schema.get("$defs", {}) if definitions is None else definitions

    def resolve(part: Any, within: tuple[str, ...]) -> Any:  # noqa: ANN401 - walks any JSON
        if isinstance(part, list):
            return [resolve(item, within) for item in part]
        if not isinstance(part, dict):
            return part
        name = str(part.get("$ref", "")).removeprefix("#/$defs/")
        if "$ref" in part and name not in within:
            siblings = {key: value for key, value in part.items() if key != "$ref"}
            return resolve({**definitions[name], **siblings}, (*within, name))
        return {key: resolve(value, within) for key, value in part.items() if key != "$defs"}

    resolved: Schema = resolve(schema, within)
    return resolved


def breaks(old: Schema, new: Schema) -> list[str]:
    """What the new schema changes beyond adding optional fields, one sentence each; empty when it is compatible."""
    return list(_breaks(inlined(old), inlined(new), "$"))


def _breaks(old: Any, new: Any, at: str) -> list[str]:  # noqa: ANN401 - walks any JSON
    if isinstance(old, dict) and isinstance(new, dict):
        found = [] if "properties" not in old or "properties" not in new else _fields(old, new, at)
        looked_at = SAYINGS | ({"properties", "required"} if "properties" in old and "properties" in new else set())
        for key in sorted((old.keys() | new.keys()) - looked_at):
            if key not in old or key not in new:
                found.append(f"{at}: `{key}` was {_said(old, key)}, is {_said(new, key)}")
            else:
                found += _breaks(old[key], new[key], f"{at}.{key}")
        return found
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            said for index, pair in enumerate(zip(old, new, strict=True)) for said in _breaks(*pair, f"{at}[{index}]")
        ]
    return [] if old == new and type(old) is type(new) else [f"{at}: was {old!r}, is {new!r}"]


def _fields(old: Schema, new: Schema, at: str) -> list[str]:
    before, after = old["properties"], new["properties"]
    was_required, is_required = set(old.get("required", ())), set(new.get("required", ()))
    found = [f"{at}: the field `{name}` is gone" for name in before if name not in after]
    found += [f"{at}: the new field `{name}` is required" for name in after if name in is_required - before.keys()]
    for name in before.keys() & after.keys():
        if (name in was_required) != (name in is_required):
            found.append(f"{at}: the field `{name}` was {'required' if name in was_required else 'optional'} before")
        found += _breaks(before[name], after[name], f"{at}.{name}")
    return sorted(found)


def _said(schema: Schema, key: str) -> str:
    return repr(schema[key]) if key in schema else "not said"

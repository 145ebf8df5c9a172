"""Random JSON that a generated schema allows, so that properties hold for every message without naming any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from contracts.generate.compatibility import inlined

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Json = Any

MOMENTS = st.datetimes().map(lambda moment: moment.isoformat(timespec="microseconds") + "Z")
DECIMALS = st.decimals(-999_999, 999_999, allow_nan=False, allow_infinity=False, places=3).map(lambda x: format(x, "f"))
FACTS = st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(-9, 9) | st.booleans(), max_size=3)
RULED = {"numbering": st.sampled_from(["PS-<n>/<yy>", "<yyyy>/<n>"])}
"""Fields with a rule that JSON Schema cannot say."""


def allowed_by(schema: dict[str, Any]) -> SearchStrategy[Json]:
    """Values of this schema; optional fields are sometimes there."""
    return _allowed(inlined(schema))


def _allowed(schema: dict[str, Any]) -> SearchStrategy[Json]:
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return st.one_of(*(_allowed(choice) for choice in choices if choice.get("type") != "null"))
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    of_type = {
        "object": _object,
        "array": _array,
        "string": _text,
        "integer": lambda schema: st.integers(schema.get("minimum", 0), schema.get("maximum", 10**6)),
        "number": lambda schema: st.floats(schema.get("minimum", 0), schema.get("maximum", 10**6)),
        "boolean": lambda _: st.booleans(),
    }
    return of_type[schema["type"]](schema) if "type" in schema else FACTS


def _object(schema: dict[str, Any]) -> SearchStrategy[Json]:
    if "properties" in schema:
        parts = {name: RULED.get(name, _allowed(part)) for name, part in schema["properties"].items()}
        required = {name: part for name, part in parts.items() if name in schema.get("required", ())}
        return st.fixed_dictionaries(
            required, optional={name: part for name, part in parts.items() if name not in required}
        )
    of = schema.get("additionalProperties")
    return st.dictionaries(st.text(max_size=8), _allowed(of), max_size=2) if isinstance(of, dict) else FACTS


def _array(schema: dict[str, Any]) -> SearchStrategy[Json]:
    if "prefixItems" in schema:
        return st.tuples(*(_allowed(part) for part in schema["prefixItems"])).map(list)
    least = schema.get("minItems", 0)
    return st.lists(_allowed(schema["items"]), min_size=least, max_size=least + 2)


def _text(schema: dict[str, Any]) -> SearchStrategy[str]:
    match schema.get("format"):
        case "uuid":
            return st.uuids().map(str)
        case "date":
            return st.dates().map(str)
        case "date-time":
            return MOMENTS
    if schema.get("pattern", "").startswith("^-?[0-9]+"):
        return DECIMALS
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].removesuffix("$") + r"\Z")
    least, most = schema.get("minLength", 0), min(schema.get("maxLength", 40), 40)
    return st.text(min_size=least, max_size=most).filter(lambda text: text == text.strip() and len(text) >= least)

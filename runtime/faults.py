"""What pydantic found wrong with a message, in our own words: which fault, and what would be allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from contracts.door import Fault

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_FAULTS: tuple[tuple[str, Fault], ...] = (
    ("missing", Fault.MISSING),
    ("extra_forbidden", Fault.UNKNOWN),
    ("enum", Fault.NO_CHOICE),
    ("literal_error", Fault.NO_CHOICE),
    ("uuid", Fault.NO_ID),
    ("datetime", Fault.NO_MOMENT),
    ("timezone", Fault.NO_MOMENT),
    ("date", Fault.NO_DAY),
    ("bool", Fault.NO_YES_OR_NO),
    ("int", Fault.NO_FIGURE),
    ("decimal", Fault.NO_FIGURE),
    ("float", Fault.NO_FIGURE),
    ("finite", Fault.NO_FIGURE),
    ("string_pattern", Fault.PATTERN),
    ("string_too_short", Fault.TOO_SHORT),
    ("string_too_long", Fault.TOO_LONG),
    ("string", Fault.NO_TEXT),
    ("tuple", Fault.NO_LIST),
    ("list", Fault.NO_LIST),
    ("too_short", Fault.TOO_SHORT),
    ("too_long", Fault.TOO_LONG),
    ("dict", Fault.NO_OBJECT),
    ("model", Fault.NO_OBJECT),
    ("greater_than", Fault.TOO_SMALL),
    ("less_than", Fault.TOO_LARGE),
)
"""The first that a kind of error of pydantic's begins with is what is wrong."""

_LIKE = {
    Fault.NO_ID: "0126d7e3-aee5-5a9c-a45c-7e5d7cf95c77",
    Fault.NO_DAY: "2026-03-04",
    Fault.NO_MOMENT: "2026-03-04T09:30:00+01:00",
    Fault.NO_FIGURE: "12",
    Fault.NO_LIST: '["…"]',
    Fault.NO_OBJECT: '{"…": "…"}',
}
"""What it could look like."""

_BOUNDS = {"min_length": "≥ {}", "ge": "≥ {}", "gt": "> {}", "max_length": "≤ {}", "le": "≤ {}", "lt": "< {}"}

_MEMBER = re.compile(r"<[\w.]+: ('[^']*')>")
"""How pydantic writes a member of an enumeration."""


def fault(error: ErrorDetails) -> tuple[str, tuple[str, ...]]:
    """One of `Fault`, or what a rule of the message's own says; and what would be allowed, as it is written."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"]), ()
    found = next((each for begins, each in _FAULTS if kind.startswith(begins)), Fault.OTHER)
    if found is Fault.NO_CHOICE:
        return found, tuple(re.findall(r"'([^']*)'", str(context["expected"])))
    if found is Fault.NO_YES_OR_NO:
        return found, ("true", "false")
    if found is Fault.PATTERN:
        return found, (str(context["pattern"]),)
    bounds = tuple(bound.format(context[name]) for name, bound in _BOUNDS.items() if name in context)
    return found, bounds or ((_LIKE[found],) if found in _LIKE else ())


def problem(error: ErrorDetails) -> str:
    """The developers' sentence, with values as they are written."""
    return _MEMBER.sub(r"\1", error["msg"].removeprefix("Value error, "))

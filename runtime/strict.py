"""JSON as every reader understands it alike: what some would read one way and some another is no document here."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

DEEPEST = 64
"""How many objects and lists may stand in each other."""

LONGEST_NUMBER = 64
"""Characters of a number: more than any amount, count or coordinate has."""

LARGEST = 2**53 - 1
"""The largest whole number that every reader reads as the same one (RFC 7493, 2.2); databases hold it, too."""

_BINARY = "data:application/octet-stream;base64,"


def document(raw: bytes) -> Any:  # noqa: ANN401 - JSON
    """The JSON document in these bytes. Raises `ValueError` with a sentence that repeats nothing of the content.

    RFC 8259 leaves open what a name that stands twice, half a character (a lone surrogate) and a byte order mark mean,
    and knows neither NaN nor infinity. NUL is a character that databases do not keep.
    """
    text = raw.decode("utf-8")
    if text.startswith("\ufeff"):
        raise ValueError("it begins with a byte order mark")
    try:
        read = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except RecursionError as error:
        raise ValueError(f"it is nested deeper than {DEEPEST} levels") from error
    if raw.count(b"{") + raw.count(b"[") > DEEPEST:
        _not_too_deep(read)
    if b"\\u" in raw:
        whole = json.dumps(read, ensure_ascii=False)
        if "\\u0000" in whole and _holds_nul(read):
            raise ValueError("it holds the character NUL (U+0000)")
        try:
            whole.encode()
        except UnicodeEncodeError as error:
            raise ValueError("it holds half a character (a lone surrogate)") from error
    return read


def kept(raw: bytes) -> str:
    """The bytes as a text that any database keeps; `original` gives back the same bytes."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _BINARY + base64.b64encode(raw).decode()
    if "\x00" in text or text.startswith(_BINARY):
        return _BINARY + base64.b64encode(raw).decode()
    return text


def original(text: str) -> bytes:
    """The bytes that were `kept`."""
    return base64.b64decode(text.removeprefix(_BINARY)) if text.startswith(_BINARY) else text.encode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return read


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= LONGEST_NUMBER else math.inf
    if not math.isfinite(number):
        raise ValueError("a number is too large or has too many digits")
    return number


def _int(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER or abs(int(digits)) > LARGEST:
        raise ValueError(f"a whole number is larger than {LARGEST}")
    return int(digits)


def _not_too_deep(read: object) -> None:
    """A level at a time, so that no depth is too much for the one who measures it."""
    level = [read] if isinstance(read, dict | list) else []
    for _ in range(DEEPEST):
        inner = [part for item in level for part in (item.values() if isinstance(item, dict) else item)]
        level = [part for part in inner if isinstance(part, dict | list)]
        if not level:
            return
    raise ValueError(f"it is nested deeper than {DEEPEST} levels")


def _holds_nul(read: object) -> bool:
    if isinstance(read, dict):
        return any("\x00" in name or _holds_nul(value) for name, value in read.items())
    if isinstance(read, list):
        return any(_holds_nul(value) for value in read)
    return isinstance(read, str) and "\x00" in read

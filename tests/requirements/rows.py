"""The requirements by their numbers, as the documents state them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

ROWS = Path(__file__).with_name("rows.toml")


@cache
def sources() -> dict[str, dict[str, str]]:
    """The rows of each source document: their numbers and what they ask for, in order."""
    return {source["title"]: source["rows"] for source in tomllib.loads(ROWS.read_text("utf-8"))["source"]}


@cache
def numbers() -> frozenset[str]:
    """Every row there is."""
    return frozenset(number for rows in sources().values() for number in rows)

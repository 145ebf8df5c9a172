"""The minutes as files: JSON as it is, and PDF set from it with the words of its language."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from runtime import typesetting
from services.council.domain.minutes import File

if TYPE_CHECKING:
    from contracts.minutes import Minutes


@cache
def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def as_json(minutes: Minutes) -> File:
    """The document as JSON: UTF-8, one field a line, always in the same order."""
    return File("application/json", (minutes.model_dump_json(indent=2) + "\n").encode())


def as_pdf(minutes: Minutes) -> File:
    """The document as PDF, dated when the meeting ended (or was to begin).

    What no font can show stands there as its code point; the JSON has it as it was written.
    """
    inputs = {"minutes": minutes.model_dump(mode="json"), "words": json.loads(_text(f"words.{minutes.language}.json"))}
    moment = datetime.fromisoformat(minutes.ended or minutes.starts)
    return File("application/pdf", typesetting.pdf(_text("minutes.typ"), inputs, moment))


def both(minutes: Minutes) -> tuple[File, File]:
    """The document as PDF and as JSON."""
    return as_pdf(minutes), as_json(minutes)

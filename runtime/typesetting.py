"""Typesetting: a document to PDF for the archive and for everybody (PDF/A-2a and PDF/UA-1); alone in using typst."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any

import typst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
"""For the archive, and for whoever has it read aloud; typst refuses a document that breaks them."""

_BEYOND_LATIN = re.compile(r"[^\n\x20-\x7e\xa0-\u017f]")
"""What the font may lack; the rest it has, as a test sees to."""

_JOINERS = "\ufe0e\ufe0f\u200d"
"""What only says how the signs beside it are to be drawn."""

_ALONE = '#set document(title: [t])\n#set text(font: "Libertinus Serif")\n#sys.inputs.text'


@cache
def _fonts() -> typst.Fonts:
    """The fonts that come with the compiler, and no others: what a machine has must not show."""
    return typst.Fonts(include_system_fonts=False)


def pdf(template: str, inputs: Mapping[str, Any], moment: datetime) -> bytes:
    """The document, dated at `moment`: the same template, inputs and moment give the same bytes.

    `inputs` are values of JSON, and come to the template as JSON in its `sys.inputs`. What no font can show, which both
    standards forbid, stands there as `shown` tells. Raises `RuntimeError` for a template that cannot be set.
    """
    try:
        return _set(template, _spelled(inputs, shown), moment)
    except typst.TypstError:  # what can be shown by itself, and not as it stands: then nothing but Latin letters stays
        return _set(template, _spelled(inputs, partial(_told, can=_is_latin)), moment)


def _set(template: str, inputs: Mapping[str, Any], moment: datetime) -> bytes:
    told = {name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()}
    compiler = typst.Compiler(template.encode(), font_paths=_fonts(), sys_inputs=told)
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(moment.timestamp()))
    assert isinstance(made, bytes)  # noqa: S101 - one PDF, and no file named
    return made


def shown(text: str) -> str:
    """The text as it can be set: a sign that no font has stands as its code point, `[U+1F642]`, as in any language.

    A letter in disguise, such as the full-width ones, is that letter.
    """
    return text if _is_latin(text) else _told(text, lambda signs: _is_latin(signs) or _can_be_shown(signs))


def _is_latin(text: str) -> bool:
    return not _BEYOND_LATIN.search(text)


def _told(text: str, can: Callable[[str], bool]) -> str:
    """The text with code points for what cannot be shown, those side by side in one pair of brackets."""
    told, hidden = "", list[str]()
    for cluster in _clusters(text):
        plain = unicodedata.normalize("NFKC", cluster)
        signs = next(([each] for each in (cluster, plain) if can(each[0]) and can(each)), list(cluster))
        for sign in signs:
            if can(sign) and (sign is signs[0] or not _goes_with_another(sign)):
                told += (f"[{' '.join(hidden)}]" if hidden else "") + sign
                hidden = []
            elif sign not in _JOINERS:
                hidden.append(f"U+{ord(sign):04X}")
    return told + (f"[{' '.join(hidden)}]" if hidden else "")


def _goes_with_another(sign: str) -> bool:
    return sign in _JOINERS or unicodedata.category(sign).startswith("M")


def _clusters(text: str) -> Iterator[str]:
    """The signs, each with the marks on it."""
    cluster = ""
    for sign in text:
        if cluster and not _goes_with_another(sign):
            yield cluster
            cluster = ""
        cluster += sign
    if cluster:
        yield cluster


@lru_cache(maxsize=4096)
def _can_be_shown(text: str) -> bool:
    """Whether the fonts have it all: the compiler tells, by setting it alone, in some 5 ms."""
    try:
        compiler = typst.Compiler(_ALONE.encode(), font_paths=_fonts(), sys_inputs={"text": text})
        compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=0)
    except typst.TypstError:
        return False
    return True


def _spelled(value: Any, spell: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever JSON there is
    match value:
        case str():
            return spell(value)
        case dict():
            return {name: _spelled(each, spell) for name, each in value.items()}
        case list():
            return [_spelled(each, spell) for each in value]
        case _:
            return value

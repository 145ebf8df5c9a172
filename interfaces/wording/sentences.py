"""A refusal as a sentence for people, in their language, with its facts said as people say them."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from contracts.door import Fault
from contracts.refusals import SEALED
from interfaces.norway import local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.refusals import Refusal
    from runtime.settings import Language

HERE = Path(__file__).parent
WORDS = HERE / "words.toml"

Said = dict[str, str]
"""The same in each language."""

AND: Said = {"nb": "og", "nn": "og", "en": "and"}
NONE: Said = {"nb": "ingen", "nn": "ingen", "en": "none"}
MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905 - as one reads them

_OF_FORMS = frozenset({"form", "forms", "trials"})

_OF_THE_RECORD = frozenset({"first", "known_at"})
"""Moments of the record, not of people: said in UTC as the feed and `--known-at` have them (ISO 8601)."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})")
_FIGURE = re.compile(r"-?\d+\.\d+")


@cache
def sentences() -> dict[str, dict[str, Said]]:
    """The sentences of each file, by the name of the rule."""
    files = sorted(path for path in HERE.glob("*.toml") if path != WORDS)
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in files}


@cache
def words() -> dict[str, dict[str, Said]]:
    """The words for the values of facts, by the name of the fact."""
    found: dict[str, dict[str, Said]] = {}
    for group in tomllib.loads(WORDS.read_text("utf-8"))["group"]:
        for fact in group["facts"]:
            found.setdefault(fact, {}).update(group["words"])
    return found


def sentence(refusal: Refusal, language: Language) -> str:
    """What a person reads. A rule that has no sentence here, of a newer service perhaps, is told as it tells itself.

    Where several services have a rule of that name, the facts tell which it is. A fact that was not recorded, because
    it was in the sender's own words, is told to the sender, whose answer has it beside the facts; to others it is said
    to be sealed.
    """
    wordings = [rules[refusal.rule][language] for rules in sentences().values() if refusal.rule in rules]
    if not wordings:
        return refusal.says + (f" ({refusal.accepts})" if refusal.accepts else "")
    known = refusal.facts.keys()
    best = min(wordings, key=lambda wording: (len(placeholders(wording) - known), -len(placeholders(wording))))
    own = _own_forms(refusal, language)
    facts = refusal.facts | _in_their_words(refusal, placeholders(best) - known)
    told = {name: say(name, _called(name, fact, own), language) for name, fact in facts.items()}
    return best.format(**dict.fromkeys(placeholders(best), SEALED) | told)


def _in_their_words(refusal: Refusal, unrecorded: set[str]) -> dict[str, str | None]:
    """What the sender wrote, where it is known which fact that is; a field that is missing was given nothing."""
    if refusal.facts.get("fault") == Fault.MISSING or (refusal.value is not None and len(unrecorded) == 1):
        return dict.fromkeys(unrecorded, refusal.value)
    return {}


def _own_forms(refusal: Refusal, language: Language) -> dict[str, str]:
    """What the council calls the forms of its own, with the key of each; names are Norwegian (R11)."""
    names = refusal.facts.get("form_names")
    spoken = "nn" if language == "nn" else "nb"
    return {each["key"]: f"{each[spoken]} ({each['key']})" for each in names} if isinstance(names, list) else {}


def _called(name: str, fact: Any, own: Mapping[str, str]) -> Any:  # noqa: ANN401 - a fact is any JSON
    """The fact with the council's names for what forms it tells of."""
    if name not in _OF_FORMS:
        return fact
    return [own.get(form, form) for form in fact] if isinstance(fact, list) else own.get(fact, fact)


def placeholders(wording: str) -> set[str]:
    """The facts that a sentence tells."""
    return {name for _, name, _, _ in Formatter().parse(wording) if name is not None}


def say(name: str, fact: Any, language: Language) -> str:  # noqa: ANN401 - a fact is any JSON
    """A fact as people say it."""
    known = words().get(name, {})
    if isinstance(fact, list):
        parts = [say(name, part, language) for part in fact]
        return _listed(parts, language) if parts else known.get("", NONE)[language]
    if fact is None:
        return known.get("", NONE)[language]
    text = str(fact)
    if name in _OF_THE_RECORD:
        return text
    return known[text][language] if text in known else _plain(text, language)


def _listed(parts: list[str], language: Language) -> str:
    *before, last = parts
    return f"{', '.join(before)} {AND[language]} {last}" if before else last


def _plain(text: str, language: Language) -> str:
    with suppress(ValueError, OverflowError):  # what looks like a day or a moment, and is none, is said as it came
        if _DATE.fullmatch(text):
            return _day(date.fromisoformat(text), language)
        if _MOMENT.fullmatch(text):
            return _moment(datetime.fromisoformat(text), language)
    if _FIGURE.fullmatch(text) and language != "en":
        return text.replace(".", ",")
    return text


def _day(day: date, language: Language) -> str:
    """4.3.2026, or 4 March 2026."""
    if language == "en":
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day.day}.{day.month}.{day.year}"


def _moment(moment: datetime, language: Language) -> str:
    """The day and the time by the clocks of Norway."""
    here, zone = local(moment)
    at: Mapping[str, str] = {"nb": "kl.", "nn": "kl.", "en": "at"}
    clock = f"{here:%H.%M}" if language != "en" else f"{here:%H:%M}"
    return f"{_day(here.date(), language)} {at[language]} {clock}{zone}"

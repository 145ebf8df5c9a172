"""How the year's steps are written: who sends what, and what happens in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interfaces.demo.chapter import sentences
from interfaces.demo.council_year.book import COMMAND_LINE, TENANT, book, name, person
from interfaces.demo.step import Reading, Step

if TYPE_CHECKING:
    from contracts.message import Command
    from interfaces.demo.council_year.book import Case


def step(who: str, message: Command, note: str, reads: Reading | None = None) -> Step:
    """A step of somebody who works in the municipality."""
    return Step(TENANT, COMMAND_LINE, person(who), message.moment, message, note, reads=reads)


def of(case: Case, sentence: str, member: str | None = None, /, **words: object) -> str:
    """What happens in a case, in its own language."""
    named = {"name": name(member)} if member else {}
    return sentences(case.language)[sentence].format(title=case.title, **named, **words)


def say_in(case: Case, word: str) -> str:
    """A word in the case's language."""
    return sentences(case.language)[word]


def say(sentence: str, **words: object) -> str:
    """What happens to the council."""
    return sentences("nb")[sentence].format(**words)


def staff(role: str) -> str:
    """Who has a task: director, caseworker, secretary."""
    return str(book()[role])


def manager(case: Case) -> str:
    """Who is responsible for what comes of a case."""
    managers = book()["managers"]
    return str(managers[case.number % len(managers)])

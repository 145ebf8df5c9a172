"""What a clear no looks like: a named rule with the facts it was judged on."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter

from contracts.message import Message


class Refusal(Message):
    """A refusal on the wire: the rule's name, a sentence, the facts.

    Where one field is at fault: the field, its value as it came, and what would be accepted instead.
    """

    rule: str
    says: str
    facts: dict[str, Any] = {}
    field: str | None = None
    accepts: str | None = None
    value: str | None = None


SEALED = "[sealed]"
"""What stands in a recorded sentence for what the sender wrote."""

LONGEST_VALUE = 200
"""How many characters of what the sender wrote are repeated."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A rule said no. Subclasses are dataclasses whose fields are the facts and whose `says` is the sentence.

    `says` is a format string over the facts; `field` names the message's field that would have to change and `accepts`
    says to what, where one field is at fault. `offending` names the fact that repeats what the sender wrote there, and
    `quoted` further facts in the sender's own words: they may be about a person, so they are answered and not recorded.
    """

    says: ClassVar[str]
    field: ClassVar[str | None] = None
    accepts: ClassVar[str | None] = None
    offending: ClassVar[str | None] = None
    quoted: ClassVar[tuple[str, ...]] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """The facts by name, as JSON-ready values."""
        me: Any = self  # mypy does not see that subclasses are dataclasses
        named = {fact.name: getattr(me, fact.name) for fact in fields(me)} if is_dataclass(me) else {}
        dumped: dict[str, Any] = _FACTS.dump_python(named, mode="json")
        return dumped

    def __str__(self) -> str:
        return self.says.format(**_words(self.facts))

    def on_the_wire(self) -> Refusal:
        """The refusal as it is sent."""
        facts = self.facts
        value = facts.get(self.offending or "")
        return self._told(facts, _words(facts), None if value is None else str(value)[:LONGEST_VALUE])

    def on_record(self) -> Refusal:
        """The refusal as it is recorded: without what the sender wrote."""
        theirs, every = {*self.quoted, self.offending}, self.facts
        facts = {name: fact for name, fact in every.items() if name not in theirs}
        words = {name: SEALED if name in theirs else word for name, word in _words(every).items()}
        return self._told(facts, words, None)

    def _told(self, facts: dict[str, Any], words: dict[str, Any], value: str | None) -> Refusal:
        says, accepts = self.says.format(**words), self.accepts.format(**words) if self.accepts else None
        return Refusal(rule=type(self).__name__, says=says, facts=facts, field=self.field, accepts=accepts, value=value)


_FACTS: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


def _words(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as a sentence has them: lists with commas."""
    return {name: ", ".join(map(str, fact)) if isinstance(fact, list | tuple) else fact for name, fact in facts.items()}


@dataclass(eq=False)
class TooLarge(Refused):
    """A message may weigh at most 60 KiB, so that it always fits in what carries it."""

    event: str
    size: int
    most: int

    says: ClassVar[str] = "{event} would take {size} bytes, and at most {most} can be carried: shorten its text"


@dataclass(eq=False)
class BoundForTheArchive(Refused):
    """What the archive is to keep may not be erased (arkivlova)."""

    refs: tuple[UUID, ...]

    says: ClassVar[str] = "{refs} belong to the archive, which keeps them by law (arkivlova): they cannot be erased"

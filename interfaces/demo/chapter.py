"""One municipality's chapter of the story: its people, and the names its file has for what they bring in and decide."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from contracts.identity import derive
from interfaces.demo.step import Step
from services.council.domain.ids import case_id, council_id, meeting_id
from services.intake.doors import idea_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from contracts.message import Command

TENANTS = ("molde", "aukra", "rauma", "vestnes", "hustadvika")

PORTAL = "portal"
"""The front end through which people submit."""

COMMAND_LINE = "cli"
"""The front end through which the municipalities' own people work."""


@dataclass(frozen=True)
class Chapter:
    """A municipality's year as its file tells it (`told`), and the sentences its language has for what happens."""

    tenant: str
    told: Mapping[str, Any]
    sentences: Mapping[str, str]

    @property
    def council(self) -> UUID:
        """Its council's id."""
        return council_id(self.tenant)

    @cached_property
    def meetings(self) -> list[dict[str, Any]]:
        """Its council's meetings in the order they were held."""
        return sorted(self.told["meetings"], key=lambda meeting: meeting["starts"])

    def person(self, who: str) -> str:
        """The pseudonym of somebody."""
        return str(self.told["people"][who]["id"])

    def persons(self, whom: list[str]) -> tuple[str, ...]:
        """The pseudonyms of several."""
        return tuple(map(self.person, whom))

    def name(self, who: str) -> str:
        """What somebody is called."""
        return str(self.told["people"][who]["name"])

    def title(self, idea: str) -> str:
        """The title of an idea."""
        return str(self.told["ideas"][idea]["title"])

    def idea(self, key: str) -> UUID:
        """The id of an idea."""
        return idea_id(self.tenant, self.told["ideas"][key].get("system", PORTAL), key)

    def case(self, idea: str) -> UUID:
        """The id of an idea's case."""
        return case_id(self.council, self.idea(idea))

    def meeting(self, starts: datetime) -> UUID:
        """The id of a meeting."""
        return meeting_id(self.council, starts)

    def activity(self, key: str) -> UUID:
        """The id of the activity that the council's decision on an idea started, or that was joined under this key."""
        if "joined" in self.told["activities"].get(key, {}):
            return derive("activity", self.tenant, key)
        case = self.case(key)
        return derive("activity", case, derive("event", "council", case, self._decided_at(key)))

    def _decided_at(self, idea: str) -> int:
        """Which event of its case the decision to go on is: every event on the way there is counted."""
        version = 1  # opened
        returned = False
        for item in self._dealt_with(idea):
            version += returned + 1  # referred again, tabled
            if "outcome" not in item:
                version += 1  # carried over, for the meeting was adjourned
                continue
            split = item.get("split", {})
            counted = ("recusals", "recusals", "for", "against")  # a recusal is raised and found
            version += 1 + sum(len(part.get(name, ())) for part in (item, split) for name in counted) + 1
            if item["outcome"] in {"approved", "formal"}:
                return version
            returned = item["outcome"] == "returned"
        raise ValueError(f"{self.tenant} does not go on with {idea}")

    def _dealt_with(self, idea: str) -> list[dict[str, Any]]:
        return [item for meeting in self.meetings for item in meeting["items"] if item["idea"] == idea]

    def say(self, sentence: str, **words: object) -> str:
        """What happens, in the municipality's own language and with its decimal comma."""
        said = {
            name: str(word).replace(".", ",") if isinstance(word, Decimal) else word for name, word in words.items()
        }
        return self.sentences[sentence].format(**said)

    def step(
        self, who: str, message: Command, note: str, *, system: str = COMMAND_LINE, refused: str | None = None
    ) -> Step:
        """A step in which one of its people sends a command."""
        person = self.person(who)
        return Step(self.tenant, system, person, message.moment, message, note, refused=refused)

    def refusals(self, tries: list[dict[str, Any]], kinds: Mapping[str, type[Command]], at: datetime) -> Iterator[Step]:
        """What is tried and must be refused, with names of ideas, persons and activities made ids."""
        for told in tries:
            fields = {name: self._meant(name, value) for name, value in told.items() if name not in _ABOUT_A_TRY}
            kind = kinds[told["do"]]
            if "on" not in kind.model_fields:
                fields.pop("on", None)
            message = kind.model_validate({"at": at, **fields})
            system = told.get("system", COMMAND_LINE)
            yield self.step(told["by"], message, told["note"], system=system, refused=told["rule"])

    def _meant(self, name: str, value: Any) -> Any:  # noqa: ANN401 - any field of a command
        match name:
            case "idea" | "into" | "other":
                tenant, _, key = value.rpartition("/")
                return chapter(tenant or self.tenant).idea(key)
            case "case":
                return self.case(value)
            case "meeting":
                return self.meeting(value)
            case "activity":
                return self.activity(value)
            case "kpi":
                return derive("kpi", self.tenant, value)
            case "member" | "responsible":
                return self.person(value)
            case _:
                return value


_ABOUT_A_TRY = {"do", "by", "rule", "note", "when", "system"}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day, in UTC: an hour or two earlier than clocks show in Romsdal."""
    return datetime.combine(day, time(hour, minute), UTC)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("interfaces.demo") / "year" / f"{name}.toml").read_text("utf-8"))


@cache
def chapter(tenant: str) -> Chapter:
    """A municipality's chapter."""
    told = _read(tenant)
    return Chapter(tenant, told, sentences(told["language"]))


@cache
def sentences(language: str) -> Mapping[str, str]:
    """What can happen, in bokmål or nynorsk."""
    told: Mapping[str, str] = _read("sentences")[language]
    return told


@cache
def mandate(language: str) -> str:
    """The mandate's text in bokmål or nynorsk."""
    return str(_read("mandate")[language])

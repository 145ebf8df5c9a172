"""What `loypa` itself cannot find, where no service was asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.refusals import Refused

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(eq=False)
class NoCouncilThen(Refused):
    """The municipality had no council that day."""

    municipality: str
    on: date
    says = "{municipality} had no innovation council on {on}"


@dataclass(eq=False)
class NoCouncilOnRecord(Refused):
    """The record held no council of the municipality yet, whenever it was established."""

    municipality: str
    on: date
    known_at: datetime
    says = "what had been recorded by {known_at} tells of no innovation council of {municipality} on {on}"


@dataclass(eq=False)
class NoSuchMeeting(Refused):
    """A meeting goes by its id or its day."""

    given: str
    says = "{given} is no meeting: give its id, or its day such as 2026-03-04"


@dataclass(eq=False)
class NoMeetingThatDay(Refused):
    """The council has no meeting that day."""

    municipality: str
    day: date
    days: tuple[str, ...]
    says = "{municipality} has no meeting on {day}; there are meetings on: {days}"


@dataclass(eq=False)
class SeveralMeetings(Refused):
    """The council has several meetings that day."""

    day: date
    meetings: tuple[str, ...]
    says = "there are several meetings on {day}: {meetings}; give the id of one"


# --- what was written on the command line


@dataclass(eq=False)
class NoSuchCommand(Refused):
    """A command goes by the name it has in the contracts."""

    given: str
    known: tuple[str, ...]
    says = "there is no command {given}; there are, or close to it: {known}"


@dataclass(eq=False)
class SeveralServices(Refused):
    """Several services take a command of that name."""

    given: str
    known: tuple[str, ...]
    says = "several services take {given}; say {known}"


@dataclass(eq=False)
class NotAField(Refused):
    """What a command says is written `FIELD=VALUE`."""

    given: str
    says = "{given} is not FIELD=VALUE, such as outcome=approved"


@dataclass(eq=False)
class FieldTwice(Refused):
    """Each field is given once."""

    name: str
    says = "{name} is given twice"


@dataclass(eq=False)
class NotJson(Refused):
    """A value that begins as JSON does is JSON to its end; `place` is the character that is wrong, from 1."""

    name: str
    place: int
    says = "{name} begins as JSON does and is none: character {place} of its value is wrong"


@dataclass(eq=False)
class NoSuchOption(Refused):
    """The command has no such option."""

    given: str
    says = "{given}: there is no such option; `--help` tells which there are"


@dataclass(eq=False)
class OptionMissing(Refused):
    """The command needs it."""

    option: str
    says = "{option} is missing, or nothing follows it"


@dataclass(eq=False)
class OptionUnreadable(Refused):
    """An option's value is of its kind."""

    option: str
    given: str
    wanted: tuple[str, ...]
    says = "{option} cannot be {given}; it is {wanted}"


# --- files


@dataclass(eq=False)
class NoDataDirectory(Refused):
    """What is looked for in a data directory needs one."""

    path: str
    says = "there is no data directory {path}"


@dataclass(eq=False)
class NoSuchFile(Refused):
    """The file, or the directory it is to be in, is not there."""

    path: str
    says = "there is no {path}"


@dataclass(eq=False)
class FileThere(Refused):
    """Nothing is written over."""

    path: str
    says = "there is a {path} already"


@dataclass(eq=False)
class FileUnusable(Refused):
    """The file is not this user's to read or write, or it is a directory, or not one."""

    path: str
    says = "{path} cannot be read or written as asked: it is not yours, or it is of another kind"

"""What every `loypa` command shares: where the data is, how to print, who asks, and what exit codes mean."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from cyclopts import Parameter
from pydantic import ValidationError

from contracts.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from contracts.refusals import Refusal
    from interfaces.installation import Installation

T = TypeVar("T")


class Exit(IntEnum):
    """What `loypa` ends with."""

    DONE = 0
    FOUND = 1
    """It was done, and something is not as it should be: unhealthy, differing, some not accepted."""
    WRONG = 2
    """The call or the input is wrong; nothing was done."""
    REFUSED = 3
    """A rule said no."""
    UNAVAILABLE = 4
    """What it needs does not run, does not answer, or is in use."""
    INTERRUPTED = 130


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """Where and how."""

    data: Annotated[Path | None, Parameter(env_var="LOYPA_DATA")] = None
    """The data directory (default: .data/loypa)."""
    output: Literal["table", "json", "ndjson"] = "table"
    """How to print: a table, one JSON document, or one JSON object a line."""
    language: Annotated[Literal["nb", "nn", "en"] | None, Parameter(env_var="LOYPA_LANGUAGE")] = None
    """In which language it is told that a rule said no: bokmål, nynorsk or English (default: en)."""

    def __post_init__(self) -> None:
        """Make the language that of the process: what is refused is told when the command has ended."""
        if self.language is not None:
            os.environ["LOYPA_LANGUAGE"] = self.language

    def installation(self) -> Installation:
        """The installation, without looking whether it runs."""
        from interfaces.installation import Installation  # noqa: PLC0415 - `--help` must not wait for NATS and pydantic

        self._named()
        return Installation.open(self.data)

    def _named(self) -> None:
        """Look at what is named as the data directory. Raises `Wrong` where it is a file."""
        if self.data is not None and self.data.exists() and not self.data.is_dir():
            raise Wrong(f"{self.data} is a file, not a data directory")

    def running(self) -> Installation:
        """The running installation. Raises `NotRunning`, `NoDataDirectory`."""
        from interfaces import installation  # noqa: PLC0415 - see installation
        from interfaces.cli.refusals import NoDataDirectory  # noqa: PLC0415 - see installation

        if self.data is not None and not self.data.exists():
            raise NoDataDirectory(str(self.data))
        self._named()
        installation.running(self.data)  # before anything is made in a directory where nothing runs
        return self.installation().found()


class Wrong(Exception):  # noqa: N818 - it says what is the matter
    """The call or its input is wrong."""


class Stop(Exception):  # noqa: N818 - not an error: the command is done and has an exit code
    """The command is done, with this exit code."""

    def __init__(self, code: Exit) -> None:
        super().__init__(code)
        self.code = code


def now() -> datetime:
    """The present."""
    return datetime.now(UTC)


def new_id() -> uuid.UUID:
    """A random id."""
    return uuid.uuid4()


def say(text: str) -> None:
    """Tell the person, on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def quiet_about_the_server() -> None:
    """Leave out of the log that the server is away, or another since it was started anew: the command says so, once."""
    logging.getLogger("runtime.nats").setLevel(logging.CRITICAL + 1)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Carry out what waits for others."""
    return asyncio.run(work)


def explained(error: BaseException) -> tuple[str, Exit] | None:
    """What to tell of an error that is nobody's bug, and the exit code; nothing for one that is."""
    from interfaces.client import Denied, NotServed, OperationFailed  # noqa: PLC0415 - see Common.installation
    from runtime import embedded, nats  # noqa: PLC0415 - see Common.installation
    from runtime.accounts import KeyTooOpen  # noqa: PLC0415 - see Common.installation
    from runtime.republish import NotRepublished  # noqa: PLC0415 - see Common.installation

    unavailable = (
        NotServed,
        OperationFailed,
        NotRepublished,
        embedded.DataDirectoryInUse,
        embedded.PortTaken,
        embedded.ServerDidNotStart,
        nats.NotReachable,
        nats.AnotherServer,
        nats.NoAnswer,
        nats.ApiRefused,
    )
    match error:
        case Wrong() | KeyTooOpen():
            return str(error), Exit.WRONG
        case ValidationError():
            return _first(error), Exit.WRONG
        case Denied(refusal=refusal):
            return told(refusal), Exit.REFUSED
        case Refused():
            refusal = error.on_the_wire()
            return told(refusal), Exit.UNAVAILABLE if refusal.rule == "NotRunning" else Exit.WRONG
        case OSError(filename=str() | bytes() | os.PathLike()) if (file := _file(error)) is not None:
            return told(file.on_the_wire()), Exit.WRONG
        case OSError() if not isinstance(error, unavailable):
            return f"{error.strerror or error}: {error.filename}" if error.filename else str(error), Exit.UNAVAILABLE
        case _ if isinstance(error, unavailable):
            return str(error), Exit.UNAVAILABLE
        case _:
            return None


def _file(error: OSError) -> Refused | None:
    """What is the matter with a file that the call named, or would write; nothing where that is not what is wrong."""
    from interfaces.cli import refusals  # noqa: PLC0415 - see Common.installation

    path = os.fsdecode(error.filename)
    match error:
        case FileNotFoundError():
            return refusals.NoSuchFile(path)
        case FileExistsError():
            return refusals.FileThere(path)
        case PermissionError() | IsADirectoryError() | NotADirectoryError():
            return refusals.FileUnusable(path)
        case _:
            return None


def told(refusal: Refusal) -> str:
    """A refusal in the language of this process, and the name of the rule; nobody's data steers the terminal."""
    from interfaces.wording.sentences import sentence  # noqa: PLC0415 - see Common.installation

    text = f"{sentence(refusal, _language())} [{refusal.rule}]"
    return "".join(ch if ch.isprintable() else "\ufffd" for ch in text)


def _language() -> Literal["nb", "nn", "en"]:
    """The language that is set; English where no setting can be read, which is then what is told."""
    from runtime.settings import Settings  # noqa: PLC0415 - see Common.installation

    try:
        return Settings.read().language
    except ValidationError:
        return "en"


def _first(error: ValidationError) -> str:
    """What is wrong first: of a message, as a service would tell it; of a setting, by its name in the environment."""
    from contracts import catalogue  # noqa: PLC0415 - see Common.installation
    from contracts.door import Fault  # noqa: PLC0415 - see Common.installation
    from interfaces.cli.refusals import OptionUnreadable  # noqa: PLC0415 - see Common.installation
    from runtime.claims import invalid  # noqa: PLC0415 - see Common.installation
    from runtime.faults import fault, problem  # noqa: PLC0415 - see Common.installation
    from runtime.settings import Settings  # noqa: PLC0415 - see Common.installation

    if error.title in {name for _, name in (*catalogue.commands(), *catalogue.queries())}:
        return told(invalid(error).on_the_wire())
    first = error.errors(include_url=False)[0]
    if error.title == Settings.__name__:
        name = f"LOYPA_{first['loc'][0]}".upper()
        what, allowed = fault(first)
        if what == Fault.NO_FIGURE:
            allowed = ("int" if first["type"].startswith("int") else "float",)
        return told(OptionUnreadable(name, str(first["input"]), allowed or (problem(first),)).on_the_wire())
    where = ".".join(map(str, first["loc"]))
    return f"{error.title}: {where}: {first['msg']}"

"""`loypa`: runs the command line and ends with its exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

    from cyclopts import CycloptsError

INTERRUPTED = 130
"""`Exit.INTERRUPTED`, known before anything of ours has been imported."""


def main() -> None:
    """Run the command line and end with its exit code; Ctrl-C ends it without a word, also while modules load."""
    os.umask(0o077)  # what it writes is its owner's to read: ledgers hold personal text, streams claims as they came
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _run() -> None:
    import logging  # noqa: PLC0415 - Ctrl-C while it loads is `main`'s too

    from cyclopts import CycloptsError  # noqa: PLC0415 - see above

    from interfaces.cli.commands import app  # noqa: PLC0415 - see above
    from interfaces.cli.common import Exit, Stop, explained, say  # noqa: PLC0415 - see above

    asked = os.environ.get("LOYPA_LOG_LEVEL", "")
    level = asked if asked in logging.getLevelNamesMapping() else "WARNING"  # one that is none is told by its command
    lines = logging.StreamHandler()
    lines.setFormatter(in_utc())
    logging.basicConfig(level=level, handlers=[lines])
    try:
        app(exit_on_error=False, print_error=False)
    except CycloptsError as error:
        _unread(error)
    except Stop as stop:
        sys.exit(stop.code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.DONE)
    except Exception as error:
        told = explained(error)
        if told is None:
            raise
        say(f"loypa: {told[0]}")
        sys.exit(told[1])


def in_utc() -> logging.Formatter:
    """A line of the log, with its time as in the events, beside which it is read."""
    import logging  # noqa: PLC0415 - see _run
    import time  # noqa: PLC0415 - see _run

    lines = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    lines.converter = time.gmtime
    return lines


def _unread(error: CycloptsError) -> None:
    """Tell what is wrong with the call, and end."""
    from interfaces.cli import usage  # noqa: PLC0415 - only a call that is wrong waits for it
    from interfaces.cli.common import Exit, say, told  # noqa: PLC0415 - see above

    if (asked := usage.language(sys.argv[1:])) is not None:
        os.environ["LOYPA_LANGUAGE"] = asked
    refused = usage.of(error)
    say(f"loypa: {told(refused.on_the_wire()) if refused else error}")
    sys.exit(Exit.WRONG)

"""Why something failed, in words that may be kept for good."""

from __future__ import annotations

from pathlib import PurePath
from traceback import extract_tb

from contracts.refusals import Refused


def reason(error: BaseException) -> str:
    """What went wrong, without a word of the message: an error may repeat what somebody wrote, and this is kept.

    Our own errors say it in their own words; of others the kind and the place are told, and the log has the rest.
    """
    kind = type(error)
    if kind.__module__.partition(".")[0] in {"contracts", "runtime", "services"} and not isinstance(error, Refused):
        return f"{kind.__name__}: {error}"[:500]
    frames = extract_tb(error.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{kind.__name__}{place}"

"""Files that only their owner may read, and that are never half written."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

log = logging.getLogger(__name__)


def private_directory(path: Path) -> Path:
    """The directory; made open to its owner only (0700) when missing, left as it is when it was there.

    So are those above it that are missing. It is said in the log when others can look into one that was there.
    """
    for missing in reversed([above for above in path.parents if not above.exists()]):
        missing.mkdir(exist_ok=True, mode=0o700)  # `parents=True` would leave these to the process's umask
    path.mkdir(exist_ok=True, mode=0o700)
    if path.stat().st_mode & 0o077:
        log.warning("others on this machine can look into %s: close it with `chmod 700`", path)
    return path


def write_private(path: Path, content: bytes) -> None:
    """Put `content` in place at once, in a file open to its owner only (0600); a reader sees the old or the new."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

"""Files that only their owner may read, and that are never half written."""

from __future__ import annotations

import logging
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)


def private_directory(path: Path) -> Path:
    """The directory; made open to its owner only (0700) when missing, left as it is when it was there.

    So are those above it that are missing. It is said in the log when others can look into one that was there.
    """
    if not path.is_dir():
        for missing in reversed([above for above in path.parents if not above.exists()]):
            missing.mkdir(exist_ok=True, mode=0o700)  # `parents=True` would leave these to the process's umask
        path.mkdir(exist_ok=True, mode=0o700)
    if path.stat().st_mode & 0o077:
        log.warning("others on this machine can look into %s: close it with `chmod 700`", path)
    return path


def write_private(path: Path, content: bytes) -> None:
    """Put `content` in place at once, in a file open to its owner only (0600); a reader sees the old or the new."""
    with _written(path, content) as made:
        made.replace(path)


def write_private_once(path: Path, content: bytes) -> None:
    """Put `content` in place like `write_private`, unless something is there: of several who do, the first counts."""
    with _written(path, content) as made, suppress(FileExistsError):
        path.hardlink_to(made)


@contextmanager
def _written(path: Path, content: bytes) -> Iterator[Path]:
    """A file beside `path` that holds `content` and is gone afterwards, unless it was moved."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)

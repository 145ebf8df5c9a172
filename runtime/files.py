"""Files that only their owner may read, and that are never half written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def private_directory(path: Path) -> Path:
    """The directory; made open to its owner only (0700) when missing, left as it is when it was there."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
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

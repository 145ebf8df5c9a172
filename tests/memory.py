"""Where tests write: in memory where there is room, for nothing of theirs must outlive the power."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

MEMORY = Path("/dev/shm")  # noqa: S108 - a private directory is made in it
ENOUGH = 4 << 30
"""Bytes that must be free: the whole suite has held a few hundred million."""


def begin(config: pytest.Config) -> None:
    """Let temporary files lie in memory until the tests end; with `TMPDIR` set they lie there, and stay.

    On a disk each of the thousands of commits would wait until it is written, as it must in a real installation.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ENOUGH:
        return
    home = tempfile.mkdtemp(prefix="loypa-tests-", dir=MEMORY)
    Path(home).chmod(0o711)  # PostgreSQL's server drops root, and must get through to its own files
    os.environ["TMPDIR"] = tempfile.tempdir = home
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))

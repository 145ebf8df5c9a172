"""`loypa serve`: one service in this process."""

from __future__ import annotations

import asyncio
import importlib
import logging
from typing import TYPE_CHECKING

from interfaces.installation import running
from runtime.service import serve as run

if TYPE_CHECKING:
    from interfaces.cli.common import Common


def serve(service: str, common: Common) -> None:
    """Run the service until SIGTERM or SIGINT. Its composition root is `services/<service>/app.py`."""
    settings = running(common.data)
    logging.getLogger().setLevel(settings.log_level)
    asyncio.run(run(importlib.import_module(f"services.{service}.app").SERVICE, settings))

"""`loypa serve`: one service in this process."""

from __future__ import annotations

import asyncio
import importlib
import logging
from typing import TYPE_CHECKING

from interfaces.installation import NotRunning
from runtime import embedded
from runtime.service import serve as run
from runtime.settings import Settings

if TYPE_CHECKING:
    from interfaces.cli.common import Common


def serve(service: str, common: Common) -> None:
    """Run the service until SIGTERM or SIGINT. Its composition root is `services/<service>/app.py`."""
    settings = Settings.read(**({"data": common.data.resolve()} if common.data else {}))
    logging.getLogger().setLevel(settings.log_level)
    if settings.embedded:
        address = embedded.address(settings.data)
        if address is None:
            raise NotRunning(str(settings.data))
        settings = settings.model_copy(update={"nats": (address.url,), "nats_servers": (address.server,)})
    asyncio.run(run(importlib.import_module(f"services.{service}.app").SERVICE, settings))

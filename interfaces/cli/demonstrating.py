"""`loypa demo`: a story played through the real doors, and what came of it."""

from __future__ import annotations

import asyncio
import dataclasses
import signal
import threading
from typing import TYPE_CHECKING

from contracts.catalogue import SERVICES
from interfaces.cli import viewing
from interfaces.cli.common import Exit, Stop, Wrong, say
from interfaces.cli.stories import STORIES
from interfaces.cli.supervisor import ENDING, Supervisor
from interfaces.client import operator
from interfaces.demo.play import Stopped

if TYPE_CHECKING:
    from interfaces.cli.common import Common
    from interfaces.cli.stories import Story
    from interfaces.installation import Installation


class Telling:
    """The story, told on a thread of its own while the main thread keeps the services running."""

    def __init__(self, story: Story, supervisor: Supervisor, common: Common, *, once: bool) -> None:
        self._story, self._supervisor, self._common, self._once = story, supervisor, common, once
        self._thread: threading.Thread | None = None
        self.failed: BaseException | None = None

    def begin(self, here: Installation) -> None:
        """Start telling."""
        self._thread = threading.Thread(target=self._tell, args=(here,), name="story")
        self._thread.start()

    def end(self) -> None:
        """Wait until it is told, or has noticed that everything ends."""
        if self._thread is not None:
            self._thread.join()

    def _tell(self, here: Installation) -> None:
        try:
            asyncio.run(_tell(self._story, here, self._common, self._supervisor.stopping))
        except BaseException as error:  # noqa: BLE001 - raised again on the main thread
            self.failed = error
            self._supervisor.stop()
        if self._once:
            self._supervisor.stop()
        elif not self._supervisor.stopping.is_set():
            say(f"Løypa serves in {here.settings.data} on {here.settings.nats[0]} until Ctrl-C.")


def demo(common: Common, *, year: bool, once: bool) -> None:
    """Play what is left of the story, print, and serve until Ctrl-C or, with `once`, no longer."""
    story = STORIES["year" if year else "demo"]
    supervisor = Supervisor(_cast(story, common.installation()))
    for number in ENDING:
        signal.signal(number, lambda *_: supervisor.stop())
    telling = Telling(story, supervisor, common, once=once)
    supervisor.run(telling.begin, telling.end)
    if isinstance(telling.failed, Stopped):
        say(f"The story stopped: {telling.failed}")
        raise Stop(Exit.FOUND)
    if telling.failed is not None:
        raise telling.failed


def _cast(story: Story, installation: Installation) -> Installation:
    """The installation with the story's people in its registry, and the keys of the front ends they use.

    Raises `Wrong` where another story has been played: a municipality has one council.
    """
    data, registry = installation.settings.data, installation.registry
    for other in STORIES.values():
        if other is not story and other.kept(data).exists():
            raise Wrong(f"{data} holds the other story: name another data directory with --data")
    for tenant, grant in story.people():
        registry = registry.with_grant(tenant, grant)
    for tenant, system in sorted(story.front_ends()):
        public = installation.authority.front_end(tenant, system).public
        registry = registry.with_front_end_key(tenant, system, public)
    if registry != installation.registry:
        registry.save(installation.settings.registry_file)
    return dataclasses.replace(installation, registry=registry)


async def _tell(story: Story, here: Installation, common: Common, stopping: threading.Event) -> None:
    await _healthy(here, stopping)
    playing = asyncio.create_task(story.play(here))
    while not playing.done():
        if stopping.is_set():
            playing.cancel()
        await asyncio.wait({playing}, timeout=0.2)
    if playing.cancelled():
        return
    playing.result()
    here_now = dataclasses.replace(common, data=here.settings.data)
    for view, municipality in story.shows:
        await viewing.tell(view, municipality, None, None, here_now, here)


async def _healthy(here: Installation, stopping: threading.Event) -> None:
    """Wait until every service is."""
    async with operator(here) as door:
        while not stopping.is_set():
            each = await asyncio.gather(*(door.health(service, within=1) for service in SERVICES))
            if all(health is not None and health.healthy and not health.standby for health in each):
                return
            await asyncio.sleep(0.1)

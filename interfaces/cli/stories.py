"""The stories that `loypa demo` can play: who is in each, how it is played from where it was left, what is shown."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from contracts.answers import RefusedAnswer
from contracts.door import NotAllowed
from interfaces.cli.delivering import sender
from interfaces.demo import story
from interfaces.demo.council_year import story as council_year
from interfaces.demo.council_year.book import TENANT
from interfaces.demo.lanes import Place, play_waves
from interfaces.demo.play import play
from runtime.files import write_private

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from pathlib import Path

    from interfaces.demo.play import Answer
    from interfaces.demo.step import Step
    from interfaces.installation import Installation
    from runtime.registry import Grant


@dataclass(frozen=True)
class Story:
    """A story; its place is kept in the data directory, in the file `name`.json. `shows`: views of municipalities."""

    name: str
    people: Callable[[], Sequence[tuple[str, Grant]]]
    steps: Callable[[], Sequence[Step]]
    play_in: Callable[[Story, Installation], Awaitable[None]]
    shows: tuple[tuple[str, str | None], ...]

    def kept(self, data: Path) -> Path:
        """Where it is kept how far it has been played."""
        return data / f"{self.name}.json"

    def front_ends(self) -> set[tuple[str, str]]:
        """The tenants and front ends through which people act in it."""
        return {(step.tenant, step.system) for step in self.steps() if step.person}

    def systems(self) -> set[tuple[str, str]]:
        """The tenants and systems that send anything in it."""
        return {(step.tenant, step.system) for step in self.steps()}

    async def play(self, here: Installation) -> None:
        """Play what is left of it. Raises `Stopped`."""
        await self.play_in(self, here)

    @contextlib.contextmanager
    def progress(self, done: int) -> Iterator[Callable[[int, Step, Answer], None]]:
        """A bar that is told how many steps are done, and which is the last."""
        columns = (
            TextColumn("{task.fields[day]}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
        )
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=len(self.steps()), completed=done, day="")

            def tell(done: int, step: Step, answer: Answer) -> None:
                no = f" — {answer.refusal.rule}" if isinstance(answer, RefusedAnswer) else ""
                day = f"{step.at:%Y-%m-%d} {step.tenant}"
                bar.update(task, completed=done, day=day, description=f"{step.note}{no}")
                if no == f" — {NotAllowed.__name__}":  # a service logs it, and nobody should wonder what that line is
                    bar.console.print(
                        f"{day}: {step.note}{no}: so the story goes, and so a service's log", soft_wrap=True
                    )

            yield tell


async def _one_by_one(told: Story, here: Installation) -> None:
    """Step after step; the last one may be sent once more after an interruption."""
    kept = told.kept(here.settings.data)
    first = int(_read(kept).get("done", 0))
    async with sender(here, told.systems()) as send:
        with told.progress(first) as tell:

            def progress(index: int, step: Step, answer: Answer) -> None:
                tell(index + 1, step, answer)
                write_private(kept, json.dumps({"done": index + 1}).encode())

            await play(send, told.steps(), progress, first)


async def _in_waves(told: Story, here: Installation) -> None:
    """Wave after wave; the last step of each lane may be sent once more after an interruption."""
    kept, waves = told.kept(here.settings.data), council_year.waves()
    found = _read(kept)
    place = Place(found.get("wave", 0), tuple(found.get("lanes", ())))
    sizes = [sum(map(len, wave)) for wave in waves]

    def done(place: Place) -> int:
        return sum(sizes[: place.wave]) + sum(place.lanes)

    async with sender(here, told.systems()) as send:
        with told.progress(done(place)) as tell:

            def progress(place: Place, step: Step, answer: Answer) -> None:
                tell(done(place), step, answer)
                write_private(kept, json.dumps({"wave": place.wave, "lanes": place.lanes}).encode())

            await play_waves(send, waves, progress, place)


def _read(kept: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kept.read_bytes()) if kept.exists() else {}
    return found


STORIES = {
    "demo": Story(
        name="demo",
        people=story.people,
        steps=story.steps,
        play_in=_one_by_one,
        shows=(("coordination", None), ("council-history", "molde")),
    ),
    "year": Story(
        name="year",
        people=council_year.people,
        steps=council_year.steps,
        play_in=_in_waves,
        shows=(("follow-up", TENANT), ("queue", TENANT)),
    ),
}

"""What of an event crosses to the networks of its municipality: no title or tag that only its own may see (R7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.events import council, intake, portfolio

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.message import Event

KEPT_HOME = "Vises bare i egen kommune"
"""What stands for a title that does not cross."""

WITHHELD: Mapping[type[Event], tuple[str, ...]] = {
    intake.IdeaSubmitted: ("title", "tags", "service_area", "known_from"),
    intake.IdeaCorrected: ("title", "tags", "service_area"),
    intake.IdeaReferred: ("title", "tags"),
    council.IdeaNoted: ("title",),
    council.CaseOpened: ("title",),
    council.CaseReferredAgain: ("title",),
    council.CouncilDecided: ("title",),
    portfolio.ActivityStarted: ("title", "reference"),
    portfolio.ActivityCorrected: ("title",),
}
"""The fields that stay at home where the event's `visibility` is `own`. A body's official text is none of them: it is
public unless it is exempt, and then it is sealed."""


def as_it_crosses(event: Event) -> Event | None:
    """The event as a network gets it; `None` where it gets the event itself."""
    names = WITHHELD.get(type(event), ())
    if not names or getattr(event, "visibility", None) is not intake.Visibility.OWN:
        return None
    said = {name for name in names if getattr(event, name)}
    return event.model_copy(update={name: _instead(name) for name in said}) if said else None


def _instead(name: str) -> object:
    return {"title": KEPT_HOME, "tags": ()}.get(name)

"""Claims: what outside systems say happened, in plain text and by their own ids."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from contracts.events.intake import Key, Kind, Language, SubmitterKind, Visibility
from contracts.message import Claim, Line, Prose, Slug


class IdeaSubmitted(Claim):
    """An idea, a need or a wish that somebody submitted in an outside system.

    `title` and `problem` are required: the problem is understood before the solution (R52), so `proposal` may be
    empty. The claim's id is the publisher's own id of the submission. `corrects` is the id of the claim by which the
    same publisher first submitted the idea that this one puts right: its title and problem become these, and proposal,
    tags and service area where they are given.

    What the publisher does not say is not guessed: `submitter` is then `system`, and `language` is left out. A
    participation portal should say `citizen`. An idea is visible in its network unless the publisher says otherwise,
    because the journey is shared (R1, R7); nothing but title and tags crosses.
    """

    service: ClassVar[str] = "intake"

    title: Line
    problem: Prose
    proposal: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)] = ""
    kind: Kind = Kind.IDEA
    submitter: SubmitterKind = SubmitterKind.SYSTEM
    name: Line | None = None
    contact: Line | None = None
    tags: tuple[Slug, ...] = ()
    service_area: Slug | None = None
    language: Language | None = None
    visibility: Visibility = Visibility.NETWORK
    submitted: date | None = None
    known_from: Line | None = None
    corrects: Key | None = None

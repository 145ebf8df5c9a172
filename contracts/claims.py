"""Claims: what outside systems say happened, in plain text and by their own ids."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from contracts.events.council import PoliticalDecision, Referral, Route, Strength
from contracts.events.intake import Key, Kind, Language, SubmitterKind, Visibility
from contracts.events.reporting import Period
from contracts.figure import Figure
from contracts.identity import derive
from contracts.message import Claim, Line, PersonId, Prose, Slug


class Elsewhere(BaseModel):
    """What another system of the municipality published: that system's name, and its own id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: Slug
    id: Key


Reference = Key | Elsewhere
"""The publisher's own id, Løypa's UUID, or another system's id (`{"system": "portal", "id": "7"}`)."""


def own(reference: Reference, system: str) -> tuple[str, str]:
    """System and id that a reference names when it is read as an outside system's."""
    return (reference.system, reference.id) if isinstance(reference, Elsewhere) else (system, reference)


def loypas(reference: Reference) -> UUID | None:
    """Løypa's own id, where the reference can be read as one."""
    try:
        return UUID(reference) if isinstance(reference, str) else None
    except ValueError:
        return None


def written(reference: Reference) -> str:
    """The reference as a sentence repeats it."""
    return f"{reference.system}:{reference.id}" if isinstance(reference, Elsewhere) else reference


def idea_id(tenant: str, system: str, key: str) -> UUID:
    """The id of what a system submitted under its own key: the same key again is the same idea."""
    return derive("idea", tenant, system, key)


def ideas(reference: Reference, tenant: str, system: str) -> tuple[UUID, ...]:
    """The ids an idea that is referred to can have, the publisher's own first."""
    named = idea_id(tenant, *own(reference, system))
    direct = loypas(reference)
    return (named,) if direct is None else (named, direct)


class IdeaSubmitted(Claim):
    """An idea, a need or a wish that somebody submitted in an outside system.

    `title` and `problem` are required: the problem is understood before the solution (R52), so `proposal` may be
    empty. The claim's id is the publisher's own id of the submission. `corrects` is the id of the claim by which the
    same publisher first submitted the idea that this one puts right: its title and problem become these, and proposal,
    tags and service area where they are given.

    What the publisher does not say is not guessed: `submitter` is then `system`, and `language` is left out. A
    participation portal should say `citizen`. An idea is visible in its network unless the publisher says otherwise,
    because the journey is shared (R1, R7); nothing but title and tags crosses, and of an idea that is visible in its
    own municipality neither.
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


class Political(PoliticalDecision):
    """A political decision of another body (R54): to carry it out, or to put the result into use."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Referred(Referral):
    """To whom a case was handed on: the line, suppliers or KS Digital (R27)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CouncilDecided(Claim):
    """A decision on an idea that was formally made, and is on record, in the publisher's system.

    `idea` is the publisher's own id of the idea, `{"system": …, "id": …}` for one that another system of the
    municipality submitted, or Løypa's UUID. `body` decided it in its case `reference`: it takes no number of the
    council's, and its quorum and votes are its own. `form` (R11), `route` and `strength` (R12), `priorities` (R6),
    `responsible` (R15), `deadline` and `conditions` as far as the system knows them, and in `political` the political
    decisions of other bodies that it leans on (R54); an approval starts an activity. What was `referred` says in
    `referral` to whom it was handed on (R27).
    The reasons are the official text, in the clear unless the case is exempt from publicity here. `corrects` is the id
    of the same publisher's latest claim about this decision, which this one puts right.
    """

    service: ClassVar[str] = "council"

    idea: Reference
    body: Line
    reference: Line
    outcome: Literal["approved", "declined", "referred"]
    decided: date
    reasons: Prose
    title: Line | None = None
    form: Slug | None = None
    route: Route | None = None
    strength: Strength | None = None
    priorities: tuple[Line, ...] = ()
    responsible: PersonId | None = None
    deadline: date | None = None
    conditions: tuple[Line, ...] = ()
    political: tuple[Political, ...] = ()
    referral: Referred | None = None
    corrects: Key | None = None


class ActivityStarted(Claim):
    """An activity has begun, as the publisher's system calls it: `activity` is its own id there.

    With `idea` or `decision` it is the activity that carries out that decision, which Løypa has started by itself: the
    publisher's id then names the same one, and there is no second. `decision` is the id of the claim `CouncilDecided`
    (`{"system": …, "id": …}` for another system's) or the id of the event. Without either it is an activity that no
    decision here started, such as one that `led_by` leads (R57). A later claim with the same `activity` puts right what
    was said; `corrects` may name the claim it puts right.
    """

    service: ClassVar[str] = "portfolio"

    activity: Key
    title: Line
    started: date
    idea: Reference | None = None
    decision: Reference | None = None
    form: Slug | None = None
    route: Route | None = None
    strength: Strength | None = None
    responsible: PersonId | None = None
    deadline: date | None = None
    led_by: Line | None = None
    visibility: Visibility = Visibility.OWN
    corrects: Key | None = None


class KpiRecorded(Claim):
    """What a KPI stood at in a period, in its unit. 0 is a value.

    `kpi` is the key under which the municipality has defined it, or its UUID. A period's figure stands: another value
    for it names in `corrects` the claim it puts right, and may say in `reason` why.
    """

    service: ClassVar[str] = "reporting"

    kpi: Key
    period: Period
    value: Figure
    source: Line | None = None
    corrects: Key | None = None
    reason: Line | None = None

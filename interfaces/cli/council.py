"""`loypa council`: what a council was, met on and decided, on any day. What it tells is gathered in `lookback`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - cyclopts reads the annotations

from cyclopts import App, Parameter

from interfaces.cli.common import Common

DEFAULT = Common()


@Parameter(name="*")
@dataclass(frozen=True)
class When:
    """Whose council, on which day, as known when."""

    municipality: str
    """Whose council: its short name or kommunenummer."""
    on: date | None = None
    """As things stood on this day, as known now; what happened later does not show. Today when left out."""
    known_at: datetime | None = None
    """As the record stood at this time (ISO 8601, UTC when it has no offset): what was entered later does not show."""
    purpose: str | None = None
    """Show people by name, opened on record for this purpose, instead of by pseudonym."""


@Parameter(name="*")
@dataclass(frozen=True)
class Which:
    """Of which meeting or case."""

    meeting: str | None = None
    """Only of the meeting on this day, or with this id."""
    case: str | None = None
    """Only of the case with this number, such as PS-3/26."""


ALL = Which()

council = App(
    name="council",
    help=(
        "A council on any day: who sat, by which rules, what it met on, decided and why, who voted what, who was"
        " recused, and what has become of it.\n\n"
        "Example: `loypa council decisions --municipality molde --on 2025-03-27`"
    ),
)


@council.command
def composition(*, when: When, common: Common = DEFAULT) -> None:
    """Who sat on the day, in which seat and office, and what seats were vacant.

    Example: `loypa council composition --municipality molde --on 2025-06-19`
    """
    from interfaces.cli import lookback  # noqa: PLC0415 - `--help` must not wait for it

    lookback.tell("composition", when, ALL, common)


@council.command
def mandate(*, when: When, common: Common = DEFAULT) -> None:
    """Which edition of the mandate was in force on the day, its rules and its text.

    Example: `loypa council mandate --municipality molde --on 2025-06-30`
    """
    from interfaces.cli import lookback  # noqa: PLC0415 - `--help` must not wait for it

    lookback.tell("mandate", when, ALL, common)


@council.command
def agenda(*, when: When, meeting: str | None = None, common: Common = DEFAULT) -> None:
    """What was on the agenda: of the meeting on the day, or else of the next one that had been called then.

    Example: `loypa council agenda --municipality molde --on 2025-03-27`

    Parameters
    ----------
    meeting
        Of the meeting on this day, or with this id, instead.
    """
    from interfaces.cli import lookback  # noqa: PLC0415 - `--help` must not wait for it

    lookback.tell("agenda", when, Which(meeting=meeting), common)


@council.command
def decisions(*, when: When, which: Which = ALL, common: Common = DEFAULT) -> None:
    """What was decided on the day and why; all there was without a day, or of a meeting or a case up to the day.

    Example: `loypa council decisions --municipality molde --on 2025-03-27`
    """
    from interfaces.cli import lookback  # noqa: PLC0415 - `--help` must not wait for it

    lookback.tell("decisions", when, which, common)


@council.command
def votes(*, when: When, which: Which = ALL, common: Common = DEFAULT) -> None:
    """Who voted what in the decisions of the day, and what settled a tie; days and the rest as for `decisions`.

    Example: `loypa council votes --municipality molde --case PS-10/25`
    """
    from interfaces.cli import lookback  # noqa: PLC0415 - `--help` must not wait for it

    lookback.tell("votes", when, which, common)


@council.command
def recusals(*, when: When, which: Which = ALL, common: Common = DEFAULT) -> None:
    """Whose recusal was a question on the day, on what ground, and what was found; the rest as for `decisions`.

    Example: `loypa council recusals --municipality molde --on 2025-05-22`
    """
    from interfaces.cli import lookback  # noqa: PLC0415 - `--help` must not wait for it

    lookback.tell("recusals", when, which, common)


@council.command
def cases(*, when: When, case: str | None = None, common: Common = DEFAULT) -> None:
    """What had become of each case by the day: waiting, on an agenda, decided, set going, late, completed.

    Example: `loypa council cases --municipality molde --on 2025-09-30`

    Parameters
    ----------
    case
        Only the case with this number.
    """
    from interfaces.cli import lookback  # noqa: PLC0415 - `--help` must not wait for it

    lookback.tell("cases", when, Which(case=case), common)

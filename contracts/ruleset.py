"""The rule set a council's mandate lays down: how it is quorate, how it decides, how it numbers its cases."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from contracts.events.deliberation import FormName, Route
from contracts.message import Line, Slug


class Quorum(StrEnum):
    """When a council may decide (vedtaksfør)."""

    HALF_VOTED = "half-voted"
    """At least half of the seats were present and voted in the case (kommuneloven § 11-9 first paragraph)."""
    HALF_PRESENT = "half-present"
    """At least half of the seats are present in the case."""
    NONE = "none"
    """Any number may decide."""


class Majority(StrEnum):
    """What carries a proposal."""

    SIMPLE = "simple"
    """More votes for than against (kommuneloven § 11-9 second paragraph)."""
    CONSENSUS = "consensus"
    """Everybody who votes agrees."""


class Tie(StrEnum):
    """What happens when the votes are as many for as against."""

    CHAIR = "chair"
    """The vote of the meeting's chair (møteleder) counts double (kommuneloven § 11-9 second paragraph)."""
    FALLS = "falls"
    """The proposal falls."""


def _numbers_and_dates(text: str) -> str:
    if text.count("<n>") != 1 or text.count("<yy>") + text.count("<yyyy>") != 1:
        msg = "a case number needs <n> and either <yy> or <yyyy>, each once"
        raise ValueError(msg)
    return text


Numbering = Annotated[str, StringConstraints(min_length=5, max_length=40), AfterValidator(_numbers_and_dates)]
"""How a case's number is written: `<n>` is its running number in the year, `<yy>` or `<yyyy>` the year."""

FORMS: tuple[Slug, ...] = ("project", "mini-development", "experiment")
"""Prosjekt, miniutvikling, eksperimentering: the mandate's own forms, «typisk» and so extensible (R11)."""


class NamedForm(FormName):
    """What the council calls one of its forms, which is its `key`."""

    key: Slug


class Criterion(BaseModel):
    """One of the council's own criteria, scored 1–5: its name in both languages, and how heavily it weighs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: Slug
    nb: Line
    nn: Line
    weight: int = Field(default=1, ge=1, le=100)


CRITERIA: tuple[Criterion, ...] = (
    Criterion(key="quality", nb="Kvalitet", nn="Kvalitet"),
    Criterion(key="need", nb="Driftsbehov eller lovkrav", nn="Driftsbehov eller lovkrav"),
    Criterion(key="risk", nb="Risiko", nn="Risiko"),
    Criterion(key="strategy", nb="Strategi", nn="Strategi"),
    Criterion(key="economy", nb="Økonomi", nn="Økonomi"),
)
"""The five that Prosjektportalen scores an idea by; each weighs the same."""

MATURITY = 7
"""Technology readiness level 7: shown in the surroundings it is to work in."""


T = TypeVar("T", bound=Criterion | NamedForm)


def each_key_once(named: tuple[T, ...]) -> tuple[T, ...]:
    """The criteria, or names of forms. Raises `ValueError` where two have the same key."""
    if len({each.key for each in named}) != len(named):
        msg = "each has a key of its own"
        raise ValueError(msg)
    return named


class RuleSet(BaseModel):
    """The rules of one edition of the mandate; what kommuneloven would ask of an elected body is the default.

    `seats`: how many voting seats the mandate establishes, ROR-IKT's included where it votes; a vacant one counts for
    the quorum. Without it, and if more sit, those who sit are counted. `ror_votes`: whether ROR-IKT's seat votes (R8).
    `remote`: whether meetings may be held, or attended, remotely (§ 11-7). `forms` and `routes`: those of an onward
    course that this council uses (R11, R12). `criteria`: what a case is scored by. `maturity`: the technology readiness
    level below which nothing is approved (R35), except in the forms of `trials`. `form_names`: what forms of the
    council's own are called where people read of them; a form that is not named there goes by its key.

    `leader_decides`: whether the leader may decide cases alone between meetings, and report them at the next.

    `notice_days`: how many days before a meeting the call goes out at the latest; without it what is timely («høvelig
    varsel», § 11-3) is the secretary's to judge. `cadence_days`: how many days may go between two meetings,
    `waiting_days`: how many a case may wait for its decision (R10), `report_days`: how many may go between two status
    reports of an activity that is decided on from then on (R13); what is left out is not watched.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    seats: int | None = Field(default=None, ge=1)
    quorum: Quorum = Quorum.HALF_VOTED
    majority: Majority = Majority.SIMPLE
    tie: Tie = Tie.CHAIR
    ror_votes: bool = False
    remote: bool = True
    leader_decides: bool = False
    notice_days: int | None = Field(default=None, ge=0, le=366)
    cadence_days: int | None = Field(default=None, ge=1, le=3660)
    waiting_days: int | None = Field(default=None, ge=1, le=3660)
    report_days: int | None = Field(default=None, ge=1, le=3660)
    numbering: Numbering = "PS-<n>/<yy>"
    forms: tuple[Slug, ...] = FORMS
    form_names: Annotated[tuple[NamedForm, ...], AfterValidator(each_key_once)] = ()
    routes: tuple[Route, ...] = ("pilot", "inter-municipal")
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=12), AfterValidator(each_key_once)] = (
        CRITERIA
    )
    maturity: int = Field(default=MATURITY, ge=1, le=9)
    trials: tuple[Slug, ...] = ("experiment",)

    def form_name(self, form: str | None) -> FormName | None:
        """What the council calls the form, if it has given it a name."""
        return next((FormName(nb=each.nb, nn=each.nn) for each in self.form_names if each.key == form), None)

"""How cases are prepared for their council: assessed, scored, recommended and ranked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from contracts.commands import assessment as do
from interfaces.demo.chapter import Chapter, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interfaces.demo.step import Step

PARTS: dict[str, type[do.AssessmentCommand]] = {
    "problem": do.DescribeProblem,
    "involved": do.InvolvePeople,
    "grounds": do.StateGrounds,
    "novelty": do.AssessNovelty,
    "solution": do.AssessSolution,
    "profitability": do.EstimateProfitability,
    "capacity": do.AssessCapacity,
    "scores": do.ScoreCase,
    "recommendation": do.RecommendOutcome,
}
"""What the story calls each part, in the order in which they are assessed; some are told several times."""


def assessments(here: Chapter) -> Iterator[Step]:
    """Everything by which the municipality prepares its cases."""
    caseworker, secretary = here.told["caseworker"], here.told["council"]["secretary"]
    for idea, told in here.told.get("assessments", {}).items():
        case, title, moment = here.case(idea), here.title(idea), at(told["on"], 12)
        for part, kind in PARTS.items():
            of = told.get(part, [])
            for fields in of if isinstance(of, list) else [of]:
                moment += timedelta(minutes=1)
                said = {
                    name: here.person(value) if name in {"sponsor", "responsible"} else value
                    for name, value in fields.items()
                }
                command = kind(at=moment, case=case, **said)
                yield here.step(caseworker, command, here.say(f"assess_{part}", title=title))
        if ranked := told.get("ranked"):
            rank = do.RankCase(at=at(ranked["on"], 13), case=case, place=ranked["place"], reason=ranked["reason"])
            yield here.step(secretary, rank, here.say("ranked", title=title, place=rank.place))

"""A case prepared for the council: everything that can be assessed, recommended and ranked, in an order that works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.commands import assessment as do
from contracts.events.assessment import BarrierKind, EffectKind
from contracts.ruleset import CRITERIA
from tests.services.council.given import AT, DAY

if TYPE_CHECKING:
    from uuid import UUID

    from contracts.commands.case import CaseCommand

CONSIDERED = tuple(do.BarrierSaid(barrier=kind, statement=f"Vurdert: {kind}.") for kind in BarrierKind)


def solution(case: UUID, level: int = 8) -> do.AssessSolution:
    technology = do.TechnologySaid(technology="Tale til tekst", level=level, source="Leverandøren")
    return do.AssessSolution(
        at=AT,
        case=case,
        solution="Samtaler skrives ut av seg selv.",
        digital=True,
        technologies=(technology,),
        ai=True,
        barriers=CONSIDERED,
    )


def scored(case: UUID, *scores: int) -> tuple[do.ScoreCase, ...]:
    return tuple(
        do.ScoreCase(at=AT, case=case, criterion=criterion.key, score=score, comment=f"{criterion.nb}: {score}.")
        for criterion, score in zip(CRITERIA, scores, strict=False)
    )


def prepared(case: UUID) -> tuple[CaseCommand, ...]:
    on = {"at": AT, "case": case}
    return (
        do.DescribeProblem(**on, problem="Referatene tar tid.", affects=("Barnevernet",), known_by="Timelister."),
        do.InvolvePeople(
            **on,
            participant="front-line",
            who="Fire saksbehandlere",
            how="Arbeidsmøte",
            on=DAY,
            note="Vi rekker det ikke.",
        ),
        do.InvolvePeople(**on, participant="experts", who="Personvernombudet", how="Råd om hjemmel", on=DAY),
        do.StateGrounds(
            **on,
            statutory="Barnevernsloven § 12-5",
            fits=(do.FitSaid(priority="Barn og unge først", how="Mer tid med barna."),),
        ),
        do.AssessNovelty(
            **on,
            new_here=True,
            elsewhere=(do.KnownElsewhere(where="Nittedal", link="https://www.nittedal.kommune.no/referat"),),
        ),
        solution(case),
        do.EstimateProfitability(
            **on,
            cost="0",
            freed_hours="1900",
            basis="Timelister i fjor.",
            effects=(do.EffectSaid(effect=EffectKind.LABOUR, statement="Tid til barna."),),
        ),
        do.AssessCapacity(**on, competences=("Personvern",), sponsor="kommunalsjef"),
        *scored(case, 4, 5, 2, 4, 3),
        do.RecommendOutcome(
            **on, outcome="approved", form="experiment", route="pilot", strength="should", reasons="Prøves lokalt."
        ),
        do.RankCase(**on, place=1, reason="Flere kommuner venter på svaret."),
    )

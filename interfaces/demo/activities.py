"""What the municipalities carry out, how it goes, and what they measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.commands import portfolio as do
from contracts.commands import reporting
from contracts.identity import derive
from interfaces.demo.chapter import Chapter, at
from services.portfolio.domain.benefit import benefit_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from interfaces.demo.step import Step

LIGHTS = {"g": "green", "y": "yellow", "r": "red"}
SIDES = ("time", "economy", "quality", "risk", "benefits")
"""A report's lights are told as five letters, in this order."""


def activities(here: Chapter) -> Iterator[Step]:
    """Everything that happens to the municipality's activities."""
    for key, told in here.told["activities"].items():
        yield from _course(here, key, told)
        yield from _effects(here, key, told)
        yield from _end(here, key, told)


def _title(here: Chapter, key: str, told: dict[str, Any]) -> str:
    return str(told["joined"]["title"]) if "joined" in told else here.title(key)


def _course(here: Chapter, key: str, told: dict[str, Any]) -> Iterator[Step]:
    activity, title, by = here.activity(key), _title(here, key, told), told["manager"]
    if joined := told.get("joined"):
        fields = {**joined, "responsible": here.person(joined["responsible"])}
        join = do.JoinActivity(at=at(joined["started"], 14), reference=key, **fields)
        yield here.step(by, join, here.say("joined", title=title, led_by=joined["led_by"]))
    if described := told.get("described"):
        fields = {name: value for name, value in described.items() if name != "on"}
        if "sponsor" in fields:
            fields["sponsor"] = here.person(fields["sponsor"])
        describe = do.DescribeActivity(at=at(described["on"], 14, 10), activity=activity, **fields)
        yield here.step(by, describe, here.say("described", title=title))
    for told_of in told.get("phases", []):
        phase = do.EnterPhase(at=at(told_of["on"], 14, 20), activity=activity, **told_of)
        yield here.step(by, phase, here.say("phase", title=title, phase=phase.phase))
    for report in told.get("reports", []):
        yield _report(here, by, title, activity, report)
    for change in told.get("responsible", []):
        responsible = do.ChangeResponsible(
            at=at(change["on"], 14, 40), activity=activity, on=change["on"], responsible=here.person(change["who"])
        )
        yield here.step(by, responsible, here.say("responsible", name=here.name(change["who"]), title=title))
    for moved in told.get("deadlines", []):
        fields = {name: value for name, value in moved.items() if name != "on"}
        move = do.MoveDeadline(at=at(moved["on"], 14, 45), activity=activity, **fields)
        yield here.step(by, move, here.say("deadline", title=title, **fields))


def _report(here: Chapter, by: str, title: str, activity: UUID, told: dict[str, Any]) -> Step:
    lights = {side: LIGHTS[letter] for side, letter in zip(SIDES, told["lights"], strict=True)}
    rest = {name: value for name, value in told.items() if name != "lights"}
    minute = 35 if "correction" in told else 30
    report = do.ReportStatus(at=at(told["on"], 14, minute), activity=activity, **lights, **rest)
    return here.step(by, report, here.say("reported", title=title, summary=report.summary))


def _effects(here: Chapter, key: str, told: dict[str, Any]) -> Iterator[Step]:
    activity, title, by = here.activity(key), _title(here, key, told), told["manager"]
    for number, planned in enumerate(told.get("benefits", [])):
        fields = {name: value for name, value in planned.items() if name not in {"on", "measured"}}
        if "owner" in fields:
            fields["owner"] = here.person(fields["owner"])
        plan = do.PlanBenefit(at=at(planned["on"], 15, number), activity=activity, **fields)
        yield here.step(by, plan, here.say("planned", title=title, **dict(plan)))
        for measured in planned.get("measured", []):
            realise = do.RealiseBenefit(
                at=at(measured["on"], 15, 30 + number),
                activity=activity,
                benefit=benefit_id(activity, plan.indicator),
                **measured,
            )
            note = here.say("realised", title=title, value=realise.value, indicator=plan.indicator, unit=plan.unit)
            yield here.step(by, realise, note)
    for shown in told.get("evidence", []):
        evidence = do.EvidenceInnovation(at=at(shown["on"], 15, 50), activity=activity, **shown)
        yield here.step(by, evidence, here.say("evidenced", title=title, sign=here.say(evidence.sign)))


def _end(here: Chapter, key: str, told: dict[str, Any]) -> Iterator[Step]:
    activity, title, by = here.activity(key), _title(here, key, told), told["manager"]
    if handed := told.get("handed_over"):
        fields = {**handed, "responsible": here.person(handed["responsible"])}
        hand_over = do.HandOverActivity(at=at(handed["on"], 16), activity=activity, **fields)
        yield here.step(by, hand_over, here.say("handed_over", title=title, to=hand_over.to))
    if stopped := told.get("stopped"):
        tried = here.refusals(told.get("tries", []), {"StopActivity": do.StopActivity}, at(stopped["on"], 16, 5))
        yield from tried
        stop = do.StopActivity(at=at(stopped["on"], 16, 10), activity=activity, **stopped)
        yield here.step(by, stop, here.say("stopped", title=title))
    if completed := told.get("completed"):
        complete = do.CompleteActivity(at=at(completed["on"], 16, 20), activity=activity, **completed)
        yield here.step(by, complete, here.say("completed", title=title))


def figures(here: Chapter) -> Iterator[Step]:
    """The municipality's KPIs, period by period."""
    tried = {"RecordKpi": reporting.RecordKpi}
    for number, told in enumerate(here.told["kpis"]):
        kpi, by = derive("kpi", here.tenant, told["key"]), told["by"]
        about = {"activity": here.activity(told["activity"])} if "activity" in told else {}
        fields = {name: value for name, value in told.items() if name in reporting.DefineKpi.model_fields}
        define = reporting.DefineKpi(at=at(told["on"], 17, number), **(fields | about))
        yield here.step(by, define, here.say("defined", name=define.name))
        words = {"name": define.name, "unit": define.unit}
        for measured in told["figures"]:
            rest = {name: value for name, value in measured.items() if name != "on"}
            record = reporting.RecordKpi(at=at(measured["on"], 17, 20 + number), kpi=kpi, **rest)
            yield here.step(by, record, here.say("recorded", period=record.period, value=record.value, **words))
        for tried_of in told.get("tries", []):
            yield from here.refusals([tried_of], tried, at(tried_of["on"], 17, 40))
        for wrong in told.get("corrections", []):
            rest = {name: value for name, value in wrong.items() if name != "on"}
            correct = reporting.CorrectKpi(at=at(wrong["on"], 17, 50), kpi=kpi, **rest)
            said = {"period": correct.period, "was": correct.was, "value": correct.value, **words}
            yield here.step(by, correct, here.say("figure_corrected", **said))

"""Each case from what somebody brings in to the recommendation of an outcome."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from contracts.commands import assessment as assess
from contracts.commands import council, intake, minutes
from contracts.events.council import Outcome
from contracts.events.intake import SubmitterKind
from interfaces.demo.council_year.book import A_MEETING, PORTAL, TENANT, at, book, meetings, person
from interfaces.demo.council_year.telling import of, say_in, staff, step
from interfaces.demo.step import Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from contracts.message import Command
    from interfaces.demo.council_year.book import Case

SUBMITTERS = tuple(kind for kind in SubmitterKind if kind is not SubmitterKind.SYSTEM)
KINDS = ("need", "idea", "wish")

RECOMMENDED = {
    "declined": (Outcome.DECLINED, "recommend_declined"),
    "declined-dissent": (Outcome.DECLINED, "recommend_declined"),
    "deferred": (Outcome.DEFERRED, "recommend_later"),
    "returned": (Outcome.DEFERRED, "recommend_later"),
    "mandate": (Outcome.ADOPTED, "recommend_adopted"),
}
"""What is recommended by a case's course, and why; otherwise to approve."""


def brought_in(case: Case) -> date:
    """The day it is: in the week, Monday to Friday, before that of the call to its meeting."""
    monday = meetings()[case.first_meeting].called.date() - timedelta(days=10)
    return monday + timedelta(days=min(4, case.number % A_MEETING))


def submitted(case: Case) -> Step:
    """Somebody submits it."""
    own = case.course == "own"
    submit = intake.SubmitIdea(
        at=at(brought_in(case), 8),
        key=case.key,
        kind=KINDS[case.number % len(KINDS)],
        title=case.title,
        problem=case.problem,
        submitter=SubmitterKind.EMPLOYEE if own else SUBMITTERS[case.number % len(SUBMITTERS)],
        service_area=case.area,
        language=case.language,
        visibility="public" if case.number % 4 == 0 else "network",
    )
    words = {"who": say_in(case, submit.submitter.value), "kind": say_in(case, submit.kind.value)}
    return _by_submitter(case, submit, of(case, "submitted", **words))


def _by_submitter(case: Case, command: Command, note: str) -> Step:
    """A step of who brought the case in: one of the council's members, or somebody of whom nothing more is told."""
    who = person(case.concerns) if case.course == "own" and case.concerns else f"mo-{5100 + case.number}"
    return Step(TENANT, PORTAL, who, command.moment, command, note)


def withdrawn(case: Case) -> Step:
    """The submitter takes it back, after the call has gone out."""
    day = meetings()[case.first_meeting].day - timedelta(days=3)
    withdraw = intake.WithdrawIdea(at=at(day, 8), idea=case.idea, reason=case.turn("withdrawn"))
    return _by_submitter(case, withdraw, of(case, "withdrawn"))


def referred(case: Case) -> Step:
    """It goes to the council, where it gets its number; a case of the council's own is opened by the secretary."""
    moment = at(brought_in(case), 10, case.number % A_MEETING)
    if case.own:
        opened = council.OpenCase(at=moment, key=case.key, title=case.title, matter="mandate")
        return step(staff("secretary"), opened, of(case, "opened_case"))
    return step(staff("caseworker"), intake.ReferIdea(at=moment, idea=case.idea), of(case, "referred"))


def referred_again(case: Case) -> Step:
    """It goes to the council anew once the submitter has made it clearer."""
    moment = meetings()[case.first_meeting + 2].called - timedelta(days=2)
    refer = intake.ReferIdea(at=moment, idea=case.idea, referral=2)
    return step(staff("caseworker"), refer, of(case, "referred_again"))


def prepared(case: Case) -> Iterator[Step]:
    """It is assessed, made exempt from publicity where it must be, and gets its recommendation."""
    caseworker, secretary = staff("caseworker"), staff("secretary")
    day = meetings()[case.first_meeting].called.date() - timedelta(days=1)
    on: Any = {"at": at(day, 9), "case": case.id}
    affects = tuple(book()[case.language]["affects"])
    problem = assess.DescribeProblem(**on, problem=case.problem, affects=affects, known_by=case.turn("known_by"))
    yield step(caseworker, problem, of(case, "assessed"))
    how = {"participant": "front-line", "who": case.turn("affects"), "how": case.turn("involved")}
    yield step(caseworker, assess.InvolvePeople(**on, **how, on=brought_in(case)), of(case, "assessed"))
    if case.number % 3 == 0:
        solution = assess.AssessSolution(**on, solution=case.turn("solution"), digital=case.number % 2 == 0)
        yield step(caseworker, solution, of(case, "assessed"))
        gain = {"cost": "50000", "freed_hours": str(120 + 35 * case.number), "basis": case.turn("basis")}
        yield step(caseworker, assess.EstimateProfitability(**on, **gain), of(case, "assessed"))
    score = assess.ScoreCase(**on, criterion="need", score=1 + (case.number * 7) % 5, comment=case.turn("score"))
    yield step(secretary, score, of(case, "scored"))
    if case.course == "exempt":
        parts = {"parts": ("title", "reasons"), "ground": "personal", "public_title": case.turn("public_title")}
        yield step(secretary, minutes.ExemptFromPublicity(**on, **parts), of(case, "exempted"))
    outcome, why = RECOMMENDED.get(case.course, (Outcome.APPROVED, "recommend_approved"))
    form = {"form": "experiment"} if outcome is Outcome.APPROVED else {}
    recommended = assess.RecommendOutcome(**on, outcome=outcome, reasons=case.turn(why), **form)
    yield step(secretary, recommended, of(case, "recommended"))

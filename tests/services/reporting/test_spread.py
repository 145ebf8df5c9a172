"""How widely employees' innovation is spread (R14), and how fast and on what basis the council decides (R36)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.events import assessment as a
from contracts.events.council import Outcome
from contracts.events.intake import SubmitterKind
from contracts.queries.prioritising import Queue
from contracts.queries.reporting import Coordination
from tests.services.reporting.story import Story, assessed, queued, scored
from tests.services.reporting.test_views import ask, over

if TYPE_CHECKING:
    from uuid import UUID


def submitted(told: Story, tenant: str, day: str, title: str, by: SubmitterKind) -> tuple[UUID, UUID]:
    """An idea and its case."""
    idea = told.submit(tenant, day, title, submitter=by)
    return idea, told.refer(tenant, day, idea, title, f"PS-{title}/26")


def counts(told: Story, day: date) -> dict[str, Any]:
    projector = over(told.events)
    rows = ask(projector, Coordination(as_of=day)).municipalities
    projector.close()
    return {row.municipality: row for row in rows}


@pytest.mark.requirement("R14")
def test_employees_innovation_is_counted_in_each_municipality_and_on_any_day() -> None:
    told = Story()
    idea, case = submitted(told, "molde", "2026-01-05", "1", SubmitterKind.EMPLOYEE)
    _, other = submitted(told, "molde", "2026-01-06", "2", SubmitterKind.EMPLOYEE)
    submitted(told, "molde", "2026-01-07", "3", SubmitterKind.CITIZEN)
    submitted(told, "aukra", "2026-01-08", "1", SubmitterKind.EMPLOYEE)
    told.decide("molde", "2026-02-01", case, "approved", idea=idea, form="project", responsible="ola")
    told.start("molde", "2026-02-02", idea, "1")
    told.decide("molde", "2026-03-01", other, "deferred")

    def spread(day: date) -> list[tuple[str, int, int, int]]:
        rows = {tenant: row for tenant, row in counts(told, day).items() if row.by_employees}
        return [(tenant, row.by_employees, row.employees_decided, row.employees_begun) for tenant, row in rows.items()]

    assert spread(date(2026, 1, 5)) == [("molde", 1, 0, 0)]
    assert spread(date(2026, 1, 31)) == [("aukra", 1, 0, 0), ("molde", 2, 0, 0)]
    assert spread(date(2026, 6, 1)) == [("aukra", 1, 0, 0), ("molde", 2, 1, 1)]


@pytest.mark.requirement("R10", "R36")
def test_how_long_decisions_take_is_the_median_of_those_that_end_a_case() -> None:
    told = Story()
    taken = {"1": "2026-01-15", "2": "2026-01-25", "3": "2026-04-15"}
    for title, day in taken.items():
        idea, case = submitted(told, "molde", "2026-01-05", title, SubmitterKind.EMPLOYEE)
        told.decide("molde", day, case, "declined", idea=idea)
    submitted(told, "molde", "2026-01-05", "4", SubmitterKind.CITIZEN)
    days = [counts(told, date(2026, *day))["molde"].days_to_decision for day in ((1, 14), (1, 15), (1, 25), (4, 15))]
    assert days == [None, 10, 15, 20]


@pytest.mark.requirement("R36")
def test_the_queue_tells_on_what_basis_each_case_comes_to_the_council() -> None:
    told = Story()
    ready, bare = (queued(told, "molde", "2026-01-01", number) for number in ("PS-1/26", "PS-2/26"))
    problem = {"problem": "Fall om natta.", "affects": ("Bebuarar",), "known_by": "Avvik"}
    assessed(told, "molde", "2026-01-10", ready, a.ProblemDescribed, **problem)
    scored(told, "molde", "2026-01-11", ready, 4, 4, 3, 5, 4)
    said = {"outcome": Outcome.APPROVED, "reasons": "Nyttig.", "form": "experiment", "recommended_by": "kari"}
    assessed(told, "molde", "2026-01-12", ready, a.OutcomeRecommended, **said)
    projector = over(told.events)
    rows = {row.case: row for row in ask(projector, Queue(as_of=date(2026, 2, 1))).cases}
    projector.close()
    basis = [(rows[case].understood, rows[case].score, rows[case].recommended) for case in (ready, bare)]
    assert basis == [(True, 4, Outcome.APPROVED), (False, None, None)]

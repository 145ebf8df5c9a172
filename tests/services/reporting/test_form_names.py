"""A form of the council's own is told by its name in every view that tells of a form (R11)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.events import assessment as a
from contracts.events import portfolio as p
from contracts.events.council import FormName
from contracts.queries.prioritising import FollowUp, Queue
from contracts.queries.reporting import Coordination, Portfolio
from tests.services.reporting.story import Story, assessed, queued
from tests.services.reporting.test_views import ask, over

NAME = FormName(nb="tjenestedesign", nn="tenestedesign")
OWN: dict[str, Any] = {"form": "service-design", "form_name": NAME}


@pytest.mark.requirement("R11")
def test_each_view_that_tells_of_a_form_tells_what_the_council_calls_it() -> None:
    told = Story()
    waits = queued(told, "molde", "2026-01-02", "PS-1/26")
    advice = {"outcome": "approved", "reasons": "Prøv.", "recommended_by": "kari", **OWN}
    assessed(told, "molde", "2026-01-03", waits, a.OutcomeRecommended, **advice)
    idea = told.submit("molde", "2026-01-04", "Skjema")
    case = told.refer("molde", "2026-01-05", idea, "Skjema", "PS-2/26")
    decision = told.decide("molde", "2026-02-01", case, "approved", idea=idea, responsible="kari", **OWN)
    activity = told.start("molde", "2026-02-01", idea, "Skjema", case=case, decision=decision.id, **OWN)
    projector = over(told.events)
    (queue,) = ask(projector, Queue(as_of=date(2026, 1, 31))).cases[:1]
    (followed,) = ask(projector, FollowUp()).decisions
    (shown,) = ask(projector, Coordination()).ideas
    (running,) = ask(projector, Portfolio()).activities
    assert (queue.recommended_form, queue.recommended_form_name) == ("service-design", NAME)
    assert {(row.form, row.form_name) for row in (followed, followed.activity, shown, running)} == {
        ("service-design", NAME)
    }
    corrected = p.ActivityCorrected(activity=activity, visibility="network", form="project")
    told.tell("molde", "2026-03-01", corrected)
    projector.close()
    projector = over(told.events)
    (running,) = ask(projector, Portfolio()).activities
    assert (running.form, running.form_name) == ("project", None)
    projector.close()

"""How the demo tells of its steps while it plays."""

from __future__ import annotations

from contracts.answers import RefusedAnswer
from contracts.refusals import Refusal
from interfaces.cli.stories import STORIES


def test_a_step_whose_sender_is_turned_away_is_told_beside_the_line_that_a_service_logs(capsys):
    demo = STORIES["demo"]
    refused = [step for step in demo.steps() if step.refused]
    with demo.progress(0) as tell:
        for done, step in enumerate(refused):
            tell(done, step, RefusedAnswer(refusal=Refusal(rule=step.refused, says="no")))
    (told,) = [" ".join(line.split()) for line in capsys.readouterr().err.splitlines() if "a service's log" in line]
    (one,) = [step for step in refused if step.refused == "NotAllowed"]
    assert told == f"{one.at:%Y-%m-%d} {one.tenant}: {one.note} — NotAllowed: so the story goes, and so a service's log"

"""What becomes of an activity when the council decides its case anew: it is put right or stopped, never doubled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.claims import idea_id
from contracts.commands import council as do
from contracts.commands.intake import ReferIdea
from contracts.events.council import Outcome
from services.council.domain.ids import case_id, council_id, meeting_id
from tests.runtime.claimants import IDEA, Claimants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

IDEA_7 = idea_id("molde", "sak", "7")
CASE = case_id(council_id("molde"), IDEA_7)


@pytest.fixture
def molde(tmp_path: Path) -> Iterator[Claimants]:
    """A council of Ada alone, which has approved the idea of claim 7."""
    claimants = Claimants(tmp_path)
    claimants.publish("IdeaSubmitted", "7", IDEA)
    claimants.do(
        do.EstablishCouncil(
            name="Rådet", established=date(2026, 1, 1), mandate="Rådet vurderer.", case_reference="1/26"
        )
    )
    member = {"member": "ada", "from_": date(2026, 1, 1)}
    claimants.do(do.AppointMember(name="Ada", discipline="helse", **member))
    claimants.do(do.AppointLeader(**member))
    claimants.do(ReferIdea(idea=IDEA_7))
    claimants.catch_up()
    decide(claimants, Outcome.APPROVED)
    yield claimants
    claimants.close()


def decide(molde: Claimants, outcome: Any, **said: Any) -> None:
    """In a meeting of its own."""
    starts = molde.now
    meeting: UUID = meeting_id(council_id("molde"), starts)
    molde.do(do.CallMeeting(starts=starts, agenda=(CASE,)))
    molde.do(do.OpenMeeting(meeting=meeting, present=("ada",)))
    molde.do(do.TakeUpCase(meeting=meeting, case=CASE))
    yes = outcome is Outcome.APPROVED
    approval = {"form": "project", "priorities": ("Plan 4.2",), "responsible": "kari"} if yes else {}
    vote = do.Ballot(member="ada", vote="for" if yes else "against")
    molde.do(do.DecideCase(case=CASE, outcome=outcome, reasons="Fordi.", votes=(vote,), **{**approval, **said}))
    molde.do(do.CloseMeeting(meeting=meeting))
    molde.catch_up()


def reopen(molde: Claimants) -> None:
    molde.pass_(days=30)
    molde.do(do.ReopenCase(case=CASE, reasons="Kostnaden var feil."))
    molde.catch_up()


def test_a_case_that_is_reopened_leaves_its_activity_as_it_is(molde: Claimants) -> None:
    head = molde.heads()["portfolio"]
    reopen(molde)
    assert molde.heads()["portfolio"] == head


def test_a_correction_goes_on_with_the_activity(molde: Claimants) -> None:
    reopen(molde)
    deadline = molde.now.date() + timedelta(days=90)
    decide(molde, Outcome.APPROVED, responsible="ola", form="experiment", deadline=deadline)
    first, second = molde.of("CouncilDecided")
    assert first.corrects is None
    assert second.corrects is not None
    assert len(molde.of("ActivityStarted")) == 1
    assert [event.form for event in molde.of("ActivityCorrected")] == ["experiment"]
    assert [event.responsible for event in molde.of("ResponsibleChanged")] == ["ola"]
    assert [event.deadline for event in molde.of("DeadlineMoved")] == [deadline]
    assert molde.replayed() == []


def test_a_reversal_stops_the_activity_and_starts_no_other(molde: Claimants) -> None:
    reopen(molde)
    decide(molde, Outcome.DECLINED)
    assert len(molde.of("ActivityStarted")) == len(molde.of("ActivityStopped")) == 1
    assert molde.replayed() == []


def test_a_yes_after_a_reversal_starts_an_activity_of_its_own(molde: Claimants) -> None:
    for outcome in (Outcome.DECLINED, Outcome.APPROVED):
        reopen(molde)
        decide(molde, outcome)
    assert len(molde.of("ActivityStarted")) == 2
    assert len(molde.of("ActivityStopped")) == 1
    assert molde.replayed() == []


def test_the_submitter_hears_of_the_reversal(molde: Claimants) -> None:
    reopen(molde)
    decide(molde, Outcome.DECLINED)
    told = [news.outcome for news in molde.of("SubmitterInformed") if news.turn.value == "decided"]
    assert told == ["approved", "declined"]

"""How the story is played: what is waited for, what stops it, and where it goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from contracts import claims
from contracts.answers import Accepted, ClaimOutcome, RefusedAnswer, Unavailable
from contracts.commands.intake import ReferIdea
from contracts.refusals import Refusal
from interfaces.demo.play import Stopped, play
from interfaces.demo.step import Step

if TYPE_CHECKING:
    from interfaces.demo.play import Answer

AT = datetime(2026, 1, 21, 9, tzinfo=UTC)
IDEA = UUID(int=7)
REFER = Step("molde", "cli", "mo-1040", AT, ReferIdea(at=AT, idea=IDEA), "Innspillet går til rådet")
NOT_ALLOWED = Step("molde", "cli", "mo-5005", AT, ReferIdea(at=AT, idea=IDEA), "En prøver seg", refused="NotAllowed")
CLAIM = Step("molde", "decide", None, AT, claims.IdeaSubmitted(title="Bu", problem="Kaldt"), "Innspill", claim_id="1")
DONE = Accepted(service="intake", position=3, about=IDEA)


def refused(rule: str) -> RefusedAnswer:
    return RefusedAnswer(refusal=Refusal(rule=rule, says="no"))


class Door:
    """Gives the answers it was made with, in turn, and remembers what was sent."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.sent = list(answers), list[Step]()

    async def __call__(self, step: Step) -> Answer:
        self.sent.append(step)
        return self.answers.pop(0)


async def through(door: Door, *story: Step, resume_from: int = 0, patience: float = 5.0) -> list[int]:
    heard: list[int] = []
    await play(door, story, lambda index, _step, _answer: heard.append(index), resume_from, patience=patience)
    return heard


async def test_each_step_is_sent_once_and_told_of_when_it_is_done() -> None:
    door = Door(DONE, DONE)
    assert await through(door, REFER, REFER) == [0, 1]
    assert len(door.sent) == 2


async def test_what_another_service_has_yet_to_do_is_waited_for() -> None:
    for not_yet in (refused("NotFound"), refused("NotReturned"), Unavailable(says="busy", retry_after=0)):
        assert await through(Door(not_yet, not_yet, DONE), REFER) == [0]


async def test_a_claim_is_waited_for_until_it_is_decided() -> None:
    pending, accepted = (ClaimOutcome(claim_id="1", state=state) for state in ("pending", "accepted"))
    assert await through(Door(pending, accepted), CLAIM) == [0]


async def test_a_claim_that_is_rejected_stops_the_story() -> None:
    rejected = ClaimOutcome(claim_id="1", state="rejected", refusal=Refusal(rule="Invalid", says="no title"))
    with pytest.raises(Stopped, match="rejected: Invalid: no title"):
        await through(Door(rejected), CLAIM)


async def test_patience_ends() -> None:
    with pytest.raises(Stopped, match="NotFound"):
        await through(Door(refused("NotFound"), refused("NotFound")), REFER, patience=0.01)


async def test_another_refusal_stops_the_story_and_names_the_step() -> None:
    with pytest.raises(
        Stopped, match=r"step 1, 2026-01-21 09:00 molde ReferIdea: Innspillet går til rådet\nMergedIdea"
    ):
        await through(Door(DONE, refused("MergedIdea")), REFER, REFER)


async def test_what_must_be_refused_is_refused_by_that_rule_and_no_other() -> None:
    assert await through(Door(refused("NotAllowed")), NOT_ALLOWED) == [0]
    with pytest.raises(Stopped, match="refused by NotAllowed"):
        await through(Door(refused("MergedIdea")), NOT_ALLOWED)
    with pytest.raises(Stopped, match="refused by NotAllowed"):
        await through(Door(DONE), NOT_ALLOWED)


async def test_the_story_goes_on_from_where_it_was() -> None:
    door = Door(DONE)
    assert await through(door, REFER, NOT_ALLOWED, REFER, resume_from=2) == [2]
    assert door.sent == [REFER]

"""Ideas from outside systems: taken in once, put right by a new claim, told of by the publisher's own ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.claims import idea_id
from runtime.adjudication import Waits
from tests.runtime.claimants import IDEA, Claimants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def molde(tmp_path: Path) -> Iterator[Claimants]:
    claimants = Claimants(tmp_path)
    yield claimants
    claimants.close()


def test_an_idea_has_the_id_that_follows_from_its_publisher_s(molde: Claimants) -> None:
    outcome = molde.publish("IdeaSubmitted", "7", IDEA)
    assert outcome.about == idea_id("molde", "sak", "7")
    assert [each.name for each in molde.events("intake")] == ["IdeaSubmitted", "ClaimAccepted"]


def test_a_correction_may_come_before_what_it_corrects(molde: Claimants) -> None:
    correction = IDEA | {"title": "Felles bårebil i fjellet", "corrects": "7"}
    with pytest.raises(Waits):
        molde.publish("IdeaSubmitted", "8", correction, published=molde.now)
    idea = molde.publish("IdeaSubmitted", "7", IDEA).about
    assert molde.publish("IdeaSubmitted", "8", correction, published=molde.now).about == idea
    assert [each.title for each in molde.of("IdeaCorrected")] == ["Felles bårebil i fjellet"]


def test_every_idea_is_noted_by_the_council_once_however_often_it_is_told(molde: Claimants) -> None:
    molde.publish("IdeaSubmitted", "7", IDEA)
    molde.catch_up()
    assert molde.replayed() == []
    assert [(each.title, each.ended) for each in molde.of("IdeaNoted")] == [("Felles bårebil", None)]

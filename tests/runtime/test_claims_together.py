"""Claims that are decided on in one turn come out as if each had come alone, and in the order they came."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.answers import ClaimOutcome
from contracts.envelope import MAX_BYTES
from contracts.identity import derive
from runtime.adjudication import Waits
from runtime.claims import read
from runtime.desk import Desk
from runtime.ledger import ImpossibleHistory, Unavailable
from runtime.nats import store
from runtime.pull import AHEAD, Pull
from runtime.together import Together, decide_all
from tests.runtime.claimants import DECISION, IDEA, Claimants, event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from runtime.adjudication import Adjudication
    from runtime.claims import Submission
    from runtime.nats import Msg
    from tests.runtime.nats_fixtures import Hub

CASES: list[tuple[str, dict[str, Any]]] = [
    *((str(number), IDEA) for number in range(3)),
    ("0", IDEA | {"title": "Noko anna under same id"}),
    ("0-retta", IDEA | {"corrects": "0", "title": "Retta"}),
    ("0-retta-att", IDEA | {"corrects": "0-retta", "title": "Retta igjen"}),
    ("ukjend", IDEA | {"corrects": "finst-ikkje", "title": "Retta"}),
    ("feil", {"title": ""}),
    ("feil", IDEA),
    ("1-retta", IDEA | {"corrects": "1", "title": "Retta"}),
]


@pytest.fixture
def all_(tmp_path: Path) -> Iterator[Claimants]:
    claimants = Claimants(tmp_path)
    yield claimants
    claimants.close()


def submission(id_: str, data: Any, system: str = "sak") -> Submission:
    return read(f"ingest.molde.{system}.IdeaSubmitted", json.dumps(event("IdeaSubmitted", id_, data)).encode())


def intake(all_: Claimants) -> Adjudication:
    return all_.desks["intake"].claims


def told(answer: ClaimOutcome | Exception) -> Any:
    """An answer without the moment and the place of its record."""
    if isinstance(answer, ClaimOutcome):
        return answer.state, answer.claim_id, answer.about, answer.refusal and answer.refusal.rule
    return type(answer)


def one_by_one(adjudication: Adjudication, asked: Sequence[tuple[Submission, Any]]) -> list[Any]:
    found: list[Any] = []
    for each in asked:
        try:
            found.append(told(adjudication.decide(*each)))
        except Waits as waits:
            found.append(told(waits))
    return found


def test_together_they_come_out_as_one_by_one(tmp_path: Path) -> None:
    first, second = Claimants(tmp_path / "together"), Claimants(tmp_path / "alone")
    numbers = count()

    @settings(max_examples=40, deadline=None)
    @given(cases=st.lists(st.sampled_from(CASES), min_size=2, max_size=9), patient=st.booleans())
    def holds(cases: list[tuple[str, dict[str, Any]]], patient: bool) -> None:  # noqa: FBT001 - drawn
        published = first.now - timedelta(seconds=1) if patient else None
        system, heads = f"sak{next(numbers)}", (first.heads()["intake"], second.heads()["intake"])
        asked = [(submission(*case, system), published) for case in cases]
        assert [told(each) for each in decide_all(intake(first), asked)] == one_by_one(intake(second), asked)
        recorded = [
            [(each.name, each.causationid) for each in all_.events("intake", head)]
            for all_, head in zip((first, second), heads, strict=True)
        ]
        assert recorded[0] == recorded[1]

    for all_ in (first, second):
        desk = all_.desks["intake"]
        all_.desks["intake"] = Desk(desk.service, desk.ledger, desk.clock, desk.new_id, lambda *_: ("IdeaSubmitted",))
    holds()
    for all_ in (first, second):
        all_.close()


def test_what_came_together_is_one_commit_in_the_order_it_came(all_: Claimants) -> None:
    commits: list[int] = []
    all_.ledgers["intake"].on_append(commits.append)
    decide_all(intake(all_), [(submission(str(number), IDEA), None) for number in range(10)])
    assert commits == [20]
    accepted = [each.data.claim_id for each in all_.events("intake") if each.name == "ClaimAccepted"]
    assert accepted == [str(number) for number in range(10)]


def test_one_too_large_for_an_event_is_rejected_and_the_others_accepted(all_: Claimants) -> None:
    for idea in ("1", "2", "3"):
        all_.publish("IdeaSubmitted", idea, IDEA)
    all_.catch_up()

    def claimed(id_: str, conditions: int = 0, more: int = 0) -> bytes:
        said = {"idea": id_, "reference": id_, "conditions": ["å" * 300] * conditions + ["x" * 300] * more}
        data = DECISION | said | ({"reasons": "ø" * 19_000} if conditions else {})
        return json.dumps(event("CouncilDecided", id_, data), ensure_ascii=False).encode()

    most = claimed("2", 36, (MAX_BYTES - len(claimed("2", 36))) // 304)
    bodies = [claimed("1"), most + b" " * (MAX_BYTES - len(most)), claimed("3")]
    asked = [(read("ingest.molde.sak.CouncilDecided", body), None) for body in bodies]
    found = decide_all(all_.desks["council"].claims, asked)
    assert [told(each)[0] for each in found] == ["accepted", "rejected", "accepted"]
    refusal = found[1].refusal if isinstance(found[1], ClaimOutcome) else None
    assert refusal is not None
    assert refusal.rule == "TooLarge", refusal


def test_an_impossible_history_is_the_claims_own_that_met_it(all_: Claimants) -> None:
    intake(all_).decide(submission("1", IDEA))
    with sqlite3.connect(all_.directory / "intake.db") as ledger:
        broken = 'UPDATE stored_events SET state = replace(state, \'"specversion":"1.0"\', \'"specversion":"9.9"\')'
        about = derive("idea", "molde", "sak", "1").hex
        assert ledger.execute(f"{broken} WHERE originator_id = ?", (about,)).rowcount == 1
    ledger.close()
    asked = [(submission("2", IDEA), None), (submission("1", IDEA | {"title": "x"}), None)]
    asked += [(submission("3", IDEA | {"corrects": "1"}), None), (submission("4", IDEA), None)]
    found = decide_all(intake(all_), asked)
    assert [told(each) for each in found if isinstance(each, Exception)] == [ImpossibleHistory]
    assert isinstance(found[2], ImpossibleHistory)
    assert [each.state for each in found if isinstance(each, ClaimOutcome)] == ["accepted", "rejected", "accepted"]


def test_without_its_database_each_is_to_be_tried_again_and_none_is_recorded(
    all_: Claimants, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = intake(all_).decide(submission("0", IDEA))

    def full(_batch: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    asked = [(submission(str(number), IDEA), None) for number in range(3)]
    with monkeypatch.context() as gone:
        gone.setattr(all_.ledgers["intake"].store, "write", full)
        found = decide_all(intake(all_), asked)
    assert found[0] == known
    assert [type(each) for each in found[1:]] == [Unavailable, Unavailable]
    assert [told(each)[0] for each in decide_all(intake(all_), asked)] == ["accepted"] * 3


async def test_claims_that_wait_for_one_another_s_turn_are_decided_on_together(all_: Claimants) -> None:
    commits: list[int] = []
    all_.ledgers["intake"].on_append(commits.append)
    with ThreadPoolExecutor(1) as writer:
        together = Together(intake(all_), writer)
        every = [together.decide([(submission(str(number), IDEA), None)]) for number in range(40)]
        answers = await asyncio.gather(*every)
    assert [each.claim_id for (each,) in answers if isinstance(each, ClaimOutcome)] == [str(n) for n in range(40)]
    assert len(commits) < 10


async def test_claims_in_hand_when_a_service_ended_come_again_at_once_and_in_order(hub: Hub) -> None:
    portal, intake_ = await hub.connect("molde", "portal"), await hub.connect("HUB", "intake")
    for number in range(2 * AHEAD):
        await store(portal, "ingest.portal.IdeaSubmitted", b"%d" % number)
    heard: list[bytes] = []
    enough = asyncio.Event()

    async def in_hand(_messages: Sequence[Msg]) -> None:
        enough.set()
        await asyncio.Event().wait()

    async def done(messages: Sequence[Msg]) -> None:
        for message in messages:
            heard.append(message.data)
            await message.ack()
        if len(heard) >= 2 * AHEAD:
            enough.set()

    for handle in (in_hand, done):
        pull = Pull(intake_, "INGEST_molde", "intake", handle)
        await pull.start()
        async with asyncio.timeout(20):  # the server itself would wait for thirty seconds
            await enough.wait()
        await pull.stop()
        enough.clear()
    assert heard == [b"%d" % number for number in range(2 * AHEAD)]

"""What any claim meets at the door, whatever it says: rights, identity, waiting, answers, and trying without effect."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Acting, Role
from contracts.answers import RefusedAnswer
from contracts.catalogue import claims
from contracts.queries.record import ClaimStatus
from runtime import adjudication
from runtime.adjudication import Adjudication, Waits
from runtime.claims import content, identity, read
from runtime.desk import Caller
from tests.runtime.claimants import (
    ACTIVITY,
    DECISION,
    FIGURE,
    IDEA,
    OWNERS,
    START,
    SYSTEM,
    Claimants,
    by_registry,
    event,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.answers import ClaimOutcome

DATA: dict[str, dict[str, Any]] = {
    "IdeaSubmitted": IDEA,
    "CouncilDecided": DECISION,
    "ActivityStarted": ACTIVITY,
    "KpiRecorded": FIGURE,
}
SAK = Acting("molde", "sak", None, frozenset({Role.SYSTEM}))


@pytest.fixture
def all_(tmp_path: Path) -> Iterator[Claimants]:
    claimants = Claimants(tmp_path)
    yield claimants
    claimants.close()


# --- who may claim what


@pytest.mark.parametrize("system", ["cli", "portal", "sak", "prosjekt", "dvh", "decide", "stranger", "STRANGER", "Å"])
@pytest.mark.parametrize("name", sorted(DATA))
def test_a_system_claims_what_it_is_registered_for_and_nothing_else(all_: Claimants, name: str, system: str) -> None:
    outcome = all_.publish(name, "1", DATA[name], system=system)
    rule = outcome.refusal.rule if outcome.refusal else None
    if name in by_registry("molde", system):
        assert rule != "ClaimNotRegistered"
    else:
        assert (outcome.state, rule) == ("rejected", "ClaimNotRegistered")
        assert all(each.name == "ClaimRejected" for each in all_.events(OWNERS[name]))


def test_who_may_not_is_told_what_they_may(all_: Claimants) -> None:
    refusal = all_.publish("KpiRecorded", "1", FIGURE, system="sak").refusal
    assert refusal is not None
    assert (refusal.field, refusal.accepts) == ("type", "CouncilDecided, IdeaSubmitted")
    refusal = all_.publish("KpiRecorded", "1", FIGURE, system="cli").refusal
    assert refusal is not None
    assert refusal.accepts == "nothing, until the municipality registers what it may publish"


def test_rights_come_before_the_shape(all_: Claimants) -> None:
    refusal = all_.publish("KpiRecorded", "1", {"nonsense": 1}, system="sak").refusal
    assert refusal is not None
    assert refusal.rule == "ClaimNotRegistered"


# --- what it is


@pytest.mark.parametrize("name", sorted(DATA))
def test_the_same_claim_again_has_the_same_outcome_and_another_under_its_id_is_a_conflict(
    all_: Claimants, name: str
) -> None:
    first = all_.publish(name, "1", DATA[name])
    heads = all_.heads()
    assert all_.publish(name, "1", dict(reversed(DATA[name].items()))) == first
    assert all_.heads() == heads
    other = all_.publish(name, "1", DATA[name] | {"nonsense": 1})
    assert other.refusal is not None
    assert (other.state, other.refusal.rule, other.refusal.field) == ("rejected", "IdConflict", "id")
    told = all_.desks[OWNERS[name]].claims.status(
        ClaimStatus(ids=("1",)), Acting("molde", SYSTEM[name], None, frozenset())
    )
    assert told.claims == (first,)


def test_a_claim_is_known_again_after_a_restart_and_what_is_recorded_of_its_content_confirms_no_guess(
    all_: Claimants, tmp_path: Path
) -> None:
    first = all_.publish("IdeaSubmitted", "1", IDEA)
    submission = read("ingest.molde.sak.IdeaSubmitted", json.dumps(event("IdeaSubmitted", "1", IDEA)).encode())
    assert not [stored for stored in all_.ledgers["intake"].read(0) if submission.content.encode() in stored.body]
    all_.close()
    restarted = Claimants(tmp_path)
    assert restarted.publish("IdeaSubmitted", "1", IDEA) == first
    restarted.close()


@pytest.mark.parametrize("name", sorted(DATA))
def test_a_decimal_a_date_and_a_text_are_what_they_look_like(all_: Claimants, name: str) -> None:
    for field, value in DATA[name].items():
        outcome = all_.publish(name, f"wrong {field}", DATA[name] | {field: {"no": "such"}})
        assert outcome.refusal is not None
        assert (outcome.refusal.rule, outcome.refusal.field) == ("Invalid", f"data.{field}"), value


def test_what_the_sender_wrote_is_answered_and_not_recorded_in_the_clear(all_: Claimants) -> None:
    private = "Kari Nordmann i Storgata 7"
    mistakes: list[dict[str, Any]] = [
        {"data": IDEA | {"kind": private}},
        {"data": IDEA | {private: 1}},
        {"data": IDEA | {"tags": [private]}},
        {"type": private},
        {"tenant": private},
        {"time": private},
        {"data": IDEA | {"corrects": private}},
    ]
    for number, said in enumerate(mistakes):
        attributes = {"data": IDEA} | said
        outcome = all_.publish("IdeaSubmitted", f"n{number}", attributes.pop("data"), attributes=attributes)
        assert outcome.refusal is not None
        assert outcome.refusal.value is not None
        assert private in outcome.refusal.value, said
        again = all_.desks["intake"].claims.status(ClaimStatus(ids=(f"n{number}",)), SAK).claims[0]
        assert again == outcome
    assert not [stored.body for stored in all_.ledgers["intake"].read(0) if private.encode() in stored.body]


MARK = "kari-nordmann-010190"


def marked(value: Any) -> Iterator[Any]:
    """The value with the mark in one place at a time: as a value, within one, and as a name."""
    yield MARK
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ({**value, name: each} for each in marked(inner))
        yield {**value, MARK: 1}
    elif isinstance(value, str):
        yield f"{value}{MARK}"


@pytest.mark.parametrize("name", sorted(DATA))
def test_no_word_of_a_refused_sender_is_in_any_event(all_: Claimants, name: str) -> None:
    """Any field of the message and its data, in the place of what should stand there, and under any event's name."""
    optional = {field: MARK for field in claims()[f"no.loypa.claim.{name}.v1"].model_fields if field not in DATA[name]}
    service, rules = all_.desks[OWNERS[name]], set()
    bodies = [event(name, "id", DATA[name] | {field: value}) for field, value in optional.items()]
    bodies += [*marked(event(name, "id", DATA[name])), event(name, "id", DATA[name], tenant=MARK, time=MARK)]
    bodies += [event(name, "id", DATA[name]) | {"type": f"no.loypa.claim.{name}.v{number}"} for number in (2, MARK)]
    for under in (name, MARK, f"{name}.{MARK}"):
        for number, body in enumerate(bodies):
            said = body | {"id": f"{under == name}{number}"} if isinstance(body, dict) else body
            outcome = service.claims.decide(read(f"ingest.molde.{SYSTEM[name]}.{under}", json.dumps(said).encode()))
            if outcome.state == "rejected":
                assert outcome.refusal is not None
                rules.add(outcome.refusal.rule)
                stored = all_.ledgers[OWNERS[name]].read(outcome.position - 1, 1)
                assert MARK.encode() not in stored[0].body, (under, said, stored[0].body)
    assert rules >= {"Invalid", "NotCloudEvents", "UnknownType", "NewerVersion", "SubjectMismatch"}


def test_a_name_that_the_contract_does_not_know_is_named_in_the_answer(all_: Claimants) -> None:
    refusal = all_.publish("IdeaSubmitted", "1", IDEA | {"titel": "x"}).refusal
    assert refusal is not None
    assert (refusal.rule, refusal.field, refusal.value) == ("Invalid", "data", "titel")


def test_of_a_claim_without_an_id_nothing_is_recorded_that_confirms_a_guess(all_: Claimants) -> None:
    raw = b'{"specversion": "1.0", "name": "Kari Nordmann"}'
    adjudication = all_.desks["intake"].claims
    outcome = adjudication.decide(read("ingest.molde.sak.IdeaSubmitted", raw))
    digest = hashlib.sha256(raw).hexdigest()
    recorded = b"".join(stored.body for stored in all_.ledgers["intake"].read(0))
    for guess in (digest, str(identity("molde", "sak", f"sha256:{digest}")), "Nordmann"):
        assert guess.encode() not in recorded
    (told,) = adjudication.status(ClaimStatus(ids=(f"sha256:{digest}",)), SAK).claims
    assert told == outcome == adjudication.decide(read("ingest.molde.sak.IdeaSubmitted", raw))
    assert told.refusal is not None
    assert (told.state, told.refusal.rule, told.refusal.field) == ("rejected", "NotCloudEvents", "id")


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"specversion": "0.3"}, "specversion", "0.3"),
        ({"source": ""}, "source", ""),
        ({"time": "i går"}, "time", "i går"),
        ({"time": "2090-01-01T00:00:00Z"}, "time", "2090-01-01T00:00:00Z"),
        ({"tenant": "aukra"}, "tenant", "aukra"),
        ({"data": {"title": 7}}, "data.title", "7"),
    ],
)
def test_a_refusal_names_the_field_and_its_value_and_what_would_be_accepted(
    all_: Claimants, changed: dict[str, Any], field: str, value: str
) -> None:
    said = changed | ({"data": IDEA | changed["data"]} if "data" in changed else {})
    raw = json.dumps(event("IdeaSubmitted", "1", IDEA) | said).encode()
    refusal = all_.desks["intake"].claims.decide(read("ingest.molde.sak.IdeaSubmitted", raw)).refusal
    assert refusal is not None
    assert (refusal.field, refusal.value) == (field, value)
    assert refusal.accepts


def test_a_claim_that_is_not_registered_is_refused_by_its_type(all_: Claimants) -> None:
    refusal = all_.publish("KpiRecorded", "1", FIGURE, system="sak").refusal
    assert refusal is not None
    assert (refusal.field, refusal.value) == ("type", "no.loypa.claim.KpiRecorded.v1")


def test_a_fact_too_large_for_an_event_is_rejected_and_not_set_aside(all_: Claimants) -> None:
    all_.publish("IdeaSubmitted", "7", IDEA)
    all_.catch_up()
    outcome = all_.publish("CouncilDecided", "1", DECISION | {"reasons": "ø" * 19_000, "conditions": ["å" * 300] * 90})
    assert outcome.refusal is not None
    assert outcome.refusal.rule in {"TooLarge", "TooBig"}


def test_a_claim_of_another_service_is_nobody_s_to_adopt_here(all_: Claimants) -> None:
    outcome = all_.publish("CouncilDecided", "1", DECISION, service="intake")
    assert outcome.refusal is not None
    assert (outcome.refusal.rule, outcome.refusal.accepts) == ("AnotherService", "the same question to council")


# --- waiting for what it refers to

UNKNOWN: list[tuple[str, dict[str, Any], str]] = [
    ("IdeaSubmitted", {"corrects": "6"}, "data.corrects"),
    ("CouncilDecided", {}, "data.idea"),
    ("CouncilDecided", {"idea": {"system": "portal", "id": "9"}}, "data.idea"),
    ("ActivityStarted", {"idea": "7"}, "data.idea"),
    ("ActivityStarted", {"decision": {"system": "sak", "id": "V-1"}}, "data.decision"),
    ("ActivityStarted", {"corrects": "6"}, "data.corrects"),
    ("KpiRecorded", {}, "data.kpi"),
]


@pytest.mark.parametrize(("name", "said", "field"), UNKNOWN)
def test_an_unknown_reference_waits_for_a_minute_and_is_then_rejected(
    all_: Claimants, name: str, said: dict[str, Any], field: str
) -> None:
    data, published = DATA[name] | said, all_.now
    heads = all_.heads()
    for seconds in (0, 1, 30, 28.9):
        all_.pass_(seconds=seconds)
        with pytest.raises(Waits) as waits:
            all_.publish(name, "1", data, published=published)
        assert waits.value.left == published + timedelta(seconds=60) - all_.now
    assert all_.heads() == heads
    all_.pass_(seconds=0.1)
    outcome = all_.publish(name, "1", data, published=published)
    assert outcome.state == "rejected"
    assert outcome.refusal is not None
    assert (outcome.refusal.rule, outcome.refusal.field) == ("UnknownReference", field)
    assert outcome.refusal.accepts
    assert outcome.refusal.value
    assert outcome.refusal.value in outcome.refusal.says


def test_what_comes_meanwhile_is_found(all_: Claimants) -> None:
    published = all_.now
    with pytest.raises(Waits):
        all_.publish("CouncilDecided", "V-1", DECISION, published=published)
    all_.publish("IdeaSubmitted", "7", IDEA)
    all_.catch_up()
    assert all_.publish("CouncilDecided", "V-1", DECISION, published=published).state == "accepted"


def test_a_broken_rule_is_not_waited_for(all_: Claimants) -> None:
    outcome = all_.publish("CouncilDecided", "1", DECISION | {"outcome": "maybe"}, published=all_.now)
    assert outcome.state == "rejected"


# --- trying without effect


@pytest.mark.parametrize("name", sorted(DATA))
def test_to_validate_changes_nothing_and_says_what_would_happen(all_: Claimants, name: str) -> None:
    for data in (DATA[name], DATA[name] | {"nonsense": 1}, {}, None, "text"):
        heads, id_ = all_.heads(), json.dumps(data)[:100]
        verdict = all_.validate(name, id_, data)
        assert all_.heads() == heads
        if verdict.would_be == "waits":
            assert verdict.refusal is not None
            assert verdict.refusal.rule == "UnknownReference"
            continue
        outcome = all_.publish(name, id_, data)
        assert (verdict.would_be, verdict.about) == (outcome.state, outcome.about)
        assert (verdict.refusal is None) == (outcome.refusal is None)
        if verdict.refusal and outcome.refusal:
            assert (verdict.refusal.rule, verdict.refusal.field, verdict.refusal.value) == (
                outcome.refusal.rule,
                outcome.refusal.field,
                outcome.refusal.value,
            )
    assert all(each.name.startswith("Claim") or name not in each.name for each in all_.events("council"))


def test_to_validate_what_was_published_tells_what_became_of_it(all_: Claimants) -> None:
    outcome = all_.publish("IdeaSubmitted", "7", IDEA)
    verdict = all_.validate("IdeaSubmitted", "7", IDEA)
    assert (verdict.decided, verdict.would_be, verdict.about) == (True, "accepted", outcome.about)
    conflict = all_.validate("IdeaSubmitted", "7", IDEA | {"title": "Noko anna"})
    assert conflict.refusal is not None
    assert (conflict.decided, conflict.refusal.rule) == (False, "IdConflict")


def test_to_validate_checks_rights_and_says_whom_to_ask(all_: Claimants) -> None:
    refused = all_.validate("KpiRecorded", "1", FIGURE, system="sak").refusal
    assert refused is not None
    assert refused.rule == "ClaimNotRegistered"
    elsewhere = all_.validate("KpiRecorded", "1", FIGURE, at="intake").refusal
    assert elsewhere is not None
    assert (elsewhere.rule, elsewhere.accepts) == ("AnotherService", "the same question to reporting")


# --- asking since a position


def test_asking_since_a_position_reads_a_bounded_stretch_and_says_that_there_is_more(
    all_: Claimants, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adjudication, "SCAN", 7)
    for number in range(12):
        all_.publish("IdeaSubmitted", str(number), IDEA)
    desk, found, since, asked = all_.desks["intake"].claims, [], 0, 0
    while True:
        told = desk.status(ClaimStatus(since=since), SAK)
        assert told.upto - since <= 7
        found += [claim.claim_id for claim in told.claims]
        since, asked = told.upto, asked + 1
        if not told.more:
            break
    assert found == [str(number) for number in range(12)]
    assert asked == 4
    assert since == all_.ledgers["intake"].head()


def test_what_is_decided_on_while_it_is_asked_for_is_told_since_then(
    all_: Claimants, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = all_.desks["intake"].claims
    look_up = Adjudication._status  # noqa: SLF001 - the moment between two look-ups

    def meanwhile(desk: Adjudication, claim_id: str, acting: Acting) -> ClaimOutcome:
        found = look_up(desk, claim_id, acting)
        if claim_id == "2":
            all_.publish("IdeaSubmitted", "1", IDEA)
        return found

    monkeypatch.setattr(Adjudication, "_status", meanwhile)
    told = desk.status(ClaimStatus(ids=("1", "2")), SAK)
    assert [claim.state for claim in told.claims] == ["pending", "pending"]
    assert [claim.claim_id for claim in desk.status(ClaimStatus(since=told.upto), SAK).claims] == ["1"]


def test_asked_for_a_content_it_tells_what_became_of_that_and_nothing_of_another_under_the_same_id(
    all_: Claimants,
) -> None:
    other, third = IDEA | {"title": "Noko anna"}, IDEA | {"title": "Noko tredje"}

    def told(data: Any) -> ClaimOutcome:
        digest = content(event("IdeaSubmitted", "1", data))
        return all_.desks["intake"].claims.status(ClaimStatus(contents={"1": digest}), SAK).claims[0]

    assert told(IDEA).state == "pending"
    accepted = all_.publish("IdeaSubmitted", "1", IDEA)
    assert (told(IDEA), told(other).state) == (accepted, "pending")
    for _ in range(2):
        conflict = all_.publish("IdeaSubmitted", "1", other)
        assert (told(other), conflict.refusal and conflict.refusal.rule) == (conflict, "IdConflict")
    assert (told(IDEA), told(third).state) == (accepted, "pending")
    assert all_.desks["intake"].claims.status(ClaimStatus(ids=("1",)), SAK).claims == (accepted,)
    assert all_.validate("IdeaSubmitted", "1", other).decided


def test_another_system_s_claims_are_not_told(all_: Claimants) -> None:
    all_.publish("IdeaSubmitted", "1", IDEA, system="portal")
    told = all_.desks["intake"].claims.status(ClaimStatus(since=0), SAK)
    assert (told.claims, told.more) == ((), False)
    assert all_.desks["intake"].claims.status(ClaimStatus(ids=("1",)), SAK).claims[0].state == "pending"


@pytest.mark.parametrize(
    ("title", "why"),
    [
        (r"Nul \u0000 i tittelen", "NUL"),
        (r"Halve \ud800 teikn", "lone surrogate"),
        ('x", "title": "y', "stands twice"),
        ('x", "since": 9007199254740992, "kind": "y', "larger than 9007199254740991"),
    ],
)
def test_a_command_or_query_that_databases_or_readers_would_not_take_alike_is_refused(
    all_: Claimants, title: str, why: str
) -> None:
    desk = all_.desks["intake"]
    caller = Caller("molde", "web", "ada", frozenset({Role.SUBMITTER}))
    body = f'{{"key": "x", "title": "{title}", "problem": "P", "submitter": "citizen"}}'.encode()
    for answer in (desk.command("SubmitIdea", body, caller), desk.query("Unseal", body, caller)):
        assert isinstance(answer, RefusedAnswer)
        assert answer.refusal.rule == "NotJson"
        assert why in answer.refusal.says
    assert desk.ledger.head() == 0


def test_every_type_of_claim_is_tried_here() -> None:
    assert {kind.__name__ for kind in claims().values()} == set(DATA)
    assert all(read(f"ingest.molde.sak.{name}", b"").refused for name in DATA)
    assert START.tzinfo

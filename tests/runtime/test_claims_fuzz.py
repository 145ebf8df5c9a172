"""The claim decoder under whatever bytes there are: always an answer, soon, that a ledger can record."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contracts.catalogue import claims as kinds
from contracts.events.record import ClaimRejected
from contracts.generate.golden import examples
from contracts.sealed import Retention, Sealed
from runtime import strict
from runtime.claims import read
from runtime.recording import Entry, Head, Origin, put_on_record
from tests.contracts.strategies import allowed_by

if TYPE_CHECKING:
    from datetime import datetime

    from hypothesis.strategies import SearchStrategy

EXAMPLES = int(os.environ.get("LOYPA_FUZZ_EXAMPLES", "200"))
"""How many inputs each property is tried on: a thousand in all by default, `make soak` asks for far more."""

LONGEST = 0.5
"""Seconds of the processor one message may take; a quadratic reader takes far longer."""

SUBJECTS = st.sampled_from([f"ingest.molde.sak.{kind.__name__}" for kind in kinds().values()]) | st.sampled_from(
    [
        "ingest.molde.sak.Forslag",
        "ingest.molde.sak.Forslag.Sendt.Inn",
        "ingest.molde.sak.ideasubmitted",
        "ingest.a.b.É\u202e",
    ]
)

fuzzed = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def answered(subject: str, raw: bytes) -> None:
    """The message is read in time to a claim or a refusal, twice alike, and the refusal can be put on record."""
    began = time.thread_time()
    submission = read(subject, raw)
    assert time.thread_time() - began < LONGEST
    assert (submission.claim is None) != (submission.refused is None)
    again = read(subject, raw)
    assert (again.claim_uuid, again.content) == (submission.claim_uuid, submission.content)
    assert strict.original(submission.original) == raw
    assert "\x00" not in submission.original
    if submission.refused is not None:
        recorded(submission)
    elif submission.time is not None:
        assert submission.time.utcoffset() is not None


def recorded(submission: Any) -> None:
    refusal = submission.refused.on_the_wire()
    event = ClaimRejected(
        claim=submission.claim_uuid,
        system=submission.system,
        claim_id=submission.claim_id,
        claim_type=submission.claim_type,
        body=submission.content,
        rule=refusal.rule,
        says=refusal.says,
        field=refusal.field or refusal.facts.get("at"),
        accepts=refusal.accepts,
        facts={name: fact for name, fact in refusal.facts.items() if name != "value"},
        original=Sealed.of(submission.original, Retention.CONTENT),
    )
    entry = Entry(submission.claim_uuid, 0, (event,), Origin("molde", "molde/sak", NOW, "c", "c"))
    (written,), _, _ = put_on_record("intake", [entry], Head(0, None), NOW, lambda: b"0" * 16)
    assert b"\\u0000" not in written.body
    json.loads(written.body.decode())


def _now() -> datetime:
    from datetime import UTC, datetime  # noqa: PLC0415 - only to name one moment

    return datetime(2026, 3, 4, tzinfo=UTC)


NOW = _now()

# --- what is tried

ODD_TEXT = st.sampled_from(
    [
        *("\x00", "\ud800", "\udfff", "\ufeff", "\u202e", "\x1f", "\u2028", "e\u0301" * 40, "æ" * 9000, "", "   "),
        *("'; DROP TABLE stored_events; --", "<script>alert(1)</script>", "../../etc/passwd", "${jndi:ldap://x}"),
        *("{0.__class__}", "{says}", "%s%n", "-" * 500, "1e999", "1735689600", "ingest.rauma.sak.IdeaSubmitted"),
        *("no.loypa.claim.IdeaSubmitted.v999999999999999999999", "no.loypa.claim..v1"),
        *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-13-45T99:99:99Z"),
    ]
)
TEXT = st.text(max_size=20) | ODD_TEXT | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Ll"]), max_size=6)
NUMBER = st.integers(-(10**80), 10**80) | st.floats() | st.integers(-3, 3)
LEAF = st.none() | st.booleans() | NUMBER | TEXT
ANY = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
GOOD = [example for type_ in kinds() for example in examples(type_)]


@st.composite
def mistaken(draw: Any) -> bytes:
    """A claim that is right but for some of its attributes and fields, which are anything at all or gone."""
    event = dict(draw(st.sampled_from(GOOD)))
    event["data"] = dict(event["data"])
    for part in (event, event["data"]):
        for name in draw(st.lists(st.sampled_from(sorted(part)) | TEXT, max_size=3)):
            if draw(st.booleans()):
                part[name] = draw(ANY)
            else:
                part.pop(name, None)
    return json.dumps(event, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


@st.composite
def damaged(draw: Any) -> bytes:
    """A right claim's bytes with some cut out, doubled or replaced."""
    raw = bytearray(json.dumps(draw(st.sampled_from(GOOD)), ensure_ascii=False).encode())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        to = min(len(raw), at + draw(st.integers(0, 12)))
        raw[at:to] = draw(st.binary(max_size=6) | st.just(bytes(raw[at:to]) * 2) | st.sampled_from(TOKENS))
    return bytes(raw)


TOKENS = [
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"9" * 5000,
    b"[" * 2000,
    b'{"a":' * 1500,
    b"\\ud800",
    b"\\u0000",
    b"\x00",
    b"\xef\xbb\xbf",
]
TOKENS += [b'"id":"x",', b"]" * 50, b"\xff\xfe", b"\\", b'"', b"//", b"\r\n", b"0" * 70]


def shaped() -> SearchStrategy[bytes]:
    """What a claim's own schema allows, and some of which its rules refuse."""
    from contracts.generate.schemas import frozen  # noqa: PLC0415 - reads many files

    return st.one_of(*(allowed_by(frozen()[type_]) for type_ in kinds())).map(lambda event: json.dumps(event).encode())


@fuzzed
@given(SUBJECTS, st.binary(max_size=300) | st.lists(st.sampled_from(TOKENS), max_size=8).map(b"".join))
@example("ingest.molde.sak.IdeaSubmitted", b"")
@example("ingest.molde.sak.IdeaSubmitted", b"[" * 61_440)
@example("ingest.molde.sak.IdeaSubmitted", b'{"a":' * 12_000)
@example("ingest.molde.sak.IdeaSubmitted", b"[" * 500 + b"]" * 500)
@example("ingest.molde.sak.IdeaSubmitted", b'{"specversion":"1.0","id":"' + b"\\u0000" * 9000 + b'"}')
@example("ingest.molde.sak.IdeaSubmitted", "{}".encode("utf-16"))
def test_any_bytes_are_answered(subject: str, raw: bytes) -> None:
    answered(subject, raw)


@fuzzed
@given(SUBJECTS, mistaken())
def test_a_mistaken_claim_is_answered(subject: str, raw: bytes) -> None:
    answered(subject, raw)


@fuzzed
@given(SUBJECTS, damaged())
def test_a_damaged_claim_is_answered(subject: str, raw: bytes) -> None:
    answered(subject, raw)


@fuzzed
@given(SUBJECTS, ANY.map(lambda value: json.dumps(value).encode()))
def test_any_json_is_answered(subject: str, raw: bytes) -> None:
    answered(subject, raw)


@settings(max_examples=max(200, EXAMPLES // 10), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_the_schema_allows_is_answered(data: st.DataObject) -> None:
    answered(data.draw(SUBJECTS), data.draw(shaped()))


@pytest.mark.parametrize("depth", [1, 63, 64, 65, 330, 900, 990, 1500])
def test_a_depth_is_refused_alike_however_deep_the_reader_stands_itself(depth: int) -> None:
    raw = b'{"specversion":"1.0","id":"d","source":"s","type":"no.loypa.claim.IdeaSubmitted.v1","data":'
    raw += b"[" * depth + b"]" * depth + b"}"

    def at(level: int) -> str:
        return at(level - 1) if level else type(read("ingest.molde.sak.IdeaSubmitted", raw).refused).__name__

    assert {at(level) for level in (0, 100, 300, 600)} == {"Invalid" if depth < 64 else "NotJson"}


@pytest.mark.parametrize("unit", [b'"a":1,', b'{"x":1},', b'"\\u00e6",', b"[],", b'"\\\\",', b"1.5,", b"-0,", b"   "])
def test_the_time_grows_no_faster_than_the_message(unit: bytes) -> None:
    filled = unit * (61_000 // len(unit))
    for opening, closing in ((b'{"data":[', b"0]}"), (b'{"data":{', b'"z":0}}'), (b"", b"")):
        answered("ingest.molde.sak.IdeaSubmitted", opening + filled + closing)

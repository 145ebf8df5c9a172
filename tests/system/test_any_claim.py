"""Whatever bytes are published as a claim, they get an outcome that can be recorded, and the same one again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime import claims
from runtime.desk import Desk
from runtime.ledger import Ledger
from services.intake.app import SERVICE

if TYPE_CHECKING:
    import pytest

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
LONG = st.integers(0, 70_000).map(lambda length: "æ" * length)
FIELDS = ("title", "problem", "proposal", "kind", "tags", "submitted", "corrects", "contact", "name")
ATTRIBUTES = {
    "specversion": st.just("1.0") | ANY,
    "id": st.text(min_size=1, max_size=5) | ANY | LONG,
    "source": st.just("urn:molde:sak") | ANY,
    "type": st.just("no.loypa.claim.IdeaSubmitted.v1") | ANY | LONG,
    "time": st.just("2026-01-02T03:04:05+01:00") | ANY,
    "tenant": st.just("molde") | ANY | LONG,
    "data": st.dictionaries(st.sampled_from(FIELDS) | st.text() | LONG, st.text() | ANY | LONG, max_size=6) | ANY,
}
ENVELOPES = st.fixed_dictionaries({}, optional=ATTRIBUTES) | st.fixed_dictionaries(ATTRIBUTES)
SURROGATES = st.text(st.characters(categories=["Cs", "Ll"]), max_size=4)
BODIES = (
    st.binary(max_size=200)
    | ENVELOPES.map(lambda event: json.dumps(event, ensure_ascii=False).encode())
    | st.builds(lambda event, half: json.dumps(event | {"id": half, "data": half}).encode(), ENVELOPES, SURROGATES)
)


def test_any_bytes_get_an_outcome_and_the_same_one_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "intake.sqlite"
    ledger = Ledger.open(f"sqlite://{path}", "intake", clock=lambda: datetime.now(UTC), salt=lambda: b"s" * 16)
    desk = Desk(SERVICE, ledger, lambda: datetime.now(UTC), uuid4, lambda _tenant, _system: ("IdeaSubmitted",))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(body=BODIES)
    def holds(body: bytes) -> None:
        submission = claims.read("ingest.molde.sak.IdeaSubmitted", body)
        outcome = desk.claims.decide(submission)
        assert outcome.state in {"accepted", "rejected"}
        assert (outcome.refusal is None) == (outcome.state == "accepted")
        head = ledger.head()
        assert desk.claims.decide(claims.read("ingest.molde.sak.IdeaSubmitted", body)) == outcome
        assert ledger.head() == head

    holds()
    ledger.close()

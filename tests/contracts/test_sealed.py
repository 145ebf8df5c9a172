"""Text about people: sealed once, opened from the vault, never in the event."""

from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.intake import IdeaSubmitted, Kind, SubmitterKind
from contracts.identity import derive
from contracts.sealed import Retention, Sealed, digest, seal

IDEA = derive("idea", 1)
TEXTS = st.text(min_size=1, max_size=200)


def submitted(problem, name=None):
    return IdeaSubmitted(
        idea=IDEA,
        tenant="molde",
        kind=Kind.NEED,
        title="Felles bårebil",
        problem=Sealed.of(problem, Retention.CONTENT),
        name=None if name is None else Sealed.of(name, Retention.CONTACT),
        submitter=SubmitterKind.CITIZEN,
        submitted=date(2026, 3, 4),
    )


def sealed(event):
    salts = count()
    return seal(event, IDEA, lambda path: derive("ref", IDEA, path), lambda: next(salts).to_bytes(16, "big"))


@given(problem=TEXTS, name=TEXTS | st.none())
def test_what_is_sealed_is_in_the_vault_and_not_in_the_event(problem, name):
    event, rows = sealed(submitted(problem, name))
    kept = {row.ref: row.value for row in rows}
    assert kept[event.problem.ref] == problem
    assert [kept[event.name.ref]] == [name] if name is not None else event.name is None
    assert event.problem.plain is None
    assert set(event.model_dump(mode="json")["problem"]) == {"ref", "digest", "retention"}


@given(problem=TEXTS)
def test_the_digest_proves_the_text_while_its_salt_is_kept(problem):
    event, (row,) = sealed(submitted(problem))
    assert event.problem.digest == digest(row.salt, row.value)
    assert event.problem.digest != digest(b"another salt", row.value)


def test_the_vault_row_knows_its_aggregate_field_and_retention():
    _, rows = sealed(submitted("for lang kø", "Ola"))
    assert {(row.subject, row.field, row.retention) for row in rows} == {
        (IDEA, "problem", Retention.CONTENT),
        (IDEA, "name", Retention.CONTACT),
    }


def test_sealing_again_changes_nothing():
    event, _ = sealed(submitted("for lang kø"))
    assert sealed(event) == (event, ())


def test_an_event_that_is_not_sealed_yet_cannot_be_written():
    with pytest.raises(ValueError, match="not sealed yet"):
        submitted("for lang kø").model_dump_json()


def test_a_sealed_value_does_not_show_its_text_when_it_is_printed():
    assert "for lang kø" not in repr(submitted("for lang kø"))

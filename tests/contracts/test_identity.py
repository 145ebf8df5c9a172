"""Derived ids."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from contracts.identity import derive

PARTS = st.lists(
    st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"])) | st.integers(), min_size=1
)


@given(parts=PARTS)
def test_the_same_cause_always_has_the_same_id(parts):
    assert derive(*parts) == derive(*parts)


@given(first=PARTS, second=PARTS)
def test_different_causes_have_different_ids(first, second):
    same = [str(part) for part in first] == [str(part) for part in second]
    assert (derive(*first) == derive(*second)) is same


def test_an_id_is_the_same_in_every_process_and_for_all_time():
    assert derive("council", "molde") == UUID("ebb5fd50-e4dc-53f9-ba9f-d165a04a57cc")

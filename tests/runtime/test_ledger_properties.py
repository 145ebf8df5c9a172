"""What holds of a ledger whatever is appended, by whom and in which order."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import catalogue
from runtime.ledger import AlreadyConsumed, Conflict, Consumed, Origin
from tests.runtime.ledger_fixtures import NOON, Clock, entry, merged, opened

MOMENTS = st.integers(-3_600, 3_600).map(lambda seconds: NOON + timedelta(seconds=seconds))
STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),  # which of two processes appends
        st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4), st.integers(1, 2)), max_size=3),  # entries
        st.none() | st.integers(1, 9),  # up to where the council's events are consumed
        MOMENTS,  # what the clock shows
        st.none() | MOMENTS,  # when the cause was recorded
    ),
    max_size=12,
)


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_the_ledger_holds_what_a_list_would(
    steps: list[tuple[int, list[tuple[int, int, int]], int | None, datetime, datetime | None]],
) -> None:
    """Two processes, right and wrong versions, any clock: what was accepted is there, in order, and nothing else."""
    with tempfile.TemporaryDirectory() as home:
        clock = Clock()
        ledgers = [opened(f"sqlite://{home}/intake.db", clock) for _ in range(2)]
        versions: Counter[int] = Counter()
        accepted: list[tuple[int, int]] = []
        reached = 0
        for who, wanted, position, now, cause in steps:
            clock.now = now
            origin = Origin("molde", "molde/decide", NOON, "c", "c", cause)
            after = versions.copy()
            stored, fits = [], position is None or position > reached
            for aggregate, expected, count in wanted:
                fits = fits and expected == after[aggregate]
                stored += [(aggregate, expected + number + 1) for number in range(count)]
                after[aggregate] += count
            entries = [
                entry(*[merged()] * count, aggregate=UUID(int=aggregate), expected=expected, origin=origin)
                for aggregate, expected, count in wanted
            ]
            consumed = [Consumed("council", position)] if position is not None else []
            overtaken = False
            try:
                recorded = ledgers[who].append(entries, consumed=consumed)
            except Conflict as conflict:
                overtaken = fits and not isinstance(conflict, AlreadyConsumed)
                assert not fits or (overtaken and wanted)
                if overtaken:  # the other process was ahead: the second time it has seen that
                    recorded = ledgers[who].append(entries, consumed=consumed)
            else:
                assert fits
            if fits:
                assert [(one.subject.int, one.sequence) for one in recorded] == [
                    (aggregate, len(accepted) + number) for number, (aggregate, _) in enumerate(stored, start=1)
                ]
                assert cause is None or all(one.recordedtime > cause for one in recorded)
                accepted, versions, reached = accepted + stored, after, position or reached
        events = [catalogue.decode(one.body) for one in ledgers[0].read(0)]
        assert [event.sequence for event in events] == list(range(1, len(accepted) + 1))
        assert [event.subject.int for event in events] == [aggregate for aggregate, _ in accepted]
        stamps = [event.recordedtime for event in events]
        assert stamps == sorted(set(stamps))
        assert all(len(ledgers[1].history(UUID(int=aggregate))) == versions[aggregate] for aggregate in (1, 2, 3))
        assert ledgers[0].consumed("council") == reached
        for ledger in ledgers:
            ledger.close()

"""What a ledger promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from contracts import catalogue
from contracts.identity import derive
from contracts.refusals import TooLarge
from runtime.ledger import AlreadyConsumed, Conflict, Consumed, ImpossibleHistory, Ledger, Origin
from tests.runtime.ledger_fixtures import IDEA, NOON, ORIGIN, OTHER, Clock, entry, merged, opened, submitted

if TYPE_CHECKING:
    from collections.abc import Callable

TICK = timedelta(microseconds=1)


def test_an_empty_ledger_has_nothing(ledger: Ledger) -> None:
    assert ledger.head() == 0
    assert ledger.last_recorded() is None
    assert ledger.clock_behind() == timedelta()
    assert ledger.read(0) == []
    assert ledger.history(IDEA) == []
    assert ledger.consumed("council") == 0


def test_an_appended_event_is_in_its_history_as_it_was_answered(ledger: Ledger) -> None:
    recorded = ledger.append([entry(submitted(), merged())])
    assert ledger.history(IDEA) == recorded
    first = recorded[0]
    assert (first.id, first.sequence, first.subject) == (derive("event", "intake", IDEA, 1), 1, IDEA)
    assert (first.tenant, first.source, first.actor) == ("molde", "/molde/intake", "molde/decide")
    assert (first.correlationid, first.causationid, first.time) == ("story-1", "claim-1", NOON)


def test_what_is_read_for_publishing_are_the_stored_bytes_with_their_subject(ledger: Ledger) -> None:
    recorded = ledger.append([entry(submitted()), entry(submitted(OTHER), merged(OTHER, IDEA), aggregate=OTHER)])
    stored = ledger.read(0)
    assert [one.body for one in stored] == [one.to_bytes() for one in recorded]
    assert [one.position for one in stored] == [1, 2, 3]
    assert [one.subject for one in stored] == [
        "ev.molde.intake.IdeaSubmitted",
        "ev.molde.intake.IdeaSubmitted",
        "ev.molde.intake.IdeaMerged",
    ]
    assert [one.position for one in ledger.read(1, limit=1)] == [2]


def test_a_text_that_looks_like_an_envelope_does_not_change_the_subject(ledger: Ledger) -> None:
    ledger.append([entry(submitted().model_copy(update={"title": '"source":"/aukra/intake"'}))])
    assert ledger.read(0)[0].subject == "ev.molde.intake.IdeaSubmitted"


def test_stored_bytes_are_cloudevents_in_the_eyes_of_its_sdk(ledger: Ledger) -> None:
    ledger.append([entry(submitted())])
    body = ledger.read(0)[0].body
    event = JSONFormat().read(CloudEvent, body)
    assert event.get_type() == "no.loypa.intake.IdeaSubmitted.v1"
    assert event.get_source() == "/molde/intake"
    assert event.get_subject() == str(IDEA)
    assert event.get_extension("sequence") == "000000000001"
    assert event.get_data() == json.loads(body)["data"]


def test_two_decisions_on_the_same_state_cannot_both_be_stored(ledger: Ledger) -> None:
    ledger.append([entry(submitted())])
    ledger.append([entry(merged(), expected=1)])
    with pytest.raises(Conflict):
        ledger.append([entry(merged(), expected=1)])
    assert ledger.head() == 2


def test_an_event_cannot_be_stored_over_a_hole_in_its_aggregate(ledger: Ledger) -> None:
    ledger.append([entry(submitted())])
    with pytest.raises(Conflict):
        ledger.append([entry(merged(), expected=2)])
    with pytest.raises(Conflict):
        ledger.append([entry(merged(OTHER), aggregate=OTHER, expected=1)])
    assert ledger.head() == 1


def test_one_entry_that_conflicts_stores_none_of_them(ledger: Ledger) -> None:
    ledger.append([entry(submitted())])
    with pytest.raises(Conflict):
        ledger.append([entry(submitted(OTHER), aggregate=OTHER), entry(submitted())], consumed=[Consumed("council", 9)])
    assert (ledger.head(), ledger.history(OTHER), ledger.consumed("council")) == (1, [], 0)


def test_positions_have_no_gap_after_what_was_rolled_back(ledger: Ledger) -> None:
    ledger.append([entry(submitted())])
    for _ in range(3):
        with pytest.raises(Conflict):
            ledger.append([entry(submitted(OTHER), aggregate=OTHER), entry(submitted())])
    ledger.append([entry(submitted(OTHER), aggregate=OTHER)])
    assert [one.position for one in ledger.read(0)] == [1, 2]
    assert [catalogue.decode(one.body).sequence for one in ledger.read(0)] == [1, 2]


def test_a_writer_that_was_overtaken_conflicts_once_and_then_follows(address: str, ledger: Ledger) -> None:
    zombie = opened(address)
    zombie.append([entry(submitted())])
    ledger.append([entry(submitted(OTHER), aggregate=OTHER)])
    third = UUID(int=3)
    with pytest.raises(Conflict):
        zombie.append([entry(submitted(third), aggregate=third)])
    zombie.append([entry(submitted(third), aggregate=third)])
    assert [catalogue.decode(one.body).sequence for one in ledger.read(0)] == [1, 2, 3]
    stamps = [catalogue.decode(one.body).recordedtime for one in ledger.read(0)]
    assert stamps == sorted(set(stamps))
    zombie.close()


def test_what_was_consumed_is_stored_with_the_events(ledger: Ledger) -> None:
    ledger.append([entry(submitted())], consumed=[Consumed("council", 7), Consumed("portfolio", 3)])
    assert (ledger.consumed("council"), ledger.consumed("portfolio")) == (7, 3)
    ledger.append([], consumed=[Consumed("council", 8), Consumed("council", 12)])
    assert (ledger.consumed("council"), ledger.head()) == (12, 1)


@pytest.mark.parametrize("position", [6, 7])
def test_what_was_consumed_before_cannot_have_a_second_effect(ledger: Ledger, position: int) -> None:
    ledger.append([entry(submitted())], consumed=[Consumed("council", 7)])
    with pytest.raises(AlreadyConsumed, match="has consumed council up to 7"):
        ledger.append([entry(submitted(OTHER), aggregate=OTHER)], consumed=[Consumed("council", position)])
    assert (ledger.head(), ledger.consumed("council")) == (1, 7)


def test_each_event_is_stamped_after_the_one_before_it_even_when_the_clock_goes_back(
    ledger: Ledger, clock: Clock
) -> None:
    clock.advance(timedelta(hours=1))
    first, second = ledger.append([entry(submitted(), merged())])
    clock.advance(-timedelta(hours=1))
    (third,) = ledger.append([entry(submitted(OTHER), aggregate=OTHER)])
    late = NOON + timedelta(hours=1)
    assert [one.recordedtime for one in (first, second, third)] == [late + TICK, late + 2 * TICK, late + 3 * TICK]
    assert ledger.clock_behind() == timedelta(hours=1) + 3 * TICK


def test_an_effect_is_stamped_after_its_cause_in_another_service(ledger: Ledger) -> None:
    cause = NOON + timedelta(minutes=5)
    origin = Origin("molde", "molde/council", NOON, "story-1", "event-9", cause_recorded=cause)
    (effect,) = ledger.append([entry(submitted(), origin=origin)])
    assert effect.recordedtime == cause + TICK


def test_the_last_stamp_is_remembered_when_the_ledger_is_opened_again(address: str, ledger: Ledger) -> None:
    (before,) = ledger.append([entry(submitted())])
    again = opened(address, Clock(NOON - timedelta(days=1)))
    assert again.last_recorded() == before.recordedtime
    (after,) = again.append([entry(submitted(OTHER), aggregate=OTHER)])
    assert after.recordedtime == before.recordedtime + TICK
    again.close()


def test_a_time_without_offset_is_not_guessed(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="without its offset"):
        ledger.append([entry(submitted(), origin=Origin("molde", "a", NOON.replace(tzinfo=None), "c", "c"))])


def test_an_event_over_sixty_kibibytes_is_refused_with_its_size(ledger: Ledger) -> None:
    heavy = submitted().model_copy(update={"known_from": "å" * 31_000})
    with pytest.raises(TooLarge) as refusal:
        ledger.append([entry(submitted(OTHER), aggregate=OTHER), entry(heavy)])
    assert refusal.value.facts["most"] == 61_440
    assert refusal.value.facts["size"] > 62_000
    assert ledger.head() == 0


def test_an_event_of_another_service_is_not_recorded_here(address: str) -> None:
    council = Ledger.open(address, "council", clock=Clock(), salt=lambda: b"")
    with pytest.raises(ValueError, match="is intake's to record"):
        council.append([entry(merged())])
    council.close()


def test_listeners_are_told_the_new_head_after_the_commit(ledger: Ledger) -> None:
    told: list[tuple[int, int]] = []

    def fail(_: int) -> None:
        raise RuntimeError("a listener's own trouble")

    ledger.on_append(fail)
    ledger.on_append(lambda head: told.append((head, ledger.head())))
    ledger.append([entry(submitted(), merged())])
    ledger.append([], consumed=[Consumed("council", 1)])
    assert told == [(2, 2)]


def test_threads_append_and_read_at_the_same_time(ledger: Ledger) -> None:
    troubles: list[Exception] = []

    def told(work: Callable[[], object]) -> Thread:
        def run() -> None:
            try:
                work()
            except Exception as trouble:  # noqa: BLE001 - whatever it is, the test shows it
                troubles.append(trouble)

        return Thread(target=run)

    def append(writer: int) -> None:
        for number in range(20):
            ident = UUID(int=writer * 1000 + number)
            ledger.append([entry(submitted(ident), merged(ident), aggregate=ident)])

    def read() -> None:
        for _ in range(20):
            positions = [one.position for one in ledger.read(0)]
            assert positions == list(range(1, len(positions) + 1))
            assert len(ledger.history(UUID(int=1000))) in {0, 2}

    threads = [told(lambda writer=writer: append(writer)) for writer in (1, 2, 3)] + [told(read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert ledger.head() == 120


def damaged(ledger: Ledger, statement: str) -> None:
    """Do to the stored rows what no ledger does."""
    with ledger.store.datastore.transaction(commit=True) as cursor:  # type: ignore[attr-defined]  # both stores have it
        cursor.execute(statement.replace("stored_events", table(ledger)))


def table(ledger: Ledger) -> str:
    schema = getattr(ledger.store.datastore, "schema", "")  # type: ignore[attr-defined]  # both stores have it
    return f"{schema}.stored_events".removeprefix(".")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("DELETE FROM stored_events WHERE originator_version = 1", "version 1 is missing"),
        ("UPDATE stored_events SET topic = topic, state = 'gibberish' WHERE originator_version = 2", "version 2"),
    ],
)
def test_a_history_that_cannot_have_been_written_here_is_a_loud_error(ledger: Ledger, damage: str, says: str) -> None:
    ledger.append([entry(submitted(), merged())])
    damaged(ledger, damage)
    with pytest.raises(ImpossibleHistory, match=says):
        ledger.history(IDEA)


def test_an_event_that_this_version_does_not_know_is_a_loud_error_and_still_published(ledger: Ledger) -> None:
    ledger.append([entry(submitted())])
    body = ledger.read(0)[0].body.replace(b"IdeaSubmitted.v1", b"IdeaSubmitted.v9")
    literal = f"'\\x{body.hex()}'" if "." in table(ledger) else f"x'{body.hex()}'"
    damaged(ledger, f"UPDATE stored_events SET state = {literal}")  # noqa: S608 - the bytes are ours
    with pytest.raises(ImpossibleHistory, match="does not know"):
        ledger.history(IDEA)
    assert ledger.read(0)[0].body == body


def test_nothing_to_append_is_nothing_done(ledger: Ledger) -> None:
    assert ledger.append([]) == []


def test_an_address_that_is_no_ledgers_is_refused() -> None:
    with pytest.raises(ValueError, match="not a ledger's address"):
        Ledger.open("mysql://somewhere/else", "intake", clock=Clock(), salt=lambda: b"")


def test_the_origin_of_each_entry_is_its_own(ledger: Ledger) -> None:
    second = Origin("aukra", "aukra/web/anna", NOON, "story-2", "claim-2")
    recorded = ledger.append([entry(submitted()), entry(submitted(OTHER), aggregate=OTHER, origin=second)])
    assert [(one.tenant, one.actor) for one in recorded] == [("molde", ORIGIN.actor), ("aukra", "aukra/web/anna")]
    assert ledger.read(1)[0].subject == "ev.aukra.intake.IdeaSubmitted"

"""Personal text: sealed on the way in, handed out by reference, erased for good."""

from __future__ import annotations

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from contracts.identity import derive
from contracts.refusals import BoundForTheArchive
from contracts.sealed import Retention, digest
from runtime.ledger import Conflict
from runtime.sqlite_store import SqliteStore
from runtime.upkeep import scrub_daily
from tests.runtime.ledger_fixtures import IDEA, OTHER, entry, merged, opened, submitted

if TYPE_CHECKING:
    from contracts.envelope import Recorded
    from runtime.ledger import Ledger


def ref_of(recorded: Recorded[Any]) -> UUID:
    ref: UUID = recorded.data.problem.ref
    return ref


def files_of(address: str) -> bytes:
    """Every byte of the ledger's files."""
    path = Path(address.removeprefix("sqlite://"))
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_sealed_text_is_in_the_vault_and_in_no_event(ledger: Ledger) -> None:
    (recorded,) = ledger.append([entry(submitted(problem="Barna går i vegbanen"))])
    assert ref_of(recorded) == derive("sealed", recorded.id, "problem")
    assert b"vegbanen" not in ledger.read(0)[0].body
    row = ledger.unseal([ref_of(recorded)])[ref_of(recorded)]
    assert (row.value, row.subject, row.field, row.retention) == (
        "Barna går i vegbanen",
        IDEA,
        "problem",
        Retention.CONTENT,
    )
    assert recorded.data.problem.digest == digest(row.salt, row.value)


def test_what_is_not_stored_is_not_sealed_either(ledger: Ledger) -> None:
    ledger.append([entry(submitted())])
    with pytest.raises(Conflict):
        ledger.append([entry(submitted(OTHER), aggregate=OTHER), entry(submitted())])
    assert ledger.unseal([derive("sealed", derive("event", "intake", OTHER, 1), "problem")]) == {}


def test_many_values_are_unsealed_at_once_and_unknown_references_are_left_out(ledger: Ledger) -> None:
    idents = [UUID(int=number) for number in range(1, 1_202)]
    recorded = ledger.append([entry(submitted(ident, str(ident)), aggregate=ident) for ident in idents])
    refs = [ref_of(one) for one in recorded]
    rows = ledger.unseal([*refs, UUID(int=7), refs[0]])
    assert {rows[ref].value for ref in refs} == {str(ident) for ident in idents}
    assert len(rows) == len(refs)


def test_erasing_removes_the_value_and_keeps_the_history(ledger: Ledger) -> None:
    (recorded,) = ledger.append([entry(submitted())])
    ledger.append([entry(merged(), expected=1)], erase=[ref_of(recorded)])
    assert ledger.unseal([ref_of(recorded)]) == {}
    assert [one.name for one in ledger.history(IDEA)] == ["IdeaSubmitted", "IdeaMerged"]
    ledger.append([], erase=[ref_of(recorded)])  # a second time does nothing


def test_an_erasure_whose_event_conflicts_erases_nothing(ledger: Ledger) -> None:
    (recorded,) = ledger.append([entry(submitted())])
    with pytest.raises(Conflict):
        ledger.append([entry(merged(), expected=0)], erase=[ref_of(recorded)])
    assert ref_of(recorded) in ledger.unseal([ref_of(recorded)])


def test_what_belongs_to_the_archive_is_not_erased_and_nothing_else_of_the_request_is(ledger: Ledger) -> None:
    kept, other = ledger.append(
        [
            entry(submitted(retention=Retention.ARCHIVE)),
            entry(submitted(OTHER), aggregate=OTHER),
        ]
    )
    with pytest.raises(BoundForTheArchive, match="arkivlova") as refusal:
        ledger.append([entry(merged(), expected=1)], erase=[ref_of(kept), ref_of(other)])
    assert refusal.value.refs == (ref_of(kept),)
    assert ledger.head() == 2
    assert len(ledger.unseal([ref_of(kept), ref_of(other)])) == 2


def test_erased_text_is_in_no_byte_of_the_files(sqlite_address: str) -> None:
    ledger = opened(sqlite_address)
    chance = random.Random(4)  # noqa: S311 - examples, not secrets
    live: dict[UUID, str] = {}
    erased: list[str] = []
    for number in range(1, 400):
        text = f"<{chance.getrandbits(64):016x}>"
        (recorded,) = ledger.append(
            [entry(submitted(UUID(int=number), text * chance.choice([1, 3, 40, 300])), aggregate=UUID(int=number))]
        )
        live[ref_of(recorded)] = text
        if number % 8 == 0:
            gone = chance.sample(list(live), 6)
            ledger.append([], erase=gone)
            erased += [live.pop(ref) for ref in gone]
    stored = files_of(sqlite_address)
    assert [text for text in erased if text.encode() in stored] == []
    assert all(text.encode() in stored for text in live.values())
    ledger.close()


def test_a_reader_in_the_way_delays_the_scrubbing_to_a_later_append(
    sqlite_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.sqlite_store.PATIENCE", 0.1)
    ledger = opened(sqlite_address)
    (recorded,) = ledger.append([entry(submitted(problem="Kari Nordmann bur i Storgata"))])
    with ledger.store.datastore.transaction(commit=False) as reader:  # type: ignore[attr-defined]  # SQLite's
        reader.execute("SELECT * FROM vault")
        reader.fetchone()
        ledger.append([], erase=[ref_of(recorded)])
        assert b"Kari Nordmann" in files_of(sqlite_address)
    ledger.append([entry(merged(), expected=1)])
    assert b"Kari Nordmann" not in files_of(sqlite_address)
    ledger.close()


def test_postgresql_writes_the_vault_anew_when_it_is_scrubbed(postgres_server: str) -> None:
    ledger = opened(f"{postgres_server}&schema=scrubbed")
    one, two = ledger.append([entry(submitted()), entry(submitted(OTHER), aggregate=OTHER)])
    ledger.append([], erase=[ref_of(one)])
    ledger.scrub()
    assert list(ledger.unseal([ref_of(one), ref_of(two)])) == [ref_of(two)]
    with ledger.store.datastore.transaction() as cursor:  # type: ignore[attr-defined]  # PostgreSQL's
        cursor.execute("SELECT n_dead_tup FROM pg_stat_user_tables WHERE schemaname = 'scrubbed' AND relname = 'vault'")
        assert cursor.fetchone()["n_dead_tup"] == 0
    ledger.close()


async def test_a_running_service_has_the_vault_written_anew_again_and_again(postgres_server: str) -> None:
    ledger = opened(f"{postgres_server}&schema=kept_up")
    with ThreadPoolExecutor(1) as writer:
        upkeep = asyncio.create_task(scrub_daily(ledger, writer, every=0.01))
        async with asyncio.timeout(60):
            for _ in range(2):
                before = file_of_the_vault(ledger)
                while file_of_the_vault(ledger) == before:  # noqa: ASYNC110 - only the database knows
                    await asyncio.sleep(0.01)
        upkeep.cancel()
    ledger.close()


def file_of_the_vault(ledger: Ledger) -> int:
    """Which file PostgreSQL keeps the vault in: another one each time it is written anew."""
    with ledger.store.datastore.transaction() as cursor:  # type: ignore[attr-defined]  # PostgreSQL's
        cursor.execute("SELECT pg_relation_filenode('kept_up.vault') AS file")
        return int(cursor.fetchone()["file"])


def test_a_ledger_knows_content_again_after_a_restart_and_no_other_ledger_does(address: str, tmp_path: Path) -> None:
    first = opened(address)
    keyed = first.keyed("Kari Nordmann")
    first.close()
    again, other = opened(address), opened(f"sqlite://{tmp_path}/other.db")
    assert again.keyed("Kari Nordmann") == keyed
    assert other.keyed("Kari Nordmann") != keyed
    assert keyed != sha256(b"Kari Nordmann").hexdigest()
    assert len(again.store.secret) == 32
    again.close()
    other.close()


def test_a_ledger_in_a_file_overwrites_what_it_deletes(sqlite_address: str) -> None:
    ledger = opened(sqlite_address)
    assert isinstance(ledger.store, SqliteStore)
    writer, reader = ledger.store._writer, ledger.store.datastore.pool._create_connection()  # noqa: SLF001 - its settings
    for connection in (writer, reader):
        cursor = connection.cursor()
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone()[0] == 1
    reader.close()
    ledger.close()

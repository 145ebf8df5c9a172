"""What a ledger does when the process, the disk, the lock or the connection goes."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from uuid import UUID

import psycopg
import pytest

from contracts import catalogue
from runtime.ledger import Ledger, Unavailable
from runtime.postgres_store import postgres_address
from tests import warm
from tests.runtime.ledger_fixtures import IDEA, OTHER, entry, merged, opened, submitted

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Writer:
    """Another process on the same ledger, and the lines it says."""

    process: warm.Program
    lines: IO[str]


@contextmanager
def writer(address: str, role: str = "writes") -> Iterator[Writer]:
    """A process that writes; killed at the end if it still lives."""
    reads, says = os.pipe()
    with os.fdopen(says, "wb") as out, Path(os.devnull).open("wb") as nothing:
        process = warm.start(["-m", "tests.runtime.ledger_writer", address, role], out=out, err=nothing)
    with os.fdopen(reads) as lines:
        try:
            yield Writer(process, lines)
        finally:
            process.kill()
            process.wait(10)


def assert_sound(ledger: Ledger) -> None:
    """Positions without a gap, both events of every append, every sealed value, and what was consumed with them."""
    events = [catalogue.decode(one.body) for one in ledger.read(0, limit=100_000)]
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert [event.name for event in events] == ["IdeaSubmitted", "IdeaMerged"] * (len(events) // 2)
    assert len(ledger.unseal(event.data.problem.ref for event in events[::2])) == len(events) // 2
    assert ledger.consumed("council") == len(events) // 2


@pytest.mark.parametrize("seed", [1, 2])
def test_kill_9_loses_nothing_that_was_answered_and_leaves_nothing_half(address: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a moment, not a secret
    with writer(address) as other:
        answered = [other.lines.readline() for _ in range(chance.randint(1, 60))]
        time.sleep(chance.random() / 100)
        other.process.kill()
        answered += other.lines.readlines()
    ledger = opened(address)
    assert_sound(ledger)
    for line in answered:
        if line.endswith("\n"):
            assert len(ledger.history(UUID(line.split()[0]))) == 2
    ledger.append([entry(submitted())])
    ledger.close()


def test_a_process_that_dies_before_the_commit_has_stored_nothing(sqlite_address: str) -> None:
    with writer(sqlite_address, "dies-before-commit") as other:
        assert other.process.wait(30) == -signal.SIGKILL
    ledger = opened(sqlite_address)
    assert (ledger.head(), ledger.consumed("council")) == (0, 0)
    ledger.close()


def test_a_process_that_dies_after_the_commit_has_stored_everything(address: str) -> None:
    with writer(address, "dies-after-commit") as other:
        assert other.process.wait(30) == -signal.SIGKILL
    ledger = opened(address)
    assert ledger.head() == 2
    assert_sound(ledger)
    ledger.close()


def test_what_a_process_erased_but_did_not_live_to_scrub_is_scrubbed_when_the_ledger_opens(sqlite_address: str) -> None:
    with writer(sqlite_address, "dies-before-scrub") as other:
        assert other.process.wait(30) == -signal.SIGKILL
    home = Path(sqlite_address.removeprefix("sqlite://")).parent
    assert any(b"Kari Nordmann" in file.read_bytes() for file in home.iterdir())
    opened(sqlite_address).close()
    assert not any(b"Kari Nordmann" in file.read_bytes() for file in home.iterdir())


def test_one_process_has_the_lease_and_the_next_takes_over_when_it_dies(address: str) -> None:
    ledger = opened(address)
    lease = ledger.lease()
    with writer(address, "lease") as first:
        assert first.lines.readline() == "held\n"
        assert not lease.try_acquire()
        assert not lease.held
        with writer(address, "lease") as second:
            assert second.lines.readline() == "refused\n"
        first.process.kill()
        first.process.wait(10)
    deadline = time.monotonic() + 60
    while not lease.try_acquire() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert lease.held
    lease.release()
    assert not lease.held
    ledger.close()


def test_the_lease_is_one_also_within_a_process_and_can_be_handed_on(ledger: Ledger) -> None:
    first, second = ledger.lease(), ledger.lease()
    assert first.try_acquire()
    assert first.try_acquire()
    assert not second.try_acquire()
    first.release()
    assert second.try_acquire()
    second.release()


def cut(address: str) -> None:
    """End every other session of the database, as a restart of the server would."""
    conninfo, _ = postgres_address(address, "")
    with psycopg.connect(**conninfo, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


def test_a_lease_whose_connection_was_cut_is_no_longer_held(postgres_server: str) -> None:
    ledger = opened(f"{postgres_server}&schema=cut_lease")
    lease = ledger.lease()
    assert lease.try_acquire()
    cut(postgres_server)
    assert not lease.held
    assert lease.try_acquire()
    lease.release()
    ledger.close()


def test_a_connection_that_was_cut_is_said_and_the_next_append_works(postgres_server: str) -> None:
    ledger = opened(f"{postgres_server}&schema=cut_ledger")
    ledger.append([entry(submitted())])
    cut(postgres_server)
    with pytest.raises(Unavailable, match="terminating connection"):
        ledger.append([entry(merged(), expected=1)])
    ledger.append([entry(merged(), expected=1)])
    assert len(ledger.history(IDEA)) == 2
    ledger.close()


def test_a_server_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(Unavailable, match="not available"):
        opened("postgresql://nobody@127.0.0.1:1/nothing")


def test_a_locked_file_is_said_and_the_next_append_works(sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.sqlite_store.PATIENCE", 0.1)
    ledger = opened(sqlite_address)
    other = sqlite3.connect(sqlite_address.removeprefix("sqlite://"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        ledger.append([entry(submitted())])
    other.rollback()
    other.close()
    ledger.append([entry(submitted())])
    assert ledger.head() == 1
    ledger.close()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file can grow beyond so many bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_and_the_next_append_works(sqlite_address: str) -> None:
    ledger = opened(sqlite_address)
    ledger.append([entry(submitted())])
    log = Path(sqlite_address.removeprefix("sqlite://") + "-wal")
    many = [UUID(int=number) for number in range(10, 200)]
    with files_of_at_most(log.stat().st_size + 4_096), pytest.raises(Unavailable, match="disk"):
        ledger.append([entry(submitted(ident), aggregate=ident) for ident in many])
    assert ledger.head() == 1
    ledger.append([entry(submitted(OTHER), aggregate=OTHER)])
    assert [one.position for one in ledger.read(0)] == [1, 2]
    ledger.close()


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="has no directory"):
        opened(f"sqlite://{tmp_path}/file/intake.db")


def test_processes_that_open_a_new_ledger_at_the_same_moment_all_succeed(address: str, tmp_path: Path) -> None:
    go = tmp_path / "go"
    script = (
        "import pathlib, sys, time; from tests.runtime.ledger_fixtures import opened\n"
        "while not pathlib.Path(sys.argv[2]).exists(): time.sleep(0.001)\n"
        "opened(sys.argv[1]).close()"
    )
    with (tmp_path / "said").open("wb") as said:
        processes = [warm.start(["-c", script, address, str(go)], out=said, err=said) for _ in range(3)]
    go.touch()
    try:
        assert [process.wait(60) for process in processes] == [0, 0, 0], (tmp_path / "said").read_text()
    finally:
        for process in processes:
            process.kill()

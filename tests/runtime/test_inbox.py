"""The inbox: each event of others has its effect once, together with the position, whatever happens in between."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.catalogue import decode
from contracts.events.record import ClaimAccepted, ReactionQuarantined, ReactionRefused
from contracts.identity import derive
from contracts.message import Command
from contracts.refusals import Refused
from runtime.decider import Decider
from runtime.inbox import ATTEMPTS, Inbox, Reaction
from runtime.ledger import Entry, Unavailable
from runtime.nats import store
from runtime.relay import Relay
from runtime.republish import republish, take_turns
from runtime.standing import Standing
from tests.runtime.trail import Ledgers, fact, join, ledgers, lose_the_stream, now, record, running, stored, until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Executor
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.envelope import Recorded
    from contracts.message import Event
    from runtime.ledger import Consumed, Ledger
    from runtime.nats import Client
    from runtime.work import Work
    from tests.runtime.nats_fixtures import Hub

__all__ = ["ledgers"]


class EchoCommand(Command):
    """Says again what somebody said; not idempotent, so that a second effect would show."""

    service: ClassVar[str] = "council"
    name: str


@dataclass
class NoEcho(Refused):
    """A name that may not be said again."""

    name: str
    says: ClassVar[str] = "{name} is not said again"


def decide(_state: int, command: EchoCommand) -> Sequence[Event]:
    if command.name.startswith("forbidden"):
        raise NoEcho(command.name)
    if command.name.startswith("impossible"):
        raise ZeroDivisionError(command.name)
    return [fact(f"echo of {command.name}")]


ECHO: Decider[int] = Decider("echo", 0, decide, lambda count, _event: count + 1)


def execute(work: Work, command: Command, _acting: Acting) -> UUID:
    assert isinstance(command, EchoCommand)
    aggregate = derive("echo", command.name)
    work.do(ECHO, aggregate, command)
    return aggregate


def react(event: Recorded[Any]) -> Iterator[Reaction]:
    if isinstance(event.data, ClaimAccepted) and not event.data.claim_id.startswith("quiet"):
        for name in event.data.claim_id.split("+"):
            yield Reaction(EchoCommand(name=name), event.tenant)


@dataclass
class Council:
    """The council's inbox on intake (and portfolio), with its one writer thread."""

    ledger: Ledger
    client: Client
    writer: Executor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def inbox(self, *sources: str, batch: int = 500, execute: Any = execute) -> Inbox:
        return Inbox(
            self.ledger,
            self.client,
            react,
            execute,
            sources=sources or ("intake",),
            executor=self.writer,
            batch=batch,
            poll=0.1,
        )

    @property
    def events(self) -> list[Recorded[Any]]:
        return [decode(body) for body in stored(self.ledger)]

    @property
    def echoes(self) -> list[str]:
        return [event.data.claim_id.removeprefix("echo of ") for event in self.events if event.name == "ClaimAccepted"]


async def publish(hub: Hub, ledger: Ledger, after: int = 0) -> None:
    client = await join(hub, ledger.service)
    for one in ledger.read(after, 10_000):
        await store(client, one.subject, one.body)


async def test_an_effect_and_the_position_are_stored_together(hub: Hub, ledgers: Ledgers) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), await join(hub, "council"))
    record(intake, "a", "b+c", "quiet", "d")
    await publish(hub, intake)
    commits: list[int] = []
    council.ledger.on_append(commits.append)
    async with running(council.inbox().run()):
        await until(lambda: council.ledger.consumed("intake") == 4)
    assert council.echoes == ["a", "b", "c", "d"]
    assert commits == [4]


async def test_an_effect_says_what_caused_it(hub: Hub, ledgers: Ledgers) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), await join(hub, "council"))
    record(intake, "a", tenant="aukra")
    await publish(hub, intake)
    async with running(council.inbox().run()):
        await until(lambda: council.ledger.consumed("intake") == 1)
    (cause,), (effect,) = (decode(body) for body in stored(intake)), council.events
    assert effect.causationid == str(cause.id)
    assert effect.correlationid == cause.correlationid
    assert (effect.time, effect.tenant, effect.actor) == (cause.time, "aukra", "aukra/council")
    assert effect.recordedtime > cause.recordedtime


async def test_a_cause_from_a_clock_ahead_is_still_before_its_effect(hub: Hub, ledgers: Ledgers) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), await join(hub, "council"))
    ahead = now().replace(year=2100)
    record(intake, "a", cause_recorded=ahead)
    await publish(hub, intake)
    async with running(council.inbox().run()):
        await until(lambda: council.ledger.consumed("intake") == 1)
    assert council.events[0].recordedtime > decode(stored(intake)[0]).recordedtime > ahead


async def test_a_refused_reaction_is_recorded_and_undoes_no_other(hub: Hub, ledgers: Ledgers) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), await join(hub, "council"))
    record(intake, "a+forbidden b+c", "d")
    await publish(hub, intake)
    async with running(council.inbox().run()):
        await until(lambda: council.ledger.consumed("intake") == 2)
    assert council.echoes == ["a", "c", "d"]
    (refused,) = (event.data for event in council.events if isinstance(event.data, ReactionRefused))
    assert (refused.rule, refused.command, refused.facts) == ("NoEcho", "EchoCommand", {"name": "forbidden b"})
    assert refused.cause == decode(stored(intake)[0]).id


async def test_what_a_refused_reaction_had_half_done_is_undone(ledgers: Ledgers) -> None:
    def twice(work: Work, command: EchoCommand, acting: Acting) -> None:
        execute(work, EchoCommand(name=f"half of {command.name}", at=command.at), acting)
        execute(work, command, acting)

    intake, council = ledgers("intake"), Council(ledgers("council"), None)  # type: ignore[arg-type]  # no network here
    record(intake, "a+forbidden", "half of a")
    council.inbox(execute=twice).take([decode(body) for body in stored(intake)])
    assert council.echoes == ["half of a", "a", "half of half of a", "half of a"]


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_effects_and_position_are_there_together_or_not_at_all(
    ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), None)  # type: ignore[arg-type]  # no network here
    record(intake, "a", "b")
    transactions = 0
    append = council.ledger.append

    def fails_once(*args: Any, **kwargs: Any) -> Any:
        nonlocal transactions
        transactions += 1
        if transactions == failing:
            raise Unavailable("the store went away")
        return append(*args, **kwargs)

    monkeypatch.setattr(council.ledger, "append", fails_once)
    for _ in range(3):  # a new inbox each time, as after a kill: it knows what the ledger knows
        told = [decode(body) for body in stored(intake)][council.ledger.consumed("intake") :]
        for event in told:
            with suppress(Unavailable):
                council.inbox().take([event])
            reached = council.ledger.consumed("intake")
            assert council.echoes == ["a", "b"][:reached]
            if reached < event.sequence:
                break
    assert council.echoes == ["a", "b"]
    assert transactions == 2 + (failing <= 2)


def test_an_event_is_set_aside_in_one_transaction_with_its_position(
    ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), None)  # type: ignore[arg-type]  # no network here
    record(intake, "impossible")
    calls: list[tuple[int, int]] = []
    append = council.ledger.append

    def counted(entries: Sequence[Entry], *, consumed: Sequence[Consumed] = (), **rest: Any) -> Any:
        calls.append((len(entries), len(consumed)))
        return append(entries, consumed=consumed, **rest)

    monkeypatch.setattr(council.ledger, "append", counted)
    inbox = council.inbox()
    for _ in range(ATTEMPTS):
        with suppress(ZeroDivisionError):
            asyncio.run(inbox._work([decode(stored(intake)[0])]))  # noqa: SLF001 - without a network there is no run
    assert calls == [(1, 1)]


@pytest.mark.parametrize("batch", [1, 3])
async def test_an_inbox_killed_at_any_commit_repeats_and_skips_nothing(hub: Hub, ledgers: Ledgers, batch: int) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), await join(hub, "council"))
    names = [f"{number}" if number % 4 else f"quiet {number}" for number in range(12)]
    record(intake, *names)
    await publish(hub, intake)
    for _ in range(13):
        head = council.ledger.head()
        inbox = council.inbox(batch=batch)
        async with running(inbox.run()):  # killed at its first commit, or when there is nothing left to do
            await until(lambda: council.ledger.head() > head or inbox.positions.get("intake") == 12)  # noqa: B023 - used here
    async with running(council.inbox(batch=batch).run()):
        await until(lambda: council.ledger.consumed("intake") == 12)
    assert council.echoes == [name for name in names if not name.startswith("quiet")]


async def test_quiet_events_are_not_a_commit_each(hub: Hub, ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), await join(hub, "council"))
    record(intake, *(f"quiet {number}" for number in range(300)))
    await publish(hub, intake)
    commits: list[int] = []
    append = council.ledger.append
    monkeypatch.setattr(council.ledger, "append", lambda *a, **k: (commits.append(1), append(*a, **k))[1])
    async with running(council.inbox(batch=1).run()):
        await until(lambda: council.ledger.consumed("intake") == 300)
    assert len(commits) < 100
    assert council.events == []


async def test_a_conflict_is_tried_again_and_has_one_effect(hub: Hub, ledgers: Ledgers) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), await join(hub, "council"))
    record(intake, "a", "b")
    await publish(hub, intake)
    overtaken: list[str] = []

    def overtake(work: Work, command: EchoCommand, acting: Acting) -> None:
        execute(work, command, acting)
        if command.name not in overtaken:  # somebody else writes to the same aggregate in between
            overtaken.append(command.name)
            ours = work.entries[-1]
            council.ledger.append([Entry(ours.aggregate, 0, (fact("other"),), ours.origin)])

    async with running(council.inbox(execute=overtake).run()):
        await until(lambda: council.ledger.consumed("intake") == 2)
    assert council.echoes == ["other", "other", "a", "b"]


async def test_an_event_that_cannot_be_worked_on_is_set_aside_and_those_after_it_go_on(
    hub: Hub, ledgers: Ledgers
) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), await join(hub, "council"))
    record(intake, "a", "impossible", "b")
    await publish(hub, intake)
    inbox = council.inbox()
    async with running(inbox.run()):
        await until(lambda: "ZeroDivisionError: impossible" in inbox.unhealthy)
        assert council.echoes == ["a"]
        await until(lambda: council.ledger.consumed("intake") == 3)
        await until(lambda: inbox.unhealthy == "")
    assert council.echoes == ["a", "b"]
    (held,) = (event.data for event in council.events if isinstance(event.data, ReactionQuarantined))
    cause = decode(stored(intake)[1])
    assert (held.cause, held.source, held.position, held.about) == (cause.id, "intake", 2, cause.subject)
    assert (held.attempts, held.event) == (ATTEMPTS, "ClaimAccepted")
    assert held.reason.startswith("ZeroDivisionError at test_inbox.py:")  # and nothing of what somebody wrote


async def test_what_passes_by_itself_is_waited_for_and_never_set_aside(hub: Hub, ledgers: Ledgers) -> None:
    intake, council = ledgers("intake"), Council(ledgers("council"), await join(hub, "council"))
    record(intake, "a")
    await publish(hub, intake)
    failures = iter(range(ATTEMPTS + 1))

    def full_disk(work: Work, command: EchoCommand, acting: Acting) -> None:
        if next(failures, None) is not None:
            raise OSError("no space left")
        execute(work, command, acting)

    async with running(council.inbox(execute=full_disk).run()):
        await until(lambda: council.ledger.consumed("intake") == 1)
    assert council.echoes == ["a"]
    assert [event.name for event in council.events] == ["ClaimAccepted"]


async def test_no_reaction_happens_again_when_the_stream_is_lost_and_republished(hub: Hub, ledgers: Ledgers) -> None:
    council = Council(ledgers("council"), await join(hub, "council"))
    relays = [
        Relay(ledger, await join(hub, ledger.service), clock=now, poll=0.1, wait=1)
        for ledger in (ledgers("intake"), ledgers("portfolio"), council.ledger)
    ]
    for relay in relays:
        await take_turns(await join(hub, relay.service), relay)
    intake, portfolio, _ = (relay.ledger for relay in relays)
    inbox = council.inbox("intake", "portfolio")
    async with running(inbox.run(), *(relay.run() for relay in relays)):
        for number in range(10):
            record(portfolio if number % 3 else intake, f"{number}")
        await until(lambda: len(council.echoes) == 10)
        await until(lambda: all(relay.state.published == relay.ledger.head() for relay in relays))
        await lose_the_stream(hub)
        await until(lambda: all(relay.state.standing is Standing.EMPTY_STREAM for relay in relays))
        record(intake, "new")
        operator = await join(hub, "operator")
        async for _ in republish(operator, [relay.service for relay in relays]):
            pass
        await until(lambda: "new" in council.echoes)
        await until(lambda: all(relay.state.published == relay.ledger.head() for relay in relays))
    assert len(council.echoes) == len(set(council.echoes)) == 11


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_however_services_interleave_the_reactions_are_the_same(data: st.DataObject, tmp_path_factory: Any) -> None:
    ledgers = Ledgers(tmp_path_factory.mktemp("shuffled"))
    names = data.draw(st.lists(st.sampled_from("abcdef"), unique=True, min_size=1))
    apart = data.draw(st.integers(0, len(names)))
    streams: list[list[Recorded[Any]]] = []
    for service, mine in (("intake", names[:apart]), ("portfolio", names[apart:])):
        if mine:
            record(ledgers(service), *(f"{service} {name}+forbidden {name}" for name in mine))
            streams.append([decode(body) for body in stored(ledgers.opened[-1])])
    outcomes = []
    for place in ("one", "other"):
        here = Ledgers(ledgers.directory / place)
        council = Council(here("council"), None)  # type: ignore[arg-type]  # no network here
        inbox = council.inbox("intake", "portfolio")
        for batch in cut(data, interleaved(data, streams)):
            inbox.take(batch)
        outcomes.append({(e.id, e.subject, e.type, e.data.model_dump_json(), e.causationid) for e in council.events})
        assert inbox.positions == {stream[0].service: len(stream) for stream in streams}
        here.close()
    ledgers.close()
    assert outcomes[0] == outcomes[1]


def interleaved(data: st.DataObject, streams: list[list[Recorded[Any]]]) -> list[Recorded[Any]]:
    """The streams merged at random, each in its order."""
    turns = data.draw(st.permutations([number for number, stream in enumerate(streams) for _ in stream]))
    reading: list[Iterator[Recorded[Any]]] = [iter(stream) for stream in streams]
    return [next(reading[turn]) for turn in turns]


def cut(data: st.DataObject, events: list[Recorded[Any]]) -> Iterable[list[Recorded[Any]]]:
    """The events in batches of any size."""
    while events:
        size = data.draw(st.integers(1, len(events)))
        yield events[:size]
        events = events[size:]

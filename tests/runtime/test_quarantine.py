"""Quarantine: what could not be decided on is kept, shown on record, tried again and given up."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from contracts.answers import ClaimOutcome
from contracts.catalogue import decode
from contracts.commands.intake import SubmitIdea
from contracts.identity import derive
from contracts.operations import (
    REPORT,
    DiscardQuarantined,
    Done,
    Failed,
    ListQuarantine,
    RetryQuarantined,
    ShowQuarantined,
)
from runtime import claims, strict
from runtime.declaration import Service
from runtime.desk import Desk
from runtime.doors import Doors
from runtime.inbox import Inbox
from runtime.ledger import ImpossibleHistory, Ledger
from runtime.nats import Client, NatsError, store
from runtime.operations import open_quarantine
from runtime.quarantine import Quarantine
from tests.runtime.test_inbox import execute, publish, react
from tests.runtime.trail import Ledgers, fact, join, ledgers, now, record, running, stored, until
from tests.system.year import envelope

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.runtime.nats_fixtures import Hub

__all__ = ["ledgers"]

GOOD = {"title": "Meir lys", "problem": "Ola Nordmann på Hjelset ser ingenting."}
ID = derive("claim", "molde", "sak", "c-1")


@dataclass
class Broken:
    """A service whose use case cannot be carried out until it is mended; `Quarantine` around it, and who was told."""

    ledger: Ledger
    client: Client
    mended: bool = False
    told: list[ClaimOutcome] = field(default_factory=list)
    writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def __post_init__(self) -> None:
        def submit(work: Any, _command: SubmitIdea, _acting: Any) -> UUID:
            if not self.mended:
                raise ZeroDivisionError("Ola Nordmann")
            about = derive("idea", "x")
            work.record(about, fact("an idea"))
            return about

        def command(claim: Any, _tenant: str, _system: str, claim_id: str) -> SubmitIdea:
            return SubmitIdea(key=claim_id, title=claim.title, problem=claim.problem, submitter=claim.submitter)

        from contracts.claims import IdeaSubmitted  # noqa: PLC0415 - the event has the same name

        service = Service("intake", {SubmitIdea: submit}, claims={IdeaSubmitted: command})
        self.desk = Desk(service, self.ledger, now, uuid4, lambda _tenant, _system: ("IdeaSubmitted",))
        self.inbox = Inbox(self.ledger, self.client, react, self.execute, sources=("council",), poll=0.1)
        self.quarantine = self.anew()
        self.doors = Doors(self.desk, self.writer, None, None, self.reject)  # type: ignore[arg-type]  # claims only

    def anew(self) -> Quarantine:
        """As after a restart."""
        return Quarantine(
            self.ledger,
            self.client,
            self.desk.claims,
            inbox=self.inbox,
            writer=self.writer,
            tell=self.tell,
            clock=now,
            new_id=uuid4,
        )

    def execute(self, work: Any, command: Any, acting: Any) -> Any:
        if self.mended:
            command = type(command)(name=command.name.replace("impossible", "mended"), at=command.at)
        return execute(work, command, acting)

    async def tell(self, _submission: claims.Submission, outcome: ClaimOutcome) -> None:
        self.told.append(outcome)

    async def reject(self, _subject: str, body: bytes) -> None:
        self.told.append(ClaimOutcome.model_validate_json(body))

    def set_aside(self, raw: bytes) -> claims.Submission:
        submission = self.desk.claims.veiled(claims.read("ingest.molde.sak.IdeaSubmitted", raw))
        self.desk.claims.quarantine(submission, "ZeroDivisionError at x.py:1", 5)
        return submission

    def status(self, claim_id: str = "c-1") -> ClaimOutcome:
        acting = type("Acting", (), {"tenant": "molde", "system": "sak"})()
        return self.desk.claims._status(claim_id, acting)  # noqa: SLF001 - what `ClaimStatus` tells of one

    @property
    def names(self) -> list[str]:
        return [decode(body).name for body in stored(self.ledger)]


@pytest_asyncio.fixture
async def broken(hub: Hub, ledgers: Ledgers) -> AsyncIterator[Broken]:
    made = Broken(ledgers("intake"), await join(hub, "intake"))
    yield made
    made.writer.shutdown()


async def test_a_claim_that_fails_again_and_again_is_set_aside_with_its_reason_and_bytes(
    broken: Broken, hub: Hub
) -> None:
    sak = await hub.connect("molde", "sak")
    await store(sak, "ingest.sak.IdeaSubmitted", envelope("c-1", GOOD))
    taking = broken.doors.take(broken.client, "molde")
    await taking.start()
    await until(lambda: bool(broken.told))
    await taking.stop()
    assert broken.told[0].state == "quarantined"
    (held,) = (await broken.quarantine.listed(ListQuarantine())).set_aside
    assert (held.id, held.tenant, held.system, held.key, held.attempts) == (ID, "molde", "sak", "c-1", 5)
    assert held.reason.startswith("ZeroDivisionError at test_quarantine.py:")
    assert b"Nordmann" not in b"".join(stored(broken.ledger))
    assert broken.quarantine.why == "1 set aside: `loypa quarantine list`"
    again = broken.desk.claims.decide(claims.read("ingest.molde.sak.IdeaSubmitted", envelope("c-1", GOOD)))
    assert again == broken.told[0]


async def test_its_original_is_shown_on_record(broken: Broken) -> None:
    raw = b"\xff\x00 not even text"
    submission = broken.set_aside(raw)
    done = await broken.quarantine.show(ShowQuarantined(id=submission.claim_uuid, purpose="Feilsøking"))
    assert done.original is not None
    assert strict.original(done.original) == raw
    shown = decode(stored(broken.ledger)[-1])
    assert (shown.name, shown.actor, shown.data.purpose) == ("PersonalDataUnsealed", "molde/operator", "Feilsøking")


async def test_the_retry_of_a_mended_cause_succeeds_and_status_tells_the_latest(broken: Broken) -> None:
    broken.set_aside(envelope("c-1", GOOD))
    with pytest.raises(Exception, match="ZeroDivisionError at test_quarantine"):
        await broken.quarantine.retry(RetryQuarantined(id=ID))
    assert broken.status().state == "quarantined"
    broken.mended = True
    assert (await broken.quarantine.retry(RetryQuarantined(id=ID))).says == "the claim is accepted"
    assert broken.status().state == "accepted"
    assert [outcome.state for outcome in broken.told] == ["accepted"]
    assert broken.names.count("ClaimAccepted") == 2  # the fact of this test's service, and the outcome
    assert (await broken.quarantine.listed(ListQuarantine())).set_aside == ()
    with pytest.raises(Exception, match="set aside nothing"):
        await broken.quarantine.retry(RetryQuarantined(id=ID))


async def test_a_retry_may_end_in_a_rejection(broken: Broken) -> None:
    submission = broken.set_aside(b"{}")
    assert (await broken.quarantine.retry(RetryQuarantined(id=submission.claim_uuid))).says.startswith(
        "the claim is rejected: "
    )
    assert [outcome.state for outcome in broken.told] == ["rejected"]
    assert broken.quarantine.why is None


async def test_what_is_discarded_is_erased_and_its_publisher_told_why(broken: Broken) -> None:
    broken.set_aside(envelope("c-1", GOOD))
    ref = decode(stored(broken.ledger)[0]).data.original.ref
    assert broken.ledger.unseal([ref])
    await broken.quarantine.discard(DiscardQuarantined(id=ID, reason="Sendt på nytt"))
    outcome = broken.status()
    assert outcome.state == "rejected"
    assert outcome.refusal is not None
    assert (outcome.refusal.rule, outcome.refusal.says) == ("Discarded", "discarded by the operator: Sendt på nytt")
    assert broken.ledger.unseal([ref]) == {}
    assert broken.names == ["ClaimQuarantined", "ClaimDiscarded", "PersonalDataErased"]
    assert broken.quarantine.why is None


async def test_after_a_restart_it_is_still_known_what_is_set_aside(broken: Broken) -> None:
    ids = [broken.set_aside(envelope(f"c-{number}", GOOD)).claim_uuid for number in range(1, 6)]
    broken.mended = True
    await broken.quarantine.retry(RetryQuarantined(id=ids[0]))
    await broken.quarantine.discard(DiscardQuarantined(id=ids[3], reason="Feil"))
    again = broken.anew()
    assert [held.id for held in (await again.listed(ListQuarantine())).set_aside] == [ids[1], ids[2], ids[4]]


async def test_a_reaction_is_worked_out_when_its_cause_is_mended_with_those_after_it_about_the_same(
    broken: Broken, hub: Hub, ledgers: Ledgers
) -> None:
    council = ledgers("council")
    record(council, "a", "impossible", "b")
    await publish(hub, council)
    async with running(broken.inbox.run()):
        await until(lambda: broken.ledger.consumed("council") == 3)
    (held,) = (await broken.quarantine.listed(ListQuarantine())).set_aside
    cause = decode(stored(council)[1])
    assert (held.kind, held.cause, held.name) == ("reaction", cause.id, "ClaimAccepted")
    shown = await broken.quarantine.show(ShowQuarantined(id=held.id, purpose="Feilsøking"))
    assert shown.original is not None
    assert decode(shown.original.encode()) == cause
    with pytest.raises(Exception, match="still impossible: ZeroDivisionError"):
        await broken.quarantine.retry(RetryQuarantined(id=held.id))
    broken.mended = True
    await broken.quarantine.retry(RetryQuarantined(id=held.id))
    effects = [decode(body) for body in stored(broken.ledger)]
    assert [e.data.claim_id for e in effects if e.name == "ClaimAccepted"] == [
        "echo of a",
        "echo of b",
        "echo of mended",
    ]
    assert effects[-1].name == "ReactionRetried"
    assert effects[-2].causationid == str(cause.id)
    assert broken.quarantine.why is None


async def test_a_reaction_that_is_given_up_is_on_record(broken: Broken, hub: Hub, ledgers: Ledgers) -> None:
    council = ledgers("council")
    record(council, "impossible")
    await publish(hub, council)
    async with running(broken.inbox.run()):
        await until(lambda: broken.ledger.consumed("council") == 1)
    (held,) = (await broken.quarantine.listed(ListQuarantine())).set_aside
    await broken.quarantine.discard(DiscardQuarantined(id=held.id, reason="Saka er avslutta"))
    assert broken.names == ["ReactionQuarantined", "ReactionDiscarded"]
    assert broken.quarantine.why is None


async def test_the_operators_door_answers_and_refuses_in_words(broken: Broken, hub: Hub) -> None:
    await open_quarantine(broken.client, "intake", broken.quarantine)
    await broken.client.flush()
    broken.set_aside(envelope("c-1", GOOD))
    operator = await hub.connect("HUB", "operator")

    async def ask(name: str, body: bytes) -> Done | Failed:
        answer = REPORT.validate_json((await operator.request(f"ops.intake.quarantine.{name}", body, timeout=5)).data)
        assert isinstance(answer, Done | Failed)
        return answer

    listed = await ask("list", b"{}")
    assert isinstance(listed, Done)
    assert [held.id for held in listed.set_aside] == [ID]
    assert isinstance(await ask("retry", b"{}"), Failed)
    assert isinstance(await ask("retry", RetryQuarantined(id=uuid4()).model_dump_json().encode()), Failed)
    still = await ask("retry", RetryQuarantined(id=ID).model_dump_json().encode())
    assert isinstance(still, Failed)
    assert "still impossible" in still.says
    sak = await hub.connect("molde", "sak")
    with pytest.raises(NatsError):
        await asyncio.wait_for(sak.request("ops.intake.quarantine.list", b"{}", timeout=1), 2)


def test_a_reason_repeats_our_own_words_and_nobody_elses() -> None:
    from runtime.reason import reason  # noqa: PLC0415 - one test of it

    assert (
        reason(ImpossibleHistory("intake, version 3 is missing")) == "ImpossibleHistory: intake, version 3 is missing"
    )
    assert reason(ValueError("Ola Nordmann")) == "ValueError"


async def test_many_contents_under_one_id_are_each_refused_and_leave_the_first_alone(broken: Broken) -> None:
    broken.mended = True

    def decide(title: str) -> ClaimOutcome:
        return broken.desk.claims.decide(
            claims.read("ingest.molde.sak.IdeaSubmitted", envelope("c-1", GOOD | {"title": title}))
        )

    first = decide("først")
    others = [decide(f"nummer {number}") for number in range(20)]
    assert {outcome.refusal.rule for outcome in others if outcome.refusal} == {"IdConflict"}
    assert len(broken.ledger.history(ID)) == 1  # or each would take longer than the one before
    head = broken.ledger.head()
    assert [decide(f"nummer {number}") for number in range(20)] == others
    assert decide("først") == first == broken.status()
    assert broken.ledger.head() == head

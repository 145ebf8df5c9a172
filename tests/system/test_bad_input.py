"""Bad input over the real doors: each has a clear answer, nothing is lost, and nobody is blocked."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from contracts.answers import COMMAND_ANSWER, ClaimOutcome, RefusedAnswer
from contracts.commands.council import TakeUpCase
from contracts.identity import derive
from interfaces.demo.story import steps
from runtime import assertion
from runtime.nats import ApiRefused, NoAnswer, store
from tests.system.year import claimed, door, envelope, now, outcome

if TYPE_CHECKING:
    from tests.system.instance import Instance

GOOD = {"title": "Digital nøkkel til grendahuset", "problem": "Nøkkelen må hentes på servicetorget i åpningstida."}


def bare(**changes: Any) -> bytes:
    """A claim without what is set to `None`."""
    event = json.loads(envelope("id", GOOD)) | changes
    return json.dumps({name: value for name, value in event.items() if value is not None}).encode()


BAD_CLAIMS = {
    "not JSON": ("IdeaSubmitted", b"Hei! Kan dere fikse lyset p\xe5 Storgata?", "NotJson", "UTF-8 JSON object"),
    "JSON but no object": ("IdeaSubmitted", b"[1, 2]", "NotJson", "UTF-8 JSON object"),
    "half a surrogate for an id": ("IdeaSubmitted", rb'{"specversion": "1.0", "id": "\ud800"}', "NotJson", "UTF-8"),
    "not CloudEvents": ("IdeaSubmitted", json.dumps(GOOD).encode(), "NotCloudEvents", "specversion 1.0"),
    "no id": ("IdeaSubmitted", bare(id=None), "NotCloudEvents", "id"),
    "unknown type": ("IdeaSubmitted", bare(id="u-1", type="no.romsdal.Forslag.v1"), "UnknownType", "no.loypa.claim."),
    "a type nobody owns": (
        "ForslagSendt",
        bare(id="u-2", type="no.loypa.claim.ForslagSendt.v1"),
        "UnknownType",
        "no.loypa.claim.IdeaSubmitted.v1",
    ),
    "under an event name nobody owns": (
        "ForslagSendt",
        bare(id="u-3"),
        "SubjectMismatch",
        "the same event name in both",
    ),
    "under a name of several words nobody owns": ("Forslag.Sendt.Inn", bare(id="u-4"), "SubjectMismatch", "same"),
    "a newer version": (
        "IdeaSubmitted",
        bare(id="n-1", type="no.loypa.claim.IdeaSubmitted.v2"),
        "NewerVersion",
        "no.loypa.claim.IdeaSubmitted.v1",
    ),
    "a missing field": ("IdeaSubmitted", bare(id="m-1", data={"title": "Uten problem"}), "Invalid", "data.problem"),
    "an unknown field": ("IdeaSubmitted", bare(id="m-2", data=GOOD | {"titel": "x"}), "Invalid", "not permitted"),
    "a field whose name is longer than any event": (
        "IdeaSubmitted",
        bare(id="m-3", data=GOOD | {"x" * 50_000: 1}),
        "Invalid",
        "JSON Schema",
    ),
    "another municipality": ("IdeaSubmitted", bare(id="a-1", tenant="rauma"), "AnotherMunicipality", "molde"),
    "too large": ("IdeaSubmitted", bare(id="l-1", data=GOOD | {"proposal": "æ" * 10_240}), "TooBig", "61440 bytes"),
    "a time to come": ("IdeaSubmitted", bare(id="t-1", time="2999-01-01T00:00:00Z"), "InTheFuture", "has been"),
    "a time without its offset": (
        "IdeaSubmitted",
        bare(id="t-2", time="2026-01-01T00:00:00"),
        "NotCloudEvents",
        "time",
    ),
}


@pytest.fixture
def good(request: pytest.FixtureRequest) -> str:
    """An id for the good claim that comes right after."""
    return f"good-{request.node.name}"


async def rejected(year: Instance, name: str, body: bytes, good: str) -> ClaimOutcome:
    """What a bad claim's sender hears at once; the good claim right after it is accepted."""
    heard: asyncio.Queue[ClaimOutcome] = asyncio.Queue()
    async with door(year.data, system="sak") as here:
        await here.rejections(heard.put_nowait)
        await here.claim(name, body)
        assert (await claimed(here, good, envelope(good, GOOD))).state == "accepted"
        told = await asyncio.wait_for(heard.get(), 10)
        assert await outcome(here, told.claim_id) == told  # for good, too
    return told


@pytest.mark.parametrize("bad", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_a_bad_claim_is_answered_and_the_next_one_accepted(
    year: Instance, good: str, bad: tuple[str, bytes, str, str]
) -> None:
    name, body, rule, accepts = bad
    told = asyncio.run(rejected(year, name, body, good))
    assert told.state == "rejected"
    assert told.refusal
    assert told.refusal.rule == rule
    assert accepts in f"{told.refusal.says} {told.refusal.accepts}"


def test_the_same_id_with_another_body_is_a_conflict_and_the_first_stands(year: Instance, good: str) -> None:
    async def conflict() -> tuple[ClaimOutcome, ClaimOutcome]:
        heard: asyncio.Queue[ClaimOutcome] = asyncio.Queue()
        async with door(year.data, system="sak") as here:
            await here.rejections(heard.put_nowait)
            assert (await claimed(here, "dobbel", envelope("dobbel", GOOD))).state == "accepted"
            await here.claim("IdeaSubmitted", envelope("dobbel", GOOD | {"title": "Noe annet"}))
            assert (await claimed(here, good, envelope(good, GOOD))).state == "accepted"
            return await asyncio.wait_for(heard.get(), 10), await outcome(here, "dobbel")

    second, first = asyncio.run(conflict())
    assert first.state == "accepted"
    assert second.refusal
    assert second.refusal.rule == "IdConflict"
    assert second.refusal.accepts == "a new id for a new content"


def test_more_than_64_kib_is_refused_to_the_publisher_by_the_server(year: Instance, good: str) -> None:
    async def publish() -> None:
        async with door(year.data, system="sak") as here:
            with pytest.raises(ApiRefused, match="exceeds maximum"):
                await here.claim("IdeaSubmitted", bare(id="l-2", data=GOOD | {"proposal": "å" * 12_000}))
            assert (await claimed(here, good, envelope(good, GOOD))).state == "accepted"

    asyncio.run(publish())


def test_nobody_publishes_as_another_municipality_or_system(year: Instance) -> None:
    async def publish() -> None:
        async with door(year.data, system="sak") as here:
            for subject in ("ingest.dvh.KpiRecorded", "ingest.rauma.sak.IdeaSubmitted"):
                with pytest.raises(NoAnswer):
                    await store(here.client, subject, bare(id="s-1"), within=0.5)

    asyncio.run(publish())


async def refused(
    year: Instance, name: str, body: bytes, headers: dict[str, str] | None, service: str
) -> RefusedAnswer:
    """The refusal a raw command gets."""
    async with door(year.data) as here:
        raw = (await here.client.request(f"cmd.cli.{service}.{name}", body, timeout=10, headers=headers)).data
    answer = COMMAND_ANSWER.validate_json(raw)
    assert isinstance(answer, RefusedAnswer), answer
    return answer


def vouched(
    year: Instance, person: str, about: tuple[str, bytes], *, key_of: str = "molde", age: timedelta = timedelta()
) -> dict[str, str]:
    """A header that vouches for a person behind a message, signed `age` ago with some municipality's key."""

    async def sign() -> dict[str, str]:
        async with door(year.data) as here:
            key = here.installation.authority.front_end(key_of, "cli")
            return {
                assertion.HEADER: assertion.sign(
                    key,
                    req=assertion.request(*about),
                    tenant="molde",
                    system="cli",
                    person=person,
                    now=now() - age,
                    jti=str(uuid4()),
                )
            }

    return asyncio.run(sign())


CASE = derive("case", "nowhere")


@pytest.mark.parametrize(
    "bad",
    [
        ("council", "TakeUpCase", TakeUpCase(case=CASE, meeting=CASE), "NotFound", str(CASE)),
        ("council", "TakeUpCas", b"{}", "UnknownType", "TakeUpCase"),
        ("intake", "TakeUpCase", b"{}", "UnknownType", "SubmitIdea"),
        ("council", "TakeUpCase", b"Ta opp saka!", "NotJson", "JSON"),
        ("council", "TakeUpCase", b'{"case": "PS-3/26"}', "Invalid", "case"),
        ("intake", "SubmitIdea", b'{"key": "x", "title": "' + b"x" * 62_000 + b'"}', "TooBig", "61440"),
    ],
)
def test_a_bad_command_is_refused_with_the_reason(
    year: Instance, bad: tuple[str, str, TakeUpCase | bytes, str, str]
) -> None:
    service, name, body, rule, says = bad
    secretary = next(step.person for step in steps() if isinstance(step.message, TakeUpCase) and step.tenant == "molde")
    raw = body if isinstance(body, bytes) else body.model_dump_json(exclude_none=True).encode()
    headers = vouched(year, str(secretary), (f"cmd.cli.{service}.{name}", raw))
    refusal = asyncio.run(refused(year, name, raw, headers, service)).refusal
    assert refusal.rule == rule
    assert says in f"{refusal.says} {refusal.accepts}"


def test_a_person_whose_assertion_does_not_hold_is_refused_by_name(year: Instance) -> None:
    body = b'{"key": "x", "title": "T", "problem": "P", "submitter": "citizen"}'

    def rule(headers: dict[str, str]) -> str:
        return asyncio.run(refused(year, "SubmitIdea", body, headers, "intake")).refusal.rule

    about = ("cmd.cli.intake.SubmitIdea", body)
    assert rule(vouched(year, "MOL-CIT-1", about, age=timedelta(minutes=10))) == "Expired"
    assert rule(vouched(year, "MOL-CIT-1", about, key_of="rauma")) == "WrongKey"
    assert rule({assertion.HEADER: "MOL-CIT-1"}) == "NotAnAssertion"

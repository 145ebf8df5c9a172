"""Every operation that the published AsyncAPI documents is driven as it says, and what comes back is what it says."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import nats
import pytest
from jsonschema_rs import Draft7Validator, Registry
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig

from contracts.acting import Role
from interfaces.installation import Installation
from runtime.registry import Grant, System
from runtime.signing import Key
from tests.system.instance import instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nats.aio.msg import Msg

    from tests.system.instance import Instance

ROOT = Path(__file__).parents[2]
DOCUMENT = json.loads((ROOT / "contracts" / "asyncapi" / "loypa.json").read_text("utf-8"))
OPERATIONS = DOCUMENT["operations"]
MUNICIPALITY, SYSTEM, PERSON = "molde", "utanfor", "dagny"
KEY = Key.new("U")

NOT_AS_DOCUMENTED = {"Invalid", "NotAllowed", "NotIdentified", "UnknownType", "NotJson", "NotCloudEvents", "TooBig"}
"""Refusals that a message made by the document never gets: those are about its form and about who may."""


def at(reference: str) -> Any:
    """What a reference in the document leads to, references on the way followed."""
    place: Any = DOCUMENT
    for key in reference.removeprefix("#/").split("/"):
        place = place[key]
    return at(place["$ref"]) if isinstance(place, dict) and place.keys() == {"$ref"} else place


def closed(schema: Any) -> Any:
    """The schema with nothing allowed that it does not name, so that an undocumented field shows."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    return {"additionalProperties": False} | shut if isinstance(schema.get("properties"), dict) else shut


CLOSED = {name: closed(schema) for name, schema in DOCUMENT["components"]["schemas"].items()}
SCHEMAS = Registry([("urn:loypa", {"components": {"schemas": CLOSED}})])


@cache
def shape(message: str) -> Draft7Validator:
    """What a message may look like, by the reference to it."""
    payload = json.dumps(at(message)["payload"]).replace('"#/', '"urn:loypa#/')
    return Draft7Validator(json.loads(payload), registry=SCHEMAS, validate_formats=True)


def filled(example: Any, known: dict[str, str], name: str = "") -> Any:
    """The document's example with ids that there are, as the system knows them from its FEED."""
    if isinstance(example, dict):
        return {key: filled(value, known, key) for key, value in example.items()}
    if isinstance(example, list):
        return [filled(item, known, name.removesuffix("s")) for item in example]
    return known.get(name, example) if is_uuid(example) else example


def ids(data: Any) -> Iterator[tuple[str, str]]:
    """Every id in an event, by the name of its field."""
    if isinstance(data, dict):
        for key, value in data.items():
            if is_uuid(value):
                yield key, value
            yield from ids(value)
    elif isinstance(data, list):
        for item in data:
            yield from ids(item)


def is_uuid(value: Any) -> bool:
    try:
        return bool(str(UUID(value)) == value)
    except (ValueError, TypeError, AttributeError):
        return False


def vouched(subject: str, body: bytes) -> str:
    """The person's assertion, made from the document alone."""
    req = encoded(hashlib.sha256(subject.encode() + b"\n" + body).digest())
    now = int(time.time())
    names = {"iss": f"{MUNICIPALITY}/{SYSTEM}", "sub": PERSON, "aud": MUNICIPALITY}
    says = {**names, "iat": now, "exp": now + 60, "jti": str(uuid4()), "req": req}
    Draft7Validator(DOCUMENT["components"]["schemas"]["assertion"]).validate(says)
    signed = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "EdDSA", "typ": "JWT"}, says))
    return f"{signed}.{encoded(KEY.sign(signed.encode()))}"


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Outside:
    """A system that knows the document and nothing else: what it drove, what it was told, and what it knows."""

    client: Client
    known: dict[str, str] = field(default_factory=dict)
    driven: dict[str, Counter[str]] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    rejected: list[Any] = field(default_factory=list)

    def address(self, operation: str, **parameters: str) -> str:
        """The operation's address with its parameters filled in."""
        return str(at(OPERATIONS[operation]["channel"]["$ref"])["address"].format(system=SYSTEM, **parameters))

    def told(self, operation: str, answer: Any, message: str, as_: str) -> None:
        """Note what came, which has to be as documented."""
        faults = [f"{error.instance_path}: {error.message}" for error in shape(message).iter_errors(answer)]
        assert not faults, f"{operation}: {faults[:3]} in {json.dumps(answer)[:800]}"
        self.driven.setdefault(operation, Counter())[as_] += 1

    async def ask(self, operation: str, body: Any, **parameters: str) -> Any:
        """Send one message and return the reply, which came and is as documented."""
        said = OPERATIONS[operation]
        (message,) = said["messages"]
        subject, raw = self.address(operation, **parameters), json.dumps(body, ensure_ascii=False).encode()
        headers = {"Loypa-Assertion": vouched(subject, raw)} if "headers" in at(message["$ref"]) else None
        reply = await self.client.request(subject, raw, timeout=15, headers=headers)
        answer = json.loads(reply.data)
        refusal = answer.get("refusal", {})
        assert refusal.get("rule") not in NOT_AS_DOCUMENTED, f"{operation}: {refusal} to {body}"
        assert answer.get("outcome") != "unavailable", f"{operation}: {answer}"
        (documented,) = said["reply"]["messages"]
        self.told(operation, answer, documented["$ref"], answer.get("outcome", "stored"))
        return answer

    async def asked(self, kind: str) -> None:
        """Drive every operation of this kind with each of its examples."""
        for operation in [name for name in OPERATIONS if name.startswith(f"{kind}.")]:
            for example in at(OPERATIONS[operation]["messages"][0]["$ref"])["examples"]:
                name = operation.rsplit(".", 1)[-1]
                await self.ask(operation, filled(example["payload"], self.known), name=name)

    async def defines(self) -> None:
        """Define the KPI that the examples of claims name."""
        (claim, *_), (define, *_) = (
            [one["payload"] for one in at(OPERATIONS[name]["messages"][0]["$ref"])["examples"]]
            for name in ("claim.KpiRecorded", "command.reporting.DefineKpi")
        )
        body = {"key": claim["data"]["kpi"], "every": "quarter"}
        await self.ask("command.reporting.DefineKpi", filled(define, self.known) | body, name="DefineKpi")

    async def claims(self) -> None:
        """Publish each example of each claim and ask until it is decided; the one that says least keeps its id."""
        for operation in ("IdeaSubmitted", "CouncilDecided", "ActivityStarted", "KpiRecorded"):
            message = at(OPERATIONS[f"claim.{operation}"]["messages"][0]["$ref"])
            for number, example in enumerate(reversed(message["examples"])):
                body = json.loads(json.dumps(example["payload"]))
                body["id"] += f"-{number}" if number else ""
                receipt = await self.ask(f"claim.{operation}", body, event=operation)
                assert "seq" in receipt, receipt
                outcome = await self.decided(operation, body["id"])
                self.driven[f"claim.{operation}"][outcome["state"]] += 1
                if outcome["state"] != "accepted":
                    self.rejected.append(outcome)

    async def decided(self, claim: str, claim_id: str) -> Any:
        """What became of a claim."""
        service = next(
            name.split(".")[1]
            for name in OPERATIONS
            if name.endswith(".Validate")
            and f".{claim}." in json.dumps(at(OPERATIONS[name]["messages"][0]["$ref"])["examples"])
        )
        while True:
            answer = await self.ask(f"query.{service}.ClaimStatus", {"ids": [claim_id]}, name="ClaimStatus")
            (outcome,) = answer["result"]["claims"]
            if outcome["state"] != "pending":
                return outcome
            await asyncio.sleep(0.1)

    async def feeds(self) -> None:
        """Read each service's part of the FEED from the first event to the last."""
        for operation in [name for name in OPERATIONS if name.startswith("feed.")]:
            found = self.address(operation, tenant=MUNICIPALITY, event="*")
            documented = {at(one["$ref"])["title"]: one["$ref"] for one in OPERATIONS[operation]["messages"]}
            place = at(OPERATIONS[operation]["channel"]["$ref"])["x-jetstream"]
            name = place["consumer"].format(system=SYSTEM)
            stream = self.client.jetstream()
            config = ConsumerConfig(name=name, filter_subject=found, ack_policy=AckPolicy.NONE)
            left = (await stream.add_consumer(place["stream"], config)).num_pending
            reader = await stream.pull_subscribe_bind(name, stream=place["stream"])
            while left:
                for message in await reader.fetch(500, timeout=5):
                    self.heard(operation, message, documented)
                    left = message.metadata.num_pending
            await stream.delete_consumer(place["stream"], name)

    def heard(self, operation: str, message: Msg, documented: dict[str, str]) -> None:
        event = json.loads(message.data)
        assert event["type"] in documented, f"{event['type']} is not documented"
        names = at(OPERATIONS[operation]["channel"]["$ref"])["parameters"]["event"]["enum"]
        *_, name = message.subject.split(".")
        assert name in names
        assert message.subject == self.address(operation, tenant=event["tenant"], event=name)
        self.told(operation, event, documented[event["type"]], "heard")
        self.types.add(event["type"])
        self.known |= dict(ids(event["data"]))


@pytest.fixture(scope="module")
def running(half_a_year: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Half a year of Molde, and a system and a person of it who may everything."""
    data = shutil.copytree(half_a_year, tmp_path_factory.mktemp("asyncapi") / "data")
    with instance(data, LOYPA_REFERENCE_PATIENCE="0.5") as one:
        register(one.data)
        one.up()
        one.settle()
        yield one


def register(data: Path) -> None:
    installation = Installation.open(data)
    claims = tuple(name.split(".")[1] for name in OPERATIONS if name.startswith("claim."))
    outside = System(name=SYSTEM, title="Utanfrå", claims=claims, feed=True, front_end=KEY.public)
    registry = installation.registry.with_system(MUNICIPALITY, outside)
    for role in set(Role) - {Role.SYSTEM, Role.OPERATOR}:
        registry = registry.with_grant(MUNICIPALITY, Grant(person=PERSON, role=role))
    registry.save(installation.settings.registry_file)


async def drive(data: Path) -> Outside:
    """Drive everything there is."""
    installation = Installation.open(data).found()
    credentials = installation.authority.credentials_of(MUNICIPALITY, SYSTEM)
    inbox = f"_INBOX_{SYSTEM}".encode()
    client = await nats.connect(installation.settings.nats[0], user_credentials=str(credentials), inbox_prefix=inbox)
    outside = Outside(client)
    rejections = await client.subscribe(outside.address("reject"))
    await outside.feeds()
    await outside.asked("query")
    await outside.defines()
    await outside.claims()
    await outside.asked("command")
    await outside.feeds()  # with all that came of it
    for expected in outside.rejected:
        message = await rejections.next_msg(timeout=5)
        told = json.loads(message.data)
        outside.told("reject", told, OPERATIONS["reject"]["messages"][0]["$ref"], told["state"])
        assert told == {name: value for name, value in expected.items() if value is not None}
    await client.close()
    return outside


def test_every_operation_of_the_asyncapi_happens_as_documented(
    running: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = asyncio.run(drive(running.data))
    told = sum(outside.driven.values(), Counter())
    documented = sum(len(said["messages"]) for name, said in OPERATIONS.items() if name.startswith("feed."))
    driven = f"{len(outside.driven)} operations driven of {len(OPERATIONS)} documented: {dict(told)}"
    with capsys.disabled():
        print(f"\nAsyncAPI: {driven}; {len(outside.types)} of {documented} types of event")  # noqa: T201 - wanted
    assert outside.driven.keys() == OPERATIONS.keys()
    for name in OPERATIONS:
        if name.startswith("claim."):
            assert outside.driven[name]["accepted"] > 0, name
    answered = [name for name, found in outside.driven.items() if name.startswith("query.") and found["answered"]]
    accepted = [name for name, found in outside.driven.items() if name.startswith("command.") and found["accepted"]]
    assert len(answered) > 15, sorted(set(OPERATIONS) - set(answered))
    assert len(accepted) > 10, sorted(set(OPERATIONS) - set(accepted))


@pytest.mark.parametrize(
    "answer",
    [
        {"outcome": "accepted", "service": "intake", "position": 1, "about": "no id"},
        {"outcome": "accepted", "service": "intake", "position": 1, "about": str(uuid4()), "new": "undocumented"},
        {"outcome": "refused", "refusal": {"rule": "NoQuorum"}},
        {"outcome": "surprising"},
    ],
)
def test_an_answer_that_is_not_documented_would_be_noticed(answer: dict[str, Any]) -> None:
    outside = Outside(Client())
    with pytest.raises(AssertionError, match="intake"):
        outside.told("command.intake.SubmitIdea", answer, "#/components/messages/answer.CommandAnswer", "")

"""The two forms of what only its own municipality may see: through all of its way, and in the stream."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.catalogue import SERVICES, decode
from contracts.commands import intake as intake_commands
from contracts.commands.council import EstablishCouncil
from contracts.crossing import KEPT_HOME, WITHHELD
from contracts.events.intake import IdeaSubmitted, Visibility
from contracts.sealed import Retention, Sealed
from runtime.forms import forms
from runtime.ledger import Entry, Origin
from runtime.nats import api
from runtime.relay import Relay
from runtime.republish import republish, take_turns
from runtime.standing import Standing
from tests.runtime.claimants import ACTIVITY, DECISION, Claimants
from tests.runtime.trail import Ledgers, aggregate, join, ledgers, lose_the_stream, now, record, running, stored, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runtime.ledger import Ledger
    from runtime.nats import Client
    from tests.runtime.nats_fixtures import Hub

__all__ = ["ledgers"]

TITLES = ("Fallprøve", "Fallprøving", "Fallsikring", "Fallvarsling", "Fallmatte")
TAGS = ("velferdsteknikk", "eldrebylgja", "omsorg-heime", "Giske kommune")
IDEA = {
    "title": TITLES[0],
    "problem": "Bebuarar fell om natta.",
    "tags": [TAGS[0]],
    "service_area": TAGS[2],
    "known_from": TAGS[3],
}


@pytest.fixture
def molde(tmp_path: Path) -> Iterator[Claimants]:
    claimants = Claimants(tmp_path)
    yield claimants
    claimants.close()


def the_whole_way(molde: Claimants, visibility: Visibility) -> None:
    """An idea is submitted, put right, decided on and started, the decision and the activity put right in turn."""
    molde.do(EstablishCouncil(name="Rådet", established=date(2026, 1, 1), mandate="…", case_reference="PS-27/22"))
    idea = molde.publish("IdeaSubmitted", "7", IDEA | {"visibility": visibility}).about
    assert idea is not None
    molde.publish("IdeaSubmitted", "7b", IDEA | {"title": TITLES[1], "tags": [TAGS[1]], "corrects": "7"})
    molde.catch_up()
    molde.do(intake_commands.ReferIdea(idea=idea))
    molde.catch_up()
    for id_, more in (("V-1", {}), ("V-2", {"corrects": "V-1", "title": TITLES[2]})):
        decided = molde.publish("CouncilDecided", id_, DECISION | {"form": "project"} | more)
        assert decided.state == "accepted", decided.refusal
        molde.catch_up()
    claim = {"activity": "P-1", "started": "2026-03-04", "title": TITLES[3], "visibility": visibility}
    for id_, more in (("A-1", {}), ("A-2", {"title": TITLES[4]})):
        assert molde.publish("ActivityStarted", id_, ACTIVITY | claim | more).state == "accepted"
    molde.catch_up()


def published(molde: Claimants, form: int) -> bytes:
    """Every event of every service in this form."""
    every = [stored for service in SERVICES for stored in molde.ledgers[service].read(0, 1000)]
    return b"\n".join(forms(stored)[form].body for stored in every)


@pytest.mark.requirement("R7")
def test_no_title_or_tag_of_what_is_seen_at_home_only_crosses_on_all_of_its_way(molde: Claimants) -> None:
    the_whole_way(molde, Visibility.OWN)
    home, abroad = published(molde, -1).decode(), published(molde, 0).decode()
    told = (*TITLES, *TAGS)
    assert {word for word in told if word in home} == set(told)
    assert {word for word in told if word in abroad} == set()
    types = {decode(line.encode()).type for line in abroad.splitlines() if KEPT_HOME in line}
    assert {type_.split(".")[3] for type_ in types} == {kind.__name__ for kind in WITHHELD} - {"CaseReferredAgain"}
    strip = ("id", "sequence", "subject", "recordedtime", "causationid", "actor", "type")
    assert [[json.loads(line)[name] for name in strip] for line in home.splitlines()] == [
        [json.loads(line)[name] for name in strip] for line in abroad.splitlines()
    ]


def test_what_the_network_may_see_has_one_form(molde: Claimants) -> None:
    the_whole_way(molde, Visibility.NETWORK)
    assert published(molde, 0) == published(molde, -1)


def submit(ledger: Ledger, *names: str) -> None:
    """An idea that is seen at home only for each name, in one transaction."""
    origin = Origin("molde", "molde/sak", now(), "correlation", "cause")
    fields: dict[str, Any] = {"tenant": "molde", "kind": "idea", "submitter": "citizen", "visibility": "own"}
    fields["submitted"] = date(2026, 3, 4)
    problem = Sealed[str].of("Bebuarar fell.", Retention.CONTENT)
    ideas = [IdeaSubmitted(idea=aggregate(name), title=name, problem=problem, **fields) for name in names]
    ledger.append([Entry(event.idea, 0, (event,), origin) for event in ideas])


async def in_the_stream(client: Client) -> list[tuple[str, bytes]]:
    """The last token of each message's subject, and its bytes."""
    last = (await api(client, "STREAM.INFO.EVENTS"))["state"]["last_seq"]
    asked = [api(client, "STREAM.MSG.GET.EVENTS", {"seq": seq}, within=30) for seq in range(1, last + 1)]
    found = [answer["message"] for answer in await asyncio.gather(*asked)]
    return [(message["subject"].rsplit(".", 1)[-1], base64.b64decode(message["data"])) for message in found]


async def test_both_forms_are_published_together_and_again_after_the_stream_was_lost(
    hub: Hub, ledgers: Ledgers
) -> None:
    ledger, client = ledgers("intake"), await join(hub, "intake")
    submit(ledger, *(f"Skjult {number}" for number in range(510)))
    record(ledger, "felles")
    submit(ledger, "Skjult sist")
    relay = Relay(ledger, client, clock=now, poll=0.1, wait=1)
    async with running(relay.run()):
        await until(lambda: relay.state.published == ledger.head())
    held = await in_the_stream(client)
    assert [body for form, body in held if form != "net"] == stored(ledger)
    assert [form for form, _ in held] == [*["net", "own"] * 510, "ClaimAccepted", "net", "own"]
    crossing = [decode(body) for form, body in held if form == "net"]
    assert {event.data.title for event in crossing} == {KEPT_HOME}
    assert [event.sequence for event in crossing] == [*range(1, 511), 512]
    record(ledger, "meir")  # and a relay that starts here goes on from the last event
    again = Relay(ledger, client, clock=now, poll=0.1, wait=1)
    async with running(again.run()):
        await until(lambda: again.state.published == ledger.head())
    held = await in_the_stream(client)
    await lose_the_stream(hub)
    client = await join(hub, "intake")
    relay = Relay(ledger, client, clock=now, poll=0.1, wait=1)
    await take_turns(client, relay)
    async with running(relay.run()):
        await until(lambda: relay.state.standing is Standing.EMPTY_STREAM)
        assert [turn async for turn in republish(await join(hub, "operator"), ["intake"])][-1].done
    assert await in_the_stream(client) == held
